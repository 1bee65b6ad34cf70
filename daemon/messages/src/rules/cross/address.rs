// SPDX-License-Identifier: MIT

//! Postal addresses that banks no longer take.

use crate::iso20022::record::Element;
use crate::rules::report::Report;

/// Warns of addresses that are neither structured nor hybrid.
pub(super) fn check(part: Element<'_>, report: &mut Report<'_>) {
    for address in part.descendants().filter(|found| found.ty().name == "PostalAddress24") {
        let lines = address.children().filter(|child| child.name() == "AdrLine").count();
        let town = address.get("TwnNm").is_some() && address.get("Ctry").is_some();
        if lines > 0 && (!town || lines > 2) {
            report.warning(address, "address-unstructured", "CBPR+ SR2026, EPC153-22", || {
                "is unstructured, which is no longer accepted from 15 November 2026 on: give TwnNm and Ctry, and at most \
                 two AdrLine"
                    .into()
            });
        }
    }
}
