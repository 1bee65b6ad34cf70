// SPDX-License-Identifier: MIT

//! The log of decisions: append-only, each entry chained to the one before it by SHA-256.
//!
//! The hash of an entry is SHA-256(`qenex-decision-1` ‖ hash before it, 32 zero bytes before the first ‖ number ‖ time ‖
//! for each text its length and bytes), all numbers as 64 bits little-endian. So the last hash vouches for every entry
//! before it. A log that was cut off at its end is a shorter one: keep the head elsewhere, as that of the journal.

use rusqlite::{OptionalExtension, Transaction};
use serde::Serialize;
use sha2::{Digest, Sha256};
use thiserror::Error;
use utoipa::ToSchema;

use super::store::{loaded, stored};
use super::{Actor, PeopleError, PeopleStore};

const DOMAIN: &[u8] = b"qenex-decision-1";

/// What was decided.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Somebody was let in.
    Login,
    /// Somebody was not let in: name or password was wrong.
    LoginRefused,
    /// Somebody was not let in: too many failed logins.
    LockedOut,
    /// Somebody has logged out.
    Logout,
    /// Sessions of a user were ended by somebody else.
    SessionsEnded,
    /// Somebody asked for what they have no right to.
    Refused,
    /// A user was added.
    UserAdded,
    /// A user's role or owner number was changed, or they were disabled or enabled.
    UserChanged,
    /// A password was set.
    PasswordChanged,
    /// Failed logins of a user were forgotten.
    Unlocked,
    /// Something waits for a second person.
    ApprovalRequested,
    /// A second person has agreed.
    Approved,
    /// It will not be done.
    Rejected,
    /// What was approved has been done.
    CarriedOut,
    /// What was approved cannot be done.
    Failed,
    /// An analyst lets a payment be made, or says that an alert was none.
    ReviewApproved,
    /// An analyst refuses a payment, or says that an alert was right.
    ReviewRejected,
    /// Somebody said what a payment was.
    PaymentLabelled,
    /// What a source said of payments is not believed any more.
    LabelsForgotten,
    /// Other rules are in force.
    RulesChanged,
    /// The training of a model was begun.
    ModelTraining,
    /// A model was made, and is tried out.
    ModelTrained,
    /// Another model decides.
    ModelPromoted,
    /// The model before decides again.
    ModelRolledBack,
    /// A model cannot be loaded.
    ModelUnusable,
    /// An account was frozen because of a posting.
    AccountFrozen,
}

impl What {
    /// The name in the database and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            What::Login => "login",
            What::LoginRefused => "login_refused",
            What::LockedOut => "locked_out",
            What::Logout => "logout",
            What::SessionsEnded => "sessions_ended",
            What::Refused => "refused",
            What::UserAdded => "user_added",
            What::UserChanged => "user_changed",
            What::PasswordChanged => "password_changed",
            What::Unlocked => "unlocked",
            What::ApprovalRequested => "approval_requested",
            What::Approved => "approved",
            What::Rejected => "rejected",
            What::CarriedOut => "carried_out",
            What::Failed => "failed",
            What::ReviewApproved => "review_approved",
            What::ReviewRejected => "review_rejected",
            What::PaymentLabelled => "payment_labelled",
            What::LabelsForgotten => "labels_forgotten",
            What::RulesChanged => "rules_changed",
            What::ModelTraining => "model_training",
            What::ModelTrained => "model_trained",
            What::ModelPromoted => "model_promoted",
            What::ModelRolledBack => "model_rolled_back",
            What::ModelUnusable => "model_unusable",
            What::AccountFrozen => "account_frozen",
        }
    }
}

/// One entry of the log.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Decision {
    /// 1 for the first, then without a gap.
    pub number: u64,
    /// When, nanoseconds since 1970-01-01 UTC.
    pub at: u64,
    /// A name of [`What`].
    pub what: String,
    /// Who asked for it.
    pub actor: String,
    /// Whom or what it is about.
    pub subject: String,
    /// Where it came from.
    pub peer: String,
    /// More, for people.
    pub details: String,
    /// Vouches for this entry and all before it.
    pub hash: [u8; 32],
}

impl Decision {
    fn hash_after(&self, previous: [u8; 32]) -> [u8; 32] {
        let mut hash = Sha256::new_with_prefix(DOMAIN);
        hash.update(previous);
        hash.update(self.number.to_le_bytes());
        hash.update(self.at.to_le_bytes());
        for text in [&self.what, &self.actor, &self.subject, &self.peer, &self.details] {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        }
        hash.finalize().into()
    }
}

