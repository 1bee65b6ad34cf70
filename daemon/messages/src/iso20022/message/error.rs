// SPDX-License-Identifier: MIT

//! Why a message cannot be read into its type.

use crate::finding::Findings;
use crate::iso20022::validate::Refusal;

/// Why an element cannot be read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct ReadError {
    /// The element.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// Why an input cannot be read as a message of the type wanted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParseError {
    /// It cannot be read to its end.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It breaks its schema.
    #[error("the message has {} errors, the first: {}", .0.errors(), .0.list().first().map(ToString::to_string).unwrap_or_default())]
    Invalid(Box<Findings>),
    /// It is another message.
    #[error("it is {found}, not {wanted}")]
    Other {
        /// The definition found, empty if none.
        found: String,
        /// The definition wanted.
        wanted: &'static str,
    },
    /// A value has no meaning, such as an account number with wrong check digits.
    #[error(transparent)]
    Value(#[from] ReadError),
}
