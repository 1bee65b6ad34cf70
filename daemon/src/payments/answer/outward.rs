// SPDX-License-Identifier: MIT

//! What goes on to other banks: payments (pacs.008) and collections (pacs.003).

use std::collections::BTreeSet;

use qenex_messages::calendar::{Date, next_business_day};
use qenex_messages::identifiers::Uetr;
use qenex_messages::iso20022::message::{
    CreditTransferGroup, CreditTransferInitiation, DirectDebitGroup, DirectDebitInitiation,
};
use qenex_messages::translate::{Context, to_credit_transfers, to_direct_debits};

use super::{Carried, Names, Outgoing, created, outgoing};
use crate::payments::PaymentError;
use crate::payments::clerk::Clerk;
use crate::payments::store::{Kind, Payment, PaymentState};
use crate::payments::time_limit::EUR;

/// The reference that a payment was given when it was planned.
fn uetr(payment: &Payment) -> Option<Uetr> {
    payment.uetr.as_deref().and_then(|text| text.parse().ok())
}

impl Clerk {
    /// Payments that were debited and go to other banks, one message for each currency.
    pub(super) fn transfers_out(
        &self,
        message: &CreditTransferInitiation,
        payments: &[Payment],
        names: &mut Names,
    ) -> Result<Vec<Outgoing>, PaymentError> {
        let goes = |payment: &&Payment| {
            payment.kind == Kind::TransferOut && payment.state == PaymentState::Settled && payment.sent.is_none()
        };
        let currencies: BTreeSet<u32> = payments.iter().filter(goes).map(|payment| payment.currency).collect();
        let mut messages = Vec::new();
        for currency in currencies {
            let mut carried = Vec::new();
            let mut all = payments.iter();
            let mut groups = Vec::new();
            for group in &message.groups {
                let mut of_group = Vec::new();
                for (instruction, payment) in group.payments.iter().zip(all.by_ref()) {
                    if goes(&payment) && payment.currency == currency {
                        let mut instruction = instruction.clone();
                        instruction.id.uetr = uetr(payment);
                        of_group.push(instruction);
                        carried.push(payment);
                    }
                }
                if !of_group.is_empty() {
                    // This bank is the debtor's, whatever the customer wrote.
                    let debtor_agent = self.house.agent();
                    groups.push(CreditTransferGroup { payments: of_group, debtor_agent, ..group.clone() });
                }
            }
            let part = CreditTransferInitiation { header: message.header.clone(), groups };
            let named = names.next()?;
            let day = self.today();
            let day = if currency == EUR { next_business_day(day).unwrap_or(day) } else { day };
            let mut made = self.with_context(&named.1, Some(day), |context| to_credit_transfers(&part, context))?;
            made.header.instructing_agent = Some(self.house.agent());
            let references = made.payments.iter().map(|payment| &payment.id);
            let carries = carried.iter().zip(references).map(|(payment, id)| Carried {
                payment: payment.number,
                reference: id.transaction.as_ref().map(ToString::to_string),
                uetr: id.uetr.map(|uetr| uetr.to_string()),
            });
            let carries = carries.collect();
            messages.push(outgoing(named, &made, false, carries)?);
        }
        Ok(messages)
    }

    /// Collections at other banks, one message for each day and currency. They go out at once, and are credited on their
    /// day: the debtor's bank must have them before it.
    pub(super) fn collections_out(
        &self,
        message: &DirectDebitInitiation,
        payments: &[Payment],
        names: &mut Names,
    ) -> Result<Vec<Outgoing>, PaymentError> {
        let goes = |payment: &&Payment| {
            let alive = matches!(payment.state, PaymentState::Settled | PaymentState::Waiting);
            payment.kind == Kind::CollectionOut && alive && payment.sent.is_none()
        };
        let kinds: BTreeSet<(i64, u32)> =
            payments.iter().filter(goes).map(|payment| (payment.due, payment.currency)).collect();
        let mut messages = Vec::new();
        for (due, currency) in kinds {
            let mut carried = Vec::new();
            let mut all = payments.iter();
            let mut groups = Vec::new();
            for group in &message.groups {
                let mut of_group = Vec::new();
                for (collection, payment) in group.collections.iter().zip(all.by_ref()) {
                    if goes(&payment) && payment.currency == currency && payment.due == due {
                        let mut collection = collection.clone();
                        collection.id.uetr = uetr(payment);
                        of_group.push(collection);
                        carried.push(payment);
                    }
                }
                if !of_group.is_empty() {
                    let creditor_agent = self.house.agent();
                    groups.push(DirectDebitGroup { collections: of_group, creditor_agent, ..group.clone() });
                }
            }
            let part = DirectDebitInitiation { header: message.header.clone(), groups };
            let named = names.next()?;
            let day = Date::from_unix_days(due).unwrap_or(self.today());
            let mut made = self.with_context(&named.1, Some(day), |context| to_direct_debits(&part, context))?;
            made.header.instructing_agent = Some(self.house.agent());
            let references = made.collections.iter().map(|collection| &collection.id);
            let carries = carried.iter().zip(references).map(|(payment, id)| Carried {
                payment: payment.number,
                reference: id.transaction.as_ref().map(ToString::to_string),
                uetr: id.uetr.map(|uetr| uetr.to_string()),
            });
            let carries = carries.collect();
            messages.push(outgoing(named, &made, false, carries)?);
        }
        Ok(messages)
    }

    /// Makes a message of another one. Unique references were given before, so that none is made here.
    pub(in crate::payments) fn with_context<T>(
        &self,
        name: &qenex_messages::iso20022::message::Text<35>,
        settlement_date: Option<Date>,
        make: impl FnOnce(&mut Context<'_>) -> Result<T, qenex_messages::translate::TranslateError>,
    ) -> Result<T, PaymentError> {
        let mut none = 0_u8;
        let mut new_uetr = || {
            none = none.wrapping_add(1);
            let mut bytes = [0; 16];
            bytes.iter_mut().zip(name.bytes()).for_each(|(byte, letter)| *byte = letter ^ none);
            Uetr::from_random(bytes)
        };
        let mut context = Context {
            message: name.clone(),
            created: created()?,
            settlement_date,
            new_uetr: &mut new_uetr,
            reason: None,
            status: None,
        };
        Ok(make(&mut context)?)
    }
}
