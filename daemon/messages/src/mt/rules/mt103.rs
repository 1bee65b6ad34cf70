// SPDX-License-Identifier: MIT

//! The rules of MT103, also in its forms STP and REMIT.

use super::countries::is_listed;
use crate::mt::field::{Field, INSTRUCTIONS};
use crate::mt::judge::MtMessage;
use crate::mt::layout::Kind;
use crate::mt::report::{Place, Report};

/// Instructions of field 23E that exclude each other.
const EXCLUSIVE: [(&str, &[&str]); 8] = [
    ("SDVA", &["HOLD", "CHQB"]),
    ("INTC", &["HOLD", "CHQB"]),
    ("REPA", &["HOLD", "CHQB", "CORT"]),
    ("CORT", &["HOLD", "CHQB"]),
    ("HOLD", &["CHQB"]),
    ("PHOB", &["TELB"]),
    ("PHON", &["TELE"]),
    ("PHOI", &["TELI"]),
];

/// Instructions that may have more said with them.
const WITH_INFORMATION: [&str; 8] = ["PHON", "PHOB", "PHOI", "TELE", "TELB", "TELI", "HOLD", "REPA"];

/// Checks all rules.
pub(super) fn check(message: &MtMessage, kind: Kind, report: &mut Report<'_>) {
    amounts(message, report);
    service_level(message, kind, report);
    parties(message, report);
    charges(message, report);
    instructions(message, kind, report);
}

fn currency(field: Option<&Field>) -> Option<&str> {
    field?.part("currency")
}

/// The place of a field, or of the message if it is missing.
fn place<'m>(field: Option<&'m Field>, message: &'m MtMessage) -> &'m Place {
    field.map_or(&message.place, |field| &field.place)
}

/// C1 and C2.
fn amounts(message: &MtMessage, report: &mut Report<'_>) {
    let (settled, instructed, rate) = (message.field("32A"), message.field("33B"), message.field("36"));
    let differ = match (currency(settled), currency(instructed)) {
        (Some(settled), Some(instructed)) => settled != instructed,
        (Some(_), None) if instructed.is_none() => false,
        // One of them cannot be read, which was told.
        _ => rate.is_some(),
    };
    if differ && rate.is_none() {
        report.error("D75", place(instructed, message), "MT103 C1", || {
            "the currency of 33B is not that of 32A: 36, the exchange rate, must be there".into()
        });
    }
    if !differ && rate.is_some() {
        report.error("D75", place(rate, message), "MT103 C1", || {
            "36 must not be there: there is no 33B in another currency than 32A".into()
        });
    }
    let country = |terminal: &Option<crate::mt::envelope::Terminal>| {
        terminal.as_ref().is_some_and(|terminal| is_listed(terminal.bic.country()))
    };
    let headers = &message.headers;
    if country(&headers.sender) && country(&headers.receiver) && instructed.is_none() {
        report.error("D49", &message.place, "MT103 C2", || {
            "33B is missing: it is mandatory between banks of the European Economic Area".into()
        });
    }
}

/// C3, C4, C6 and C7: what service levels exclude.
fn service_level(message: &MtMessage, kind: Kind, report: &mut Report<'_>) {
    let level = message.field("23B").and_then(|field| field.part("code")).unwrap_or_default();
    let (is_spri, is_other) = (level == "SPRI", matches!(level, "SSTD" | "SPAY"));
    let allowed: &[&str] = if kind == Kind::Mt103Stp { &["SDVA", "INTC"] } else { &["SDVA", "TELB", "PHOB", "INTC"] };
    for field in message.fields("23E") {
        let code = field.part("code").unwrap_or_default();
        if is_spri && !allowed.contains(&code) {
            report.error("E01", &field.place, "MT103 C3", || {
                format!("with SPRI 23E may say only {}, not {code}", allowed.join(", "))
            });
        }
        if is_other {
            report.error("E02", &field.place, "MT103 C3", || format!("with {level} there must be no 23E"));
        }
    }
    let sender = message.field("53a");
    if let Some(field) = sender.filter(|_| is_spri || is_other) {
        if field.option() == "D" {
            report.error("E03", &field.place, "MT103 C4", || format!("with {level} 53a must not have option D"));
        }
        if field.option() == "B" && field.part("account").is_none() {
            report.error("E04", &field.place, "MT103 C4", || format!("with {level} 53B must have an account"));
        }
    }
    for (key, error, rule) in [("54a", "E05", "MT103 C5"), ("55a", "E07", "MT103 C7")] {
        if let Some(field) = message.field(key).filter(|field| (is_spri || is_other) && field.option() != "A") {
            report.error(error, &field.place, rule, || format!("with {level} {key} must have option A"));
        }
    }
    let intermediary = message.field("56a");
    if let Some(field) = intermediary.filter(|_| is_spri) {
        report.error("E16", &field.place, "MT103 C9", || "with SPRI there must be no 56a".into());
    }
    if let Some(field) = intermediary.filter(|field| is_other && !matches!(field.option(), "A" | "C")) {
        report.error("E17", &field.place, "MT103 C9", || format!("with {level} 56a must have option A or C"));
    }
    if let Some(field) = message.field("57a").filter(|_| is_spri || is_other) {
        let right = match field.option() {
            "A" | "C" => true,
            "D" => field.part("account").is_some(),
            _ => false,
        };
        if !right {
            report.error("E09", &field.place, "MT103 C10", || {
                format!("with {level} 57a must have option A, C, or D with an account")
            });
        }
    }
    let beneficiary = message.field("59a");
    if let Some(field) = beneficiary.filter(|field| (is_spri || is_other) && field.part("account").is_none()) {
        report.error("E10", &field.place, "MT103 C11", || format!("with {level} 59a must have an account"));
    }
}

