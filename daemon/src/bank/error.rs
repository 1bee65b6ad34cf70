// SPDX-License-Identifier: MIT

//! Why there is no answer from the ledger.

use qenex_abi::ResultCode;
use thiserror::Error;

/// Why there is no answer from the ledger. Nothing was changed, unless it says otherwise.
#[derive(Clone, Debug, Error)]
pub enum BankError {
    /// The ledger refused the call as a whole.
    #[error("{}", refused(*.0))]
    Refused(u32),
    /// One item is not for this caller to ask for.
    #[error("only the owner may debit the account")]
    NotOwner {
        /// Place of the item, from 0.
        item: usize,
    },
    /// The device or the system failed.
    #[error("the ledger does not answer: {0}")]
    System(String),
    /// The books cannot be read.
    #[error("the books cannot be read: {0}")]
    Books(String),
    /// The books have not caught up, so that it is not certain whether this was done before.
    #[error("the books reach to entry {books}, but entry {wanted} is needed to answer: try again")]
    Behind {
        /// The last entry in the books.
        books: u64,
        /// The entry needed.
        wanted: u64,
    },
    /// One item ends a hold about which an analyst is to decide.
    #[error("the hold is under review: an analyst must decide first")]
    UnderReview {
        /// Place of the item, from 0.
        item: usize,
    },
    /// What is to be held for review cannot be noted, so nothing was done about it.
    #[error("payments cannot be judged: {0}")]
    Risk(String),
    /// The ledger made the change, which is not durable yet.
    #[error("entry {0} was made, but is not durable yet")]
    NotDurableYet(u64),
    /// The queue is full, or it took too long to come to the front.
    #[error("too many requests are waiting: try again")]
    Busy,
    /// The daemon is stopping.
    #[error("the daemon is stopping")]
    Stopping,
}

fn refused(result: u32) -> String {
    match ResultCode::from_u32(result) {
        Some(code) => format!("{code}: {}", code.meaning()),
        None => format!("the ledger refused with result {result}"),
    }
}
