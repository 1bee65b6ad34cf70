// SPDX-License-Identifier: MIT

//! Why a ledger cannot be brought back.

use thiserror::Error;

use crate::snapshot::SnapshotError;
use crate::state::Inconsistent;
use crate::store::StoreError;

/// Why a ledger cannot be brought back.
#[derive(Debug, Error)]
pub enum RestoreError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An entry does not follow from what was before it, although it is the one that was written.
    #[error("{0}; the journal is not that of a QENEX ledger or a snapshot is wrong: run `qenexd verify`")]
    Inconsistent(#[from] Inconsistent),
    /// A snapshot that cannot be passed over.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The journal has lost its end.
    #[error(
        "there is a snapshot after entry {snapshot} but the journal ends at entry {journal}: its end is lost; restore the \
         store from a backup, or remove the snapshot if the journal was cut off on purpose"
    )]
    SnapshotAhead {
        /// Of the newest snapshot.
        snapshot: u64,
        /// Of the journal.
        journal: u64,
    },
    /// A snapshot of this ledger, but not of this journal.
    #[error(
        "the snapshot after entry {0} belongs to another history than the journal: remove it if the journal is the right \
         one, or restore the store from a backup"
    )]
    OtherHistory(u64),
}

impl RestoreError {
    /// Sequence number of the first entry that is known to be bad, if that is what the error says.
    pub fn first_bad(&self) -> Option<u64> {
        match self {
            RestoreError::Store(error) => error.first_bad(),
            RestoreError::Inconsistent(error) => Some(error.sequence),
            _ => None,
        }
    }
}
