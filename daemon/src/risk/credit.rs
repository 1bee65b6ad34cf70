// SPDX-License-Identifier: MIT

//! Lending: a model of who does not pay back, learnt from applications of the past, and a limit.

use std::collections::BTreeMap;
use std::sync::Arc;

use qenex_risk::credit::{Assessment, CreditModel, CreditSettings};
use qenex_risk::table::{Examples, Table};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::RiskError;
use super::guard::{Risk, lock};
use super::store::StoredModel;
use super::train::Training;
use crate::people::{Actor, What, now};

/// Applications of the past: rows of numbers with named columns, and what became of each.
#[derive(Clone, Debug)]
pub struct Applications {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// One row for each application.
    pub rows: Vec<Vec<f64>>,
    /// Whether the loan was not paid back.
    pub defaults: Vec<bool>,
}

impl Risk {
    /// Trains a model for credit, in the thread of trainings; it is the one that is asked from then on.
    ///
    /// # Errors
    ///
    /// [`RiskError::Training`] if a training goes on; [`RiskError::Credit`] if there is nothing to learn from, or only one
    /// outcome.
    pub fn train_credit(
        self: &Arc<Self>,
        applications: &Applications,
        seed: u64,
        actor: &Actor,
    ) -> Result<Training, RiskError> {
        let mut table = Table::new(applications.columns.iter().map(String::as_str));
        for row in &applications.rows {
            // CAST: what does not fit is infinite, which the table refuses.
            let row: Vec<f32> = row.iter().map(|value| *value as f32).collect();
            table.push(&row).map_err(qenex_risk::credit::CreditError::from)?;
        }
        let examples =
            Examples::new(table, applications.defaults.clone()).map_err(qenex_risk::credit::CreditError::from)?;
        let details = json!({ "credit": true, "seed": seed, "rows": examples.len() }).to_string();
        let (risk, by) = (Arc::clone(self), actor.clone());
        self.in_training(seed, actor, &details, move |cancel| {
            let settings = CreditSettings { seed, ..CreditSettings::default() };
            let model = CreditModel::fit(&examples, settings, cancel)?;
            risk.lend_by(&model, &by)
        })
    }

    fn lend_by(&self, model: &CreditModel, actor: &Actor) -> Result<String, RiskError> {
        let bytes = model.to_bytes()?;
        let version: String = Sha256::digest(&bytes).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        let columns = model.columns().to_vec();
        let schema = columns.iter().fold(Sha256::new(), |hash, name| hash.chain_update(name).chain_update([0]));
        let stored = StoredModel {
            version: version.clone(),
            kind: "credit",
            crate_version: env!("CARGO_PKG_VERSION").into(),
            schema: schema.finalize().to_vec(),
            at: now(),
            columns,
            bytes,
        };
        lock(&self.people).record(stored.at, What::ModelTrained, actor, &version, "credit")?;
        self.with_store(|store| store.add_model(&stored))?;
        Ok(version)
    }

    /// Judges an application. `income` is a month's, in minor units. Returns the version of the model, too.
    ///
    /// # Errors
    ///
    /// [`RiskError::NoModel`]; [`RiskError::Model`] if the model cannot be loaded; [`RiskError::Credit`].
    pub fn lend(&self, application: &BTreeMap<String, f64>, income: u64) -> Result<(Assessment, String), RiskError> {
        let (version, columns, bytes) = self.with_store(|store| store.credit_model())?;
        let model = CreditModel::from_bytes(&bytes, &columns)?;
        Ok((model.assess(application, income, &self.settings.credit)?, version))
    }
}