/// C6 to C8 and C16, C17: parties that need each other.
fn parties(message: &MtMessage, report: &mut Report<'_>) {
    let third = message.field("55a");
    if third.is_some() && (message.field("53a").is_none() || message.field("54a").is_none()) {
        report.error("E06", place(third, message), "MT103 C6", || "55a needs 53a and 54a".into());
    }
    let (intermediary, account_with) = (message.field("56a"), message.field("57a"));
    if intermediary.is_some() && account_with.is_none() {
        report.error("C81", place(intermediary, message), "MT103 C8", || "56a needs 57a".into());
    }
    for field in message.fields("23E") {
        let code = field.part("code").unwrap_or_default();
        if intermediary.is_none() && matches!(code, "TELI" | "PHOI") {
            report.error("E44", &field.place, "MT103 C16", || {
                format!("{code} is about the bank in 56a, which is missing")
            });
        }
        if account_with.is_none() && matches!(code, "TELE" | "PHON") {
            report.error("E45", &field.place, "MT103 C17", || {
                format!("{code} is about the bank in 57a, which is missing")
            });
        }
        if code == "CHQB" && message.field("59a").is_some_and(|field| field.part("account").is_some()) {
            report.error("E18", &field.place, "MT103 C12", || "paid by cheque, 59a must not have an account".into());
        }
    }
}

/// C13 to C15 and C18: who bears charges, and which are told.
fn charges(message: &MtMessage, report: &mut Report<'_>) {
    let bearer = message.field("71A").and_then(|field| field.part("code"));
    let (sender, receiver) = (message.field("71F"), message.field("71G"));
    match bearer {
        Some("OUR") if sender.is_some() => {
            report.error("E13", place(sender, message), "MT103 C14", || "with OUR there must be no 71F".into());
        }
        Some("SHA") if receiver.is_some() => {
            report.error("D50", place(receiver, message), "MT103 C14", || "with SHA there must be no 71G".into());
        }
        Some("BEN") if sender.is_none() || receiver.is_some() => {
            report.error("E15", place(receiver.or(message.field("71A")), message), "MT103 C14", || {
                "with BEN there must be at least one 71F and no 71G".into()
            });
        }
        _ => {}
    }
    if (sender.is_some() || receiver.is_some()) && message.field("33B").is_none() {
        report.error("D51", place(sender.or(receiver), message), "MT103 C15", || "71F and 71G need 33B".into());
    }
    if let (Some(charge), Some(settled)) = (currency(receiver), currency(message.field("32A"))) {
        if charge != settled {
            report.error("C02", place(receiver, message), "MT103 C18", || {
                format!("the currency of 71G must be {settled}, that of 32A")
            });
        }
    }
}

/// Field 23E: order, combinations, repetitions, additional information.
fn instructions(message: &MtMessage, kind: Kind, report: &mut Report<'_>) {
    const RULE: &str = "field 23E";
    let with_information: &[&str] = if kind == Kind::Mt103Stp { &["REPA"] } else { &WITH_INFORMATION };
    let mut before: Vec<&str> = Vec::new();
    for field in message.fields("23E") {
        let Some(code) = field.part("code") else { continue };
        if field.part("information").is_some() && !with_information.contains(&code) {
            report.error("D97", &field.place, RULE, || format!("nothing may be said after {code}"));
        }
        if before.contains(&code) {
            report.error("E46", &field.place, RULE, || format!("{code} is there twice"));
        } else {
            let rank = |code: &str| INSTRUCTIONS.iter().position(|known| *known == code);
            if let Some(last) = before.iter().find(|last| rank(last) > rank(code)) {
                report.error("D98", &field.place, RULE, || format!("{code} must stand before {last}"));
            }
            let excludes =
                |one: &str, other: &str| EXCLUSIVE.iter().any(|(code, others)| *code == one && others.contains(&other));
            if let Some(other) = before.iter().find(|other| excludes(code, other) || excludes(other, code)) {
                report.error("D67", &field.place, RULE, || format!("{code} and {other} exclude each other"));
            }
            before.push(code);
        }
    }
}
