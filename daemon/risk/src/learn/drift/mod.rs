// SPDX-License-Identifier: MIT

//! Is the world still that of the training? [`Psi`] compares distributions ([`Monitor`]: all that a
//! model sees), [`Adwin`] watches a stream of numbers.

mod adwin;
mod monitor;
mod psi;

pub use adwin::Adwin;
pub use monitor::{Monitor, PERIOD};
pub use psi::{Bins, PSI_ACT, PSI_WARN, Psi};
