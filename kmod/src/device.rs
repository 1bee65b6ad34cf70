// SPDX-License-Identifier: MIT OR GPL-2.0

//! The device file `/dev/qenex_banking`.

use core::ffi::c_void;

use kernel::bindings;
use kernel::error::to_result;
use kernel::fs::File;
use kernel::miscdevice::{MiscDevice, MiscDeviceOptions, MiscDeviceRegistration};
use kernel::mm::virt::VmaNew;
use kernel::prelude::*;
use kernel::seq_file::SeqFile;
use kernel::seq_print;
use kernel::sync::atomic::{Acquire, Atomic, Relaxed, Release};
use kernel::sync::{Arc, ArcBorrow};
use kernel::types::{ForeignOwnable, Opaque};

use qenex_abi::ResultCode;

use crate::bank::Bank;
use crate::{caller, calls, ring};

/// Owner may read and write, group too, nobody else. udev gives the node to the group `qenex`.
const MODE: u16 = 0o660;

const OPTIONS: MiscDeviceOptions = MiscDeviceOptions { name: c"qenex_banking" };

/// The file operations: those that the kernel crate makes, and `poll`, which it has not.
struct FileOperations(bindings::file_operations);

// SAFETY: never changed.
unsafe impl Sync for FileOperations {}

static FILE_OPERATIONS: FileOperations = FileOperations(bindings::file_operations {
    poll: Some(poll),
    // SAFETY: the table that the kernel crate makes lives for ever.
    ..unsafe { *OPTIONS.into_raw::<Session>().fops }
});

extern "C" {
    fn qenex_poll_wait(file: *mut c_void, table: *mut c_void);
}

/// The registered device and the bank behind it.
///
/// # Invariants
///
/// `misc` is registered with `misc_register` from the end of `register` to `drop`, and only as a part of a `Device`.
#[pin_data(PinnedDrop)]
pub(crate) struct Device {
    bank: Arc<Bank>,
    #[pin]
    misc: Opaque<bindings::miscdevice>,
}

// SAFETY: a misc device may be deregistered from any thread.
unsafe impl Send for Device {}
// SAFETY: a shared reference only gives access to the bank, which is `Sync`.
unsafe impl Sync for Device {}

impl Device {
    /// Registers the device for this bank.
    pub(crate) fn register(bank: Arc<Bank>) -> impl PinInit<Self, Error> {
        try_pin_init!(Self {
            bank: bank,
            // Last, because an open may come as soon as the device is registered.
            misc <- Opaque::try_ffi_init(|slot: *mut bindings::miscdevice| {
                let mut misc = OPTIONS.into_raw::<Session>();
                misc.fops = &FILE_OPERATIONS.0;
                misc.mode = MODE;
                // SAFETY: the initialiser may write to its slot.
                unsafe { slot.write(misc) };
                // SAFETY: the slot was just written, is pinned, and is deregistered before it goes.
                // INVARIANT: on success the device is registered.
                to_result(unsafe { bindings::misc_register(slot) })
            }),
        })
    }

    /// The device that `registration` is a part of.
    fn of(registration: &MiscDeviceRegistration<Session>) -> &Device {
        // SAFETY: the only `miscdevice` with the file operations of `Session` is in a `Device` (type invariant), and a
        // registration is such a `miscdevice`, transparently. The device lives as long as it is registered.
        unsafe { &*kernel::container_of!(Opaque::cast_from(registration.as_raw()), Device, misc) }
    }
}

#[pinned_drop]
impl PinnedDrop for Device {
    fn drop(self: Pin<&mut Self>) {
        // SAFETY: registered, by the type invariant; nothing uses it afterwards, because the module cannot be removed
        // while a file is open.
        unsafe { bindings::misc_deregister(self.misc.get()) };
    }
}

