// SPDX-License-Identifier: MIT

//! Another bank's customer collects (pacs.003).
//!
//! A collection that is not honoured is rejected by pacs.002 before its settlement day, and returned by pacs.004 from then
//! on (EPC016-06, 4.3.4).

use qenex_messages::iso20022::message::{DirectDebit, DirectDebits};

use super::mandates::Use;
use super::{Accounts, Occasion, Plan, blank, key, money, text, uetr};
use crate::bank::Scope;
use crate::payments::PaymentError;
use crate::payments::clerk::Clerk;
use crate::payments::reason::Why;
use crate::payments::store::{Kind, NewPayment, PaymentState};

impl Clerk {
    pub(super) fn plan_debits(
        &mut self,
        message: &DirectDebits,
        occasion: &Occasion<'_>,
    ) -> Result<Plan, PaymentError> {
        let debtors = message.collections.iter().map(|collection| &collection.debtor_account);
        let debtors = debtors.filter_map(|account| self.house.account(Some(account))).collect();
        let accounts = self.accounts(debtors)?;
        let mut plan = Plan::default();
        for collection in &message.collections {
            let place = plan.payments.len().to_string();
            let key = key(&[occasion.sender, "pacs.003", &message.header.message, &place, &collection.id.end_to_end]);
            let new = self.collection_in(message, collection, key, &accounts, &mut plan, occasion)?;
            plan.payments.push(new.when_due(occasion.today));
        }
        Ok(plan)
    }

    fn collection_in(
        &mut self,
        message: &DirectDebits,
        collection: &DirectDebit,
        key: String,
        accounts: &Accounts,
        plan: &mut Plan,
        occasion: &Occasion<'_>,
    ) -> Result<NewPayment, PaymentError> {
        let settles = collection.settlement_date.or(message.header.settlement_date).or(collection.due);
        let due = settles.unwrap_or(occasion.today);
        let mut new = NewPayment {
            instruction: text(&collection.id.instruction),
            reference: text(&collection.id.transaction),
            uetr: uetr(collection.id.uetr),
            ..blank(Kind::CollectionIn, key, &collection.id.end_to_end, due)
        };
        let rejected = |new: NewPayment, code, text| Ok(new.because(PaymentState::Rejected, Why::new(code, text)));
        match money(&collection.amount) {
            Ok((amount, currency)) => (new.amount, new.currency) = (amount, currency),
            Err(why) => return Ok(new.because(PaymentState::Rejected, why)),
        }
        let instructed = collection.instructed_agent.as_ref().or(message.header.instructed_agent.as_ref());
        if instructed.and_then(|agent| self.house.is(agent)) == Some(false) {
            return rejected(new, "RC01", "it is for another bank");
        }
        let Some(own) = self.own(new.currency)? else {
            return rejected(new, "AM03", "no collections in this currency come from other banks");
        };
        new.credit = own.settlement;
        if self.is_known(&new, occasion.sender)? {
            return rejected(new, "AM05", "it was received before, in another message");
        }
        let debtor = self.house.account(Some(&collection.debtor_account));
        let checked = match debtor {
            Some(debtor) => {
                new.debit = debtor;
                accounts.check_debit(debtor, new.currency, Scope::All)
            }
            None => Err(Why::new("AC01", "the debtor's account is not one of this bank")),
        };
        let wanted = Use {
            transaction: collection.transaction.as_ref(),
            creditor_scheme: None,
            kind: collection.payment_type.as_ref().or(message.header.payment_type.as_ref()),
            due: collection.due.unwrap_or(due),
            account: new.debit,
            credit: 0,
        };
        let checked = match checked {
            Ok(()) => self.use_mandate(plan, &wanted, occasion)?,
            Err(why) => Err(why),
        };
        Ok(match checked {
            Ok((mandate, was)) => {
                let new = new.under(&mandate, was);
                plan.mandates.push(mandate);
                new
            }
            Err(why) if due > occasion.today => new.because(PaymentState::Rejected, why),
            Err(why) => {
                new.debit = own.clearing;
                new.because(PaymentState::Returning, why)
            }
        })
    }
}
