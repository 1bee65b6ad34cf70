// SPDX-License-Identifier: MIT

//! What single fields hold.

mod amounts;
mod parties;
mod statements;
mod texts;
mod times;

pub use amounts::{ExchangeRate, ValueAmount};
pub use parties::{AccountIdentification, Customer, DetailLine, Institution, PartyLine};
pub use statements::{Balance, StatementLine, StatementNumber};
pub use texts::{Instruction, Lines};
pub use times::{DateTimeIndication, Sign, TimeIndication};

pub(super) use amounts::amount_text;
