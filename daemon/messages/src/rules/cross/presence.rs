// SPDX-License-Identifier: MIT

//! Parts that need or exclude each other (the rules of the message definition reports).

use crate::iso20022::record::{Element, Part};
use crate::rules::report::Report;

/// If the first is there, the second must be.
const NEEDS: &[(&str, &str)] = &[
    ("IntrmyAgt2", "IntrmyAgt1"),
    ("IntrmyAgt3", "IntrmyAgt2"),
    ("IntrmyAgt1Acct", "IntrmyAgt1"),
    ("IntrmyAgt2Acct", "IntrmyAgt2"),
    ("IntrmyAgt3Acct", "IntrmyAgt3"),
    ("PrvsInstgAgt2", "PrvsInstgAgt1"),
    ("PrvsInstgAgt3", "PrvsInstgAgt2"),
    ("PrvsInstgAgt1Acct", "PrvsInstgAgt1"),
    ("PrvsInstgAgt2Acct", "PrvsInstgAgt2"),
    ("PrvsInstgAgt3Acct", "PrvsInstgAgt3"),
    ("CdtrAgtAcct", "CdtrAgt"),
    ("DbtrAgtAcct", "DbtrAgt"),
];

/// What is said once for all payments must not be said again for one: header or group, and payment.
const ONCE: &[&str] =
    &["InstgAgt", "InstdAgt", "IntrBkSttlmDt", "PmtTpInf", "ChrgBr", "UltmtDbtr", "UltmtCdtr", "CdtrSchmeId"];

/// Checks a part.
pub(super) fn check(message: &str, part: &Part<'_>, element: Element<'_>, report: &mut Report<'_>) {
    if matches!(element.name(), "CdtTrfTxInf" | "DrctDbtTxInf") {
        // Each payment comes through here: its elements are looked for in the tables, not the tables' in it.
        for found in element.children() {
            for (first, second) in NEEDS {
                if found.name() == *first && element.get(second).is_none() {
                    report.error(found, "needs", "ISO 20022 message definition", || {
                        format!("{first} is there, so {second} must be there, too")
                    });
                }
            }
        }
        if let Some(around) = around(part) {
            for found in element.children().filter(|child| ONCE.contains(&child.name())) {
                let name = found.name();
                if around.get(name).is_some() {
                    report.error(found, "said-twice", "ISO 20022 message definition", || {
                        format!("{name} is said in {} already: say it at one place only", around.name())
                    });
                }
            }
        }
    }
    if part.level() == 0 && message.starts_with("pacs.") {
        let settlement = element.children().next().and_then(|root| root.get("GrpHdr/SttlmInf"));
        if let Some(settlement) = settlement {
            settlement_method(settlement, report);
        }
    }
}

/// What surrounds a payment: its group, or the header of the message.
fn around<'r>(part: &Part<'r>) -> Option<Element<'r>> {
    match part.level() {
        2 => part.around(1),
        1 => part.around(0)?.children().next()?.get("GrpHdr"),
        _ => None,
    }
}

/// Which accounts and agents go with a settlement method.
fn settlement_method(settlement: Element<'_>, report: &mut Report<'_>) {
    const AGENTS: [&str; 3] = ["InstgRmbrsmntAgt", "InstdRmbrsmntAgt", "ThrdRmbrsmntAgt"];
    let rule = "ISO 20022 SettlementMethod rules";
    let agents = AGENTS.iter().filter_map(|name| settlement.get(name)).collect::<Vec<_>>();
    match settlement.text_at("SttlmMtd") {
        Some("COVE") => {
            if agents.is_empty() {
                report.error(settlement, "settlement-method", rule, || {
                    "COVE needs InstgRmbrsmntAgt or InstdRmbrsmntAgt: who pays the cover".into()
                });
            }
            for name in ["SttlmAcct", "ClrSys"] {
                if let Some(found) = settlement.get(name) {
                    report.error(found, "settlement-method", rule, || format!("{name} does not go with COVE"));
                }
            }
        }
        Some(method @ ("INDA" | "INGA")) => {
            for found in agents.into_iter().chain(settlement.get("ClrSys")) {
                report
                    .error(found, "settlement-method", rule, || format!("{} does not go with {method}", found.name()));
            }
        }
        Some("CLRG") => {
            for found in agents.into_iter().chain(settlement.get("SttlmAcct")) {
                report.error(found, "settlement-method", rule, || format!("{} does not go with CLRG", found.name()));
            }
        }
        _ => {}
    }
    if let Some(third) = settlement.get("ThrdRmbrsmntAgt") {
        if settlement.get("InstgRmbrsmntAgt").is_none() || settlement.get("InstdRmbrsmntAgt").is_none() {
            report.error(third, "settlement-method", rule, || {
                "ThrdRmbrsmntAgt needs InstgRmbrsmntAgt and InstdRmbrsmntAgt".into()
            });
        }
    }
}
