// SPDX-License-Identifier: MIT

//! A customer pays (pain.001).

use qenex_messages::iso20022::message::{CreditTransferGroup, CreditTransferInitiation, CreditTransferInstruction};

use super::{Accounts, Occasion, Plan, blank, key, money, text, uetr};
use crate::payments::PaymentError;
use crate::payments::clerk::Clerk;
use crate::payments::reason::Why;
use crate::payments::store::{Booking, BookingState, Kind, NewPayment, PaymentState};

/// An execution date farther away than so many months is taken for a mistake.
const FURTHEST_MONTHS: u16 = 12;

impl Clerk {
    pub(super) fn plan_initiation(
        &mut self,
        message: &CreditTransferInitiation,
        occasion: &Occasion<'_>,
    ) -> Result<Plan, PaymentError> {
        let named = message.groups.iter().flat_map(|group| {
            let creditors = group.payments.iter().map(|payment| payment.creditor_account.as_ref());
            creditors.chain([Some(&group.debtor_account)])
        });
        let named = named.filter_map(|account| self.house.account(account)).collect();
        let accounts = self.accounts(named)?;
        let mut plan = Plan::default();
        for (part, group) in message.groups.iter().enumerate() {
            let part = u32::try_from(part).unwrap_or(u32::MAX);
            let first = plan.payments.len();
            for payment in &group.payments {
                let place = plan.payments.len().to_string();
                let (id, group_id) = (&message.header.message, &group.id);
                let key = key(&[occasion.sender, "pain.001", id, group_id, &place, &payment.id.end_to_end]);
                let new = self.instruction(group, payment, key, &accounts, occasion)?;
                plan.payments.push(NewPayment { part, ..new }.when_due(occasion.today));
            }
            let payments = plan.payments.get_mut(first..).unwrap_or_default();
            let open = |new: &&mut NewPayment| matches!(new.state, PaymentState::Ready | PaymentState::Waiting);
            // One debit for one payment is what happens anyway.
            if group.batch == Some(true) && payments.iter_mut().filter(open).count() > 1 {
                let mut total: u64 = 0;
                let (mut account, mut currency) = (0, 0);
                for new in payments.iter_mut().filter(open) {
                    let Some(sum) = total.checked_add(new.amount) else {
                        // More than the ledger holds: nobody has as much.
                        (new.state, new.reason) = (PaymentState::Rejected, Some("AM04"));
                        continue;
                    };
                    (total, account, currency) = (sum, new.debit, new.currency);
                    new.batch = true;
                }
                let key = super::key(&[occasion.sender, "pain.001", &message.header.message, &group.id, "batch"]);
                let state = BookingState::Ready;
                plan.bookings.push(Booking { part, key, account, amount: total, currency, state, posted: None });
            }
        }
        Ok(plan)
    }

    fn instruction(
        &mut self,
        group: &CreditTransferGroup,
        payment: &CreditTransferInstruction,
        key: String,
        accounts: &Accounts,
        occasion: &Occasion<'_>,
    ) -> Result<NewPayment, PaymentError> {
        let today = occasion.today;
        let due = group.execution.date().unwrap_or(today);
        let mut new = NewPayment {
            instruction: text(&payment.id.instruction),
            uetr: uetr(payment.id.uetr),
            ..blank(Kind::TransferOut, key, &payment.id.end_to_end, due)
        };
        let checked = self.check_instruction(&mut new, group, payment, accounts, occasion)?;
        Ok(match checked {
            Ok(()) if today.plus_months(FURTHEST_MONTHS).is_some_and(|last| due > last) => {
                new.because(PaymentState::Rejected, Why::new("DT01", "the execution date is too far away"))
            }
            Ok(()) => new.with_reference(),
            Err(why) => new.because(PaymentState::Rejected, why),
        })
    }

    fn check_instruction(
        &mut self,
        new: &mut NewPayment,
        group: &CreditTransferGroup,
        payment: &CreditTransferInstruction,
        accounts: &Accounts,
        occasion: &Occasion<'_>,
    ) -> Result<Result<(), Why>, PaymentError> {
        let first = || {
            if self.house.is(&group.debtor_agent) == Some(false) {
                return Err(Why::new("RC01", "the debtor's bank is not this one"));
            }
            let debtor = self.house.account(Some(&group.debtor_account));
            let debtor = debtor.ok_or_else(|| Why::new("AC01", "the debtor's account is not one of this bank"))?;
            let (amount, currency) = money(&payment.amount)?;
            accounts.check_debit(debtor, currency, occasion.scope)?;
            Ok((debtor, amount, currency))
        };
        match first() {
            Ok((debtor, amount, currency)) => (new.debit, new.amount, new.currency) = (debtor, amount, currency),
            Err(why) => {
                (new.amount, new.currency) = money(&payment.amount).unwrap_or_default();
                return Ok(Err(why));
            }
        }
        let ours = payment.creditor_agent.as_ref().and_then(|agent| self.house.is(agent));
        match (self.house.account(payment.creditor_account.as_ref()), ours) {
            (Some(_), Some(false)) => {
                Ok(Err(Why::new("RC01", "the creditor's account is one of this bank, but another bank is named")))
            }
            (Some(creditor), _) => {
                (new.kind, new.credit) = (Kind::TransferOnUs, creditor);
                Ok(accounts.check_credit(creditor, new.currency).and_then(|()| match creditor == new.debit {
                    true => Err(Why::new("AG01", "debtor's and creditor's account are the same")),
                    false => Ok(()),
                }))
            }
            (None, Some(true)) => Ok(Err(Why::new("AC01", "the creditor's account is not one of this bank"))),
            (None, _) => {
                let Some(own) = self.own(new.currency)? else {
                    return Ok(Err(Why::new("AM03", "no payments in this currency go to other banks")));
                };
                new.credit = own.settlement;
                Ok(match (&payment.creditor_account, &payment.creditor, payment.creditor_agent.as_ref()) {
                    (None, ..) => Err(Why::new("AC01", "there is no account to credit")),
                    // Creditor name is missing.
                    (_, None, _) => Err(Why::new("BE22", "there is no creditor")),
                    // Without an IBAN nothing leads to the bank.
                    (Some(account), _, None) if account.iban().is_none() => {
                        Err(Why::new("RC01", "neither an IBAN nor the creditor's bank is said"))
                    }
                    _ => Ok(()),
                })
            }
        }
    }
}
