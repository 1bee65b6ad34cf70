// SPDX-License-Identifier: MIT

//! What this bank says: to whom it was sent a message, what became of it; to other banks, what concerns them.

mod customer;
mod outward;
mod recall;
mod returns;
mod status;

use qenex_abi::Id;
use qenex_messages::iso20022::message::parts::{
    Code, GenericId, OrganisationId, Party, PartyId, Reason as MessageReason,
};
use qenex_messages::iso20022::message::{DateTime, Message as Definition, Text, write};
use qenex_messages::rules::Profile;
use rusqlite::Transaction;

use super::PaymentError;
use super::clerk::Clerk;
use super::content::{self, Content, Received};
use super::store::{
    Direction, Message, MessageState, NewMessage, Payment, PaymentState, StoredFinding, message, payment,
};
use crate::people::now;

/// A message that this bank issues.
pub(super) struct Outgoing {
    id: Id,
    definition: &'static str,
    reference: String,
    text: String,
    /// Whether it is for the customer who sent the message that it answers.
    for_customer: bool,
    found: (u64, u64),
    findings: Vec<StoredFinding>,
    /// Payments that it carries, with the references that they have in it.
    pub(super) carries: Vec<Carried>,
}

/// A payment in a message that goes to another bank.
pub(super) struct Carried {
    pub(super) payment: u64,
    pub(super) reference: Option<String>,
    pub(super) uetr: Option<String>,
}

impl Carried {
    fn plain(payment: &Payment) -> Self {
        Carried { payment: payment.number, reference: None, uetr: None }
    }
}

impl Outgoing {
    /// Stores it as an answer to message `to`, which is of this owner's.
    pub(super) fn insert(
        &self,
        transaction: &Transaction<'_>,
        (to, owner): (u64, Option<u32>),
        at: u64,
    ) -> Result<u64, PaymentError> {
        let new = NewMessage {
            id: self.id,
            direction: Direction::Out,
            definition: self.definition,
            reference: Some(&self.reference),
            sender: "",
            user: "",
            owner: owner.filter(|_| self.for_customer),
            at,
            profile: Profile::Default.name(),
            original: self.text.as_bytes(),
            found: self.found,
            answers: Some(to),
            state: MessageState::Issued,
        };
        let number = message::insert(transaction, &new, &self.findings)?;
        message::note(transaction, number, at, MessageState::Issued.name(), "", "")?;
        message::note(transaction, to, at, "answered", "", self.definition)?;
        for carried in &self.carries {
            let (reference, uetr) = (carried.reference.as_deref(), carried.uetr.as_deref());
            payment::set_sent(transaction, carried.payment, number, reference, uetr)?;
        }
        Ok(number)
    }
}

/// Names the messages that are issued because of one message, so that they are the same however often they are made.
pub(super) struct Names {
    about: Id,
    round: usize,
    count: u32,
}

impl Names {
    /// `round`: how many answers to the message there are already.
    pub(super) fn new(about: Id, round: usize) -> Self {
        Names { about, round, count: 0 }
    }

    /// The id of the next one, and the same as its identifier: 32 of the 35 characters that one may have.
    pub(super) fn next(&mut self) -> Result<(Id, Text<35>), PaymentError> {
        self.count += 1;
        let id = Clerk::derived(&format!("{:032x} {} {}", self.about.to_u128(), self.round, self.count), "answer");
        Ok((id, Text::new(format!("{:032x}", id.to_u128()))?))
    }
}

/// The time, as messages write it.
pub(super) fn created() -> Result<DateTime, PaymentError> {
    let seconds = i64::try_from(now() / 1_000_000_000).unwrap_or(0);
    DateTime::from_unix_seconds(seconds).ok_or_else(|| PaymentError::Answer("the clock is out of range".into()))
}

/// A message that is issued. It is judged as those of others are.
pub(super) fn outgoing<M: Definition>(
    (id, reference): (Id, Text<35>),
    message: &M,
    for_customer: bool,
    carries: Vec<Carried>,
) -> Result<Outgoing, PaymentError> {
    let text = write(message, true);
    let judged = content::receive(text.as_bytes(), Profile::Default)?;
    if !judged.is_valid() {
        tracing::error!(definition = M::DEFINITION, findings = ?judged.findings, "an answer is not as it should be");
    }
    let (found, findings) = (judged.found, judged.findings);
    let reference = reference.to_string();
    Ok(Outgoing { id, definition: M::DEFINITION, reference, text, for_customer, found, findings, carries })
}