/// An open file.
///
/// It carries no rights: those are the caller's at each call, so that a file handed to another process gives it nothing. The
/// one thing it may be is the consumer of the journal.
pub(crate) struct Session {
    bank: Arc<Bank>,
    /// The epoch of this file's attachment to the journal; 0 if it never attached.
    epoch: Atomic<u64>,
}

impl Session {
    /// What all files share.
    pub(crate) fn bank(&self) -> &Bank {
        &self.bank
    }

    /// The epoch of this file's attachment; 0 if it never attached.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch.load(Acquire)
    }

    /// Makes this file the consumer of the journal; returns the epoch and what is acknowledged already.
    pub(crate) fn attach(&self, take_over: bool) -> Result<(u64, u64), ResultCode> {
        let (epoch, acknowledged) = self.bank.attach(take_over)?;
        self.epoch.store(epoch, Release);
        Ok((epoch, acknowledged))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.bank.detach(self.epoch.load(Relaxed));
    }
}

#[vtable]
impl MiscDevice for Session {
    type Ptr = Arc<Session>;

    fn open(_file: &File, registration: &MiscDeviceRegistration<Self>) -> Result<Arc<Session>> {
        let bank = Device::of(registration).bank.clone();
        Ok(Arc::new(Session { bank, epoch: Atomic::new(0) }, GFP_KERNEL)?)
    }

    fn ioctl(session: ArcBorrow<'_, Session>, _file: &File, cmd: u32, arg: usize) -> Result<isize> {
        calls::dispatch(&session, cmd, arg)
    }

    fn mmap(session: ArcBorrow<'_, Session>, _file: &File, area: &VmaNew) -> Result {
        ring::map(&session, area)
    }

    fn show_fdinfo(session: ArcBorrow<'_, Session>, m: &SeqFile, _file: &File) {
        let info = session.bank.ledger.info();
        let reader = caller::current();
        let state = match info.state {
            qenex_abi::QENEX_STATE_RESTORING => "restoring",
            qenex_abi::QENEX_STATE_LIVE => "live",
            _ => "read-only",
        };
        seq_print!(m, "qenex-abi:\t{:#x}\n", info.abi_version);
        seq_print!(m, "qenex-state:\t{}\n", state);
        seq_print!(m, "qenex-sequence:\t{}\n", info.sequence);
        seq_print!(m, "qenex-acknowledged:\t{}\n", session.bank.ledger.acknowledged());
        seq_print!(m, "qenex-accounts:\t{}\n", info.accounts);
        seq_print!(m, "qenex-holds:\t{}\n", info.holds);
        seq_print!(m, "qenex-operator:\t{}\n", u8::from(reader.operator));
        seq_print!(m, "qenex-consumer:\t{}\n", u8::from(session.bank.consumer.is_current(session.epoch())));
    }
}

/// Readable: the consumer has something to store. Writable: there is room in the journal. Error: the consumer is fenced.
///
/// # Safety
///
/// Called by the kernel for an open file of this device.
unsafe extern "C" fn poll(file: *mut bindings::file, table: *mut bindings::poll_table_struct) -> bindings::__poll_t {
    // SAFETY: both are the kernel's own, valid for this call.
    unsafe { qenex_poll_wait(file.cast(), table.cast()) };
    // SAFETY: the private data of a file of this device is what `open` returned, until it is released.
    let session = unsafe { <Arc<Session> as ForeignOwnable>::borrow((*file).private_data) };
    let ledger = &session.bank.ledger;
    let mut events = 0;
    if ledger.sequence().saturating_sub(ledger.acknowledged()) < ledger.journal_entries() {
        events |= bindings::POLLOUT | bindings::POLLWRNORM;
    }
    match session.epoch() {
        0 => {}
        epoch => match session.bank.has_work(epoch) {
            None => events |= bindings::POLLERR | bindings::POLLHUP,
            Some(true) => events |= bindings::POLLIN | bindings::POLLRDNORM,
            Some(false) => {}
        },
    }
    events
}
