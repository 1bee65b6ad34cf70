// SPDX-License-Identifier: MIT

//! Another bank sends payments back (pacs.004), or says what became of them (pacs.002).

use qenex_messages::calendar::Date;
use qenex_messages::iso20022::message::{BankStatusReport, PaymentReturn, PaymentReturns};

use super::{Occasion, Plan, blank, code, key, money};
use crate::payments::PaymentError;
use crate::payments::clerk::Clerk;
use crate::payments::reason::Why;
use crate::payments::store::{Kind, NewPayment, Payment, PaymentState};

/// Payments that this bank sends to others.
const OUTGOING: [Kind; 2] = [Kind::TransferOut, Kind::CollectionOut];

impl Clerk {
    pub(super) fn plan_returns(
        &mut self,
        message: &PaymentReturns,
        occasion: &Occasion<'_>,
    ) -> Result<Plan, PaymentError> {
        let mut plan = Plan::default();
        let mut seen = Vec::new();
        for payment in &message.payments {
            let due = payment.settlement_date.or(message.header.settlement_date).unwrap_or(occasion.today);
            let end_to_end = payment.end_to_end.as_deref().unwrap_or("NOTPROVIDED");
            let place = plan.payments.len().to_string();
            let own_key = key(&[occasion.sender, "pacs.004", &message.header.message, &place]);
            let mut new = NewPayment {
                instruction: payment.instruction.as_ref().map(ToString::to_string),
                reference: payment.id.as_ref().map(ToString::to_string),
                ..blank(Kind::ReturnIn, own_key, end_to_end, due)
            };
            let checked = self.check_return(&mut new, payment, due, &mut seen)?;
            let new = match checked {
                Ok(()) => new,
                Err(why) => new.because(PaymentState::Rejected, why),
            };
            plan.payments.push(new.when_due(occasion.today));
        }
        Ok(plan)
    }

    fn check_return(
        &mut self,
        new: &mut NewPayment,
        payment: &PaymentReturn,
        due: Date,
        seen: &mut Vec<u64>,
    ) -> Result<Result<(), Why>, PaymentError> {
        let (amount, currency) = match money(&payment.amount) {
            Ok(money) => money,
            Err(why) => return Ok(Err(why)),
        };
        (new.amount, new.currency) = (amount, currency);
        let uetr = payment.uetr.map(|uetr| uetr.to_string());
        let (reference, end_to_end) = (payment.transaction.as_deref(), payment.end_to_end.as_deref());
        let Some(original) = self.sent_as(reference, uetr.as_deref(), end_to_end)? else {
            return Ok(Err(Why::new("NARR", "no such payment was sent from here")));
        };
        let reason = payment.reasons.iter().find_map(code).unwrap_or_default();
        if let Some(why) = self.too_late_to_return(&original, reason, due)? {
            return Ok(Err(why));
        }
        self.take_back(new, &original, seen)
    }

    /// Lets `new` move the money of `original` back, once.
    fn take_back(
        &mut self,
        new: &mut NewPayment,
        original: &Payment,
        seen: &mut Vec<u64>,
    ) -> Result<Result<(), Why>, PaymentError> {
        let (amount, currency) = (new.amount, new.currency);
        let again = self
            .store
            .payments_about(original.number)?
            .iter()
            .any(|about| about.kind == Kind::ReturnIn && about.state != PaymentState::Rejected);
        if again || seen.contains(&original.number) {
            return Ok(Err(Why::new("AM05", "it came back before")));
        }
        if currency != original.currency || amount > original.amount {
            return Ok(Err(Why::new("AM09", "it is not what was sent")));
        }
        let Some(own) = self.own(currency)? else {
            return Ok(Err(Why::new("AM03", "no payments in this currency come from other banks")));
        };
        seen.push(original.number);
        new.original = Some(original.number);
        // Once, whatever message it comes in: the ledger would know the id.
        new.key = key(&[&original.key, "return"]);
        (new.debit, new.credit) = match original.kind {
            Kind::CollectionOut => (original.credit, own.settlement),
            _ => (own.settlement, original.debit),
        };
        Ok(Ok(()))
    }

    /// The payment of ours that went to another bank under these references.
    pub(super) fn sent_as(
        &self,
        reference: Option<&str>,
        uetr: Option<&str>,
        end_to_end: Option<&str>,
    ) -> Result<Option<Payment>, PaymentError> {
        let found = self.store.known_as(&OUTGOING, reference, uetr, end_to_end)?;
        let mut sent = found.into_iter().filter(|payment| payment.sent.is_some());
        let first = sent.next();
        // An end-to-end reference alone may be that of several: then none is meant for certain.
        let certain = reference.is_some() || uetr.is_some() || sent.next().is_none();
        Ok(first.filter(|_| certain))
    }

    /// What another bank says of payments of ours is noted. One that it rejects comes back like one that it returns: it
    /// was booked when it was sent.
    pub(super) fn plan_status(
        &mut self,
        message: &BankStatusReport,
        occasion: &Occasion<'_>,
    ) -> Result<Plan, PaymentError> {
        let mut plan = Plan::default();
        let mut seen = Vec::new();
        for status in &message.payments {
            let uetr = status.uetr.map(|uetr| uetr.to_string());
            let (reference, end_to_end) = (status.transaction.as_deref(), status.end_to_end.as_deref());
            let found = self.sent_as(reference, uetr.as_deref(), end_to_end)?;
            let said = status.status.as_ref().map(ToString::to_string).unwrap_or_default();
            if let Some(original) = &found {
                plan.told.push((original.number, said.clone()));
            }
            if said != "RJCT" {
                continue;
            }
            let place = plan.payments.len().to_string();
            let own_key = key(&[occasion.sender, "pacs.002", &message.message, &place]);
            let mut new = blank(Kind::ReturnIn, own_key, end_to_end.unwrap_or("NOTPROVIDED"), occasion.today);
            let why = match found {
                Some(original) => {
                    (new.amount, new.currency) = (original.amount, original.currency);
                    self.take_back(&mut new, &original, &mut seen)?
                }
                None => Err(Why::new("NARR", "no such payment was sent from here")),
            };
            plan.payments.push(match why {
                Ok(()) => new,
                Err(why) => new.because(PaymentState::Rejected, why),
            });
        }
        Ok(plan)
    }
}
