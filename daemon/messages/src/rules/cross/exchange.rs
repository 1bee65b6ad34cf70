// SPDX-License-Identifier: MIT

//! Exchange rates, and the days on which euro settle.

use crate::amount::Decimal;
use crate::calendar::{Date, closing_day, next_business_day};
use crate::iso20022::record::{Element, Part};
use crate::rules::report::Report;

/// Checks a part.
pub(super) fn check(message: &str, part: &Part<'_>, element: Element<'_>, report: &mut Report<'_>) {
    match (message, element.name()) {
        ("pacs.008.001.08" | "pacs.003.001.08", "CdtTrfTxInf" | "DrctDbtTxInf") => {
            rate(element, "InstdAmt", "IntrBkSttlmAmt", "XchgRate", report);
            if let Some(charges) = element.get("ChrgsInf") {
                if element.get("InstdAmt").is_none() {
                    report.error(charges, "charges", "ISO 20022 ChargesInformationAndInstructedAmountRule", || {
                        "ChrgsInf is there, so InstdAmt must be there, too".into()
                    });
                }
            }
        }
        ("pacs.004.001.09" | "pacs.004.001.10", "TxInf") => {
            rate(element, "RtrdInstdAmt", "RtrdIntrBkSttlmAmt", "XchgRate", report);
        }
        _ => {}
    }
    if let Some(rate) = element.get("XchgRate") {
        if rate.text().parse::<Decimal>().is_ok_and(|rate| rate == Decimal::ZERO || rate.is_negative()) {
            report.error(rate, "exchange-rate", "ISO 20022 ExchangeRate", || "the rate must be more than zero".into());
        }
    }
    settlement_day(part, element, report);
}

/// A rate is there if and only if two amounts are of two currencies.
fn rate(element: Element<'_>, instructed: &str, settled: &str, rate: &str, report: &mut Report<'_>) {
    let rule = "ISO 20022 InstructedAmountAndExchangeRate rules";
    let currencies = element.get(instructed).zip(element.get(settled));
    let differ = currencies.map(|(first, second)| first.attribute() != second.attribute());
    match (differ, element.get(rate)) {
        (Some(true), None) => report.error(element, "exchange-rate", rule, || {
            format!("{instructed} and {settled} are of two currencies, so {rate} must be there")
        }),
        (Some(false), Some(found)) => report.error(found, "exchange-rate", rule, || {
            format!("{instructed} and {settled} are of one currency, so {rate} must not be there")
        }),
        (None, Some(found)) => {
            report.error(found, "exchange-rate", rule, || format!("without {instructed} there must be no {rate}"));
        }
        _ => {}
    }
}

/// Euro settle on days on which T2 is open. Instant payments do on all days, so that this is no error in itself.
fn settlement_day(part: &Part<'_>, element: Element<'_>, report: &mut Report<'_>) {
    let in_header = element.children().next().and_then(|root| root.get("GrpHdr"));
    let header = if part.level() == 0 { in_header } else { None };
    for holder in header.into_iter().chain([element]) {
        let Some(day) = holder.get("IntrBkSttlmDt") else { continue };
        let amounts = ["TtlIntrBkSttlmAmt", "TtlRtrdIntrBkSttlmAmt", "IntrBkSttlmAmt", "RtrdIntrBkSttlmAmt"];
        let euro = amounts.iter().filter_map(|path| holder.get(path)).any(|amount| amount.attribute() == "EUR");
        let Ok(date) = day.text().parse::<Date>() else { continue };
        let instant = part.around(0).is_some_and(is_instant) || is_instant(element);
        if let Some(reason) = closing_day(date).filter(|_| euro && !instant) {
            report.warning(day, "target-closed", "T2 calendar", || closed(date, reason));
        }
    }
}

/// Words for a day on which T2 is closed.
pub(crate) fn closed(date: Date, reason: &str) -> String {
    let next = next_business_day(date).map(|next| format!("; the next business day is {next}")).unwrap_or_default();
    format!("{date} is {reason}{next}")
}

fn is_instant(element: Element<'_>) -> bool {
    element.descendants().any(|found| found.name() == "LclInstrm" && found.text_at("Cd") == Some("INST"))
}
