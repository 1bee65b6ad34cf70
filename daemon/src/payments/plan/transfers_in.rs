// SPDX-License-Identifier: MIT

//! Another bank's customer pays (pacs.008, MT103).
//!
//! The SEPA credit transfer rulebook (EPC125-05, 4.3.1) knows two ways of not crediting: a *reject* before settlement, by
//! pacs.002, and a *return* after it, by pacs.004. A pacs.008 that reaches this bank by a clearing system on or after its
//! settlement day has settled, so that the money must go back by a return; an instant payment (EPC004-16) is offered before
//! it settles, so that it is rejected, and so is a payment that settles on a day to come.

use qenex_messages::iso20022::message::parts::LongCode;
use qenex_messages::iso20022::message::{CreditTransfer, CreditTransfers};

use super::{Accounts, Occasion, Plan, blank, key, money, text, uetr};
use crate::payments::PaymentError;
use crate::payments::clerk::Clerk;
use crate::payments::reason::Why;
use crate::payments::store::{Kind, NewPayment, PaymentState};

impl Clerk {
    pub(super) fn plan_transfers(
        &mut self,
        message: &CreditTransfers,
        occasion: &Occasion<'_>,
    ) -> Result<Plan, PaymentError> {
        let creditors = message.payments.iter().map(|payment| payment.creditor_account.as_ref());
        let creditors = creditors.filter_map(|account| self.house.account(account)).collect();
        let accounts = self.accounts(creditors)?;
        let mut plan = Plan::default();
        for payment in &message.payments {
            let place = plan.payments.len().to_string();
            let key = key(&[occasion.sender, "pacs.008", &message.header.message, &place, &payment.id.end_to_end]);
            plan.payments.push(self.transfer_in(message, payment, key, &accounts, occasion)?.when_due(occasion.today));
        }
        Ok(plan)
    }

    fn transfer_in(
        &mut self,
        message: &CreditTransfers,
        payment: &CreditTransfer,
        key: String,
        accounts: &Accounts,
        occasion: &Occasion<'_>,
    ) -> Result<NewPayment, PaymentError> {
        let due = payment.settlement_date.or(message.header.settlement_date).unwrap_or(occasion.today);
        let mut new = NewPayment {
            instruction: text(&payment.id.instruction),
            reference: text(&payment.id.transaction),
            uetr: uetr(payment.id.uetr),
            ..blank(Kind::TransferIn, key, &payment.id.end_to_end, due)
        };
        let rejected = |new: NewPayment, code, text| Ok(new.because(PaymentState::Rejected, Why::new(code, text)));
        match money(&payment.amount) {
            Ok((amount, currency)) => (new.amount, new.currency) = (amount, currency),
            Err(why) => return Ok(new.because(PaymentState::Rejected, why)),
        }
        let instructed = payment.instructed_agent.as_ref().or(message.header.instructed_agent.as_ref());
        if instructed.and_then(|agent| self.house.is(agent)) == Some(false) {
            return rejected(new, "RC01", "it is for another bank");
        }
        let Some(own) = self.own(new.currency)? else {
            return rejected(new, "AM03", "no payments in this currency come from other banks");
        };
        new.debit = own.settlement;
        if self.is_known(&new, occasion.sender)? {
            return rejected(new, "AM05", "it was received before, in another message");
        }
        let checked = match self.house.account(payment.creditor_account.as_ref()) {
            Some(creditor) => {
                new.credit = creditor;
                accounts.check_credit(creditor, new.currency)
            }
            None => Err(Why::new("AC01", "the creditor's account is not one of this bank")),
        };
        Ok(match checked {
            Ok(()) => new,
            Err(why) if is_instant(message, payment) || due > occasion.today => {
                new.because(PaymentState::Rejected, why)
            }
            Err(why) => {
                new.credit = own.clearing;
                new.because(PaymentState::Returning, why)
            }
        })
    }

    /// Whether the same transaction of the same bank came in another message and was not rejected.
    pub(super) fn is_known(&self, new: &NewPayment, sender: &str) -> Result<bool, PaymentError> {
        if new.reference.is_none() && new.uetr.is_none() {
            return Ok(false);
        }
        let known = self.store.known_as(&[new.kind], new.reference.as_deref(), new.uetr.as_deref(), None)?;
        for payment in known.iter().filter(|payment| payment.state != PaymentState::Rejected) {
            if self.store.message_by_number(payment.message)?.is_some_and(|message| message.sender == sender) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn is_instant(message: &CreditTransfers, payment: &CreditTransfer) -> bool {
    let kind = payment.payment_type.as_ref().or(message.header.payment_type.as_ref());
    let instrument = kind.and_then(|kind| kind.local_instrument.as_ref());
    matches!(instrument, Some(LongCode::Code(code)) if code.as_str() == "INST")
}
