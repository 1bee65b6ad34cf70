// SPDX-License-Identifier: MIT OR GPL-2.0

//! Moving money: the item of a posting, its outcome, and the request of `QENEX_TRANSFER`.

use zerocopy_derive::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::Id;

/// This item and the next one of the batch succeed or fail together. The last item of a chain does not carry it.
pub const QENEX_TRANSFER_LINKED: u32 = 1 << 0;
/// Reserve the amount instead of moving it. It leaves the debtor's available balance at once, and reaches the
/// creditor when the hold is posted.
pub const QENEX_TRANSFER_HOLD: u32 = 1 << 1;
/// Turn the hold named by `related_id` into a posting, in full ([`QENEX_AMOUNT_ALL`]) or in part (the rest is
/// released).
pub const QENEX_TRANSFER_POST_HOLD: u32 = 1 << 2;
/// Release the hold named by `related_id`.
pub const QENEX_TRANSFER_VOID_HOLD: u32 = 1 << 3;
/// Move money back along the posting named by `related_id`, in full ([`QENEX_AMOUNT_ALL`]) or in part.
pub const QENEX_TRANSFER_REVERSE: u32 = 1 << 4;
/// `amount` is an upper limit: what moves is that or what the debtor has available, whichever is less.
pub const QENEX_TRANSFER_UP_TO: u32 = 1 << 5;
/// An amount of zero is meant, not forgotten.
pub const QENEX_TRANSFER_ZERO_AMOUNT: u32 = 1 << 6;
/// If the item is refused for a reason that may pass by itself, its id is used up all the same, so that a late
/// duplicate of a refused request cannot succeed after all.
pub const QENEX_TRANSFER_ID_ONCE: u32 = 1 << 7;
/// Return only when the posting is stored durably. Of a batch, the flag of any item counts for all.
pub const QENEX_TRANSFER_DURABLE: u32 = 1 << 8;

/// Every flag that a transfer may carry.
pub const QENEX_TRANSFER_FLAGS: u32 = QENEX_TRANSFER_LINKED
    | QENEX_TRANSFER_HOLD
    | QENEX_TRANSFER_POST_HOLD
    | QENEX_TRANSFER_VOID_HOLD
    | QENEX_TRANSFER_REVERSE
    | QENEX_TRANSFER_UP_TO
    | QENEX_TRANSFER_ZERO_AMOUNT
    | QENEX_TRANSFER_ID_ONCE
    | QENEX_TRANSFER_DURABLE;

/// As the amount of a post or reversal: all of the hold, or all that has not been reversed yet.
pub const QENEX_AMOUNT_ALL: u64 = u64::MAX;

/// One posting: money from one account to another of the same currency.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, FromBytes, Immutable, IntoBytes, KnownLayout)]
pub struct Transfer {
    /// Idempotency key; zero lets the kernel make one.
    pub id: Id,
    /// Number of the account debited: money leaves it. Zero in a post, void or reversal: as in the original.
    pub from_account: u64,
    /// Number of the account credited: money arrives. Zero in a post, void or reversal: as in the original.
    pub to_account: u64,
    /// Minor units of the currency.
    pub amount: u64,
    /// ISO 4217 numeric code; must be that of both accounts. Zero in a post, void or reversal: as in the original.
    pub currency: u32,
    /// `QENEX_TRANSFER_*`.
    pub flags: u32,
    /// Post and void: id of the hold. Reversal: id of the posting. Otherwise zero.
    pub related_id: Id,
    /// The caller's own reference, such as the UETR of the payment; recorded, compared on a retry, not interpreted.
    pub reference: Id,
    /// The caller's own classification, such as a booking code; recorded, compared on a retry, not interpreted.
    pub code: u32,
    /// Seconds after which an unsettled hold expires; zero: never. Only with [`QENEX_TRANSFER_HOLD`].
    pub timeout: u32,
    /// Must be zero.
    pub reserved: u64,
}

