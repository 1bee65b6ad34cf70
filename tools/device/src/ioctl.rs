// SPDX-License-Identifier: MIT

//! The calls themselves: the one place with unsafe code.

use std::ffi::c_void;
use std::num::NonZeroUsize;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::ptr::NonNull;

use nix::errno::Errno;
use nix::libc;
use nix::sys::mman::{MapFlags, ProtFlags, mmap, munmap};
use qenex_abi::{
    Account, AccountRequest, AccountsRequest, AckRequest, AttachRequest, BatchRequest, DurableRequest, GoLiveRequest,
    Id, Info, JournalEntry, QENEX_BATCH, QENEX_CREATE_ACCOUNT, QENEX_GET_ACCOUNTS, QENEX_GET_TRANSFERS, QENEX_GO_LIVE,
    QENEX_INFO, QENEX_JOURNAL_ACK, QENEX_JOURNAL_ATTACH, QENEX_JOURNAL_WAIT, QENEX_RESTORE_ACCOUNTS,
    QENEX_RESTORE_BEGIN, QENEX_RESTORE_HOLDS, QENEX_RESTORE_TRANSFERS, QENEX_TRANSFER, QENEX_UPDATE_ACCOUNT,
    QENEX_WAIT_DURABLE, RestoreAccount, RestoreBeginRequest, RestoreHold, RestoreRequest, Transfer, TransferRequest,
    TransferResult, TransfersRequest, UpdateRequest, WaitRequest,
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

/// `QENEX_UPDATE_ACCOUNT`.
pub(crate) fn update_account(device: BorrowedFd<'_>, argument: &mut UpdateRequest) -> Result<(), Errno> {
    // SAFETY: there are no addresses in it.
    unsafe { call(device, QENEX_UPDATE_ACCOUNT, argument) }
}

/// `QENEX_WAIT_DURABLE`.
pub(crate) fn wait_durable(device: BorrowedFd<'_>, argument: &mut DurableRequest) -> Result<(), Errno> {
    // SAFETY: there are no addresses in it.
    unsafe { call(device, QENEX_WAIT_DURABLE, argument) }
}

/// `QENEX_JOURNAL_ATTACH`.
pub(crate) fn attach(device: BorrowedFd<'_>, argument: &mut AttachRequest) -> Result<(), Errno> {
    // SAFETY: there are no addresses in it.
    unsafe { call(device, QENEX_JOURNAL_ATTACH, argument) }
}

/// `QENEX_JOURNAL_WAIT`.
pub(crate) fn wait_written(device: BorrowedFd<'_>, argument: &mut WaitRequest) -> Result<(), Errno> {
    // SAFETY: there are no addresses in it.
    unsafe { call(device, QENEX_JOURNAL_WAIT, argument) }
}

/// `QENEX_JOURNAL_ACK`.
pub(crate) fn acknowledge(device: BorrowedFd<'_>, argument: &mut AckRequest) -> Result<(), Errno> {
    // SAFETY: there are no addresses in it.
    unsafe { call(device, QENEX_JOURNAL_ACK, argument) }
}

/// `QENEX_RESTORE_BEGIN`.
pub(crate) fn restore_begin(device: BorrowedFd<'_>, argument: &mut RestoreBeginRequest) -> Result<(), Errno> {
    // SAFETY: there are no addresses in it.
    unsafe { call(device, QENEX_RESTORE_BEGIN, argument) }
}

/// `QENEX_GO_LIVE`.
pub(crate) fn go_live(device: BorrowedFd<'_>, argument: &mut GoLiveRequest) -> Result<(), Errno> {
    // SAFETY: there are no addresses in it.
    unsafe { call(device, QENEX_GO_LIVE, argument) }
}

/// What the calls that restore take arrays of.
pub(crate) trait Restorable {
    /// The call that takes them.
    const CALL: u32;
    /// Its name.
    const NAME: &'static str;
}

impl Restorable for RestoreAccount {
    const CALL: u32 = QENEX_RESTORE_ACCOUNTS;
    const NAME: &'static str = "QENEX_RESTORE_ACCOUNTS";
}

impl Restorable for RestoreHold {
    const CALL: u32 = QENEX_RESTORE_HOLDS;
    const NAME: &'static str = "QENEX_RESTORE_HOLDS";
}

impl Restorable for JournalEntry {
    const CALL: u32 = QENEX_RESTORE_TRANSFERS;
    const NAME: &'static str = "QENEX_RESTORE_TRANSFERS";
}

/// `QENEX_RESTORE_ACCOUNTS`, `_HOLDS` or `_TRANSFERS`. Returns the answered request, whatever the outcome.
pub(crate) fn restore<T: Restorable>(device: BorrowedFd<'_>, items: &[T]) -> (RestoreRequest, Result<(), Errno>) {
    let mut request = RestoreRequest {
        items: items.as_ptr().expose_provenance() as u64,
        count: count(items.len()),
        ..RestoreRequest::default()
    };
    // SAFETY: the address is that of a slice with as many items of the call's type, which the call only reads.
    let outcome = unsafe { call(device, T::CALL, &mut request) };
    (request, outcome)
}

/// The journal ring of the device, mapped for reading.
///
/// # Invariants
///
/// `start` is a mapping of `len` bytes that is this struct's own.
#[derive(Debug)]
pub(crate) struct Ring {
    start: NonNull<c_void>,
    len: usize,
}

// SAFETY: the mapping is only read, and belongs to no thread.
unsafe impl Send for Ring {}
// SAFETY: as above.
unsafe impl Sync for Ring {}

impl Ring {
    /// Maps the ring of a device whose consumer the caller is.
    pub(crate) fn map(device: BorrowedFd<'_>, len: usize) -> Result<Ring, Errno> {
        let length = NonZeroUsize::new(len).ok_or(Errno::EINVAL)?;
        // SAFETY: a new mapping at a place of the kernel's choice.
        let start = unsafe { mmap(None, length, ProtFlags::PROT_READ, MapFlags::MAP_SHARED, device, 0)? };
        // INVARIANT: just mapped.
        Ok(Ring { start, len })
    }

    /// The entry at this place of the ring, `None` beyond its end.
    ///
    /// Meaningful only for entries that are written and not acknowledged: those nobody writes.
    pub(crate) fn entry(&self, place: usize) -> Option<JournalEntry> {
        let offset = place.checked_mul(size_of::<JournalEntry>())?;
        if offset.checked_add(size_of::<JournalEntry>())? > self.len {
            return None;
        }
        // SAFETY: within the mapping, by the check; entries lie at multiples of their size, which is one of their alignment;
        // every value of an entry's fields is valid. The kernel may write to the place if the caller asks for an entry that
        // it should not: then what is read is meaningless, which volatile reads allow.
        Some(unsafe { self.start.cast::<u8>().add(offset).cast::<JournalEntry>().read_volatile() })
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        // SAFETY: the mapping is this struct's own, and nothing of it is borrowed. It cannot fail for such a mapping.
        let _ = unsafe { munmap(self.start, self.len) };
    }
}

/// The kernel refuses more than `QENEX_BATCH_MAX`; what does not even fit in the field is held at its bound and so
/// refused as well, never cut.
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
