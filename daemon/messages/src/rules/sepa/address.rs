// SPDX-License-Identifier: MIT

//! Postal addresses: structured, or hybrid with at most two lines beside town and country (EPC153-22). Unstructured ones
//! are no longer accepted from 15 November 2026 on.

use crate::calendar::Date;
use crate::iso20022::record::{Element, Part};
use crate::rules::report::Report;

const RULE: &str = "EPC153-22";

/// Checks all addresses of a part.
pub(super) fn check(part: &Part<'_>, element: Element<'_>, report: &mut Report<'_>) {
    for address in element.descendants().filter(|found| found.ty().name == "PostalAddress24") {
        let lines = address.children().filter(|child| child.name() == "AdrLine").count();
        let town = address.get("TwnNm").is_some() && address.get("Ctry").is_some();
        if lines > 0 && !town {
            if settles_before_the_end(part) {
                report.warning(address, "sepa-address", RULE, || {
                    "is unstructured, which ends on 15 November 2026: give TwnNm and Ctry".into()
                });
            } else {
                report.error(address, "sepa-address", RULE, || "is unstructured: give TwnNm and Ctry".into());
            }
        } else if lines > 2 {
            report
                .error(address, "sepa-address", RULE, || format!("has {lines} lines, a hybrid address has at most 2"));
        } else if !town {
            report.error(address, "sepa-address", RULE, || "needs at least TwnNm and Ctry".into());
        }
    }
}

/// Whether the payment settles, or is to be executed, before unstructured addresses ended.
fn settles_before_the_end(part: &Part<'_>) -> bool {
    let end = Date::new(2026, 11, 15);
    let paths = ["IntrBkSttlmDt", "ReqdExctnDt/Dt", "ReqdExctnDt/DtTm", "ReqdColltnDt"];
    let header = part.around(0).and_then(|root| root.children().next()).and_then(|root| root.get("GrpHdr"));
    let holders = (0..=part.level()).filter_map(|level| part.around(level)).chain(header);
    let date = holders.flat_map(|holder| paths.iter().filter_map(move |path| holder.text_at(path))).next();
    date.and_then(|text| text.parse::<Date>().ok()).zip(end).is_some_and(|(date, end)| date < end)
}
