// SPDX-License-Identifier: MIT

//! All features of a model, and its score, against its training set.

use super::psi::Psi;
use crate::features::Row;
use crate::model::{FraudModel, Scored};

/// Counts what a model is asked and what it answers.
#[derive(Clone, Debug)]
pub struct Monitor {
    columns: Vec<(String, Psi)>,
}

impl Monitor {
    /// Compares with the training set of a model; to be made anew for each champion.
    pub fn new(model: &FraudModel) -> Monitor {
        let names =
            FraudModel::columns().into_iter().map(|name| if name == "isolation" { "score".to_owned() } else { name });
        Monitor { columns: names.zip(model.reference().iter().cloned().map(Psi::new)).collect() }
    }

    /// Counts a payment.
    pub fn add(&mut self, row: &Row, scored: &Scored) {
        let values = row.iter().copied().chain([scored.score as f32]);
        self.columns.iter_mut().zip(values).for_each(|((_, psi), value)| psi.add(value));
    }

    /// Payments counted.
    pub fn count(&self) -> u64 {
        self.columns.first().map_or(0, |(_, psi)| psi.count())
    }

    /// The population stability index of each feature, and of the `score`, the highest first. Empty before the first
    /// payment. Below some thousand payments chance alone makes it large.
    pub fn report(&self) -> Vec<(&str, f64)> {
        let values = self.columns.iter().filter_map(|(name, psi)| Some((name.as_str(), psi.value()?)));
        let mut values: Vec<(&str, f64)> = values.collect();
        values.sort_by(|a, b| b.1.total_cmp(&a.1));
        values
    }

    /// Begins a new period.
    pub fn reset(&mut self) {
        self.columns.iter_mut().for_each(|(_, psi)| psi.reset());
    }
}
