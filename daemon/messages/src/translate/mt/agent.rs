// SPDX-License-Identifier: MIT

//! Banks.

use super::Notes;
use super::notes::joined;
use crate::identifiers::Bic;
use crate::iso20022::message::Text;
use crate::iso20022::message::parts::{Agent, ClearingMember, Institution as BankIdentification};
use crate::mt::message::{Institution, PartyLine};
use crate::translate::TranslateError;

/// The agent that an institution field names.
pub(super) fn from_institution(
    path: &str,
    institution: &Institution,
    notes: &mut Notes,
) -> Result<Agent, TranslateError> {
    let mut agent = BankIdentification::default();
    match institution {
        Institution::Bic { party, bic } => {
            agent.bic = Some(bic.clone());
            agent.clearing = clearing(path, party.as_ref(), notes)?;
        }
        Institution::Account { party, location } => {
            agent.clearing = clearing(path, party.as_ref(), notes)?;
            agent.name = location.as_deref().map(|location| notes.text(path, location)).transpose()?;
        }
        Institution::Code { account } => {
            let party = PartyLine::from_account(account.clone());
            agent.clearing = clearing(path, Some(&party), notes)?;
        }
        Institution::Named { party, lines } => {
            agent.clearing = clearing(path, party.as_ref(), notes)?;
            agent.name = Some(notes.text(path, &joined(lines, 35))?);
            if lines.len() > 1 {
                notes.add("mt-guessed", path, "name and address of the bank stand together in its name".into());
            }
        }
    }
    if agent == BankIdentification::default() {
        return Ok(Agent::not_provided());
    }
    Ok(Agent { institution: agent })
}

/// A code of a clearing system after two slashes. Accounts have no place in an agent.
fn clearing(
    path: &str,
    party: Option<&PartyLine>,
    notes: &mut Notes,
) -> Result<Option<ClearingMember>, TranslateError> {
    let Some(party) = party else { return Ok(None) };
    match party.account.strip_prefix('/') {
        Some(code) if !code.is_empty() => Ok(Some(ClearingMember { system: None, member: Text::new(code)? })),
        _ => {
            notes.lost(path, format!("the account {}", party.account));
            Ok(None)
        }
    }
}

/// The institution of an agent; `None` if nothing is said of it.
pub(super) fn to_institution(path: &str, agent: &Agent, notes: &mut Notes) -> Option<Institution> {
    let bank = &agent.institution;
    let member = bank.clearing.as_ref().map(|clearing| clearing.member.as_str());
    let party = member.map(|member| PartyLine::from_account(format!("/{}", notes.short(path, member, 33))));
    if let Some(system) = bank.clearing.as_ref().and_then(|clearing| clearing.system.as_ref()) {
        notes.lost(path, format!("the clearing system {system:?}"));
    }
    notes.lost_if(&format!("{path}/LEI"), &bank.lei);
    notes.lost_if(&format!("{path}/PstlAdr"), &bank.address);
    if let Some(bic) = &bank.bic {
        notes.lost_if(&format!("{path}/Nm"), &bank.name);
        return Some(Institution::Bic { party, bic: bic.clone() });
    }
    if let Some(name) = &bank.name {
        return Some(Institution::Named { party, lines: notes.lines(path, name, 4, 35) });
    }
    if let Some(party) = party {
        notes.add("mt-guessed", path, "a bank with a code alone is named NOTPROVIDED".into());
        return Some(Institution::Named { party: Some(party), lines: vec!["NOTPROVIDED".into()] });
    }
    None
}

/// The business identifier code of an agent.
pub(super) fn bic(agent: &Agent) -> Option<&Bic> {
    agent.institution.bic.as_ref()
}

/// Whether two codes name the same office: without a branch it is the head office.
pub(super) fn same(one: &Bic, other: &Bic) -> bool {
    one.party() == other.party() && one.branch() == other.branch()
}
