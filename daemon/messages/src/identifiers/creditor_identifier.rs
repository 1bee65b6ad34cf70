// SPDX-License-Identifier: MIT

//! SEPA creditor identifiers (EPC262-08, attribute AT-E005 of the direct debit rulebooks).

use std::fmt;
use std::str::FromStr;

use super::{IdentifierError, is_sepa, mod97};

/// Who collects direct debits: country, two check digits, three characters that the creditor chooses (its business
/// code, `ZZZ` if it uses none), and the national identifier.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct CreditorIdentifier(String);

impl CreditorIdentifier {
    /// The identifier with check digits computed.
    ///
    /// # Errors
    ///
    /// [`IdentifierError`] if a part is not of the right form.
    pub fn new(country: &str, business_code: &str, national: &str) -> Result<CreditorIdentifier, IdentifierError> {
        let digits = mod97::check_digits(national.bytes().chain(country.bytes()));
        format!("{country}{digits:02}{business_code}{national}").parse()
    }

    /// The identifier in its electronic form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The country code.
    pub fn country(&self) -> &str {
        self.0.get(..2).unwrap_or_default()
    }

    /// What tells the creditor's lines of business apart. It is not part of who the creditor is.
    pub fn business_code(&self) -> &str {
        self.0.get(4..7).unwrap_or_default()
    }

    /// The national identifier.
    pub fn national(&self) -> &str {
        self.0.get(7..).unwrap_or_default()
    }

    /// Whether both name the same creditor: the business code does not count.
    pub fn is_same_creditor(&self, other: &CreditorIdentifier) -> bool {
        self.country() == other.country() && self.national().eq_ignore_ascii_case(other.national())
    }
}

impl FromStr for CreditorIdentifier {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<CreditorIdentifier, IdentifierError> {
        let length = text.chars().count();
        if !(8..=35).contains(&length) {
            return Err(IdentifierError::Length { length, expected: "8 to 35" });
        }
        for (index, character) in text.chars().enumerate() {
            let (fits, expected) = match index {
                0 | 1 => (character.is_ascii_uppercase(), "a capital letter"),
                2 | 3 => (character.is_ascii_digit(), "a digit"),
                4..=6 => (character.is_ascii_alphanumeric(), "a letter or a digit"),
                _ => (
                    character.is_ascii_alphanumeric() || "+?/-:().,'".contains(character),
                    "a letter, a digit or one of + ? / - : ( ) . , '",
                ),
            };
            if !fits {
                return Err(IdentifierError::Character { character, position: index + 1, expected });
            }
        }
        let country = text.get(..2).unwrap_or_default();
        if !is_sepa(country) {
            return Err(IdentifierError::Country(country.to_string()));
        }
        let (head, tail) = text.as_bytes().split_at(7);
        if mod97::remainder(tail.iter().chain(&head[..4]).copied()) != 1 {
            return Err(IdentifierError::CheckDigits);
        }
        if matches!(&head[2..4], b"00" | b"01" | b"99") {
            return Err(IdentifierError::CheckDigitRange);
        }
        Ok(CreditorIdentifier(text.to_string()))
    }
}

impl fmt::Display for CreditorIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
