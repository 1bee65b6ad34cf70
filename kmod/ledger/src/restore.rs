// SPDX-License-Identifier: MIT OR GPL-2.0

//! Giving a saved state back to an empty ledger, and reading the state for its digest.
//!
//! While a ledger is being restored it takes no changes, and the calls here come one at a time. Everything is checked as
//! it comes; the digest at the end says whether all of it came.

use qenex_abi::{
    AccountNumber, Currency, JournalEntry, RestoreAccount, RestoreEnd, RestoreHold, ResultCode, QENEX_ACCOUNT_CASH,
    QENEX_ACCOUNT_CLOSED, QENEX_ACCOUNT_CREDITS_FROZEN, QENEX_ACCOUNT_DEBITS_FROZEN, QENEX_ACCOUNT_SPENDING_LIMITED,
    QENEX_ACCOUNT_TYPES, QENEX_ACCOUNT_UNLIMITED, QENEX_STATE_LIVE, QENEX_STATE_RESTORING,
};
use zerocopy::IntoBytes;

use crate::account::{AccountOpening, AccountState};
use crate::holds::Hold;
use crate::index::SEQUENCE_MAX;
use crate::ledger::Ledger;
use crate::spending::Spending;
use crate::sync::Nesting;

/// All flags that an account can have.
const FLAGS: u32 = QENEX_ACCOUNT_UNLIMITED
    | QENEX_ACCOUNT_DEBITS_FROZEN
    | QENEX_ACCOUNT_CREDITS_FROZEN
    | QENEX_ACCOUNT_CLOSED
    | QENEX_ACCOUNT_SPENDING_LIMITED;

impl Ledger {
    /// Closes an empty ledger for business, to be restored.
    ///
    /// # Errors
    ///
    /// [`ResultCode::LedgerNotEmpty`].
    pub fn restore_begin(&self) -> Result<(), ResultCode> {
        // With the lock of openings nobody opens the first account meanwhile, and without accounts nothing can move. (An id
        // that is used up meanwhile makes the restoring fail, no more.)
        self.opening.lock(Nesting::First);
        let is_empty = self.journal.sequence() == 0 && self.accounts.count() == 0;
        if is_empty {
            self.set_state(QENEX_STATE_RESTORING);
        }
        // SAFETY: taken above.
        unsafe { self.opening.unlock() };
        if is_empty {
            Ok(())
        } else {
            Err(ResultCode::LedgerNotEmpty)
        }
    }

    /// Restores the next account. In process context.
    ///
    /// # Errors
    ///
    /// [`ResultCode::RestoreOutOfOrder`] if it is not the one after the last, [`ResultCode::RestoreInconsistent`] if it
    /// cannot be as it says.
    pub fn restore_account(&self, saved: &RestoreAccount) -> Result<(), ResultCode> {
        self.check_restoring()?;
        let number = AccountNumber::new(saved.account_number).ok_or(ResultCode::AccountNumberInvalid)?;
        let index = number.index();
        // OVERFLOW: the number of accounts is bounded far below 2^64.
        if index != self.accounts.count() + 1 || self.holds.count() != 0 || self.journal.sequence() != 0 {
            return Err(ResultCode::RestoreOutOfOrder);
        }
        if index > self.accounts.max() {
            return Err(ResultCode::AccountsFull);
        }
        let currency = Currency::from_numeric(saved.currency).ok_or(ResultCode::CurrencyUnknown)?.numeric;
        let limited = saved.flags & QENEX_ACCOUNT_SPENDING_LIMITED != 0;
        let counters = &saved.counters;
        let sums_fit = counters.debits_posted.checked_add(counters.debits_held).is_some()
            && counters.credits_posted.checked_add(counters.credits_held).is_some();
        let is_cash = saved.account_type == QENEX_ACCOUNT_CASH;
        let cash = self.cash.get(usize::from(currency)).ok_or(ResultCode::CurrencyUnknown)?;
        if saved.account_type >= QENEX_ACCOUNT_TYPES
            || saved.flags & !FLAGS != 0
            || limited != (saved.spending_window != 0)
            || !sums_fit
            || is_cash && cash.load() != 0
        {
            return Err(ResultCode::RestoreInconsistent);
        }
        self.accounts.make_room(1).map_err(|_| ResultCode::OutOfMemory)?;
        let (Some(place), Some(more)) = (self.accounts.place(index), self.accounts.more(index)) else {
            return Err(ResultCode::OutOfMemory);
        };
        // SAFETY: the place is not counted yet, and calls of the restoring come one at a time.
        unsafe {
            *place.state.get() = AccountState {
                owner: saved.owner,
                currency,
                // CAST: checked to be known flags, all in the lower 16 bits.
                flags: saved.flags as u16,
                counters: saved.counters,
                overdraft_limit: saved.overdraft_limit,
                sequence: saved.sequence,
            };
            *more.spending.get() = Spending {
                limit: saved.spending_limit,
                spent: saved.spent,
                start: saved.spending_window_start,
                since: saved.spending_since,
                window: saved.spending_window,
            };
            *more.opening.get() = AccountOpening {
                opened: saved.opened,
                reference: saved.reference,
                code: saved.code,
                account_type: saved.account_type,
            };
            self.accounts.publish(index);
        }
        if is_cash {
            cash.store(index);
        }
        Ok(())
    }

