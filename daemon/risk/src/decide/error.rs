// SPDX-License-Identifier: MIT

//! What can be wrong with a policy.

use thiserror::Error;

/// Why a policy is not taken.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
pub enum PolicyError {
    /// Not such a file.
    #[error("the policy cannot be read: {0}")]
    Syntax(String),
    /// A number is out of range.
    #[error("{0}")]
    Range(&'static str),
}
