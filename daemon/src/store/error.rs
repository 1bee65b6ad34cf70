// SPDX-License-Identifier: MIT

//! What can be wrong with a store. Each message says what to do.

use std::io;
use std::path::PathBuf;

use qenex_abi::Id;
use thiserror::Error;

use super::{ChainHead, NoGroup};

/// Why a store cannot be used, or not go on.
#[derive(Debug, Error)]
pub enum StoreError {
    /// There is none.
    #[error("there is no store in {0}: give the right directory, or make a new store")]
    Missing(PathBuf),
    /// There is one already.
    #[error("there is a store in {0} already: open it, or give an empty directory")]
    Exists(PathBuf),
    /// Somebody else appends.
    #[error("the store in {directory} is in use{by}: stop that qenexd first")]
    InUse {
        /// Where it is.
        directory: PathBuf,
        /// Who uses it, if known, as ` by process N`.
        by: String,
    },
    /// A newer qenexd made it.
    #[error("the store has format {found}, this qenexd knows {known}: use a newer qenexd")]
    NewerFormat {
        /// Of the store.
        found: u32,
        /// [`super::FORMAT`].
        known: u32,
    },
    /// The store of another ledger.
    #[error("the store holds ledger {found:032x}, not {expected:032x}: give the directory of the right ledger")]
    OtherLedger {
        /// In the store.
        found: u128,
        /// Asked for.
        expected: u128,
    },
    /// Some file in the directory belongs to another ledger or is no store at all.
    #[error("{what} is damaged ({why}): restore it from a backup; `qenexd verify` names the first bad entry")]
    Damaged {
        /// Which part.
        what: String,
        /// What does not fit.
        why: String,
    },
    /// A group is damaged.
    #[error(
        "the journal is damaged in the group that begins with entry {first}: {fault}; restore the store from a backup, or \
         cut it off before entry {first} with the agreement of whoever answers for the books"
    )]
    Group {
        /// Its first sequence number.
        first: u64,
        /// What is wrong with it.
        fault: NoGroup,
    },
    /// An entry is missing.
    #[error("the journal has a gap: entry {expected} is missing, the next one is {found}; restore it from a backup")]
    Gap {
        /// The number that is missing.
        expected: u64,
        /// The number that comes instead.
        found: u64,
    },
    /// A group does not follow on the one before.
    #[error(
        "the audit chain is broken at entry {first}: what comes before has head {before}, the group names {named}; the \
         journal was changed, restore it from a backup"
    )]
    Chain {
        /// First entry of the group.
        first: u64,
        /// Head of what is before it.
        before: ChainHead,
        /// What it says is before it.
        named: ChainHead,
    },
    /// Less is there than was durable.
    #[error(
        "the journal ends at entry {found} but entry {marked} was durable: its end is lost, most likely its \
         write-ahead log was damaged or removed; restore it from a backup, or accept the loss with `qenexd accept-end`"
    )]
    EndLost {
        /// The last entry there.
        found: u64,
        /// The last entry that was durable.
        marked: u64,
    },
    /// What is to be appended is not what comes next.
    #[error("entry {found} was to be stored where entry {expected} is next: the journal's source has a gap")]
    Order {
        /// One more than the last stored.
        expected: u64,
        /// The first to be stored.
        found: u64,
    },
    /// Entries to be stored are wrong.
    #[error("the entries to be stored are wrong: {0}")]
    BadEntries(#[from] NoGroup),
    /// The database says no.
    #[error("the database of the store cannot go on ({0}): check disk space and the disk's health, then start again")]
    Sqlite(#[from] rusqlite::Error),
    /// The file system says no.
    #[error("{path}: {source}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The thread that writes has ended before.
    #[error("nothing more can be stored since an earlier error: {0}")]
    Stopped(String),
}

impl StoreError {
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> StoreError {
        let path = path.into();
        move |source| StoreError::Io { path, source }
    }

    pub(crate) fn damaged(what: impl Into<String>, why: impl ToString) -> StoreError {
        StoreError::Damaged { what: what.into(), why: why.to_string() }
    }

    pub(crate) fn other_ledger(found: Id, expected: Id) -> StoreError {
        StoreError::OtherLedger { found: found.to_u128(), expected: expected.to_u128() }
    }

    /// Sequence number of the first entry that is known to be bad, if that is what the error says.
    pub fn first_bad(&self) -> Option<u64> {
        match self {
            StoreError::Group { first, fault } => Some(match fault {
                NoGroup::Checksum(sequence) | NoGroup::TimeWentBack(sequence) => *sequence,
                NoGroup::Gap { expected, .. } => *expected,
                _ => *first,
            }),
            StoreError::Gap { expected, .. } => Some(*expected),
            StoreError::Chain { first, .. } => Some(*first),
            StoreError::EndLost { found, .. } => found.checked_add(1),
            _ => None,
        }
    }
}
