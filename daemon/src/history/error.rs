// SPDX-License-Identifier: MIT

//! Why a question about the past has no answer.

use thiserror::Error;

use crate::books::BooksError;

/// Why a question about the past has no answer.
#[derive(Debug, Error)]
pub enum HistoryError {
    /// The books.
    #[error(transparent)]
    Books(#[from] BooksError),
    /// The books lag.
    #[error("the books reach to entry {books} only, the ledger to entry {state}: bring them up to date first")]
    Behind {
        /// Last entry in the books.
        books: u64,
        /// Last entry of the state.
        state: u64,
    },
    /// No such account.
    #[error("there is no account {0}")]
    NoAccount(u64),
    /// The account came later.
    #[error("account {account} was not open yet after entry {sequence}")]
    NotOpenYet {
        /// The account.
        account: u64,
        /// The moment.
        sequence: u64,
    },
    /// A moment to come.
    #[error("entry {asked} is not there yet, the last one is {end}")]
    Future {
        /// Asked for.
        asked: u64,
        /// The last one.
        end: u64,
    },
    /// The end of a period is before its beginning.
    #[error("the period ends before it begins")]
    Backwards,
    /// The rows do not explain each other.
    #[error(
        "the books are damaged: entries of account {account} are missing or wrong after entry {after}; make them anew with \
         `qenexd reindex`"
    )]
    Missing {
        /// The account.
        account: u64,
        /// Up to here they are right.
        after: u64,
    },
}