impl Clerk {
    /// A reason of this bank's.
    fn reason(&self, code: &str, explanation: Option<&str>) -> Result<MessageReason, PaymentError> {
        let short = |text: &str| text.chars().take(105).collect::<String>();
        let other: Vec<GenericId> = Vec::new();
        let id = OrganisationId { any_bic: Some(self.house.bic().clone()), lei: None, other };
        Ok(MessageReason {
            originator: Some(Party { identification: Some(PartyId::Organisation(id)), ..Party::default() }),
            code: Some(Code::Code(Text::new(code)?)),
            additional: explanation.map(|text| Text::new(short(text))).transpose()?.into_iter().collect(),
        })
    }

    /// Why a payment was not made.
    fn reasons(&self, payment: &Payment) -> Result<Vec<MessageReason>, PaymentError> {
        let Some(code) = payment.reason.as_deref().filter(|_| payment.state == PaymentState::Rejected) else {
            return Ok(Vec::new());
        };
        Ok(vec![self.reason(code, payment.explanation.as_deref())?])
    }

    /// Answers to a message that is done as far as it can be today, and notes how far it is.
    pub(super) fn conclude(&mut self, message: &Message) -> Result<(), PaymentError> {
        let payments = self.store.payments(message.number)?;
        let text = self.store.original(message.number)?;
        let unreadable = |error: PaymentError| PaymentError::Stored(message.number, error.to_string());
        let read = content::read(&message.definition, &text).map_err(unreadable)?;
        let filter = super::store::Filter { answers: Some(message.number), ..Default::default() };
        let mut names = Names::new(message.id, self.store.messages(&filter, 1_000_000)?.len());
        let answers = match &read {
            Some((content, _)) => self.answers(content, &payments, &mut names)?,
            None => Vec::new(),
        };
        let waits = payments.iter().filter(|payment| payment.state == PaymentState::Waiting);
        let due = waits.map(|payment| payment.due).min();
        let asked = payments.iter().any(|payment| payment.state == PaymentState::Asked);
        let state = if due.is_some() || asked { MessageState::Waiting } else { MessageState::Done };
        let at = now();
        self.store.change(|transaction| {
            for answer in &answers {
                answer.insert(transaction, (message.number, message.owner), at)?;
            }
            message::set_state(transaction, message.number, state, due)?;
            message::note(transaction, message.number, at, state.name(), "", "")
        })?;
        self.metrics.message_moved(&message.definition, message.state.name(), state.name());
        for answer in &answers {
            self.metrics.messages(answer.definition, MessageState::Issued.name(), 1);
        }
        Ok(())
    }

    fn answers(
        &mut self,
        content: &Content,
        payments: &[Payment],
        names: &mut Names,
    ) -> Result<Vec<Outgoing>, PaymentError> {
        let mut answers = Vec::new();
        match content {
            Content::Initiation(message) => {
                answers.extend(self.transfers_out(message, payments, names)?);
                answers.push(self.initiation_status(message, payments, names)?);
            }
            Content::Collections(message) => {
                answers.extend(self.collections_out(message, payments, names)?);
                answers.push(self.collections_status(message, payments, names)?);
            }
            Content::Transfers(message) => {
                answers.extend(self.transfers_status(message, payments, names)?);
                answers.extend(self.transfers_back(message, payments, names)?);
            }
            Content::Debits(message) => {
                answers.extend(self.debits_status(message, payments, names)?);
                answers.extend(self.debits_back(message, payments, names)?);
            }
            Content::Returns(message) => answers.extend(self.returns_status(message, payments, names)?),
            Content::Recalls(message) => answers.extend(self.recall_answers(message, payments, names)?),
            Content::RecallAnswers(_) | Content::Status(_) => {}
        }
        Ok(answers)
    }

    /// The answer to a message that is refused as a whole because of its findings.
    pub(super) fn rejection(
        &mut self,
        id: Id,
        content: &Content,
        received: &Received,
    ) -> Result<Option<Outgoing>, PaymentError> {
        // What this bank itself found wrong comes last, and says the most.
        let errors = received.findings.iter();
        let Some(first) = errors.rev().find(|finding| finding.severity == "error") else { return Ok(None) };
        let code = match first.code.as_str() {
            // Duplication.
            "message-identifier-used" => "AM05",
            // Invalid control sum, and number of transactions.
            "control-sum" => "AM10",
            "count" => "AM18",
            // Invalid file format.
            _ => "FF01",
        };
        let reason = self.reason(code, Some(&first.text))?;
        let mut names = Names::new(id, 0);
        Ok(match content {
            Content::Initiation(message) => {
                Some(self.customer_rejection(&message.header, content, vec![reason], &mut names)?)
            }
            Content::Collections(message) => {
                Some(self.customer_rejection(&message.header, content, vec![reason], &mut names)?)
            }
            Content::Transfers(_) | Content::Debits(_) | Content::Returns(_) => {
                self.bank_rejection(content, vec![reason], &mut names)?
            }
            _ => None,
        })
    }
}
