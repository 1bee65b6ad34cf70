// SPDX-License-Identifier: MIT

//! The way from a request to the ledger and back, for programs inside the daemon.
//!
//! [`Bank`] is what a ledger must be able to do: the kernel's through its device, or the same ledger inside the process in
//! tests. A [`Counter`] does what is asked for, at most once for each id. The threads that work at counters have bounded
//! queues, see [`Desk`].
//!
//! # At most once, for ever
//!
//! The kernel remembers the ids of as many changes as its ring takes. The [books](crate::books) remember all, but may lag
//! behind. [`Recent`] holds the ids in between, and closes the gap between asking and doing: see there why no change can
//! be made twice.

mod counter;
mod desk;
mod device;
mod durable;
mod error;
mod key;
mod recent;
mod repeat;

use qenex_abi::{AccountRequest, Id, Info, JournalEntry, Transfer, TransferResult, UpdateRequest};
pub use qenex_device::AccountsRead;

pub(crate) use counter::groups;
pub use counter::{Counter, Scope};
pub use desk::Desk;
pub use durable::Durable;
pub use error::BankError;
pub use key::{derive_id, random_id};
pub use recent::{Recent, Watched};
pub(crate) use repeat::transfer as same_transfer;

/// A ledger, as one of its operators reaches it. Calls may come from any number of threads at once.
///
/// A refusal of the ledger is an answer, not an error: it is in the `result` of what comes back.
pub trait Bank: Send + Sync {
    /// What the ledger is and how full.
    ///
    /// # Errors
    ///
    /// [`BankError::System`].
    fn info(&self) -> Result<Info, BankError>;

    /// Opens an account; the answer is the request with its outcome.
    ///
    /// # Errors
    ///
    /// [`BankError::System`].
    fn open_account(&self, request: &AccountRequest) -> Result<AccountRequest, BankError>;

    /// Changes an account; the answer is the request with its outcome.
    ///
    /// # Errors
    ///
    /// [`BankError::System`].
    fn update_account(&self, request: &UpdateRequest) -> Result<UpdateRequest, BankError>;

    /// Reads accounts at one instant, up to [`qenex_abi::QENEX_BATCH_MAX`].
    ///
    /// # Errors
    ///
    /// [`BankError::Refused`] if the call as a whole is refused; [`BankError::System`].
    fn accounts(&self, numbers: &[u64]) -> Result<AccountsRead, BankError>;

    /// Moves money, up to [`qenex_abi::QENEX_BATCH_MAX`] times; one result for each item.
    ///
    /// # Errors
    ///
    /// [`BankError::Refused`] if the call as a whole is refused; [`BankError::System`].
    fn batch(&self, items: &[Transfer]) -> Result<Vec<TransferResult>, BankError>;

    /// What the ledger still remembers under each id.
    ///
    /// # Errors
    ///
    /// [`BankError::Refused`] if the call as a whole is refused; [`BankError::System`].
    fn recorded(&self, ids: &[Id]) -> Result<Vec<Option<JournalEntry>>, BankError>;

    /// Up to `count` changes from `first` on, or from the oldest that is remembered.
    ///
    /// # Errors
    ///
    /// [`BankError::Refused`] if the call as a whole is refused; [`BankError::System`].
    fn recorded_from(&self, first: u64, count: usize) -> Result<Vec<JournalEntry>, BankError>;
}
