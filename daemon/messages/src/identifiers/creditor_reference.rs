// SPDX-License-Identifier: MIT

//! Structured creditor references (ISO 11649).

use std::fmt;
use std::str::FromStr;

use super::{IdentifierError, mod97};

/// A reference on an invoice: `RF`, two check digits, and up to 21 letters and digits of the creditor's own.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct CreditorReference(String);

impl CreditorReference {
    /// The reference with check digits for the creditor's own one.
    ///
    /// # Errors
    ///
    /// [`IdentifierError`] if it is empty, longer than 21 characters or has others than letters and digits.
    pub fn from_own(own: &str) -> Result<CreditorReference, IdentifierError> {
        let digits = mod97::check_digits(own.bytes().chain(*b"RF"));
        format!("RF{digits:02}{own}").parse()
    }

    /// The reference in its electronic form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The creditor's own reference in it.
    pub fn own(&self) -> &str {
        self.0.get(4..).unwrap_or_default()
    }
}

impl FromStr for CreditorReference {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<CreditorReference, IdentifierError> {
        let length = text.chars().count();
        if !(5..=25).contains(&length) {
            return Err(IdentifierError::Length { length, expected: "5 to 25" });
        }
        for (index, character) in text.chars().enumerate() {
            let (fits, expected) = match index {
                0 => (character == 'R', "R"),
                1 => (character == 'F', "F"),
                2 | 3 => (character.is_ascii_digit(), "a digit"),
                _ => (character.is_ascii_alphanumeric(), "a letter or a digit"),
            };
            if !fits {
                return Err(IdentifierError::Character { character, position: index + 1, expected });
            }
        }
        let (head, tail) = text.as_bytes().split_at(4);
        if mod97::remainder(tail.iter().chain(head).copied()) != 1 {
            return Err(IdentifierError::CheckDigits);
        }
        if matches!(&head[2..], b"00" | b"01" | b"99") {
            return Err(IdentifierError::CheckDigitRange);
        }
        Ok(CreditorReference(text.to_string()))
    }
}

impl fmt::Display for CreditorReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
