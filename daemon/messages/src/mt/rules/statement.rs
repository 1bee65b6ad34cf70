// SPDX-License-Identifier: MIT

//! The rules of MT940 and MT950, and that statements add up.

use crate::amount::Decimal;
use crate::mt::field::{Field, amount, mark_and_funds};
use crate::mt::judge::MtMessage;
use crate::mt::layout::Kind;
use crate::mt::report::Report;

/// Checks currencies, the order of lines and their information, and the sum.
pub(super) fn check(message: &MtMessage, kind: Kind, report: &mut Report<'_>) {
    information(message, report);
    currencies(message, kind, report);
    sum(message, report);
}

/// C1 of MT940: information about a line follows that line.
fn information(message: &MtMessage, report: &mut Report<'_>) {
    let mut before = "";
    for field in &message.fields {
        if field.key == "86" && before != "61" {
            report.error("C24", &field.place, "MT940 C1", || "86 must follow the line in 61 that it is about".into());
        }
        before = field.key;
    }
}

/// C2 of MT940, C1 of MT950: the third letter of a currency may tell the kind of funds, the first two must be the same.
fn currencies(message: &MtMessage, kind: Kind, report: &mut Report<'_>) {
    let rule = if kind == Kind::Mt950 { "MT950 C1" } else { "MT940 C2" };
    let Some(opening) = message.field("60a").and_then(|field| field.part("currency")) else { return };
    for field in message.fields.iter().filter(|field| matches!(field.key, "62a" | "64" | "65")) {
        let Some(currency) = field.part("currency") else { continue };
        if currency.get(..2) != opening.get(..2) {
            report.error("C27", &field.place, rule, || format!("{currency} must begin as {opening} in 60a does"));
        }
    }
}

/// Opening balance and lines make the closing balance.
fn sum(message: &MtMessage, report: &mut Report<'_>) {
    let balance = |key: &str| message.field(key).and_then(signed);
    let (Some(opening), Some(closing)) = (balance("60a"), balance("62a")) else { return };
    let mut sum = opening;
    for line in message.fields("61") {
        let Some(change) = change(line) else { return };
        let Some(more) = sum.checked_add(change) else { return };
        sum = more;
    }
    if sum != closing {
        if let Some(field) = message.field("62a") {
            report.error("mt-balance", &field.place, "opening balance and lines make the closing balance", || {
                format!("the balance is {closing}, but opening balance and lines make {sum}")
            });
        }
    }
}

/// A balance, negative in debit.
fn signed(field: &Field) -> Option<Decimal> {
    let number = amount(field.part("amount")?)?;
    Some(if field.part("mark") == Some("D") { number.negated() } else { number })
}

/// What a line does to the balance: a reversed credit takes away.
fn change(field: &Field) -> Option<Decimal> {
    let number = amount(field.part("amount")?)?;
    let (mark, _) = mark_and_funds(field.part("mark")?)?;
    Some(if matches!(mark, "D" | "RC") { number.negated() } else { number })
}
