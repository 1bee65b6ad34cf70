// SPDX-License-Identifier: MIT

//! Parties with numbered lines (50F, 59F), and lines that would be taken for an account.

use super::Field;
use crate::identifiers::is_country;
use crate::mt::report::{Place, Report};

/// Codes before the identifier of a party in 50F.
const IDENTIFIERS: [&str; 8] = ["ARNU", "CCPT", "CUST", "DRLC", "EMPL", "NIDN", "SOSE", "TXID"];

/// Checks name and address of a party.
pub(super) fn check(field: &Field, places: &[Place], report: &mut Report<'_>) {
    let Some(place) = places.first() else { return };
    match field.tag.as_str() {
        "50F" => {
            if let Some(party) = field.part("party") {
                identifier(party, place, report);
            }
            numbered(field, 8, places, report);
        }
        "59F" => numbered(field, 3, places, report),
        "50K" | "59" if is_account_alone(field) => {
            report.error("T77", place, "name and address", || {
                "a line that begins with a slash is an account, and a name must follow".into()
            });
        }
        _ => {}
    }
}

fn is_account_alone(field: &Field) -> bool {
    field.part("account").is_none() && field.part("line").is_some_and(|line| line.starts_with('/'))
}

/// `/account`, or a code, a country and an identifier.
fn identifier(party: &str, place: &Place, report: &mut Report<'_>) {
    const RULE: &str = "field 50F, party identifier";
    if party.starts_with('/') && party.len() > 1 {
        return;
    }
    let mut parts = party.splitn(3, '/');
    let (code, country, rest) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    let (Some(country), Some(_)) = (country, rest.filter(|rest| !rest.is_empty())) else {
        report.error("T54", place, RULE, || {
            format!(
                "{party}: write an account after a slash, or code, country and identifier such as CCPT/DE/C01X00T47"
            )
        });
        return;
    };
    if !IDENTIFIERS.contains(&code) {
        report.error("T55", place, RULE, || format!("{code} is none of {}", IDENTIFIERS.join(", ")));
    }
    if !is_country(country) {
        report.error("T73", place, "ISO 3166-1", || format!("{country} is no country"));
    }
}

/// Lines with numbers: 1 the name, 2 the address, 3 country and town; of 50F also 4 date and 5 place of birth, 6 to 8
/// identifiers.
fn numbered(field: &Field, most: u8, places: &[Place], report: &mut Report<'_>) {
    const RULE: &str = "name and address with numbers";
    let mut numbers: Vec<u8> = Vec::new();
    let mut lines = field.parts.iter().zip(places).filter(|((name, _), _)| matches!(*name, "number" | "details"));
    while let (Some(((_, number), place)), Some(((_, details), _))) = (lines.next(), lines.next()) {
        let number: u8 = number.parse().unwrap_or_default();
        let before = numbers.last().copied();
        if !(1..=most).contains(&number) {
            report.error("T56", place, RULE, || format!("{number} is none of 1 to {most}"));
        }
        if before.is_none() && number != 1 {
            report.error("T56", place, RULE, || "the first line must have the number 1, the name".into());
        }
        if before.is_some_and(|before| number < before) {
            report.error("T56", place, RULE, || format!("{number} must not stand after a higher number"));
        }
        if numbers.contains(&number) && number > 3 {
            report.error("T56", place, RULE, || format!("{number} must not stand twice"));
        }
        if number == 3 && !numbers.contains(&3) {
            let (country, rest) = details.split_at_checked(2).unwrap_or((details, ""));
            if !is_country(country) || !(rest.is_empty() || rest.starts_with('/')) {
                report.error("T73", place, "ISO 3166-1", || {
                    format!("{details}: write the country's code, and a slash before the town, such as DE/BERLIN")
                });
            }
        }
        if number == 4 && !is_birth_date(details) {
            report.error("T50", place, RULE, || format!("{details} is no day as YYYYMMDD"));
        }
        numbers.push(number);
    }
    let Some(place) = places.last() else { return };
    for (number, other) in [(2, 3), (4, 5), (5, 4)] {
        if numbers.contains(&number) && !numbers.contains(&other) {
            report.error("T56", place, RULE, || format!("number {number} must not stand without number {other}"));
        }
    }
}

fn is_birth_date(text: &str) -> bool {
    let number = |from: usize, to: usize| text.get(from..to).and_then(|digits| digits.parse::<u16>().ok());
    let small = |from: usize| number(from, from + 2).and_then(|value| u8::try_from(value).ok());
    let date = number(0, 4).zip(small(4)).zip(small(6));
    text.len() == 8
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && date.is_some_and(|((year, month), day)| crate::calendar::Date::new(year, month, day).is_some())
}
