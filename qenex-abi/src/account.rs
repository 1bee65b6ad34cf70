// SPDX-License-Identifier: MIT OR GPL-2.0

//! Opening accounts and reading them.

use zerocopy_derive::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::Id;

/// A customer's current account. The default.
pub const QENEX_ACCOUNT_CHECKING: u32 = 0;
/// A customer's savings account.
pub const QENEX_ACCOUNT_SAVINGS: u32 = 1;
/// A loan to a customer: what is owed to the bank.
pub const QENEX_ACCOUNT_LOAN: u32 = 2;
/// Settlement with another bank or a payment system (nostro, vostro, clearing).
pub const QENEX_ACCOUNT_SETTLEMENT: u32 = 3;
/// The bank's income: fees and interest earned.
pub const QENEX_ACCOUNT_INCOME: u32 = 4;
/// The bank's expense: interest paid, losses.
pub const QENEX_ACCOUNT_EXPENSE: u32 = 5;
/// Money whose owner or purpose is being found out.
pub const QENEX_ACCOUNT_SUSPENSE: u32 = 6;
/// Liquidity of the bank in one currency, the two sides of an exchange.
pub const QENEX_ACCOUNT_LIQUIDITY: u32 = 7;
/// The bank's cash in one currency: the counterpart of opening balances. One per currency, opened by the kernel when
/// the currency is first used; callers cannot open one.
pub const QENEX_ACCOUNT_CASH: u32 = 8;
/// How many account types there are.
pub const QENEX_ACCOUNT_TYPES: u32 = 9;

/// Debits are never checked against what is available. For the bank's own accounts; needs the operator right.
pub const QENEX_ACCOUNT_UNLIMITED: u32 = 1 << 0;
/// `owner` is given. Without it the account belongs to the caller's effective uid. Another uid than the caller's own
/// needs the operator right.
pub const QENEX_ACCOUNT_OWNER_GIVEN: u32 = 1 << 1;
/// Every flag that `QENEX_CREATE_ACCOUNT` takes.
pub const QENEX_ACCOUNT_FLAGS: u32 = QENEX_ACCOUNT_UNLIMITED | QENEX_ACCOUNT_OWNER_GIVEN;

/// State bit: the account refuses debits.
pub const QENEX_ACCOUNT_DEBITS_FROZEN: u32 = 1 << 8;
/// State bit: the account refuses credits.
pub const QENEX_ACCOUNT_CREDITS_FROZEN: u32 = 1 << 9;
/// State bit: the account is closed.
pub const QENEX_ACCOUNT_CLOSED: u32 = 1 << 10;
/// State bit: a spending limit is set.
pub const QENEX_ACCOUNT_SPENDING_LIMITED: u32 = 1 << 11;
/// Reported bit: debits increase what the account stands for (cash, loans, expenses), so that a negative balance is its
/// normal one. Of all other types the normal side is credit.
pub const QENEX_ACCOUNT_DEBIT_NORMAL: u32 = 1 << 12;

/// Whether debit is the normal side of an account type.
pub const fn is_debit_normal(account_type: u32) -> bool {
    matches!(account_type, QENEX_ACCOUNT_LOAN | QENEX_ACCOUNT_EXPENSE | QENEX_ACCOUNT_CASH)
}

/// Argument of `QENEX_CREATE_ACCOUNT`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, FromBytes, Immutable, IntoBytes, KnownLayout)]
pub struct AccountRequest {
    /// Idempotency key. In: zero lets the kernel make one. Out: the id of the opening.
    pub id: Id,
    /// Minor units, posted from the currency's cash account in the same step, so that the books balance from the first
    /// entry. More than zero needs the operator right.
    pub initial_balance: u64,
    /// How far `balance - holds` may go below zero, in minor units. More than zero needs the operator right.
    pub overdraft_limit: u64,
    /// ISO 4217 numeric code.
    pub currency: u32,
    /// `QENEX_ACCOUNT_CHECKING` to `QENEX_ACCOUNT_LIQUIDITY`.
    pub account_type: u32,
    /// `QENEX_ACCOUNT_UNLIMITED`, `QENEX_ACCOUNT_OWNER_GIVEN`.
    pub flags: u32,
    /// Uid of the owner, with `QENEX_ACCOUNT_OWNER_GIVEN`; otherwise zero.
    pub owner: u32,
    /// The caller's own reference, such as a customer number; recorded, compared on a retry, not interpreted.
    pub reference: Id,
    /// The caller's own classification, such as a chart-of-accounts code; recorded, compared on a retry, not
    /// interpreted.
    pub code: u32,
    /// Must be zero.
    pub reserved: u32,
    /// Out: the number of the account, see [`crate::AccountNumber`]; zero if none was opened.
    pub account_number: u64,
    /// Out: sequence number of the opening.
    pub sequence: u64,
    /// Out: when it was opened, nanoseconds since 1970-01-01 UTC.
    pub timestamp: u64,
    /// Out: a [`crate::ResultCode`].
    pub result: u32,
    /// Must be zero.
    pub reserved2: u32,
    /// Must be zero.
    pub reserved3: [u64; 3],
}

assert_layout!(AccountRequest, size 128, align 8);

