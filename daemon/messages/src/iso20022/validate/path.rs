// SPDX-License-Identifier: MIT

//! Paths of elements, as XPath writes them.

use std::borrow::Cow;
use std::fmt::Write as _;

/// One step of a path.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PathStep {
    /// The element's name.
    pub name: Cow<'static, str>,
    /// Which of its name within its parent, from 1.
    pub index: u32,
    /// Whether there may be several, so that the index is written.
    pub repeats: bool,
}

impl PathStep {
    /// Writes the step after a slash.
    pub(crate) fn append(&self, path: &mut String) {
        path.push('/');
        path.push_str(&self.name);
        if self.repeats || self.index > 1 {
            // Writing to a string does not fail.
            let _ = write!(path, "[{}]", self.index);
        }
    }
}
