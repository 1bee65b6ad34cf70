// SPDX-License-Identifier: MIT

//! Identifiers that must not be used twice.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use crate::iso20022::record::Element;
use crate::rules::report::Report;

/// Most identifiers of one kind that are remembered. One takes 16 bytes, and a table that grows up to four times that.
const REMEMBERED: usize = 1 << 20;

/// Identifiers seen so far.
#[derive(Debug, Default)]
pub(super) struct Duplicates {
    messages: Seen,
    groups: Seen,
    end_to_end: Seen,
    instructions: Seen,
    transactions: Seen,
    uetrs: Seen,
}

/// Identifiers of one kind, as two independent hashes with secret keys: who writes a message cannot make two that are
/// taken for each other, and it does not happen by chance.
#[derive(Debug, Default)]
struct Seen {
    keys: (RandomState, RandomState),
    hashes: HashSet<(u64, u64)>,
    overflowed: bool,
}

impl Seen {
    /// Whether the identifier was seen before.
    fn repeats(&mut self, identifier: &str) -> bool {
        let hash = (self.keys.0.hash_one(identifier), self.keys.1.hash_one(identifier));
        if self.hashes.len() >= REMEMBERED {
            return self.hashes.contains(&hash);
        }
        !self.hashes.insert(hash)
    }

    /// Whether there is no more room, told once.
    fn overflows(&mut self) -> bool {
        let first = self.hashes.len() >= REMEMBERED && !self.overflowed;
        self.overflowed |= first;
        first
    }
}

impl Duplicates {
    /// A message begins: only message identifiers outlast a message.
    pub(super) fn begin(&mut self) {
        let messages = std::mem::take(&mut self.messages);
        *self = Duplicates { messages, ..Duplicates::default() };
    }
}

/// Checks the identifiers of a part.
pub(super) fn check(state: &mut Duplicates, message: &str, element: Element<'_>, report: &mut Report<'_>) {
    match element.name() {
        "Document" => {
            let root = element.children().next();
            let identifier = root.and_then(|root| root.get("GrpHdr/MsgId").or_else(|| root.get("Assgnmt/Id")));
            // One identifier may be used for messages of two kinds.
            if let Some(identifier) = identifier {
                if state.messages.repeats(&format!("{message} {}", identifier.text())) {
                    report.error(identifier, "duplicate-message", "ISO 20022 MessageIdentification", || {
                        again(identifier)
                    });
                }
            }
        }
        "PmtInf" => unique(&mut state.groups, element, "PmtInfId", "duplicate-payment-information", report),
        "CdtTrfTxInf" | "DrctDbtTxInf" => {
            unique(&mut state.uetrs, element, "PmtId/UETR", "duplicate-uetr", report);
            unique(&mut state.transactions, element, "PmtId/TxId", "duplicate-transaction", report);
            unique(&mut state.instructions, element, "PmtId/InstrId", "duplicate-instruction", report);
            // Several payments may have been made for one purpose, which is rare enough to be told.
            if let Some(identifier) = element.get("PmtId/EndToEndId").filter(|id| id.text() != "NOTPROVIDED") {
                if state.end_to_end.repeats(identifier.text()) {
                    report.warning(identifier, "duplicate-end-to-end", "ISO 20022 EndToEndIdentification", || {
                        again(identifier)
                    });
                }
            }
            if state.end_to_end.overflows() {
                report.warning(element, "duplicates-not-checked", "memory", || {
                    format!("identifiers after {REMEMBERED} are compared with those before only")
                });
            }
        }
        "TxInf" if message.starts_with("pacs.004") => {
            unique(&mut state.transactions, element, "RtrId", "duplicate-return", report);
        }
        "TxInf" => unique(&mut state.transactions, element, "CxlId", "duplicate-cancellation", report),
        "TxInfAndSts" => unique(&mut state.transactions, element, "StsId", "duplicate-status", report),
        _ => {}
    }
}

fn unique(seen: &mut Seen, element: Element<'_>, path: &str, code: &'static str, report: &mut Report<'_>) {
    if let Some(identifier) = element.get(path) {
        if seen.repeats(identifier.text()) {
            report.error(identifier, code, "ISO 20022 identifiers are unique", || again(identifier));
        }
    }
}

fn again(identifier: Element<'_>) -> String {
    format!("{:?} was used before: each needs an identifier of its own", identifier.text())
}
