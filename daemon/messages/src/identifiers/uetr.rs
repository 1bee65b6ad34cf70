// SPDX-License-Identifier: MIT

//! Unique end-to-end transaction references: version 4 UUIDs (RFC 9562) in lower case.

use std::fmt;
use std::str::FromStr;

use super::IdentifierError;

/// What follows one payment from end to end, whoever passes it on.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Uetr([u8; 16]);

impl Uetr {
    /// The reference of 16 random bytes, of which six bits are replaced by version and variant.
    pub fn from_random(mut bytes: [u8; 16]) -> Uetr {
        bytes[6] = bytes[6] & 0x0F | 0x40;
        bytes[8] = bytes[8] & 0x3F | 0x80;
        Uetr(bytes)
    }

    /// The bytes, for instance as the id of the ledger's transfer.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl FromStr for Uetr {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<Uetr, IdentifierError> {
        let length = text.chars().count();
        if length != 36 {
            return Err(IdentifierError::Length { length, expected: "36" });
        }
        let mut bytes = [0; 16];
        let mut digits = 0;
        for (index, character) in text.chars().enumerate() {
            let (fits, expected) = match index {
                8 | 13 | 18 | 23 => (character == '-', "a hyphen"),
                14 => (character == '4', "4, the version"),
                19 => (matches!(character, '8' | '9' | 'a' | 'b'), "8, 9, a or b, the variant"),
                _ => (matches!(character, '0'..='9' | 'a'..='f'), "a hexadecimal digit in lower case"),
            };
            if !fits {
                return Err(IdentifierError::Character { character, position: index + 1, expected });
            }
            if let Some(digit) = character.to_digit(16) {
                let digit = u8::try_from(digit).unwrap_or_default();
                bytes[digits / 2] |= if digits % 2 == 0 { digit << 4 } else { digit };
                digits += 1;
            }
        }
        Ok(Uetr(bytes))
    }
}

impl fmt::Display for Uetr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}
