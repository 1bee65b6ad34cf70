// SPDX-License-Identifier: MIT

//! MT messages: what they say, and ISO 20022 messages made of them and them of those.

use qenex_messages::finding::Findings;
use qenex_messages::iso20022::message::{self as iso20022, BankTransfers, CreditTransfers, Message, Statements};
use qenex_messages::mt::message::{Mt, Mt103, Mt202, Mt900, Mt910, Mt940, Mt950, MtReadError, parse, write};
use qenex_messages::mt::{MtMessage, examine};
use qenex_messages::translate::mt::{Notes, from_mt103, from_mt202, from_mt940, to_mt103, to_mt202, to_mt940};
use qenex_messages::translate::{Context, TranslateError};
use serde::Serialize;

use super::args::ConvertArgs;
use super::error::MsgError;
use super::kind::Shown;

/// What separates messages of a file (RJE).
const SEPARATOR: &str = "\r\n$\r\n";

/// Whether an MT message is to be made.
pub(super) fn is_wanted(definition: &str) -> bool {
    matches!(definition, "mt103" | "mt202" | "mt940")
}

/// What the messages of a file say.
pub(super) fn show(bytes: &[u8]) -> Result<Vec<Shown>, MsgError> {
    messages(bytes)?
        .iter()
        .map(|message| match message.headers.kind.as_str() {
            "103" => shown::<Mt103>(message),
            "202" => shown::<Mt202>(message),
            "900" => shown::<Mt900>(message),
            "910" => shown::<Mt910>(message),
            "940" => shown::<Mt940>(message),
            _ => shown::<Mt950>(message),
        })
        .collect()
}

fn shown<M: Mt + Serialize>(message: &MtMessage) -> Result<Shown, MsgError> {
    let parsed = parse::<M>(message)?;
    let document = serde_json::to_value(&parsed.message)?;
    Ok(Shown { definition: parsed.message.kind().name(), document, unread: parsed.unread })
}

/// Makes the wanted message.
pub(super) fn convert(bytes: &[u8], args: &ConvertArgs, context: &mut Context<'_>) -> Result<String, MsgError> {
    let mut notes = Notes::new();
    let mut lost = Vec::new();
    let text = match args.to.as_str() {
        "mt103" => {
            to_swift(&read::<CreditTransfers>(bytes, &mut lost)?, |message| to_mt103(message, context, &mut notes))?
        }
        "mt202" => {
            to_swift(&read::<BankTransfers>(bytes, &mut lost)?, |message| to_mt202(message, context, &mut notes))?
        }
        "mt940" => to_swift(&read::<Statements>(bytes, &mut lost)?, |message| to_mt940(message, &mut notes))?,
        other => match other.get(..8).unwrap_or_default() {
            "pacs.008" => iso20022::write(&from_mt103(&one(bytes, &mut lost)?, context, &mut notes)?, true),
            "pacs.009" => iso20022::write(&from_mt202(&one(bytes, &mut lost)?, context, &mut notes)?, true),
            "camt.053" => iso20022::write(&from_mt940(&one(bytes, &mut lost)?, context, &mut notes)?, true),
            _ => return Err(MsgError::Usage(format!("there is no conversion of an MT message to {other:?}"))),
        },
    };
    for note in notes.findings().list() {
        eprintln!("{}: {}: {}: {}", note.severity, note.code, note.path, note.text);
    }
    lost.extend(notes.losses());
    lost.dedup();
    if !lost.is_empty() && !args.lossy {
        return Err(MsgError::Loses(lost));
    }
    Ok(text)
}

fn messages(bytes: &[u8]) -> Result<Vec<MtMessage>, MsgError> {
    examine(bytes, &mut Findings::new(0)).map_err(|_| MsgError::Unreadable)
}

/// The only message of a file, and the paths of what its type has no place for.
fn one<M: Mt>(bytes: &[u8], lost: &mut Vec<String>) -> Result<M, MsgError> {
    let messages = messages(bytes)?;
    let [message] = messages.as_slice() else {
        return Err(MsgError::Usage(format!("the file has {} messages: convert one at a time", messages.len())));
    };
    if message.errors > 0 {
        return Err(MsgError::Mt(MtReadError::Invalid));
    }
    let parsed = parse::<M>(message)?;
    lost.extend(parsed.unread);
    Ok(parsed.message)
}

/// The ISO 20022 message, and the paths of what its type has no place for.
fn read<M: Message>(bytes: &[u8], lost: &mut Vec<String>) -> Result<M, MsgError> {
    let parsed = iso20022::parse::<M>(bytes)?;
    lost.extend(parsed.unread);
    Ok(parsed.message)
}

/// The new messages as a file.
fn to_swift<M, N: Mt>(
    message: &M,
    translate: impl FnOnce(&M) -> Result<Vec<N>, TranslateError>,
) -> Result<String, MsgError> {
    let written: Result<Vec<String>, _> = translate(message)?.iter().map(write).collect();
    Ok(written?.join(SEPARATOR))
}
