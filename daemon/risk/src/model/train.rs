// SPDX-License-Identifier: MIT

//! From examples to a model.

use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::fraud::{About, FraudModel, Supervised, tail_shares};
use crate::boosting::{Booster, BoosterParameters};
use crate::calibration::{Calibration, CalibrationError};
use crate::features::FEATURES;
use crate::forest::{ForestParameters, IsolationForest, IsolationParameters, RandomForest};
use crate::learn::drift::Bins;
use crate::random::mix;
use crate::table::{Examples, Table, TableError};

/// How a model for fraud is trained.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainSettings {
    /// Of all random numbers.
    pub seed: u64,
    /// The random forest.
    pub forest: ForestParameters,
    /// The booster beside it.
    pub booster: BoosterParameters,
    /// Parts into which the rows are cut for predictions that calibrate: each part is predicted by a booster that learnt
    /// from the others. 2 or more.
    pub folds: usize,
}

impl Default for TrainSettings {
    fn default() -> Self {
        let booster = BoosterParameters {
            rounds: 200,
            rate: 0.1,
            depth: 5,
            leaf: 2.0,
            l2: 1.0,
            rows: 0.7,
            features: 0.4,
            seed: 0,
        };
        let forest = ForestParameters { trees: 100, depth: 16, leaf: 3, features: 10, seed: 0 };
        TrainSettings { seed: 1, forest, booster, folds: 3 }
    }
}

/// Why there is no model.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum TrainError {
    /// The examples.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The predictions that calibrate.
    #[error(transparent)]
    Calibration(#[from] CalibrationError),
    /// The rows are not those of this crate's features.
    #[error("the rows have {0} columns, not those of the features")]
    Columns(usize),
}

/// Trains a model on rows of [`crate::features`] in order of time; `times` are those of the first and the last payment.
/// Without outcomes the model only learns what is usual. The same input gives the same model.
///
/// It runs in the calling thread, which should be one whose priority and memory are bounded.
///
/// # Errors
///
/// [`TrainError`]; [`TableError::Cancelled`] within about a second after `cancel` was set.
pub fn train(
    table: &Table,
    labels: Option<&Examples>,
    times: (u64, u64),
    settings: TrainSettings,
    cancel: &AtomicBool,
) -> Result<FraudModel, TrainError> {
    if table.width() != FEATURES {
        return Err(TrainError::Columns(table.width()));
    }
    let isolation =
        IsolationForest::fit(table, IsolationParameters { seed: mix(settings.seed), ..Default::default() })?;
    let longer = table.with_column("isolation", |row| isolation.score(row) as f32)?;
    let unlabelled = vec![1.0; table.len()];
    let (supervised, scores, weights) = match labels {
        Some(examples) => {
            let examples =
                Examples::weighted(longer.clone(), examples.outcomes().to_vec(), examples.weights().to_vec())?;
            let (supervised, scores) = supervise(&examples, settings, cancel)?;
            (Some(supervised), scores, examples.weights().to_vec())
        }
        None => (None, longer.rows().map(|row| f64::from(row[FEATURES])).collect(), unlabelled),
    };

    let mut reference: Vec<Bins> = Vec::with_capacity(FEATURES + 1);
    for column in 0..FEATURES {
        let values = (0..table.len()).map(|row| (table.get(row, column), weights[row]));
        reference.push(Bins::new(values));
    }
    reference.push(Bins::new(scores.iter().map(|score| *score as f32).zip(weights.iter().copied())));
    let about = About {
        crate_version: env!("CARGO_PKG_VERSION").to_owned(),
        from: times.0,
        to: times.1,
        rows: table.len() as u64,
        positives: labels.map_or(0, |examples| examples.outcomes().iter().filter(|outcome| **outcome).count() as u64),
        settings,
        data: fingerprint(table, labels),
    };
    Ok(FraudModel { about, isolation, supervised, tail: tail(&scores, &weights), reference })
}

/// Forest, booster and calibration; and for each row the score of those parts that did not learn from it.
fn supervise(
    examples: &Examples,
    settings: TrainSettings,
    cancel: &AtomicBool,
) -> Result<(Supervised, Vec<f64>), TrainError> {
    let forest_settings = ForestParameters { seed: mix(settings.seed ^ 1), ..settings.forest };
    let booster_settings = BoosterParameters { seed: mix(settings.seed ^ 2), ..settings.booster };
    let fitted = RandomForest::fit(examples, forest_settings, cancel)?;
    let booster = Booster::fit(examples, booster_settings, cancel)?;
    let others = predict_others(examples, booster_settings, settings.folds.max(2), cancel)?;
    let scores: Vec<f64> = fitted
        .out_of_bag
        .iter()
        .zip(&others)
        .map(|(forest, booster)| (forest.unwrap_or(*booster) + booster) / 2.0)
        .collect();
    let calibration = Calibration::fit(&scores, examples.outcomes(), examples.weights())?;
    Ok((Supervised { forest: fitted.forest, booster, calibration }, scores))
}

/// For each row the probability by a booster that learnt from the other parts. Parts are stretches of time: payments of
/// one episode stay together.
fn predict_others(
    examples: &Examples,
    settings: BoosterParameters,
    folds: usize,
    cancel: &AtomicBool,
) -> Result<Vec<f64>, TrainError> {
    let mut predictions = vec![0.0; examples.len()];
    let part = |row: usize| row * folds / examples.len();
    for fold in 0..folds {
        if cancel.load(Ordering::Relaxed) {
            return Err(TableError::Cancelled.into());
        }
        let rest: Vec<usize> = (0..examples.len()).filter(|row| part(*row) != fold).collect();
        let learnt = Examples::weighted(
            examples.table().select(rest.iter().copied()),
            rest.iter().map(|row| examples.outcomes()[*row]).collect(),
            rest.iter().map(|row| examples.weights()[*row]).collect(),
        );
        let booster = match learnt {
            Ok(learnt) => Booster::fit(&learnt, settings, cancel)?,
            // All fraud is in this one part: there is nobody else to ask, and it is better to be too sure than unable.
            Err(TableError::OneClass { .. }) => Booster::fit(examples, settings, cancel)?,
            Err(error) => return Err(error.into()),
        };
        for row in (0..examples.len()).filter(|row| part(*row) == fold) {
            predictions[row] = booster.probability(examples.table().row(row));
        }
    }
    Ok(predictions)
}

/// The scores that the shares of [`tail_shares`] reach.
fn tail(scores: &[f64], weights: &[f64]) -> Vec<f64> {
    let mut rows: Vec<(f64, f64)> = scores.iter().copied().zip(weights.iter().copied()).collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let total: f64 = weights.iter().sum();
    let mut above = 0.0;
    let cumulated: Vec<(f64, f64)> = rows
        .into_iter()
        .map(|(score, weight)| {
            above += weight / total;
            (above, score)
        })
        .collect();
    let highest = cumulated.first().map_or(0.0, |row| row.1);
    tail_shares()
        .map(|share| {
            let within = cumulated.partition_point(|(above, _)| *above <= share);
            within.checked_sub(1).map_or(highest, |last| cumulated[last].1)
        })
        .collect()
}

fn fingerprint(table: &Table, labels: Option<&Examples>) -> [u8; 32] {
    let mut hasher = Sha256::new();
    table.rows().flatten().for_each(|value| hasher.update(value.to_le_bytes()));
    if let Some(examples) = labels {
        examples.outcomes().iter().for_each(|outcome| hasher.update([u8::from(*outcome)]));
        examples.weights().iter().for_each(|weight| hasher.update(weight.to_le_bytes()));
    }
    hasher.finalize().into()
}
