// SPDX-License-Identifier: MIT

//! Credit: how probable it is that somebody will not pay back, and how much they can be lent.
//!
//! Applications are rows with named columns that the bank chooses; the model remembers the names and refuses other rows.

mod error;
mod limit;
mod model;

pub use error::CreditError;
pub use limit::{Bound, LimitPolicy, Proposal};
pub use model::{Assessment, CreditModel, CreditSettings};
