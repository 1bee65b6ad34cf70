// SPDX-License-Identifier: MIT

//! Why something is not an amount.

use super::Decimal;

/// Why something is not an amount.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AmountError {
    /// The text is no decimal number.
    #[error("{0:?} is no decimal number like 1000.50")]
    NotANumber(String),
    /// There are more digits than fit.
    #[error("{0:?} has too many digits")]
    TooLarge(String),
    /// The currency is not one of ISO 4217 that has a minor unit.
    #[error("the currency {0:?} is unknown")]
    Currency(String),
    /// The amount has more decimals than its currency.
    #[error("{currency} has {exponent} decimals, {amount} has more")]
    Decimals {
        /// The amount.
        amount: Decimal,
        /// The currency.
        currency: &'static str,
        /// How many decimals it has.
        exponent: u8,
    },
    /// The amount is negative or more than the ledger holds.
    #[error("{0} is no amount between 0 and 2^64 - 1 minor units")]
    Range(Decimal),
}
