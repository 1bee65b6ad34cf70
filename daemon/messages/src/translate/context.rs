// SPDX-License-Identifier: MIT

//! What a new message says that the old one does not.

use crate::amount::Decimal;
use crate::calendar::Date;
use crate::identifiers::Uetr;
use crate::iso20022::message::parts::{Code, OriginalGroup, Reason};
use crate::iso20022::message::{CurrencyAmount, DateTime, Text};
use crate::translate::TranslateError;

/// What a new message says that the old one does not.
pub struct Context<'c> {
    /// Its identifier. Payments that need a new reference get it with a number after it.
    pub message: Text<35>,
    /// When it is made.
    pub created: DateTime,
    /// When it settles; where absent the day that the old message asks for.
    pub settlement_date: Option<Date>,
    /// Yields a unique end-to-end transaction reference for a payment that has none.
    pub new_uetr: &'c mut dyn FnMut() -> Uetr,
    /// Why: of a rejection, return or recall, a code such as `AC04`.
    pub reason: Option<Text<4>>,
    /// The status of a status report, such as `ACSC` or `RJCT`.
    pub status: Option<Text<4>>,
}

impl Context<'_> {
    /// A reference of its own for the payment with this number, from 1.
    pub(super) fn reference(&self, number: usize) -> Result<Text<35>, TranslateError> {
        let number = format!("-{number}");
        // The front of a long identifier gives way.
        let room = 35 - number.len().min(34);
        let front: String = self.message.chars().take(room).collect();
        Ok(Text::new(front + &number)?)
    }

    /// The reason as a list.
    pub(super) fn reasons(&self) -> Vec<Reason> {
        let code = self.reason.clone().map(Code::Code);
        code.map(|code| Reason { code: Some(code), ..Reason::default() }).into_iter().collect()
    }
}

/// The old message as a new one names it.
pub(super) fn original(
    message: &Text<35>,
    definition: &str,
    created: &DateTime,
) -> Result<OriginalGroup, TranslateError> {
    Ok(OriginalGroup { message: message.clone(), definition: Text::new(definition)?, created: Some(created.clone()) })
}

/// How many payments there are.
pub(super) fn count(payments: usize) -> u64 {
    u64::try_from(payments).unwrap_or(u64::MAX)
}

/// The sum of some amounts, and the same as an amount if all are of one currency.
pub(super) fn total<'a>(
    amounts: impl Iterator<Item = &'a CurrencyAmount>,
) -> Result<(Decimal, Option<CurrencyAmount>), TranslateError> {
    let mut sum = Decimal::ZERO;
    let mut currency: Option<&str> = None;
    let mut mixed = false;
    for amount in amounts {
        sum = sum.checked_add(amount.amount).ok_or(TranslateError::Sum(sum))?;
        mixed |= currency.is_some_and(|currency| currency != amount.currency());
        currency = Some(amount.currency());
    }
    let one = currency.filter(|_| !mixed).and_then(|currency| CurrencyAmount::new(sum, currency).ok());
    Ok((sum, one))
}
