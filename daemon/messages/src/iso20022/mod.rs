// SPDX-License-Identifier: MIT

//! ISO 20022 messages: the tables of the published schemas, the automaton that judges by them, the records that rules
//! and typed messages are read from, typed messages, and the writer.

pub mod message;
pub mod record;
pub mod schema;
pub mod validate;
pub mod write;
