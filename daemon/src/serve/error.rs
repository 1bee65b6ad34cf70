// SPDX-License-Identifier: MIT

//! Why the daemon does not serve.

use thiserror::Error;

use crate::beside::BesideError;
use crate::drain::DrainError;
use crate::follow::FollowError;
use crate::restore::RestoreError;
use crate::store::StoreError;

/// Why the daemon does not serve, in one line that says what to do.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The device.
    #[error("the ledger in the kernel: {0}")]
    Device(#[from] qenex_device::Error),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Bringing the state back.
    #[error(transparent)]
    Restore(#[from] RestoreError),
    /// The drain.
    #[error(transparent)]
    Drain(#[from] DrainError),
    /// The books and snapshots.
    #[error(transparent)]
    Follow(#[from] FollowError),
    /// A database beside the journal.
    #[error(transparent)]
    Beside(#[from] BesideError),
    /// The HTTP API.
    #[error(transparent)]
    Api(#[from] crate::api::ApiError),
    /// There is no store, but the kernel's ledger is not new.
    #[error(
        "the ledger in the kernel has {0} changes, and there is no store of them: name the right store, or unload and load the \
         module to begin a new ledger"
    )]
    NeverStored(u64),
    /// The kernel has another ledger than the store.
    #[error(
        "the ledger in the kernel is {kernel:032x}, that of the store {store:032x}: name the right store, or unload and load \
         the module to bring this store's ledger back"
    )]
    OtherLedger {
        /// Id of the kernel's ledger.
        kernel: u128,
        /// Id of the store's.
        store: u128,
    },
    /// A restoring was begun and not ended.
    #[error("the ledger in the kernel is half restored: unload and load the module, then start again")]
    HalfRestored,
    /// The kernel has forgotten what the store lacks.
    #[error(
        "the store ends at entry {store}, but everything up to {acknowledged} was acknowledged as stored: this is an older copy \
         of the store; name the right one"
    )]
    StoreBehind {
        /// The last entry in the store.
        store: u64,
        /// What was acknowledged.
        acknowledged: u64,
    },
    /// The store has what the kernel has not.
    #[error(
        "the store ends at entry {store}, the ledger in the kernel at {kernel}: unload and load the module to bring the store's \
         ledger back"
    )]
    StoreAhead {
        /// The last entry in the store.
        store: u64,
        /// The last one in the kernel.
        kernel: u64,
    },
}
