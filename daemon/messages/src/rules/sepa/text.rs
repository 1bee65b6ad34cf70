// SPDX-License-Identifier: MIT

//! Characters of texts, and slashes in identifiers.

use super::charset::{is_allowed, transliterate};
use crate::iso20022::record::Element;
use crate::iso20022::schema::{Role, Simple};
use crate::rules::report::Report;

/// Elements whose text identifies something and travels through systems that take slashes for separators.
const IDENTIFIERS: &[&str] = &[
    "MsgId",
    "PmtInfId",
    "InstrId",
    "EndToEndId",
    "TxId",
    "RtrId",
    "StsId",
    "CxlId",
    "OrgnlMsgId",
    "OrgnlPmtInfId",
    "OrgnlInstrId",
    "OrgnlEndToEndId",
    "OrgnlTxId",
    "MndtId",
    "OrgnlMndtId",
];

/// Checks all texts of a part.
pub(super) fn check(part: Element<'_>, report: &mut Report<'_>) {
    for element in part.descendants() {
        let free = matches!(element.ty().simple(), Some(Simple::Text(facets)) if facets.pattern.is_none());
        if !free || element.ty().role != Role::Plain {
            continue;
        }
        let text = element.text();
        if let Some(character) = text.chars().find(|character| !is_allowed(*character)) {
            report.error(element, "sepa-charset", "EPC217-08", || {
                format!("has the character {character:?}; write {:?}", transliterate(text))
            });
        }
        if IDENTIFIERS.contains(&element.name())
            && (text.starts_with('/') || text.ends_with('/') || text.contains("//"))
        {
            report.error(element, "sepa-slash", "EPC implementation guidelines 1.4", || {
                format!("{text:?} must not begin or end with a slash nor have two in a row")
            });
        }
    }
}
