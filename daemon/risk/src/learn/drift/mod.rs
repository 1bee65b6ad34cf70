// SPDX-License-Identifier: MIT

//! Is the world still that of the training? [`Psi`] compares distributions, [`Adwin`] watches a stream of numbers.

mod adwin;
mod psi;

pub use adwin::Adwin;
pub use psi::{Bins, PSI_ACT, PSI_WARN, Psi};
