// SPDX-License-Identifier: MIT OR GPL-2.0

//! Many transfers in one call.

use zerocopy_derive::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// Most items in one `QENEX_BATCH` call, and most accounts in one `QENEX_GET_ACCOUNTS` call.
pub const QENEX_BATCH_MAX: u32 = 8192;

/// Most items in one linked chain.
pub const QENEX_CHAIN_MAX: u32 = 64;

/// Argument of `QENEX_BATCH`: an array of [`crate::Transfer`] and room for as many [`crate::TransferResult`].
///
/// Items run in order. Each has its own result; chains (`QENEX_TRANSFER_LINKED`) happen whole or not at all. The call
/// returns 0 when every item has its result, whatever the results say. If the results cannot be written (EFAULT),
/// what was accepted stays accepted; sending the batch again with the same ids tells.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, FromBytes, Immutable, IntoBytes, KnownLayout)]
pub struct BatchRequest {
    /// Address of `count` [`crate::Transfer`] in the caller's memory.
    pub items: u64,
    /// Address of `count` [`crate::TransferResult`] in the caller's memory.
    pub results: u64,
    /// How many, 1 to [`QENEX_BATCH_MAX`].
    pub count: u32,
    /// Must be zero.
    pub flags: u32,
    /// Out: how many items were accepted (`ok`).
    pub accepted: u32,
    /// Out: a [`crate::ResultCode`] for the call itself.
    pub result: u32,
    /// Out: highest sequence number among the results; zero if nothing was posted.
    pub sequence: u64,
    /// Must be zero.
    pub reserved: [u64; 3],
}

assert_layout!(BatchRequest, size 64, align 8);
