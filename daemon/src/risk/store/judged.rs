// SPDX-License-Identifier: MIT

//! What was judged: the context that only the channel knew, and what was decided.

use qenex_abi::Id;
use qenex_risk::decide::Action;
use qenex_risk::features::{Channel, Context, Country};
use rusqlite::{OptionalExtension, Row, params};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};

use super::{RiskStore, unreadable};
use crate::beside::{loaded, loaded_id, stored, stored_id};
use crate::risk::RiskError;

/// A payment that was judged.
#[derive(Clone, Debug, PartialEq)]
pub struct JudgedRow {
    /// Its id in the ledger.
    pub posting: Id,
    /// Of its entry in the journal, once that was followed.
    pub sequence: Option<u64>,
    /// When it was judged, nanoseconds since 1970-01-01 UTC.
    pub at: u64,
    /// Account debited.
    pub debtor: u64,
    /// Account credited.
    pub creditor: u64,
    /// Minor units.
    pub amount: u64,
    /// ISO 4217 numeric code.
    pub currency: u32,
    /// What the channel knew.
    pub context: Context,
    /// Judged before it was posted.
    pub before: bool,
    /// What was to be done.
    pub action: Action,
    /// The model's score.
    pub score: Option<f64>,
    /// The model's probability of fraud.
    pub probability: Option<f64>,
    /// Version of the model.
    pub model: Option<String>,
    /// The whole decision as JSON, where something was done or went wrong.
    pub decision: Option<String>,
}

/// The name of a value of an enumeration, in the database and in JSON.
pub(in crate::risk) fn name(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The value with this name.
pub(in crate::risk) fn named<'n, T: Deserialize<'n>>(name: &'n str) -> Result<T, Error> {
    let reader: StrDeserializer<'_, Error> = name.into_deserializer();
    T::deserialize(reader)
}

const COLUMNS: &str = "posting, sequence, at, debtor, creditor, amount, currency, channel, country, device, before, action, \
    score, probability, model, decision FROM judged";

fn wrong(why: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(why))
}

fn read(row: &Row<'_>) -> rusqlite::Result<JudgedRow> {
    let country: Option<String> = row.get(8)?;
    let device: Option<i64> = row.get(9)?;
    Ok(JudgedRow {
        posting: loaded_id(row.get(0)?),
        sequence: row.get::<_, Option<i64>>(1)?.map(loaded),
        at: loaded(row.get(2)?),
        debtor: loaded(row.get(3)?),
        creditor: loaded(row.get(4)?),
        amount: loaded(row.get(5)?),
        currency: row.get(6)?,
        context: Context {
            channel: named::<Channel>(&row.get::<_, String>(7)?).map_err(wrong)?,
            country: country.and_then(|text| Country::try_from(text).ok()),
            device: device.map(loaded),
        },
        before: row.get(10)?,
        action: named::<Action>(&row.get::<_, String>(11)?).map_err(wrong)?,
        score: row.get(12)?,
        probability: row.get(13)?,
        model: row.get(14)?,
        decision: row.get(15)?,
    })
}

impl RiskStore {
    /// Writes what was judged, and that the journal was followed up to entry `progress`. What is there stays, but for its
    /// place in the journal.
    ///
    /// # Errors
    ///
    /// [`RiskError::Sqlite`].
    pub fn write_judged(&mut self, rows: &[JudgedRow], progress: u64) -> Result<(), RiskError> {
        self.change(|transaction| {
            if transaction.execute("UPDATE progress SET sequence = ?", [stored(progress)])? == 0 {
                transaction.execute("INSERT INTO progress VALUES (?)", [stored(progress)])?;
            }
            let mut insert = transaction.prepare_cached(
                "INSERT INTO judged VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                 ON CONFLICT (posting) DO UPDATE SET sequence = coalesce(excluded.sequence, sequence)",
            )?;
            for row in rows {
                insert.execute(params![
                    stored_id(row.posting),
                    row.sequence.map(stored),
                    stored(row.at),
                    stored(row.debtor),
                    stored(row.creditor),
                    stored(row.amount),
                    row.currency,
                    name(row.context.channel),
                    row.context.country.map(String::from),
                    row.context.device.map(stored),
                    row.before,
                    name(row.action),
                    row.score,
                    row.probability,
                    row.model,
                    row.decision,
                ])?;
            }
            Ok(())
        })
    }

    /// The last entry of the journal that was followed. None before the first start.
    ///
    /// # Errors
    ///
    /// [`RiskError::Sqlite`].
    pub fn progress(&self) -> Result<Option<u64>, RiskError> {
        let found = self.connection.query_row("SELECT sequence FROM progress", [], |row| Ok(loaded(row.get(0)?)));
        Ok(found.optional()?)
    }

    /// The journal ends at entry `head`: what was followed after it was lost with the power, and other entries will come.
    ///
    /// # Errors
    ///
    /// [`RiskError::Sqlite`].
    pub fn journal_ends(&mut self, head: u64) -> Result<(), RiskError> {
        self.change(|transaction| {
            transaction.execute("UPDATE judged SET sequence = NULL WHERE sequence > ?", [stored(head)])?;
            transaction.execute("UPDATE progress SET sequence = min(sequence, ?)", [stored(head)])?;
            Ok(())
        })
    }

    /// What was judged under this id.
    ///
    /// # Errors
    ///
    /// [`RiskError::Sqlite`].
    pub fn judged(&self, posting: Id) -> Result<Option<JudgedRow>, RiskError> {
        let mut query = self.connection.prepare_cached(&format!("SELECT {COLUMNS} WHERE posting = ?"))?;
        Ok(query.query_row([stored_id(posting)], read).optional()?)
    }

    /// Up to `most` rows whose entries follow entry `after` in the journal, in its order.
    ///
    /// # Errors
    ///
    /// [`RiskError::Sqlite`]; [`RiskError::Stored`].
    pub fn judged_after(&self, after: u64, most: usize) -> Result<Vec<JudgedRow>, RiskError> {
        let sql = format!("SELECT {COLUMNS} WHERE sequence > ? ORDER BY sequence LIMIT ?");
        let mut query = self.connection.prepare_cached(&sql)?;
        let rows = query.query_map((stored(after), most), read)?;
        rows.collect::<Result<_, _>>().map_err(|error| match error {
            rusqlite::Error::FromSqlConversionFailure(..) => unreadable("payments that were judged", error),
            error => error.into(),
        })
    }
}
