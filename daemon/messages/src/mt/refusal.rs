// SPDX-License-Identifier: MIT

//! Why a file cannot be read as MT messages to its end.

use crate::finding::Position;

/// Why a file is refused. What was read before stays read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{text}")]
pub struct MtRefusal {
    /// Stable identifier of the kind of refusal: `mt-block`, `mt-unfinished`, `mt-too-large` or `mt-none`.
    pub code: &'static str,
    /// Where reading stopped.
    pub at: Position,
    /// Why, and what would be right.
    pub text: String,
}
