// SPDX-License-Identifier: MIT OR GPL-2.0

//! Opening an account.

use qenex_abi::{
    AccountNumber, AccountRequest, Currency, Id, JournalEntry, ResultCode, QENEX_ACCOUNT_CASH, QENEX_ACCOUNT_CHECKING,
    QENEX_ACCOUNT_FLAGS, QENEX_ACCOUNT_LOAN, QENEX_ACCOUNT_OWNER_GIVEN, QENEX_ACCOUNT_SAVINGS, QENEX_ACCOUNT_TYPES,
    QENEX_ACCOUNT_UNLIMITED, QENEX_ENTRY_ID_USED_UP, QENEX_ENTRY_OPEN, QENEX_ENTRY_POSTING,
};

use crate::account::{AccountOpening, AccountState, Caller};
use crate::ledger::Ledger;
use crate::locks::LockSet;
use crate::rules::{Action, Effect};
use crate::sync::{nest_begin, nest_end, Nesting};

/// Entries that one opening leaves at most: the currency's cash account, the account, the opening balance.
const ENTRIES: usize = 3;

impl Ledger {
    /// Opens an account and fills in the request's id, account number and outcome. In process context.
    ///
    /// `now` is the time, nanoseconds since 1970-01-01 UTC.
    pub fn create_account(&self, request: &mut AccountRequest, caller: &Caller, now: u64) -> ResultCode {
        let code = match self.try_create_account(request, caller, now) {
            Ok(code) | Err(code) => code,
        };
        request.result = code as u32;
        if !code.is_success() {
            (request.account_number, request.sequence, request.timestamp) = (0, 0, 0);
        }
        code
    }

    fn try_create_account(
        &self,
        request: &mut AccountRequest,
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
        let ids = [request.id, self.make_id(), self.make_id()];
        let keys = ids.map(|id| self.index.key(id));
        let mut buckets = LockSet::<ENTRIES>::new();
        for key in keys {
            buckets.insert(self.index.number(key));
        }
        self.lock_openings_with_room()?;
        if let Some(code) = self.closed_for_changes() {
            // Restoring began meanwhile.
            // SAFETY: taken above.
            unsafe { self.opening.unlock() };
            return Err(code);
        }
        nest_begin();
        buckets.lock_buckets(&self.index);
        // SAFETY: the bucket of the request's id is locked.
        let recorded = unsafe { self.find(keys[0], request.id) };
        let outcome = match recorded {
            Some(entry) => self.repeat_opening(request, &entry, caller),
            None => match check(request, caller) {
                Err(code) => Err(code),
                // SAFETY: the lock of openings and the buckets of all ids are held.
                Ok(currency) => unsafe { self.open(request, currency, &ids, caller, now) },
            },
        };
        // SAFETY: locked above, and nothing that they protect is used below.
        unsafe { buckets.unlock_buckets(&self.index) };
        nest_end();
        // SAFETY: taken above, and nothing that it protects is used below.
        unsafe { self.opening.unlock() };
        outcome
    }

    /// Takes the lock of openings at a moment when there is room for two more accounts, the currency's cash account and the
    /// account itself: or when the table is full, which the opening finds.
    fn lock_openings_with_room(&self) -> Result<(), ResultCode> {
        loop {
            self.accounts.make_room(2).map_err(|_| ResultCode::OutOfMemory)?;
            self.opening.lock(Nesting::First);
            let last = self.accounts.count().saturating_add(2).min(self.accounts.max());
            if self.accounts.place(last).is_some() {
                return Ok(());
            }
            // Others have opened accounts meanwhile and used the room up.
            // SAFETY: taken above, and nothing that it protects was used.
            unsafe { self.opening.unlock() };
        }
    }

