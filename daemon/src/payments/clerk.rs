// SPDX-License-Identifier: MIT

//! Who receives messages and sees to it that they are done.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use qenex_abi::{
    AccountRequest, Currency, Id, QENEX_ACCOUNT_OWNER_GIVEN, QENEX_ACCOUNT_SETTLEMENT, QENEX_ACCOUNT_SUSPENSE,
    QENEX_ACCOUNT_UNLIMITED, ResultCode,
};
use qenex_messages::calendar::Date;
use qenex_messages::rules::Profile;

use super::PaymentError;
use super::content::{self, Business, business};
use super::house::House;
use super::interruption::Interruption;
use super::plan::{Occasion, Plan};
use super::store::{Direction, Message, MessageState, MessageStore, NewMessage, message, payment};
use crate::bank::{Counter, Durable, Scope, derive_id};
use crate::config::Payments;
use crate::metrics::Metrics;
use crate::people::now;

/// In place of a user, where ids are derived for the bank itself: no user can be called so.
const BANK: &str = "(messages)";

/// The bank's own accounts of a currency.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Own {
    /// Over which it settles with other banks.
    pub(super) settlement: u64,
    /// In which money is between two steps; empty when nothing is under way.
    pub(super) clearing: u64,
}

/// A message that is handed in.
#[derive(Clone, Debug)]
pub struct Handed {
    /// Its text.
    pub text: Vec<u8>,
    /// The profile to judge it by; without it, the bank's.
    pub profile: Option<Profile>,
    /// Whose accounts whoever hands it in may debit.
    pub scope: Scope,
    /// Whether they may hand in messages between banks.
    pub exchange: bool,
    /// Who hands it in.
    pub user: String,
    /// Under which idempotency key.
    pub key: String,
}

/// Receives messages, and sees to it that they are done.
pub struct Clerk {
    pub(super) house: House,
    pub(super) store: MessageStore,
    pub(super) counter: Counter,
    pub(super) metrics: Arc<Metrics>,
    durable: Durable,
    own: HashMap<u32, Own>,
    interruption: Option<Interruption>,
}

impl Clerk {
    /// The clerk of the bank that is configured so, whose store is in `directory`.
    ///
    /// # Errors
    ///
    /// [`PaymentError`].
    pub fn new(
        configured: &Payments,
        directory: &Path,
        counter: Counter,
        durable: Durable,
        metrics: Arc<Metrics>,
    ) -> Result<Self, PaymentError> {
        let interruption = configured.interruption.clone();
        let store = MessageStore::open(directory, interruption.clone())?;
        for (definition, state, count) in store.counts()? {
            metrics.messages(&definition, &state, count);
        }
        let (house, own) = (House::new(configured)?, HashMap::new());
        Ok(Clerk { house, store, counter, metrics, durable, own, interruption })
    }

    /// Which bank it works for.
    pub fn house(&self) -> &House {
        &self.house
    }

    /// The database.
    pub fn store(&self) -> &MessageStore {
        &self.store
    }

    /// Receives a message: stores it and does what it asks for. Returns it, and whether it was received before.
    ///
    /// # Errors
    ///
    /// [`PaymentError`]. If it is not done at once because of the moment, that is no error: it is [`MessageState::Received`].
    pub fn receive(&mut self, handed: &Handed) -> Result<(Message, bool), PaymentError> {
        let id = derive_id(&format!("{BANK} {}", handed.user), &handed.key, 0);
        if let Some(before) = self.store.message(id)? {
            return match self.store.original(before.number)? == handed.text {
                true => Ok((before, true)),
                false => Err(PaymentError::OtherRequest),
            };
        }
        let profile = handed.profile.unwrap_or(self.house.profile());
        let mut received = content::receive(&handed.text, profile)?;
        if business(received.definition) == Business::Banks && !handed.exchange {
            return Err(PaymentError::NotForCustomers(received.definition));
        }
        let sender = received.sender(handed.scope);
        let reference = received.reference().map(str::to_owned);
        if let Some(reference) = reference.as_deref().filter(|_| received.is_valid()) {
            if let Some(before) = self.store.sent_before(&sender, received.definition, reference)? {
                if self.store.original(before.number)? == handed.text {
                    return Ok((before, true));
                }
                let text =
                    format!("the identifier {reference} was used for another message, which was received before");
                received.add_error("message-identifier-used", "AM05", text);
            }
        }
        let (at, today) = (now(), self.today());
        let occasion = Occasion { sender: &sender, scope: handed.scope, today, user: &handed.user, now: at };
        let (state, plan) = match &received.content {
            _ if !received.is_valid() => (MessageState::Refused, Plan::default()),
            Some(content) => (MessageState::Received, self.plan(content, &occasion)?),
            // Nothing is done about such messages but to keep them.
            None => (MessageState::Done, Plan::default()),
        };
        let rejection = match (&received.content, state) {
            // It is kept even if there is no way to answer it.
            (Some(content), MessageState::Refused) => self.rejection(id, content, &received).unwrap_or_else(|error| {
                tracing::warn!(%error, "a message that is refused cannot be answered");
                None
            }),
            _ => None,
        };
        let owner = match handed.scope {
            Scope::Owner(owner) => Some(owner),
            Scope::All => None,
        };
        let new = NewMessage {
            id,
            direction: Direction::In,
            definition: received.definition,
            reference: reference.as_deref(),
            sender: &sender,
            user: &handed.user,
            owner,
            at,
            profile: profile.name(),
            original: &handed.text,
            found: received.found,
            answers: None,
            state,
        };
        let number = self.store.change(|transaction| {
            let number = message::insert(transaction, &new, &received.findings)?;
            payment::insert(transaction, number, &plan.payments, &plan.bookings)?;
            for mandate in &plan.mandates {
                super::store::mandate::put(transaction, mandate)?;
            }
            for what in &plan.amended {
                message::note(transaction, number, at, "amended", &handed.user, what)?;
            }
            for (payment, said) in &plan.told {
                payment::tell(transaction, *payment, number, at, received.definition, said)?;
            }
            message::note(transaction, number, at, state.name(), &handed.user, "")?;
            if let Some(rejection) = &rejection {
                rejection.insert(transaction, (number, owner), at)?;
            }
            Ok(number)
        })?;
        self.metrics.messages(received.definition, state.name(), 1);
        if state == MessageState::Received {
            if let Err(error) = self.finish(number) {
                tracing::warn!(%error, message = number, "a message was stored, and is executed later");
            }
        }
        Ok((self.stored(number)?, false))
    }

