// SPDX-License-Identifier: MIT

//! The database of risk, `risk.sqlite` in the store's directory.
//!
//! Reviews, labels, models and rules are made durable with every change. What was judged is written in pieces, a moment
//! after the fact: a power cut may take the channel, country and device of the last payments with it, never a review.

mod judged;
mod label;
mod model;
mod review;
mod rules;

use std::path::Path;

use qenex_abi::Id;
use rusqlite::{Connection, Transaction, TransactionBehavior};

pub use judged::JudgedRow;
pub use model::StoredModel;
pub use review::{Item, NewReview, Review, ReviewFilter, ReviewKind, ReviewState};
pub use rules::StoredRules;

use super::RiskError;
use crate::beside::Beside;

/// The database.
pub const DATABASE: Beside =
    Beside { file: "risk.sqlite", about: "risk", schema: include_str!("schema.sql"), steps: &[] };

/// The database, opened. Several may be open at once.
pub struct RiskStore {
    pub(super) connection: Connection,
}

impl RiskStore {
    /// Opens the database in the store's directory, or makes one.
    ///
    /// # Errors
    ///
    /// [`RiskError::Database`].
    pub fn open(directory: &Path) -> Result<Self, RiskError> {
        Ok(RiskStore { connection: DATABASE.open(directory)? })
    }

    /// Makes a change whole or not at all.
    fn change<T>(&mut self, change: impl FnOnce(&Transaction<'_>) -> Result<T, RiskError>) -> Result<T, RiskError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let outcome = change(&transaction)?;
        transaction.commit()?;
        Ok(outcome)
    }
}

/// An id as it is stored.
fn stored_id(id: Id) -> [u8; 16] {
    id.to_u128().to_be_bytes()
}

/// A stored id.
fn loaded_id(bytes: [u8; 16]) -> Id {
    Id::from_u128(u128::from_be_bytes(bytes))
}

/// A number as it is stored; amounts may have all 64 bits, so that nothing but the sign changes.
fn stored(number: u64) -> i64 {
    i64::from_ne_bytes(number.to_ne_bytes())
}

/// A stored number.
fn loaded(number: i64) -> u64 {
    u64::from_ne_bytes(number.to_ne_bytes())
}

/// What is stored as JSON.
fn unreadable(what: &str, why: impl ToString) -> RiskError {
    RiskError::Stored(what.to_owned(), why.to_string())
}
