// SPDX-License-Identifier: MIT OR GPL-2.0

//! Changing an account: freezing, limits, owner, closing and opening again.

use qenex_abi::{
    AccountNumber, JournalEntry, ResultCode, UpdateRequest, QENEX_ACCOUNT_CASH, QENEX_ACCOUNT_CLOSED,
    QENEX_ACCOUNT_CREDITS_FROZEN, QENEX_ACCOUNT_DEBITS_FROZEN, QENEX_ACCOUNT_SPENDING_LIMITED, QENEX_ENTRY_ID_USED_UP,
    QENEX_ENTRY_UPDATE, QENEX_UPDATE_CHANGES, QENEX_UPDATE_CLOSE, QENEX_UPDATE_FREEZE_CREDITS,
    QENEX_UPDATE_FREEZE_DEBITS, QENEX_UPDATE_OVERDRAFT_LIMIT, QENEX_UPDATE_OWNER, QENEX_UPDATE_REOPEN,
    QENEX_UPDATE_SPENDING_LIMIT, QENEX_UPDATE_UNFREEZE_CREDITS, QENEX_UPDATE_UNFREEZE_DEBITS,
};

use crate::account::{AccountCopy, Caller};
use crate::ledger::Ledger;
use crate::spending::Spending;
use crate::sync::Nesting;

impl Ledger {
    /// Changes an account and fills in the request's id and outcome.
    ///
    /// `now` is the time, nanoseconds since 1970-01-01 UTC.
    pub fn update_account(&self, request: &mut UpdateRequest, caller: &Caller, now: u64) -> ResultCode {
        let code = match self.try_update_account(request, caller, now) {
            Ok(code) | Err(code) => code,
        };
        request.result = code as u32;
        if !code.is_success() {
            (request.sequence, request.timestamp) = (0, 0);
        }
        code
    }

    fn try_update_account(
        &self,
        request: &mut UpdateRequest,
        caller: &Caller,
        now: u64,
    ) -> Result<ResultCode, ResultCode> {
        if let Some(code) = self.closed_for_changes() {
            return Err(code);
        }
        check_form(request)?;
        if request.id.is_none() {
            request.id = self.make_id();
        }
        let key = self.index.key(request.id);
        let bucket = self.index.bucket_of(key).ok_or(ResultCode::OutOfMemory)?;
        bucket.lock.lock(Nesting::First);
        // SAFETY: the bucket of the request's id is locked.
        let recorded = unsafe { self.find(key, request.id) };
        let outcome = match recorded {
            Some(entry) => repeat(request, &entry),
            // SAFETY: as above.
            None => unsafe { self.change(request, caller, now) },
        };
        // SAFETY: taken above, and nothing that it protects is used below.
        unsafe { bucket.lock.unlock() };
        outcome
    }

