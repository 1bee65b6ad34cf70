// SPDX-License-Identifier: MIT

//! `xs:decimal` (XML Schema 1.0 part 2, 3.2.3) and its facets, on the digits as they are written: nothing is rounded.

use std::cmp::Ordering;

use super::{DecimalFacets, FacetError};

/// Judges a decimal without white space around it.
pub(super) fn check(text: &str, facets: &DecimalFacets) -> Result<(), FacetError> {
    let digits = Digits::new(text).ok_or(FacetError::Form("decimal number: write 1000.50"))?;
    // Leading zeros and trailing decimals of zero are not part of the value.
    let fraction = length(digits.fraction);
    if let Some(most) = facets.fraction {
        if fraction > most {
            return Err(FacetError::FractionDigits(most));
        }
    }
    // With i decimals the value is a whole number of 10^-i, and i itself must not exceed the total either.
    let significant = if digits.whole.is_empty() {
        fraction - length(digits.fraction.split(|digit| *digit != b'0').next().unwrap_or_default())
    } else {
        length(digits.whole) + fraction
    };
    if let Some(most) = facets.total {
        if significant.max(fraction) > most {
            return Err(FacetError::TotalDigits(most));
        }
    }
    if let Some(least) = facets.min {
        if digits.compare(least) == Ordering::Less {
            return Err(FacetError::TooSmall(least));
        }
    }
    if let Some(greatest) = facets.max {
        if digits.compare(greatest) == Ordering::Greater {
            return Err(FacetError::TooLarge(greatest));
        }
    }
    Ok(())
}

fn length(digits: &[u8]) -> u32 {
    u32::try_from(digits.len()).unwrap_or(u32::MAX)
}

/// The digits of a decimal that count.
struct Digits<'t> {
    negative: bool,
    whole: &'t [u8],
    fraction: &'t [u8],
}

impl<'t> Digits<'t> {
    fn new(text: &'t str) -> Option<Digits<'t>> {
        let (negative, unsigned) = match text.as_bytes() {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        let point = unsigned.iter().position(|byte| *byte == b'.');
        let (whole, fraction) = match point {
            Some(point) => (&unsigned[..point], &unsigned[point + 1..]),
            None => (unsigned, &[][..]),
        };
        let all_digits = whole.iter().chain(fraction).all(u8::is_ascii_digit);
        if !all_digits || whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let first = whole.iter().position(|digit| *digit != b'0').unwrap_or(whole.len());
        let last = fraction.iter().rposition(|digit| *digit != b'0').map_or(0, |last| last + 1);
        Some(Digits { negative, whole: &whole[first..], fraction: &fraction[..last] })
    }

    /// How the value compares with a whole number.
    fn compare(&self, other: i64) -> Ordering {
        let zero = self.whole.is_empty() && self.fraction.is_empty();
        let negative = self.negative && !zero;
        if negative != (other < 0) {
            return if negative { Ordering::Less } else { Ordering::Greater };
        }
        let magnitude = self.against(other.unsigned_abs());
        if negative { magnitude.reverse() } else { magnitude }
    }

    /// How the magnitude compares with a whole number.
    fn against(&self, other: u64) -> Ordering {
        let other = if other == 0 { String::new() } else { other.to_string() };
        let whole = (self.whole.len(), self.whole).cmp(&(other.len(), other.as_bytes()));
        whole.then(if self.fraction.is_empty() { Ordering::Equal } else { Ordering::Greater })
    }
}
