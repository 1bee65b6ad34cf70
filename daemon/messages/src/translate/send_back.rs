// SPDX-License-Identifier: MIT

//! Payments between banks (pacs.008) sent back (pacs.004).

use super::context::{Context, count, original, total};
use super::error::TranslateError;
use crate::iso20022::message::parts::{OriginalPayment, PartyOrAgent, Settlement, SettlementMethod};
use crate::iso20022::message::{
    CreditTransfer, CreditTransfers, Message, PaymentReturn, PaymentReturns, ReturnHeader, TransferHeader,
};

/// The return of all payments in full, for the context's reason, on its settlement day.
///
/// # Errors
///
/// [`TranslateError`].
pub fn to_returns(payments: &CreditTransfers, context: &Context<'_>) -> Result<PaymentReturns, TranslateError> {
    let day = context.settlement_date.ok_or(TranslateError::Missing("the settlement date"))?;
    if context.reason.is_none() {
        return Err(TranslateError::Missing("the reason"));
    }
    let header = &payments.header;
    let (_, total) = total(payments.payments.iter().map(|payment| &payment.amount))?;
    let mut returns = Vec::new();
    for (index, payment) in payments.payments.iter().enumerate() {
        returns.push(PaymentReturn {
            id: Some(context.reference(index + 1)?),
            group: None,
            instruction: payment.id.instruction.clone(),
            end_to_end: Some(payment.id.end_to_end.clone()),
            transaction: payment.id.transaction.clone(),
            uetr: payment.id.uetr,
            settled: Some(payment.amount.clone()),
            settled_on: payment.settlement_date.or(header.settlement_date),
            amount: payment.amount.clone(),
            settlement_date: if total.is_none() { Some(day) } else { None },
            instructed: None,
            exchange_rate: None,
            compensation: None,
            charge_bearer: None,
            charges: Vec::new(),
            instructing_agent: None,
            instructed_agent: None,
            reasons: context.reasons(),
            original: Some(reference(payment)),
        });
    }
    Ok(PaymentReturns {
        header: ReturnHeader {
            message: context.message.clone(),
            created: context.created.clone(),
            count: count(returns.len()),
            sum: None,
            settlement_date: if total.is_some() { Some(day) } else { None },
            total,
            settlement: Settlement { method: SettlementMethod::Clearing, ..settlement(header) },
            // What came from there goes back there.
            instructing_agent: header.instructed_agent.clone(),
            instructed_agent: header.instructing_agent.clone(),
        },
        group: Some(original(&header.message, CreditTransfers::DEFINITION, &header.created)?),
        payments: returns,
    })
}

fn settlement(header: &TransferHeader) -> Settlement {
    Settlement {
        method: header.settlement.method,
        account: None,
        clearing_system: header.settlement.clearing_system.clone(),
        instructing_reimbursement: None,
        instructed_reimbursement: None,
    }
}

/// What the payment said, as far as a return repeats it.
pub(super) fn reference(payment: &CreditTransfer) -> OriginalPayment {
    OriginalPayment {
        remittance: payment.remittance.clone(),
        debtor: Some(PartyOrAgent::Party(payment.debtor.clone())),
        debtor_account: payment.debtor_account.clone(),
        debtor_agent: Some(payment.debtor_agent.clone()),
        creditor_agent: Some(payment.creditor_agent.clone()),
        creditor: Some(PartyOrAgent::Party(payment.creditor.clone())),
        creditor_account: payment.creditor_account.clone(),
        ..OriginalPayment::default()
    }
}