    /// The message with this number.
    pub(super) fn stored(&self, number: u64) -> Result<Message, PaymentError> {
        self.store.message_by_number(number)?.ok_or(PaymentError::NoSuchMessage)
    }

    /// Goes on with a message until all that can be done about it today is done.
    pub(super) fn finish(&mut self, number: u64) -> Result<(), PaymentError> {
        let message = self.stored(number)?;
        if self.waits_for_review(&message)? {
            return Ok(());
        }
        self.execute(&message)?;
        self.conclude(&message)
    }

    /// Goes on with everything that was left unfinished, or whose day has come. Returns how many messages are left as they
    /// were because it is not possible now.
    ///
    /// # Errors
    ///
    /// [`PaymentError`] of the database.
    pub fn work(&mut self) -> Result<usize, PaymentError> {
        let mut left = 0;
        for message in self.store.unfinished(self.today().unix_days())? {
            if let Err(error) = self.finish(message.number) {
                tracing::warn!(%error, message = message.number, "a message cannot be executed now");
                left += 1;
            }
        }
        Ok(left)
    }

    /// The day, in UTC.
    pub(super) fn today(&self) -> Date {
        let days = i64::try_from(now() / 86_400_000_000_000).unwrap_or(0);
        // Nanoseconds of 64 bits end in 2554.
        Date::from_unix_days(days).or(Date::new(1970, 1, 1)).unwrap_or_else(|| unreachable!("1970 has a first day"))
    }

    /// One more step, if a test does not end the work here.
    pub(super) fn step(&self) -> Result<(), PaymentError> {
        self.interruption.as_ref().map_or(Ok(()), Interruption::step)
    }

    /// Waits until entry `sequence` is durable.
    pub(super) fn wait_durable(&self, sequence: u64) -> Result<(), PaymentError> {
        self.metrics.durable_after(self.durable.wait(sequence)?);
        Ok(())
    }

    /// The id of a change in the ledger, or of an answer, that follows from what it is for.
    pub(super) fn derived(key: &str, step: &str) -> Id {
        derive_id(BANK, &format!("{step} {key}"), 0)
    }

    /// The bank's own accounts of a currency that it exchanges with other banks.
    pub(super) fn own(&mut self, currency: u32) -> Result<Option<Own>, PaymentError> {
        if let Some(own) = self.own.get(&currency) {
            return Ok(Some(*own));
        }
        let Some(configured) = self.house.settles(currency) else { return Ok(None) };
        let settlement = match configured {
            Some(number) => self.configured_settlement(number, currency)?,
            None => self.open("settlement", QENEX_ACCOUNT_SETTLEMENT, currency)?,
        };
        let own = Own { settlement, clearing: self.clearing(currency)? };
        self.own.insert(currency, own);
        Ok(Some(own))
    }

    /// The account in which money of a currency is between two steps.
    pub(super) fn clearing(&mut self, currency: u32) -> Result<u64, PaymentError> {
        match self.own.get(&currency) {
            Some(own) => Ok(own.clearing),
            None => self.open("clearing", QENEX_ACCOUNT_SUSPENSE, currency),
        }
    }

    fn configured_settlement(&mut self, number: u64, currency: u32) -> Result<u64, PaymentError> {
        let accounts = self.accounts(vec![number])?;
        let why = match accounts.get(number) {
            None => "there is no such account",
            Some(account) if account.currency != currency => "it is of another currency",
            Some(_) => return Ok(number),
        };
        Err(own_account("settlement", currency, why))
    }

    /// Opens an account of the bank's own, now or before.
    fn open(&mut self, purpose: &'static str, account_type: u32, currency: u32) -> Result<u64, PaymentError> {
        let request = AccountRequest {
            id: Self::derived(&currency.to_string(), purpose),
            currency,
            account_type,
            flags: QENEX_ACCOUNT_OWNER_GIVEN | QENEX_ACCOUNT_UNLIMITED,
            ..AccountRequest::default()
        };
        self.step()?;
        let answer = self.counter.open_account(&request, true)?;
        match ResultCode::from_u32(answer.result) {
            Some(ResultCode::Ok | ResultCode::Exists) => Ok(answer.account_number),
            code => Err(own_account(purpose, currency, code.map_or("the ledger refused", ResultCode::meaning))),
        }
    }
}

fn own_account(purpose: &'static str, currency: u32, why: &str) -> PaymentError {
    let currency = Currency::from_numeric(currency).map_or("XXX", |currency| currency.alpha);
    PaymentError::OwnAccount { purpose, currency: currency.into(), why: why.into() }
}
