// SPDX-License-Identifier: MIT

//! Legal entity identifiers (ISO 17442).

use std::fmt;
use std::str::FromStr;

use super::{IdentifierError, mod97};

/// The identifier of a legal entity: 18 characters and two check digits.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Lei(String);

impl Lei {
    /// The identifier.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Lei {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<Lei, IdentifierError> {
        if text.chars().count() != 20 {
            return Err(IdentifierError::Length { length: text.chars().count(), expected: "20" });
        }
        for (index, character) in text.chars().enumerate() {
            let (fits, expected) = match index {
                18 | 19 => (character.is_ascii_digit(), "a digit"),
                _ => (character.is_ascii_digit() || character.is_ascii_uppercase(), "a digit or a capital letter"),
            };
            if !fits {
                return Err(IdentifierError::Character { character, position: index + 1, expected });
            }
        }
        if mod97::remainder(text.bytes()) != 1 {
            return Err(IdentifierError::CheckDigits);
        }
        if matches!(text.get(18..), Some("00" | "01" | "99")) {
            return Err(IdentifierError::CheckDigitRange);
        }
        Ok(Lei(text.to_string()))
    }
}

impl fmt::Display for Lei {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