    /// Opens an account that may be opened, and first the currency's cash account if there is none yet.
    ///
    /// # Safety
    ///
    /// The lock of openings and those of the buckets of `ids` are held.
    unsafe fn open(
        &self,
        request: &mut AccountRequest,
        currency: u16,
        ids: &[Id; ENTRIES],
        caller: &Caller,
        now: u64,
    ) -> Result<ResultCode, ResultCode> {
        let count = self.accounts.count();
        let cash_slot = self.cash.get(usize::from(currency)).ok_or(ResultCode::CurrencyUnknown)?;
        let cash_before = cash_slot.load();
        // OVERFLOW: the number of accounts is bounded far below 2^64.
        let cash_index = if cash_before == 0 { count + 1 } else { cash_before };
        let index = count + if cash_before == 0 { 2 } else { 1 };
        if index > self.accounts.max() {
            return Err(self.refuse_in_full_table(request.initial_balance, cash_before));
        }
        let (cash, place) = match (self.accounts.place(cash_index), self.accounts.place(index)) {
            (Some(cash), Some(place)) => (cash, place),
            _ => return Err(ResultCode::OutOfMemory),
        };
        let (cash_more, more) = match (self.accounts.more(cash_index), self.accounts.more(index)) {
            (Some(cash_more), Some(more)) => (cash_more, more),
            _ => return Err(ResultCode::OutOfMemory),
        };
        let number = AccountNumber::from_index(index).ok_or(ResultCode::AccountsFull)?;
        let cash_number = AccountNumber::from_index(cash_index).ok_or(ResultCode::AccountsFull)?;

        let owner = if request.flags & QENEX_ACCOUNT_OWNER_GIVEN != 0 { request.owner } else { caller.uid };
        let mut state = AccountState {
            owner,
            currency,
            // CAST: the flag is in the lower 16 bits.
            flags: (request.flags & QENEX_ACCOUNT_UNLIMITED) as u16,
            overdraft_limit: request.overdraft_limit,
            ..AccountState::default()
        };
        cash.lock.lock(Nesting::First);
        let mut cash_state = if cash_before == 0 {
            // CAST: as above.
            AccountState { currency, flags: QENEX_ACCOUNT_UNLIMITED as u16, ..AccountState::default() }
        } else {
            // SAFETY: the account's lock is held.
            unsafe { cash.state.copy() }
        };
        let outcome = (|| {
            let amount = request.initial_balance;
            check_overflow(&cash_state, amount)?;
            let entries = 1 + u64::from(cash_before == 0) + u64::from(amount != 0);
            let reservation = self.journal.reserve(entries, now, false).map_err(|_| ResultCode::JournalFull)?;
            // From here on it must succeed.
            let mut sequence = reservation.sequence;
            let common = JournalEntry {
                timestamp: reservation.timestamp,
                currency: u32::from(currency),
                actor: caller.uid,
                ..JournalEntry::default()
            };
            if cash_before == 0 {
                cash_state.sequence = sequence;
                let entry = JournalEntry {
                    sequence,
                    id: ids[1],
                    to_account: cash_number.get(),
                    flags: QENEX_ACCOUNT_UNLIMITED,
                    kind: QENEX_ENTRY_OPEN,
                    timeout: QENEX_ACCOUNT_CASH,
                    account_flags: cash_state.flags,
                    ..common
                };
                // SAFETY: the sequence number was just reserved, numbers ascend, and the id's bucket is locked.
                unsafe { self.record(&entry) };
                sequence += 1;
            }
            let opening = JournalEntry {
                sequence,
                id: request.id,
                to_account: number.get(),
                amount,
                requested: request.overdraft_limit,
                reference: request.reference,
                flags: request.flags,
                code: request.code,
                kind: QENEX_ENTRY_OPEN,
                timeout: request.account_type,
                account_flags: state.flags,
                owner,
                ..common
            };
            // SAFETY: as above.
            unsafe { self.record(&opening) };
            state.sequence = sequence;
            if amount != 0 {
                sequence += 1;
                let effect = Effect { action: Action::Post, moved: amount, requested: amount, released: 0 };
                effect.apply(&mut cash_state.counters, &mut state.counters);
                (cash_state.sequence, state.sequence) = (sequence, sequence);
                let entry = JournalEntry {
                    sequence,
                    id: ids[2],
                    from_account: cash_number.get(),
                    to_account: number.get(),
                    amount,
                    requested: amount,
                    kind: QENEX_ENTRY_POSTING,
                    from_after: cash_state.counters,
                    to_after: state.counters,
                    ..common
                };
                // SAFETY: as above.
                unsafe { self.record(&entry) };
            }
            let said = AccountOpening {
                opened: reservation.timestamp,
                reference: request.reference,
                code: request.code,
                account_type: request.account_type,
            };
            // SAFETY: the account's lock is held; the new account's place is not counted yet, so that nobody else uses
            // it; the lock of openings is held; state and opening data are written before each place is counted.
            unsafe {
                *place.state.get() = state;
                *cash.state.get() = cash_state;
                if cash_before == 0 {
                    *cash_more.opening.get() =
                        AccountOpening { account_type: QENEX_ACCOUNT_CASH, reference: Id::NONE, code: 0, ..said };
                }
                *more.opening.get() = said;
                self.accounts.publish(index);
            }
            cash_slot.store(cash_index);
            request.account_number = number.get();
            request.sequence = opening.sequence;
            request.timestamp = reservation.timestamp;
            Ok(ResultCode::Ok)
        })();
        // SAFETY: locked above, and the state is not used below.
        unsafe { cash.lock.unlock() };
        outcome
    }

