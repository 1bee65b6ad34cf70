// SPDX-License-Identifier: MIT

//! What can be wrong with a snapshot.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::state::InvalidState;

/// Why a snapshot cannot be read or written.
#[derive(Debug, Error)]
pub enum SnapshotError {
    /// The file is no snapshot, or not whole.
    #[error("snapshot {path} is damaged: {why}")]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What does not fit.
        why: String,
    },
    /// A newer qenexd made it.
    #[error("snapshot {path} has format {found}, this qenexd knows {known}: use a newer qenexd")]
    NewerFormat {
        /// Which file.
        path: PathBuf,
        /// Of the file.
        found: u32,
        /// The newest this program knows.
        known: u32,
    },
    /// What it holds contradicts itself.
    #[error("snapshot {path} is damaged: {fault}")]
    Invalid {
        /// Which file.
        path: PathBuf,
        /// What contradicts.
        fault: InvalidState,
    },
    /// The file system says no.
    #[error("{path}: {source}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl SnapshotError {
    pub(super) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> SnapshotError {
        let path = path.into();
        move |source| SnapshotError::Io { path, source }
    }
}
