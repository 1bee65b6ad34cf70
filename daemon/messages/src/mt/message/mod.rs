// SPDX-License-Identifier: MIT

//! Types for what QENEX acts on in MT messages, read and written.
//!
//! Each member says the key of its field, in the order of the message; reading and writing follow from that one list (the
//! macro `fields!`). Texts are plain strings here: [`write()`] judges and reads again what it wrote, so that nothing leaves
//! which the network would refuse or which says something else.

#[macro_use]
mod macros;

mod bank_transfer;
mod customer_transfer;
mod header;
mod io;
mod member;
mod notice;
mod statement;
mod values;

pub use bank_transfer::{Cover, Mt202};
pub use customer_transfer::{Form, Mt103};
pub use header::Header;
pub use io::{Mt, MtReadError, MtWriteError, Parsed, parse, write};
pub use notice::{Mt900, Mt910};
pub use statement::{Entry, Mt940, Mt950};
pub use values::{
    AccountIdentification, Balance, Customer, DateTimeIndication, DetailLine, ExchangeRate, Institution, Instruction,
    Lines, PartyLine, Sign, StatementLine, StatementNumber, TimeIndication, ValueAmount,
};
