// SPDX-License-Identifier: MIT

//! A customer collects (pain.008).

use qenex_messages::calendar::next_business_day;
use qenex_messages::iso20022::message::{DirectDebitGroup, DirectDebitInitiation, DirectDebitInstruction};

use super::mandates::Use;
use super::{Accounts, Occasion, Plan, blank, key, money, text, uetr};
use crate::payments::PaymentError;
use crate::payments::clerk::Clerk;
use crate::payments::reason::Why;
use crate::payments::store::{Kind, NewPayment, PaymentState};

impl Clerk {
    pub(super) fn plan_collections(
        &mut self,
        message: &DirectDebitInitiation,
        occasion: &Occasion<'_>,
    ) -> Result<Plan, PaymentError> {
        let named = message.groups.iter().flat_map(|group| {
            let debtors = group.collections.iter().map(|collection| &collection.debtor_account);
            debtors.chain([&group.creditor_account])
        });
        let named = named.filter_map(|account| self.house.account(Some(account))).collect();
        let accounts = self.accounts(named)?;
        let mut plan = Plan::default();
        for (part, group) in message.groups.iter().enumerate() {
            let part = u32::try_from(part).unwrap_or(u32::MAX);
            for collection in &group.collections {
                let place = plan.payments.len().to_string();
                let (id, group_id) = (&message.header.message, &group.id);
                let key = key(&[occasion.sender, "pain.008", id, group_id, &place, &collection.id.end_to_end]);
                let new = NewPayment {
                    part,
                    instruction: text(&collection.id.instruction),
                    uetr: uetr(collection.id.uetr),
                    // Debtors are debited on a day on which banks settle.
                    ..blank(
                        Kind::CollectionOut,
                        key,
                        &collection.id.end_to_end,
                        next_business_day(group.due).unwrap_or(group.due),
                    )
                };
                let new = self.collection_out(new, group, collection, &accounts, &mut plan, occasion)?;
                plan.payments.push(new.when_due(occasion.today));
            }
        }
        Ok(plan)
    }

    fn collection_out(
        &mut self,
        mut new: NewPayment,
        group: &DirectDebitGroup,
        collection: &DirectDebitInstruction,
        accounts: &Accounts,
        plan: &mut Plan,
        occasion: &Occasion<'_>,
    ) -> Result<NewPayment, PaymentError> {
        let first = || {
            if self.house.is(&group.creditor_agent) == Some(false) {
                return Err(Why::new("RC01", "the creditor's bank is not this one"));
            }
            let creditor = self.house.account(Some(&group.creditor_account));
            let creditor =
                creditor.ok_or_else(|| Why::new("AC01", "the creditor's account is not one of this bank"))?;
            let (amount, currency) = money(&collection.amount)?;
            let there = accounts.get(creditor).is_some_and(|account| occasion.scope.includes(account.owner));
            if !there {
                return Err(Why::new("AC01", "there is no such account to credit"));
            }
            accounts.check_credit(creditor, currency)?;
            Ok((creditor, amount, currency))
        };
        match first() {
            Ok((creditor, amount, currency)) => (new.credit, new.amount, new.currency) = (creditor, amount, currency),
            Err(why) => {
                (new.amount, new.currency) = money(&collection.amount).unwrap_or_default();
                return Ok(new.because(PaymentState::Rejected, why));
            }
        }
        let ours = self.house.is(&collection.debtor_agent);
        let debtor = self.house.account(Some(&collection.debtor_account));
        match (debtor, ours) {
            (Some(debtor), None | Some(true)) => {
                (new.kind, new.debit) = (Kind::CollectionOnUs, debtor);
                if let Err(why) = accounts.check_debit(debtor, new.currency, crate::bank::Scope::All) {
                    return Ok(new.because(PaymentState::Rejected, why));
                }
            }
            (Some(_), Some(false)) | (None, Some(true)) => {
                let why = Why::new("AC01", "the debtor's account and bank do not belong together");
                return Ok(new.because(PaymentState::Rejected, why));
            }
            (None, _) => match self.own(new.currency)? {
                Some(own) => new.debit = own.settlement,
                None => {
                    let why = Why::new("AM03", "no collections in this currency go to other banks");
                    return Ok(new.because(PaymentState::Rejected, why));
                }
            },
        }
        let wanted = Use {
            transaction: collection.transaction.as_ref(),
            creditor_scheme: group.creditor_scheme.as_ref(),
            kind: collection.payment_type.as_ref().or(group.payment_type.as_ref()),
            due: group.due,
            account: debtor.unwrap_or(0),
            credit: new.credit,
        };
        Ok(match self.use_mandate(plan, &wanted, occasion)? {
            Ok((mandate, was)) => {
                let new = new.under(&mandate, was);
                plan.mandates.push(mandate);
                new.with_reference()
            }
            Err(why) => new.because(PaymentState::Rejected, why),
        })
    }
}
