// SPDX-License-Identifier: MIT

//! Direct debits: from the creditor (pain.008) and between banks (pacs.003).

use super::{amount, credit_transfer::business_day, party};
use crate::calendar::Date;
use crate::identifiers::CreditorIdentifier;
use crate::iso20022::record::{Element, Part};
use crate::rules::Profile;
use crate::rules::report::Report;

const RULE: &str = "EPC implementation guidelines, direct debit";

/// Checks the header of an interbank message.
pub(super) fn header(document: Element<'_>, report: &mut Report<'_>) {
    let Some(header) = document.children().next().and_then(|root| root.get("GrpHdr")) else { return };
    for path in ["TtlIntrBkSttlmAmt", "IntrBkSttlmDt"] {
        if header.get(path).is_none() {
            report.error(header, "sepa-mandatory", RULE, || format!("{path} is missing"));
        }
    }
    if let Some(day) = header.get("IntrBkSttlmDt") {
        business_day(day, report);
    }
}

/// Checks a group of collections from a creditor.
pub(super) fn group(profile: Profile, group: Element<'_>, report: &mut Report<'_>) {
    party::named(group, "Cdtr", report);
    party::account(group, "CdtrAcct", report);
    party::agents(group, report);
    party::charge_bearer(group, report);
    if let Some(day) = group.get("ReqdColltnDt") {
        if let Ok(date) = day.text().parse::<Date>() {
            if let Some(reason) = crate::calendar::closing_day(date) {
                report.warning(day, "target-closed", "EPC016-06 4.3", || crate::rules::cross::closed(date, reason));
            }
        }
    }
    if group.get("PmtTpInf").is_some() {
        payment_type(profile, group, report);
    }
    if let Some(scheme) = group.get("CdtrSchmeId") {
        creditor_identifier(scheme, report);
    }
}

/// Checks a collection.
pub(super) fn collection(profile: Profile, part: &Part<'_>, payment: Element<'_>, report: &mut Report<'_>) {
    let group = if part.level() == 2 { part.around(1) } else { None };
    party::named(payment, "Dbtr", report);
    party::account(payment, "DbtrAcct", report);
    party::agents(payment, report);
    party::charge_bearer(payment, report);
    party::remittance(payment, report);
    if let Some(found) = payment.get("InstdAmt").or_else(|| payment.get("IntrBkSttlmAmt")) {
        amount::check(found, report);
    }
    if group.is_none_or(|group| group.get("PmtTpInf").is_none()) {
        payment_type(profile, payment, report);
    }
    let scheme = payment.get("DrctDbtTx/CdtrSchmeId");
    match (scheme, group.and_then(|group| group.get("CdtrSchmeId"))) {
        (None, None) => report.error(payment, "sepa-creditor-identifier", RULE, || {
            "CdtrSchmeId is missing: who collects, here or in the group".into()
        }),
        (Some(scheme), _) => creditor_identifier(scheme, report),
        (None, Some(_)) => {}
    }
    let due = group.and_then(|group| group.text_at("ReqdColltnDt")).or_else(|| payment.text_at("ReqdColltnDt"));
    match payment.get("DrctDbtTx/MndtRltdInf") {
        Some(mandate) => mandate_fields(mandate, due, report),
        None => report.error(payment, "sepa-mandate", RULE, || "DrctDbtTx/MndtRltdInf is missing: the mandate".into()),
    }
    if part.level() == 1 {
        party::named(payment, "Cdtr", report);
        party::account(payment, "CdtrAcct", report);
        for path in ["PmtId/TxId", "ReqdColltnDt", "CdtrAgt/FinInstnId/BICFI", "DbtrAgt/FinInstnId/BICFI"] {
            if payment.get(path).is_none() {
                report.error(payment, "sepa-mandatory", RULE, || format!("{path} is missing"));
            }
        }
    }
}

