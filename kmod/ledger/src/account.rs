// SPDX-License-Identifier: MIT OR GPL-2.0

//! One account.

use qenex_abi::{
    is_debit_normal, Account, AccountNumber, Counters, Id, ResultCode, QENEX_ACCOUNT_CLOSED,
    QENEX_ACCOUNT_CREDITS_FROZEN, QENEX_ACCOUNT_DEBITS_FROZEN, QENEX_ACCOUNT_DEBIT_NORMAL,
    QENEX_ACCOUNT_SPENDING_LIMITED, QENEX_ACCOUNT_UNLIMITED,
};

use crate::spending::Spending;
use crate::sync::{Protected, SpinLock};

/// Who asks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Caller {
    /// Effective user id.
    pub uid: u32,
    /// Whether the caller has the operator right.
    pub operator: bool,
}

impl Caller {
    /// The ledger itself, for what it does on its own account.
    pub(crate) const LEDGER: Caller = Caller { uid: 0, operator: true };
}

/// What a transfer needs to know of an account, and changes.
///
/// Together with its lock it fills one cache line, so that taking the lock brings the data with it.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct AccountState {
    /// Uid of the owner.
    pub(crate) owner: u32,
    /// ISO 4217 numeric code.
    pub(crate) currency: u16,
    /// Flags and state: the lower 16 bits of `QENEX_ACCOUNT_*`.
    pub(crate) flags: u16,
    /// Posted and held.
    pub(crate) counters: Counters,
    /// How far `balance - debits_held` may go below zero.
    pub(crate) overdraft_limit: u64,
    /// Sequence number of the last change.
    pub(crate) sequence: u64,
}

const _: () = assert!(core::mem::size_of::<AccountState>() == 56);

impl AccountState {
    /// What can be debited now, before `UNLIMITED`: `balance - debits_held + overdraft_limit`. May be negative after an
    /// overdraft limit was lowered, or on an unlimited account.
    pub(crate) fn available(&self) -> i128 {
        let counters = &self.counters;
        i128::from(counters.credits_posted) - i128::from(counters.debits_posted) - i128::from(counters.debits_held)
            + i128::from(self.overdraft_limit)
    }

    /// `credits_posted - debits_posted`.
    pub(crate) fn balance(&self) -> i128 {
        i128::from(self.counters.credits_posted) - i128::from(self.counters.debits_posted)
    }

    /// Whether debits are not checked against what is available.
    pub(crate) fn is_unlimited(&self) -> bool {
        self.has(QENEX_ACCOUNT_UNLIMITED)
    }

    /// Whether debits are refused.
    pub(crate) fn debits_frozen(&self) -> bool {
        self.has(QENEX_ACCOUNT_DEBITS_FROZEN)
    }

    /// Whether credits are refused.
    pub(crate) fn credits_frozen(&self) -> bool {
        self.has(QENEX_ACCOUNT_CREDITS_FROZEN)
    }

    /// Whether the account is closed.
    pub(crate) fn is_closed(&self) -> bool {
        self.has(QENEX_ACCOUNT_CLOSED)
    }

    /// Whether `caller` may debit the account and see what is in it.
    pub(crate) fn may_be_used_by(&self, caller: &Caller) -> bool {
        caller.operator || caller.uid == self.owner
    }

    /// Whether a spending limit is set.
    pub(crate) fn is_spending_limited(&self) -> bool {
        self.has(QENEX_ACCOUNT_SPENDING_LIMITED)
    }

    fn has(&self, flag: u32) -> bool {
        u32::from(self.flags) & flag != 0
    }
}

/// What does not change after the opening.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AccountOpening {
    /// When, nanoseconds since 1970-01-01 UTC.
    pub(crate) opened: u64,
    /// The opener's reference.
    pub(crate) reference: Id,
    /// The opener's code.
    pub(crate) code: u32,
    /// `QENEX_ACCOUNT_CHECKING` … .
    pub(crate) account_type: u32,
}

/// An account's place in the table.
#[repr(C, align(64))]
pub(crate) struct AccountSlot {
    /// Protects `state`, and the account's spending in [`AccountMore`].
    pub(crate) lock: SpinLock,
    /// The account as it is now.
    pub(crate) state: Protected<AccountState>,
}

/// What most transfers need not know of an account.
#[derive(Default)]
pub(crate) struct AccountMore {
    /// Written before the account is counted, then final.
    pub(crate) opening: Protected<AccountOpening>,
    /// Protected by the account's lock. Of interest only with `SPENDING_LIMITED`.
    pub(crate) spending: Protected<Spending>,
}

/// What a group of items works on: a copy of an account.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AccountCopy {
    /// The account.
    pub(crate) state: AccountState,
    /// Its spending, if that is limited.
    pub(crate) spending: Spending,
}

/// Puts together what a caller is told of an account.
pub(crate) fn describe(number: AccountNumber, state: &AccountState, opening: &AccountOpening) -> Account {
    let debit_normal = if is_debit_normal(opening.account_type) { QENEX_ACCOUNT_DEBIT_NORMAL } else { 0 };
    Account {
        account_number: number.get(),
        balance: saturate(state.balance()),
        available: saturate(state.available()),
        debits_posted: state.counters.debits_posted,
        credits_posted: state.counters.credits_posted,
        debits_held: state.counters.debits_held,
        credits_held: state.counters.credits_held,
        overdraft_limit: state.overdraft_limit,
        sequence: state.sequence,
        opened: opening.opened,
        reference: opening.reference,
        currency: u32::from(state.currency),
        account_type: opening.account_type,
        flags: u32::from(state.flags) | debit_normal,
        owner: state.owner,
        code: opening.code,
        result: ResultCode::Ok as u32,
        reserved: 0,
    }
}

fn saturate(value: i128) -> i64 {
    let bound = if value < 0 { i64::MIN } else { i64::MAX };
    i64::try_from(value).unwrap_or(bound)
}
