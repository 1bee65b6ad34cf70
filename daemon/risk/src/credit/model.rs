// SPDX-License-Identifier: MIT

//! The model for credit.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{CreditError, LimitPolicy, Proposal};
use crate::boosting::{Booster, BoosterParameters};
use crate::explain::Reason;
use crate::model::ModelError;
use crate::model::file::{self, Kind};
use crate::random::mix;
use crate::table::{Examples, Table};

/// How a model for credit is trained.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CreditSettings {
    /// The boosters.
    pub booster: BoosterParameters,
    /// Boosters whose logarithms of odds are averaged; each sees other parts of the rows and features.
    pub boosters: u32,
    /// Of all random numbers.
    pub seed: u64,
}

impl Default for CreditSettings {
    fn default() -> Self {
        CreditSettings { booster: BoosterParameters::default(), boosters: 5, seed: 1 }
    }
}

/// Knows how probable a default is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CreditModel {
    crate_version: String,
    settings: CreditSettings,
    columns: Vec<String>,
    boosters: Vec<Booster>,
}

/// What a model says of an application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// Probability that it will not be paid back.
    pub probability: f64,
    /// How much can be lent.
    pub proposal: Proposal,
    /// What moved the probability most, up or down; contributions are to the logarithm of the odds.
    pub reasons: Vec<Reason>,
}

/// Reasons given.
const REASONS: usize = 5;

impl CreditModel {
    /// Trains a model; an outcome is positive if the loan was not paid back. The probabilities of a booster with log-loss
    /// are calibrated by what it minimises.
    ///
    /// # Errors
    ///
    /// [`CreditError::Table`], also when `cancel` was set.
    pub fn fit(examples: &Examples, settings: CreditSettings, cancel: &AtomicBool) -> Result<CreditModel, CreditError> {
        let boosters = (0..settings.boosters.max(1)).map(|number| {
            let seed = mix(settings.seed ^ mix(u64::from(number)));
            Booster::fit(examples, BoosterParameters { seed, ..settings.booster }, cancel)
        });
        Ok(CreditModel {
            crate_version: env!("CARGO_PKG_VERSION").to_owned(),
            settings,
            boosters: boosters.collect::<Result<_, _>>()?,
            columns: examples.table().names().to_vec(),
        })
    }

    /// The probability for a row whose columns are in the model's order, all finite.
    pub fn probability(&self, row: &[f32]) -> f64 {
        let sum: f64 = self.boosters.iter().map(|booster| booster.log_odds(row)).sum();
        crate::boosting::logistic(sum / self.boosters.len().max(1) as f64)
    }

    /// The columns that an application must have, in order.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Judges an application. `income` is a month's, in minor units.
    ///
    /// # Errors
    ///
    /// [`CreditError::Missing`], [`CreditError::Unknown`], [`CreditError::NotFinite`], [`CreditError::Policy`].
    pub fn assess(
        &self,
        application: &BTreeMap<String, f64>,
        income: u64,
        policy: &LimitPolicy,
    ) -> Result<Assessment, CreditError> {
        if let Some(unknown) = application.keys().find(|name| !self.columns.contains(name)) {
            return Err(CreditError::Unknown(unknown.clone()));
        }
        let mut row = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            let value = *application.get(column).ok_or_else(|| CreditError::Missing(column.clone()))?;
            if !(value as f32).is_finite() {
                return Err(CreditError::NotFinite { column: column.clone(), value });
            }
            row.push(value as f32);
        }
        let probability = self.probability(&row);
        Ok(Assessment { probability, proposal: policy.propose(probability, income)?, reasons: self.reasons(&row) })
    }

    fn reasons(&self, row: &[f32]) -> Vec<Reason> {
        let mut contributions = vec![0.0; row.len()];
        for booster in &self.boosters {
            booster.explain(row, &mut contributions);
        }
        let count = self.boosters.len().max(1) as f64;
        let mut order: Vec<usize> = (0..row.len()).filter(|index| contributions[*index] != 0.0).collect();
        order.sort_by(|a, b| contributions[*b].abs().total_cmp(&contributions[*a].abs()));
        order.truncate(REASONS);
        let reason = |index: usize| {
            let (feature, value) = (self.columns[index].clone(), f64::from(row[index]));
            let contribution = contributions[index] / count;
            let way = if contribution > 0.0 { "raises" } else { "lowers" };
            let text = format!("{feature} = {value} {way} the probability of default");
            Reason { feature, value, contribution, text }
        };
        order.into_iter().map(reason).collect()
    }

    fn schema(columns: &[String]) -> [u8; 32] {
        let hasher = columns.iter().fold(Sha256::new(), |hasher, name| hasher.chain_update(name).chain_update([0]));
        hasher.finalize().into()
    }

    /// The file for this model.
    ///
    /// # Errors
    ///
    /// None that is known; the encoder's.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ModelError> {
        file::encode(Kind::Credit, Self::schema(&self.columns), self)
    }

    /// Reads a file that was made for these columns.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with it.
    pub fn from_bytes(bytes: &[u8], columns: &[String]) -> Result<CreditModel, ModelError> {
        let model: CreditModel = file::decode(Kind::Credit, Self::schema(columns), bytes)?;
        if model.columns != columns || model.boosters.is_empty() {
            return Err(ModelError::Schema);
        }
        for booster in &model.boosters {
            booster.check(columns.len()).map_err(|error| ModelError::Damaged(error.to_string()))?;
        }
        Ok(model)
    }

    /// Probabilities for a table with the model's columns.
    ///
    /// # Errors
    ///
    /// [`CreditError::Missing`] names the first column that is not where it should be.
    pub fn probabilities(&self, table: &Table) -> Result<Vec<f64>, CreditError> {
        match self.columns.iter().zip(table.names()).find(|(own, other)| own != other) {
            Some((own, _)) => Err(CreditError::Missing(own.clone())),
            None if self.columns.len() != table.width() => {
                Err(CreditError::Missing(format!("columns: {} of {}", table.width(), self.columns.len())))
            }
            None => Ok(table.rows().map(|row| self.probability(row)).collect()),
        }
    }
}
