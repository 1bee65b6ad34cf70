// SPDX-License-Identifier: MIT

//! Messages, their findings and events.

use qenex_abi::Id;
use rusqlite::{OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::MessageStore;
use crate::bank::Scope;
use crate::beside::{loaded, loaded_id, stored, stored_id};
use crate::payments::PaymentError;

/// Whether a message came or goes.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Handed in.
    In,
    /// Issued by this bank.
    Out,
}

impl Direction {
    fn name(self) -> &'static str {
        match self {
            Direction::In => "in",
            Direction::Out => "out",
        }
    }
}

/// How far a message is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// Its findings forbid to act on it, or its identifier was used before. It moved nothing.
    Refused,
    /// To be executed: now, or when the daemon is back.
    Received,
    /// Something in it waits for its day, or for somebody's decision.
    Waiting,
    /// Everything in it was executed or rejected, and answered.
    Done,
    /// Issued by this bank, to be fetched and sent.
    Issued,
}

impl MessageState {
    const ALL: [MessageState; 5] = [
        MessageState::Refused,
        MessageState::Received,
        MessageState::Waiting,
        MessageState::Done,
        MessageState::Issued,
    ];

    /// The name in the database and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            MessageState::Refused => "refused",
            MessageState::Received => "received",
            MessageState::Waiting => "waiting",
            MessageState::Done => "done",
            MessageState::Issued => "issued",
        }
    }
}

/// Something that is wrong with a message, as it is stored.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub struct StoredFinding {
    /// `error` or `warning`.
    pub severity: String,
    /// Stable identifier of the kind of finding.
    pub code: String,
    /// Where: the path of the element.
    pub path: String,
    /// Line in the text, from 1.
    pub line: u32,
    /// Byte in the line, from 1.
    pub column: u32,
    /// The rule that is broken.
    pub rule: String,
    /// What is wrong.
    pub text: String,
}

/// A message to be stored.
pub struct NewMessage<'a> {
    /// Its id in this bank.
    pub id: Id,
    /// Whether it came or goes.
    pub direction: Direction,
    /// Its definition.
    pub definition: &'a str,
    /// Its identifier, given by whoever made it.
    pub reference: Option<&'a str>,
    /// Within whose identifiers that is unique.
    pub sender: &'a str,
    /// Who handed it in.
    pub user: &'a str,
    /// The customer whose message it is.
    pub owner: Option<u32>,
    /// When, nanoseconds since 1970-01-01 UTC.
    pub at: u64,
    /// The profile that it was judged by.
    pub profile: &'a str,
    /// The text.
    pub original: &'a [u8],
    /// Errors and warnings found, also those that are not kept.
    pub found: (u64, u64),
    /// Number of the message that it answers.
    pub answers: Option<u64>,
    /// How far it is.
    pub state: MessageState,
}

/// A message as it is stored, without its text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Message {
    /// Counts all messages.
    pub number: u64,
    /// Its id in this bank.
    pub id: Id,
    /// Whether it came or goes.
    pub direction: Direction,
    /// Its definition.
    pub definition: String,
    /// Its identifier, given by whoever made it.
    pub reference: Option<String>,
    /// Within whose identifiers that is unique.
    pub sender: String,
    /// Who handed it in.
    pub user: String,
    /// The customer whose message it is.
    pub owner: Option<u32>,
    /// When, nanoseconds since 1970-01-01 UTC.
    pub at: u64,
    /// The profile that it was judged by.
    pub profile: String,
    /// How many errors were found.
    pub errors: u64,
    /// How many warnings were found.
    pub warnings: u64,
    /// Number and id of the message that it answers.
    pub answers: Option<(u64, Id)>,
    /// How far it is.
    pub state: MessageState,
}

impl Message {
    /// Whose accounts whoever sent it may debit.
    pub fn scope(&self) -> Scope {
        self.owner.map_or(Scope::All, Scope::Owner)
    }
}

/// Which messages to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Those that came, or those that go.
    pub direction: Option<Direction>,
    /// Those whose definition begins with this.
    pub definition: Option<String>,
    /// Those that are so far.
    pub state: Option<MessageState>,
    /// Those with this identifier.
    pub reference: Option<String>,
    /// Those of this time or later.
    pub from: Option<u64>,
    /// Those before this time.
    pub until: Option<u64>,
    /// Those of one customer.
    pub owner: Option<u32>,
    /// Those that answer this message.
    pub answers: Option<u64>,
    /// Those after this number.
    pub after: u64,
}

