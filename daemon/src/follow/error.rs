// SPDX-License-Identifier: MIT

//! Why following has ended.

use thiserror::Error;

use crate::books::BooksError;
use crate::restore::RestoreError;
use crate::snapshot::SnapshotError;
use crate::store::StoreError;

/// Why following has ended.
#[derive(Debug, Error)]
pub enum FollowError {
    /// An entry is wrong, or the store cannot be read.
    #[error(transparent)]
    Journal(#[from] RestoreError),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The books.
    #[error(transparent)]
    Books(#[from] BooksError),
    /// A snapshot cannot be written.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The system gives no thread.
    #[error("no thread: {0}")]
    Thread(std::io::Error),
    /// It has ended before.
    #[error("following the journal has ended: {0}")]
    Ended(String),
}
