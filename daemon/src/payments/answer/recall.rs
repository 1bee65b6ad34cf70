// SPDX-License-Identifier: MIT

//! Answers to what other banks ask back (camt.029), and the payments sent back because of it (pacs.004).

use std::collections::BTreeSet;

use qenex_messages::iso20022::message::{CreditTransfers, RecallGroup, Recalls, Text};
use qenex_messages::translate::to_answers;

use super::{Carried, Names, Outgoing, outgoing};
use crate::payments::PaymentError;
use crate::payments::clerk::Clerk;
use crate::payments::content::{self, Content};
use crate::payments::store::{Payment, PaymentState};

/// Following a cancellation request: why a payment that was asked back is sent back.
const FOLLOWING_RECALL: &str = "FOCR";

impl Clerk {
    /// Answers for what was decided since the last ones: by a camt.029 for each reason, and a pacs.004 for each payment that
    /// goes back.
    pub(super) fn recall_answers(
        &self,
        message: &Recalls,
        payments: &[Payment],
        names: &mut Names,
    ) -> Result<Vec<Outgoing>, PaymentError> {
        let decided = |payment: &&Payment| {
            matches!(payment.state, PaymentState::Settled | PaymentState::Rejected) && payment.sent.is_none()
        };
        let mut messages = Vec::new();
        for recall in payments.iter().filter(decided).filter(|payment| payment.state == PaymentState::Settled) {
            messages.extend(self.recalled_back(recall, names)?);
        }
        let reason = |payment: &Payment| match payment.state {
            PaymentState::Rejected => Some(payment.reason.clone().unwrap_or_else(|| "LEGL".into())),
            _ => None,
        };
        let reasons: BTreeSet<Option<String>> = payments.iter().filter(decided).map(reason).collect();
        for told in reasons {
            let mut all = payments.iter();
            let mut carries = Vec::new();
            let mut groups = Vec::new();
            for group in &message.underlying {
                let mut of_group = Vec::new();
                for (recall, payment) in group.payments.iter().zip(all.by_ref()) {
                    if decided(&payment) && reason(payment) == told {
                        of_group.push(recall.clone());
                        carries.push(Carried::plain(payment));
                    }
                }
                if !of_group.is_empty() {
                    groups.push(RecallGroup { payments: of_group });
                }
            }
            let part = Recalls { underlying: groups, ..message.clone() };
            let named = names.next()?;
            let code = told.as_deref().map(Text::new).transpose()?;
            let made = self.with_context(&named.1, None, |context| {
                context.reason = code;
                to_answers(&part, context)
            })?;
            messages.push(outgoing(named, &made, false, carries)?);
        }
        Ok(messages)
    }

    /// The return of the payment that was asked back.
    fn recalled_back(&self, recall: &Payment, names: &mut Names) -> Result<Option<Outgoing>, PaymentError> {
        let Some(original) = recall.original.map(|number| self.store.payment(number)).transpose()?.flatten() else {
            return Ok(None);
        };
        let message = self.stored(original.message)?;
        let read = content::read(&message.definition, &self.store.original(message.number)?)?;
        let Some((Content::Transfers(transfers), _)) = read else { return Ok(None) };
        let payment = transfers.payments.into_iter().nth(usize::try_from(original.place).unwrap_or(usize::MAX));
        let part = CreditTransfers { header: transfers.header, payments: payment.into_iter().collect() };
        Ok(Some(self.transfer_returns(&part, FOLLOWING_RECALL, Vec::new(), names)?))
    }
}
