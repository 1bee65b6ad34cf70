// SPDX-License-Identifier: MIT

//! What a message asks of the ledger: one payment for each of its transactions, checked as far as can be seen beforehand.
//!
//! A plan is stored before anything is posted, so that a restart goes on with the same plan. What is refused by the ledger
//! itself later is dealt with when it happens.

mod collections_in;
mod collections_out;
mod initiation;
mod mandates;
mod recalls;
mod returns;
mod transfers_in;

use std::collections::HashMap;

use qenex_abi::{
    Account, QENEX_ACCOUNT_CLOSED, QENEX_ACCOUNT_CREDITS_FROZEN, QENEX_ACCOUNT_DEBITS_FROZEN, QENEX_BATCH_MAX,
    ResultCode,
};
use qenex_messages::calendar::Date;
use qenex_messages::identifiers::Uetr;
use qenex_messages::iso20022::message::CurrencyAmount;
use qenex_messages::iso20022::message::parts::{Code, Reason};
use qenex_messages::rules::sepa::mandate::MandateState;

use super::PaymentError;
use super::clerk::Clerk;
use super::content::Content;
use super::reason::Why;
use super::store::{Booking, Kind, NewPayment, PaymentState, StoredMandate};
use crate::bank::Scope;

/// What is to be done about a message.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Its payments, in order.
    pub payments: Vec<NewPayment>,
    /// Groups that are debited as one.
    pub bookings: Vec<Booking>,
    /// Mandates that it uses, as they will be when it is stored.
    pub mandates: Vec<StoredMandate>,
    /// What the message changes in mandates, in words.
    pub amended: Vec<String>,
    /// Answers of others to payments of ours: payment, status, reason.
    pub told: Vec<(u64, String)>,
}

/// For whom and when a plan is made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Occasion<'a> {
    /// Within whose identifiers those of the message are unique.
    pub sender: &'a str,
    /// Whose accounts may be debited.
    pub scope: Scope,
    /// The day.
    pub today: Date,
    /// Who hands the message in.
    pub user: &'a str,
    /// When, nanoseconds since 1970-01-01 UTC.
    pub now: u64,
}

/// Accounts of this bank that a message names, as they are now.
pub(super) struct Accounts(HashMap<u64, Account>);

impl Accounts {
    /// The account, if there is one.
    pub(super) fn get(&self, number: u64) -> Option<&Account> {
        self.0.get(&number)
    }

    /// Checks that an account can be debited so.
    fn check_debit(&self, number: u64, currency: u32, scope: Scope) -> Result<(), Why> {
        let account = self.get(number).filter(|account| scope.includes(account.owner));
        // Whether there is an account that is somebody else's is not told.
        let account = account.ok_or_else(|| Why::new("AC01", "there is no such account to debit"))?;
        check(account, currency, QENEX_ACCOUNT_DEBITS_FROZEN)
    }

    /// Checks that an account can be credited so.
    fn check_credit(&self, number: u64, currency: u32) -> Result<(), Why> {
        let account = self.get(number).ok_or_else(|| Why::new("AC01", "there is no such account to credit"))?;
        check(account, currency, QENEX_ACCOUNT_CREDITS_FROZEN)
    }
}

fn check(account: &Account, currency: u32, frozen: u32) -> Result<(), Why> {
    if account.flags & QENEX_ACCOUNT_CLOSED != 0 {
        return Err(Why::new("AC04", "the account is closed"));
    }
    if account.flags & frozen != 0 {
        return Err(Why::new("AC06", "the account is blocked"));
    }
    if account.currency != currency {
        return Err(Why::new("AM03", "the account is of another currency"));
    }
    Ok(())
}

/// An amount in minor units, and its currency.
fn money(amount: &CurrencyAmount) -> Result<(u64, u32), Why> {
    let money = amount.to_money().map_err(|error| Why::new("AM03", error.to_string()))?;
    if money.minor == 0 {
        return Err(Why::new("AM01", "the amount is zero"));
    }
    Ok((money.minor, money.currency.numeric.into()))
}

