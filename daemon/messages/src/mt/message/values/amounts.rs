// SPDX-License-Identifier: MIT

//! Amounts and rates.

use serde::{Deserialize, Serialize};

use crate::amount::{Decimal, exponent};
use crate::calendar::Date;
use crate::iso20022::message::CurrencyAmount;
use crate::mt::field::{Field, amount, short_date, written_amount};
use crate::mt::message::member::Value;

/// What settles when (field 32A).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ValueAmount {
    /// The value date, from 1980 to 2079.
    pub date: Date,
    /// How much.
    pub amount: CurrencyAmount,
}

/// The exchange rate of the instructed to the settled amount (field 36).
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ExchangeRate(pub Decimal);

/// Reads the parts `currency` and `amount`.
fn read_amount(field: &Field) -> Option<CurrencyAmount> {
    CurrencyAmount::new(amount(field.part("amount")?)?, field.part("currency")?).ok()
}

/// Currency and amount with all decimals of the currency: `EUR1000,50`.
pub(in crate::mt::message) fn amount_text(amount: &CurrencyAmount) -> String {
    let decimals = exponent(amount.currency()).unwrap_or_default();
    format!("{}{}", amount.currency(), written_amount(amount.amount, decimals))
}

impl Value for CurrencyAmount {
    fn read(field: &Field) -> Option<CurrencyAmount> {
        read_amount(field)
    }

    fn content(&self) -> String {
        amount_text(self)
    }
}

impl Value for ValueAmount {
    fn read(field: &Field) -> Option<ValueAmount> {
        Some(ValueAmount { date: short_date(field.part("date")?)?, amount: read_amount(field)? })
    }

    fn content(&self) -> String {
        format!("{}{}", date_text(self.date), amount_text(&self.amount))
    }
}

impl Value for ExchangeRate {
    fn read(field: &Field) -> Option<ExchangeRate> {
        amount(field.part("rate")?).map(ExchangeRate)
    }

    fn content(&self) -> String {
        written_amount(self.0, 0)
    }
}

/// A day as `YYMMDD`.
pub(super) fn date_text(date: Date) -> String {
    format!("{:02}{:02}{:02}", date.year() % 100, date.month(), date.day())
}
