// SPDX-License-Identifier: MIT

//! Returns, refunds, recalls and status reports: their reasons and until when they may be sent.

use super::amount;
use super::reasons::{self, Exception};
use crate::calendar::Date;
use crate::iso20022::record::{Element, Part};
use crate::rules::Profile;
use crate::rules::report::Report;

const RULE: &str = "EPC guidance on reason codes";

/// Checks a return.
pub(super) fn payment(profile: Profile, part: &Part<'_>, payment: Element<'_>, report: &mut Report<'_>) {
    if let Some(returned) = payment.get("RtrdIntrBkSttlmAmt") {
        amount::check(returned, report);
    }
    let reason = payment.get("RtrRsnInf/Rsn/Cd");
    known(profile, Exception::Return, payment, reason, report);
    let header = part.around(0).and_then(|root| root.children().next()).and_then(|root| root.get("GrpHdr"));
    let sent = date(payment.text_at("IntrBkSttlmDt").or(header.and_then(|header| header.text_at("IntrBkSttlmDt"))));
    if let (Some(reason), Some(settled), Some(sent)) = (reason, settled(payment), sent) {
        if let Some(last) = reasons::last_day_of_return(profile, reason.text(), settled) {
            if sent > last {
                report.error(payment, "sepa-return-window", "EPC rulebooks 4.3, time limits", || {
                    format!("settles on {sent}; for {} the last day was {last}", reason.text())
                });
            }
        }
    }
}

fn date(text: Option<&str>) -> Option<Date> {
    text.and_then(|text| text.parse().ok())
}

/// When the original settled.
fn settled(payment: Element<'_>) -> Option<Date> {
    date(payment.text_at("OrgnlTxRef/IntrBkSttlmDt").or(payment.text_at("OrgnlIntrBkSttlmDt")))
}

/// Checks a recall.
pub(super) fn recall(profile: Profile, part: &Part<'_>, payment: Element<'_>, report: &mut Report<'_>) {
    let reason = payment.get("CxlRsnInf/Rsn/Cd").or_else(|| payment.get("CxlRsnInf/Rsn/Prtry"));
    known(profile, Exception::Recall, payment, reason, report);
    if !profile.is_credit_transfer() {
        return;
    }
    let assignment = part.around(0).and_then(|root| root.children().next()).and_then(|root| root.get("Assgnmt"));
    let asked = date(assignment.and_then(|assignment| assignment.text_at("CreDtTm")));
    if let (Some(reason), Some(settled), Some(asked)) = (reason, settled(payment), asked) {
        if let Some(last) = reasons::last_day_of_recall(reason.text(), settled).filter(|last| asked > *last) {
            report.error(payment, "sepa-recall-window", "EPC125-05 4.3.2.3", || {
                format!("is of {asked}; for {} the last day was {last}", reason.text())
            });
        }
    }
}

/// Checks a status: who rejects says why.
pub(super) fn status(profile: Profile, message: &str, element: Element<'_>, report: &mut Report<'_>) {
    // An answer to a recall has reasons of its own.
    if message.starts_with("camt.") {
        return;
    }
    let rejected =
        ["TxSts", "GrpSts", "PmtInfSts"].iter().filter_map(|path| element.text_at(path)).any(|sts| sts == "RJCT");
    if rejected {
        known(profile, Exception::Reject, element, element.get("StsRsnInf/Rsn/Cd"), report);
    }
}

fn known(
    profile: Profile,
    exception: Exception,
    holder: Element<'_>,
    reason: Option<Element<'_>>,
    report: &mut Report<'_>,
) {
    match reason {
        // A group may be rejected because of its payments, each of which says why.
        None if holder.name().starts_with("Orgnl") => {}
        None => report.error(holder, "sepa-reason", RULE, || "there is no reason code".into()),
        Some(reason) if !reasons::is_known(profile, exception, reason.text()) => {
            report.error(reason, "sepa-reason", RULE, || {
                format!("{:?} is none of {}", reason.text(), reasons::codes(profile, exception))
            });
        }
        Some(_) => {}
    }
}
