// SPDX-License-Identifier: MIT

//! Counts and sums that a message states about itself.

use crate::amount::Decimal;
use crate::iso20022::record::{Element, Part};
use crate::rules::report::Report;

/// What was counted so far.
#[derive(Debug, Default)]
pub(super) struct Totals {
    message: Tally,
    group: Tally,
}

/// Payments and their sum. The sum is over all currencies, as the control sum is defined.
#[derive(Debug)]
struct Tally {
    count: u64,
    /// `None` once it does not fit.
    sum: Option<Decimal>,
    /// The currency of all so far; empty before the first.
    currency: String,
    /// Whether there were several currencies.
    mixed: bool,
}

impl Default for Tally {
    fn default() -> Tally {
        Tally { count: 0, sum: Some(Decimal::ZERO), currency: String::new(), mixed: false }
    }
}

impl Tally {
    fn add(&mut self, amount: Option<Element<'_>>) {
        self.count = self.count.saturating_add(1);
        let Some(amount) = amount else { return };
        let number = amount.text().parse::<Decimal>().ok();
        self.sum = self.sum.zip(number).and_then(|(sum, number)| sum.checked_add(number));
        if self.currency.is_empty() {
            self.currency = amount.attribute().to_string();
        } else if self.currency != amount.attribute() {
            self.mixed = true;
        }
    }
}

/// Where a message says how many payments it has and what they add up to.
struct Layout {
    /// The element of one payment.
    payment: &'static str,
    /// Paths of its amount.
    amounts: &'static [&'static str],
    /// The element of a group of payments, if there are groups.
    group: &'static str,
    /// Path from the message's root element to its header.
    header: &'static str,
    /// The total in one currency in the header, if there is one.
    total: &'static str,
}

fn layout(message: &str) -> Option<Layout> {
    let simple = |payment, amounts, total| Layout { payment, amounts, group: "", header: "GrpHdr", total };
    Some(match message {
        "pain.001.001.09" => {
            Layout { group: "PmtInf", ..simple("CdtTrfTxInf", &["Amt/InstdAmt", "Amt/EqvtAmt/Amt"], "") }
        }
        "pain.008.001.08" => Layout { group: "PmtInf", ..simple("DrctDbtTxInf", &["InstdAmt"], "") },
        "pacs.008.001.08" | "pacs.009.001.08" => simple("CdtTrfTxInf", &["IntrBkSttlmAmt"], "TtlIntrBkSttlmAmt"),
        "pacs.003.001.08" => simple("DrctDbtTxInf", &["IntrBkSttlmAmt"], "TtlIntrBkSttlmAmt"),
        "pacs.004.001.09" | "pacs.004.001.10" => simple("TxInf", &["RtrdIntrBkSttlmAmt"], "TtlRtrdIntrBkSttlmAmt"),
        "camt.056.001.08" => Layout { header: "CtrlData", ..simple("TxInf", &["OrgnlIntrBkSttlmAmt"], "") },
        _ => return None,
    })
}

/// Counts a payment, or compares at the end of a group or of the message.
pub(super) fn check(
    totals: &mut Totals,
    message: &str,
    part: &Part<'_>,
    element: Element<'_>,
    report: &mut Report<'_>,
) {
    let Some(layout) = layout(message) else { return };
    if element.name() == layout.payment {
        let amount = layout.amounts.iter().find_map(|path| element.get(path));
        totals.message.add(amount);
        totals.group.add(amount);
    } else if element.name() == layout.group {
        compare(&totals.group, element, report);
        totals.group = Tally::default();
    } else if part.level() == 0 {
        let Some(header) = element.children().next().and_then(|root| root.get(layout.header)) else { return };
        // The header of a return, or of a recall, of a whole message lists no payments.
        let whole = matches!(header.text_at("GrpRtr").or(header.text_at("GrpCxl")), Some("true" | "1"));
        let lists_none = message.starts_with("camt.056") || whole;
        if totals.message.count == 0 && lists_none {
            return;
        }
        compare(&totals.message, header, report);
        total(&totals.message, header, &layout, report);
    }
}

/// Compares `NbOfTxs` and `CtrlSum`.
fn compare(tally: &Tally, header: Element<'_>, report: &mut Report<'_>) {
    if let Some(stated) = header.get("NbOfTxs") {
        if stated.text().parse() != Ok(tally.count) {
            report.error(stated, "count", "ISO 20022 NumberOfTransactions", || {
                format!("says {}, there are {}", stated.text(), tally.count)
            });
        }
    }
    if let Some(stated) = header.get("CtrlSum") {
        sum(tally, stated, "control-sum", "ISO 20022 ControlSum", report);
    }
}

/// Compares a stated sum.
fn sum(tally: &Tally, stated: Element<'_>, code: &'static str, rule: &'static str, report: &mut Report<'_>) {
    match (tally.sum, stated.text().parse::<Decimal>()) {
        (Some(sum), Ok(number)) if sum != number => {
            report.error(stated, code, rule, || format!("says {number}, the amounts add up to {sum}"));
        }
        (None, Ok(_)) => report.error(stated, code, rule, || "cannot be verified: an amount is not readable".into()),
        _ => {}
    }
}

/// Compares the total in one currency.
fn total(tally: &Tally, header: Element<'_>, layout: &Layout, report: &mut Report<'_>) {
    let Some(stated) = (if layout.total.is_empty() { None } else { header.get(layout.total) }) else { return };
    sum(tally, stated, "settlement-total", "ISO 20022 TotalInterbankSettlementAmount", report);
    let currency = &tally.currency;
    if tally.mixed || !currency.is_empty() && currency != stated.attribute() {
        report.error(stated, "settlement-currency", "ISO 20022 TotalInterbankSettlementAmountRule", || {
            "there is a total, hence all amounts must be of its currency".into()
        });
    }
    let dates = ["IntrBkSttlmDt"];
    if dates.iter().all(|date| header.get(date).is_none()) {
        report.error(header, "settlement-date", "ISO 20022 TotalInterbankSettlementAmountAndDateRule", || {
            format!("{} is there, so IntrBkSttlmDt must be there, too", layout.total)
        });
    }
}
