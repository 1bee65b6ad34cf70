// SPDX-License-Identifier: MIT

//! What can be wrong with an entry, or with a state that was saved.

use thiserror::Error;

/// An entry that does not follow from the state before it. Nothing of it was applied.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("entry {sequence} is wrong: {fault}")]
pub struct Inconsistent {
    /// Sequence number at which the journal is wrong: the one expected, if another one came.
    pub sequence: u64,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with an entry.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum Fault {
    /// Another number was next.
    #[error("entry {0} came in its place")]
    Gap(u64),
    /// Time went back.
    #[error("its time {time} ns is before {before} ns, that of the entry before it")]
    TimeWentBack {
        /// Of this entry, nanoseconds since 1970-01-01 UTC.
        time: u64,
        /// Of the one before, nanoseconds since 1970-01-01 UTC.
        before: u64,
    },
    /// The bytes are not those that were written.
    #[error("its checksum is {found:08x} but its bytes give {computed:08x}")]
    Checksum {
        /// In the entry.
        found: u32,
        /// Of its bytes.
        computed: u32,
    },
    /// A kind that this program does not know.
    #[error("its kind {0} is unknown; a newer qenexd may know it")]
    Kind(u16),
    /// Every change has an id.
    #[error("it has no id")]
    NoId,
    /// Accounts are numbered in the order of their opening.
    #[error("it opens account {found} where {expected} is next")]
    OpensOutOfOrder {
        /// In the entry.
        found: u64,
        /// The next number.
        expected: u64,
    },
    /// No such account is open.
    #[error("there is no account {0}")]
    NoAccount(u64),
    /// Money cannot move within an account.
    #[error("both its accounts are {0}")]
    SameAccount(u64),
    /// Not the currency of its accounts.
    #[error("its currency is {found}, that of account {account} is {expected}")]
    Currency {
        /// In the entry, ISO 4217 numeric.
        found: u32,
        /// The account.
        account: u64,
        /// Of the account, ISO 4217 numeric.
        expected: u32,
    },
    /// Not a currency code.
    #[error("its currency {0} is no ISO 4217 numeric code")]
    CurrencyUnknown(u32),
    /// The counters are not what the rule gives.
    #[error("the {counter} of account {account} are {found} where its kind and amount give {expected}")]
    Counters {
        /// The account.
        account: u64,
        /// Which of the four counters.
        counter: &'static str,
        /// In the entry, minor units.
        found: u64,
        /// By the rule, minor units.
        expected: u64,
    },
    /// A counter, or the sum of two of one side, would leave its range.
    #[error("the {counter} of account {account} would leave their range")]
    Overflow {
        /// The account.
        account: u64,
        /// Which counter.
        counter: &'static str,
    },
    /// More was debited than was available.
    #[error("it leaves account {account} {short} minor units below what may be debited")]
    Overdrawn {
        /// The account.
        account: u64,
        /// Minor units.
        short: u128,
    },
    /// A hold with this id is open already.
    #[error("hold {0:032x} is open already")]
    HoldOpen(u128),
    /// No such hold is open.
    #[error("hold {0:032x} is not open")]
    HoldNotOpen(u128),
    /// The end of a hold does not fit the hold.
    #[error("its {field} is not that of hold {hold:032x}")]
    HoldDiffers {
        /// Id of the hold.
        hold: u128,
        /// Which field.
        field: &'static str,
    },
    /// A field of an opening or update contradicts what was asked for or was before.
    #[error("its {0} does not follow from the account before and the change asked for")]
    Field(&'static str),
}

/// Why parts do not make up a state.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum InvalidState {
    /// Not as many accounts or holds as it says.
    #[error("it does not hold as many accounts and holds as it says")]
    Counts,
    /// An account with this number is out of place or impossible.
    #[error("account {0} is impossible in its place")]
    Account(u64),
    /// The hold with this id is impossible.
    #[error("hold {0:032x} is impossible")]
    Hold(u128),
    /// The balances of this currency do not add up to zero.
    #[error("the balances of currency {0} do not add up to zero")]
    Unbalanced(u32),
}
