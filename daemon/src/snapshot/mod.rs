// SPDX-License-Identifier: MIT

//! Snapshots: states saved in files, so that a restart need not replay the whole journal.
//!
//! A snapshot is a convenience, never the truth: it can be thrown away and made again from the journal. It is taken
//! from a state that was made by replay, not from the live ledger, so that nobody is stopped for it. One that is
//! damaged is reported and the one before is used; one that is of another ledger or of another history is refused,
//! because its being there means that somebody mixed up directories.

mod directory;
mod error;
mod file;

pub use directory::{Found, Snapshots};
pub use error::SnapshotError;

use crate::state::State;
use crate::store::ChainHead;

/// A state and its place in the audit chain.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The state.
    pub state: State,
    /// The chain's head up to the state's last entry, which is the last one of a group.
    pub chain: ChainHead,
}
