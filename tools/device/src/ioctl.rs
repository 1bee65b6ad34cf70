// SPDX-License-Identifier: MIT

//! The calls themselves: the one place with unsafe code.

use std::os::fd::{AsRawFd, BorrowedFd};

use nix::errno::Errno;
use nix::libc;
use qenex_abi::{
    Account, AccountRequest, AccountsRequest, BatchRequest, Id, Info, JournalEntry, QENEX_BATCH, QENEX_CREATE_ACCOUNT,
    QENEX_GET_ACCOUNTS, QENEX_GET_TRANSFERS, QENEX_INFO, QENEX_TRANSFER, Transfer, TransferRequest, TransferResult,
    TransfersRequest,
};

/// Does one call.
///
/// # Safety
///
/// Every address in `argument` must be that of memory which the caller may read or, where the call answers there,
/// has borrowed exclusively, for as many items as `argument` says.
unsafe fn call<T>(device: BorrowedFd<'_>, number: u32, argument: &mut T) -> Result<(), Errno> {
    // The kernel reads and writes as many bytes as the number says.
    assert_eq!(usize::try_from(number >> 16 & 0x3fff), Ok(size_of::<T>()), "the number is that of another call");
    // SAFETY: the argument is valid for the size that the number carries, and borrowed exclusively; every value of
    // its fields is valid. The caller vouches for the addresses in it.
    let returned = unsafe {
        libc::ioctl(device.as_raw_fd(), nix::sys::ioctl::ioctl_num_type::from(number), std::ptr::from_mut(argument))
    };
    Errno::result(returned).map(drop)
}

/// `QENEX_INFO`.
pub(crate) fn info(device: BorrowedFd<'_>, argument: &mut Info) -> Result<(), Errno> {
    // SAFETY: there are no addresses in it.
    unsafe { call(device, QENEX_INFO, argument) }
}

/// `QENEX_CREATE_ACCOUNT`.
pub(crate) fn create_account(device: BorrowedFd<'_>, argument: &mut AccountRequest) -> Result<(), Errno> {
    // SAFETY: there are no addresses in it.
    unsafe { call(device, QENEX_CREATE_ACCOUNT, argument) }
}

/// `QENEX_TRANSFER`.
pub(crate) fn transfer(device: BorrowedFd<'_>, argument: &mut TransferRequest) -> Result<(), Errno> {
    // SAFETY: there are no addresses in it.
    unsafe { call(device, QENEX_TRANSFER, argument) }
}

/// `QENEX_GET_ACCOUNTS` of `numbers` into `accounts`, both of the same length. Returns the answered request, whatever
/// the outcome.
pub(crate) fn get_accounts(
    device: BorrowedFd<'_>,
    numbers: &[u64],
    accounts: &mut [Account],
) -> (AccountsRequest, Result<(), Errno>) {
    assert_eq!(numbers.len(), accounts.len());
    let mut request = AccountsRequest {
        numbers: numbers.as_ptr().expose_provenance() as u64,
        accounts: accounts.as_mut_ptr().expose_provenance() as u64,
        count: count(numbers.len()),
        ..AccountsRequest::default()
    };
    // SAFETY: both slices have at least `count` items and stay borrowed during the call; every value of an account's
    // fields is valid.
    let outcome = unsafe { call(device, QENEX_GET_ACCOUNTS, &mut request) };
    (request, outcome)
}

/// `QENEX_GET_TRANSFERS` of `ids` into `entries`, both of the same length. Returns the answered request, whatever the
/// outcome.
pub(crate) fn get_transfers_by_id(
    device: BorrowedFd<'_>,
    ids: &[Id],
    entries: &mut [JournalEntry],
) -> (TransfersRequest, Result<(), Errno>) {
    assert_eq!(ids.len(), entries.len());
    let mut request = TransfersRequest {
        ids: ids.as_ptr().expose_provenance() as u64,
        entries: entries.as_mut_ptr().expose_provenance() as u64,
        count: count(ids.len()),
        ..TransfersRequest::default()
    };
    // SAFETY: both addresses are those of slices with as many items, the second borrowed exclusively.
    let outcome = unsafe { call(device, QENEX_GET_TRANSFERS, &mut request) };
    (request, outcome)
}

/// `QENEX_GET_TRANSFERS` in order, from `first_sequence` on. Returns the answered request, whatever the outcome.
pub(crate) fn get_transfers_from(
    device: BorrowedFd<'_>,
    first_sequence: u64,
    entries: &mut [JournalEntry],
) -> (TransfersRequest, Result<(), Errno>) {
    let mut request = TransfersRequest {
        entries: entries.as_mut_ptr().expose_provenance() as u64,
        first_sequence,
        count: count(entries.len()),
        ..TransfersRequest::default()
    };
    // SAFETY: the address is that of a slice with as many items, borrowed exclusively.
    let outcome = unsafe { call(device, QENEX_GET_TRANSFERS, &mut request) };
    (request, outcome)
}

/// `QENEX_BATCH` of `items` with their `results`, both of the same length. Returns the answered request, whatever the
/// outcome.
pub(crate) fn batch(
    device: BorrowedFd<'_>,
    items: &[Transfer],
    results: &mut [TransferResult],
) -> (BatchRequest, Result<(), Errno>) {
    assert_eq!(items.len(), results.len());
    let mut request = BatchRequest {
        items: items.as_ptr().expose_provenance() as u64,
        results: results.as_mut_ptr().expose_provenance() as u64,
        count: count(items.len()),
        ..BatchRequest::default()
    };
    // SAFETY: both slices have at least `count` items and stay borrowed during the call; every value of a result's
    // fields is valid.
    let outcome = unsafe { call(device, QENEX_BATCH, &mut request) };
    (request, outcome)
}

/// The kernel refuses more than `QENEX_BATCH_MAX`; what does not even fit in the field is held at its bound and so
/// refused as well, never cut.
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
