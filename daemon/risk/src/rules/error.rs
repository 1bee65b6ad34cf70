// SPDX-License-Identifier: MIT

//! What can be wrong with a file of rules. The set in use stays.

use thiserror::Error;

/// Why a file of rules is not taken.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
pub enum RuleError {
    /// Not such a file.
    #[error("the rules cannot be read: {0}")]
    Syntax(String),
    /// Two things have the same name.
    #[error("there are two rules with the id {0:?}")]
    Duplicate(String),
    /// A rule contradicts itself or can never apply.
    #[error("rule {id:?}: {why}")]
    Rule {
        /// Its id.
        id: String,
        /// What is wrong.
        why: String,
    },
}
