// SPDX-License-Identifier: MIT

//! Models, and which of them decides.

use qenex_risk::learn::Record;
use rusqlite::{OptionalExtension, params};

use super::{RiskStore, unreadable};
use crate::beside::{loaded, stored};
use crate::risk::RiskError;

/// A model as it is stored.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StoredModel {
    /// Its name, which follows from its bytes.
    pub version: String,
    /// `fraud` or `credit`.
    pub kind: &'static str,
    /// Version of the library that made it.
    pub crate_version: String,
    /// SHA-256 of the feature schema, or of the columns.
    pub schema: Vec<u8>,
    /// When, nanoseconds since 1970-01-01 UTC.
    pub at: u64,
    /// Columns that an application must have, of a model for credit.
    pub columns: Vec<String>,
    /// Its file.
    pub bytes: Vec<u8>,
}

impl RiskStore {
    /// Keeps a model.
    ///
    /// # Errors
    ///
    /// [`RiskError::Sqlite`].
    pub fn add_model(&mut self, model: &StoredModel) -> Result<(), RiskError> {
        let columns = serde_json::to_string(&model.columns).map_err(|error| unreadable("a model", error))?;
        self.change(|transaction| {
            let sql = "INSERT INTO model VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
            transaction.prepare_cached(sql)?.execute(params![
                model.version,
                model.kind,
                model.crate_version,
                model.schema,
                stored(model.at),
                columns,
                model.bytes
            ])?;
            Ok(())
        })
    }

    /// When the newest model for fraud was made.
    ///
    /// # Errors
    ///
    /// [`RiskError::Sqlite`].
    pub fn newest_model(&self) -> Result<Option<u64>, RiskError> {
        let mut query = self.connection.prepare_cached("SELECT max(at) FROM model WHERE kind = 'fraud'")?;
        let newest: Option<i64> = query.query_row([], |row| row.get(0))?;
        Ok(newest.map(loaded))
    }

    /// The file of a model.
    ///
    /// # Errors
    ///
    /// [`RiskError::NoModel`].
    pub fn model(&self, version: &str) -> Result<Vec<u8>, RiskError> {
        let mut query = self.connection.prepare_cached("SELECT bytes FROM model WHERE version = ?")?;
        query.query_row([version], |row| row.get(0)).optional()?.ok_or(RiskError::NoModel)
    }

    /// The latest model for credit: its version, columns and file.
    ///
    /// # Errors
    ///
    /// [`RiskError::NoModel`]; [`RiskError::Stored`].
    pub fn credit_model(&self) -> Result<(String, Vec<String>, Vec<u8>), RiskError> {
        let sql = "SELECT version, columns, bytes FROM model WHERE kind = 'credit' ORDER BY at DESC LIMIT 1";
        let mut query = self.connection.prepare_cached(sql)?;
        let found: Option<(String, String, Vec<u8>)> =
            query.query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
        let (version, columns, bytes) = found.ok_or(RiskError::NoModel)?;
        let columns = serde_json::from_str(&columns).map_err(|error| unreadable("a model for credit", error))?;
        Ok((version, columns, bytes))
    }

    /// Notes a change of the champion; `what` is `install`, `promote` or `rollback`.
    ///
    /// # Errors
    ///
    /// [`RiskError::Sqlite`].
    pub fn add_reign(&mut self, what: &str, record: &Record) -> Result<(), RiskError> {
        let text = serde_json::to_string(record).map_err(|error| unreadable("a change of the champion", error))?;
        self.change(|transaction| {
            let sql = "INSERT INTO reign (at, what, model, record) VALUES (?, ?, ?, ?)";
            transaction.prepare_cached(sql)?.execute(params![stored(record.time), what, record.to, text])?;
            // A challenger that won challenges no more.
            transaction.execute("DELETE FROM challenger WHERE model = ?", [&record.to])?;
            Ok(())
        })
    }

    /// Versions of the champions that can be gone back to, the one that decides last.
    ///
    /// # Errors
    ///
    /// [`RiskError::Sqlite`].
    pub fn line(&self) -> Result<Vec<String>, RiskError> {
        let mut query = self.connection.prepare_cached("SELECT what, model FROM reign ORDER BY number")?;
        let mut rows = query.query([])?;
        let mut line = Vec::new();
        while let Some(row) = rows.next()? {
            let (what, model): (String, Option<String>) = (row.get(0)?, row.get(1)?);
            if what == "rollback" {
                line.pop();
            } else {
                line.extend(model);
            }
        }
        Ok(line)
    }

    /// The latest changes of the champion, the last first.
    ///
    /// # Errors
    ///
    /// [`RiskError::Sqlite`]; [`RiskError::Stored`].
    pub fn reigns(&self, most: usize) -> Result<Vec<Record>, RiskError> {
        let mut query = self.connection.prepare_cached("SELECT record FROM reign ORDER BY number DESC LIMIT ?")?;
        let rows = query.query_map([most], |row| row.get::<_, String>(0))?;
        rows.map(|text| serde_json::from_str(&text?).map_err(|error| unreadable("a change of the champion", error)))
            .collect()
    }

    /// Notes who challenges the champion, and from when on they are compared; or that nobody does.
    ///
    /// # Errors
    ///
    /// [`RiskError::Sqlite`].
    pub fn set_challenger(&mut self, challenger: Option<(&str, u64)>) -> Result<(), RiskError> {
        self.change(|transaction| {
            transaction.execute("DELETE FROM challenger", [])?;
            if let Some((version, since)) = challenger {
                transaction.execute("INSERT INTO challenger VALUES (1, ?, ?)", params![version, stored(since)])?;
            }
            Ok(())
        })
    }

    /// Version of the challenger, and from when on it is compared.
    ///
    /// # Errors
    ///
    /// [`RiskError::Sqlite`].
    pub fn challenger(&self) -> Result<Option<(String, u64)>, RiskError> {
        let mut query = self.connection.prepare_cached("SELECT model, since FROM challenger")?;
        Ok(query.query_row([], |row| Ok((row.get(0)?, loaded(row.get(1)?)))).optional()?)
    }
}