/// Scheme and sequence.
fn payment_type(profile: Profile, holder: Element<'_>, report: &mut Report<'_>) {
    party::service_level(holder, true, report);
    let wanted = if profile == Profile::SepaSddB2b { "B2B" } else { "CORE" };
    match holder.get("PmtTpInf/LclInstrm/Cd") {
        Some(code) if code.text() == wanted => {}
        Some(code) => {
            report.error(code, "sepa-local-instrument", RULE, || format!("is {}, must be {wanted}", code.text()));
        }
        None => report.error(holder, "sepa-local-instrument", RULE, || {
            format!("PmtTpInf/LclInstrm/Cd is missing: it must be {wanted}")
        }),
    }
    match holder.get("PmtTpInf/SeqTp") {
        None => report.error(holder, "sepa-sequence-type", "EPC016-06, AT-T052", || {
            "PmtTpInf/SeqTp is missing: FRST, RCUR, FNAL or OOFF".into()
        }),
        Some(sequence) if sequence.text() == "RPRE" => {
            report.error(sequence, "sepa-sequence-type", "EPC016-06, AT-T052", || {
                "RPRE is not part of the scheme: use FRST, RCUR, FNAL or OOFF".into()
            });
        }
        Some(_) => {}
    }
}

/// The creditor identifier, and that it is one.
fn creditor_identifier(scheme: Element<'_>, report: &mut Report<'_>) {
    let rule = "EPC262-08";
    match scheme.get("Id/PrvtId/Othr/Id") {
        None => report.error(scheme, "sepa-creditor-identifier", rule, || "Id/PrvtId/Othr/Id is missing".into()),
        Some(found) => {
            if let Err(error) = found.text().parse::<CreditorIdentifier>() {
                report.error(found, "sepa-creditor-identifier", rule, || format!("{:?} {error}", found.text()));
            }
        }
    }
    if scheme.text_at("Id/PrvtId/Othr/SchmeNm/Prtry") != Some("SEPA") {
        report.error(scheme, "sepa-creditor-identifier", rule, || "Id/PrvtId/Othr/SchmeNm/Prtry must be SEPA".into());
    }
}

/// The mandate, and what was changed in it since the last collection.
fn mandate_fields(mandate: Element<'_>, due: Option<&str>, report: &mut Report<'_>) {
    let rule = "EPC016-06, mandate";
    for path in ["MndtId", "DtOfSgntr"] {
        if mandate.get(path).is_none() {
            report.error(mandate, "sepa-mandate", rule, || format!("{path} is missing"));
        }
    }
    let date = |text: Option<&str>| text.and_then(|text| text.parse::<Date>().ok());
    if let (Some(signed), Some(due)) = (date(mandate.text_at("DtOfSgntr")), date(due)) {
        if signed > due {
            report.error(mandate, "sepa-mandate-date", rule, || {
                format!("was signed on {signed}, after the collection on {due}")
            });
        }
    }
    let amended = matches!(mandate.text_at("AmdmntInd"), Some("true" | "1"));
    let details = mandate.get("AmdmntInfDtls");
    match (amended, details) {
        (true, None) => report.error(mandate, "sepa-amendment", rule, || {
            "AmdmntInd is true, so AmdmntInfDtls must say what was changed".into()
        }),
        (false, Some(details)) => {
            report.error(details, "sepa-amendment", rule, || "is there, so AmdmntInd must be true".into());
        }
        (true, Some(details)) => amendment(details, report),
        (false, None) => {}
    }
}

fn amendment(details: Element<'_>, report: &mut Report<'_>) {
    let rule = "EPC016-06, AT-M008";
    let allowed = ["OrgnlMndtId", "OrgnlCdtrSchmeId", "OrgnlDbtrAcct", "OrgnlDbtrAgt"];
    if !details.children().any(|child| allowed.contains(&child.name())) {
        report.error(details, "sepa-amendment", rule, || format!("must have one of {}", allowed.join(", ")));
    }
    if let Some(other) = details.get("OrgnlDbtrAcct/Id/Othr/Id").filter(|other| other.text() != "SMNDA") {
        report.error(other, "sepa-amendment", rule, || {
            "must be SMNDA, same mandate with new debtor account, if it is no IBAN".into()
        });
    }
    if let Some(agent) = details.get("OrgnlDbtrAgt/FinInstnId/Othr/Id").filter(|other| other.text() != "SMNDA") {
        report.error(agent, "sepa-amendment", rule, || "must be SMNDA if it is no BIC".into());
    }
    if let Some(scheme) = details.get("OrgnlCdtrSchmeId/Id/PrvtId/Othr/Id") {
        if let Err(error) = scheme.text().parse::<CreditorIdentifier>() {
            report.error(scheme, "sepa-creditor-identifier", "EPC262-08", || format!("{:?} {error}", scheme.text()));
        }
    }
}
