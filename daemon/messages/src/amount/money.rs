// SPDX-License-Identifier: MIT

//! Amounts with their currency.

use std::fmt;

use qenex_abi::Currency;

use super::{AmountError, Decimal};

/// An amount of a currency, in minor units as the ledger keeps it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Money {
    /// Whole minor units, such as cents.
    pub minor: u64,
    /// The currency.
    pub currency: &'static Currency,
}

impl Money {
    /// The amount of a decimal number and a currency code.
    ///
    /// # Errors
    ///
    /// [`AmountError`].
    pub fn new(amount: Decimal, currency: &str) -> Result<Money, AmountError> {
        let currency = Currency::from_alpha(currency).ok_or_else(|| AmountError::Currency(currency.to_string()))?;
        let units = amount.units_at(currency.exponent).ok_or(AmountError::Decimals {
            amount,
            currency: currency.alpha,
            exponent: currency.exponent,
        })?;
        let minor = u64::try_from(units).map_err(|_| AmountError::Range(amount))?;
        Ok(Money { minor, currency })
    }

    /// The amount as a decimal number.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(i128::from(self.minor), self.currency.exponent)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exponent = usize::from(self.currency.exponent);
        let digits = format!("{:0>width$}", self.minor, width = exponent + 1);
        let (whole, fraction) = digits.split_at(digits.len() - exponent);
        let point = if exponent == 0 { "" } else { "." };
        write!(f, "{whole}{point}{fraction} {}", self.currency.alpha)
    }
}
