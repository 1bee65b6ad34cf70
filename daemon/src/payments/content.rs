// SPDX-License-Identifier: MIT

//! What a message says, as far as this bank acts on it.

use qenex_messages::Verdict;
use qenex_messages::finding::{Finding, Findings, Severity};
use qenex_messages::identifiers::Uetr;
use qenex_messages::iso20022::message::parts::{Agent, Party, PartyId, PartyOrAgent};
use qenex_messages::iso20022::message::{
    ApplicationHeader, BankStatusReport, Correspondent, CreditTransferInitiation, CreditTransfers, DateTime,
    DirectDebitInitiation, DirectDebits, Message, PaymentReturns, RecallAnswers, Recalls, Text, parse,
};
use qenex_messages::iso20022::validate::Options;
use qenex_messages::mt::{examine, is_mt, message::Mt103};
use qenex_messages::rules::Profile;
use qenex_messages::translate::Context;
use qenex_messages::translate::mt::{Notes, from_mt103};
use sha2::{Digest, Sha256};

use super::PaymentError;
use super::store::StoredFinding;
use crate::bank::Scope;

/// A message, read.
#[derive(Debug)]
pub(super) enum Content {
    /// pain.001: a customer pays.
    Initiation(CreditTransferInitiation),
    /// pain.008: a customer collects.
    Collections(DirectDebitInitiation),
    /// pacs.008, or an MT103 as such: another bank's customer pays.
    Transfers(CreditTransfers),
    /// pacs.003: another bank's customer collects.
    Debits(DirectDebits),
    /// pacs.004: another bank sends payments back.
    Returns(PaymentReturns),
    /// camt.056: another bank asks payments back.
    Recalls(Recalls),
    /// camt.029: another bank answers what was asked back.
    RecallAnswers(RecallAnswers),
    /// pacs.002: another bank says what became of payments.
    Status(BankStatusReport),
}

/// Whose business a message is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Business {
    /// A customer's with their bank.
    Customer,
    /// Between banks.
    Banks,
}

/// Whose business messages of a definition are.
pub fn business(definition: &str) -> Business {
    match definition.get(..5) {
        Some("pain.") => Business::Customer,
        _ => Business::Banks,
    }
}

/// What was received, judged and, if possible, read.
#[derive(Debug)]
pub(super) struct Received {
    /// Definition of the message.
    pub definition: &'static str,
    /// What was found in it, and how many errors and warnings in all.
    pub findings: Vec<StoredFinding>,
    /// How many errors and warnings there are.
    pub found: (u64, u64),
    /// What it says; `None` if it cannot be read, or nothing is done about such messages.
    pub content: Option<Content>,
    /// The header before it.
    pub header: Option<ApplicationHeader>,
}

impl Received {
    /// Whether it may be acted on.
    pub(super) fn is_valid(&self) -> bool {
        self.found.0 == 0
    }

    /// One more thing that is wrong with it.
    pub(super) fn add_error(&mut self, code: &str, rule: &str, text: String) {
        self.found.0 += 1;
        let (severity, path) = ("error".into(), format!("/{}", self.definition));
        let (code, rule) = (code.into(), rule.into());
        self.findings.push(StoredFinding { severity, code, path, line: 1, column: 1, rule, text });
    }
}

/// Most findings of a message that are stored; more are counted.
const FINDINGS: usize = 200;

