// SPDX-License-Identifier: MIT

//! The state of a ledger: all accounts and open holds, as the journal's entries leave them.
//!
//! [`State::apply`] is the userspace twin of the kernel's commit. It takes nothing on trust: what an entry says must be
//! exactly what the rule of its kind makes of the state before it. A state that applied a journal without complaint
//! therefore proves the journal, and its [digest](State::digest) is that of the kernel's ledger.

mod apply;
mod digest;
mod error;
mod spending;

use std::collections::HashMap;

use qenex_abi::{AccountNumber, Counters, Id, JournalEntry, RestoreAccount, RestoreEnd, RestoreHold};
use zerocopy::IntoBytes;

pub use digest::Digest;
pub use error::{Fault, Inconsistent, InvalidState};

/// Numeric currency codes have three digits.
const CURRENCY_CODES: usize = 1000;

/// The CRC-32C that belongs into an entry's `crc` field.
pub fn entry_checksum(entry: &JournalEntry) -> u32 {
    let bytes = entry.as_bytes();
    crc32c::crc32c(&bytes[..bytes.len() - size_of::<u32>()])
}

/// The state of a ledger after its last applied entry.
#[derive(Clone, Debug)]
pub struct State {
    ledger_id: Id,
    sequence: u64,
    timestamp: u64,
    ids_made: u64,
    /// By index: the account with index 1 is the first.
    accounts: Vec<RestoreAccount>,
    /// By the id under which they were made.
    holds: HashMap<Id, RestoreHold>,
    /// For each numeric currency code the sum of all balances, which is zero if the books balance.
    sums: Vec<i128>,
}

impl State {
    /// The state of a ledger in which nothing has happened yet.
    pub fn new(ledger_id: Id) -> Self {
        State {
            ledger_id,
            sequence: 0,
            timestamp: 0,
            ids_made: 0,
            accounts: Vec::new(),
            holds: HashMap::new(),
            sums: vec![0; CURRENCY_CODES],
        }
    }

    /// The state that these parts make up, as a snapshot holds them.
    ///
    /// # Errors
    ///
    /// [`InvalidState`] if they contradict each other.
    pub fn from_parts(
        end: RestoreEnd,
        accounts: Vec<RestoreAccount>,
        holds: Vec<RestoreHold>,
    ) -> Result<Self, InvalidState> {
        let mut state = State::new(end.ledger_id);
        (state.sequence, state.timestamp, state.ids_made) = (end.sequence, end.timestamp, end.ids_made);
        if end.accounts != accounts.len() as u64 || end.holds != holds.len() as u64 {
            return Err(InvalidState::Counts);
        }
        for (index, account) in (1..).zip(&accounts) {
            let number = AccountNumber::from_index(index).map_or(0, AccountNumber::get);
            if account.account_number != number || account.sequence > end.sequence {
                return Err(InvalidState::Account(account.account_number));
            }
            let sum = usize::try_from(account.currency).ok().and_then(|code| state.sums.get_mut(code));
            *sum.ok_or(InvalidState::Account(account.account_number))? += balance(&account.counters);
        }
        if let Some(currency) = state.sums.iter().position(|sum| *sum != 0) {
            // CAST: below CURRENCY_CODES.
            return Err(InvalidState::Unbalanced(currency as u32));
        }
        state.accounts = accounts;
        state.holds.reserve(holds.len());
        for hold in holds {
            let known = state.account(hold.from_account).is_some() && state.account(hold.to_account).is_some();
            if !known || hold.sequence > end.sequence || state.holds.insert(hold.id, hold).is_some() {
                return Err(InvalidState::Hold(hold.id.to_u128()));
            }
        }
        Ok(state)
    }

    /// Which ledger this is.
    pub fn ledger_id(&self) -> Id {
        self.ledger_id
    }

    /// Sequence number of the last entry applied; 0 before the first.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Time of the last entry applied, nanoseconds since 1970-01-01 UTC.
    pub fn timestamp(&self) -> u64 {
        self.timestamp
    }

    /// All accounts, by index.
    pub fn accounts(&self) -> &[RestoreAccount] {
        &self.accounts
    }

    /// The account with this number.
    pub fn account(&self, number: u64) -> Option<&RestoreAccount> {
        self.accounts.get(place(number)?)
    }

    /// The open hold with this id.
    pub fn hold(&self, id: Id) -> Option<&RestoreHold> {
        self.holds.get(&id)
    }

    /// All open holds, in the order in which they were made.
    pub fn holds(&self) -> Vec<RestoreHold> {
        let mut holds: Vec<_> = self.holds.values().copied().collect();
        holds.sort_unstable_by_key(|hold| hold.sequence);
        holds
    }

    /// Where the ledger stands.
    pub fn end(&self) -> RestoreEnd {
        RestoreEnd {
            ledger_id: self.ledger_id,
            sequence: self.sequence,
            timestamp: self.timestamp,
            ids_made: self.ids_made,
            accounts: self.accounts.len() as u64,
            holds: self.holds.len() as u64,
        }
    }

    /// The first currency, by numeric code, whose balances do not add up to zero, and what they add up to.
    pub fn unbalanced(&self) -> Option<(u32, i128)> {
        // CAST: below CURRENCY_CODES.
        self.sums.iter().position(|sum| *sum != 0).map(|code| (code as u32, self.sums[code]))
    }

    /// The same as [`Self::unbalanced`], added up anew from all accounts.
    pub fn unbalanced_anew(&self) -> Option<(u32, i128)> {
        let mut sums = std::collections::BTreeMap::<u32, i128>::new();
        for account in &self.accounts {
            *sums.entry(account.currency).or_default() += balance(&account.counters);
        }
        sums.into_iter().find(|(_, sum)| *sum != 0)
    }
}

/// What is in an account with these counters, minor units: credits posted less debits posted.
pub fn balance(counters: &Counters) -> i128 {
    i128::from(counters.credits_posted) - i128::from(counters.debits_posted)
}

/// The place of the account with this number in a list of all.
fn place(number: u64) -> Option<usize> {
    usize::try_from(AccountNumber::new(number)?.index() - 1).ok()
}