    /// Makes a change whose id is not on record.
    ///
    /// # Safety
    ///
    /// The bucket of the request's id is locked.
    unsafe fn change(&self, request: &mut UpdateRequest, caller: &Caller, now: u64) -> Result<ResultCode, ResultCode> {
        check_sense(request)?;
        if !caller.operator {
            return Err(ResultCode::OperatorRightRequired);
        }
        let number = AccountNumber::new(request.account_number).ok_or(ResultCode::AccountNumberInvalid)?;
        let slot = self.accounts.get(number.index()).ok_or(ResultCode::AccountNotFound)?;
        let more = self.accounts.more(number.index()).ok_or(ResultCode::AccountNotFound)?;
        let opening = self.accounts.opening(number.index()).ok_or(ResultCode::AccountNotFound)?;
        if opening.account_type == QENEX_ACCOUNT_CASH {
            return Err(ResultCode::AccountIsTheKernels);
        }
        slot.lock.lock(Nesting::First);
        // SAFETY: the account's lock is held.
        let before = unsafe { AccountCopy { state: slot.state.copy(), spending: more.spending.copy() } };
        let outcome = changed(request, &before).and_then(|mut after| {
            let reservation = self.journal.reserve(1, now, false).map_err(|_| ResultCode::JournalFull)?;
            // From here on it must succeed.
            if request.changes & QENEX_UPDATE_SPENDING_LIMIT != 0 {
                after.spending = Spending::new(
                    request.spending_limit,
                    request.spending_window,
                    reservation.sequence,
                    reservation.timestamp,
                );
            }
            after.state.sequence = reservation.sequence;
            let entry = JournalEntry {
                sequence: reservation.sequence,
                timestamp: reservation.timestamp,
                id: request.id,
                to_account: number.get(),
                amount: after.spending.limit,
                requested: after.state.overdraft_limit,
                reference: request.reference,
                currency: u32::from(after.state.currency),
                flags: request.changes,
                code: request.code,
                timeout: after.spending.window,
                kind: QENEX_ENTRY_UPDATE,
                account_flags: after.state.flags,
                actor: caller.uid,
                to_after: after.state.counters,
                owner: after.state.owner,
                ..JournalEntry::default()
            };
            // SAFETY: the sequence number was just reserved, the bucket of the id is locked, by this function's contract,
            // and the account's lock is held.
            unsafe {
                self.record(&entry);
                *slot.state.get() = after.state;
                *more.spending.get() = after.spending;
            }
            request.sequence = entry.sequence;
            request.timestamp = entry.timestamp;
            Ok(ResultCode::Ok)
        });
        // SAFETY: taken above, and nothing that it protects is used below.
        unsafe { slot.lock.unlock() };
        outcome
    }
}

/// Checks that come before the look-up of the id.
fn check_form(request: &UpdateRequest) -> Result<(), ResultCode> {
    let unused = |change: u32, is_zero: bool| request.changes & change != 0 || is_zero;
    let zeroes = unused(QENEX_UPDATE_OVERDRAFT_LIMIT, request.overdraft_limit == 0)
        && unused(QENEX_UPDATE_SPENDING_LIMIT, request.spending_limit == 0 && request.spending_window == 0)
        && unused(QENEX_UPDATE_OWNER, request.owner == 0);
    if request.reserved != 0 || request.reserved2 != 0 || request.reserved3 != [0; 3] || !zeroes {
        return Err(ResultCode::ReservedMustBeZero);
    }
    if request.changes & !QENEX_UPDATE_CHANGES != 0 {
        return Err(ResultCode::FlagsMustBeKnown);
    }
    if request.id.is_reserved() {
        return Err(ResultCode::IdMustNotBeReserved);
    }
    Ok(())
}

/// Checks that need nothing but the request.
fn check_sense(request: &UpdateRequest) -> Result<(), ResultCode> {
    let all = |changes: u32| request.changes & changes == changes;
    let alone = [QENEX_UPDATE_CLOSE, QENEX_UPDATE_REOPEN];
    if all(QENEX_UPDATE_FREEZE_DEBITS | QENEX_UPDATE_UNFREEZE_DEBITS)
        || all(QENEX_UPDATE_FREEZE_CREDITS | QENEX_UPDATE_UNFREEZE_CREDITS)
        || alone.iter().any(|change| all(*change) && request.changes != *change)
    {
        return Err(ResultCode::FlagsExcludeEachOther);
    }
    if request.changes == 0 {
        return Err(ResultCode::UpdateMustNotBeEmpty);
    }
    if request.spending_limit != 0 && request.spending_window == 0 {
        return Err(ResultCode::SpendingWindowMustNotBeZero);
    }
    Ok(())
}

