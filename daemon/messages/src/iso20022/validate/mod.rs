// SPDX-License-Identifier: MIT

//! Judging a message by the tables of its schema while it streams past.
//!
//! [`Automaton`] follows one message, [`read`] a whole input with an envelope around its messages or without. Memory
//! grows with the depth of the message, not with its length.

mod automaton;
mod document;
mod error;
mod frame;
mod path;

pub use automaton::Automaton;
pub use document::{Handler, Options, Parts, read};
pub use error::Refusal;
pub use path::PathStep;
