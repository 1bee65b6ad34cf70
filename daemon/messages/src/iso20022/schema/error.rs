// SPDX-License-Identifier: MIT

//! Which facet of its type a text breaks.

use super::{Length, Pattern};

/// Why a text is not a value of its type.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FacetError {
    /// Too few or too many characters.
    #[error("has {length} characters, {allowed} are allowed")]
    Length {
        /// How many there are.
        length: usize,
        /// How many there may be.
        allowed: Length,
    },
    /// Not of the form that the pattern demands.
    #[error("does not match the pattern {}", .0.text)]
    Pattern(&'static Pattern),
    /// Not one of the codes.
    #[error("is none of the codes {}", .0.join(", "))]
    Code(&'static [&'static str]),
    /// Not written as the base type is.
    #[error("is no {0}")]
    Form(&'static str),
    /// More digits than allowed.
    #[error("has more than {0} digits")]
    TotalDigits(u32),
    /// More decimals than allowed.
    #[error("has more than {0} decimals")]
    FractionDigits(u32),
    /// Less than the least value.
    #[error("is less than {0}")]
    TooSmall(i64),
    /// More than the greatest value.
    #[error("is more than {0}")]
    TooLarge(i64),
}
