// SPDX-License-Identifier: MIT

//! A transfer between banks: MT202, as cover MT202 COV, and pacs.009.

use super::Notes;
use super::agent::{bic, from_institution, same, to_institution};
use super::mt103::{agent, around, header, settlement};
use super::notes::joined;
use super::party::{account_text, from_customer, to_customer};
use crate::identifiers::Bic;
use crate::iso20022::message::parts::{Agent, PaymentId, Remittance, SettlementMethod};
use crate::iso20022::message::{BankTransfer, BankTransfers, Text, UnderlyingTransfer};
use crate::mt::message::{Cover, Header, Institution, Lines, Mt202, PartyLine, ValueAmount};
use crate::translate::{Context, TranslateError};

/// The pacs.009 of an MT202 or MT202 COV.
///
/// # Errors
///
/// [`TranslateError`].
pub fn from_mt202(
    message: &Mt202,
    context: &mut Context<'_>,
    notes: &mut Notes,
) -> Result<BankTransfers, TranslateError> {
    let Header { sender, receiver, .. } = &message.header;
    around(&message.header, notes);
    for time in &message.times {
        notes.lost("/4/13C", format!("{} {}", time.code, time.time));
    }
    notes.lost_if("/4/72", &message.bank_information);
    let payment = BankTransfer {
        id: PaymentId {
            instruction: Some(Text::new(message.reference.clone())?),
            end_to_end: Text::new(message.related.clone())?,
            transaction: None,
            uetr: Some(message.header.uetr.unwrap_or_else(|| (context.new_uetr)())),
            clearing: None,
        },
        payment_type: None,
        amount: message.settled.amount.clone(),
        settlement_date: Some(context.settlement_date.unwrap_or(message.settled.date)),
        instructing_agent: Some(Agent::from_bic(sender.clone())),
        instructed_agent: Some(Agent::from_bic(receiver.clone())),
        intermediary: agent("56a", &message.intermediary, notes)?,
        debtor: agent("52a", &message.ordering_institution, notes)?.unwrap_or(Agent::from_bic(sender.clone())),
        debtor_account: None,
        debtor_agent: None,
        creditor_agent: agent("57a", &message.account_with, notes)?,
        creditor_account: beneficiary_account(&message.beneficiary)?,
        creditor: from_institution("/4/58a", &without_account(&message.beneficiary), notes)?,
        purpose: None,
        remittance: Vec::new(),
        underlying: message.cover.as_ref().map(|cover| underlying(cover, &message.header, notes)).transpose()?,
    };
    let mut settlement = settlement(&message.senders_correspondent, &message.receivers_correspondent, notes)?;
    // A transfer between banks has no other cover: with banks between, it settles on an account at one of them.
    if settlement.method == SettlementMethod::Cover {
        settlement.method = SettlementMethod::InstructedAgent;
        for (path, agent) in [
            ("/4/53a", settlement.instructing_reimbursement.take()),
            ("/4/54a", settlement.instructed_reimbursement.take()),
        ] {
            notes.lost_if(path, &agent);
        }
    }
    Ok(BankTransfers { header: header(context, settlement), payments: vec![payment] })
}

/// The account on the first line of a bank, if that is no code of a clearing system.
fn account_line(institution: &Institution) -> Option<&PartyLine> {
    let party = match institution {
        Institution::Bic { party, .. } | Institution::Named { party, .. } | Institution::Account { party, .. } => party,
        Institution::Code { .. } => &None,
    };
    party.as_ref().filter(|party| !party.account.starts_with('/'))
}

fn beneficiary_account(
    institution: &Institution,
) -> Result<Option<crate::iso20022::message::parts::Account>, TranslateError> {
    account_line(institution).map(|party| super::party::account(&party.account)).transpose()
}

/// The bank without its account, which goes elsewhere.
fn without_account(institution: &Institution) -> Institution {
    let mut bank = institution.clone();
    if account_line(institution).is_some() {
        match &mut bank {
            Institution::Bic { party, .. } | Institution::Named { party, .. } | Institution::Account { party, .. } => {
                *party = None;
            }
            Institution::Code { .. } => {}
        }
    }
    bank
}

