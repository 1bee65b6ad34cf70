// SPDX-License-Identifier: MIT

//! The rule of MT910.

use crate::mt::judge::MtMessage;
use crate::mt::report::Report;

/// C1: the money comes from a customer or from a bank.
pub(super) fn check(message: &MtMessage, report: &mut Report<'_>) {
    let (customer, bank) = (message.field("50a"), message.field("52a"));
    match (customer, bank) {
        (Some(_), Some(bank)) => {
            report.error("C06", &bank.place, "MT910 C1", || "there must be 50a or 52a, not both".into())
        }
        (None, None) => report.error("C06", &message.place, "MT910 C1", || "there must be 50a or 52a".into()),
        _ => {}
    }
}
