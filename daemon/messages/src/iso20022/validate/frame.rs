// SPDX-License-Identifier: MIT

//! One open element.

use super::PathStep;
use crate::finding::Position;
use crate::iso20022::schema::{Content, Particle, Simple, Type};

/// What is demanded of an open element's content.
#[derive(Clone, Copy, Debug)]
pub(super) enum Expect {
    /// What its type says.
    Typed(&'static Type),
    /// Nothing, but elements that the schema knows must be valid.
    Lax,
    /// Nothing: the element itself was wrong already.
    Nothing,
}

/// An open element.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) expect: Expect,
    pub(super) step: PathStep,
    pub(super) at: Position,
    /// In a sequence the particle that is current; in a choice one more than the one chosen, or 0.
    pub(super) position: usize,
    /// How many elements of the current particle there were.
    pub(super) count: u32,
    /// Whether misplaced text was reported.
    pub(super) text_reported: bool,
}

impl Frame {
    pub(super) fn new(expect: Expect, step: PathStep, at: Position) -> Frame {
        Frame { expect, step, at, position: 0, count: 0, text_reported: false }
    }

    /// The facets of the text that is expected, if it is text.
    pub(super) fn simple(&self) -> Option<&'static Simple> {
        match self.expect {
            Expect::Typed(ty) => ty.simple(),
            Expect::Lax | Expect::Nothing => None,
        }
    }

    /// The elements that are expected, if it is elements.
    pub(super) fn group(&self) -> Option<(&'static Type, &'static [Particle])> {
        match self.expect {
            Expect::Typed(ty) => match &ty.content {
                Content::Sequence(particles) | Content::Choice(particles) => Some((ty, particles)),
                Content::Text(_) | Content::TextOf(_) => None,
            },
            Expect::Lax | Expect::Nothing => None,
        }
    }
}
