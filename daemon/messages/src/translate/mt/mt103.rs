// SPDX-License-Identifier: MIT

//! A customer's credit transfer: MT103 and pacs.008.

use super::agent::{bic, from_institution, same, to_institution};
use super::notes::joined;
use super::party::{account_text, from_customer, to_customer};
use super::{Notes, party};
use crate::amount::Decimal;
use crate::identifiers::Bic;
use crate::iso20022::message::parts::{
    Agent, Charge, ChargeBearer, Code, PaymentId, PaymentType, Remittance, Settlement, SettlementMethod,
};
use crate::iso20022::message::{CreditTransfer, CreditTransfers, CurrencyAmount, Text, TransferHeader};
use crate::mt::message::{ExchangeRate, Form, Header, Institution, Instruction, Lines, Mt103, PartyLine, ValueAmount};
use crate::translate::{Context, TranslateError};

/// The pacs.008 of an MT103.
///
/// # Errors
///
/// [`TranslateError`].
pub fn from_mt103(
    message: &Mt103,
    context: &mut Context<'_>,
    notes: &mut Notes,
) -> Result<CreditTransfers, TranslateError> {
    let Header { sender, receiver, .. } = &message.header;
    left_out(message, notes);
    let debtor_agent = agent("52a", &message.ordering_institution, notes)?.unwrap_or(Agent::from_bic(sender.clone()));
    let creditor_agent = agent("57a", &message.account_with, notes)?.unwrap_or(Agent::from_bic(receiver.clone()));
    let country = |agent: &Agent, other: &Bic| bic(agent).unwrap_or(other).country().to_string();
    let (debtor, debtor_account) = from_customer("/4/50a", &message.ordering, &country(&debtor_agent, sender), notes)?;
    let (creditor, creditor_account) =
        from_customer("/4/59a", &message.beneficiary, &country(&creditor_agent, receiver), notes)?;
    let (end_to_end, remittance) = remittance(message.remittance.as_ref());
    let payment = CreditTransfer {
        id: PaymentId {
            instruction: Some(Text::new(message.reference.clone())?),
            end_to_end: notes.text("/4/70", end_to_end.as_deref().unwrap_or("NOTPROVIDED"))?,
            transaction: None,
            uetr: Some(message.header.uetr.unwrap_or_else(|| (context.new_uetr)())),
            clearing: None,
        },
        payment_type: payment_type(message, notes)?,
        amount: message.settled.amount.clone(),
        settlement_date: Some(context.settlement_date.unwrap_or(message.settled.date)),
        accepted: None,
        instructed: message.instructed.clone(),
        exchange_rate: message.rate.map(|rate| rate.0),
        charge_bearer: match message.charges.as_str() {
            "OUR" => ChargeBearer::Debtor,
            "BEN" => ChargeBearer::Creditor,
            _ => ChargeBearer::Shared,
        },
        charges: charges(message, notes),
        instructing_agent: Some(Agent::from_bic(sender.clone())),
        instructed_agent: Some(Agent::from_bic(receiver.clone())),
        intermediary: agent("56a", &message.intermediary, notes)?,
        ultimate_debtor: None,
        debtor,
        debtor_account,
        debtor_agent,
        creditor_agent,
        creditor,
        creditor_account,
        ultimate_creditor: None,
        purpose: None,
        remittance: remittance
            .map(|text| {
                Ok::<_, TranslateError>(Remittance {
                    unstructured: vec![notes.text("/4/70", &text)?],
                    structured: Vec::new(),
                })
            })
            .transpose()?,
    };
    let settlement = settlement(&message.senders_correspondent, &message.receivers_correspondent, notes)?;
    Ok(CreditTransfers { header: header(context, settlement), payments: vec![payment] })
}

/// The header of a message with one payment.
pub(super) fn header(context: &Context<'_>, settlement: Settlement) -> TransferHeader {
    TransferHeader {
        message: context.message.clone(),
        created: context.created.clone(),
        batch: None,
        count: 1,
        sum: None,
        total: None,
        settlement_date: None,
        settlement,
        payment_type: None,
        instructing_agent: None,
        instructed_agent: None,
    }
}

pub(super) fn agent(
    tag: &str,
    institution: &Option<Institution>,
    notes: &mut Notes,
) -> Result<Option<Agent>, TranslateError> {
    let path = format!("/4/{tag}");
    institution.as_ref().map(|institution| from_institution(&path, institution, notes)).transpose()
}

