// SPDX-License-Identifier: MIT

//! One message from another: what the customer instructs becomes what goes between banks, a payment becomes its return,
//! its recall or its status.

mod collect;
mod context;
mod error;
pub mod mt;
mod pay;
mod recall;
mod send_back;
mod status;

pub use collect::to_direct_debits;
pub use context::Context;
pub use error::TranslateError;
pub use pay::to_credit_transfers;
pub use recall::{to_answers, to_recalls};
pub use send_back::to_returns;
pub use status::{to_bank_status, to_customer_status};
