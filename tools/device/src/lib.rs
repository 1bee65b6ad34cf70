// SPDX-License-Identifier: MIT

//! The QENEX ledger in the kernel, as a safe API over its device.
//!
//! [`Ledger::open`] opens the device; every method is one call of the kernel and says in its [`Error`] what was
//! refused and why. A [`Ledger`] can be shared by threads; calls of different threads run in parallel.

mod error;
mod ioctl;
mod journal;
mod ledger;

pub use error::{Error, Refusal};
pub use journal::Journal;
pub use ledger::{AccountsRead, BatchOutcome, Ledger};
pub use nix::errno::Errno;
pub use qenex_abi as abi;
