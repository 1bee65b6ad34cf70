// SPDX-License-Identifier: MIT

//! Fields: their formats as a table, and what their parts must be beyond the format.

mod checks;
mod party;
mod read;
mod table;
mod values;

pub(super) use checks::INSTRUCTIONS;
pub(super) use read::read;
pub(super) use values::{account_and_lines, amount, mark_and_funds, short_date, written_amount};

use super::report::Place;

/// A field that was read.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Field {
    /// Its tag, such as `32A`.
    pub tag: String,
    /// Its content, lines parted by line feeds.
    pub content: String,
    /// The parts of its format by their names in it; empty if it is not of the format.
    pub parts: Vec<(&'static str, String)>,
    /// Its key in the layout of the message, such as `53a`; empty if it has no place there.
    pub key: &'static str,
    /// Where it is.
    pub place: Place,
}

impl Field {
    /// The first part with a name.
    pub fn part(&self, name: &str) -> Option<&str> {
        self.parts.iter().find(|(part, _)| *part == name).map(|(_, value)| value.as_str())
    }

    /// All parts with a name, such as the lines of an address.
    pub fn parts(&self, name: &str) -> Vec<String> {
        self.parts.iter().filter(|(part, _)| *part == name).map(|(_, value)| value.clone()).collect()
    }

    /// The number of the tag, without its option.
    pub fn number(&self) -> &str {
        self.tag.get(..2).unwrap_or_default()
    }

    /// The option of the tag, empty if it has none.
    pub fn option(&self) -> &str {
        self.tag.get(2..).unwrap_or_default()
    }
}
