// SPDX-License-Identifier: MIT

//! What the headers must say, and what the network answered.

use crate::calendar::Date;
use crate::mt::judge::MtMessage;
use crate::mt::layout::Kind;
use crate::mt::report::Report;

/// Checks reference, flag and answer.
pub(super) fn check(message: &MtMessage, kind: Kind, report: &mut Report<'_>) {
    // Since 18 November 2018 each payment carries its reference; older ones do not.
    let begins = Date::new(2018, 11, 18);
    let old = message.headers.sent.zip(begins).is_some_and(|(sent, begins)| sent < begins);
    if kind.needs_uetr() && message.user("121").is_none() && !old {
        report.error("mt-uetr", &message.place, "FIN user header, field 121", || {
            "{121:} with the unique end-to-end transaction reference is missing, mandatory since November 2018".into()
        });
    }
    if let Some(flag) = message.user.iter().find(|field| field.tag == "119") {
        if kind.flag() != Some(flag.value.as_str()) {
            report.warning("mt-flag", &flag.place, "FIN user header, field 119", || {
                format!("{} changes nothing for {}", flag.value.escape_debug(), kind.name())
            });
        }
    }
    if let Some(answer) = message.acknowledgement.as_ref().filter(|answer| !answer.accepted) {
        report.warning("mt-refused", &message.place, "FIN service 21", || {
            let error = answer.error.as_deref().unwrap_or("not said");
            format!("the network refused this message: {}", error.escape_debug())
        });
    }
}