    /// Why an account cannot be opened when there is no room for one: an overflow is told first.
    fn refuse_in_full_table(&self, initial_balance: u64, cash_index: u64) -> ResultCode {
        let Some(cash) = self.accounts.get(cash_index) else { return ResultCode::AccountsFull };
        cash.lock.lock(Nesting::First);
        // SAFETY: the account's lock is held.
        let state = unsafe { cash.state.copy() };
        // SAFETY: taken above; only the copy is used below.
        unsafe { cash.lock.unlock() };
        check_overflow(&state, initial_balance).err().unwrap_or(ResultCode::AccountsFull)
    }

    /// Writes an entry and puts its id on record.
    ///
    /// # Safety
    ///
    /// The sequence number is reserved by this thread, numbers ascend, and the bucket of the id is locked.
    pub(crate) unsafe fn record(&self, entry: &JournalEntry) {
        self.journal.write(entry);
        if let Some(spot) = self.index.spot(entry.id) {
            // SAFETY: by this function's contract.
            unsafe { self.index.insert(entry.sequence, spot, None) };
        }
    }

    /// Compares a retry with the opening on record and returns its outcome.
    fn repeat_opening(
        &self,
        request: &mut AccountRequest,
        entry: &JournalEntry,
        caller: &Caller,
    ) -> Result<ResultCode, ResultCode> {
        if entry.kind == QENEX_ENTRY_ID_USED_UP {
            return Err(ResultCode::IdUsedUp);
        }
        if entry.kind != QENEX_ENTRY_OPEN || entry.flags != request.flags {
            return Err(ResultCode::ExistsWithDifferentFlags);
        }
        if entry.amount != request.initial_balance {
            return Err(ResultCode::ExistsWithDifferentAmount);
        }
        if entry.currency != request.currency {
            return Err(ResultCode::ExistsWithDifferentCurrency);
        }
        if entry.code != request.code {
            return Err(ResultCode::ExistsWithDifferentCode);
        }
        if entry.reference != request.reference {
            return Err(ResultCode::ExistsWithDifferentReference);
        }
        if entry.timeout != request.account_type {
            return Err(ResultCode::ExistsWithDifferentAccountType);
        }
        let owner = if request.flags & QENEX_ACCOUNT_OWNER_GIVEN != 0 { request.owner } else { caller.uid };
        if entry.owner != owner {
            return Err(ResultCode::ExistsWithDifferentOwner);
        }
        if entry.requested != request.overdraft_limit {
            return Err(ResultCode::ExistsWithDifferentOverdraftLimit);
        }
        request.account_number = entry.to_account;
        request.sequence = entry.sequence;
        request.timestamp = entry.timestamp;
        Ok(ResultCode::Exists)
    }
}

/// Checks that the cash account can be debited by an opening balance.
fn check_overflow(cash: &AccountState, amount: u64) -> Result<(), ResultCode> {
    let debits = cash.counters.debits_posted.checked_add(amount).ok_or(ResultCode::OverflowsDebitsPosted)?;
    match debits.checked_add(cash.counters.debits_held) {
        Some(_) => Ok(()),
        None => Err(ResultCode::OverflowsDebits),
    }
}

/// Checks that come before the look-up of the id.
fn check_form(request: &AccountRequest) -> Result<(), ResultCode> {
    if request.reserved != 0 || request.reserved2 != 0 || request.reserved3 != [0; 3] {
        return Err(ResultCode::ReservedMustBeZero);
    }
    if request.flags & !QENEX_ACCOUNT_FLAGS != 0 {
        return Err(ResultCode::FlagsMustBeKnown);
    }
    if request.id.is_reserved() {
        return Err(ResultCode::IdMustNotBeReserved);
    }
    Ok(())
}

/// Checks a request whose id is not on record; returns its currency.
fn check(request: &AccountRequest, caller: &Caller) -> Result<u16, ResultCode> {
    if request.currency == 0 {
        return Err(ResultCode::CurrencyMustNotBeZero);
    }
    let currency = Currency::from_numeric(request.currency).ok_or(ResultCode::CurrencyUnknown)?.numeric;
    if request.account_type >= QENEX_ACCOUNT_TYPES || request.account_type == QENEX_ACCOUNT_CASH {
        return Err(ResultCode::AccountTypeUnknown);
    }
    let owner_given = request.flags & QENEX_ACCOUNT_OWNER_GIVEN != 0;
    if !owner_given && request.owner != 0 {
        return Err(ResultCode::OwnerMustBeZero);
    }
    let is_customers =
        matches!(request.account_type, QENEX_ACCOUNT_CHECKING | QENEX_ACCOUNT_SAVINGS | QENEX_ACCOUNT_LOAN);
    let needs_operator = !is_customers
        || request.initial_balance != 0
        || request.overdraft_limit != 0
        || request.flags & QENEX_ACCOUNT_UNLIMITED != 0
        || owner_given && request.owner != caller.uid;
    if needs_operator && !caller.operator {
        return Err(ResultCode::OperatorRightRequired);
    }
    Ok(currency)
}
