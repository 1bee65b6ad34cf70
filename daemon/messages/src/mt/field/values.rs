// SPDX-License-Identifier: MIT

//! Dates and amounts as FIN writes them.

use crate::amount::Decimal;
use crate::calendar::Date;

/// The day of `YYMMDD`: years from 80 on are of the last century (General Information, dates).
pub(in crate::mt) fn short_date(text: &str) -> Option<Date> {
    let number = |from: usize| text.get(from..from + 2).and_then(|digits| digits.parse::<u8>().ok());
    let year = u16::from(number(0)?);
    Date::new(if year > 79 { 1900 + year } else { 2000 + year }, number(2)?, number(4)?)
}

/// The number of an amount or rate: digits, the mandatory comma, digits or none.
pub(in crate::mt) fn amount(text: &str) -> Option<Decimal> {
    let (whole, fraction) = text.split_once(',')?;
    if whole.is_empty() || fraction.contains(',') {
        return None;
    }
    text.replace(',', ".").parse().ok()
}

/// A number with its comma, and with at least so many decimals.
pub(in crate::mt) fn written_amount(amount: Decimal, decimals: u8) -> String {
    let digits = amount.to_string();
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    format!("{whole},{fraction:0<width$}", width = usize::from(decimals))
}

/// The mark of a statement line, and the letter of the kind of funds after it.
pub(in crate::mt) fn mark_and_funds(text: &str) -> Option<(&str, Option<char>)> {
    let mark = ["RC", "RD", "C", "D"].into_iter().find(|mark| text.starts_with(mark))?;
    let mut funds = text.get(mark.len()..)?.chars();
    let letter = funds.next();
    if funds.next().is_some() { None } else { Some((mark, letter)) }
}

/// The account line before the lines of a party, if there is one.
pub(in crate::mt) fn account_and_lines(account: Option<&str>, lines: &[String]) -> String {
    let account = account.map(|account| format!("/{account}"));
    account.into_iter().chain(lines.iter().cloned()).collect::<Vec<_>>().join("\n")
}
