// SPDX-License-Identifier: MIT

//! The store: the journal of one ledger, durable, in groups that are chained by hash.
//!
//! A *group* is a run of up to [`GROUP_MAX`] entries with the SHA-256 of it and of everything before it. Groups are
//! what is made durable, because writing thousands of entries costs little more than writing one: a commit is one fsync
//! however many entries are in it.
//!
//! [`Store`] and [`Reader`] are what a backend must do; [`sqlite`] is the embedded one. [`writer::Writer`] is the one
//! thread that appends.

mod chain;
mod error;
mod group;
pub mod lock;
pub mod mark;
mod seal;
pub mod sqlite;
mod walk;
pub mod writer;

use qenex_abi::Id;

pub use chain::ChainHead;
pub use error::StoreError;
pub use group::{GROUP_MAX, Group, NoGroup};
pub use walk::Walk;

/// Version of the store's format. A store of a newer one is refused.
pub const FORMAT: u32 = 1;

/// What a store is, fixed when it is made.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Identity {
    /// Which ledger's journal it holds.
    pub ledger_id: Id,
    /// Version of its format.
    pub format: u32,
    /// When it was made, nanoseconds since 1970-01-01 UTC.
    pub created: u64,
}

/// The end of what is durable.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Head {
    /// Sequence number of the last entry; 0 in an empty store.
    pub sequence: u64,
    /// Time of that entry, nanoseconds since 1970-01-01 UTC.
    pub timestamp: u64,
    /// The chain's hash over all entries up to it.
    pub chain: ChainHead,
}

/// The one who appends. There is at most one for a store at any time.
pub trait Store: Send {
    /// What the store is.
    fn identity(&self) -> Identity;

    /// The end of what is durable.
    fn head(&self) -> Head;

    /// Makes `groups` durable, all or none, as the next ones. When it returns they survive a power cut.
    ///
    /// # Errors
    ///
    /// [`StoreError::Order`] if they are not the next ones; otherwise what the backend says. After an error nothing of
    /// them is in the store, as far as the store can tell; it must be opened anew before anything else is appended.
    fn append(&mut self, groups: &[Group]) -> Result<(), StoreError>;

    /// Somebody who reads beside the one who appends, on any thread.
    ///
    /// # Errors
    ///
    /// What the backend says.
    fn reader(&self) -> Result<Box<dyn Reader>, StoreError>;
}

/// One who reads. Any number may read while another appends.
pub trait Reader: Send {
    /// What the store is.
    fn identity(&self) -> Identity;

    /// The end of what is durable now.
    ///
    /// # Errors
    ///
    /// What the backend says, or that the last group is damaged.
    fn head(&mut self) -> Result<Head, StoreError>;

    /// Groups in order, beginning with the one that holds entry `sequence`, about as many as fit in `bytes` but at
    /// least one; none if there are no more. Each has been checked in itself; that one follows on the other is for
    /// [`Walk`] to check.
    ///
    /// # Errors
    ///
    /// What the backend says, or that a group is damaged.
    fn groups(&mut self, sequence: u64, bytes: usize) -> Result<Vec<Group>, StoreError>;
}
