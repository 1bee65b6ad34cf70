// SPDX-License-Identifier: MIT

//! Balances and lines of statements.

use serde::{Deserialize, Serialize};

use super::amount_text;
use super::amounts::date_text;
use crate::amount::Decimal;
use crate::calendar::Date;
use crate::iso20022::message::CurrencyAmount;
use crate::iso20022::message::parts::CreditDebit;
use crate::mt::field::{Field, amount, mark_and_funds, short_date, written_amount};
use crate::mt::message::member::Value;

/// Which statement, and which part of it (field 28C).
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct StatementNumber {
    /// Counts statements.
    pub number: u32,
    /// Counts the messages of a statement.
    pub page: Option<u32>,
}

/// A balance (fields 60a, 62a, 64, 65).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Balance {
    /// Whether it is between two messages of one statement (option M); of 64 and 65 always false.
    #[serde(default)]
    pub intermediate: bool,
    /// Whether it is in favour of the customer.
    pub direction: CreditDebit,
    /// The day.
    pub date: Date,
    /// How much; never negative.
    pub amount: CurrencyAmount,
}

/// A line (field 61).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct StatementLine {
    /// From when it counts for interest.
    pub value_date: Date,
    /// Month and day on which it was booked, `MMDD`.
    pub booked: Option<String>,
    /// Whether money arrived or left; of a reversal, what the reversed line did.
    pub direction: CreditDebit,
    /// Whether it takes another line back.
    pub reversal: bool,
    /// Third letter of the currency, where that tells the kind of funds.
    pub funds: Option<char>,
    /// How much, in the currency of the balances.
    pub amount: Decimal,
    /// What kind of business: `S` with the number of a message, `N` or `F` with a code.
    pub kind: String,
    /// The reference of the account's owner, `NONREF` if there is none.
    pub reference: String,
    /// The bank's reference.
    pub servicer_reference: Option<String>,
    /// More.
    pub details: Option<String>,
}

impl Value for StatementNumber {
    fn read(field: &Field) -> Option<StatementNumber> {
        let page = field.part("page").map(str::parse).transpose().ok()?;
        Some(StatementNumber { number: field.part("number")?.parse().ok()?, page })
    }

    fn content(&self) -> String {
        match self.page {
            Some(page) => format!("{}/{page}", self.number),
            None => self.number.to_string(),
        }
    }
}

impl Value for Balance {
    fn read(field: &Field) -> Option<Balance> {
        let direction = if field.part("mark")? == "D" { CreditDebit::Debit } else { CreditDebit::Credit };
        let amount = CurrencyAmount::new(amount(field.part("amount")?)?, field.part("currency")?).ok()?;
        let intermediate = field.option() == "M";
        Some(Balance { intermediate, direction, date: short_date(field.part("date")?)?, amount })
    }

    fn content(&self) -> String {
        let mark = if self.direction == CreditDebit::Debit { "D" } else { "C" };
        format!("{mark}{}{}", date_text(self.date), amount_text(&self.amount))
    }

    fn option(&self, _number: &str) -> &'static str {
        if self.intermediate { "M" } else { "F" }
    }
}

impl Value for StatementLine {
    fn read(field: &Field) -> Option<StatementLine> {
        let part = |name| field.part(name).map(str::to_string);
        let (mark, funds) = mark_and_funds(field.part("mark")?)?;
        Some(StatementLine {
            value_date: short_date(field.part("date")?)?,
            booked: part("entry"),
            direction: if mark.ends_with('D') { CreditDebit::Debit } else { CreditDebit::Credit },
            reversal: mark.starts_with('R'),
            funds,
            amount: amount(field.part("amount")?)?,
            kind: format!("{}{}", field.part("type")?, field.part("identification")?),
            reference: part("reference")?,
            servicer_reference: part("servicer"),
            details: part("details"),
        })
    }

    fn content(&self) -> String {
        let reversal = if self.reversal { "R" } else { "" };
        let mark = if self.direction == CreditDebit::Debit { "D" } else { "C" };
        let funds = self.funds.map(String::from).unwrap_or_default();
        let booked = self.booked.as_deref().unwrap_or_default();
        // The currency is that of the balances; with its decimals unknown here, those that are needed do.
        let amount = written_amount(self.amount, 0);
        let servicer = self.servicer_reference.as_ref().map(|reference| format!("//{reference}")).unwrap_or_default();
        let details = self.details.as_ref().map(|details| format!("\n{details}")).unwrap_or_default();
        let date = date_text(self.value_date);
        format!("{date}{booked}{reversal}{mark}{funds}{amount}{}{}{servicer}{details}", self.kind, self.reference)
    }
}
