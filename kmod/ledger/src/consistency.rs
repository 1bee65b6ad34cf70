// SPDX-License-Identifier: MIT OR GPL-2.0

//! Whether a restored state adds up.
//!
//! Its digest says that it is the state that was saved; that the saved one was right is not taken on trust. A ledger whose
//! books do not balance is not opened, nor one with a hold whose end would take more from an account than is held there, or
//! with an account whose last change is yet to come.

use qenex_abi::{AccountNumber, RestoreEnd};

use crate::account::AccountState;
use crate::holds::Hold;
use crate::ledger::Ledger;
use crate::sync::{Array, Nesting, OutOfMemory};

impl Ledger {
    /// Whether what was restored adds up, by the end of it that was given. For a ledger that is being restored: nothing
    /// changes meanwhile, and the calls of the restoring come one at a time. In process context.
    pub(crate) fn adds_up(&self, end: &RestoreEnd) -> Result<bool, OutOfMemory> {
        let mut sums = Array::new(self.cash.len(), |_| 0i128)?;
        // Each hold is taken from its accounts, which have to hold nothing then, and put back.
        let mut taken = 0;
        while taken < end.holds && self.take_hold(taken, end) {
            // OVERFLOW: below the number of holds.
            taken += 1;
        }
        let mut right = taken == end.holds;
        for index in 1..=end.accounts {
            let found = self.with_account(index, |state| {
                let counters = &state.counters;
                right &= counters.debits_held == 0 && counters.credits_held == 0 && state.sequence <= end.sequence;
                (state.currency, i128::from(counters.credits_posted) - i128::from(counters.debits_posted))
            });
            match found.and_then(|(currency, balance)| Some((sums.get_mut(usize::from(currency))?, balance))) {
                // OVERFLOW: fewer than 2^63 balances of less than 2^64 each.
                Some((sum, balance)) => *sum = sum.wrapping_add(balance),
                None => right = false,
            }
        }
        for place in 0..taken {
            self.put_hold_back(place);
        }
        Ok(right && sums.iter().all(|sum| *sum == 0))
    }

    /// Takes what the hold in this place holds from its accounts; false, and nothing is taken, if they do not hold as much.
    fn take_hold(&self, place: u64, end: &RestoreEnd) -> bool {
        let Some(hold) = self.hold_in(place).filter(|hold| hold.sequence <= end.sequence) else { return false };
        let take = |held: &mut u64| match held.checked_sub(hold.amount) {
            Some(rest) => {
                *held = rest;
                true
            }
            None => false,
        };
        if self.with_held(hold.from_account, |state| take(&mut state.counters.debits_held)) != Some(true) {
            return false;
        }
        if self.with_held(hold.to_account, |state| take(&mut state.counters.credits_held)) != Some(true) {
            // OVERFLOW: just taken.
            self.with_held(hold.from_account, |state| {
                state.counters.debits_held = state.counters.debits_held.wrapping_add(hold.amount);
            });
            return false;
        }
        true
    }

    /// Gives the accounts of the hold in this place what [`Self::take_hold`] took.
    fn put_hold_back(&self, place: u64) {
        let Some(hold) = self.hold_in(place) else { return };
        // OVERFLOW: it was taken before.
        self.with_held(hold.from_account, |state| {
            state.counters.debits_held = state.counters.debits_held.wrapping_add(hold.amount);
        });
        self.with_held(hold.to_account, |state| {
            state.counters.credits_held = state.counters.credits_held.wrapping_add(hold.amount);
        });
    }

    fn hold_in(&self, place: u64) -> Option<Hold> {
        self.holds.restored(place.checked_add(1)?)
    }

    fn with_held<T>(&self, number: u64, work: impl FnOnce(&mut AccountState) -> T) -> Option<T> {
        self.with_account(AccountNumber::new(number)?.index(), work)
    }

    /// Does something short to an account's state, under its lock.
    fn with_account<T>(&self, index: u64, work: impl FnOnce(&mut AccountState) -> T) -> Option<T> {
        let slot = self.accounts.get(index)?;
        slot.lock.lock(Nesting::First);
        // SAFETY: the account's lock is held.
        let done = work(unsafe { slot.state.get() });
        // SAFETY: taken above; the state is not used any more.
        unsafe { slot.lock.unlock() };
        Some(done)
    }
}