/// Fields without a place.
fn left_out(message: &Mt103, notes: &mut Notes) {
    for time in &message.times {
        notes.lost("/4/13C", format!("{} {}", time.code, time.time));
    }
    notes.lost_if("/4/26T", &message.transaction_type);
    notes.lost_if("/4/51A", &message.sending_institution);
    notes.lost_if("/4/55a", &message.third_institution);
    notes.lost_if("/4/72", &message.bank_information);
    notes.lost_if("/4/77B", &message.regulatory);
    notes.lost_if("/4/77T", &message.envelope);
    around(&message.header, notes);
    if message.form != Form::General {
        notes.lost("/3/119", "the form of the message");
    }
}

/// What the blocks around the text say beyond sender, receiver and the reference that is kept.
pub(super) fn around(header: &Header, notes: &mut Notes) {
    notes.lost_if("/3/108", &header.message_reference);
    notes.lost_if("/3/113", &header.banking_priority);
    notes.lost_if("/3/111", &header.service);
}

/// Service level and instructions.
fn payment_type(message: &Mt103, notes: &mut Notes) -> Result<Option<PaymentType>, TranslateError> {
    let mut kind = PaymentType::default();
    if message.operation != "CRED" {
        kind.service_levels.push(Code::Proprietary(Text::new(message.operation.clone())?));
    }
    for instruction in &message.instructions {
        notes.lost_if("/4/23E", &instruction.information);
        match instruction.code.as_str() {
            "SDVA" => kind.service_levels.push(Code::Code(Text::new("SDVA")?)),
            code @ ("INTC" | "CORT") if kind.category_purpose.is_none() => {
                kind.category_purpose = Some(Code::Code(Text::new(code)?));
            }
            code => notes.lost("/4/23E", code),
        }
    }
    Ok(if kind == PaymentType::default() { None } else { Some(kind) })
}

/// The debtor's reference after `/ROC/`, and the rest.
fn remittance(lines: Option<&Lines>) -> (Option<String>, Option<String>) {
    let Some(lines) = lines else { return (None, None) };
    let (first, rest) = lines.0.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    match first.strip_prefix("/ROC/").filter(|reference| !reference.is_empty() && !reference.contains("//")) {
        Some(reference) => {
            let text = joined(rest, 35);
            (Some(reference.to_string()), Some(text).filter(|text| !text.is_empty()))
        }
        None => {
            let text = joined(&lines.0, 35);
            (None, Some(text).filter(|text| !text.is_empty()))
        }
    }
}

/// What banks took. Field 71F does not say which bank.
fn charges(message: &Mt103, notes: &mut Notes) -> Vec<Charge> {
    let mut charges = Vec::new();
    for amount in &message.sender_charges {
        charges.push(Charge { amount: amount.clone(), agent: Agent::not_provided() });
    }
    if !charges.is_empty() {
        notes.add("mt-guessed", "/4/71F", "which bank took the charge is not said: NOTPROVIDED stands for it".into());
    }
    if let Some(amount) = &message.receiver_charges {
        charges.push(Charge { amount: amount.clone(), agent: Agent::from_bic(message.header.receiver.clone()) });
    }
    charges
}

/// By cover if banks between are named, else by the account that 53B names or that the receiver keeps.
pub(super) fn settlement(
    sender: &Option<Institution>,
    receiver: &Option<Institution>,
    notes: &mut Notes,
) -> Result<Settlement, TranslateError> {
    let mut settlement = Settlement {
        method: SettlementMethod::InstructedAgent,
        account: None,
        clearing_system: None,
        instructing_reimbursement: None,
        instructed_reimbursement: None,
    };
    match sender {
        Some(Institution::Account { party, location }) => {
            notes.lost_if("/4/53B", location);
            if let Some(PartyLine { indicator, account }) = party {
                settlement.account = Some(party::account(account)?);
                if *indicator == Some('C') {
                    settlement.method = SettlementMethod::InstructingAgent;
                }
            }
        }
        other => settlement.instructing_reimbursement = agent("53a", other, notes)?,
    }
    settlement.instructed_reimbursement = agent("54a", receiver, notes)?;
    if settlement.instructing_reimbursement.is_some() || settlement.instructed_reimbursement.is_some() {
        settlement.method = SettlementMethod::Cover;
        if let Some(account) = settlement.account.take() {
            let account = account_text("/4/53B", &account, notes);
            notes.lost("/4/53B", format!("the account {account}"));
        }
    } else {
        notes.add("mt-guessed", "/4/53a", "how the banks settle follows from 53a, which names no other bank".into());
    }
    Ok(settlement)
}

/// The MT103 of each payment of a pacs.008.
///
/// # Errors
///
/// [`TranslateError`].
pub fn to_mt103(
    message: &CreditTransfers,
    context: &mut Context<'_>,
    notes: &mut Notes,
) -> Result<Vec<Mt103>, TranslateError> {
    let mut out = Vec::new();
    for (index, payment) in message.payments.iter().enumerate() {
        let path = format!("CdtTrfTxInf[{}]", index + 1);
        out.push(one(message, payment, &path, context, notes)?);
    }
    Ok(out)
}

