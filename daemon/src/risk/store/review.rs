// SPDX-License-Identifier: MIT

//! The queue of the analysts.

use qenex_abi::{Id, Transfer};
use rusqlite::{OptionalExtension, Row, Transaction, params};
use zerocopy::{FromBytes, IntoBytes};

use super::{RiskStore, unreadable};
use crate::beside::{loaded, loaded_id, names, stored, stored_id};
use crate::risk::RiskError;

names! {
    /// What is to be looked at.
    pub enum ReviewKind {
        /// A payment, or several that happen together: its money is held until somebody decides.
        Payment = "payment",
        /// A hold that somebody asked for: it is there, and can be posted once somebody has agreed.
        Hold = "hold",
        /// A posting that looked bad when it was there already.
        Alert = "alert",
    }
}

names! {
    /// How far a review is.
    pub enum ReviewState {
        /// The money is about to be held.
        Holding = "holding",
        /// Somebody must decide.
        Pending = "pending",
        /// Somebody has agreed, and the ledger is about to post it.
        Approving = "approving",
        /// Somebody has agreed, and it was done.
        Approved = "approved",
        /// Somebody has refused, and the ledger is about to release the money.
        Rejecting = "rejecting",
        /// Somebody has refused, and nothing has moved.
        Rejected = "rejected",
        /// Somebody has agreed, but the ledger refused; nothing has moved.
        Failed = "failed",
    }
}

/// An item of a review.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Item {
    /// As it was asked for, with its id.
    pub transfer: Transfer,
    /// Whether its money is held, by a hold with the item's id.
    pub held: bool,
}

/// A review to be stored.
#[derive(Clone, Debug)]
pub struct NewReview {
    /// Of the hold, or of the posting that an alert is about.
    pub id: Id,
    /// What it is.
    pub kind: ReviewKind,
    /// How far it is.
    pub state: ReviewState,
    /// When, nanoseconds since 1970-01-01 UTC.
    pub at: u64,
    /// Who asked for the payment.
    pub user: String,
    /// The customer whose payment it is.
    pub owner: Option<u32>,
    /// The decision, JSON.
    pub decision: String,
    /// Its items, in order.
    pub items: Vec<Item>,
}

/// A review as it is stored.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Review {
    /// Counts all reviews.
    pub number: u64,
    /// Of the hold, or of the posting that an alert is about.
    pub id: Id,
    /// What it is.
    pub kind: ReviewKind,
    /// How far it is.
    pub state: ReviewState,
    /// When, nanoseconds since 1970-01-01 UTC.
    pub at: u64,
    /// Who asked for the payment; empty if that is not known.
    pub user: String,
    /// The customer whose payment it is.
    pub owner: Option<u32>,
    /// The decision, JSON.
    pub decision: String,
    /// Who decided about it.
    pub decided_by: Option<String>,
    /// When, nanoseconds since 1970-01-01 UTC.
    pub decided_at: Option<u64>,
    /// What they said about it.
    pub note: Option<String>,
    /// Whether the verdict says what the payment was.
    pub labels: bool,
    /// Name of the ledger's result code, where it has failed.
    pub outcome: Option<String>,
    /// Its items, in order.
    pub items: Vec<Item>,
}

/// Which reviews to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReviewFilter {
    /// Those that are so far.
    pub state: Option<ReviewState>,
    /// Those of one customer.
    pub owner: Option<u32>,
    /// Those after this number.
    pub after: u64,
}

const COLUMNS: &str =
    "number, id, kind, state, at, user, owner, decision, decided_by, decided_at, note, labels, outcome FROM review";

fn read(row: &Row<'_>) -> rusqlite::Result<Review> {
    Ok(Review {
        number: loaded(row.get(0)?),
        id: loaded_id(row.get(1)?),
        kind: ReviewKind::load(&row.get::<_, String>(2)?)?,
        state: ReviewState::load(&row.get::<_, String>(3)?)?,
        at: loaded(row.get(4)?),
        user: row.get(5)?,
        owner: row.get(6)?,
        decision: row.get(7)?,
        decided_by: row.get(8)?,
        decided_at: row.get::<_, Option<i64>>(9)?.map(loaded),
        note: row.get(10)?,
        labels: row.get(11)?,
        outcome: row.get(12)?,
        items: Vec::new(),
    })
}

