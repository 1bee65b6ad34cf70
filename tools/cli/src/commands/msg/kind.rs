// SPDX-License-Identifier: MIT

//! Kinds of messages by name, and what to do with each.

use qenex_messages::iso20022::message::{
    self, ApplicationHeader, BankStatusReport, BankTransfers, CreditTransferInitiation, CreditTransfers,
    CustomerStatusReport, DirectDebitInitiation, DirectDebits, Message, Notifications, PaymentReturns, RecallAnswers,
    Recalls, Statements,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::MsgError;

/// A message as a JSON document, and what the document leaves out.
pub(super) struct Shown {
    pub(super) definition: &'static str,
    pub(super) document: serde_json::Value,
    pub(super) unread: Vec<String>,
}

/// What can be done with a kind of message.
struct Kind {
    definition: &'static str,
    show: fn(&[u8]) -> Result<Shown, MsgError>,
    write: fn(serde_json::Value) -> Result<String, MsgError>,
}

const KINDS: &[Kind] = &[
    kind::<CreditTransferInitiation>(),
    kind::<CustomerStatusReport>(),
    kind::<DirectDebitInitiation>(),
    kind::<BankStatusReport>(),
    kind::<DirectDebits>(),
    kind::<PaymentReturns>(),
    kind::<CreditTransfers>(),
    kind::<BankTransfers>(),
    kind::<RecallAnswers>(),
    kind::<Statements>(),
    kind::<Notifications>(),
    kind::<Recalls>(),
    kind::<ApplicationHeader>(),
];

const fn kind<M: Message + Serialize + DeserializeOwned>() -> Kind {
    Kind {
        definition: M::DEFINITION,
        show: |bytes| {
            let parsed = message::parse::<M>(bytes)?;
            let document = serde_json::to_value(&parsed.message)?;
            Ok(Shown { definition: M::DEFINITION, document, unread: parsed.unread })
        },
        write: |document| Ok(message::write(&serde_json::from_value::<M>(document)?, true)),
    }
}

/// Reads a message of this definition.
pub(super) fn show(definition: &str, bytes: &[u8]) -> Result<Shown, MsgError> {
    (find(definition)?.show)(bytes)
}

/// Writes a message of this definition, or of this family such as `pain.001`, from a JSON document.
pub(super) fn write(definition: &str, document: serde_json::Value) -> Result<String, MsgError> {
    (find(definition)?.write)(document)
}

fn find(definition: &str) -> Result<&'static Kind, MsgError> {
    let found = KINDS.iter().find(|kind| kind.definition == definition || kind.definition.get(..8) == Some(definition));
    let names: Vec<&str> = KINDS.iter().map(|kind| kind.definition).collect();
    found.ok_or_else(|| MsgError::Usage(format!("{definition:?} is none of {}", names.join(", "))))
}