assert_layout!(Transfer, size 96, align 8);

/// What became of one [`Transfer`].
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, FromBytes, Immutable, IntoBytes, KnownLayout)]
pub struct TransferResult {
    /// Sequence number of the posting; of the original where the result is `exists`; zero if nothing was posted.
    pub sequence: u64,
    /// When it was posted, nanoseconds since 1970-01-01 UTC; never goes back along the sequence.
    pub timestamp: u64,
    /// Minor units that really moved or were held or released: differs from the request's amount with
    /// [`QENEX_TRANSFER_UP_TO`], [`QENEX_AMOUNT_ALL`] and a void.
    pub moved: u64,
    /// A [`crate::ResultCode`].
    pub result: u32,
    /// Zero.
    pub reserved: u32,
}

assert_layout!(TransferResult, size 32, align 8);

/// Argument of `QENEX_TRANSFER`: a [`Transfer`] followed by its [`TransferResult`], written flat so that a C
/// programmer names the fields directly.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, FromBytes, Immutable, IntoBytes, KnownLayout)]
pub struct TransferRequest {
    /// Idempotency key. In: zero lets the kernel make one. Out: the id of the posting.
    pub id: Id,
    /// Number of the account debited.
    pub from_account: u64,
    /// Number of the account credited.
    pub to_account: u64,
    /// Minor units of the currency.
    pub amount: u64,
    /// ISO 4217 numeric code.
    pub currency: u32,
    /// `QENEX_TRANSFER_*`; [`QENEX_TRANSFER_LINKED`] has no place here.
    pub flags: u32,
    /// Post and void: id of the hold. Reversal: id of the posting. Otherwise zero.
    pub related_id: Id,
    /// The caller's own reference.
    pub reference: Id,
    /// The caller's own classification.
    pub code: u32,
    /// Seconds after which an unsettled hold expires.
    pub timeout: u32,
    /// Must be zero.
    pub reserved: u64,
    /// Out: see [`TransferResult::sequence`].
    pub sequence: u64,
    /// Out: see [`TransferResult::timestamp`].
    pub timestamp: u64,
    /// Out: see [`TransferResult::moved`].
    pub moved: u64,
    /// Out: a [`crate::ResultCode`].
    pub result: u32,
    /// Must be zero.
    pub reserved2: u32,
}

assert_layout!(TransferRequest, size 128, align 8);

impl TransferRequest {
    /// The request for `item`, nothing answered yet.
    pub const fn new(item: Transfer) -> Self {
        TransferRequest {
            id: item.id,
            from_account: item.from_account,
            to_account: item.to_account,
            amount: item.amount,
            currency: item.currency,
            flags: item.flags,
            related_id: item.related_id,
            reference: item.reference,
            code: item.code,
            timeout: item.timeout,
            reserved: item.reserved,
            sequence: 0,
            timestamp: 0,
            moved: 0,
            result: 0,
            reserved2: 0,
        }
    }

    /// What is asked for.
    pub const fn item(&self) -> Transfer {
        Transfer {
            id: self.id,
            from_account: self.from_account,
            to_account: self.to_account,
            amount: self.amount,
            currency: self.currency,
            flags: self.flags,
            related_id: self.related_id,
            reference: self.reference,
            code: self.code,
            timeout: self.timeout,
            reserved: self.reserved,
        }
    }

    /// What became of it.
    pub const fn outcome(&self) -> TransferResult {
        TransferResult {
            sequence: self.sequence,
            timestamp: self.timestamp,
            moved: self.moved,
            result: self.result,
            reserved: 0,
        }
    }

    /// Writes the answer into the request.
    pub fn answer(&mut self, outcome: &TransferResult) {
        self.sequence = outcome.sequence;
        self.timestamp = outcome.timestamp;
        self.moved = outcome.moved;
        self.result = outcome.result;
    }
}