fn with_items(connection: &rusqlite::Connection, mut review: Review) -> Result<Review, RiskError> {
    let mut query =
        connection.prepare_cached("SELECT transfer, held FROM review_item WHERE review = ? ORDER BY place")?;
    let rows =
        query.query_map([stored(review.number)], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, bool>(1)?)))?;
    for row in rows {
        let (bytes, held) = row?;
        let transfer = Transfer::read_from_bytes(&bytes)
            .map_err(|_| unreadable(&format!("review {}", review.number), "an item has another length"))?;
        review.items.push(Item { transfer, held });
    }
    Ok(review)
}

fn find(connection: &rusqlite::Connection, id: Id) -> Result<Option<Review>, RiskError> {
    let mut query = connection.prepare_cached(&format!("SELECT {COLUMNS} WHERE id = ?"))?;
    let found = query.query_row([stored_id(id)], read).optional()?;
    found.map(|review| with_items(connection, review)).transpose()
}

fn set_state(
    transaction: &Transaction<'_>,
    id: Id,
    state: ReviewState,
    outcome: Option<&str>,
) -> Result<(), RiskError> {
    let sql = "UPDATE review SET state = ?, outcome = coalesce(?, outcome) WHERE id = ?";
    transaction.prepare_cached(sql)?.execute(params![state.name(), outcome, stored_id(id)])?;
    Ok(())
}

impl RiskStore {
    /// Stores a review, unless there is one with this id or one of its items already: then that is returned.
    ///
    /// # Errors
    ///
    /// [`RiskError::Sqlite`].
    pub fn add_review(&mut self, new: &NewReview) -> Result<Option<Review>, RiskError> {
        self.change(|transaction| {
            for item in &new.items {
                let sql = "SELECT review.id FROM review JOIN review_item ON review = number WHERE review_item.id = ?";
                let mut query = transaction.prepare_cached(sql)?;
                let known =
                    query.query_row([stored_id(item.transfer.id)], |row| row.get::<_, [u8; 16]>(0)).optional()?;
                if let Some(known) = known {
                    return find(transaction, loaded_id(known));
                }
            }
            transaction
                .prepare_cached(
                    "INSERT INTO review (id, kind, state, at, user, owner, decision) VALUES (?, ?, ?, ?, ?, ?, ?)",
                )?
                .execute(params![
                    stored_id(new.id),
                    new.kind.name(),
                    new.state.name(),
                    stored(new.at),
                    new.user,
                    new.owner,
                    new.decision
                ])?;
            let number = transaction.last_insert_rowid();
            let mut insert = transaction.prepare_cached("INSERT INTO review_item VALUES (?, ?, ?, ?, ?)")?;
            for (place, item) in new.items.iter().enumerate() {
                let id = stored_id(item.transfer.id);
                insert.execute(params![number, stored(place as u64), id, item.transfer.as_bytes(), item.held])?;
            }
            Ok(None)
        })
    }

    /// The review with this id.
    ///
    /// # Errors
    ///
    /// [`RiskError::NoReview`]; [`RiskError::Stored`].
    pub fn review(&self, id: Id) -> Result<Review, RiskError> {
        find(&self.connection, id)?.ok_or(RiskError::NoReview)
    }

    /// Reviews by number, at most `most`.
    ///
    /// # Errors
    ///
    /// [`RiskError::Sqlite`]; [`RiskError::Stored`].
    pub fn reviews(&self, filter: &ReviewFilter, most: usize) -> Result<Vec<Review>, RiskError> {
        let sql = format!(
            "SELECT {COLUMNS} WHERE number > ?1 AND (?2 IS NULL OR state = ?2) AND (?3 IS NULL OR owner = ?3)
              ORDER BY number LIMIT ?4"
        );
        let mut query = self.connection.prepare_cached(&sql)?;
        let given =
            params![stored(filter.after), filter.state.map(ReviewState::name), filter.owner, stored(most as u64)];
        let rows: Vec<Review> = query.query_map(given, read)?.collect::<Result<_, _>>()?;
        rows.into_iter().map(|review| with_items(&self.connection, review)).collect()
    }

