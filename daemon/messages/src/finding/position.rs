// SPDX-License-Identifier: MIT

//! Places in a text.

use std::fmt;

/// A place in a text, as editors count: both numbers from 1, the column in bytes.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd, serde::Serialize)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The byte within the line.
    pub column: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}