/// A step in the life of a message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Event {
    /// When.
    pub at: u64,
    /// What happened.
    pub what: String,
    /// Who did it.
    pub actor: String,
    /// More.
    pub details: String,
}

const COLUMNS: &str = "m.number, m.id, m.direction, m.definition, m.reference, m.sender, m.user, m.owner, m.at, m.profile, \
    m.errors, m.warnings, m.answers, a.id, m.state FROM message m LEFT JOIN message a ON a.number = m.answers";

fn message(row: &Row<'_>) -> rusqlite::Result<Message> {
    let (answers, answered): (Option<i64>, Option<[u8; 16]>) = (row.get(12)?, row.get(13)?);
    let state: String = row.get(14)?;
    Ok(Message {
        number: loaded(row.get(0)?),
        id: loaded_id(row.get(1)?),
        direction: if row.get::<_, String>(2)? == "in" { Direction::In } else { Direction::Out },
        definition: row.get(3)?,
        reference: row.get(4)?,
        sender: row.get(5)?,
        user: row.get(6)?,
        owner: row.get(7)?,
        at: loaded(row.get(8)?),
        profile: row.get(9)?,
        errors: loaded(row.get(10)?),
        warnings: loaded(row.get(11)?),
        answers: answers.zip(answered).map(|(number, id)| (loaded(number), loaded_id(id))),
        state: MessageState::ALL.into_iter().find(|known| known.name() == state).unwrap_or(MessageState::Done),
    })
}

/// Stores a message, and returns its number.
pub(in crate::payments) fn insert(
    transaction: &Transaction<'_>,
    new: &NewMessage<'_>,
    findings: &[StoredFinding],
) -> Result<u64, PaymentError> {
    transaction.prepare_cached(
        "INSERT INTO message (id, direction, definition, reference, sender, user, owner, at, profile, original, errors,
                              warnings, answers, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        stored_id(new.id),
        new.direction.name(),
        new.definition,
        new.reference,
        new.sender,
        new.user,
        new.owner,
        stored(new.at),
        new.profile,
        new.original,
        stored(new.found.0),
        stored(new.found.1),
        new.answers.map(stored),
        new.state.name(),
    ])?;
    let number = transaction.last_insert_rowid();
    let mut insert = transaction.prepare_cached("INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")?;
    for (place, finding) in findings.iter().enumerate() {
        let StoredFinding { severity, code, path, line, column, rule, text } = finding;
        insert.execute(params![number, stored(place as u64), severity, code, path, line, column, rule, text])?;
    }
    Ok(loaded(number))
}

/// Notes a step.
pub(in crate::payments) fn note(
    transaction: &Transaction<'_>,
    message: u64,
    at: u64,
    what: &str,
    actor: &str,
    details: &str,
) -> Result<(), PaymentError> {
    let sql = "INSERT INTO event (message, at, what, actor, details) VALUES (?, ?, ?, ?, ?)";
    transaction.prepare_cached(sql)?.execute(params![stored(message), stored(at), what, actor, details])?;
    Ok(())
}

/// Notes how far a message is, and on which day it goes on.
pub(in crate::payments) fn set_state(
    transaction: &Transaction<'_>,
    message: u64,
    state: MessageState,
    due: Option<i64>,
) -> Result<(), PaymentError> {
    let sql = "UPDATE message SET state = ?, due = ? WHERE number = ?";
    transaction.prepare_cached(sql)?.execute(params![state.name(), due, stored(message)])?;
    Ok(())
}

impl MessageStore {
    fn one(&self, condition: &str, given: impl rusqlite::Params) -> Result<Option<Message>, PaymentError> {
        let mut query = self.connection.prepare_cached(&format!("SELECT {COLUMNS} WHERE {condition}"))?;
        Ok(query.query_row(given, message).optional()?)
    }

    /// The message with this id.
    ///
    /// # Errors
    ///
    /// [`PaymentError::Sqlite`].
    pub fn message(&self, id: Id) -> Result<Option<Message>, PaymentError> {
        self.one("m.id = ?", [stored_id(id)])
    }

    /// The message with this number.
    ///
    /// # Errors
    ///
    /// [`PaymentError::Sqlite`].
    pub fn message_by_number(&self, number: u64) -> Result<Option<Message>, PaymentError> {
        self.one("m.number = ?", [stored(number)])
    }