    /// Restores the next open hold.
    ///
    /// # Errors
    ///
    /// [`ResultCode::RestoreOutOfOrder`], [`ResultCode::RestoreInconsistent`] if its accounts are not there or do not hold
    /// as much, [`ResultCode::HoldsFull`].
    pub fn restore_hold(&self, saved: &RestoreHold) -> Result<(), ResultCode> {
        self.check_restoring()?;
        if self.journal.sequence() != 0 || saved.sequence <= self.last_restored_hold() {
            return Err(ResultCode::RestoreOutOfOrder);
        }
        let account = |number| {
            let index = AccountNumber::new(number).map_or(0, AccountNumber::index);
            let slot = self.accounts.get(index).ok_or(ResultCode::RestoreInconsistent)?;
            // SAFETY: nobody changes an account of a ledger that is being restored.
            Ok(unsafe { slot.state.copy() })
        };
        let (from, to): (AccountState, AccountState) = (account(saved.from_account)?, account(saved.to_account)?);
        let fits = u32::from(from.currency) == saved.currency
            && from.currency == to.currency
            && from.counters.debits_held >= saved.amount
            && to.counters.credits_held >= saved.amount;
        if !fits || saved.id.is_none() || (saved.timeout == 0) != (saved.expires == 0) {
            return Err(ResultCode::RestoreInconsistent);
        }
        let key = self.index.key(saved.id);
        let bucket = self.index.bucket_of(key).ok_or(ResultCode::OutOfMemory)?;
        let place = self.holds.reserve().ok_or(ResultCode::HoldsFull)?;
        bucket.lock.lock(Nesting::First);
        // SAFETY: the bucket's lock is held.
        let is_new = unsafe { self.holds.find(saved.id, bucket) }.is_none();
        if is_new {
            // SAFETY: as above, and it is that of the hold's id.
            unsafe { self.holds.open(place, Hold::from_saved(saved), bucket) };
        }
        // SAFETY: taken above.
        unsafe { bucket.lock.unlock() };
        if !is_new {
            self.holds.give_back(place);
            return Err(ResultCode::RestoreInconsistent);
        }
        Ok(())
    }

    /// Restores the next of the latest journal entries, so that its id is remembered.
    ///
    /// # Errors
    ///
    /// [`ResultCode::RestoreOutOfOrder`] if it does not follow the one before.
    pub fn restore_entry(&self, entry: &JournalEntry) -> Result<(), ResultCode> {
        self.check_restoring()?;
        let last = self.journal.sequence();
        if entry.sequence == 0 || last != 0 && entry.sequence != last.wrapping_add(1) {
            return Err(ResultCode::RestoreOutOfOrder);
        }
        if entry.id.is_none() || entry.timestamp < self.journal.timestamp() || entry.sequence > SEQUENCE_MAX {
            return Err(ResultCode::RestoreInconsistent);
        }
        self.journal.restore(entry.sequence, entry.timestamp);
        let own = self.index.key(entry.id);
        let related = (!entry.related_id.is_none()).then(|| self.index.key(entry.related_id));
        let mut buckets = crate::locks::LockSet::<2>::new();
        buckets.insert(self.index.number(own));
        if let Some(related) = related {
            buckets.insert(self.index.number(related));
        }
        buckets.lock_buckets(&self.index);
        self.journal.write(entry);
        // SAFETY: the number belongs to this call, numbers ascend, and the buckets are locked.
        unsafe {
            if let Some(own) = self.index.at(own) {
                self.index.insert(entry.sequence, own, related.and_then(|related| self.index.at(related)));
            }
            buckets.unlock_buckets(&self.index);
        }
        self.journal.release(entry.sequence);
        Ok(())
    }

