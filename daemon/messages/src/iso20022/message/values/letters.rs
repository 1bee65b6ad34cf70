// SPDX-License-Identifier: MIT

//! Codes of a fixed number of capital letters: countries and currencies.

use std::fmt;
use std::str::FromStr;

/// `N` capital letters, such as the two of a country (ISO 3166-1) and the three of a currency (ISO 4217).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Letters<const N: usize>([u8; N]);

/// Something that is not so many capital letters.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("must be {0} capital letters")]
pub struct LettersError(usize);

impl<const N: usize> Letters<N> {
    /// The letters.
    pub fn as_str(&self) -> &str {
        // INVARIANT: capital letters of ASCII alone, so that this is always text.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl<const N: usize> FromStr for Letters<N> {
    type Err = LettersError;

    fn from_str(text: &str) -> Result<Letters<N>, LettersError> {
        let letters: [u8; N] = text.as_bytes().try_into().map_err(|_| LettersError(N))?;
        if letters.iter().all(u8::is_ascii_uppercase) { Ok(Letters(letters)) } else { Err(LettersError(N)) }
    }
}

impl<const N: usize> fmt::Display for Letters<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

super::written!(Letters<2>, |source| Letters([b'A' + (source() % 26) as u8, b'Z']));
super::written!(Letters<3>, |source| Letters([b'A' + (source() % 26) as u8, b'B', b'Z']));
