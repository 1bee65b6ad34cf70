// SPDX-License-Identifier: MIT

//! Payments and collections that this bank sends back (pacs.004).

use std::collections::BTreeSet;

use qenex_messages::amount::Decimal;
use qenex_messages::calendar::next_business_day;
use qenex_messages::iso20022::message::parts::{
    OriginalGroup, OriginalPayment, PartyOrAgent, Settlement, SettlementMethod,
};
use qenex_messages::iso20022::message::{
    CreditTransfers, CurrencyAmount, DirectDebit, DirectDebits, Message as Definition, PaymentReturn, PaymentReturns,
    ReturnHeader, Text,
};
use qenex_messages::translate::to_returns;

use super::{Carried, Names, Outgoing, created, outgoing};
use crate::payments::PaymentError;
use crate::payments::clerk::Clerk;
use crate::payments::store::{Payment, PaymentState};

/// Those that were sent back and not told yet, by reason.
fn going(payments: &[Payment]) -> BTreeSet<(&str, u32)> {
    let goes = |payment: &&Payment| payment.state == PaymentState::Returned && payment.sent.is_none();
    let reason = |payment: &'_ Payment| payment.reason.as_deref().map(|_| ());
    let going = payments.iter().filter(goes).filter(|payment| reason(payment).is_some());
    going.filter_map(|payment| Some((payment.reason.as_deref()?, payment.currency))).collect()
}

fn goes_for(payment: &Payment, reason: &str, currency: u32) -> bool {
    payment.state == PaymentState::Returned
        && payment.sent.is_none()
        && payment.reason.as_deref() == Some(reason)
        && payment.currency == currency
}

impl Clerk {
    /// Payments that cannot be credited, one message for each reason and currency.
    pub(super) fn transfers_back(
        &self,
        message: &CreditTransfers,
        payments: &[Payment],
        names: &mut Names,
    ) -> Result<Vec<Outgoing>, PaymentError> {
        let mut messages = Vec::new();
        for (reason, currency) in going(payments) {
            let with = message.payments.iter().zip(payments);
            let with: Vec<_> = with.filter(|(_, payment)| goes_for(payment, reason, currency)).collect();
            let transfers = with.iter().map(|(transfer, _)| (*transfer).clone()).collect();
            let part = CreditTransfers { header: message.header.clone(), payments: transfers };
            let carries = with.iter().map(|(_, payment)| Carried::plain(payment)).collect();
            messages.push(self.transfer_returns(&part, reason, carries, names)?);
        }
        Ok(messages)
    }

    /// The return of all payments of a message.
    pub(super) fn transfer_returns(
        &self,
        part: &CreditTransfers,
        reason: &str,
        carries: Vec<Carried>,
        names: &mut Names,
    ) -> Result<Outgoing, PaymentError> {
        let named = names.next()?;
        let reason = Text::new(reason)?;
        let day = next_business_day(self.today());
        let mut made = self.with_context(&named.1, day, |context| {
            context.reason = Some(reason);
            to_returns(part, context)
        })?;
        made.header.instructing_agent = Some(self.house.agent());
        // By the clearing system that the payment came by, whatever accounts it named.
        made.header.settlement = clearing(made.header.settlement);
        outgoing(named, &made, false, carries)
    }

    /// Collections that cannot be debited, one message for each reason and currency.
    pub(super) fn debits_back(
        &self,
        message: &DirectDebits,
        payments: &[Payment],
        names: &mut Names,
    ) -> Result<Vec<Outgoing>, PaymentError> {
        let mut messages = Vec::new();
        for (reason, currency) in going(payments) {
            let with = message.collections.iter().zip(payments);
            let with: Vec<_> = with.filter(|(_, payment)| goes_for(payment, reason, currency)).collect();
            let named = names.next()?;
            let mut returns = Vec::with_capacity(with.len());
            let mut sum = Decimal::ZERO;
            for (collection, payment) in &with {
                let added = sum.checked_add(collection.amount.amount);
                sum = added.ok_or_else(|| PaymentError::Answer("the amounts add up to more than fits".into()))?;
                let id = Text::new(format!("{}-{}", &named.1[..20], payment.place))?;
                returns.push(self.collection_return(message, collection, payment, id)?);
            }
            let currency = with.first().map_or("XXX", |(collection, _)| collection.amount.currency());
            let made = PaymentReturns {
                header: ReturnHeader {
                    message: named.1.clone(),
                    created: created()?,
                    count: returns.len() as u64,
                    sum: None,
                    total: Some(CurrencyAmount::new(sum, currency)?),
                    settlement_date: next_business_day(self.today()),
                    settlement: Settlement {
                        method: SettlementMethod::Clearing,
                        account: None,
                        clearing_system: message.header.settlement.clearing_system.clone(),
                        instructing_reimbursement: None,
                        instructed_reimbursement: None,
                    },
                    instructing_agent: Some(self.house.agent()),
                    instructed_agent: message.header.instructing_agent.clone(),
                },
                group: Some(OriginalGroup {
                    message: message.header.message.clone(),
                    definition: Text::new(DirectDebits::DEFINITION)?,
                    created: Some(message.header.created.clone()),
                }),
                payments: returns,
            };
            let carries = with.iter().map(|(_, payment)| Carried::plain(payment)).collect();
            messages.push(outgoing(named, &made, false, carries)?);
        }
        Ok(messages)
    }

    fn collection_return(
        &self,
        message: &DirectDebits,
        collection: &DirectDebit,
        payment: &Payment,
        id: Text<35>,
    ) -> Result<PaymentReturn, PaymentError> {
        let reason = payment.reason.as_deref().unwrap_or("MS03");
        Ok(PaymentReturn {
            id: Some(id),
            group: None,
            instruction: collection.id.instruction.clone(),
            end_to_end: Some(collection.id.end_to_end.clone()),
            transaction: collection.id.transaction.clone(),
            uetr: collection.id.uetr,
            settled: Some(collection.amount.clone()),
            settled_on: collection.settlement_date.or(message.header.settlement_date),
            amount: collection.amount.clone(),
            settlement_date: None,
            instructed: None,
            exchange_rate: None,
            compensation: None,
            charge_bearer: None,
            charges: Vec::new(),
            instructing_agent: None,
            instructed_agent: None,
            reasons: vec![self.reason(reason, None)?],
            original: Some(OriginalPayment {
                collection_date: collection.due,
                payment_type: collection.payment_type.clone().or_else(|| message.header.payment_type.clone()),
                mandate: collection.transaction.as_ref().and_then(|transaction| transaction.mandate.clone()),
                remittance: collection.remittance.clone(),
                debtor: Some(PartyOrAgent::Party(collection.debtor.clone())),
                debtor_account: Some(collection.debtor_account.clone()),
                debtor_agent: Some(collection.debtor_agent.clone()),
                creditor_agent: Some(collection.creditor_agent.clone()),
                creditor: Some(PartyOrAgent::Party(collection.creditor.clone())),
                creditor_account: collection.creditor_account.clone(),
                ..OriginalPayment::default()
            }),
        })
    }
}

/// The same by clearing.
fn clearing(settlement: Settlement) -> Settlement {
    Settlement { method: SettlementMethod::Clearing, ..settlement }
}
