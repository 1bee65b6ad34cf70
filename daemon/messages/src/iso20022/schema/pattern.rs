// SPDX-License-Identifier: MIT

//! Patterns of the schemas.

use super::FacetError;

/// A pattern: classes of ASCII characters with counts, one after the other.
///
/// The build makes sure that reading from left to right, taking as many characters as fit, never has to go back.
#[derive(Debug, Eq, PartialEq)]
pub struct Pattern {
    /// As the schema writes it.
    pub text: &'static str,
    /// Its parts.
    pub items: &'static [PatternItem],
}

/// One class with its count.
#[derive(Debug, Eq, PartialEq)]
pub struct PatternItem {
    /// One bit for each ASCII character of the class.
    pub class: u128,
    /// Fewest characters.
    pub min: u8,
    /// Most characters.
    pub max: u8,
    /// Whether the whole part may be absent.
    pub optional: bool,
}

impl Pattern {
    /// Judges a text.
    ///
    /// # Errors
    ///
    /// [`FacetError::Pattern`].
    pub(crate) fn check(&'static self, text: &str) -> Result<(), FacetError> {
        let mut rest = text.as_bytes();
        for item in self.items {
            let most = rest.len().min(usize::from(item.max));
            let fits = |byte: &&u8| byte.is_ascii() && item.class >> **byte & 1 == 1;
            let taken = rest[..most].iter().take_while(fits).count();
            if taken < usize::from(item.min) {
                if item.optional {
                    continue;
                }
                return Err(FacetError::Pattern(self));
            }
            rest = &rest[taken..];
        }
        if rest.is_empty() { Ok(()) } else { Err(FacetError::Pattern(self)) }
    }
}