fn one(
    message: &CreditTransfers,
    payment: &CreditTransfer,
    path: &str,
    context: &mut Context<'_>,
    notes: &mut Notes,
) -> Result<Mt103, TranslateError> {
    let at = |element: &str| format!("{path}/{element}");
    let header = &message.header;
    let either = |own: &Option<Agent>, all: &Option<Agent>, other: &Agent| {
        [own.as_ref(), all.as_ref(), Some(other)].into_iter().flatten().find_map(|agent| bic(agent).cloned())
    };
    let sender = either(&payment.instructing_agent, &header.instructing_agent, &payment.debtor_agent);
    let receiver = either(&payment.instructed_agent, &header.instructed_agent, &payment.creditor_agent);
    let sender = sender.ok_or(TranslateError::Missing("the BIC of InstgAgt or DbtrAgt"))?;
    let receiver = receiver.ok_or(TranslateError::Missing("the BIC of InstdAgt or CdtrAgt"))?;
    let date = payment.settlement_date.or(header.settlement_date).ok_or(TranslateError::Missing("IntrBkSttlmDt"))?;
    without_place(payment, path, notes);
    let kind = payment.payment_type.as_ref().or(header.payment_type.as_ref());
    let (operation, instructions) = services(kind, &at("PmtTpInf"), notes);
    let reference = payment.id.instruction.as_ref().or(payment.id.transaction.as_ref()).unwrap_or(&header.message);
    let institution = |element: &str, agent: &Agent, own: &Bic, notes: &mut Notes| {
        if bic(agent).is_some_and(|bic| same(bic, own)) { None } else { to_institution(&at(element), agent, notes) }
    };
    let account_with = institution("CdtrAgt", &payment.creditor_agent, &receiver, notes);
    let intermediary = payment.intermediary.as_ref().and_then(|agent| to_institution(&at("IntrmyAgt1"), agent, notes));
    let settlement = &header.settlement;
    let named = |element: &str, agent: &Option<Agent>, notes: &mut Notes| {
        agent.as_ref().and_then(|agent| to_institution(element, agent, notes))
    };
    let reimbursement = named("GrpHdr/SttlmInf/InstgRmbrsmntAgt", &settlement.instructing_reimbursement, notes);
    let of_account = settlement.account.as_ref().map(|account| {
        let indicator = if settlement.method == SettlementMethod::InstructingAgent { Some('C') } else { None };
        let account = account_text("GrpHdr/SttlmInf/SttlmAcct", account, notes);
        Institution::Account { party: Some(PartyLine { indicator, account }), location: None }
    });
    notes.lost_if("GrpHdr/BtchBookg", &header.batch);
    notes.lost_if("GrpHdr/SttlmInf/ClrSys", &settlement.clearing_system);
    let (charges, sender_charges, receiver_charges) = bearer(payment, &receiver, &at("ChrgsInf"), notes);
    let instructed = payment.instructed.clone().or_else(|| {
        notes.add("mt-guessed", &at("InstdAmt"), "it is not said: the settled amount stands for it".into());
        Some(payment.amount.clone())
    });
    Ok(Mt103 {
        header: Header {
            uetr: Some(payment.id.uetr.unwrap_or_else(|| (context.new_uetr)())),
            ..Header::between(&sender, &receiver)
        },
        form: Form::General,
        reference: notes.reference(&at("PmtId/InstrId"), reference),
        times: Vec::new(),
        operation,
        instructions,
        transaction_type: None,
        settled: ValueAmount { date, amount: payment.amount.clone() },
        instructed,
        rate: payment.exchange_rate.map(ExchangeRate),
        ordering: to_customer(&at("Dbtr"), &payment.debtor, payment.debtor_account.as_ref(), notes),
        sending_institution: None,
        ordering_institution: institution("DbtrAgt", &payment.debtor_agent, &sender, notes),
        senders_correspondent: reimbursement.or(of_account),
        receivers_correspondent: named("GrpHdr/SttlmInf/InstdRmbrsmntAgt", &settlement.instructed_reimbursement, notes),
        third_institution: None,
        account_with: account_with.or_else(|| {
            // Field 56a needs 57a, also where that is the receiver.
            intermediary.is_some().then(|| to_institution(&at("CdtrAgt"), &payment.creditor_agent, notes)).flatten()
        }),
        intermediary,
        beneficiary: to_customer(&at("Cdtr"), &payment.creditor, payment.creditor_account.as_ref(), notes),
        remittance: information(payment, &at("RmtInf"), notes),
        charges,
        sender_charges,
        receiver_charges,
        bank_information: None,
        regulatory: None,
        envelope: None,
    })
}

