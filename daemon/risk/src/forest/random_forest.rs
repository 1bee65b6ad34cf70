// SPDX-License-Identifier: MIT

//! A random forest on outcomes 0 and 1, trained by smartcore.
//!
//! Its regression trees predict the share of positive rows, which its classifier's do not (they only vote). What smartcore
//! trained is laid out as [`Trees`]: the same predictions to the last bit of a leaf, several times faster, with
//! explanations, and in a format of our own that does not depend on smartcore's version.

use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};
use smartcore::ensemble::random_forest_regressor::{RandomForestRegressor, RandomForestRegressorParameters};
use smartcore::linalg::basic::matrix::DenseMatrix;

use crate::random::mix;
use crate::table::{Examples, TableError};
use crate::trees::{Builder, Split, Trees, TreesError, not_above};

/// Trees that are trained at once; between two groups training can be cancelled.
const GROUP: usize = 10;

/// Size of a random forest.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForestParameters {
    /// Number of trees; rounded up to whole tens.
    pub trees: usize,
    /// Longest path.
    pub depth: u16,
    /// Fewest rows in a leaf.
    pub leaf: usize,
    /// Features tried for each split; 0 means the square root of their number.
    pub features: usize,
    /// Of the random numbers.
    pub seed: u64,
}

impl Default for ForestParameters {
    fn default() -> Self {
        ForestParameters { trees: 100, depth: 14, leaf: 2, features: 0, seed: 1 }
    }
}

/// Predicts the share of positive rows among similar ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RandomForest {
    trees: Trees,
}

/// A forest, and what it says of its own rows.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// The forest.
    pub forest: RandomForest,
    /// For each row, the prediction of the trees that did not learn from it; what calibration is made of. None for a row
    /// from which all trees learnt.
    pub out_of_bag: Vec<Option<f64>>,
}

type Regressor = RandomForestRegressor<f32, f64, DenseMatrix<f32>, Vec<f64>>;

/// What smartcore writes of a forest, as far as it is needed.
#[derive(Deserialize)]
struct WrittenForest {
    forest_regressor: WrittenTrees,
}

#[derive(Deserialize)]
struct WrittenTrees {
    trees: Vec<WrittenTree>,
}

#[derive(Deserialize)]
struct WrittenTree {
    nodes: Vec<WrittenNode>,
}

#[derive(Deserialize)]
struct WrittenNode {
    output: f64,
    split_feature: usize,
    split_value: Option<f64>,
    true_child: Option<usize>,
    false_child: Option<usize>,
}

impl WrittenNode {
    fn split(&self) -> Option<Split<usize>> {
        let (threshold, left, right) = (self.split_value?, self.true_child?, self.false_child?);
        Some(Split {
            feature: u32::try_from(self.split_feature).ok()?,
            threshold: not_above(threshold),
            children: [left, right],
        })
    }
}

impl RandomForest {
    /// Trains a forest. The same examples and parameters give the same forest.
    ///
    /// # Errors
    ///
    /// [`TableError::Cancelled`] soon after `cancel` was set, [`TableError::Trainer`] if smartcore refuses.
    pub fn fit(examples: &Examples, parameters: ForestParameters, cancel: &AtomicBool) -> Result<Fitted, TableError> {
        let trainer = |error: &dyn std::fmt::Display| TableError::Trainer(error.to_string());
        let table = examples.table();
        let values: Vec<f32> = table.rows().flatten().copied().collect();
        let rows = DenseMatrix::new(table.len(), table.width(), values, false).map_err(|error| trainer(&error))?;
        let outcomes: Vec<f64> = examples.outcomes().iter().map(|outcome| f64::from(u8::from(*outcome))).collect();
        let tried = match parameters.features {
            0 => (table.width() as f64).sqrt().round() as usize,
            features => features,
        };
        // Weights that are all one would only cost time.
        let weights = examples.weights().iter().any(|weight| *weight != 1.0).then_some(examples.weights());

        let mut builder = Builder::new();
        let mut out_of_bag = vec![(0.0, 0u32); table.len()];
        for group in 0..parameters.trees.div_ceil(GROUP) as u64 {
            if cancel.load(Ordering::Relaxed) {
                return Err(TableError::Cancelled);
            }
            let settings = RandomForestRegressorParameters::default()
                .with_n_trees(GROUP)
                .with_max_depth(parameters.depth)
                .with_min_samples_leaf(parameters.leaf.max(1))
                .with_m(tried.clamp(1, table.width()))
                .with_keep_samples(true)
                .with_seed(mix(parameters.seed ^ mix(group)));
            let regressor = match weights {
                Some(weights) => Regressor::fit_with_weights(&rows, &outcomes, weights, settings),
                None => Regressor::fit(&rows, &outcomes, settings),
            }
            .map_err(|error| trainer(&error))?;
            let predictions = regressor.predict_oob(&rows).map_err(|error| trainer(&error))?;
            for ((sum, groups), prediction) in out_of_bag.iter_mut().zip(predictions) {
                // Where all trees of the group learnt from the row, it is 0/0.
                if prediction.is_finite() {
                    *sum += prediction;
                    *groups += 1;
                }
            }
            lay_out(&regressor, &mut builder).map_err(|error| trainer(&error))?;
        }
        let trees = builder.finish();
        trees.check(table.width()).map_err(|error| trainer(&error))?;
        let out_of_bag =
            out_of_bag.into_iter().map(|(sum, groups)| (groups > 0).then(|| sum / f64::from(groups))).collect();
        Ok(Fitted { forest: RandomForest { trees }, out_of_bag })
    }

    /// Share of positive rows among those like this one, 0 to 1; not yet a calibrated probability.
    pub fn score(&self, row: &[f32]) -> f64 {
        self.trees.sum(row) / self.trees.len().max(1) as f64
    }

    /// Adds to `contributions` how much each feature moved the score; returns the score of a row of which nothing is known.
    /// This and all contributions together are the score.
    pub fn explain(&self, row: &[f32], contributions: &mut [f64]) -> f64 {
        let trees = self.trees.len().max(1) as f64;
        let mut steps = vec![0.0; contributions.len()];
        let base = self.trees.explain(row, &mut steps);
        for (contribution, step) in contributions.iter_mut().zip(steps) {
            *contribution += step / trees;
        }
        base / trees
    }

    /// The trees.
    pub fn trees(&self) -> &Trees {
        &self.trees
    }

    /// Whether the forest can be asked about rows of `width` values.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong.
    pub fn check(&self, width: usize) -> Result<(), TreesError> {
        self.trees.check(width)
    }
}

/// Takes the nodes from what smartcore writes, for it does not show them otherwise.
fn lay_out(regressor: &Regressor, builder: &mut Builder) -> Result<(), serde_json::Error> {
    let written: WrittenForest = serde_json::from_value(serde_json::to_value(regressor)?)?;
    for tree in &written.forest_regressor.trees {
        builder.tree(0, |index| match tree.nodes.get(index) {
            Some(node) => (node.output, node.split()),
            None => (f64::NAN, None),
        });
    }
    Ok(())
}
