// SPDX-License-Identifier: MIT

//! Why the drain has ended.

use thiserror::Error;

use crate::store::StoreError;

/// What the source of the journal says.
#[derive(Debug, Error)]
#[error("the kernel's journal: {0}")]
pub struct SourceError(pub String);

/// Why the drain has ended.
#[derive(Debug, Error)]
pub enum DrainError {
    /// The source.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The source left something out.
    #[error(
        "the kernel's journal begins at entry {found} where entry {expected} is next: the store belongs to another ledger, \
         or has lost its end"
    )]
    Gap {
        /// One more than the last in the store.
        expected: u64,
        /// What came.
        found: u64,
    },
    /// A thread has panicked.
    #[error("the thread that acknowledges has panicked")]
    Panicked,
}