    /// Opens a restored ledger for business. `digest_fits` is handed the state, piece by piece in the order of the digest,
    /// and at the end (`None`) says whether it is the one that was saved.
    ///
    /// # Errors
    ///
    /// [`ResultCode::RestoreInconsistent`] if the numbers of accounts and holds, or the place in history, are others, or if
    /// what was restored does not add up; [`ResultCode::DigestMismatch`], [`ResultCode::OutOfMemory`].
    pub fn go_live(
        &self,
        end: &RestoreEnd,
        mut digest_fits: impl FnMut(Option<&[u8]>) -> bool,
    ) -> Result<(), ResultCode> {
        self.check_restoring()?;
        let last = self.journal.sequence();
        if end.accounts != self.accounts.count()
            || end.holds != self.holds.count()
            || last != 0 && (last != end.sequence || self.journal.timestamp() != end.timestamp)
            // Not the other way round: an id can be used up before there is an account.
            || end.sequence == 0 && end.accounts != 0
            || end.sequence > SEQUENCE_MAX
        {
            return Err(ResultCode::RestoreInconsistent);
        }
        for index in 1..=end.accounts {
            if let Some(saved) = self.saved_account(index) {
                digest_fits(Some(saved.as_bytes()));
            }
        }
        for place in 1..=end.holds {
            // Restored into an empty table one after the other, holds are in the order of their places.
            if let Some(hold) = self.holds.restored(place) {
                digest_fits(Some(hold.to_saved().as_bytes()));
            }
        }
        digest_fits(Some(end.as_bytes()));
        if !digest_fits(None) {
            return Err(ResultCode::DigestMismatch);
        }
        if !self.adds_up(end).map_err(|_| ResultCode::OutOfMemory)? {
            return Err(ResultCode::RestoreInconsistent);
        }
        self.journal.restore(end.sequence, end.timestamp);
        self.journal.release(end.sequence);
        self.set_identity(end.ledger_id, end.ids_made);
        self.set_state(QENEX_STATE_LIVE);
        Ok(())
    }

    /// The account with this index as it is saved.
    pub fn saved_account(&self, index: u64) -> Option<RestoreAccount> {
        let number = AccountNumber::from_index(index)?;
        let (slot, more) = (self.accounts.get(index)?, self.accounts.more(index)?);
        let opening = self.accounts.opening(index)?;
        slot.lock.lock(Nesting::First);
        // SAFETY: the account's lock is held.
        let (state, spending) = unsafe { (slot.state.copy(), more.spending.copy()) };
        // SAFETY: taken above; only copies are used below.
        unsafe { slot.lock.unlock() };
        Some(RestoreAccount {
            account_number: number.get(),
            counters: state.counters,
            overdraft_limit: state.overdraft_limit,
            sequence: state.sequence,
            opened: opening.opened,
            reference: opening.reference,
            spending_limit: spending.limit,
            spent: spending.spent,
            spending_window_start: spending.start,
            spending_since: spending.since,
            spending_window: spending.window,
            currency: u32::from(state.currency),
            account_type: opening.account_type,
            flags: u32::from(state.flags),
            owner: state.owner,
            code: opening.code,
        })
    }

    fn check_restoring(&self) -> Result<(), ResultCode> {
        match self.state() {
            QENEX_STATE_RESTORING => Ok(()),
            _ => Err(ResultCode::NotRestoring),
        }
    }

    /// Sequence number of the last hold restored; 0 if there is none.
    fn last_restored_hold(&self) -> u64 {
        self.holds.restored(self.holds.count()).map_or(0, |hold| hold.sequence)
    }
}
