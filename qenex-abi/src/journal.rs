// SPDX-License-Identifier: MIT OR GPL-2.0

//! The journal: one entry for every accepted change, holding all that is needed to do it again.

use zerocopy_derive::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::Id;

/// An account was opened: `to_account`, with `owner`, `requested` as its overdraft limit, `timeout` as its type
/// (`QENEX_ACCOUNT_CHECKING` …) and `account_flags`. `flags` are those of the request. Its opening balance `amount` is a
/// posting of its own, the next entry.
pub const QENEX_ENTRY_OPEN: u16 = 1;
/// Money moved.
pub const QENEX_ENTRY_POSTING: u16 = 2;
/// Money was held.
pub const QENEX_ENTRY_HOLD: u16 = 3;
/// The hold `related_id` was posted: `amount` moved, the rest was released.
pub const QENEX_ENTRY_POST_HOLD: u16 = 4;
/// The hold `related_id` was voided: `amount` was released.
pub const QENEX_ENTRY_VOID_HOLD: u16 = 5;
/// The hold `related_id` expired: `amount` was released.
pub const QENEX_ENTRY_EXPIRE_HOLD: u16 = 6;
/// Money of the posting `related_id` moved back.
pub const QENEX_ENTRY_REVERSAL: u16 = 7;
/// The id was used up by a refused item, see `QENEX_TRANSFER_ID_ONCE`.
pub const QENEX_ENTRY_ID_USED_UP: u16 = 8;
/// The account `to_account` was changed. The entry carries its whole state afterwards: `owner`, `requested` as its overdraft
/// limit, `amount` as its spending limit, `timeout` as the window of that in seconds, `account_flags`. `flags` says what
/// was changed (`QENEX_UPDATE_*`).
pub const QENEX_ENTRY_UPDATE: u16 = 9;

/// The four counters of an account, in minor units.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, FromBytes, Immutable, IntoBytes, KnownLayout)]
pub struct Counters {
    /// Sum of all debits posted.
    pub debits_posted: u64,
    /// Sum of all credits posted.
    pub credits_posted: u64,
    /// Sum of the open holds that will debit the account.
    pub debits_held: u64,
    /// Sum of the open holds that will credit the account.
    pub credits_held: u64,
}

assert_layout!(Counters, size 32, align 8);

/// One accepted change.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, FromBytes, Immutable, IntoBytes, KnownLayout)]
pub struct JournalEntry {
    /// 1 for the first change of a ledger, then without a gap.
    pub sequence: u64,
    /// When it happened, nanoseconds since 1970-01-01 UTC; never goes back along the sequence.
    pub timestamp: u64,
    /// Idempotency key of the change.
    pub id: Id,
    /// Number of the account debited; zero where none was.
    pub from_account: u64,
    /// Number of the account credited, or opened.
    pub to_account: u64,
    /// Minor units that moved, or were held or released.
    pub amount: u64,
    /// The amount asked for, which with `QENEX_TRANSFER_UP_TO` or `QENEX_AMOUNT_ALL` is not the amount moved. Of a hold
    /// that ended: the amount that was held.
    pub requested: u64,
    /// The hold or posting that this change settles or reverses.
    pub related_id: Id,
    /// The caller's own reference.
    pub reference: Id,
    /// ISO 4217 numeric code.
    pub currency: u32,
    /// Flags of the request.
    pub flags: u32,
    /// The caller's own classification.
    pub code: u32,
    /// Seconds after which a hold expires; of an account opened its type, of one changed the window of its spending limit.
    pub timeout: u32,
    /// `QENEX_ENTRY_*`.
    pub kind: u16,
    /// Of an account opened or changed: its flags and state afterwards, `QENEX_ACCOUNT_UNLIMITED` and the state bits.
    pub account_flags: u16,
    /// Effective uid of the caller.
    pub actor: u32,
    /// Counters of the debited account after the change.
    pub from_after: Counters,
    /// Counters of the credited account after the change.
    pub to_after: Counters,
    /// Uid of the owner of an account opened or changed; of a hold or posting zero.
    pub owner: u32,
    /// CRC-32C of all bytes before it.
    pub crc: u32,
}

assert_layout!(JournalEntry, size 192, align 8);

/// Argument of `QENEX_GET_TRANSFERS`: reads entries that the journal ring still holds, by id or in order.
///
/// An entry is shown to ledger operators, to whoever made the change, and to the owners of its accounts.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, FromBytes, Immutable, IntoBytes, KnownLayout)]
pub struct TransfersRequest {
    /// Address of `count` [`Id`] in the caller's memory, or 0 to read in order of the sequence.
    pub ids: u64,
    /// Address of room for `count` [`JournalEntry`] in the caller's memory. By id: one for each, all zero where nothing is
    /// on record that the caller may see. In order: those found, one after the other.
    pub entries: u64,
    /// In order: the first sequence number wanted; of older ones than the ring holds the oldest is taken. In: zero with
    /// `ids`.
    pub first_sequence: u64,
    /// How many, 1 to [`crate::QENEX_BATCH_MAX`].
    pub count: u32,
    /// Must be zero.
    pub flags: u32,
    /// Out: how many entries are shown.
    pub found: u32,
    /// Out: a [`crate::ResultCode`] for the call itself.
    pub result: u32,
    /// Out: in order: where to go on; above the last sequence number if there is nothing more. At most
    /// [`crate::QENEX_BATCH_MAX`] entries are looked at in one call, so that none may be shown although there are more.
    pub next_sequence: u64,
    /// Must be zero.
    pub reserved: [u64; 2],
}

assert_layout!(TransfersRequest, size 64, align 8);
