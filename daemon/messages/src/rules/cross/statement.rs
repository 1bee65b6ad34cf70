// SPDX-License-Identifier: MIT

//! Statements that add up: opening balance, booked entries and closing balance; counts and sums of entries.

use crate::amount::Decimal;
use crate::iso20022::record::Element;
use crate::rules::report::Report;

/// The entries of the statement so far.
#[derive(Debug)]
pub(super) struct Statement {
    credits: Entries,
    debits: Entries,
    /// Booked credits less booked debits; `None` once it does not fit or an entry is not readable.
    booked: Option<Decimal>,
}

/// Entries of one direction.
#[derive(Debug)]
struct Entries {
    count: u64,
    sum: Option<Decimal>,
}

impl Default for Statement {
    fn default() -> Statement {
        let none = || Entries { count: 0, sum: Some(Decimal::ZERO) };
        Statement { credits: none(), debits: none(), booked: Some(Decimal::ZERO) }
    }
}

/// Counts an entry, or compares at the end of a statement.
pub(super) fn check(state: &mut Statement, message: &str, element: Element<'_>, report: &mut Report<'_>) {
    match element.name() {
        "Ntry" => entry(state, element),
        "Stmt" | "Rpt" | "Ntfctn" => {
            if let Some(summary) = element.get("TxsSummry") {
                compare(&state.credits, summary.get("TtlCdtNtries"), report);
                compare(&state.debits, summary.get("TtlDbtNtries"), report);
                let all = Entries {
                    count: state.credits.count.saturating_add(state.debits.count),
                    sum: state.credits.sum.zip(state.debits.sum).and_then(|(first, second)| first.checked_add(second)),
                };
                compare(&all, summary.get("TtlNtries"), report);
            }
            // A page of a statement has its own balances, which are of other types.
            if message.starts_with("camt.053") {
                balances(state, element, report);
            }
            *state = Statement::default();
        }
        _ => {}
    }
}

fn entry(state: &mut Statement, entry: Element<'_>) {
    let amount = entry.text_at("Amt").and_then(|text| text.parse::<Decimal>().ok());
    let credit = entry.text_at("CdtDbtInd") == Some("CRDT");
    let entries = if credit { &mut state.credits } else { &mut state.debits };
    entries.count = entries.count.saturating_add(1);
    entries.sum = entries.sum.zip(amount).and_then(|(sum, amount)| sum.checked_add(amount));
    if matches!(entry.text_at("Sts/Cd"), Some("BOOK") | None) {
        let signed = amount.map(|amount| if credit { amount } else { amount.negated() });
        state.booked = state.booked.zip(signed).and_then(|(sum, amount)| sum.checked_add(amount));
    }
}

/// Compares a summary with what was counted.
fn compare(entries: &Entries, summary: Option<Element<'_>>, report: &mut Report<'_>) {
    let Some(summary) = summary else { return };
    if let Some(stated) = summary.get("NbOfNtries") {
        if stated.text().parse() != Ok(entries.count) {
            report.error(stated, "count", "ISO 20022 NumberOfEntries", || {
                format!("says {}, there are {}", stated.text(), entries.count)
            });
        }
    }
    if let Some(stated) = summary.get("Sum") {
        if let (Some(sum), Ok(number)) = (entries.sum, stated.text().parse::<Decimal>()) {
            if sum != number {
                report.error(stated, "entries-sum", "ISO 20022 Sum", || {
                    format!("says {number}, the entries add up to {sum}")
                });
            }
        }
    }
}

/// The closing balance is the opening balance and the booked entries.
fn balances(state: &Statement, statement: Element<'_>, report: &mut Report<'_>) {
    let balance = |codes: &[&str]| {
        let mut all = statement.children().filter(|child| child.name() == "Bal");
        all.find(|balance| balance.text_at("Tp/CdOrPrtry/Cd").is_some_and(|code| codes.contains(&code)))
    };
    // An interim balance has a page before or after it, whose entries are not here.
    let interim = |balance: Element<'_>| balance.get("Tp/SubTp").is_some();
    let (Some(opening), Some(closing)) = (balance(&["OPBD", "PRCD"]), balance(&["CLBD"])) else { return };
    if interim(opening) || interim(closing) {
        return;
    }
    let (Some(first), Some(last), Some(booked)) = (signed(opening), signed(closing), state.booked) else { return };
    if let Some(expected) = first.checked_add(booked) {
        if expected != last {
            report.error(closing, "statement-balance", "ISO 20022 Balance", || {
                format!("is {last}, but the opening balance and the booked entries make {expected}")
            });
        }
    }
}

fn signed(balance: Element<'_>) -> Option<Decimal> {
    let amount = balance.text_at("Amt")?.parse::<Decimal>().ok()?;
    Some(if balance.text_at("CdtDbtInd") == Some("DBIT") { amount.negated() } else { amount })
}
