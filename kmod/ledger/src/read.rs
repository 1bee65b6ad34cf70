// SPDX-License-Identifier: MIT OR GPL-2.0

//! Reading accounts at one instant.
//!
//! Nothing is stopped for a reader. It notes where the journal stands, copies account by account, each under its own
//! lock, and then brings the copies to the latest point that any of them shows, by what the journal says happened to
//! the others meanwhile: an entry carries the counters of both its accounts as it left them. All copies then belong to
//! the point of history just after that entry.
//!
//! Why this is right: a change reserves its sequence numbers while it holds the locks of all accounts that it touches.
//! So a copy made after the journal stood at `start` shows every change up to `start`, and a copy whose last change is
//! `n` lacks nothing up to `n`. What remains are entries after `start`, few, all in the ring.

use qenex_abi::{
    Account, AccountNumber, JournalEntry, ResultCode, QENEX_ENTRY_ID_USED_UP, QENEX_ENTRY_OPEN, QENEX_ENTRY_UPDATE,
};

use crate::account::{describe, AccountState, Caller};
use crate::ledger::Ledger;
use crate::sync::{spin_hint, Array, Nesting};

/// How often a read is begun anew before the caller is told to try again.
const TRIES: usize = 64;

impl Ledger {
    /// Reads the accounts with these numbers, as many as `accounts` has room for. In process context.
    ///
    /// Returns the point of history that was read: the state just after this sequence number.
    ///
    /// # Errors
    ///
    /// [`ResultCode::ReadContended`] if the accounts changed faster than they could be read;
    /// [`ResultCode::OutOfMemory`].
    pub fn read_accounts(&self, numbers: &[u64], accounts: &mut [Account], caller: &Caller) -> Result<u64, ResultCode> {
        let places = Places::new(numbers)?;
        for _ in 0..TRIES {
            let start = self.journal.sequence();
            let mut end = start;
            let mut settled = false;
            for (number, account) in numbers.iter().zip(accounts.iter_mut()) {
                *account = self.read_account(*number, &mut settled);
                end = end.max(account.sequence);
            }
            if self.catch_up(&places, numbers, accounts, start, end).is_some() {
                for account in accounts.iter_mut() {
                    hide_from(caller, account);
                }
                return Ok(end);
            }
        }
        Err(ResultCode::ReadContended)
    }

    /// One account as it is now. `settled`: every opening that has its sequence number by now is complete.
    fn read_account(&self, number: u64, settled: &mut bool) -> Account {
        let refused = |code| Account { account_number: number, result: code as u32, ..Account::default() };
        let Some(valid) = AccountNumber::new(number) else { return refused(ResultCode::AccountNumberInvalid) };
        if self.accounts.get(valid.index()).is_none() && !*settled {
            // It may just be being opened, and have its sequence number already: wait until that is over.
            self.opening.lock(Nesting::First);
            // SAFETY: taken above; nothing that it protects is used.
            unsafe { self.opening.unlock() };
            *settled = true;
        }
        let Some(slot) = self.accounts.get(valid.index()) else { return refused(ResultCode::AccountNotFound) };
        slot.lock.lock(Nesting::First);
        // SAFETY: the account's lock is held.
        let state = unsafe { slot.state.copy() };
        // SAFETY: taken above; only the copy is used below.
        unsafe { slot.lock.unlock() };
        let opening = self.accounts.opening(valid.index()).unwrap_or_default();
        describe(valid, &state, &opening)
    }

    /// Brings all copies from wherever they are after `start` to `end`; `None` if the read must begin anew.
    fn catch_up(&self, places: &Places, numbers: &[u64], accounts: &mut [Account], start: u64, end: u64) -> Option<()> {
        for sequence in start.saturating_add(1)..=end {
            let entry = self.wait_for(sequence)?;
            if entry.kind == QENEX_ENTRY_ID_USED_UP {
                // It names accounts, but changed none.
                continue;
            }
            for (number, is_debtor) in [(entry.from_account, true), (entry.to_account, false)] {
                for at in places.of(numbers, number) {
                    let account = accounts.get_mut(at)?;
                    if account.sequence >= sequence {
                        continue;
                    }
                    // An account that was not open yet when it was looked for, or a change of more than counters.
                    let is_posting = !matches!(entry.kind, QENEX_ENTRY_OPEN | QENEX_ENTRY_UPDATE);
                    if !is_posting || account.result != ResultCode::Ok as u32 {
                        return None;
                    }
                    advance(account, &entry, is_debtor);
                }
            }
        }
        Some(())
    }

