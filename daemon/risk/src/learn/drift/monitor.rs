// SPDX-License-Identifier: MIT

//! All features of a model, and its score, against its training set.

use super::psi::Psi;
use crate::features::Row;
use crate::model::{FraudModel, Scored};

/// Payments of a period: enough that chance alone moves an index by less than a hundredth.
pub const PERIOD: u64 = 5_000;

/// Counts what a model is asked and what it answers, a period of [`PERIOD`] payments at a time: a change must show however
/// long the model has been deciding.
#[derive(Clone, Debug)]
pub struct Monitor {
    columns: Vec<(String, Psi)>,
    /// The report of the last whole period.
    last: Option<Vec<(String, f64)>>,
}

impl Monitor {
    /// Compares with the training set of a model; to be made anew for each champion.
    pub fn new(model: &FraudModel) -> Monitor {
        let names =
            FraudModel::columns().into_iter().map(|name| if name == "isolation" { "score".to_owned() } else { name });
        Monitor { columns: names.zip(model.reference().iter().cloned().map(Psi::new)).collect(), last: None }
    }

    /// Counts a payment. Returns whether a period is over.
    pub fn add(&mut self, row: &Row, scored: &Scored) -> bool {
        let values = row.iter().copied().chain([scored.score as f32]);
        self.columns.iter_mut().zip(values).for_each(|((_, psi), value)| psi.add(value));
        let is_over = self.counted() >= PERIOD;
        if is_over {
            self.last = Some(self.running());
            self.columns.iter_mut().for_each(|(_, psi)| psi.reset());
        }
        is_over
    }

    /// Payments that the report is about.
    pub fn count(&self) -> u64 {
        if self.last.is_some() { PERIOD } else { self.counted() }
    }

    /// The population stability index of each feature, and of the `score`, the highest first: of the last whole period, or
    /// of what there is of the first one. Empty before the first payment. Of few payments chance alone makes it large.
    pub fn report(&self) -> Vec<(String, f64)> {
        self.last.clone().unwrap_or_else(|| self.running())
    }

    fn counted(&self) -> u64 {
        self.columns.first().map_or(0, |(_, psi)| psi.count())
    }

    fn running(&self) -> Vec<(String, f64)> {
        let values = self.columns.iter().filter_map(|(name, psi)| Some((name.clone(), psi.value()?)));
        let mut values: Vec<(String, f64)> = values.collect();
        values.sort_by(|a, b| b.1.total_cmp(&a.1));
        values
    }
}
