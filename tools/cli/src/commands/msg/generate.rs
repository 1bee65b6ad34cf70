// SPDX-License-Identifier: MIT

//! `qenex msg generate`.

use std::fmt::Display;
use std::str::FromStr;

use qenex_messages::identifiers::{Bic, CreditorReference, Iban};
use qenex_messages::iso20022::message::parts::{
    Account, Agent, ChargeBearer, Code, CustomerPaymentId, DateOrDateTime, LongCode, Party, PaymentType, ReferenceCode,
    ReferenceKind, ReferenceOfCreditor, ReferenceType, Remittance, StructuredRemittance,
};
use qenex_messages::iso20022::message::{
    CreditTransferGroup, CreditTransferInitiation, CreditTransferInstruction, CurrencyAmount, InitiationHeader,
    PaymentMethod, Text, write,
};

use super::args::GenerateArgs;
use super::error::MsgError;
use super::{input, kind, now, output};

/// Writes a message.
pub(super) fn run(args: &GenerateArgs) -> Result<(), MsgError> {
    let text = match &args.from_json {
        Some(path) => {
            let document: serde_json::Value = serde_json::from_slice(&input::read(path)?)?;
            // Either the content alone, or what `show --json` prints.
            match (document.get("message").and_then(|name| name.as_str()), document.get("content")) {
                (Some(name), Some(content)) => kind::write(name, content.clone())?,
                _ => kind::write(&args.message, document)?,
            }
        }
        None if args.message.starts_with("pain.001") => write(&credit_transfer(args)?, true),
        None => return Err(MsgError::Usage(format!("{} is written from JSON only: --from-json", args.message))),
    };
    output::print(&text, args.profile)
}

/// One payment, from flags.
fn credit_transfer(args: &GenerateArgs) -> Result<CreditTransferInitiation, MsgError> {
    let amount = args.amount.clone().ok_or_else(|| missing("--amount"))?;
    let message = now::message_id(args.message_id.as_deref())?;
    let sum = Some(amount.amount);
    let debtor = party("--debtor", args.debtor.as_deref())?;
    let account = |flag: &str, text: &Option<String>| {
        let text = text.as_deref().ok_or_else(|| missing(flag))?;
        Iban::from_written(text).map(Account::from_iban).map_err(|error| wrong(flag, text, error))
    };
    let agent = |flag: &str, text: &Option<String>| {
        text.as_deref().map(|text| value::<Bic>(flag, text).map(Agent::from_bic)).transpose()
    };
    let euro = amount.currency() == "EUR";
    let execution = args.execution_date.map_or_else(now::today, Ok)?;
    Ok(CreditTransferInitiation {
        header: InitiationHeader {
            message: message.clone(),
            created: now::time()?,
            count: 1,
            sum,
            initiator: debtor.clone(),
        },
        groups: vec![CreditTransferGroup {
            id: message,
            method: PaymentMethod::Transfer,
            batch: None,
            count: Some(1),
            sum,
            payment_type: payment_type(args.instant, euro)?,
            execution: DateOrDateTime::Date(execution),
            debtor,
            debtor_account: account("--from", &args.from)?,
            debtor_agent: agent("--debtor-bic", &args.debtor_bic)?.unwrap_or_else(Agent::not_provided),
            ultimate_debtor: None,
            charge_bearer: Some(if euro { ChargeBearer::ServiceLevel } else { ChargeBearer::Shared }),
            payments: vec![payment(
                args,
                amount,
                account("--to", &args.to)?,
                agent("--creditor-bic", &args.creditor_bic)?,
            )?],
        }],
    })
}

fn payment(
    args: &GenerateArgs,
    amount: CurrencyAmount,
    account: Account,
    agent: Option<Agent>,
) -> Result<CreditTransferInstruction, MsgError> {
    Ok(CreditTransferInstruction {
        id: CustomerPaymentId {
            instruction: None,
            end_to_end: value("--end-to-end", &args.end_to_end)?,
            uetr: Some(now::uetr()?),
        },
        payment_type: None,
        amount,
        charge_bearer: None,
        ultimate_debtor: None,
        creditor_agent: agent,
        creditor: Some(party("--creditor", args.creditor.as_deref())?),
        creditor_account: Some(account),
        ultimate_creditor: None,
        purpose: None,
        remittance: remittance(args)?,
    })
}

fn payment_type(instant: bool, euro: bool) -> Result<Option<PaymentType>, MsgError> {
    if !euro && !instant {
        return Ok(None);
    }
    let local_instrument = if instant { Some(LongCode::Code(value("--instant", "INST")?)) } else { None };
    let service_levels = vec![Code::Code(value("--amount", "SEPA")?)];
    Ok(Some(PaymentType { service_levels, local_instrument, ..PaymentType::default() }))
}

fn remittance(args: &GenerateArgs) -> Result<Option<Remittance>, MsgError> {
    if let Some(text) = &args.remittance {
        return Ok(Some(Remittance { unstructured: vec![value("--remittance", text)?], structured: Vec::new() }));
    }
    let Some(text) = &args.reference else { return Ok(None) };
    let reference = value::<CreditorReference>("--reference", text)?;
    let kind = ReferenceKind {
        code: ReferenceType::Code(ReferenceCode::Structured),
        issuer: Some(value("--reference", "ISO")?),
    };
    let creditor_reference =
        ReferenceOfCreditor { kind: Some(kind), reference: Some(value("--reference", reference.as_str())?) };
    let structured =
        StructuredRemittance { creditor_reference: Some(creditor_reference), ..StructuredRemittance::default() };
    Ok(Some(Remittance { unstructured: Vec::new(), structured: vec![structured] }))
}

fn party(flag: &str, name: Option<&str>) -> Result<Party, MsgError> {
    let name: Text<140> = value(flag, name.ok_or_else(|| missing(flag))?)?;
    Ok(Party { name: Some(name), ..Party::default() })
}

fn value<T: FromStr<Err: Display>>(flag: &str, text: &str) -> Result<T, MsgError> {
    text.parse().map_err(|error| wrong(flag, text, error))
}

fn wrong(flag: &str, text: &str, error: impl Display) -> MsgError {
    MsgError::Usage(format!("{flag} {text:?}: {error}"))
}

fn missing(flag: &str) -> MsgError {
    MsgError::Usage(format!("{flag} is missing"))
}
