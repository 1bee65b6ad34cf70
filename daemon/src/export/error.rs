// SPDX-License-Identifier: MIT

//! What can be wrong with an exported file.

use std::io;

use thiserror::Error;

use crate::state::Inconsistent;
use crate::store::StoreError;

/// Why a journal cannot be exported or imported.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The file cannot be written or read.
    #[error("the file: {0}")]
    Io(#[from] io::Error),
    /// The store that is exported or filled.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file is no exported journal, or not whole.
    #[error("the exported file is damaged after entry {after}: {why}; take another copy")]
    Damaged {
        /// Everything up to this entry is right.
        after: u64,
        /// What does not fit.
        why: String,
    },
    /// A newer qenexd wrote the file.
    #[error("the exported file has format {found}, this qenexd knows {known}: use a newer qenexd")]
    NewerFormat {
        /// Of the file.
        found: u32,
        /// [`super::FORMAT`].
        known: u32,
    },
    /// The journal in the file is whole but not right.
    #[error(transparent)]
    Inconsistent(#[from] Inconsistent),
}