    /// The ids of all reviews and of their items, with how far each review is.
    ///
    /// # Errors
    ///
    /// [`RiskError::Sqlite`].
    pub fn review_index(&self) -> Result<Vec<(Id, Id, ReviewKind, ReviewState)>, RiskError> {
        let sql = "SELECT review_item.id, review.id, kind, state FROM review_item JOIN review ON review = number";
        let mut query = self.connection.prepare_cached(sql)?;
        let rows = query.query_map([], |row| {
            let (kind, state): (String, String) = (row.get(2)?, row.get(3)?);
            Ok((loaded_id(row.get(0)?), loaded_id(row.get(1)?), ReviewKind::load(&kind)?, ReviewState::load(&state)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Notes how far a review is.
    ///
    /// # Errors
    ///
    /// [`RiskError::Sqlite`].
    pub fn set_review(&mut self, id: Id, state: ReviewState, outcome: Option<&str>) -> Result<(), RiskError> {
        self.change(|transaction| set_state(transaction, id, state, outcome))
    }

    /// The money of a review is held: somebody must decide. Returns how far it is, if that was known before.
    ///
    /// # Errors
    ///
    /// [`RiskError::NoReview`].
    pub fn hold_review(&mut self, id: Id) -> Result<ReviewState, RiskError> {
        self.change(|transaction| {
            let sql = "UPDATE review SET state = 'pending' WHERE id = ? AND state = 'holding'";
            transaction.prepare_cached(sql)?.execute([stored_id(id)])?;
            Ok(find(transaction, id)?.ok_or(RiskError::NoReview)?.state)
        })
    }

    /// Forgets a review whose money could not be held.
    ///
    /// # Errors
    ///
    /// [`RiskError::Sqlite`].
    pub fn drop_review(&mut self, id: Id) -> Result<(), RiskError> {
        self.change(|transaction| {
            let sql = "DELETE FROM review_item WHERE review =
                       (SELECT number FROM review WHERE id = ? AND state = 'holding')";
            transaction.prepare_cached(sql)?.execute([stored_id(id)])?;
            transaction
                .prepare_cached("DELETE FROM review WHERE id = ? AND state = 'holding'")?
                .execute([stored_id(id)])?;
            Ok(())
        })
    }

    /// Somebody decides. A retry by the same one returns what has become of it.
    ///
    /// # Errors
    ///
    /// [`RiskError::OwnRequest`]; [`RiskError::Decided`]; [`RiskError::NoReview`].
    pub fn decide_review(
        &mut self,
        id: Id,
        approve: bool,
        labels: bool,
        user: &str,
        note: Option<&str>,
        now: u64,
    ) -> Result<(Review, bool), RiskError> {
        use ReviewState::{Approved, Approving, Failed, Holding, Pending, Rejected, Rejecting};
        self.change(|transaction| {
            let before = find(transaction, id)?.ok_or(RiskError::NoReview)?;
            if approve && !before.user.is_empty() && before.user == user && before.kind != ReviewKind::Alert {
                return Err(RiskError::OwnRequest);
            }
            let was = match before.state {
                Pending => None,
                Holding => return Err(RiskError::NoReview),
                Approving | Approved | Failed => Some(true),
                Rejecting | Rejected => Some(false),
            };
            if let Some(was) = was {
                return match before.decided_by.as_deref() == Some(user) && was == approve {
                    true => Ok((before, false)),
                    false => Err(RiskError::Decided(if was { "approved" } else { "rejected" })),
                };
            }
            let state = if approve { Approving } else { Rejecting };
            transaction
                .prepare_cached(
                    "UPDATE review SET state = ?, decided_by = ?, decided_at = ?, note = ?, labels = ? WHERE id = ?",
                )?
                .execute(params![state.name(), user, stored(now), note, labels, stored_id(id)])?;
            Ok((find(transaction, id)?.ok_or(RiskError::NoReview)?, true))
        })
    }

    /// How many reviews are so far.
    ///
    /// # Errors
    ///
    /// [`RiskError::Sqlite`].
    pub fn count_reviews(&self) -> Result<Vec<(String, u64)>, RiskError> {
        let mut query = self.connection.prepare_cached("SELECT state, count(*) FROM review GROUP BY state")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, loaded(row.get(1)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
