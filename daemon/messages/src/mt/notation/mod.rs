// SPDX-License-Identifier: MIT

//! The notation of field formats: `6!n` six digits, `16x` one to sixteen characters of set x, `4*35x` one to four lines,
//! `[ ]` what may be absent, `$` a line break, other characters for themselves.
//!
//! Beyond the standard's own notation a part has a name, which says what it means (`date=6!n currency=3!a amount=15d`),
//! `4*(…)` repeats a group line by line, `(…|…)` is one of two, and `~` before a length takes as little as possible. Spaces do not count.

mod matching;
mod parse;

pub use matching::{Mismatch, Part};

use super::Set;

/// A format that content is matched against.
#[derive(Clone, Debug)]
pub struct Notation {
    items: Vec<Item>,
}

/// A text that is no notation.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a field format from character {0} on")]
pub struct NotationError(usize);

#[derive(Clone, Debug)]
enum Item {
    Literal(u8),
    Break,
    Run(Run),
    Optional(Vec<Item>),
    Either(Vec<Item>, Vec<Item>),
}

#[derive(Clone, Copy, Debug)]
struct Run {
    name: &'static str,
    set: Set,
    min: usize,
    max: usize,
    lazy: bool,
}
