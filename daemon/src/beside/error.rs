// SPDX-License-Identifier: MIT

//! Why a database beside the journal cannot be used.

use std::path::PathBuf;

use thiserror::Error;

use crate::store::sqlite::remedy;

/// Why a database beside the journal cannot be used, in one line that says what to do.
#[derive(Debug, Error)]
pub enum BesideError {
    /// The database says no.
    #[error("the database of {about} cannot be used ({source}): {remedy}", remedy = remedy(.source, .file))]
    Sqlite {
        /// Its name in the store's directory.
        file: &'static str,
        /// What it is about.
        about: &'static str,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// A newer program made it.
    #[error("{path} has format {found}, this program knows format {known}: use a newer qenexd")]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest known.
        known: i64,
    },
    /// The file system says no.
    #[error("{path}: {source}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}
