// SPDX-License-Identifier: MIT

//! `qenex message`: messages that move money.

use std::io::Write;
use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::requests::{get, post, query, segment};
use super::show::{answer, facts, rows, text};
use crate::commands::{MsgError, read_message};
use crate::error::Error;
use crate::output::{Align, Table, print_json};
use qenex_client::{Body, Client, Request};

use Align::{Left, Right};

/// What to do with messages.
#[derive(Debug, Subcommand)]
pub(crate) enum MessageCommand {
    /// Hand a message in: it is judged, stored, and executed if nothing is wrong with it
    #[command(after_help = "Example:\n  qenex message send --profile sepa-sct payments.xml")]
    Send {
        /// File of one ISO 20022 or MT message, - for standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Profile to judge it by [default: the bank's]
        #[arg(long)]
        profile: Option<String>,
        /// Idempotency key: repeating the command with it does nothing more
        #[arg(long)]
        id: Option<String>,
    },
    /// List messages
    List {
        /// Only those that are so far
        #[arg(long, value_enum)]
        state: Option<State>,
        /// Only those that came, or those that go
        #[arg(long, value_enum)]
        direction: Option<Direction>,
        /// Only those whose definition begins so, such as pacs.008
        #[arg(long, value_name = "NAME")]
        definition: Option<String>,
        /// Only those with this identifier
        #[arg(long)]
        reference: Option<String>,
    },
    /// Show what was found in a message and what became of its payments
    Show {
        /// Its id
        id: String,
    },
    /// Print the text of a message as it came or was issued
    Original {
        /// Its id
        id: String,
    },
    /// Print what was issued because of a message, such as its pain.002
    Answers {
        /// Its id
        id: String,
    },
    /// Decide whether payments that another bank asks back go back
    Decide {
        /// Id of the camt.056
        id: String,
        /// They go back
        #[arg(long, conflicts_with = "reject", required_unless_present = "reject")]
        accept: bool,
        /// They stay, for this reason, such as CUST or LEGL
        #[arg(long, value_name = "REASON")]
        reject: Option<String>,
    },
    /// Ask the payments of a pacs.008 back
    Recall {
        /// Id of the pacs.008
        id: String,
        /// Why: AC03, AM09, CUST, DUPL, FRAD or TECH
        reason: String,
    },
    /// Give a collection that another bank's customer made back to its debtor
    Refund {
        /// Id of the pacs.003
        id: String,
        /// Why: MD06 as the debtor wants it, MD01 as it was not authorised, or another reason for returns
        reason: String,
        /// Place of the collection in the message
        #[arg(long, default_value_t = 0)]
        place: u32,
    },
}

/// How far a message is.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum State {
    /// Wrong: nothing was done
    Refused,
    /// To be executed
    Received,
    /// Something in it waits for its day, or for somebody
    Waiting,
    /// Executed and answered
    Done,
    /// Issued by this bank
    Issued,
}

/// Whether messages come or go.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Direction {
    /// Handed in
    In,
    /// Issued by this bank
    Out,
}

fn name(value: impl ValueEnum) -> Option<String> {
    value.to_possible_value().map(|value| value.get_name().to_owned())
}

/// Does it, and shows what came.
pub(super) fn run(out: &mut impl Write, json: bool, client: &Client, command: &MessageCommand) -> Result<(), Error> {
    let of = |id: &str, what: &str| format!("/v1/messages/{}{what}", segment(id));
    match command {
        MessageCommand::Send { file, profile, id } => {
            let path = format!("/v1/messages{}", query([("profile", profile.clone())]));
            let bytes = read_message(file)?;
            let kind = if qenex_messages::mt::is_mt(&bytes) { "text/plain" } else { "application/xml" };
            let request = Request { body: Some(Body::Text { kind, bytes }), ..post(path, None, id.clone()) };
            let sent = client.send(&request)?;
            if sent.is_repeated {
                eprintln!("This was handed in before; nothing was done again.");
            }
            let document = sent.document;
            if json {
                print_json(out, &document)?;
            } else {
                facts(out, &document)?;
            }
            // What is wrong with it is asked for with `show`.
            if document["state"] == "refused" { Err(MsgError::Invalid.into()) } else { Ok(()) }
        }
        MessageCommand::List { state, direction, definition, reference } => {
            let query = query([
                ("state", state.and_then(name)),
                ("direction", direction.and_then(name)),
                ("definition", definition.clone()),
                ("reference", reference.clone()),
            ]);
            answer(out, json, client, &get(format!("/v1/messages{query}")))
        }
        MessageCommand::Show { id } => {
            let document = client.send(&get(of(id, "")))?.document;
            if json { print_json(out, &document) } else { detail(out, &document) }
        }
        MessageCommand::Original { id } => {
            // Asked for as a document first: a problem is told as one.
            client.send(&get(of(id, "")))?;
            Ok(write!(out, "{}", client.text(&of(id, "/original"))?)?)
        }
        MessageCommand::Answers { id } => {
            let document = client.send(&get(of(id, "/answers")))?.document;
            if json {
                return print_json(out, &document);
            }
            let answers = document["answers"].as_array().map_or(&[][..], Vec::as_slice);
            answers.iter().try_for_each(|answer| Ok(writeln!(out, "{}", answer["text"].as_str().unwrap_or_default())?))
        }
        MessageCommand::Decide { id, accept, reject } => {
            let body = match reject {
                Some(reason) => json!({ "accept": false, "reason": reason }),
                None => json!({ "accept": accept }),
            };
            answer(out, json, client, &post(of(id, "/decision"), Some(body), None))
        }
        MessageCommand::Recall { id, reason } => {
            answer(out, json, client, &post(of(id, "/recall"), Some(json!({ "reason": reason })), None))
        }
        MessageCommand::Refund { id, reason, place } => {
            let body = json!({ "place": place, "reason": reason });
            answer(out, json, client, &post(of(id, "/refund"), Some(body), None))
        }
    }
}

/// A message, its findings and payments.
fn detail(out: &mut impl Write, document: &Value) -> Result<(), Error> {
    facts(out, &document["message"])?;
    let list = |name: &str| document[name].as_array().cloned().unwrap_or_default();
    let findings = list("findings");
    if !findings.is_empty() {
        writeln!(out)?;
        let mut table = Table::new([("SEVERITY", Left), ("LINE", Right), ("CODE", Left), ("WHAT", Left)]);
        rows(out, &mut table, &findings, |finding| {
            ["/severity", "/line", "/code", "/text"].map(|path| text(finding, path))
        })?;
    }
    let payments = list("payments");
    if !payments.is_empty() {
        writeln!(out)?;
        let mut table = Table::new([
            ("PLACE", Right),
            ("KIND", Left),
            ("STATE", Left),
            ("REASON", Left),
            ("AMOUNT", Right),
            ("CURRENCY", Left),
            ("END-TO-END", Left),
            ("POSTED AS", Right),
        ]);
        rows(out, &mut table, &payments, |payment| {
            let paths =
                ["/place", "/kind", "/state", "/reason", "/amount", "/currency", "/end_to_end", "/postings/0/sequence"];
            paths.map(|path| text(payment, path))
        })?;
    }
    Ok(())
}
