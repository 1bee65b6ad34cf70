// SPDX-License-Identifier: MIT OR GPL-2.0

//! Making changes durable: the consumer of the journal, and waiting for it.
//!
//! The journal is a ring of [`crate::JournalEntry`]. One consumer at a time, a ledger operator, attaches to it, maps it
//! read-only (`mmap` of the device, offset 0, [`AttachRequest::ring_size`] bytes), waits for entries, stores them, and
//! acknowledges what is stored. The entry with sequence number `n` is at index `n % entries` of the ring. Entries that are
//! not acknowledged are never overwritten: when the ring is full of them, changes are refused with `journal_full`.
//!
//! A consumer that closes its file, or dies, leaves everything unacknowledged in place for the next one.

use zerocopy_derive::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// Take the journal from whoever has it. The former consumer is fenced: its calls fail with `journal_fenced`.
pub const QENEX_JOURNAL_TAKE_OVER: u32 = 1 << 0;

/// Argument of `QENEX_JOURNAL_ATTACH`: becomes the consumer of the journal. For ledger operators.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, FromBytes, Immutable, IntoBytes, KnownLayout)]
pub struct AttachRequest {
    /// `QENEX_JOURNAL_TAKE_OVER` or zero.
    pub flags: u32,
    /// Out: a [`crate::ResultCode`].
    pub result: u32,
    /// Out: which attachment this is; grows with each.
    pub epoch: u64,
    /// Out: entries in the ring.
    pub entries: u64,
    /// Out: bytes to map.
    pub ring_size: u64,
    /// Out: everything up to this sequence number is acknowledged; the consumer goes on with the next.
    pub acknowledged: u64,
    /// Must be zero.
    pub reserved: [u64; 3],
}

assert_layout!(AttachRequest, size 64, align 8);

/// Argument of `QENEX_JOURNAL_WAIT`: waits until there is something to store. For the consumer.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, FromBytes, Immutable, IntoBytes, KnownLayout)]
pub struct WaitRequest {
    /// Wait until an entry after this one is written.
    pub after: u64,
    /// Longest wait in milliseconds; zero: do not wait.
    pub timeout_ms: u32,
    /// Out: a [`crate::ResultCode`]: `ok` or `timed_out`.
    pub result: u32,
    /// Out: everything up to this sequence number is written.
    pub written: u64,
    /// Must be zero.
    pub reserved: u64,
}

assert_layout!(WaitRequest, size 32, align 8);

/// Argument of `QENEX_JOURNAL_ACK`: everything up to `sequence` is stored durably. For the consumer.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, FromBytes, Immutable, IntoBytes, KnownLayout)]
pub struct AckRequest {
    /// The last sequence number that is stored, with all before it.
    pub sequence: u64,
    /// Out: a [`crate::ResultCode`].
    pub result: u32,
    /// Must be zero.
    pub reserved: u32,
}

assert_layout!(AckRequest, size 16, align 8);

/// Argument of `QENEX_WAIT_DURABLE`: waits until a change is stored durably. For everyone.
///
/// Interrupted by a signal the call fails with EINTR, and can be made again.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, FromBytes, Immutable, IntoBytes, KnownLayout)]
pub struct DurableRequest {
    /// The sequence number of the change.
    pub sequence: u64,
    /// Longest wait in milliseconds; zero: do not wait.
    pub timeout_ms: u32,
    /// Out: a [`crate::ResultCode`]: `ok` or `timed_out`.
    pub result: u32,
    /// Out: everything up to this sequence number is durable.
    pub durable: u64,
    /// Must be zero.
    pub reserved: u64,
}

assert_layout!(DurableRequest, size 32, align 8);
