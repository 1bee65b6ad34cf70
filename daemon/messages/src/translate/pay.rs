// SPDX-License-Identifier: MIT

//! A customer's instruction (pain.001) as payments between banks (pacs.008).

use super::context::{Context, count, total};
use super::error::TranslateError;
use crate::calendar::{Date, next_business_day};
use crate::iso20022::message::parts::{
    Account, Agent, ChargeBearer, Party, PaymentId, PaymentType, Settlement, SettlementMethod,
};
use crate::iso20022::message::{
    CreditTransfer, CreditTransferGroup, CreditTransferInitiation, CreditTransferInstruction, CreditTransfers,
    TransferHeader,
};

/// Payments through a clearing system. Who bears charges is as the scheme says where the customer does not say it. Euro
/// settle on the next business day from the day that is asked for, except instant payments, which settle on that day.
///
/// # Errors
///
/// [`TranslateError`].
pub fn to_credit_transfers(
    instruction: &CreditTransferInitiation,
    context: &mut Context<'_>,
) -> Result<CreditTransfers, TranslateError> {
    let mut payments = Vec::new();
    let mut day: Option<Date> = context.settlement_date;
    for group in &instruction.groups {
        let wanted = group.execution.date().ok_or(TranslateError::Missing("ReqdExctnDt"))?;
        for payment in &group.payments {
            let settles = settlement_date(wanted, group, payment);
            match (context.settlement_date, day) {
                (None, Some(day)) if day != settles => return Err(TranslateError::SeveralDays(day, settles)),
                (None, _) => day = Some(settles),
                (Some(_), _) => {}
            }
            let number = payments.len() + 1;
            payments.push(transfer(group, payment, number, context)?);
        }
    }
    let (_, total) = total(payments.iter().map(|payment| &payment.amount))?;
    // A total needs one currency; without it each payment says when it settles.
    if total.is_none() {
        payments.iter_mut().for_each(|payment| payment.settlement_date = day);
    }
    Ok(CreditTransfers {
        header: TransferHeader {
            message: context.message.clone(),
            created: context.created.clone(),
            batch: None,
            count: count(payments.len()),
            sum: None,
            settlement_date: day.filter(|_| total.is_some()),
            total,
            settlement: Settlement {
                method: SettlementMethod::Clearing,
                account: None,
                clearing_system: None,
                instructing_reimbursement: None,
                instructed_reimbursement: None,
            },
            payment_type: None,
            instructing_agent: None,
            instructed_agent: None,
        },
        payments,
    })
}

fn settlement_date(wanted: Date, group: &CreditTransferGroup, payment: &CreditTransferInstruction) -> Date {
    let kind = payment.payment_type.as_ref().or(group.payment_type.as_ref());
    let instant = kind.and_then(|kind| kind.local_instrument.as_ref()).is_some_and(|instrument| {
        matches!(instrument, crate::iso20022::message::parts::LongCode::Code(code) if code.as_str() == "INST")
    });
    if payment.amount.currency() == "EUR" && !instant { next_business_day(wanted).unwrap_or(wanted) } else { wanted }
}

fn transfer(
    group: &CreditTransferGroup,
    payment: &CreditTransferInstruction,
    number: usize,
    context: &mut Context<'_>,
) -> Result<CreditTransfer, TranslateError> {
    let agent = |agent: &Option<Agent>| agent.clone().unwrap_or_else(Agent::not_provided);
    let party = |party: &Option<Party>, name| party.clone().ok_or(TranslateError::Missing(name));
    let account = |account: &Option<Account>| account.clone();
    let reference = context.reference(number)?;
    let payment_type: Option<PaymentType> = payment.payment_type.clone().or_else(|| group.payment_type.clone());
    let charge_bearer = payment.charge_bearer.or(group.charge_bearer).unwrap_or(ChargeBearer::ServiceLevel);
    Ok(CreditTransfer {
        id: PaymentId {
            instruction: Some(payment.id.instruction.clone().unwrap_or_else(|| reference.clone())),
            end_to_end: payment.id.end_to_end.clone(),
            transaction: Some(reference),
            uetr: Some(payment.id.uetr.unwrap_or_else(|| (context.new_uetr)())),
            clearing: None,
        },
        payment_type,
        amount: payment.amount.clone(),
        settlement_date: None,
        accepted: None,
        instructed: None,
        exchange_rate: None,
        charge_bearer,
        charges: Vec::new(),
        instructing_agent: None,
        instructed_agent: None,
        intermediary: None,
        ultimate_debtor: payment.ultimate_debtor.clone().or_else(|| group.ultimate_debtor.clone()),
        debtor: group.debtor.clone(),
        debtor_account: Some(group.debtor_account.clone()),
        debtor_agent: group.debtor_agent.clone(),
        creditor_agent: agent(&payment.creditor_agent),
        creditor: party(&payment.creditor, "Cdtr")?,
        creditor_account: account(&payment.creditor_account),
        ultimate_creditor: payment.ultimate_creditor.clone(),
        purpose: payment.purpose.clone(),
        remittance: payment.remittance.clone(),
    })
}
