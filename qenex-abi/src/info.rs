// SPDX-License-Identifier: MIT OR GPL-2.0

//! What the module is and how full it is.

use zerocopy_derive::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::Id;

/// State: the ledger waits for its daemon, or is being restored by it; changes are refused with `not_live`.
pub const QENEX_STATE_RESTORING: u32 = 0;
/// State: open for business.
pub const QENEX_STATE_LIVE: u32 = 1;
/// State: reads only; changes are refused with `read_only`.
pub const QENEX_STATE_READ_ONLY: u32 = 2;

/// Answer of `QENEX_INFO`. Everyone who may open the device may ask.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, FromBytes, Immutable, IntoBytes, KnownLayout)]
pub struct Info {
    /// [`crate::QENEX_ABI_VERSION`] of the module.
    pub abi_version: u32,
    /// `QENEX_STATE_*`.
    pub state: u32,
    /// Which ledger this is: made at random when it was first opened.
    pub ledger_id: Id,
    /// Sequence number of the last change; zero in a new ledger.
    pub sequence: u64,
    /// Highest sequence number that is stored durably, with all before it.
    pub sequence_durable: u64,
    /// Time of the last change, nanoseconds since 1970-01-01 UTC.
    pub timestamp: u64,
    /// Accounts opened, the kernel's own cash accounts included.
    pub accounts: u64,
    /// Most accounts there can be (module parameter `max_accounts`).
    pub accounts_max: u64,
    /// Holds that are open.
    pub holds: u64,
    /// Most holds that can be open at once (module parameter `max_holds`).
    pub holds_max: u64,
    /// Entries that the journal ring takes (module parameter `journal_entries`); also how many of the latest changes
    /// the kernel remembers by id.
    pub journal_entries: u64,
    /// Most items in one batch.
    pub batch_max: u32,
    /// Most items in one linked chain.
    pub chain_max: u32,
    /// Transfers accepted since the module was loaded.
    pub transfers_accepted: u64,
    /// Transfers refused since the module was loaded.
    pub transfers_refused: u64,
    /// Transfers answered with `exists` since the module was loaded.
    pub transfers_repeated: u64,
    /// Zero.
    pub reserved: [u64; 17],
}

assert_layout!(Info, size 256, align 8);
