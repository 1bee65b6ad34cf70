// SPDX-License-Identifier: MIT

//! Sets of rules.

use rusqlite::{OptionalExtension, params};

use super::RiskStore;
use crate::beside::{loaded, stored};
use crate::risk::RiskError;

/// A set of rules as it is stored.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct StoredRules {
    /// Counts all sets; zero if there never was one.
    pub number: u64,
    /// When it came into force, nanoseconds since 1970-01-01 UTC.
    pub at: u64,
    /// Who put it into force, or the file that it comes from.
    pub author: String,
    /// TOML.
    pub text: String,
}

impl RiskStore {
    /// Puts rules into force, which were checked. Returns their number.
    ///
    /// # Errors
    ///
    /// [`RiskError::Sqlite`].
    pub fn set_rules(&mut self, text: &str, author: &str, now: u64) -> Result<u64, RiskError> {
        self.change(|transaction| {
            let sql = "INSERT INTO rule_set (at, author, text) VALUES (?, ?, ?)";
            transaction.prepare_cached(sql)?.execute(params![stored(now), author, text])?;
            Ok(loaded(transaction.last_insert_rowid()))
        })
    }

    /// The rules that are in force.
    ///
    /// # Errors
    ///
    /// [`RiskError::Sqlite`].
    pub fn rules(&self) -> Result<StoredRules, RiskError> {
        let sql = "SELECT number, at, author, text FROM rule_set ORDER BY number DESC LIMIT 1";
        let found = self.connection.prepare_cached(sql)?.query_row([], |row| {
            Ok(StoredRules {
                number: loaded(row.get(0)?),
                at: loaded(row.get(1)?),
                author: row.get(2)?,
                text: row.get(3)?,
            })
        });
        Ok(found.optional()?.unwrap_or_default())
    }
}
