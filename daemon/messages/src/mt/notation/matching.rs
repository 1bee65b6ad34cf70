// SPDX-License-Identifier: MIT

//! Content against a notation.

use super::{Item, Notation, Run};

/// Most steps of one match. The formats of real fields take a few hundred on any content.
const STEPS: usize = 50_000;

/// A named part of content that matched.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Part {
    /// Its name in the notation.
    pub name: &'static str,
    /// Where it begins, in bytes of the content.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
}

/// Where content and notation part.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mismatch {
    /// How far the content matches, in bytes.
    pub at: usize,
    /// What would be right there.
    pub expected: String,
}

/// What follows after the items of an optional part.
struct Rest<'r> {
    items: &'r [Item],
    then: Option<&'r Rest<'r>>,
}

struct Matcher<'c> {
    content: &'c [u8],
    parts: Vec<Part>,
    steps: usize,
    furthest: Mismatch,
}

impl Notation {
    /// The named parts of content that is of this format.
    ///
    /// # Errors
    ///
    /// [`Mismatch`]: the furthest place that was reached.
    pub fn matches(&self, content: &[u8]) -> Result<Vec<Part>, Mismatch> {
        let furthest = Mismatch { at: 0, expected: String::new() };
        let mut matcher = Matcher { content, parts: Vec::new(), steps: 0, furthest };
        if matcher.go(&self.items, None, 0) { Ok(matcher.parts) } else { Err(matcher.furthest) }
    }
}

impl Matcher<'_> {
    fn go(&mut self, items: &[Item], then: Option<&Rest<'_>>, at: usize) -> bool {
        self.steps += 1;
        if self.steps > STEPS {
            return false;
        }
        let Some((first, others)) = items.split_first() else {
            return match then {
                Some(rest) => self.go(rest.items, rest.then, at),
                None => at == self.content.len() || self.fail(at, || "the end".into()),
            };
        };
        match first {
            Item::Literal(byte) if self.content.get(at) == Some(byte) => self.go(others, then, at + 1),
            Item::Literal(byte) => self.fail(at, || format!("{:?}", char::from(*byte))),
            Item::Break => match self.content.get(at..).unwrap_or_default() {
                [b'\r', b'\n', ..] => self.go(others, then, at + 2),
                [b'\n', ..] => self.go(others, then, at + 1),
                _ => self.fail(at, || "a new line".into()),
            },
            Item::Run(run) => self.run(run, others, then, at),
            Item::Optional(inner) => {
                let rest = Rest { items: others, then };
                self.go(inner, Some(&rest), at) || self.go(others, then, at)
            }
            Item::Either(one, other) => {
                let rest = Rest { items: others, then };
                self.go(one, Some(&rest), at) || self.go(other, Some(&rest), at)
            }
        }
    }

    fn run(&mut self, run: &Run, others: &[Item], then: Option<&Rest<'_>>, at: usize) -> bool {
        let rest = self.content.get(at..).unwrap_or_default();
        let most = rest.iter().take(run.max).take_while(|byte| run.set.contains(**byte)).count();
        if most < run.min || most < run.max {
            let reached = self.fail(at + most, || run.set.describe().into());
            if most < run.min {
                return reached;
            }
        }
        for step in 0..=most - run.min {
            let length = if run.lazy { run.min + step } else { most - step };
            let kept = self.parts.len();
            if !run.name.is_empty() {
                self.parts.push(Part { name: run.name, from: at, to: at + length });
            }
            if self.go(others, then, at + length) {
                return true;
            }
            self.parts.truncate(kept);
        }
        false
    }

    /// Takes note of the furthest place; what else would be right at the same place is told, too.
    fn fail(&mut self, at: usize, expected: impl FnOnce() -> String) -> bool {
        let furthest = &mut self.furthest;
        if at > furthest.at || furthest.expected.is_empty() {
            *furthest = Mismatch { at, expected: expected() };
        } else if at == furthest.at {
            let expected = expected();
            if !furthest.expected.split(" or ").any(|known| known == expected) {
                furthest.expected = format!("{} or {expected}", furthest.expected);
            }
        }
        false
    }
}
