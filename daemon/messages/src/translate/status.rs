// SPDX-License-Identifier: MIT

//! What became of payments: between banks (pacs.002) and for the customer (pain.002).

use super::context::{Context, count, original, total};
use super::error::TranslateError;
use crate::iso20022::message::parts::OriginalGroupStatus;
use crate::iso20022::message::{
    BankPaymentStatus, BankStatusReport, CreditTransferInitiation, CreditTransfers, CustomerPaymentStatus,
    CustomerStatusReport, Message, PaymentGroupStatus, Text,
};

/// One status for all payments of a message between banks.
///
/// # Errors
///
/// [`TranslateError`].
pub fn to_bank_status(payments: &CreditTransfers, context: &Context<'_>) -> Result<BankStatusReport, TranslateError> {
    let status = context.status.clone().ok_or(TranslateError::Missing("the status"))?;
    let header = &payments.header;
    let mut statuses = Vec::new();
    for (index, payment) in payments.payments.iter().enumerate() {
        statuses.push(BankPaymentStatus {
            id: Some(context.reference(index + 1)?),
            group: Some(original(&header.message, CreditTransfers::DEFINITION, &header.created)?),
            instruction: payment.id.instruction.clone(),
            end_to_end: Some(payment.id.end_to_end.clone()),
            transaction: payment.id.transaction.clone(),
            uetr: payment.id.uetr,
            status: Some(status.clone()),
            reasons: context.reasons(),
            ..BankPaymentStatus::default()
        });
    }
    Ok(BankStatusReport {
        message: context.message.clone(),
        created: context.created.clone(),
        instructing_agent: header.instructed_agent.clone(),
        instructed_agent: header.instructing_agent.clone(),
        groups: Vec::new(),
        payments: statuses,
    })
}

/// One status for all payments of a customer's message.
///
/// # Errors
///
/// [`TranslateError`].
pub fn to_customer_status(
    instruction: &CreditTransferInitiation,
    context: &Context<'_>,
) -> Result<CustomerStatusReport, TranslateError> {
    let status = context.status.clone().ok_or(TranslateError::Missing("the status"))?;
    let header = &instruction.header;
    let mut groups = Vec::new();
    let mut number = 0;
    for group in &instruction.groups {
        let (sum, _) = total(group.payments.iter().map(|payment| &payment.amount))?;
        let mut payments = Vec::new();
        for payment in &group.payments {
            number += 1;
            payments.push(CustomerPaymentStatus {
                id: Some(context.reference(number)?),
                instruction: payment.id.instruction.clone(),
                end_to_end: Some(payment.id.end_to_end.clone()),
                uetr: payment.id.uetr,
                status: Some(status.clone()),
                reasons: context.reasons(),
                ..CustomerPaymentStatus::default()
            });
        }
        groups.push(PaymentGroupStatus {
            id: group.id.clone(),
            count: Some(count(payments.len())),
            sum: Some(sum),
            status: Some(status.clone()),
            reasons: Vec::new(),
            counts: Vec::new(),
            payments,
        });
    }
    Ok(CustomerStatusReport {
        message: context.message.clone(),
        created: context.created.clone(),
        initiator: Some(header.initiator.clone()),
        debtor_agent: None,
        creditor_agent: None,
        original: OriginalGroupStatus {
            message: header.message.clone(),
            definition: Text::new(CreditTransferInitiation::DEFINITION)?,
            created: Some(header.created.clone()),
            count: Some(header.count),
            sum: header.sum,
            status: Some(status),
            reasons: context.reasons(),
            counts: Vec::new(),
        },
        groups,
    })
}