/// The account after the change, but for its sequence number and a new spending limit, or why it cannot be made.
fn changed(request: &UpdateRequest, before: &AccountCopy) -> Result<AccountCopy, ResultCode> {
    let mut after = *before;
    let state = &mut after.state;
    let asked = |change: u32| request.changes & change != 0;
    // CAST: all state bits are in the lower 16 bits.
    let set = |flags: &mut u16, flag: u32| *flags |= flag as u16;
    let clear = |flags: &mut u16, flag: u32| *flags &= !(flag as u16);
    if asked(QENEX_UPDATE_REOPEN) {
        if !state.is_closed() {
            return Err(ResultCode::AccountIsOpen);
        }
        clear(&mut state.flags, QENEX_ACCOUNT_CLOSED);
        return Ok(after);
    }
    if state.is_closed() {
        return Err(ResultCode::AccountIsClosed);
    }
    if asked(QENEX_UPDATE_CLOSE) {
        if state.balance() != 0 {
            return Err(ResultCode::AccountHasBalance);
        }
        if state.counters.debits_held != 0 || state.counters.credits_held != 0 {
            return Err(ResultCode::AccountHasHolds);
        }
        set(&mut state.flags, QENEX_ACCOUNT_CLOSED);
        return Ok(after);
    }
    for (change, frozen, flag) in [
        (QENEX_UPDATE_FREEZE_DEBITS, true, QENEX_ACCOUNT_DEBITS_FROZEN),
        (QENEX_UPDATE_UNFREEZE_DEBITS, false, QENEX_ACCOUNT_DEBITS_FROZEN),
        (QENEX_UPDATE_FREEZE_CREDITS, true, QENEX_ACCOUNT_CREDITS_FROZEN),
        (QENEX_UPDATE_UNFREEZE_CREDITS, false, QENEX_ACCOUNT_CREDITS_FROZEN),
    ] {
        match (asked(change), frozen) {
            (false, _) => {}
            (true, true) => set(&mut state.flags, flag),
            (true, false) => clear(&mut state.flags, flag),
        }
    }
    if asked(QENEX_UPDATE_OWNER) {
        state.owner = request.owner;
    }
    if asked(QENEX_UPDATE_SPENDING_LIMIT) {
        match request.spending_window {
            0 => clear(&mut state.flags, QENEX_ACCOUNT_SPENDING_LIMITED),
            _ => set(&mut state.flags, QENEX_ACCOUNT_SPENDING_LIMITED),
        }
    }
    if asked(QENEX_UPDATE_OVERDRAFT_LIMIT) {
        state.overdraft_limit = request.overdraft_limit;
        if !state.is_unlimited() && state.available() < 0 {
            return Err(ResultCode::LimitBelowUsed);
        }
    }
    Ok(after)
}

/// Compares a retry with the update on record and fills in its outcome.
fn repeat(request: &mut UpdateRequest, entry: &JournalEntry) -> Result<ResultCode, ResultCode> {
    if entry.kind == QENEX_ENTRY_ID_USED_UP {
        return Err(ResultCode::IdUsedUp);
    }
    if entry.kind != QENEX_ENTRY_UPDATE || entry.flags != request.changes {
        return Err(ResultCode::ExistsWithDifferentFlags);
    }
    if entry.to_account != request.account_number {
        return Err(ResultCode::ExistsWithDifferentToAccount);
    }
    if entry.code != request.code {
        return Err(ResultCode::ExistsWithDifferentCode);
    }
    if entry.reference != request.reference {
        return Err(ResultCode::ExistsWithDifferentReference);
    }
    let asked = |change: u32| request.changes & change != 0;
    if asked(QENEX_UPDATE_OWNER) && entry.owner != request.owner {
        return Err(ResultCode::ExistsWithDifferentOwner);
    }
    if asked(QENEX_UPDATE_OVERDRAFT_LIMIT) && entry.requested != request.overdraft_limit {
        return Err(ResultCode::ExistsWithDifferentOverdraftLimit);
    }
    let same_spending = entry.amount == request.spending_limit && entry.timeout == request.spending_window;
    if asked(QENEX_UPDATE_SPENDING_LIMIT) && !same_spending {
        return Err(ResultCode::ExistsWithDifferentSpendingLimit);
    }
    request.sequence = entry.sequence;
    request.timestamp = entry.timestamp;
    Ok(ResultCode::Exists)
}