    /// The entry with this reserved number, as soon as it is written; `None` if it has left the ring, or never was in it,
    /// as it is with entries before a restoring: then nobody will write it, and the wait would have no end.
    fn wait_for(&self, sequence: u64) -> Option<JournalEntry> {
        loop {
            if let Some(entry) = self.journal.read(sequence) {
                return Some(entry);
            }
            // Its writer holds locks and so will not be long; or it was overwritten; or the account is one that is being
            // restored, whose history comes later if at all. What is released has been written, if it ever is.
            let last = self.journal.sequence();
            let overwritten = last.saturating_sub(sequence) >= self.journal.capacity();
            if overwritten || sequence > last || sequence <= self.journal.released() {
                return None;
            }
            spin_hint();
        }
    }
}

/// Brings one copy to the state after `entry`.
fn advance(account: &mut Account, entry: &JournalEntry, is_debtor: bool) {
    let counters = if is_debtor { entry.from_after } else { entry.to_after };
    let state = AccountState {
        counters,
        overdraft_limit: account.overdraft_limit,
        sequence: entry.sequence,
        ..AccountState::default()
    };
    let moved = describe_counters(&state);
    account.balance = moved.balance;
    account.available = moved.available;
    account.debits_posted = moved.debits_posted;
    account.credits_posted = moved.credits_posted;
    account.debits_held = moved.debits_held;
    account.credits_held = moved.credits_held;
    account.sequence = moved.sequence;
}

fn describe_counters(state: &AccountState) -> Account {
    match AccountNumber::from_index(1) {
        Some(any) => describe(any, state, &Default::default()),
        None => Account::default(),
    }
}

/// Leaves nothing of an account to see for a caller who has no right to it.
fn hide_from(caller: &Caller, account: &mut Account) {
    if account.result == ResultCode::Ok as u32 && !caller.operator && account.owner != caller.uid {
        *account = Account {
            account_number: account.account_number,
            result: ResultCode::NotAccountOwner as u32,
            ..Account::default()
        };
    }
}

/// Finds the places at which a number was asked for: a hash table with linear probing, made for one call.
struct Places {
    /// One more than a place, or 0. Its length is a power of two, at least twice the number of places.
    slots: Array<u32>,
}

impl Places {
    fn new(numbers: &[u64]) -> Result<Places, ResultCode> {
        let len = numbers.len().saturating_mul(2).next_power_of_two();
        let mut slots = Array::new(len, |_| 0).map_err(|_| ResultCode::OutOfMemory)?;
        for (place, number) in numbers.iter().enumerate() {
            let mut at = Self::start(*number, len);
            while slots.get(at).is_some_and(|slot| *slot != 0) {
                at = (at + 1) & (len - 1);
            }
            if let Some(slot) = slots.get_mut(at) {
                // CAST: at most QENEX_BATCH_MAX numbers.
                *slot = place as u32 + 1;
            }
        }
        Ok(Places { slots })
    }

    /// All places at which `number` was asked for.
    fn of<'a>(&'a self, numbers: &'a [u64], number: u64) -> impl Iterator<Item = usize> + 'a {
        let len = self.slots.len();
        let mut at = Self::start(number, len);
        core::iter::from_fn(move || {
            let slot = self.slots.get(at).copied()?;
            at = (at + 1) & (len - 1);
            (slot as usize).checked_sub(1)
        })
        .filter(move |place| number != 0 && numbers.get(*place) == Some(&number))
    }

    fn start(number: u64, len: usize) -> usize {
        // CAST: masked. The index within the number, spread.
        ((number / 100).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as usize & (len - 1)
    }
}
