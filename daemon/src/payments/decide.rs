// SPDX-License-Identifier: MIT

//! Decisions of operators: whether a payment that was asked back goes back, which payments are asked back from others, which
//! mandates there are.

use qenex_abi::Id;
use qenex_messages::calendar::Date;
use qenex_messages::iso20022::message::{CreditTransfers, Message as Definition, Text};
use qenex_messages::rules::sepa::mandate::{Mandate, MandateState};
use qenex_messages::translate::to_recalls;

use super::PaymentError;
use super::answer::{Names, outgoing};
use super::clerk::Clerk;
use super::content::{self, Content};
use super::store::{Direction, Kind, Message, MessageState, PaymentState, StoredMandate, mandate, message, payment};
use crate::bank::derive_id;
use crate::people::now;

/// Why a payment that was asked back stays (external payment cancellation rejection code set).
pub(super) const STAYS: [&str; 8] = ["AC04", "AM04", "ARDT", "CUST", "LEGL", "NOAS", "NOOR", "RNPR"];
/// Why a payment is asked back (external cancellation reason code set, as EPC125-05 allows).
pub(super) const ASKED_BACK: [&str; 6] = ["AC03", "AM09", "CUST", "DUPL", "FRAD", "TECH"];

/// What becomes of payments that were asked back.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Decision {
    /// They go back.
    Accept,
    /// They stay, for one of the reasons of EPC125-05.
    Reject(String),
}

/// A mandate to be registered.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewMandate {
    /// Creditor identifier.
    pub creditor: String,
    /// The creditor's reference of it.
    pub mandate: String,
    /// `CORE` or `B2B`.
    pub scheme: &'static str,
    /// Account debited; zero if it is at another bank.
    pub account: u64,
    /// Account credited; zero if it is at another bank.
    pub credit: u64,
    /// Day of its signature.
    pub signed: Date,
}

/// What is changed in a mandate.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Amendment {
    /// Another creditor identifier.
    pub creditor: Option<String>,
    /// Another reference.
    pub mandate: Option<String>,
    /// Another account debited; zero if it is at another bank now.
    pub account: Option<u64>,
}

impl Clerk {
    /// Decides about the payments of message `id` that somebody must decide about.
    ///
    /// # Errors
    ///
    /// [`PaymentError::State`] if there are none.
    pub fn decide(&mut self, id: Id, decision: &Decision, user: &str) -> Result<Message, PaymentError> {
        let message = self.store.message(id)?.ok_or(PaymentError::NoSuchMessage)?;
        let (state, why) = match decision {
            Decision::Accept => (PaymentState::Ready, None),
            Decision::Reject(reason) if STAYS.contains(&reason.as_str()) => {
                (PaymentState::Rejected, Some((reason.as_str(), "decided by the bank")))
            }
            Decision::Reject(reason) => {
                return Err(PaymentError::Value(format!("{reason} is none of {}", STAYS.join(", "))));
            }
        };
        let mut asked = self.store.payments(message.number)?;
        asked.retain(|payment| payment.state == PaymentState::Asked);
        if asked.is_empty() {
            return Err(PaymentError::State("nothing in this message waits for a decision".into()));
        }
        self.store.change(|transaction| {
            for payment in &asked {
                payment::set_state(transaction, payment.number, state, why)?;
            }
            message::set_state(transaction, message.number, MessageState::Received, None)?;
            let details = why.map_or("accepted", |(reason, _)| reason);
            message::note(transaction, message.number, now(), "decided", user, details)
        })?;
        self.metrics.message_moved(&message.definition, message.state.name(), MessageState::Received.name());
        if let Err(error) = self.finish(message.number) {
            tracing::warn!(%error, message = message.number, "a decision was stored, and is carried out later");
        }
        self.stored(message.number)
    }

