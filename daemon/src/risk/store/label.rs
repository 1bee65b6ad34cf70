// SPDX-License-Identifier: MIT

//! What became known of payments.

use qenex_risk::learn::{Label, Source, SourceKind};
use rusqlite::params;

use super::judged::{name, named};
use super::{RiskStore, unreadable};
use crate::beside::{loaded, stored};
use crate::risk::RiskError;

impl RiskStore {
    /// Keeps a label that was taken.
    ///
    /// # Errors
    ///
    /// [`RiskError::Sqlite`].
    pub fn add_label(&mut self, label: &Label) -> Result<(), RiskError> {
        self.change(|transaction| {
            let sql = "INSERT INTO label (posting, fraud, kind, source, at) VALUES (?, ?, ?, ?, ?)";
            transaction.prepare_cached(sql)?.execute(params![
                label.posting.to_be_bytes(),
                label.fraud,
                name(label.by.kind),
                label.by.name,
                stored(label.time)
            ])?;
            Ok(())
        })
    }

    /// Labels in the order in which they were taken, after `number`, each with its number.
    ///
    /// # Errors
    ///
    /// [`RiskError::Sqlite`]; [`RiskError::Stored`].
    pub fn labels_after(&self, number: u64, most: usize) -> Result<Vec<(u64, Label)>, RiskError> {
        let sql = "SELECT number, posting, fraud, kind, source, at FROM label WHERE number > ? ORDER BY number LIMIT ?";
        let mut query = self.connection.prepare_cached(sql)?;
        let mut rows = query.query((stored(number), most))?;
        let mut labels = Vec::new();
        while let Some(row) = rows.next()? {
            let number = loaded(row.get(0)?);
            let kind: String = row.get(3)?;
            let kind: SourceKind = named(&kind).map_err(|error| unreadable(&format!("label {number}"), error))?;
            labels.push((
                number,
                Label {
                    posting: u128::from_be_bytes(row.get(1)?),
                    fraud: row.get(2)?,
                    by: Source { kind, name: row.get(4)? },
                    time: loaded(row.get(5)?),
                },
            ));
        }
        Ok(labels)
    }

    /// Takes back all that a source has said.
    ///
    /// # Errors
    ///
    /// [`RiskError::Sqlite`].
    pub fn forget_labels(&mut self, source: &Source) -> Result<(), RiskError> {
        self.change(|transaction| {
            let sql = "DELETE FROM label WHERE kind = ? AND source = ?";
            transaction.prepare_cached(sql)?.execute([&name(source.kind), &source.name])?;
            Ok(())
        })
    }
}
