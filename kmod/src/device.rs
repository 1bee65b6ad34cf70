// SPDX-License-Identifier: MIT OR GPL-2.0

//! The device file `/dev/qenex_banking`.

use kernel::bindings;
use kernel::error::to_result;
use kernel::fs::File;
use kernel::miscdevice::{MiscDevice, MiscDeviceOptions, MiscDeviceRegistration};
use kernel::prelude::*;
use kernel::seq_file::SeqFile;
use kernel::seq_print;
use kernel::sync::{Arc, ArcBorrow};
use kernel::types::Opaque;

use qenex_ledger::Ledger;

use crate::{caller, calls};

/// Owner may read and write, group too, nobody else. udev gives the node to the group `qenex`.
const MODE: u16 = 0o660;

/// The registered device and the ledger behind it.
///
/// # Invariants
///
/// `misc` is registered with `misc_register` from the end of `register` to `drop`, and only as a part of a `Device`.
#[pin_data(PinnedDrop)]
pub(crate) struct Device {
    ledger: Arc<Ledger>,
    #[pin]
    misc: Opaque<bindings::miscdevice>,
}

// SAFETY: a misc device may be deregistered from any thread.
unsafe impl Send for Device {}
// SAFETY: a shared reference only gives access to the ledger, which is `Sync`.
unsafe impl Sync for Device {}

impl Device {
    /// Registers the device for this ledger.
    pub(crate) fn register(ledger: Arc<Ledger>) -> impl PinInit<Self, Error> {
        try_pin_init!(Self {
            ledger: ledger,
            // Last, because an open may come as soon as the device is registered.
            misc <- Opaque::try_ffi_init(|slot: *mut bindings::miscdevice| {
                let mut misc = MiscDeviceOptions { name: c"qenex_banking" }.into_raw::<Session>();
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
/// It carries no rights: those are the caller's at each call, so that a file handed to another process gives it nothing.
pub(crate) struct Session {
    ledger: Arc<Ledger>,
}

#[vtable]
impl MiscDevice for Session {
    type Ptr = Arc<Session>;

    fn open(_file: &File, registration: &MiscDeviceRegistration<Self>) -> Result<Arc<Session>> {
        let ledger = Device::of(registration).ledger.clone();
        Ok(Arc::new(Session { ledger }, GFP_KERNEL)?)
    }

    fn ioctl(session: ArcBorrow<'_, Session>, _file: &File, cmd: u32, arg: usize) -> Result<isize> {
        calls::dispatch(&session.ledger, cmd, arg)
    }

    fn show_fdinfo(session: ArcBorrow<'_, Session>, m: &SeqFile, _file: &File) {
        let info = session.ledger.info();
        let reader = caller::current();
        let state = match info.state {
            qenex_abi::QENEX_STATE_RESTORING => "restoring",
            qenex_abi::QENEX_STATE_LIVE => "live",
            _ => "read-only",
        };
        seq_print!(m, "qenex-abi:\t{:#x}\n", info.abi_version);
        seq_print!(m, "qenex-state:\t{}\n", state);
        seq_print!(m, "qenex-sequence:\t{}\n", info.sequence);
        seq_print!(m, "qenex-accounts:\t{}\n", info.accounts);
        seq_print!(m, "qenex-holds:\t{}\n", info.holds);
        seq_print!(m, "qenex-operator:\t{}\n", u8::from(reader.operator));
    }
}
