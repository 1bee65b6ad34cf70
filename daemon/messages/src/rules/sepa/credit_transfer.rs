// SPDX-License-Identifier: MIT

//! Credit transfers, instant or not: from the customer (pain.001) and between banks (pacs.008).

use super::{amount, party};
use crate::calendar::{Date, closing_day};
use crate::iso20022::record::{Element, Part};
use crate::rules::Profile;
use crate::rules::report::Report;

const RULE: &str = "EPC implementation guidelines, credit transfer";

/// Checks the header of an interbank message.
pub(super) fn header(profile: Profile, document: Element<'_>, report: &mut Report<'_>) {
    let Some(header) = document.children().next().and_then(|root| root.get("GrpHdr")) else { return };
    for (path, why) in [
        ("TtlIntrBkSttlmAmt", "the total of the message"),
        ("IntrBkSttlmDt", "the day on which it settles"),
        ("SttlmInf/SttlmMtd", "how it settles"),
    ] {
        if header.get(path).is_none() {
            report.error(header, "sepa-mandatory", RULE, || format!("{path} is missing: {why}"));
        }
    }
    if let Some(total) = header.get("TtlIntrBkSttlmAmt") {
        if total.attribute() != "EUR" {
            report.error(total, "sepa-currency", RULE, || format!("is in {}, must be in EUR", total.attribute()));
        }
    }
    if let Some(day) = header.get("IntrBkSttlmDt") {
        if profile == Profile::SepaSct {
            business_day(day, report);
        }
    }
    if profile == Profile::SepaSctInst
        && header.text_at("NbOfTxs").is_some_and(|count| count.trim_start_matches('0') != "1")
    {
        report.error(header, "sepa-instant-single", RULE, || "an instant message has one payment".into());
    }
}

/// Checks a group of payments from a customer.
pub(super) fn group(profile: Profile, group: Element<'_>, report: &mut Report<'_>) {
    if let Some(method) = group.get("PmtMtd").filter(|method| method.text() != "TRF") {
        report.error(method, "sepa-method", RULE, || format!("is {}, must be TRF", method.text()));
    }
    party::named(group, "Dbtr", report);
    party::account(group, "DbtrAcct", report);
    party::agents(group, report);
    party::charge_bearer(group, report);
    party::service_level(group, false, report);
    instrument(profile, group, report);
    // Instant payments are made on any day.
    if let Some(day) = group.get("ReqdExctnDt/Dt").filter(|_| profile == Profile::SepaSct) {
        if let Ok(date) = day.text().parse::<Date>() {
            if let Some(reason) = closing_day(date) {
                report.warning(day, "target-closed", "EPC125-05 4.3.1", || crate::rules::cross::closed(date, reason));
            }
        }
    }
}

/// Checks a payment.
pub(super) fn payment(profile: Profile, part: &Part<'_>, payment: Element<'_>, report: &mut Report<'_>) {
    let between_banks = part.level() == 1;
    party::named(payment, "Cdtr", report);
    party::account(payment, "CdtrAcct", report);
    party::agents(payment, report);
    party::charge_bearer(payment, report);
    party::remittance(payment, report);
    if between_banks {
        interbank(profile, part, payment, report);
    } else {
        if let Some(equivalent) = payment.get("Amt/EqvtAmt") {
            report.error(equivalent, "sepa-currency", RULE, || "must be InstdAmt in EUR".into());
        }
        if let Some(instructed) = payment.get("Amt/InstdAmt") {
            amount::check(instructed, report);
        }
        party::service_level(payment, false, report);
        if let Some(group) = part.around(1) {
            let countries = [party::country(group, "DbtrAcct"), party::country(payment, "CdtrAcct")];
            party::address_outside_eea(group.get("Dbtr"), &countries, report);
        }
    }
}

fn interbank(profile: Profile, part: &Part<'_>, payment: Element<'_>, report: &mut Report<'_>) {
    let header = part.around(0).and_then(|root| root.children().next()).and_then(|root| root.get("GrpHdr"));
    party::named(payment, "Dbtr", report);
    party::account(payment, "DbtrAcct", report);
    let countries = [party::country(payment, "DbtrAcct"), party::country(payment, "CdtrAcct")];
    party::address_outside_eea(payment.get("Dbtr"), &countries, report);
    if let Some(settled) = payment.get("IntrBkSttlmAmt") {
        amount::check(settled, report);
    }
    for (path, why) in [
        ("PmtId/TxId", "the debtor agent's reference"),
        ("DbtrAgt/FinInstnId/BICFI", "the debtor agent"),
        ("CdtrAgt/FinInstnId/BICFI", "the creditor agent"),
    ] {
        if payment.get(path).is_none() {
            report.error(payment, "sepa-mandatory", RULE, || format!("{path} is missing: {why}"));
        }
    }
    for path in ["InstdAmt", "XchgRate", "ChrgsInf", "IntrmyAgt1"] {
        if let Some(found) = payment.get(path) {
            report.error(found, "sepa-not-used", RULE, || format!("{path} is not part of the scheme: leave it out"));
        }
    }
    let typed = header.filter(|header| header.get("PmtTpInf").is_some()).unwrap_or(payment);
    party::service_level(typed, true, report);
    instrument(profile, typed, report);
    if profile == Profile::SepaSctInst && payment.get("AccptncDtTm").is_none() {
        report.error(payment, "sepa-acceptance-time", "EPC004-16, AT-T056", || {
            "AccptncDtTm is missing: the ten seconds count from it".into()
        });
    }
}

/// Instant payments say that they are.
fn instrument(profile: Profile, holder: Element<'_>, report: &mut Report<'_>) {
    let found = holder.text_at("PmtTpInf/LclInstrm/Cd");
    let rule = "EPC implementation guidelines, local instrument";
    match (profile, found) {
        (Profile::SepaSctInst, Some("INST")) => {}
        (Profile::SepaSctInst, _) => {
            report.error(holder, "sepa-local-instrument", rule, || "PmtTpInf/LclInstrm/Cd must be INST".into());
        }
        (_, Some("INST")) => report.error(holder, "sepa-local-instrument", rule, || {
            "PmtTpInf/LclInstrm/Cd is INST, which is of SCT Inst, profile sepa-sct-inst".into()
        }),
        _ => {}
    }
}

/// A day on which payments must be able to settle.
pub(super) fn business_day(day: Element<'_>, report: &mut Report<'_>) {
    if let Ok(date) = day.text().parse::<Date>() {
        if let Some(reason) = closing_day(date) {
            report.error(day, "sepa-settlement-day", "T2 calendar", || crate::rules::cross::closed(date, reason));
        }
    }
}
