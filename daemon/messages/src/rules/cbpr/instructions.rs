// SPDX-License-Identifier: MIT

//! Instructions for agents, and identifiers that become references in older formats.

use crate::iso20022::record::Element;
use crate::rules::report::Report;

/// Checks the instructions and identifiers of a part.
pub(super) fn check(part: Element<'_>, report: &mut Report<'_>) {
    for element in part.descendants() {
        if matches!(element.name(), "InstrId" | "OrgnlInstrId") {
            slashes(element, report);
        }
    }
    let codes: Vec<Element<'_>> = part.all("InstrForCdtrAgt/Cd");
    for (index, code) in codes.iter().enumerate() {
        let others = |wanted: &str| codes.iter().any(|other| other.text() == wanted);
        if codes.iter().take(index).any(|before| before.text() == code.text()) {
            report.error(*code, "cbpr-instruction", "CBPR_Instruction_For_Creditor_Presence_Code_FormalRule", || {
                format!("{} is there twice", code.text())
            });
        }
        if code.text() == "HOLD" && others("CHQB") {
            report.error(*code, "cbpr-instruction", "CBPR_Instruction_for_Creditor_Agent1_FormalRule", || {
                "HOLD does not go with CHQB".into()
            });
        }
        if code.text() == "TELB" && others("PHOB") {
            report.error(*code, "cbpr-instruction", "CBPR_Instruction_for_Creditor_Agent2_FormalRule", || {
                "TELB does not go with PHOB".into()
            });
        }
    }
}

fn slashes(identifier: Element<'_>, report: &mut Report<'_>) {
    let text = identifier.text();
    if text.starts_with('/') || text.ends_with('/') || text.contains("//") {
        report.error(identifier, "cbpr-slash", "CBPR_Instruction_Identification_FormalRule", || {
            format!("{text:?} must not begin or end with a slash nor have two in a row")
        });
    }
}
