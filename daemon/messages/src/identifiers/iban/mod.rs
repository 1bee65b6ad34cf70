// SPDX-License-Identifier: MIT

//! International bank account numbers (ISO 13616-1).

mod registry;

pub use registry::Structure;

use std::fmt;
use std::str::FromStr;

use super::{IdentifierError, mod97};

/// An account number of a country that has them, in the form of the registry and with right check digits.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Iban(String);

impl Iban {
    /// The IBAN of a national account number, check digits computed.
    ///
    /// # Errors
    ///
    /// [`IdentifierError`] if the number is not of the country's structure.
    pub fn from_bban(country: &str, bban: &str) -> Result<Iban, IdentifierError> {
        let digits = mod97::check_digits(bban.bytes().chain(country.bytes()));
        format!("{country}{digits:02}{bban}").parse()
    }

    /// Reads an IBAN as people write it: spaces do not count, nor does the case of letters.
    ///
    /// # Errors
    ///
    /// [`IdentifierError`].
    pub fn from_written(text: &str) -> Result<Iban, IdentifierError> {
        text.chars().filter(|character| !character.is_whitespace()).collect::<String>().to_ascii_uppercase().parse()
    }

    /// The IBAN in its electronic form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The country code.
    pub fn country(&self) -> &str {
        self.0.get(..2).unwrap_or_default()
    }

    /// The national account number.
    pub fn bban(&self) -> &str {
        self.0.get(4..).unwrap_or_default()
    }

    /// How the country builds its IBANs.
    pub fn structure(&self) -> Option<&'static Structure> {
        Structure::of(self.country())
    }

    /// The national code of the bank; empty if the registry does not say where it stands.
    pub fn bank_code(&self) -> &str {
        self.structure().and_then(|structure| slice(self.bban(), structure.bank)).unwrap_or_default()
    }
}

impl Structure {
    /// The structure of a country's IBANs.
    pub fn of(country: &str) -> Option<&'static Structure> {
        let found = registry::STRUCTURES.binary_search_by(|structure| structure.country.cmp(country)).ok()?;
        registry::STRUCTURES.get(found)
    }

    /// The structures of all countries, by country code.
    pub fn all() -> &'static [Structure] {
        registry::STRUCTURES
    }

    /// The kind of each character of the national account number: `n`, `a` or `c`.
    pub(super) fn kinds(&self) -> impl Iterator<Item = u8> + use<> {
        self.bban.split(' ').flat_map(|run| {
            let (count, kind) = run.split_at(run.len() - 1);
            let kind = kind.bytes().next().unwrap_or(b'c');
            std::iter::repeat_n(kind, count.parse().unwrap_or(0))
        })
    }
}

/// A part of a text, by start and length.
pub(super) fn slice(text: &str, (start, length): (usize, usize)) -> Option<&str> {
    text.get(start..start + length)
}

impl FromStr for Iban {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<Iban, IdentifierError> {
        if !(5..=34).contains(&text.len()) {
            return Err(IdentifierError::Length { length: text.chars().count(), expected: "15 to 34" });
        }
        let country = text.get(..2).unwrap_or_default();
        let structure = Structure::of(country).ok_or_else(|| IdentifierError::Country(country.to_string()))?;
        let length = structure.length;
        if text.len() != length {
            let country = country.to_string();
            return Err(IdentifierError::CountryLength { length: text.chars().count(), country, expected: length });
        }
        let kinds = b"aann".iter().copied().chain(structure.kinds());
        for (index, (character, kind)) in text.chars().zip(kinds).enumerate() {
            let (fits, expected) = match kind {
                b'n' => (character.is_ascii_digit(), "a digit"),
                b'a' => (character.is_ascii_uppercase(), "a capital letter"),
                _ => (character.is_ascii_digit() || character.is_ascii_uppercase(), "a digit or a capital letter"),
            };
            if !fits {
                return Err(IdentifierError::Character { character, position: index + 1, expected });
            }
        }
        let (head, tail) = text.as_bytes().split_at(4);
        if mod97::remainder(tail.iter().chain(head).copied()) != 1 {
            return Err(IdentifierError::CheckDigits);
        }
        // 00, 01 and 99 are 97, 98 and 02 again modulo 97.
        if matches!(&head[2..], b"00" | b"01" | b"99") {
            return Err(IdentifierError::CheckDigitRange);
        }
        Ok(Iban(text.to_string()))
    }
}

impl fmt::Display for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
