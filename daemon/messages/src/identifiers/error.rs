// SPDX-License-Identifier: MIT

//! Why a text is not an identifier.

/// Why a text is not an identifier.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum IdentifierError {
    /// It has the wrong number of characters.
    #[error("has {length} characters, there must be {expected}")]
    Length {
        /// How many there are.
        length: usize,
        /// How many there must be.
        expected: &'static str,
    },
    /// It has the wrong number of characters for its country.
    #[error("has {length} characters, in {country} there must be {expected}")]
    CountryLength {
        /// How many there are.
        length: usize,
        /// The country code.
        country: String,
        /// How many there must be.
        expected: usize,
    },
    /// It has a character where another kind of character must be.
    #[error("{character:?} at position {position} must be {expected}")]
    Character {
        /// The character.
        character: char,
        /// Where it is, from 1.
        position: usize,
        /// What must be there.
        expected: &'static str,
    },
    /// Its country is not one that has such identifiers.
    #[error("the country {0:?} has no such identifiers")]
    Country(String),
    /// The check digits are wrong, so that it was mistyped.
    #[error("the check digits are wrong: look for a typing mistake")]
    CheckDigits,
    /// The check digits are 00, 01 or 99, which ISO 7064 never yields.
    #[error("the check digits must be between 02 and 98")]
    CheckDigitRange,
}
