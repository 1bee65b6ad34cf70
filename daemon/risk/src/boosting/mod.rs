// SPDX-License-Identifier: MIT

//! Gradient boosting with log-loss on histograms: each tree corrects what the trees before it still got wrong (Friedman,
//! 2001), with the second-order gain and regularisation of XGBoost (Chen and Guestrin, 2016).
//!
//! Each feature is cut into at most 255 bins, so that finding a split is adding up a histogram. Training is deterministic
//! for a seed.

mod bins;
mod grow;

use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};

use crate::random::Random;
use crate::table::{Examples, TableError};
use crate::trees::{Builder, Trees, TreesError};

use bins::Bins;
use grow::Grower;

/// How a booster learns.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoosterParameters {
    /// Number of trees.
    pub rounds: usize,
    /// Share of each tree's correction that is made.
    pub rate: f64,
    /// Longest path.
    pub depth: u32,
    /// Smallest second derivative in a leaf: with log-loss, the number of rows × p(1−p).
    pub leaf: f64,
    /// Pulls the values of small leaves towards zero.
    pub l2: f64,
    /// Share of the rows that each tree sees.
    pub rows: f64,
    /// Share of the features that each tree sees.
    pub features: f64,
    /// Of the random numbers.
    pub seed: u64,
}

impl Default for BoosterParameters {
    /// Slow and shallow, for a few thousand rows.
    fn default() -> Self {
        BoosterParameters { rounds: 300, rate: 0.04, depth: 3, leaf: 2.0, l2: 3.0, rows: 0.6, features: 0.3, seed: 1 }
    }
}

/// Trees whose sum is the logarithm of the odds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Booster {
    base: f64,
    trees: Trees,
}

/// 1/(1+e⁻ˣ).
pub fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

impl Booster {
    /// Trains a booster.
    ///
    /// # Errors
    ///
    /// [`TableError::Cancelled`] soon after `cancel` was set.
    pub fn fit(examples: &Examples, parameters: BoosterParameters, cancel: &AtomicBool) -> Result<Booster, TableError> {
        let (outcomes, weights) = (examples.outcomes(), examples.weights());
        let bins = Bins::new(examples.table());
        let total: f64 = weights.iter().sum();
        let positive: f64 =
            weights.iter().zip(outcomes).filter(|(_, outcome)| **outcome).map(|(weight, _)| weight).sum();
        let share = (positive / total).clamp(1e-9, 1.0 - 1e-9);
        let base = (share / (1.0 - share)).ln();

        let mut random = Random::new(parameters.seed);
        let mut odds = vec![base; outcomes.len()];
        let mut builder = Builder::new();
        let mut gradients = vec![(0.0, 0.0); outcomes.len()];
        for _ in 0..parameters.rounds {
            if cancel.load(Ordering::Relaxed) {
                return Err(TableError::Cancelled);
            }
            for (row, gradient) in gradients.iter_mut().enumerate() {
                let p = logistic(odds[row]);
                *gradient = (weights[row] * (p - f64::from(u8::from(outcomes[row]))), weights[row] * p * (1.0 - p));
            }
            let mut rows: Vec<u32> = (0..outcomes.len() as u32).filter(|_| random.unit() < parameters.rows).collect();
            if rows.is_empty() {
                rows.push(random.below(outcomes.len()) as u32);
            }
            let width = examples.table().width();
            let count = ((width as f64 * parameters.features).ceil() as usize).clamp(1, width);
            let features = random.distinct(count, width);
            let grower = Grower { bins: &bins, gradients: &gradients, features: &features, parameters: &parameters };
            let tree = grower.grow(rows);
            for (row, sum) in odds.iter_mut().enumerate() {
                *sum += tree.value(&bins, row);
            }
            builder.tree(0, |index| tree.visit(&bins, index));
        }
        Ok(Booster { base, trees: builder.finish() })
    }

    /// Logarithm of the odds.
    pub fn log_odds(&self, row: &[f32]) -> f64 {
        self.base + self.trees.sum(row)
    }

    /// Probability that the row is positive.
    pub fn probability(&self, row: &[f32]) -> f64 {
        logistic(self.log_odds(row))
    }

    /// Adds to `contributions` how much each feature moved the logarithm of the odds; returns that of a row of which
    /// nothing is known.
    pub fn explain(&self, row: &[f32], contributions: &mut [f64]) -> f64 {
        self.base + self.trees.explain(row, contributions)
    }

    /// Whether the booster can be asked about rows of `width` values.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong.
    pub fn check(&self, width: usize) -> Result<(), TreesError> {
        if !self.base.is_finite() {
            return Err(TreesError::Node { node: 0, why: "begins at odds that are not finite" });
        }
        self.trees.check(width)
    }
}
