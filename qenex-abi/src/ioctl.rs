// SPDX-License-Identifier: MIT OR GPL-2.0

//! The ioctl numbers, encoded as `<asm-generic/ioctl.h>` does it: direction, size of the argument, type, number.

use core::mem::size_of;

use crate::{
    AccountRequest, AccountsRequest, AckRequest, AttachRequest, BatchRequest, DurableRequest, GoLiveRequest, Info,
    RestoreBeginRequest, RestoreRequest, TransferRequest, TransfersRequest, UpdateRequest, WaitRequest,
};

/// The ioctl type ("magic") of all QENEX calls.
pub const QENEX_IOCTL_TYPE: u32 = b'Q' as u32;

const READ: u32 = 2;
const WRITE: u32 = 1;

const fn number<T>(direction: u32, nr: u32) -> u32 {
    // 14 bits hold the size.
    assert!(size_of::<T>() < 1 << 14);
    // CAST: checked above.
    direction << 30 | (size_of::<T>() as u32) << 16 | QENEX_IOCTL_TYPE << 8 | nr
}

/// Asks what the module is, see [`Info`].
pub const QENEX_INFO: u32 = number::<Info>(READ, 0);
/// Opens an account, see [`AccountRequest`].
pub const QENEX_CREATE_ACCOUNT: u32 = number::<AccountRequest>(READ | WRITE, 1);
/// Reads accounts at one instant, see [`AccountsRequest`].
pub const QENEX_GET_ACCOUNTS: u32 = number::<AccountsRequest>(READ | WRITE, 2);
/// Moves money once, see [`TransferRequest`].
pub const QENEX_TRANSFER: u32 = number::<TransferRequest>(READ | WRITE, 3);
/// Moves money many times, see [`BatchRequest`].
pub const QENEX_BATCH: u32 = number::<BatchRequest>(READ | WRITE, 4);
/// Reads what is on record, see [`TransfersRequest`].
pub const QENEX_GET_TRANSFERS: u32 = number::<TransfersRequest>(READ | WRITE, 5);
/// Changes an account's state, limits or owner, see [`UpdateRequest`].
pub const QENEX_UPDATE_ACCOUNT: u32 = number::<UpdateRequest>(READ | WRITE, 6);
/// Waits until a change is durable, see [`DurableRequest`].
pub const QENEX_WAIT_DURABLE: u32 = number::<DurableRequest>(READ | WRITE, 7);
/// Becomes the consumer of the journal, see [`AttachRequest`].
pub const QENEX_JOURNAL_ATTACH: u32 = number::<AttachRequest>(READ | WRITE, 16);
/// Waits for something to store, see [`WaitRequest`].
pub const QENEX_JOURNAL_WAIT: u32 = number::<WaitRequest>(READ | WRITE, 17);
/// Acknowledges what is stored, see [`AckRequest`].
pub const QENEX_JOURNAL_ACK: u32 = number::<AckRequest>(READ | WRITE, 18);
/// Begins restoring an empty ledger, see [`RestoreBeginRequest`].
pub const QENEX_RESTORE_BEGIN: u32 = number::<RestoreBeginRequest>(READ | WRITE, 32);
/// Restores accounts, see [`RestoreRequest`].
pub const QENEX_RESTORE_ACCOUNTS: u32 = number::<RestoreRequest>(READ | WRITE, 33);
/// Restores open holds, see [`RestoreRequest`].
pub const QENEX_RESTORE_HOLDS: u32 = number::<RestoreRequest>(READ | WRITE, 34);
/// Restores what is remembered by id, see [`RestoreRequest`].
pub const QENEX_RESTORE_TRANSFERS: u32 = number::<RestoreRequest>(READ | WRITE, 35);
/// Opens a restored ledger for business, see [`GoLiveRequest`].
pub const QENEX_GO_LIVE: u32 = number::<GoLiveRequest>(READ | WRITE, 36);

/// Every ioctl: number, name and name of the argument's C struct.
pub const QENEX_IOCTLS: &[(u32, &str, &str)] = &[
    (QENEX_INFO, "QENEX_INFO", "qenex_info"),
    (QENEX_CREATE_ACCOUNT, "QENEX_CREATE_ACCOUNT", "qenex_account_request"),
    (QENEX_GET_ACCOUNTS, "QENEX_GET_ACCOUNTS", "qenex_accounts_request"),
    (QENEX_TRANSFER, "QENEX_TRANSFER", "qenex_transfer_request"),
    (QENEX_BATCH, "QENEX_BATCH", "qenex_batch_request"),
    (QENEX_GET_TRANSFERS, "QENEX_GET_TRANSFERS", "qenex_transfers_request"),
    (QENEX_UPDATE_ACCOUNT, "QENEX_UPDATE_ACCOUNT", "qenex_update_request"),
    (QENEX_WAIT_DURABLE, "QENEX_WAIT_DURABLE", "qenex_durable_request"),
    (QENEX_JOURNAL_ATTACH, "QENEX_JOURNAL_ATTACH", "qenex_attach_request"),
    (QENEX_JOURNAL_WAIT, "QENEX_JOURNAL_WAIT", "qenex_wait_request"),
    (QENEX_JOURNAL_ACK, "QENEX_JOURNAL_ACK", "qenex_ack_request"),
    (QENEX_RESTORE_BEGIN, "QENEX_RESTORE_BEGIN", "qenex_restore_begin_request"),
    (QENEX_RESTORE_ACCOUNTS, "QENEX_RESTORE_ACCOUNTS", "qenex_restore_request"),
    (QENEX_RESTORE_HOLDS, "QENEX_RESTORE_HOLDS", "qenex_restore_request"),
    (QENEX_RESTORE_TRANSFERS, "QENEX_RESTORE_TRANSFERS", "qenex_restore_request"),
    (QENEX_GO_LIVE, "QENEX_GO_LIVE", "qenex_go_live_request"),
];

/// The type of an ioctl number.
#[inline]
pub const fn ioctl_type(cmd: u32) -> u32 {
    cmd >> 8 & 0xff
}

/// The number within its type of an ioctl number.
#[inline]
pub const fn ioctl_nr(cmd: u32) -> u32 {
    cmd & 0xff
}