    /// Asks the payments of an outgoing pacs.008 back. Returns the camt.056, and whether it was issued before.
    ///
    /// # Errors
    ///
    /// [`PaymentError::State`] if the message is none that can be asked back.
    pub fn recall(&mut self, id: Id, reason: &str, user: &str, key: &str) -> Result<(Message, bool), PaymentError> {
        let message = self.store.message(id)?.ok_or(PaymentError::NoSuchMessage)?;
        if message.direction != Direction::Out || message.definition != CreditTransfers::DEFINITION {
            let definition = CreditTransfers::DEFINITION;
            return Err(PaymentError::State(format!("only a {definition} that was issued here can be asked back")));
        }
        if !ASKED_BACK.contains(&reason) {
            return Err(PaymentError::Value(format!("{reason} is none of {}", ASKED_BACK.join(", "))));
        }
        let about = derive_id(&format!("(messages) {user}"), key, 1);
        let mut names = Names::new(about, 0);
        let named = names.next()?;
        if let Some(before) = self.store.message(named.0)? {
            return match before.answers.map(|(_, answered)| answered) == Some(id) {
                true => Ok((before, true)),
                false => Err(PaymentError::OtherRequest),
            };
        }
        let unreadable = |why: String| PaymentError::Stored(message.number, why);
        let read = content::read(&message.definition, &self.store.original(message.number)?)?;
        let Some((Content::Transfers(mut transfers), _)) = read else {
            return Err(unreadable("it is no pacs.008".into()));
        };
        // Those that came back are not asked back.
        let sent = self.store.payments_sent_in(message.number)?;
        let mut back = Vec::with_capacity(sent.len());
        for payment in &sent {
            let about = self.store.payments_about(payment.number)?;
            back.push(about.iter().any(|about| about.kind == Kind::ReturnIn && about.state != PaymentState::Rejected));
        }
        let mut back = back.into_iter();
        transfers.payments.retain(|_| !back.next().unwrap_or(false));
        if transfers.payments.is_empty() {
            return Err(PaymentError::State("all payments of this message came back".into()));
        }
        let code = Text::new(reason)?;
        let made = self.with_context(&named.1, None, |context| {
            context.reason = Some(code);
            to_recalls(&transfers, context)
        })?;
        let answer = outgoing(named, &made, false, Vec::new())?;
        let number = self.store.change(|transaction| {
            message::note(transaction, message.number, now(), "recalled", user, reason)?;
            answer.insert(transaction, (message.number, None), now())
        })?;
        let issued = self.stored(number)?;
        self.metrics.messages(&issued.definition, issued.state.name(), 1);
        Ok((issued, false))
    }

    /// Registers a mandate. Returns it, and whether it was registered before.
    ///
    /// # Errors
    ///
    /// [`PaymentError::MandateExists`] if there is another one with its reference.
    pub fn register_mandate(&mut self, new: &NewMandate, user: &str) -> Result<(StoredMandate, bool), PaymentError> {
        if let Some(known) = self.store.mandate(&new.creditor, &new.mandate)? {
            let same = (known.scheme.as_str(), known.account, known.credit, known.signed)
                == (new.scheme, new.account, new.credit, new.signed.unix_days());
            return if same { Ok((known, true)) } else { Err(PaymentError::MandateExists) };
        }
        let stored = StoredMandate {
            number: 0,
            creditor: new.creditor.clone(),
            mandate: new.mandate.clone(),
            scheme: new.scheme.into(),
            account: new.account,
            credit: new.credit,
            signed: new.signed.unix_days(),
            life: Mandate::signed(new.signed),
            origin: user.into(),
            at: now(),
        };
        self.store.change(|transaction| mandate::put(transaction, &stored))?;
        let found = self.store.mandate(&new.creditor, &new.mandate)?.ok_or(PaymentError::NoSuchMandate)?;
        Ok((found, false))
    }

    /// Changes a mandate. Returns it, and whether it was so before.
    ///
    /// # Errors
    ///
    /// [`PaymentError::NoSuchMandate`]; [`PaymentError::MandateExists`] if there is another one with its new names.
    pub fn amend_mandate(&mut self, number: u64, change: &Amendment) -> Result<(StoredMandate, bool), PaymentError> {
        let before = self.store.mandate_by_number(number)?.ok_or(PaymentError::NoSuchMandate)?;
        let mut after = before.clone();
        after.creditor = change.creditor.clone().unwrap_or(after.creditor);
        after.mandate = change.mandate.clone().unwrap_or(after.mandate);
        after.account = change.account.unwrap_or(after.account);
        if after == before {
            return Ok((before, true));
        }
        if self.store.mandate(&after.creditor, &after.mandate)?.is_some_and(|known| known.number != number) {
            return Err(PaymentError::MandateExists);
        }
        self.store.change(|transaction| mandate::put(transaction, &after))?;
        Ok((after, false))
    }

    /// Ends a mandate, now or before.
    ///
    /// # Errors
    ///
    /// [`PaymentError::NoSuchMandate`].
    pub fn cancel_mandate(&mut self, number: u64) -> Result<StoredMandate, PaymentError> {
        let mut known = self.store.mandate_by_number(number)?.ok_or(PaymentError::NoSuchMandate)?;
        if known.life.state() != MandateState::Cancelled {
            known.life.cancel();
            self.store.change(|transaction| mandate::put(transaction, &known))?;
        }
        Ok(known)
    }
}
