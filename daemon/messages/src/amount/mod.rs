// SPDX-License-Identifier: MIT

//! Exact decimal numbers and amounts of money. Nothing is ever rounded.

mod currency;
mod decimal;
mod error;
mod money;

pub use currency::{exponent, is_currency};
pub use decimal::Decimal;
pub use error::AmountError;
pub use money::Money;