/// One account as `QENEX_GET_ACCOUNTS` reports it.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, FromBytes, Immutable, IntoBytes, KnownLayout)]
pub struct Account {
    /// The number asked for.
    pub account_number: u64,
    /// `credits_posted - debits_posted`, held at the bounds of the type if it does not fit; the counters are exact.
    pub balance: i64,
    /// What can be debited now: `balance - debits_held + overdraft_limit`, held at the bounds of the type if it does
    /// not fit. What others hold for this account (`credits_held`) has not arrived and does not count.
    pub available: i64,
    /// Sum of all debits posted, minor units.
    pub debits_posted: u64,
    /// Sum of all credits posted, minor units.
    pub credits_posted: u64,
    /// Sum of the open holds that will debit this account, minor units.
    pub debits_held: u64,
    /// Sum of the open holds that will credit this account, minor units.
    pub credits_held: u64,
    /// How far `balance - debits_held` may go below zero, minor units.
    pub overdraft_limit: u64,
    /// Sequence number of the last change to this account.
    pub sequence: u64,
    /// When it was opened, nanoseconds since 1970-01-01 UTC.
    pub opened: u64,
    /// The reference given at its opening.
    pub reference: Id,
    /// ISO 4217 numeric code.
    pub currency: u32,
    /// `QENEX_ACCOUNT_CHECKING` to `QENEX_ACCOUNT_CASH`.
    pub account_type: u32,
    /// `QENEX_ACCOUNT_UNLIMITED`, the state bits and `QENEX_ACCOUNT_DEBIT_NORMAL`.
    pub flags: u32,
    /// Uid of the owner.
    pub owner: u32,
    /// The code given at its opening.
    pub code: u32,
    /// A [`crate::ResultCode`]: `ok`, `account_number_invalid`, `account_not_found` or `not_account_owner`. Unless
    /// it is `ok` all other fields but `account_number` are zero.
    pub result: u32,
    /// Zero.
    pub reserved: u64,
}

assert_layout!(Account, size 128, align 8);

/// Argument of `QENEX_GET_ACCOUNTS`: reads one or many accounts at one instant.
///
/// All answers belong to the same point of the ledger's history, the one just after `sequence`: a transfer between two
/// of the accounts is seen in both or in neither.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, FromBytes, Immutable, IntoBytes, KnownLayout)]
pub struct AccountsRequest {
    /// Address of `count` account numbers (`u64`) in the caller's memory.
    pub numbers: u64,
    /// Address of room for `count` [`Account`] in the caller's memory.
    pub accounts: u64,
    /// How many, 1 to [`crate::QENEX_BATCH_MAX`].
    pub count: u32,
    /// Must be zero.
    pub flags: u32,
    /// Out: the point of history that was read.
    pub sequence: u64,
    /// Out: how many of the answers are `ok`.
    pub found: u32,
    /// Out: a [`crate::ResultCode`] for the call itself.
    pub result: u32,
    /// Must be zero.
    pub reserved: [u64; 3],
}

assert_layout!(AccountsRequest, size 64, align 8);

/// Update: refuse debits from now on.
pub const QENEX_UPDATE_FREEZE_DEBITS: u32 = 1 << 0;
/// Update: take debits again.
pub const QENEX_UPDATE_UNFREEZE_DEBITS: u32 = 1 << 1;
/// Update: refuse credits from now on.
pub const QENEX_UPDATE_FREEZE_CREDITS: u32 = 1 << 2;
/// Update: take credits again.
pub const QENEX_UPDATE_UNFREEZE_CREDITS: u32 = 1 << 3;
/// Update: set the overdraft limit, not below what is used of it.
pub const QENEX_UPDATE_OVERDRAFT_LIMIT: u32 = 1 << 4;
/// Update: set the spending limit and its window; a limit and window of zero remove it.
pub const QENEX_UPDATE_SPENDING_LIMIT: u32 = 1 << 5;
/// Update: set the owner.
pub const QENEX_UPDATE_OWNER: u32 = 1 << 6;
/// Update: close the account; only with a balance of zero and no open hold. Nothing else can be changed with it.
pub const QENEX_UPDATE_CLOSE: u32 = 1 << 7;
/// Update: open a closed account again. Nothing else can be changed with it.
pub const QENEX_UPDATE_REOPEN: u32 = 1 << 8;
/// Every change that `QENEX_UPDATE_ACCOUNT` can make.
pub const QENEX_UPDATE_CHANGES: u32 = 0x1ff;

/// Argument of `QENEX_UPDATE_ACCOUNT`: changes an account's state, limits or owner. For ledger operators.
///
/// A post or reversal is a debit or credit and refused by a frozen account; a hold on it can be voided and expires.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, FromBytes, Immutable, IntoBytes, KnownLayout)]
pub struct UpdateRequest {
    /// Idempotency key. In: zero lets the kernel make one. Out: the id of the update.
    pub id: Id,
    /// Number of the account.
    pub account_number: u64,
    /// What to change, `QENEX_UPDATE_*`. Fields of what is not to be changed must be zero.
    pub changes: u32,
    /// Uid of the new owner.
    pub owner: u32,
    /// The new overdraft limit, minor units.
    pub overdraft_limit: u64,
    /// The most that may be debited by transfers and new holds in one window, minor units. What a hold does not use up
    /// comes back if it ends within the window in which it was made; reversals do not count.
    pub spending_limit: u64,
    /// Length of a window in seconds. Windows begin at multiples of it since 1970-01-01 UTC: one of 86,400 is a day.
    pub spending_window: u32,
    /// The caller's own classification; recorded, compared on a retry, not interpreted.
    pub code: u32,
    /// The caller's own reference; recorded, compared on a retry, not interpreted.
    pub reference: Id,
    /// Must be zero.
    pub reserved: u64,
    /// Out: sequence number of the update.
    pub sequence: u64,
    /// Out: when it was made, nanoseconds since 1970-01-01 UTC.
    pub timestamp: u64,
    /// Out: a [`crate::ResultCode`].
    pub result: u32,
    /// Must be zero.
    pub reserved2: u32,
    /// Must be zero.
    pub reserved3: [u64; 3],
}

assert_layout!(UpdateRequest, size 128, align 8);
