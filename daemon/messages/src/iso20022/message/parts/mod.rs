// SPDX-License-Identifier: MIT

//! Parts that messages share: parties, accounts, agents, kinds of payment, reasons, remittance.

mod account;
mod address;
mod agent;
mod code;
mod mandate;
mod original;
mod party;
mod payment_type;
mod reason;
mod remittance;
mod settlement;

pub use account::*;
pub use address::*;
pub use agent::*;
pub use code::*;
pub use mandate::*;
pub use original::*;
pub use party::*;
pub use payment_type::*;
pub use reason::*;
pub use remittance::*;
pub use settlement::*;
