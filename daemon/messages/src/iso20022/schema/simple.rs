// SPDX-License-Identifier: MIT

//! Simple types: a base type of XML Schema with facets.

use std::fmt;

use super::{FacetError, TextFacets, base64, date, decimal};

/// A simple type.
#[derive(Debug)]
pub enum Simple {
    /// `xs:string`: white space counts.
    Text(TextFacets),
    /// `xs:decimal`.
    Decimal(DecimalFacets),
    /// `xs:boolean`: `true`, `false`, `1` or `0`.
    Boolean,
    /// `xs:date`, a real one, with or without time zone.
    Date,
    /// `xs:dateTime`.
    DateTime,
    /// `xs:time`.
    Time,
    /// `xs:gYearMonth`.
    YearMonth,
    /// `xs:base64Binary`; the length is that of the bytes.
    Base64(Length),
}

impl Simple {
    /// Judges `text` as XML Schema 1.0 part 2 does.
    ///
    /// # Errors
    ///
    /// The first facet that is broken.
    pub fn check(&'static self, text: &str) -> Result<(), FacetError> {
        match self {
            Simple::Text(facets) => facets.check(text),
            Simple::Decimal(facets) => decimal::check(collapse(text), facets),
            Simple::Boolean => match collapse(text) {
                "true" | "false" | "1" | "0" => Ok(()),
                _ => Err(FacetError::Form("boolean: write true or false")),
            },
            Simple::Date => date::date(collapse(text)).ok_or(FacetError::Form("date: write 2026-11-30")),
            Simple::DateTime => {
                date::date_time(collapse(text)).ok_or(FacetError::Form("date and time: write 2026-11-30T10:30:00Z"))
            }
            Simple::Time => date::time(collapse(text)).ok_or(FacetError::Form("time: write 10:30:00")),
            Simple::YearMonth => date::year_month(collapse(text)).ok_or(FacetError::Form("month: write 2026-11")),
            Simple::Base64(length) => base64::check(collapse(text), *length),
        }
    }

    /// Whether white space around a value is not part of it.
    pub fn collapses(&self) -> bool {
        !matches!(self, Simple::Text(_))
    }
}

/// What `whiteSpace="collapse"` leaves of a value that has none within.
pub(crate) fn collapse(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\r', '\n'])
}

/// A range of lengths, both ends included.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Length {
    /// Shortest.
    pub min: u32,
    /// Longest, `u32::MAX` if there is no limit.
    pub max: u32,
}

impl Length {
    /// Whether a length is in the range.
    ///
    /// # Errors
    ///
    /// [`FacetError::Length`].
    pub(crate) fn check(self, length: usize) -> Result<(), FacetError> {
        let most = usize::try_from(self.max).unwrap_or(usize::MAX);
        let least = usize::try_from(self.min).unwrap_or(usize::MAX);
        if (least..=most).contains(&length) { Ok(()) } else { Err(FacetError::Length { length, allowed: self }) }
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.min, self.max) {
            (min, max) if min == max => write!(f, "exactly {min}"),
            (min, u32::MAX) => write!(f, "at least {min}"),
            (min, max) => write!(f, "{min} to {max}"),
        }
    }
}

/// Facets of `xs:decimal`.
#[derive(Debug)]
pub struct DecimalFacets {
    /// Most digits.
    pub total: Option<u32>,
    /// Most digits after the decimal point.
    pub fraction: Option<u32>,
    /// Least value.
    pub min: Option<i64>,
    /// Greatest value.
    pub max: Option<i64>,
}
