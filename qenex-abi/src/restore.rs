// SPDX-License-Identifier: MIT OR GPL-2.0

//! The state of a ledger, as it is saved in a snapshot and given back to an empty kernel.
//!
//! The *digest* of a ledger is the SHA-256 of, one after the other: all accounts by number as [`RestoreAccount`], all open
//! holds by sequence number as [`RestoreHold`], and a [`RestoreEnd`]; all as they lie in memory, little-endian. Two
//! ledgers with one digest are in the same state.

use zerocopy_derive::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::{Counters, Id};

/// All there is to know of one account.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, FromBytes, Immutable, IntoBytes, KnownLayout)]
pub struct RestoreAccount {
    /// Its number.
    pub account_number: u64,
    /// Posted and held.
    pub counters: Counters,
    /// Minor units.
    pub overdraft_limit: u64,
    /// Sequence number of the last change.
    pub sequence: u64,
    /// When it was opened, nanoseconds since 1970-01-01 UTC.
    pub opened: u64,
    /// The opener's reference.
    pub reference: Id,
    /// Most that may be spent in one window, minor units; zero: no limit.
    pub spending_limit: u64,
    /// What has been spent in the window that began at `spending_window_start`, minor units. Zero without a limit.
    pub spent: u64,
    /// When the window began in which something was last spent, seconds since 1970-01-01 UTC. Zero without a limit.
    pub spending_window_start: u64,
    /// Sequence number of the update that set the limit: what was held before it was not counted. Zero without a limit.
    pub spending_since: u64,
    /// Length of a window in seconds; zero: no limit.
    pub spending_window: u32,
    /// ISO 4217 numeric code.
    pub currency: u32,
    /// `QENEX_ACCOUNT_CHECKING` … .
    pub account_type: u32,
    /// `QENEX_ACCOUNT_UNLIMITED` and the state bits.
    pub flags: u32,
    /// Uid of the owner.
    pub owner: u32,
    /// The opener's code.
    pub code: u32,
}

assert_layout!(RestoreAccount, size 136, align 8);

/// An open hold.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, FromBytes, Immutable, IntoBytes, KnownLayout)]
pub struct RestoreHold {
    /// The id under which it was made.
    pub id: Id,
    /// Sequence number of its entry.
    pub sequence: u64,
    /// When it was made, nanoseconds since 1970-01-01 UTC.
    pub timestamp: u64,
    /// Number of the account that will be debited.
    pub from_account: u64,
    /// Number of the account that will be credited.
    pub to_account: u64,
    /// Minor units held.
    pub amount: u64,
    /// When it expires, nanoseconds since 1970-01-01 UTC; zero: never.
    pub expires: u64,
    /// The reference given with it.
    pub reference: Id,
    /// ISO 4217 numeric code.
    pub currency: u32,
    /// Flags of the request.
    pub flags: u32,
    /// The code given with it.
    pub code: u32,
    /// Seconds after which it expires, as asked for; zero: never.
    pub timeout: u32,
}

assert_layout!(RestoreHold, size 96, align 8);

/// Where the ledger stands.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, FromBytes, Immutable, IntoBytes, KnownLayout)]
pub struct RestoreEnd {
    /// Which ledger this is.
    pub ledger_id: Id,
    /// Sequence number of the last change.
    pub sequence: u64,
    /// Time of the last change, nanoseconds since 1970-01-01 UTC.
    pub timestamp: u64,
    /// The highest `low` half of an id that the kernel made.
    pub ids_made: u64,
    /// How many accounts there are.
    pub accounts: u64,
    /// How many holds are open.
    pub holds: u64,
}

assert_layout!(RestoreEnd, size 56, align 8);

/// Argument of `QENEX_RESTORE_ACCOUNTS`, `_HOLDS` and `_TRANSFERS`: an array of [`RestoreAccount`] by number from the first
/// on, of [`RestoreHold`] by sequence number, or of the latest [`crate::JournalEntry`] by sequence number.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, FromBytes, Immutable, IntoBytes, KnownLayout)]
pub struct RestoreRequest {
    /// Address of `count` structs in the caller's memory.
    pub items: u64,
    /// How many, 1 to [`crate::QENEX_BATCH_MAX`].
    pub count: u32,
    /// Out: a [`crate::ResultCode`].
    pub result: u32,
    /// Out: how many were taken; the next one is the one that was refused.
    pub taken: u32,
    /// Must be zero.
    pub reserved: u32,
    /// Must be zero.
    pub reserved2: u64,
}

assert_layout!(RestoreRequest, size 32, align 8);

/// Argument of `QENEX_RESTORE_BEGIN`: an empty ledger is closed for business and takes a saved state. For ledger operators.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, FromBytes, Immutable, IntoBytes, KnownLayout)]
pub struct RestoreBeginRequest {
    /// Must be zero.
    pub flags: u32,
    /// Out: a [`crate::ResultCode`].
    pub result: u32,
    /// Must be zero.
    pub reserved: u64,
}

assert_layout!(RestoreBeginRequest, size 16, align 8);

/// Argument of `QENEX_GO_LIVE`: ends the restoring, if what the kernel has got is what was saved.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, FromBytes, Immutable, IntoBytes, KnownLayout)]
pub struct GoLiveRequest {
    /// Where the ledger stands.
    pub end: RestoreEnd,
    /// The digest of the ledger.
    pub digest: [u8; 32],
    /// Out: a [`crate::ResultCode`].
    pub result: u32,
    /// Must be zero.
    pub reserved: u32,
    /// Out: the digest of what the kernel has got.
    pub digest_found: [u8; 32],
}

assert_layout!(GoLiveRequest, size 128, align 8);
