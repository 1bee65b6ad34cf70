// SPDX-License-Identifier: MIT

//! Who bears the charges, and what was taken.

use std::cmp::Ordering;

use crate::amount::Decimal;
use crate::iso20022::record::Element;
use crate::rules::report::Report;

/// Checks the charges of a payment.
pub(super) fn check(message: &str, payment: Element<'_>, report: &mut Report<'_>) {
    let (instructed, settled) = match message.get(..8) {
        Some("pacs.008") => ("InstdAmt", "IntrBkSttlmAmt"),
        Some("pacs.004") => ("RtrdInstdAmt", "RtrdIntrBkSttlmAmt"),
        _ => return,
    };
    let charges = payment.all("ChrgsInf");
    if let Some(bearer) = payment.get("ChrgBr") {
        match bearer.text() {
            "SLEV" => report.error(bearer, "cbpr-charge-bearer", "CBPR+ ChargeBearer DEBT, CRED, SHAR", || {
                "SLEV is not allowed: DEBT, CRED or SHAR".into()
            }),
            "CRED" if charges.is_empty() => report.error(bearer, "cbpr-charges", "CBPR_CRED_FormalRule", || {
                "is CRED, so ChrgsInf must be there, with zero if nothing was taken".into()
            }),
            "DEBT" if charges.len() > 1 => report.error(bearer, "cbpr-charges", "CBPR_DEBT_FormalRule", || {
                format!("is DEBT, so one ChrgsInf is allowed, there are {}", charges.len())
            }),
            _ => {}
        }
    }
    let Some((instructed, settled)) = payment.get(instructed).zip(payment.get(settled)) else { return };
    if instructed.attribute() != settled.attribute() {
        return;
    }
    let amount = |element: Element<'_>| element.text().parse::<Decimal>().ok();
    let order = amount(settled).zip(amount(instructed)).and_then(|(settled, instructed)| settled.compare(instructed));
    let bearer = payment.text_at("ChrgBr");
    match order {
        Some(Ordering::Greater) if bearer == Some("DEBT") => {
            let zero = charges.iter().any(|charge| {
                charge.text_at("Amt").and_then(|text| text.parse::<Decimal>().ok()) == Some(Decimal::ZERO)
            });
            if charges.is_empty() || zero {
                report.error(payment, "cbpr-charges", "CBPR_DEBT_Rule_1_TextualRule", || {
                    "more is settled than was instructed: ChrgsInf must say which charges were paid before".into()
                });
            }
        }
        Some(Ordering::Less) if charges.is_empty() => {
            report.error(payment, "cbpr-charges", "CBPR_SHAR_TextualRule", || {
                "less is settled than was instructed: ChrgsInf must say what was taken".into()
            });
        }
        _ => {}
    }
}