fn underlying(cover: &Cover, header: &Header, notes: &mut Notes) -> Result<UnderlyingTransfer, TranslateError> {
    let debtor_agent =
        agent("52a[2]", &cover.ordering_institution, notes)?.unwrap_or(Agent::from_bic(header.sender.clone()));
    let creditor_agent =
        agent("57a[2]", &cover.account_with, notes)?.unwrap_or(Agent::from_bic(header.receiver.clone()));
    let country = |agent: &Agent, other: &Bic| bic(agent).unwrap_or(other).country().to_string();
    let (debtor, debtor_account) =
        from_customer("/4/50a", &cover.ordering, &country(&debtor_agent, &header.sender), notes)?;
    let (creditor, creditor_account) =
        from_customer("/4/59a", &cover.beneficiary, &country(&creditor_agent, &header.receiver), notes)?;
    notes.lost_if("/4/72[2]", &cover.bank_information);
    let text = cover.remittance.as_ref().map(|lines| joined(&lines.0, 35)).filter(|text| !text.is_empty());
    let text = text.map(|text| notes.text("/4/70", &text)).transpose()?;
    Ok(UnderlyingTransfer {
        debtor,
        debtor_account,
        debtor_agent,
        intermediary: agent("56a[2]", &cover.intermediary, notes)?,
        creditor_agent,
        creditor,
        creditor_account,
        remittance: text.map(|text| Remittance { unstructured: vec![text], structured: Vec::new() }),
        instructed: cover.instructed.clone(),
    })
}

/// The MT202, or MT202 COV, of each payment of a pacs.009.
///
/// # Errors
///
/// [`TranslateError`].
pub fn to_mt202(
    message: &BankTransfers,
    context: &mut Context<'_>,
    notes: &mut Notes,
) -> Result<Vec<Mt202>, TranslateError> {
    let mut out = Vec::new();
    for (index, payment) in message.payments.iter().enumerate() {
        let path = format!("CdtTrfTxInf[{}]", index + 1);
        out.push(one(message, payment, &path, context, notes)?);
    }
    Ok(out)
}

