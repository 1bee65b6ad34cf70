// SPDX-License-Identifier: MIT

//! What MT103 STP demands beyond MT103.

use super::countries::is_listed;
use crate::identifiers::{Bic, Iban};
use crate::mt::judge::MtMessage;
use crate::mt::report::Report;

/// Checks all rules.
pub(super) fn check(message: &MtMessage, report: &mut Report<'_>) {
    if let Some(field) = message.field("53a").filter(|field| field.option() == "B" && field.part("account").is_none()) {
        report.error("E04", &field.place, "MT103 STP C4", || "53B must have an account".into());
    }
    beneficiary(message, report);
    information(message, report);
}

/// The account must be there, and be an IBAN within the countries that have them all.
fn beneficiary(message: &MtMessage, report: &mut Report<'_>) {
    let Some(field) = message.field("59a") else { return };
    let Some(account) = field.part("account") else {
        report.error("E10", &field.place, "MT103 STP, field 59a", || "the account must be there".into());
        return;
    };
    let headers = &message.headers;
    let listed = |terminal: &Option<crate::mt::envelope::Terminal>| {
        terminal.as_ref().is_some_and(|terminal| is_listed(terminal.bic.country()))
    };
    let keeper = message.field("57a").map(|field| field.part("bic").and_then(|bic| bic.parse::<Bic>().ok()));
    let keeper_listed = keeper.is_none_or(|bic| bic.is_some_and(|bic| is_listed(bic.country())));
    if listed(&headers.sender) && listed(&headers.receiver) && keeper_listed {
        if let Err(error) = account.parse::<Iban>() {
            report.error("D19", &field.place, "MT103 STP C10", || format!("{account} must be an IBAN: it {error}"));
        }
    }
}

/// Field 72 has no returns, and names banks by their codes.
fn information(message: &MtMessage, report: &mut Report<'_>) {
    let Some(field) = message.field("72") else { return };
    for line in field.parts("line") {
        if line.starts_with("/REJT/") || line.starts_with("/RETN/") {
            report.error("T81", &field.place, "MT103 STP, field 72", || {
                "rejections and returns are not told in an MT103 STP".into()
            });
        }
        if let Some(bank) = line.strip_prefix("/INS/") {
            if let Err(error) = bank.parse::<Bic>() {
                report.error("T27", &field.place, "MT103 STP, field 72", || format!("after /INS/ {bank} {error}"));
            }
        }
    }
}
