// SPDX-License-Identifier: MIT

//! Why there is no backup.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::audit::AuditError;
use crate::store::StoreError;

/// Why there is no backup.
#[derive(Debug, Error)]
pub enum BackupError {
    /// Nothing is overwritten.
    #[error("{0} is not empty: give a new directory")]
    Exists(PathBuf),
    /// The copy is not right.
    #[error("the copy is not right, so the store is not either: {0}")]
    Copy(#[from] AuditError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database.
    #[error("the copy could not be made: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The copy cannot be used.
    #[error("the copy's journal mode is {0} and cannot be set to WAL")]
    Mode(String),
    /// The file system.
    #[error("{path}: {source}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl BackupError {
    pub(super) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> BackupError {
        let path = path.into();
        move |source| BackupError::Io { path, source }
    }
}