fn one(
    message: &BankTransfers,
    payment: &BankTransfer,
    path: &str,
    context: &mut Context<'_>,
    notes: &mut Notes,
) -> Result<Mt202, TranslateError> {
    let at = |element: &str| format!("{path}/{element}");
    let header = &message.header;
    let either = |own: &Option<Agent>, all: &Option<Agent>, other: Option<&Agent>| {
        [own.as_ref(), all.as_ref(), other].into_iter().flatten().find_map(|agent| bic(agent).cloned())
    };
    let sender = either(&payment.instructing_agent, &header.instructing_agent, Some(&payment.debtor));
    let creditor = payment.creditor_agent.as_ref().or(Some(&payment.creditor));
    let receiver = either(&payment.instructed_agent, &header.instructed_agent, creditor);
    let sender = sender.ok_or(TranslateError::Missing("the BIC of InstgAgt or Dbtr"))?;
    let receiver = receiver.ok_or(TranslateError::Missing("the BIC of InstdAgt or CdtrAgt"))?;
    let date = payment.settlement_date.or(header.settlement_date).ok_or(TranslateError::Missing("IntrBkSttlmDt"))?;
    let reference = payment.id.instruction.as_ref().or(payment.id.transaction.as_ref()).unwrap_or(&header.message);
    if payment.id.instruction.is_some() && payment.id.transaction != payment.id.instruction {
        notes.lost_if(&at("PmtId/TxId"), &payment.id.transaction);
    }
    notes.lost_if(&at("PmtId/ClrSysRef"), &payment.id.clearing);
    notes.lost_if(&at("PmtTpInf"), &payment.payment_type.as_ref().or(header.payment_type.as_ref()));
    notes.lost_if(&at("DbtrAcct"), &payment.debtor_account);
    notes.lost_if(&at("DbtrAgt"), &payment.debtor_agent);
    notes.lost_if(&at("Purp"), &payment.purpose);
    for text in &payment.remittance {
        notes.lost(&at("RmtInf/Ustrd"), text.as_str());
    }
    let settlement = &header.settlement;
    notes.lost_if("GrpHdr/BtchBookg", &header.batch);
    notes.lost_if("GrpHdr/SttlmInf/ClrSys", &settlement.clearing_system);
    let named = |path: &str, agent: &Option<Agent>, notes: &mut Notes| {
        agent.as_ref().and_then(|agent| to_institution(path, agent, notes))
    };
    let of_account = settlement.account.as_ref().map(|account| {
        let indicator = if settlement.method == SettlementMethod::InstructingAgent { Some('C') } else { None };
        let account = account_text("GrpHdr/SttlmInf/SttlmAcct", account, notes);
        Institution::Account { party: Some(PartyLine { indicator, account }), location: None }
    });
    let ordering = if bic(&payment.debtor).is_some_and(|bic| same(bic, &sender)) {
        None
    } else {
        to_institution(&at("Dbtr"), &payment.debtor, notes)
    };
    let mut beneficiary =
        to_institution(&at("Cdtr"), &payment.creditor, notes).ok_or(TranslateError::Missing("Cdtr"))?;
    if let Some(account) = &payment.creditor_account {
        let line = PartyLine::from_account(account_text(&at("CdtrAcct"), account, notes));
        if let Institution::Bic { party, .. } | Institution::Named { party, .. } = &mut beneficiary {
            notes.lost_if(&at("Cdtr/FinInstnId/ClrSysMmbId"), party);
            *party = Some(line);
        }
    }
    let intermediary = named(&at("IntrmyAgt1"), &payment.intermediary, notes);
    let cover = payment
        .underlying
        .as_ref()
        .map(|underlying| cover(underlying, &at("UndrlygCstmrCdtTrf"), (&sender, &receiver), notes));
    let institution = named("GrpHdr/SttlmInf/InstgRmbrsmntAgt", &settlement.instructing_reimbursement, notes);
    let receivers = named("GrpHdr/SttlmInf/InstdRmbrsmntAgt", &settlement.instructed_reimbursement, notes);
    Ok(Mt202 {
        reference: notes.reference(&at("PmtId/InstrId"), reference),
        related: notes.reference(&at("PmtId/EndToEndId"), &payment.id.end_to_end),
        times: Vec::new(),
        settled: ValueAmount { date, amount: payment.amount.clone() },
        ordering_institution: ordering,
        senders_correspondent: institution.or(of_account),
        receivers_correspondent: receivers,
        intermediary,
        account_with: named(&at("CdtrAgt"), &payment.creditor_agent, notes),
        beneficiary,
        bank_information: None,
        cover,
        header: Header {
            uetr: Some(payment.id.uetr.unwrap_or_else(|| (context.new_uetr)())),
            ..Header::between(&sender, &receiver)
        },
    })
}

fn cover(underlying: &UnderlyingTransfer, path: &str, (sender, receiver): (&Bic, &Bic), notes: &mut Notes) -> Cover {
    let at = |element: &str| format!("{path}/{element}");
    let unlike = |element: &str, agent: &Agent, other: &Bic, notes: &mut Notes| {
        if bic(agent).is_some_and(|bic| same(bic, other)) { None } else { to_institution(&at(element), agent, notes) }
    };
    let intermediary =
        underlying.intermediary.as_ref().and_then(|agent| to_institution(&at("IntrmyAgt1"), agent, notes));
    let account_with = if intermediary.is_some() {
        to_institution(&at("CdtrAgt"), &underlying.creditor_agent, notes)
    } else {
        unlike("CdtrAgt", &underlying.creditor_agent, receiver, notes)
    };
    let remittance = underlying.remittance.as_ref().map(|remittance| {
        for structured in &remittance.structured {
            notes.lost(&at("RmtInf/Strd"), format!("{structured:?}"));
        }
        let text: Vec<&str> = remittance.unstructured.iter().map(|text| text.as_str()).collect();
        notes.lines(&at("RmtInf/Ustrd"), &text.join(" "), 4, 35)
    });
    Cover {
        ordering: to_customer(&at("Dbtr"), &underlying.debtor, underlying.debtor_account.as_ref(), notes),
        ordering_institution: unlike("DbtrAgt", &underlying.debtor_agent, sender, notes),
        intermediary,
        account_with,
        beneficiary: to_customer(&at("Cdtr"), &underlying.creditor, underlying.creditor_account.as_ref(), notes),
        remittance: remittance.filter(|lines| !lines.is_empty()).map(Lines),
        bank_information: None,
        instructed: underlying.instructed.clone(),
    }
}