/// Judges what came, and reads it.
///
/// # Errors
///
/// [`PaymentError::NoMessage`] if it is nothing that could be called a message.
pub(super) fn receive(bytes: &[u8], profile: Profile) -> Result<Received, PaymentError> {
    let options = Options { findings: FINDINGS, ..Options::default() };
    let Verdict { messages, findings, refusal } = qenex_messages::judge(bytes, profile, &options);
    // A header is not a message of its own.
    let mut kinds = messages.into_iter().filter(|definition| !definition.starts_with("head."));
    let Some(definition) = kinds.next() else {
        let why = refusal.map(|refusal| refusal.to_string());
        return Err(PaymentError::NoMessage(why.unwrap_or_else(|| "there is no message in it".into())));
    };
    let mut received = Received {
        definition,
        found: (findings.errors(), findings.warnings()),
        findings: findings.list().iter().map(stored).collect(),
        content: None,
        header: None,
    };
    if kinds.next().is_some() {
        received.add_error("several-messages", "one message at a time", "send each message by itself".into());
    }
    if let Some(refusal) = refusal {
        let at = refusal.at();
        received.add_error(refusal.code(), "reading", refusal.to_string());
        if let Some(finding) = received.findings.last_mut() {
            (finding.line, finding.column) = (at.line, at.column);
        }
    } else if let Err(error) = received.read(bytes) {
        // Something beyond the schema that has no meaning, such as an account number with wrong check digits.
        if received.is_valid() {
            received.add_error("value", "meaning of values", error.to_string());
        }
    }
    Ok(received)
}

fn stored(finding: &Finding) -> StoredFinding {
    StoredFinding {
        severity: if finding.severity == Severity::Error { "error" } else { "warning" }.into(),
        code: finding.code.into(),
        path: finding.path.clone(),
        line: finding.at.line,
        column: finding.at.column,
        rule: finding.rule.clone().into_owned(),
        text: finding.text.clone(),
    }
}

/// Reads the text of a message that was found valid.
///
/// # Errors
///
/// [`PaymentError::NoMessage`] if it is not.
pub(super) fn read(
    definition: &str,
    bytes: &[u8],
) -> Result<Option<(Content, Option<ApplicationHeader>)>, PaymentError> {
    fn of<M: Message>(
        bytes: &[u8],
        content: fn(M) -> Content,
    ) -> Result<Option<(Content, Option<ApplicationHeader>)>, PaymentError> {
        let parsed = parse::<M>(bytes)?;
        Ok(Some((content(parsed.message), parsed.header)))
    }
    if is_mt(bytes) {
        return if definition.starts_with("MT103") { Ok(Some((mt103(bytes)?, None))) } else { Ok(None) };
    }
    match definition {
        CreditTransferInitiation::DEFINITION => of(bytes, Content::Initiation),
        DirectDebitInitiation::DEFINITION => of(bytes, Content::Collections),
        CreditTransfers::DEFINITION => of(bytes, Content::Transfers),
        DirectDebits::DEFINITION => of(bytes, Content::Debits),
        PaymentReturns::DEFINITION => of(bytes, Content::Returns),
        Recalls::DEFINITION => of(bytes, Content::Recalls),
        RecallAnswers::DEFINITION => of(bytes, Content::RecallAnswers),
        BankStatusReport::DEFINITION => of(bytes, Content::Status),
        _ => Ok(None),
    }
}

/// An MT103 as the pacs.008 that it stands for. What it lacks is made of its text, so that it is the same each time.
fn mt103(bytes: &[u8]) -> Result<Content, PaymentError> {
    let no_message = |why: String| PaymentError::NoMessage(why);
    let messages = examine(bytes, &mut Findings::new(0)).map_err(|refusal| no_message(refusal.text.to_string()))?;
    let [message] = messages.as_slice() else { return Err(no_message("there is not one message".into())) };
    let parsed = qenex_messages::mt::message::parse::<Mt103>(message).map_err(|error| no_message(error.to_string()))?;
    let hash: [u8; 32] = Sha256::digest(bytes).into();
    let (mut first, mut reference) = ([0; 16], parsed.message.reference.clone());
    first.copy_from_slice(&hash[..16]);
    reference.truncate(35);
    let mut uetr = || Uetr::from_random(first);
    let mut context = Context {
        message: Text::new(reference)?,
        // An MT103 does not say when it was made: midnight of the day on which it settles.
        created: DateTime::from_unix_seconds(parsed.message.settled.date.unix_days() * 86_400)
            .ok_or_else(|| no_message("its date is out of range".into()))?,
        settlement_date: None,
        new_uetr: &mut uetr,
        reason: None,
        status: None,
    };
    let transfers = from_mt103(&parsed.message, &mut context, &mut Notes::new())?;
    Ok(Content::Transfers(transfers))
}

