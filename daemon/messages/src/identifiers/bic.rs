// SPDX-License-Identifier: MIT

//! Business identifier codes (ISO 9362).

use std::fmt;
use std::str::FromStr;

use super::{IdentifierError, is_country};

/// The code of a bank or other business party: four characters for the party, the country, two for the location, and
/// three or none for the branch.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Bic(String);

impl Bic {
    /// The code as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The country code.
    pub fn country(&self) -> &str {
        self.0.get(4..6).unwrap_or_default()
    }

    /// The party without its branch, eight characters.
    pub fn party(&self) -> &str {
        self.0.get(..8).unwrap_or_default()
    }

    /// The branch; `XXX`, the head office, if none is written.
    pub fn branch(&self) -> &str {
        self.0.get(8..11).unwrap_or("XXX")
    }
}

impl FromStr for Bic {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<Bic, IdentifierError> {
        if !matches!(text.chars().count(), 8 | 11) {
            return Err(IdentifierError::Length { length: text.chars().count(), expected: "8 or 11" });
        }
        for (index, character) in text.chars().enumerate() {
            let (fits, expected) = match index {
                4 | 5 => (character.is_ascii_uppercase(), "a capital letter"),
                _ => (character.is_ascii_digit() || character.is_ascii_uppercase(), "a digit or a capital letter"),
            };
            if !fits {
                return Err(IdentifierError::Character { character, position: index + 1, expected });
            }
        }
        let bic = Bic(text.to_string());
        if is_country(bic.country()) { Ok(bic) } else { Err(IdentifierError::Country(bic.country().to_string())) }
    }
}

impl fmt::Display for Bic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
