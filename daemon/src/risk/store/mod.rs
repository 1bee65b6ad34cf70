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

use rusqlite::{Connection, Transaction};

pub use judged::JudgedRow;
pub use model::StoredModel;
pub use review::{Item, NewReview, Review, ReviewFilter, ReviewKind, ReviewState};
pub use rules::StoredRules;

use super::RiskError;
use crate::beside::{self, Beside};

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
        beside::change(&mut self.connection, change)
    }
}

/// What is stored as JSON.
fn unreadable(what: &str, why: impl ToString) -> RiskError {
    RiskError::Stored(what.to_owned(), why.to_string())
}
