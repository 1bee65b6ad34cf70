// SPDX-License-Identifier: MIT

//! Payments, returns and status reports.

use crate::iso20022::record::{Element, Part};
use crate::rules::report::Report;

/// Checks a payment.
pub(super) fn check(message: &str, part: &Part<'_>, payment: Element<'_>, report: &mut Report<'_>) {
    let kind = message.get(..8).unwrap_or_default();
    remittance(kind, payment, report);
    if matches!(kind, "pacs.008" | "pacs.009") {
        let header = part.around(0).and_then(|root| root.children().next()).and_then(|root| root.get("GrpHdr"));
        identification(payment, report);
        for holder in header.into_iter().chain([payment]) {
            service_level(kind, holder, report);
        }
        for name in ["InstgAgt", "InstdAgt"] {
            let found = payment.get(name).or_else(|| header.and_then(|header| header.get(name)));
            if found.is_none_or(|agent| agent.get("FinInstnId/BICFI").is_none()) {
                report.error(payment, "cbpr-agents", "CBPR_Agent_Point_To_Point_On_SWIFT_TextualRule", || {
                    format!("{name} with BICFI is missing")
                });
            }
        }
    }
    let amounts = ["IntrBkSttlmAmt", "RtrdIntrBkSttlmAmt", "OrgnlIntrBkSttlmAmt"];
    for amount in amounts.iter().filter_map(|path| payment.get(path)) {
        if matches!(amount.attribute(), "XAU" | "XAG" | "XPD" | "XPT") {
            report.error(amount, "cbpr-currency", "CBPR_Interbank_Settlement_Currency_FormalRule", || {
                format!("{} is a commodity, no currency to settle in", amount.attribute())
            });
        }
    }
    if kind == "pacs.004" {
        returned(payment, report);
    }
    if kind == "pacs.002" {
        status(payment, report);
    }
}

/// Every payment has its references; the instruction's must fit into 16 characters.
fn identification(payment: Element<'_>, report: &mut Report<'_>) {
    for (path, rule) in
        [("PmtId/UETR", "CBPR+ UETR mandatory"), ("PmtId/InstrId", "CBPR+ InstructionIdentification mandatory")]
    {
        if payment.get(path).is_none() {
            report.error(payment, "cbpr-identification", rule, || format!("{path} is missing"));
        }
    }
    if let Some(instruction) = payment.get("PmtId/InstrId") {
        if instruction.text().chars().count() > 16 {
            report.error(instruction, "cbpr-identification", "CBPR+ InstructionIdentification 16 characters", || {
                format!("has {} characters, at most 16 are allowed", instruction.text().chars().count())
            });
        }
    }
}

fn service_level(kind: &str, holder: Element<'_>, report: &mut Report<'_>) {
    let wanted: &[&str] = if kind == "pacs.008" { &["G001"] } else { &["G004", "G001"] };
    for code in holder.all("PmtTpInf/SvcLvl/Cd") {
        if code.text().starts_with("G0") && !wanted.contains(&code.text()) {
            report.error(code, "cbpr-service-level", "CBPR_GPI_ServiceLevel_Code_FormalRule", || {
                format!("is {}, must be {}", code.text(), wanted.join(" or "))
            });
        }
    }
}

/// Structured or unstructured remittance, within 9,000 characters, here or elsewhere.
fn remittance(kind: &str, payment: Element<'_>, report: &mut Report<'_>) {
    for found in payment.descendants().filter(|found| found.ty().name == "RemittanceInformation16") {
        one_kind(found, report);
    }
    let Some(remittance) = payment.get("RmtInf") else { return };
    if let Some(related) = payment.get("RltdRmtInf").filter(|_| kind.starts_with("pacs.")) {
        report.error(
            related,
            "cbpr-remittance",
            "CBPR_Related_Remit_Info_Remit_Info_Mutually_Exclusive_FormalRule",
            || format!("RltdRmtInf and {} exclude each other", remittance.name()),
        );
    }
}

/// Of the payment itself, or of the one that is returned.
fn one_kind(remittance: Element<'_>, report: &mut Report<'_>) {
    let structured: Vec<Element<'_>> = remittance.all("Strd");
    if !structured.is_empty() && remittance.get("Ustrd").is_some() {
        report.error(remittance, "cbpr-remittance", "CBPR_Remittance_Mutually_Exclusive_FormalRule", || {
            "has both Strd and Ustrd: one of them is allowed".into()
        });
    }
    if remittance.all("Ustrd").len() > 1 {
        report.error(remittance, "cbpr-remittance", "CBPR+ RemittanceInformation Unstructured 0..1", || {
            "has several Ustrd, one is allowed".into()
        });
    }
    let length: usize =
        structured.iter().flat_map(Element::descendants).map(|found| found.text().chars().count()).sum();
    if length > 9_000 {
        report.error(remittance, "cbpr-remittance", "CBPR_Structured_RemittanceInformation_TextualRule", || {
            format!("has {length} characters in Strd, at most 9000 are allowed")
        });
    }
}

fn returned(payment: Element<'_>, report: &mut Report<'_>) {
    for (here, there, rule) in [
        ("OrgnlIntrBkSttlmDt", "OrgnlTxRef/IntrBkSttlmDt", "CBPR_Interbank_Settlement_Date_FormalRule"),
        ("OrgnlIntrBkSttlmAmt", "OrgnlTxRef/IntrBkSttlmAmt", "CBPR_Interbank_Settlement_Amount_FormalRule"),
    ] {
        if let (Some(_), Some(found)) = (payment.get(here), payment.get(there)) {
            report.error(found, "cbpr-said-twice", rule, || format!("{here} says it already"));
        }
    }
    if payment.get("OrgnlUETR").is_none() {
        report
            .error(payment, "cbpr-identification", "CBPR_Original_UETR_TextualRule", || "OrgnlUETR is missing".into());
    }
}

fn status(payment: Element<'_>, report: &mut Report<'_>) {
    if payment.text_at("TxSts") != Some("RJCT") {
        return;
    }
    if payment.get("StsRsnInf/Rsn").is_none() {
        report.error(payment, "cbpr-reason", "CBPR_Transaction_Status_Reject_Reason_FormalRule", || {
            "TxSts is RJCT, so StsRsnInf/Rsn must say why".into()
        });
    }
    if let Some(date) = payment.get("FctvIntrBkSttlmDt") {
        report.error(date, "cbpr-status", "CBPR_Transaction_Status_Reject_Effective_Sett_Date_FormalRule", || {
            "TxSts is RJCT, so nothing settles".into()
        });
    }
}
