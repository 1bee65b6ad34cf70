// SPDX-License-Identifier: MIT

//! The SEPA schemes of the European Payments Council: credit transfer (EPC125-05), instant credit transfer (EPC004-16),
//! direct debit core (EPC016-06) and business to business (EPC222-07), rulebooks of 2025, with their implementation
//! guidelines.

mod address;
mod amount;
pub mod charset;
mod credit_transfer;
mod direct_debit;
pub mod mandate;
mod party;
pub mod reasons;
mod returns;
mod text;

use super::Profile;
use super::report::Report;
use crate::iso20022::record::{Element, Part};

/// Checks a part.
pub(super) fn check(profile: Profile, message: &str, part: &Part<'_>, element: Element<'_>, report: &mut Report<'_>) {
    text::check(element, report);
    if part.level() == 0 && !belongs(profile, message) {
        report.error(element, "sepa-message", "EPC implementation guidelines", || {
            format!("{message} is not a message of {profile}")
        });
        return;
    }
    address::check(part, element, report);
    match element.name() {
        "CdtTrfTxInf" if profile.is_credit_transfer() => credit_transfer::payment(profile, part, element, report),
        "PmtInf" if profile.is_credit_transfer() => credit_transfer::group(profile, element, report),
        "DrctDbtTxInf" if profile.is_direct_debit() => direct_debit::collection(profile, part, element, report),
        "PmtInf" if profile.is_direct_debit() => direct_debit::group(profile, element, report),
        "TxInf" if message.starts_with("pacs.004") => returns::payment(profile, part, element, report),
        "TxInf" if message.starts_with("camt.056") => returns::recall(profile, part, element, report),
        "TxInfAndSts" | "OrgnlGrpInfAndSts" | "OrgnlPmtInfAndSts" => returns::status(profile, message, element, report),
        "Document" if message == "pacs.008.001.08" => credit_transfer::header(profile, element, report),
        "Document" if message == "pacs.003.001.08" => direct_debit::header(element, report),
        _ => {}
    }
}

/// Whether a message is one of the scheme's. Headers and account reports go with each.
fn belongs(profile: Profile, message: &str) -> bool {
    let kind = message.get(..8).unwrap_or_default();
    match kind {
        "pain.001" | "pacs.008" => profile.is_credit_transfer(),
        "pain.008" | "pacs.003" => profile.is_direct_debit(),
        "pacs.009" => false,
        _ => true,
    }
}
