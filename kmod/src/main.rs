// SPDX-License-Identifier: MIT OR GPL-2.0

//! QENEX: a bank's ledger in the kernel.
//!
//! The ledger itself is the crate `qenex_ledger`, the structs that cross the kernel boundary are `qenex_abi`; this crate
//! puts them behind `/dev/qenex_banking`. From the outside in:
//!
//! | file | holds |
//! | --- | --- |
//! | `main.rs` | the module: parameters, load, unload |
//! | `device.rs` | the device file: registration, open, ioctl |
//! | `calls.rs` | one function for each ioctl |
//! | `bank.rs` | what all open files share |
//! | `consumer.rs` | the consumer of the journal, and waiting for it |
//! | `ring.rs` | mapping the journal ring into its consumer |
//! | `room.rs` | room to run batches in |
//! | `restore.rs` | giving a saved state back to an empty ledger |
//! | `user.rs` | structs and arrays from and to user memory |
//! | `caller.rs` | who calls, with which rights |
//! | `expiry.rs` | the timer that ends holds whose time has come |
//! | `kunit.rs` | tests that run inside the kernel |
//! | `log.rs` | lines for the kernel log |
//! | `shim.c` | what Rust cannot call: inline functions and macros of the kernel |

use core::borrow::Borrow;

use kernel::prelude::*;
use kernel::sync::Arc;

use qenex_abi::Id;
use qenex_ledger::{Config, ConfigError, Ledger};

use crate::bank::Bank;

mod bank;
mod caller;
mod calls;
mod consumer;
mod device;
mod expiry;
#[cfg(qenex_kunit)]
mod kunit;
mod log;
mod restore;
mod ring;
mod room;
mod user;

module! {
    type: Module,
    name: "qenex_banking",
    authors: ["The QENEX authors"],
    description: "A bank's ledger in the kernel",
    license: "Dual MIT/GPL",
    params: {
        max_accounts: u64 {
            default: 16_777_216,
            description: "Most accounts; memory is taken as they are opened",
        },
        max_holds: u64 {
            default: 65_536,
            description: "Most holds that can be open at once",
        },
        journal_entries: u64 {
            default: 65_536,
            description: "Entries of the journal ring, a power of two; as many changes are remembered by id",
        },
        operator_gid: u32 {
            default: 4_294_967_295,
            description: "Group whose members are ledger operators; by default only CAP_SYS_ADMIN is",
        },
        volatile: u32 {
            default: 0,
            description: "1: open for business at once, without a daemon; what happens before one comes is kept nowhere",
        },
    },
}

/// The loaded module.
#[pin_data(PinnedDrop)]
struct Module {
    /// The device file; gone before the ledger is.
    #[pin]
    device: device::Device,
    timer: expiry::Timer,
}

impl kernel::InPlaceModule for Module {
    fn init(_module: &'static ThisModule) -> impl PinInit<Self, Error> {
        pin_init::pin_init_scope(|| {
            let bank = load()?;
            Ok(try_pin_init!(Self {
                // Before the device, whose calls use it; it is dropped after the device.
                timer: expiry::Timer::start(bank.clone()),
                device <- device::Device::register(bank),
            }))
        })
    }
}

#[pinned_drop]
impl PinnedDrop for Module {
    fn drop(self: Pin<&mut Self>) {
        let info = self.timer.ledger().info();
        log::info!("unloaded, {} accounts, last change {}", info.accounts, info.sequence);
    }
}

/// Makes the ledger that the parameters ask for.
fn load() -> Result<Arc<Bank>> {
    let config = Config {
        accounts_max: parameter::<u64>(module_parameters::max_accounts.value()),
        holds_max: parameter::<u64>(module_parameters::max_holds.value()),
        journal_entries: parameter::<u64>(module_parameters::journal_entries.value()),
        ledger_id: Id { low: caller::random(), high: caller::random() },
        hash_key: [caller::random(), caller::random()],
    };
    let is_volatile = match parameter::<u32>(module_parameters::volatile.value()) {
        0 => false,
        1 => true,
        _ => {
            log::error!("cannot load: volatile must be 0 or 1");
            return Err(EINVAL);
        }
    };
    let ledger = Ledger::new(&config).map_err(|error| {
        log::error!("cannot load: {}", error);
        match error {
            ConfigError::OutOfMemory => ENOMEM,
            _ => EINVAL,
        }
    })?;
    let bank = Bank::new(ledger)?;
    #[cfg(qenex_kunit)]
    kunit::note_loaded(&bank);
    if !is_volatile {
        // Cannot be refused: a new ledger is empty.
        let _ = bank.ledger.restore_begin();
    }
    log::info!(
        "loaded, version {} (ABI {:#x}), room for {} accounts, {} holds, {} journal entries",
        env_version(),
        qenex_abi::QENEX_ABI_VERSION,
        config.accounts_max,
        config.holds_max,
        config.journal_entries
    );
    if is_volatile {
        log::warning!("volatile: open for business without a daemon, nothing is kept");
    } else {
        log::info!("closed until its daemon opens it (without one: volatile=1)");
    }
    Ok(bank)
}

/// The value of a module parameter, which kernel 7.2 gives as a reference.
pub(crate) fn parameter<T: Copy>(value: impl Borrow<T>) -> T {
    *value.borrow()
}

/// The version of the module, the same as that of the userspace packages.
const fn env_version() -> &'static str {
    "0.1.0"
}
