// SPDX-License-Identifier: MIT

//! Another bank asks payments back (camt.056), or answers to what this bank asked back (camt.029).
//!
//! The creditor must agree, unless the bank's policy is to send back what is there (EPC125-05, 4.3.2.3).

use qenex_messages::iso20022::message::{Recall, RecallAnswers, Recalls};

use super::{Occasion, Plan, blank, code, key};
use crate::config::RecallPolicy;
use crate::payments::PaymentError;
use crate::payments::clerk::Clerk;
use crate::payments::reason::Why;
use crate::payments::store::{Kind, NewPayment, Payment, PaymentState};

impl Clerk {
    pub(super) fn plan_recalls(&mut self, message: &Recalls, occasion: &Occasion<'_>) -> Result<Plan, PaymentError> {
        let mut plan = Plan::default();
        let mut seen = Vec::new();
        for recall in message.underlying.iter().flat_map(|group| &group.payments) {
            let place = plan.payments.len().to_string();
            let own_key = key(&[occasion.sender, "camt.056", &message.assignment.id, &place]);
            let end_to_end = recall.end_to_end.as_deref().unwrap_or("NOTPROVIDED");
            let mut new = NewPayment {
                reference: recall.id.as_ref().map(ToString::to_string),
                ..blank(Kind::RecallIn, own_key, end_to_end, occasion.today)
            };
            let reason = recall.reasons.iter().find_map(code).unwrap_or_default();
            let mut in_time = false;
            let checked = match self.recalled(recall, occasion.sender)? {
                Some(original) => {
                    in_time = self.in_time_to_recall(&original, reason)?;
                    self.check_recall(&mut new, &original, &mut seen)?
                }
                None => Err(Why::new("NOOR", "no such payment came here")),
            };
            plan.payments.push(match checked {
                Err(why) => new.because(PaymentState::Rejected, why),
                // After the time for it nobody owes an answer, and somebody must decide.
                Ok(()) if in_time && self.house.recalls() == RecallPolicy::Accept => new,
                Ok(()) => NewPayment { state: PaymentState::Asked, ..new },
            });
        }
        Ok(plan)
    }

    /// The payment that is asked back: of the same bank, by its references.
    fn recalled(&self, recall: &Recall, sender: &str) -> Result<Option<Payment>, PaymentError> {
        let uetr = recall.uetr.map(|uetr| uetr.to_string());
        let reference = recall.transaction.as_deref().or(recall.instruction.as_deref());
        let end_to_end = recall.end_to_end.as_deref();
        let found = self.store.known_as(&[Kind::TransferIn], reference, uetr.as_deref(), end_to_end)?;
        for payment in found {
            if self.store.message_by_number(payment.message)?.is_some_and(|message| message.sender == sender) {
                return Ok(Some(payment));
            }
        }
        Ok(None)
    }

    fn check_recall(
        &mut self,
        new: &mut NewPayment,
        original: &Payment,
        seen: &mut Vec<u64>,
    ) -> Result<Result<(), Why>, PaymentError> {
        (new.amount, new.currency, new.original) = (original.amount, original.currency, Some(original.number));
        let about = self.store.payments_about(original.number)?;
        let recalls = about.iter().filter(|about| about.kind == Kind::RecallIn);
        let mut states = recalls.map(|recall| recall.state);
        if seen.contains(&original.number) || states.any(|state| state != PaymentState::Rejected) {
            return Ok(Err(match about.iter().any(|about| about.state == PaymentState::Settled) {
                true => Why::new("ARDT", "it was sent back before"),
                false => Why::new("ARPL", "it was asked back before, and is not decided yet"),
            }));
        }
        match original.state {
            PaymentState::Settled => {}
            PaymentState::Returned | PaymentState::Returning => {
                return Ok(Err(Why::new("ARDT", "it was sent back before")));
            }
            _ => return Ok(Err(Why::new("NOOR", "it was not credited here"))),
        }
        let Some(own) = self.own(original.currency)? else {
            return Ok(Err(Why::new("NOOR", "no payments in this currency go to other banks")));
        };
        seen.push(original.number);
        (new.debit, new.credit) = (original.credit, own.settlement);
        Ok(Ok(()))
    }

    /// What another bank answers is noted; the money itself comes by a pacs.004.
    pub(super) fn plan_recall_answers(&mut self, message: &RecallAnswers) -> Result<Plan, PaymentError> {
        let mut plan = Plan::default();
        for answer in message.details.iter().flat_map(|group| &group.payments) {
            let uetr = answer.uetr.map(|uetr| uetr.to_string());
            let found = self.sent_as(answer.transaction.as_deref(), uetr.as_deref(), answer.end_to_end.as_deref())?;
            if let Some(original) = found {
                let said = answer.status.map_or("", |status| status.code());
                plan.told.push((original.number, said.to_owned()));
            }
        }
        Ok(plan)
    }
}
