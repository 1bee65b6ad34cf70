// SPDX-License-Identifier: MIT

//! SWIFT MT messages on FIN: MT103 (STP and REMIT too), MT202 and MT202 COV, MT900, MT910, MT940 and MT950.
//!
//! [`envelope`] finds messages and their blocks in a file, [`notation`] is the language in which the standard writes the
//! formats of fields, [`field`] the table of these formats, [`layout`] the order of fields in each message, [`rules`] what
//! the network checks beyond, and [`message`] the types for what QENEX acts on.
//!
//! Findings have the network's own error codes where the handbook names one (`T50`, `D75`), else a code that begins with
//! `mt-`. Their paths read `/MT103[2]/4/71F[1]/line[2]`: the message's number in the file, the block, the field and which
//! of several, the line. What is shown and quoted here is the handbook of the last releases before payments between banks
//! went over to ISO 20022.

mod charset;
pub mod envelope;
pub mod field;
mod judge;
pub mod layout;
pub mod message;
pub mod notation;
mod refusal;
mod report;
pub mod rules;

pub use charset::{Set, transliterate};
pub use judge::{MtMessage, Reader, examine, is_mt};
pub use refusal::MtRefusal;
