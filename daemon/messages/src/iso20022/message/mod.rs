// SPDX-License-Identifier: MIT

//! Messages as narrow types: what QENEX acts on, and nothing else.
//!
//! Each field says its path in the message, in the order of the schema; reading and writing follow from that one list
//! (the macro `element!`). What a message has beyond it is told to the reader as a path, never dropped silently.

#[macro_use]
mod macros;

mod account_report;
mod answer;
mod application_header;
mod bank_status;
mod credit_transfer;
mod customer_status;
mod direct_debit;
mod error;
mod field;

mod parse;
pub mod parts;
mod payment_initiation;
mod payment_return;
mod recall;
#[cfg(test)]
mod tests;
mod values;

pub use account_report::*;
pub use answer::*;
pub use application_header::*;
pub use bank_status::*;
pub use credit_transfer::*;
pub use customer_status::*;
pub use direct_debit::*;
pub use error::{ParseError, ReadError};
pub use field::{Field, Message, Reading, Value};
pub use parse::{Parsed, parse, write, write_envelope};
pub use payment_initiation::*;
pub use payment_return::*;
pub use recall::*;
pub use values::{CurrencyAmount, CurrencyAmountError, DateTime, Letters, LettersError, Text, TextError};