/// Elements without a place.
fn without_place(payment: &CreditTransfer, path: &str, notes: &mut Notes) {
    let at = |element: &str| format!("{path}/{element}");
    if payment.id.instruction.is_some() && payment.id.transaction != payment.id.instruction {
        notes.lost_if(&at("PmtId/TxId"), &payment.id.transaction);
    }
    notes.lost_if(&at("PmtId/ClrSysRef"), &payment.id.clearing);
    notes.lost_if(&at("AccptncDtTm"), &payment.accepted);
    notes.lost_if(&at("UltmtDbtr"), &payment.ultimate_debtor);
    notes.lost_if(&at("UltmtCdtr"), &payment.ultimate_creditor);
    notes.lost_if(&at("Purp"), &payment.purpose);
}

/// Field 23B and fields 23E.
fn services(kind: Option<&PaymentType>, path: &str, notes: &mut Notes) -> (String, Vec<Instruction>) {
    let mut operation = "CRED".to_string();
    let mut instructions = Vec::new();
    let Some(kind) = kind else { return (operation, instructions) };
    notes.lost_if(&format!("{path}/InstrPrty"), &kind.priority);
    notes.lost_if(&format!("{path}/LclInstrm"), &kind.local_instrument);
    let instruction = |code: &str| Instruction { code: code.into(), information: None };
    for level in &kind.service_levels {
        match level {
            Code::Proprietary(code) if matches!(code.as_str(), "CRTS" | "SPAY" | "SPRI" | "SSTD") => {
                operation = code.as_str().into();
            }
            Code::Code(code) if code.as_str() == "SDVA" => instructions.push(instruction("SDVA")),
            other => notes.lost(&format!("{path}/SvcLvl"), format!("{other:?}")),
        }
    }
    match &kind.category_purpose {
        Some(Code::Code(code)) if matches!(code.as_str(), "INTC" | "CORT") => instructions.push(instruction(code)),
        other => notes.lost_if(&format!("{path}/CtgyPurp"), other),
    }
    (operation, instructions)
}

/// Fields 71A, 71F and 71G.
fn bearer(
    payment: &CreditTransfer,
    receiver: &Bic,
    path: &str,
    notes: &mut Notes,
) -> (String, Vec<CurrencyAmount>, Option<CurrencyAmount>) {
    let code = match payment.charge_bearer {
        ChargeBearer::Debtor => "OUR",
        ChargeBearer::Creditor => "BEN",
        ChargeBearer::Shared => "SHA",
        ChargeBearer::ServiceLevel => {
            notes.add("mt-guessed", path, "SLEV, as the scheme says, becomes SHA".into());
            "SHA"
        }
    };
    let mut sender = Vec::new();
    let mut own = None;
    for charge in &payment.charges {
        let of_receiver = bic(&charge.agent).is_some_and(|bic| same(bic, receiver));
        if code == "OUR" && of_receiver && own.is_none() && charge.amount.amount != Decimal::ZERO {
            own = Some(charge.amount.clone());
        } else if code == "OUR" {
            notes.lost(path, format!("the charge of {}", charge.amount));
        } else {
            if let Some(bic) = bic(&charge.agent) {
                notes.lost(path, format!("the bank {bic} that took the charge"));
            }
            sender.push(charge.amount.clone());
        }
    }
    if code == "BEN" && sender.is_empty() {
        notes.add("mt-guessed", path, "no charge is said: 71F says zero".into());
        sender.extend(CurrencyAmount::new(Decimal::ZERO, payment.amount.currency()).ok());
    }
    (code.into(), sender, own)
}

/// Field 70: the debtor's reference on a line of its own, then free text and creditor's references.
fn information(payment: &CreditTransfer, path: &str, notes: &mut Notes) -> Option<Lines> {
    let mut lines = Vec::new();
    let end_to_end = payment.id.end_to_end.as_str();
    if end_to_end != "NOTPROVIDED" {
        lines.push(notes.short("PmtId/EndToEndId", &format!("/ROC/{end_to_end}"), 35));
    }
    let mut text: Vec<&str> = Vec::new();
    if let Some(remittance) = &payment.remittance {
        text.extend(remittance.unstructured.iter().map(|text| text.as_str()));
        for structured in &remittance.structured {
            if let Some(reference) = &structured.creditor_reference {
                notes.lost_if(&format!("{path}/Strd/CdtrRefInf/Tp"), &reference.kind);
                text.extend(reference.reference.as_deref());
            }
            text.extend(structured.additional.iter().map(|text| text.as_str()));
        }
    }
    let room = 4 - lines.len();
    lines.extend(notes.lines(path, &text.join(" "), room, 35));
    if lines.is_empty() { None } else { Some(Lines(lines)) }
}
