// SPDX-License-Identifier: MIT

//! MT messages from ISO 20022 and back: MT103 and pacs.008, MT202 and pacs.009, MT940 and camt.053.
//!
//! The two worlds differ in what they have a place for. Whatever is cut, written with other characters, guessed or left out
//! is a finding in [`Notes`]; nothing goes silently. Only identifier and time of the message itself are not carried over: each
//! message has its own.

mod agent;
mod mt103;
mod mt202;
mod mt940;
mod notes;
mod party;

pub use mt103::{from_mt103, to_mt103};
pub use mt202::{from_mt202, to_mt202};
pub use mt940::{from_mt940, to_mt940};
pub use notes::Notes;