/// The end of the log.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct DecisionHead {
    /// Number of the last entry; 0 in an empty log.
    pub number: u64,
    /// Its hash; zero in an empty log.
    pub hash: [u8; 32],
}

/// What is wrong with the log.
#[derive(Debug, Error)]
pub enum DecisionError {
    /// The first entry that is missing, or is not as it was written.
    #[error("the log of decisions is wrong from entry {0} on: it was changed, or an entry before it")]
    Broken(u64),
    /// The database.
    #[error(transparent)]
    People(#[from] PeopleError),
}

fn head(connection: &rusqlite::Connection) -> Result<DecisionHead, PeopleError> {
    let sql = "SELECT number, hash FROM decision ORDER BY number DESC LIMIT 1";
    let mut query = connection.prepare_cached(sql)?;
    let head = query.query_row([], |row| Ok(DecisionHead { number: row.get(0)?, hash: row.get(1)? })).optional()?;
    Ok(head.unwrap_or_default())
}

/// Appends to the log, as part of the change that was decided on.
pub(super) fn record(
    change: &Transaction<'_>,
    now: u64,
    what: What,
    actor: &Actor,
    subject: &str,
    details: &str,
) -> Result<(), PeopleError> {
    let head = head(change)?;
    let mut decision = Decision {
        number: head.number + 1,
        at: loaded(stored(now)),
        what: what.name().into(),
        actor: actor.user.clone(),
        subject: subject.into(),
        peer: actor.peer.to_string(),
        details: details.into(),
        hash: [0; 32],
    };
    decision.hash = decision.hash_after(head.hash);
    let mut insert = change.prepare_cached("INSERT INTO decision VALUES (?, ?, ?, ?, ?, ?, ?, ?)")?;
    insert.execute((
        decision.number,
        stored(decision.at),
        &decision.what,
        &decision.actor,
        &decision.subject,
        &decision.peer,
        &decision.details,
        decision.hash,
    ))?;
    Ok(())
}

impl PeopleStore {
    /// Appends a decision that changes nothing else, such as a refusal.
    ///
    /// # Errors
    ///
    /// [`PeopleError::Sqlite`].
    pub fn record(
        &mut self,
        now: u64,
        what: What,
        actor: &Actor,
        subject: &str,
        details: &str,
    ) -> Result<(), PeopleError> {
        let change = self.change()?;
        record(&change, now, what, actor, subject, details)?;
        Ok(change.commit()?)
    }

    /// Up to `most` entries of the log after entry `after`.
    ///
    /// # Errors
    ///
    /// [`PeopleError::Sqlite`].
    pub fn decisions(&self, after: u64, most: usize) -> Result<Vec<Decision>, PeopleError> {
        let sql = "SELECT number, at, what, actor, subject, peer, details, hash FROM decision
                    WHERE number > ? ORDER BY number LIMIT ?";
        let mut query = self.connection.prepare_cached(sql)?;
        let rows = query.query_map((stored(after), most), |row| {
            Ok(Decision {
                number: row.get(0)?,
                at: loaded(row.get(1)?),
                what: row.get(2)?,
                actor: row.get(3)?,
                subject: row.get(4)?,
                peer: row.get(5)?,
                details: row.get(6)?,
                hash: row.get(7)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The end of the log.
    ///
    /// # Errors
    ///
    /// [`PeopleError::Sqlite`].
    pub fn decision_head(&self) -> Result<DecisionHead, PeopleError> {
        head(&self.connection)
    }
}

/// Walks the whole log and computes every hash anew. Returns its end.
///
/// # Errors
///
/// [`DecisionError::Broken`] names the first wrong entry.
pub fn verify_decisions(store: &PeopleStore) -> Result<DecisionHead, DecisionError> {
    let mut head = DecisionHead::default();
    loop {
        let piece = store.decisions(head.number, 1000)?;
        if piece.is_empty() {
            return Ok(head);
        }
        for decision in piece {
            if decision.number != head.number + 1 || decision.hash_after(head.hash) != decision.hash {
                return Err(DecisionError::Broken(head.number + 1));
            }
            head = DecisionHead { number: decision.number, hash: decision.hash };
        }
    }
}
