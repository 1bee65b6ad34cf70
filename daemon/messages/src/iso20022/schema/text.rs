// SPDX-License-Identifier: MIT

//! Facets of `xs:string`.

use super::{FacetError, Length, Pattern};

/// Facets of a text. Lengths are in characters, and none are trimmed.
#[derive(Debug)]
pub struct TextFacets {
    /// Fewest characters.
    pub min: u32,
    /// Most characters, `u32::MAX` if there is no limit.
    pub max: u32,
    /// The pattern that the whole text must match.
    pub pattern: Option<Pattern>,
    /// The values allowed; all if empty.
    pub codes: &'static [&'static str],
}

impl TextFacets {
    /// Judges a text.
    ///
    /// # Errors
    ///
    /// The first facet that is broken.
    pub(crate) fn check(&'static self, text: &str) -> Result<(), FacetError> {
        if let Some(pattern) = &self.pattern {
            pattern.check(text)?;
        }
        if !self.codes.is_empty() && !self.codes.contains(&text) {
            return Err(FacetError::Code(self.codes));
        }
        let allowed = Length { min: self.min, max: self.max };
        // A character is at most four bytes, so that most texts need not be counted.
        let bytes = text.len();
        let surely = bytes <= usize::try_from(self.max).unwrap_or(usize::MAX)
            && bytes / 4 >= usize::try_from(self.min).unwrap_or(usize::MAX);
        if surely { Ok(()) } else { allowed.check(text.chars().count()) }
    }
}