/// Joins what identifies a payment, so that no two different lists give the same text.
fn key(parts: &[&str]) -> String {
    parts.iter().map(|part| format!("{}:{part};", part.len())).collect()
}

/// A payment that is not checked yet, of no accounts.
fn blank(kind: Kind, key: String, end_to_end: &str, due: Date) -> NewPayment {
    NewPayment {
        part: 0,
        kind,
        key,
        batch: false,
        end_to_end: end_to_end.into(),
        instruction: None,
        reference: None,
        uetr: None,
        amount: 0,
        currency: 0,
        debit: 0,
        credit: 0,
        due: due.unix_days(),
        original: None,
        state: PaymentState::Ready,
        reason: None,
        explanation: None,
        first_under: None,
    }
}

impl NewPayment {
    /// The same, not to be made.
    fn because(mut self, state: PaymentState, why: Why) -> Self {
        (self.state, self.reason, self.explanation) = (state, Some(why.code), Some(why.text));
        self
    }

    /// The same, with a unique end-to-end transaction reference of its own if it goes to another bank and has none.
    fn with_reference(mut self) -> Self {
        if matches!(self.kind, Kind::TransferOut | Kind::CollectionOut) && self.uetr.is_none() {
            let id = Clerk::derived(&self.key, "uetr");
            self.uetr = Some(Uetr::from_random(id.to_u128().to_be_bytes()).to_string());
        }
        self
    }

    /// The same, with what it must know of its mandate.
    fn under(mut self, mandate: &StoredMandate, was: MandateState) -> Self {
        if was == MandateState::Signed {
            let day = mandate.life.last().map_or(self.due, Date::unix_days);
            self.first_under = Some((mandate.creditor.clone(), mandate.mandate.clone(), day));
        }
        self
    }

    /// The same, on its day if that is to come.
    fn when_due(mut self, today: Date) -> Self {
        if self.state == PaymentState::Ready && self.due > today.unix_days() {
            self.state = PaymentState::Waiting;
        }
        self
    }
}

/// The code of a reason, if it is an external one.
fn code(reason: &Reason) -> Option<&str> {
    match reason.code.as_ref()? {
        Code::Code(code) => Some(code.as_str()),
        Code::Proprietary(_) => None,
    }
}

fn text(text: &Option<impl ToString>) -> Option<String> {
    text.as_ref().map(ToString::to_string)
}

fn uetr(uetr: Option<Uetr>) -> Option<String> {
    uetr.map(|uetr| uetr.to_string())
}

impl Clerk {
    /// What is to be done about a message.
    pub(super) fn plan(&mut self, content: &Content, occasion: &Occasion<'_>) -> Result<Plan, PaymentError> {
        match content {
            Content::Initiation(message) => self.plan_initiation(message, occasion),
            Content::Collections(message) => self.plan_collections(message, occasion),
            Content::Transfers(message) => self.plan_transfers(message, occasion),
            Content::Debits(message) => self.plan_debits(message, occasion),
            Content::Returns(message) => self.plan_returns(message, occasion),
            Content::Recalls(message) => self.plan_recalls(message, occasion),
            Content::RecallAnswers(message) => self.plan_recall_answers(message),
            Content::Status(message) => self.plan_status(message, occasion),
        }
    }

    /// Accounts as they are now.
    pub(super) fn accounts(&mut self, mut numbers: Vec<u64>) -> Result<Accounts, PaymentError> {
        numbers.retain(|number| *number != 0);
        numbers.sort_unstable();
        numbers.dedup();
        let mut accounts = HashMap::with_capacity(numbers.len());
        for piece in numbers.chunks(QENEX_BATCH_MAX as usize) {
            let read = self.counter.bank().accounts(piece)?.accounts.into_iter();
            let there = read.filter(|account| account.result == ResultCode::Ok as u32);
            accounts.extend(there.map(|account| (account.account_number, account)));
        }
        Ok(Accounts(accounts))
    }
}
