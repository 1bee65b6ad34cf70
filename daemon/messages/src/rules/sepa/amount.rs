// SPDX-License-Identifier: MIT

//! Amounts: euro, from one cent to just below a thousand million (attribute AT-T002).

use crate::amount::Decimal;
use crate::iso20022::record::Element;
use crate::rules::report::Report;

/// Checks an amount.
pub(super) fn check(amount: Element<'_>, report: &mut Report<'_>) {
    let rule = "EPC implementation guidelines, amount";
    if amount.attribute() != "EUR" {
        report.error(amount, "sepa-currency", rule, || format!("is in {}, must be in EUR", amount.attribute()));
    }
    let Ok(number) = amount.text().parse::<Decimal>() else { return };
    let cents = number.units_at(2);
    if !cents.is_some_and(|cents| (1..=99_999_999_999).contains(&cents)) {
        report.error(amount, "sepa-amount", rule, || {
            format!("is {number}, must be between 0.01 and 999999999.99 with at most two decimals")
        });
    }
}
