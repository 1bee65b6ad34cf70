// SPDX-License-Identifier: MIT

//! Network validated rules: what fields demand of each other (FIN handbook, network validated rules).

mod countries;
mod envelope;
mod mt103;
mod mt103_stp;
mod notice;
mod statement;
mod transfer;

use super::judge::MtMessage;
use super::layout::Kind;
use super::report::Report;

/// Checks the rules of the message's kind.
pub(super) fn check(message: &MtMessage, report: &mut Report<'_>) {
    let Some(kind) = message.kind else { return };
    envelope::check(message, kind, report);
    match kind {
        Kind::Mt103 | Kind::Mt103Remit => mt103::check(message, kind, report),
        Kind::Mt103Stp => {
            mt103::check(message, kind, report);
            mt103_stp::check(message, report);
        }
        Kind::Mt202 | Kind::Mt202Cov => transfer::check(message, report),
        Kind::Mt900 => {}
        Kind::Mt910 => notice::check(message, report),
        Kind::Mt940 | Kind::Mt950 => statement::check(message, kind, report),
    }
}
