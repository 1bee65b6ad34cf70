// SPDX-License-Identifier: MIT

//! Amounts with the attribute `Ccy`.

use std::fmt;
use std::str::FromStr;

use crate::amount::{AmountError, Decimal, Money, exponent};
use crate::iso20022::message::{ReadError, Reading, Value};
use crate::iso20022::record::Element;
use crate::iso20022::write::Writer;

/// An amount of a currency as messages carry it: exact, and perhaps with more decimals than the currency has.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CurrencyAmount {
    /// The number.
    pub amount: Decimal,
    currency: String,
}

/// Why something is no amount of a currency.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CurrencyAmountError {
    /// The number is none.
    #[error(transparent)]
    Amount(#[from] AmountError),
    /// The currency is not written as three capital letters.
    #[error("{0:?} is not three capital letters of a currency: write 1000.50 EUR")]
    Currency(String),
}

impl CurrencyAmount {
    /// An amount of a currency, given by its three letters.
    ///
    /// # Errors
    ///
    /// [`CurrencyAmountError::Currency`].
    pub fn new(amount: Decimal, currency: &str) -> Result<CurrencyAmount, CurrencyAmountError> {
        if currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Ok(CurrencyAmount { amount, currency: currency.to_string() });
        }
        Err(CurrencyAmountError::Currency(currency.to_string()))
    }

    /// The currency's three letters.
    pub fn currency(&self) -> &str {
        &self.currency
    }

    /// The amount in minor units of a currency in use.
    ///
    /// # Errors
    ///
    /// [`AmountError`].
    pub fn to_money(&self) -> Result<Money, AmountError> {
        Money::new(self.amount, &self.currency)
    }

    /// The number with all decimals of its currency.
    fn digits(&self) -> String {
        let decimals = usize::from(exponent(&self.currency).unwrap_or(0));
        let mut digits = self.amount.to_string();
        let written = digits.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        if written == 0 && decimals > 0 {
            digits.push('.');
        }
        digits.extend(std::iter::repeat_n('0', decimals.saturating_sub(written)));
        digits
    }
}

impl From<Money> for CurrencyAmount {
    fn from(money: Money) -> CurrencyAmount {
        CurrencyAmount { amount: money.to_decimal(), currency: money.currency.alpha.to_string() }
    }
}

impl FromStr for CurrencyAmount {
    type Err = CurrencyAmountError;

    /// Reads `1000.50 EUR` or `EUR 1000.50`.
    fn from_str(text: &str) -> Result<CurrencyAmount, CurrencyAmountError> {
        let (first, second) = text.trim().split_once(' ').unwrap_or((text, ""));
        let starts_with_letter = first.starts_with(|character: char| character.is_ascii_alphabetic());
        let (amount, currency) = if starts_with_letter { (second, first) } else { (first, second) };
        CurrencyAmount::new(amount.trim().parse()?, currency.trim())
    }
}

impl fmt::Display for CurrencyAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{} {}", self.digits(), self.currency))
    }
}

impl Value for CurrencyAmount {
    fn read(element: Element<'_>, _reading: &mut Reading) -> Result<CurrencyAmount, ReadError> {
        let amount = element.text().parse::<Decimal>().map_err(CurrencyAmountError::from);
        let read = amount.and_then(|amount| CurrencyAmount::new(amount, element.attribute()));
        read.map_err(|error| ReadError { path: element.path(), reason: error.to_string() })
    }

    fn write(&self, writer: &mut Writer) {
        writer.attribute("Ccy", &self.currency);
        writer.text(&self.digits());
    }

    #[cfg(test)]
    fn sample(source: &mut dyn FnMut() -> u64) -> CurrencyAmount {
        let currency = ["EUR", "USD", "JPY", "BHD"][usize::try_from(source() % 4).unwrap_or_default()];
        let decimals = exponent(currency).unwrap_or_default();
        let amount = Decimal::new(i128::from(source() % 1_000_000_000_000), decimals);
        CurrencyAmount { amount, currency: currency.to_string() }
    }
}

super::serialized!(CurrencyAmount);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for (text, written) in [
            ("1000.50 EUR", "1000.50 EUR"),
            ("EUR 1000.5", "1000.50 EUR"),
            ("JPY 12", "12 JPY"),
            // Found by random input: a sign is part of the number.
            ("DTE -701613", "-701613 DTE"),
            ("-1 EUR", "-1.00 EUR"),
        ] {
            let read: CurrencyAmount = text.parse().expect(text);
            assert_eq!(read.to_string(), written);
            assert_eq!(written.parse(), Ok(read));
        }
        for text in ["", "EUR", "1000.50", "1000.50 eur", "1000.50EUR", "EUR EUR", "1 2", "1.0.0 EUR"] {
            assert!(text.parse::<CurrencyAmount>().is_err(), "{text:?}");
        }
    }
}
