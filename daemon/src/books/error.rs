// SPDX-License-Identifier: MIT

//! What can be wrong with the books. Making them anew mends all of it but a damaged journal.

use std::path::PathBuf;

use thiserror::Error;

use crate::store::StoreError;
use crate::store::sqlite::is_damage;

/// Why the books cannot be used.
#[derive(Debug, Error)]
pub enum BooksError {
    /// They cannot be read.
    #[error("the books are damaged ({0}): make them anew with `qenexd reindex`")]
    Damaged(String),
    /// A row is not what was written.
    #[error("the books are damaged in the row of entry {sequence} ({why}): make them anew with `qenexd reindex`")]
    Row {
        /// Sequence number of the row.
        sequence: u64,
        /// What does not fit.
        why: String,
    },
    /// A number that no row can have.
    #[error("{0} is above 2^63 and so in no row")]
    Range(u64),
    /// Books of another ledger.
    #[error("the books are those of another ledger: remove books.sqlite, or give the right directory")]
    OtherLedger,
    /// Books of another journal.
    #[error("the journal does not go on where the books end ({0}): make them anew with `qenexd reindex`")]
    OtherHistory(StoreError),
    /// The journal itself.
    #[error(transparent)]
    Store(StoreError),
    /// The database says no.
    #[error("the database of the books cannot go on ({0}): check disk space, or make them anew with `qenexd reindex`")]
    Sqlite(#[from] rusqlite::Error),
    /// The file system says no.
    #[error("{path}: {source}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl BooksError {
    /// Whether the books themselves are wrong, so that they should be made anew from the journal: not the journal, and
    /// not a disk that is full or a file that somebody else holds.
    pub fn is_damage(&self) -> bool {
        match self {
            BooksError::Damaged(_) | BooksError::Row { .. } => true,
            BooksError::Sqlite(error) => is_damage(error),
            _ => false,
        }
    }

    /// An error of the walk that begins where the books end.
    pub(super) fn from_walk(error: StoreError) -> Self {
        match error {
            StoreError::Chain { .. } | StoreError::Gap { .. } => BooksError::OtherHistory(error),
            error => BooksError::Store(error),
        }
    }
}
