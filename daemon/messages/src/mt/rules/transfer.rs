// SPDX-License-Identifier: MIT

//! The rules of MT202 and MT202 COV.

use crate::mt::judge::MtMessage;
use crate::mt::report::Report;

/// C1, and C2 of the cover's second sequence: an intermediary needs the bank that it pays.
pub(super) fn check(message: &MtMessage, report: &mut Report<'_>) {
    for (intermediary, account_with, error, rule) in
        [("56a", "57a", "C81", "MT202 C1"), ("B.56a", "B.57a", "C68", "MT202 COV C2")]
    {
        if let Some(field) = message.field(intermediary).filter(|_| message.field(account_with).is_none()) {
            report.error(error, &field.place, rule, || "56a needs 57a in the same sequence".into());
        }
    }
}