    /// The message that has taken this identifier.
    ///
    /// # Errors
    ///
    /// [`PaymentError::Sqlite`].
    pub fn sent_before(
        &self,
        sender: &str,
        definition: &str,
        reference: &str,
    ) -> Result<Option<Message>, PaymentError> {
        let condition =
            "m.sender = ? AND m.definition = ? AND m.reference = ? AND m.direction = 'in' AND m.state <> 'refused'";
        self.one(condition, [sender, definition, reference])
    }

    /// The text of a message.
    ///
    /// # Errors
    ///
    /// [`PaymentError::Sqlite`].
    pub fn original(&self, number: u64) -> Result<Vec<u8>, PaymentError> {
        let sql = "SELECT original FROM message WHERE number = ?";
        Ok(self.connection.prepare_cached(sql)?.query_row([stored(number)], |row| row.get(0))?)
    }

    /// What was found in a message.
    ///
    /// # Errors
    ///
    /// [`PaymentError::Sqlite`].
    pub fn findings(&self, number: u64) -> Result<Vec<StoredFinding>, PaymentError> {
        let sql = "SELECT severity, code, path, line, col, rule, text FROM finding WHERE message = ? ORDER BY place";
        let mut query = self.connection.prepare_cached(sql)?;
        let rows = query.query_map([stored(number)], |row| {
            Ok(StoredFinding {
                severity: row.get(0)?,
                code: row.get(1)?,
                path: row.get(2)?,
                line: row.get(3)?,
                column: row.get(4)?,
                rule: row.get(5)?,
                text: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The steps of a message, oldest first.
    ///
    /// # Errors
    ///
    /// [`PaymentError::Sqlite`].
    pub fn events(&self, number: u64) -> Result<Vec<Event>, PaymentError> {
        let sql = "SELECT at, what, actor, details FROM event WHERE message = ? ORDER BY number LIMIT 1000";
        let mut query = self.connection.prepare_cached(sql)?;
        let rows = query.query_map([stored(number)], |row| {
            Ok(Event { at: loaded(row.get(0)?), what: row.get(1)?, actor: row.get(2)?, details: row.get(3)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Messages by number, at most `most`.
    ///
    /// # Errors
    ///
    /// [`PaymentError::Sqlite`].
    pub fn messages(&self, filter: &Filter, most: usize) -> Result<Vec<Message>, PaymentError> {
        let sql = format!(
            "SELECT {COLUMNS} WHERE m.number > ?1
                AND (?2 IS NULL OR m.direction = ?2) AND (?3 IS NULL OR m.definition LIKE ?3 || '%')
                AND (?4 IS NULL OR m.state = ?4) AND (?5 IS NULL OR m.reference = ?5)
                AND (?6 IS NULL OR m.at >= ?6) AND (?7 IS NULL OR m.at < ?7)
                AND (?8 IS NULL OR m.owner = ?8) AND (?9 IS NULL OR m.answers = ?9)
              ORDER BY m.number LIMIT ?10"
        );
        let mut query = self.connection.prepare_cached(&sql)?;
        let rows = query.query_map(
            params![
                stored(filter.after),
                filter.direction.map(Direction::name),
                filter.definition,
                filter.state.map(MessageState::name),
                filter.reference,
                filter.from.map(|time| i64::try_from(time).unwrap_or(i64::MAX)),
                filter.until.map(|time| i64::try_from(time).unwrap_or(i64::MAX)),
                filter.owner,
                filter.answers.map(stored),
                stored(most as u64),
            ],
            message,
        )?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Messages that something is to be done about on day `today`.
    ///
    /// # Errors
    ///
    /// [`PaymentError::Sqlite`].
    pub fn unfinished(&self, today: i64) -> Result<Vec<Message>, PaymentError> {
        let sql = format!(
            "SELECT {COLUMNS} WHERE m.state = 'received' OR m.state = 'waiting' AND m.due <= ? ORDER BY m.number LIMIT 100"
        );
        let mut query = self.connection.prepare_cached(&sql)?;
        let rows = query.query_map([today], message)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many messages there are of each definition and state.
    ///
    /// # Errors
    ///
    /// [`PaymentError::Sqlite`].
    pub fn counts(&self) -> Result<Vec<(String, String, u64)>, PaymentError> {
        let sql = "SELECT definition, state, count(*) FROM message GROUP BY definition, state";
        let mut query = self.connection.prepare_cached(sql)?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, loaded(row.get(2)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
