// SPDX-License-Identifier: MIT

//! What an audit can find.

use thiserror::Error;

use crate::state::Inconsistent;
use crate::store::{ChainHead, StoreError};

/// What an audit has found.
#[derive(Debug, Error)]
pub enum AuditError {
    /// The store cannot be read, a group is damaged or does not follow.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An entry does not follow from what was before it.
    #[error(transparent)]
    Inconsistent(#[from] Inconsistent),
    /// Money came from nowhere.
    #[error("after entry {sequence} the balances of currency {currency} add up to {sum} instead of zero")]
    Unbalanced {
        /// The last entry added up.
        sequence: u64,
        /// ISO 4217 numeric.
        currency: u32,
        /// Minor units.
        sum: i128,
    },
    /// A reversal of nothing.
    #[error("entry {sequence} is wrong: it reverses {original:032x}, which is no posting before it")]
    NoOriginal {
        /// Of the reversal.
        sequence: u64,
        /// Id of what it reverses.
        original: u128,
    },
    /// A reversal that does not lie opposite to its original.
    #[error("entry {sequence} is wrong: it does not go back the way of entry {original}, which it reverses")]
    OtherWay {
        /// Of the reversal.
        sequence: u64,
        /// Of the original.
        original: u64,
    },
    /// More was reversed than was posted.
    #[error("entry {sequence} is wrong: with it {excess} more is reversed of entry {original} than was posted")]
    ReversedTooMuch {
        /// Of the reversal.
        sequence: u64,
        /// Of the original.
        original: u64,
        /// Minor units.
        excess: u64,
    },
    /// The history was rewritten.
    #[error("the chain has head {found} after entry {sequence}, not {kept} as was kept: the journal was rewritten")]
    OtherHead {
        /// The entry.
        sequence: u64,
        /// Kept elsewhere.
        kept: ChainHead,
        /// In the store.
        found: ChainHead,
    },
    /// The head that was kept is after none of the store's groups.
    #[error(
        "no group of the journal ends with entry {sequence} (it reaches to entry {end}): the head that was kept belongs to \
         another journal, or this one was rewritten or cut off"
    )]
    NoSuchHead {
        /// Where it was taken.
        sequence: u64,
        /// Last entry of the journal.
        end: u64,
    },
}

/// How the live ledger differs from its journal, or why they cannot be compared.
#[derive(Debug, Error)]
pub enum LiveError {
    /// The device.
    #[error("the ledger in the kernel: {0}")]
    Device(#[from] qenex_device::Error),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An entry that came meanwhile does not follow.
    #[error(transparent)]
    Inconsistent(#[from] Inconsistent),
    /// The kernel has another ledger.
    #[error("the ledger in the kernel is another one, {0:032x}")]
    OtherLedger(u128),
    /// The kernel has no ledger yet.
    #[error("the ledger in the kernel is not open: no daemon has given it this store's state")]
    NotOpen,
    /// The store does not follow the kernel.
    #[error("the ledger in the kernel is at entry {kernel}, the store stays at {store}: no daemon serves this store")]
    StoreBehind {
        /// The last entry in the store.
        store: u64,
        /// Where the kernel stood.
        kernel: u64,
    },
    /// The store has what the kernel has not.
    #[error("the store is at entry {store}, the ledger in the kernel only at {kernel}")]
    StoreAhead {
        /// The last entry in the store.
        store: u64,
        /// Where the kernel stood.
        kernel: u64,
    },
    /// The journal knows nothing of an account.
    #[error("account {0} is in the kernel, and no entry of the journal opens it")]
    UnknownAccount(u64),
    /// An account is not what the journal makes of it.
    #[error(
        "account {account}: {field} is {kernel} in the kernel and {store} by the journal; last changed by entry {sequence}"
    )]
    Differs {
        /// Number of the account.
        account: u64,
        /// The first field that differs.
        field: &'static str,
        /// Its value in the kernel.
        kernel: u128,
        /// Its value by the journal.
        store: u128,
        /// The last entry that changed the account.
        sequence: u64,
    },
}

impl AuditError {
    /// Sequence number of the first entry that is wrong, if that is what was found.
    pub fn first_bad(&self) -> Option<u64> {
        match self {
            AuditError::Store(error) => error.first_bad(),
            AuditError::Inconsistent(error) => Some(error.sequence),
            AuditError::Unbalanced { sequence, .. }
            | AuditError::NoOriginal { sequence, .. }
            | AuditError::OtherWay { sequence, .. }
            | AuditError::ReversedTooMuch { sequence, .. }
            | AuditError::OtherHead { sequence, .. } => Some(*sequence),
            AuditError::NoSuchHead { .. } => None,
        }
    }
}
