// SPDX-License-Identifier: MIT

//! What parts must be beyond their format: real days, currencies, amounts, references, codes.

use super::{Field, amount, mark_and_funds, short_date};
use crate::amount::{exponent, is_currency};
use crate::calendar::Date;
use crate::identifiers::{Bic, Iban};
use crate::mt::layout::Kind;
use crate::mt::report::{Place, Report};

/// Codes of field 23E, in the order in which the handbook demands them.
pub(in crate::mt) const INSTRUCTIONS: [&str; 12] =
    ["SDVA", "INTC", "REPA", "CORT", "HOLD", "CHQB", "PHOB", "TELB", "PHON", "TELE", "PHOI", "TELI"];

/// Those of them that MT103 STP has.
const STP_INSTRUCTIONS: [&str; 4] = ["SDVA", "INTC", "REPA", "CORT"];

/// Checks the parts of a field, each by its name.
pub(super) fn check(field: &Field, places: &[Place], kind: Kind, report: &mut Report<'_>) {
    for ((name, value), place) in field.parts.iter().zip(places) {
        match *name {
            "date" if short_date(value).is_none() => {
                report.error("T50", place, "General Information, dates", || format!("{value} is no day as YYMMDD"));
            }
            "entry" if !is_month_and_day(value) => {
                report.error("T50", place, "General Information, dates", || format!("{value} is no day as MMDD"));
            }
            "currency" if !is_currency(value) => {
                report.error("T52", place, "ISO 4217", || format!("{value} is no currency in use"));
            }
            "amount" | "rate" => number(field, name, value, place, report),
            "bic" => {
                if let Err(error) = value.parse::<Bic>() {
                    report.error("T27", place, "ISO 9362", || format!("{value} {error}"));
                }
            }
            // The references of statement lines are those of others, who may write them as they like.
            "reference" if field.tag != "61" && (slashes(value)) => {
                report.error("T26", place, "General Information, references", || {
                    format!("{value} must not begin or end with a slash nor have two in a row")
                });
            }
            "time" if !is_time(value, 23) => {
                report.error("T38", place, "General Information, times", || format!("{value} is no time as HHMM"));
            }
            "sign" if !matches!(value.as_str(), "+" | "-") => {
                report.error("T15", place, "time offset", || format!("{value} must be + or -"));
            }
            "offset" if !is_time(value, 13) => {
                report.error("T16", place, "time offset", || format!("{value} must be from 0000 to 1359"));
            }
            "mark" => mark(field, value, place, report),
            "type" if !matches!(value.as_str(), "S" | "N" | "F") => {
                report.error("T53", place, "field 61, transaction type", || format!("{value} must be S, N or F"));
            }
            "identification" if field.part("type") == Some("S") && !is_message_type(value) => {
                report.error("T18", place, "field 61, transaction type", || {
                    format!("after S there must be the number of a message, 100 to 999, not {value}")
                });
            }
            "code" => code(field, value, place, kind, report),
            "account" => account(value, place, report),
            _ => {}
        }
    }
}

fn number(field: &Field, name: &str, value: &str, place: &Place, report: &mut Report<'_>) {
    const RULE: &str = "General Information, numbers";
    let Some(number) = amount(value) else {
        report.error("T40", place, RULE, || {
            format!("{value}: write digits, one comma, and decimals or none, such as 1000,50")
        });
        return;
    };
    if name == "rate" {
        if number.compare(crate::amount::Decimal::ZERO) != Some(std::cmp::Ordering::Greater) {
            report.error("T40", place, RULE, || "a rate must be more than nothing".into());
        }
        return;
    }
    let decimals = value.split_once(',').map_or(0, |(_, fraction)| fraction.len());
    if let Some((currency, most)) = field.part("currency").and_then(|code| Some((code, exponent(code)?))) {
        if decimals > usize::from(most) {
            report.error("C03", place, "ISO 4217", || format!("{value}: {currency} has {most} decimals"));
        }
    }
    if field.tag == "71G" && number == crate::amount::Decimal::ZERO {
        report.error("D57", place, "field 71G", || "the amount must not be zero".into());
    }
}

fn mark(field: &Field, value: &str, place: &Place, report: &mut Report<'_>) {
    let (right, text) = match field.tag.as_str() {
        "61" => (mark_and_funds(value).is_some(), "C, D, RC or RD, and one letter of the funds or none"),
        _ => (matches!(value, "C" | "D"), "C or D"),
    };
    if !right {
        report.error("T51", place, "debit/credit mark", || format!("{value} must be {text}"));
    }
}

fn code(field: &Field, value: &str, place: &Place, kind: Kind, report: &mut Report<'_>) {
    let (error, rule, codes): (_, _, &[&str]) = match field.tag.as_str() {
        "23B" => ("T36", "field 23B", &["CRED", "CRTS", "SPAY", "SPRI", "SSTD"]),
        "23E" if kind == Kind::Mt103Stp => ("T48", "field 23E", &STP_INSTRUCTIONS),
        "23E" => ("T47", "field 23E", &INSTRUCTIONS),
        "71A" => ("T08", "field 71A", &["BEN", "OUR", "SHA"]),
        _ => return,
    };
    if !codes.contains(&value) {
        report.error(error, place, rule, || format!("{value} is none of {}", codes.join(", ")));
    }
}

/// Whoever writes the account of a country with IBANs most likely means one, so that a typing mistake is worth a look.
fn account(value: &str, place: &Place, report: &mut Report<'_>) {
    let looks_like_one = value.get(..4).is_some_and(|head| {
        head.bytes().zip(b"AAnn").all(|(byte, kind)| match kind {
            b'n' => byte.is_ascii_digit(),
            _ => byte.is_ascii_uppercase(),
        })
    });
    if looks_like_one {
        if let Err(error) = value.parse::<Iban>() {
            report.warning("mt-iban", place, "ISO 13616-1", || format!("{value} looks like an IBAN, but {error}"));
        }
    }
}

fn slashes(value: &str) -> bool {
    value.starts_with('/') || value.ends_with('/') || value.contains("//")
}

fn is_time(value: &str, last_hour: u8) -> bool {
    let number = |digits: Option<&str>| digits.and_then(|digits| digits.parse::<u8>().ok());
    number(value.get(..2)).is_some_and(|hour| hour <= last_hour)
        && number(value.get(2..)).is_some_and(|minute| minute <= 59)
}

/// Whether it is a day in some year, so that 29 February counts.
fn is_month_and_day(value: &str) -> bool {
    let number = |digits: Option<&str>| digits.and_then(|digits| digits.parse::<u8>().ok());
    number(value.get(..2)).zip(number(value.get(2..))).is_some_and(|(month, day)| Date::new(2024, month, day).is_some())
}

fn is_message_type(value: &str) -> bool {
    value.parse::<u16>().is_ok_and(|number| (100..=999).contains(&number))
}
