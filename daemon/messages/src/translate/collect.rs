// SPDX-License-Identifier: MIT

//! A creditor's instruction (pain.008) as collections between banks (pacs.003).

use super::context::{Context, count, total};
use super::error::TranslateError;
use crate::calendar::{Date, next_business_day};
use crate::iso20022::message::parts::{
    ChargeBearer, CollectionSettlement, CollectionSettlementMethod, DirectDebitTransaction, PaymentId,
};
use crate::iso20022::message::{
    CollectionHeader, DirectDebit, DirectDebitGroup, DirectDebitInitiation, DirectDebitInstruction, DirectDebits,
};

/// Collections through a clearing system, which settle on the due day, or on the next business day.
///
/// # Errors
///
/// [`TranslateError`].
pub fn to_direct_debits(
    instruction: &DirectDebitInitiation,
    context: &mut Context<'_>,
) -> Result<DirectDebits, TranslateError> {
    let mut collections = Vec::new();
    let mut day: Option<Date> = context.settlement_date;
    for group in &instruction.groups {
        let settles = next_business_day(group.due).unwrap_or(group.due);
        match (context.settlement_date, day) {
            (None, Some(day)) if day != settles => return Err(TranslateError::SeveralDays(day, settles)),
            (None, _) => day = Some(settles),
            (Some(_), _) => {}
        }
        for payment in &group.collections {
            let number = collections.len() + 1;
            collections.push(collection(group, payment, number, context)?);
        }
    }
    let (_, total) = total(collections.iter().map(|collection| &collection.amount))?;
    if total.is_none() {
        collections.iter_mut().for_each(|collection| collection.settlement_date = day);
    }
    Ok(DirectDebits {
        header: CollectionHeader {
            message: context.message.clone(),
            created: context.created.clone(),
            count: count(collections.len()),
            sum: None,
            settlement_date: day.filter(|_| total.is_some()),
            total,
            settlement: CollectionSettlement {
                method: CollectionSettlementMethod::Clearing,
                account: None,
                clearing_system: None,
            },
            payment_type: None,
            instructing_agent: None,
            instructed_agent: None,
        },
        collections,
    })
}

fn collection(
    group: &DirectDebitGroup,
    payment: &DirectDebitInstruction,
    number: usize,
    context: &mut Context<'_>,
) -> Result<DirectDebit, TranslateError> {
    let reference = context.reference(number)?;
    // The creditor identifier may be said once for the group; between banks each collection says it.
    let mut transaction: DirectDebitTransaction = payment.transaction.clone().unwrap_or_default();
    transaction.creditor_scheme = transaction.creditor_scheme.or_else(|| group.creditor_scheme.clone());
    Ok(DirectDebit {
        id: PaymentId {
            instruction: Some(payment.id.instruction.clone().unwrap_or_else(|| reference.clone())),
            end_to_end: payment.id.end_to_end.clone(),
            transaction: Some(reference),
            uetr: Some(payment.id.uetr.unwrap_or_else(|| (context.new_uetr)())),
            clearing: None,
        },
        payment_type: payment.payment_type.clone().or_else(|| group.payment_type.clone()),
        amount: payment.amount.clone(),
        settlement_date: None,
        instructed: None,
        exchange_rate: None,
        charge_bearer: payment.charge_bearer.or(group.charge_bearer).unwrap_or(ChargeBearer::ServiceLevel),
        charges: Vec::new(),
        due: Some(group.due),
        transaction: Some(transaction),
        creditor: group.creditor.clone(),
        creditor_account: Some(group.creditor_account.clone()),
        creditor_agent: group.creditor_agent.clone(),
        ultimate_creditor: payment.ultimate_creditor.clone().or_else(|| group.ultimate_creditor.clone()),
        instructing_agent: None,
        instructed_agent: None,
        debtor: payment.debtor.clone(),
        debtor_account: payment.debtor_account.clone(),
        debtor_agent: payment.debtor_agent.clone(),
        ultimate_debtor: payment.ultimate_debtor.clone(),
        purpose: payment.purpose.clone(),
        remittance: payment.remittance.clone(),
    })
}
