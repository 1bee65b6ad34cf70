// SPDX-License-Identifier: MIT

//! The business application header, which every message has, and what it repeats of its message.

use crate::iso20022::record::Element;
use crate::rules::report::Report;

/// What a header says.
#[derive(Debug)]
pub(super) struct Header {
    from: Option<String>,
    to: Option<String>,
    message: Option<String>,
    definition: Option<String>,
    priority: Option<String>,
    copy: Option<String>,
}

impl Header {
    pub(super) fn read(header: Element<'_>) -> Header {
        let text = |path: &str| header.text_at(path).map(String::from);
        Header {
            from: text("Fr/FIId/FinInstnId/BICFI"),
            to: text("To/FIId/FinInstnId/BICFI"),
            message: text("BizMsgIdr"),
            definition: text("MsgDefIdr"),
            priority: text("Prty"),
            copy: text("CpyDplct"),
        }
    }
}

/// Checks the header against the message as a whole.
pub(super) fn check(header: Option<&Header>, message: &str, document: Element<'_>, report: &mut Report<'_>) {
    let Some(root) = document.children().next() else { return };
    let Some(header) = header else {
        // It may be kept beside the message; on the network they are together.
        report.warning(document, "cbpr-header", "CBPR+ business application header", || {
            "there is no AppHdr before the Document: every message on the network has one".into()
        });
        return;
    };
    if header.definition.as_deref() != Some(message) {
        report.error(document, "cbpr-definition", "CBPR_Message_Definition_Identifier_TextualRule", || {
            format!(
                "is {message}, but MsgDefIdr of the header is {:?}",
                header.definition.as_deref().unwrap_or_default()
            )
        });
    }
    let identifier = root.get("GrpHdr/MsgId").or_else(|| root.get("Assgnmt/Id"));
    if let Some(identifier) = identifier {
        if header.message.as_deref() != Some(identifier.text()) {
            report.error(identifier, "cbpr-message-identifier", "CBPR_BusinessMessageIdentifier_FormalRule", || {
                format!(
                    "is {:?}, but BizMsgIdr is {:?}",
                    identifier.text(),
                    header.message.as_deref().unwrap_or_default()
                )
            });
        }
    }
    if let Some(group) = root.get("GrpHdr") {
        agents(header, group, report);
        if let Some(count) = group.get("NbOfTxs") {
            if message.starts_with("pacs.") && count.text().trim_start_matches('0') != "1" {
                report.error(count, "cbpr-single", "CBPR+ NumberOfTransactions", || {
                    format!("is {}, a message has one payment", count.text())
                });
            }
        }
    }
}

/// Checks the header against a payment.
pub(super) fn check_agents(header: Option<&Header>, message: &str, payment: Element<'_>, report: &mut Report<'_>) {
    let Some(header) = header else { return };
    if !message.starts_with("pacs.") {
        return;
    }
    agents(header, payment, report);
    if let (Some(priority), Some(found)) = (&header.priority, payment.get("PmtTpInf/InstrPrty")) {
        if found.text() != priority {
            report.error(found, "cbpr-priority", "CBPR_Priority_Instruction_Priority_FormalRule", || {
                format!("is {}, but Prty of the header is {priority}", found.text())
            });
        }
    }
}

/// From and to are the instructing and the instructed agent.
fn agents(header: &Header, holder: Element<'_>, report: &mut Report<'_>) {
    let copied = matches!(header.copy.as_deref(), Some("COPY" | "CODU"));
    let compare =
        |path: &str, stated: &Option<String>, name: &'static str, rule: &'static str, report: &mut Report<'_>| {
            if let Some(found) = holder.get(path) {
                if let Some(stated) = stated.as_deref().filter(|stated| *stated != found.text()) {
                    report.error(found, "cbpr-agents", rule, || {
                        format!("is {}, but {name} of the header is {stated}", found.text())
                    });
                }
            }
        };
    compare("InstgAgt/FinInstnId/BICFI", &header.from, "Fr", "CBPR_From_Instructing_Agent_BIC_FormalRule", report);
    if !copied {
        compare("InstdAgt/FinInstnId/BICFI", &header.to, "To", "CBPR_To_Instructed_Agent_BIC_1_FormalRule", report);
    }
}