/// The code that identifies a bank.
pub(super) fn bic(agent: &Agent) -> Option<&str> {
    agent.institution.bic.as_ref().map(|bic| bic.as_str())
}

fn party_name(party: &Party) -> String {
    let id = match &party.identification {
        Some(PartyId::Organisation(id)) => {
            let code = id.any_bic.as_ref().map(ToString::to_string).or(id.lei.as_ref().map(ToString::to_string));
            code.or(id.other.first().map(|other| other.id.to_string()))
        }
        Some(PartyId::Person(id)) => id.other.first().map(|other| other.id.to_string()),
        None => None,
    };
    id.or(party.name.as_ref().map(ToString::to_string)).unwrap_or_default()
}

impl Received {
    fn read(&mut self, bytes: &[u8]) -> Result<(), PaymentError> {
        if let Some((content, header)) = read(self.definition, bytes)? {
            (self.content, self.header) = (Some(content), header);
        }
        Ok(())
    }

    /// Within whose identifiers the message's own is unique.
    ///
    /// A customer's are their own, whatever name they put into the message: nobody takes an identifier from somebody else.
    pub(super) fn sender(&self, scope: Scope) -> String {
        if let (Scope::Owner(owner), Business::Customer) = (scope, business(self.definition)) {
            return format!("owner:{owner}");
        }
        let header = self.header.as_ref().and_then(|header| match &header.from {
            Correspondent::Agent(agent) => bic(agent).map(str::to_owned),
            Correspondent::Organisation(_) => None,
        });
        let agent = |agent: Option<&Agent>| agent.and_then(bic).map(str::to_owned);
        let either = |given: &PartyOrAgent| match given {
            PartyOrAgent::Agent(given) => agent(Some(given)),
            PartyOrAgent::Party(party) => Some(party_name(party)),
        };
        let named = match &self.content {
            Some(Content::Initiation(message)) => Some(party_name(&message.header.initiator)),
            Some(Content::Collections(message)) => Some(party_name(&message.header.initiator)),
            Some(Content::Transfers(message)) => {
                let first = message.payments.first();
                agent(message.header.instructing_agent.as_ref())
                    .or_else(|| agent(first.and_then(|payment| payment.instructing_agent.as_ref())))
                    .or_else(|| agent(first.map(|payment| &payment.debtor_agent)))
            }
            Some(Content::Debits(message)) => {
                let first = message.collections.first();
                agent(message.header.instructing_agent.as_ref())
                    .or_else(|| agent(first.map(|collection| &collection.creditor_agent)))
            }
            Some(Content::Returns(message)) => agent(message.header.instructing_agent.as_ref()),
            Some(Content::Recalls(message)) => either(&message.assignment.assigner),
            Some(Content::RecallAnswers(message)) => either(&message.assignment.assigner),
            Some(Content::Status(message)) => agent(message.instructing_agent.as_ref()),
            None => None,
        };
        format!("bank:{}", header.or(named).unwrap_or_default())
    }

    /// The identifier that its maker gave it.
    pub(super) fn reference(&self) -> Option<&str> {
        self.content.as_ref().map(Content::reference)
    }
}

impl Content {
    /// The identifier that its maker gave it.
    pub(super) fn reference(&self) -> &str {
        match self {
            Content::Initiation(message) => &message.header.message,
            Content::Collections(message) => &message.header.message,
            Content::Transfers(message) => &message.header.message,
            Content::Debits(message) => &message.header.message,
            Content::Returns(message) => &message.header.message,
            Content::Recalls(message) => &message.assignment.id,
            Content::RecallAnswers(message) => &message.assignment.id,
            Content::Status(message) => &message.message,
        }
    }
}
