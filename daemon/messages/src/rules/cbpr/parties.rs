// SPDX-License-Identifier: MIT

//! Agents, parties and addresses, wherever they stand.

use crate::iso20022::record::Element;
use crate::rules::report::Report;

/// Checks all agents, parties and addresses of a part.
pub(super) fn check(message: &str, part: Element<'_>, report: &mut Report<'_>) {
    for element in part.descendants() {
        match element.ty().name {
            "FinancialInstitutionIdentification18" => agent(element, report),
            "PartyIdentification135" => party(message, element, report),
            "PostalAddress24" => address(element, report),
            _ => {}
        }
    }
}

fn agent(agent: Element<'_>, report: &mut Report<'_>) {
    let (name, address) = (agent.get("Nm").is_some(), agent.get("PstlAdr").is_some());
    if name != address {
        report.error(agent, "cbpr-agent-name-address", "CBPR_Agent_Name_Postal_Address_FormalRule", || {
            "Nm and PstlAdr must be there together".into()
        });
    }
    if agent.get("BICFI").is_none() && !name && agent.get("ClrSysMmbId").is_none() && agent.get("LEI").is_none() {
        report.warning(agent, "cbpr-agent", "CBPR_Agent_Option_1_TextualRule", || {
            "must have BICFI, or Nm with PstlAdr, or a clearing code".into()
        });
    }
}

fn party(message: &str, party: Element<'_>, report: &mut Report<'_>) {
    let name = party.get("Nm").is_some();
    let bic = party.get("Id/OrgId/AnyBIC");
    if party.get("PstlAdr").is_some() && !name {
        report.error(party, "cbpr-party-name-address", "CBPR_Party_Name_Postal_Address_FormalRule", || {
            "PstlAdr is there, so Nm must be there, too".into()
        });
    }
    // Between banks; what the customer leaves out, its bank knows.
    let principal = message.starts_with("pacs.") && matches!(party.name(), "Dbtr" | "Cdtr" | "Pty");
    if principal && bic.is_none() && !name {
        report.error(party, "cbpr-party-name", "CBPR_Party_Name_Any_BIC_FormalRule", || {
            "must have Nm, or Id/OrgId/AnyBIC".into()
        });
    }
    if matches!(party.name(), "Dbtr" | "Cdtr") {
        if let Some(bic) = bic {
            if name && party.get("PstlAdr").is_some() {
                report.error(bic, "cbpr-party-bic", "CBPR_Debtor_BIC_Presence_TextualRule", || {
                    "is there, so Nm and PstlAdr must not be there".into()
                });
            }
        }
    }
}

/// Structured, or hybrid: town and country, and at most two lines that repeat nothing.
fn address(address: Element<'_>, report: &mut Report<'_>) {
    let lines: Vec<Element<'_>> = address.children().filter(|child| child.name() == "AdrLine").collect();
    if address.get("TwnNm").is_none() || address.get("Ctry").is_none() {
        report.error(address, "cbpr-address", "CBPR+ SR2026: unstructured addresses ended on 14 November 2026", || {
            "must have TwnNm and Ctry".into()
        });
    }
    if lines.len() > 2 {
        report.error(address, "cbpr-address", "CBPR+ hybrid postal address", || {
            format!("has {} lines beside TwnNm and Ctry, at most 2 are allowed", lines.len())
        });
    }
    for line in &lines {
        let words: Vec<String> = words(line.text());
        let repeated = address.children().find(|child| {
            !matches!(child.name(), "AdrLine" | "AdrTp" | "Ctry") && repeats(&words, &self::words(child.text()))
        });
        if let Some(repeated) = repeated {
            report.error(*line, "cbpr-address-repeated", "CBPR_Duplication_Postal_Address_TextualRule", || {
                format!("repeats {}, which is {:?}", repeated.name(), repeated.text())
            });
        }
    }
}

/// Whether some words stand in a row among others.
fn repeats(line: &[String], words: &[String]) -> bool {
    !words.is_empty() && line.windows(words.len()).any(|window| window == words)
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_uppercase).collect()
}
