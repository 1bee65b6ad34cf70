// SPDX-License-Identifier: MIT

//! The model that serves.

use std::fmt::Write;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::ModelError;
use super::file::{self, Kind};
use super::train::TrainSettings;
use crate::boosting::{Booster, logistic};
use crate::calibration::Calibration;
use crate::features::{FEATURES, Feature, Row, schema_hash};
use crate::forest::{IsolationForest, RandomForest};
use crate::learn::drift::Bins;

/// Columns that the supervised part sees: the features, and the isolation forest's score.
pub(crate) const COLUMNS: usize = FEATURES + 1;

/// Where a model comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// Version of this crate.
    pub crate_version: String,
    /// Time of the first and the last payment it learnt from, nanoseconds since 1970.
    pub from: u64,
    /// As `from`.
    pub to: u64,
    /// Rows it learnt from.
    pub rows: u64,
    /// How many of them were fraud; 0 if it learnt without labels.
    pub positives: u64,
    /// How it was trained; the seed is in it.
    pub settings: TrainSettings,
    /// SHA-256 of the rows, outcomes and weights it learnt from.
    pub data: [u8; 32],
}

/// What learns from labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Supervised {
    pub(crate) forest: RandomForest,
    pub(crate) booster: Booster,
    pub(crate) calibration: Calibration,
}

/// Judges payments by their features. Without labels it can only say what is unusual.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FraudModel {
    pub(crate) about: About,
    pub(crate) isolation: IsolationForest,
    pub(crate) supervised: Option<Supervised>,
    /// Scores of the training set, falling: for the share at each place of [`tail_shares`] the score that so many reach.
    pub(crate) tail: Vec<f64>,
    /// Distribution of each feature in the training set, then of the score.
    pub(crate) reference: Vec<Bins>,
}

/// What a model says of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scored {
    /// 0 to 1, higher is worse; good for ordering.
    pub score: f64,
    /// Calibrated probability of fraud. None from a model that had no labels.
    pub probability: Option<f64>,
    /// How unusual the payment is, 0 to 1.
    pub isolation: f64,
}

/// Shares of payments for which the training set's score is remembered: from all down to one in a million.
pub(crate) fn tail_shares() -> impl Iterator<Item = f64> {
    (0..=240).map(|step| 10f64.powf(-f64::from(step) / 40.0))
}

impl FraudModel {
    /// Judges a payment.
    pub fn score(&self, row: &Row) -> Scored {
        let isolation = self.isolation.score(row);
        match &self.supervised {
            Some(supervised) => {
                let score = supervised.score(&extended(row, isolation));
                Scored { score, probability: Some(supervised.calibration.probability(score)), isolation }
            }
            None => Scored { score: isolation, probability: None, isolation },
        }
    }

    /// How much each feature, and last the isolation forest, moved the score; and the score of a payment of which nothing
    /// is known. With labels, that and all contributions together are the score; without, contributions are shortened
    /// paths, see [`IsolationForest::explain`].
    pub fn explain(&self, row: &Row) -> (f64, Vec<f64>) {
        let mut contributions = vec![0.0; COLUMNS];
        match &self.supervised {
            Some(supervised) => {
                let base = supervised.explain(&extended(row, self.isolation.score(row)), &mut contributions);
                (base, contributions)
            }
            None => {
                self.isolation.explain(row, &mut contributions[..FEATURES]);
                (0.5, contributions)
            }
        }
    }

    /// Names of what [`FraudModel::explain`] returns.
    pub fn columns() -> Vec<String> {
        Feature::ALL.iter().map(|feature| feature.name()).chain(["isolation"]).map(str::to_owned).collect()
    }

    /// The score that a share of the payments of the training set reached; for a share of 0, infinite.
    pub fn threshold(&self, share: f64) -> f64 {
        // Shares fall from place to place, scores rise.
        let place = tail_shares().position(|known| known <= share);
        place.and_then(|place| self.tail.get(place)).copied().unwrap_or(f64::INFINITY)
    }

    /// Whether it learnt from labels.
    pub fn is_supervised(&self) -> bool {
        self.supervised.is_some()
    }

    /// Where it comes from.
    pub fn about(&self) -> &About {
        &self.about
    }

    /// Distribution of each feature in the training set, and last of the score.
    pub fn reference(&self) -> &[Bins] {
        &self.reference
    }

    /// The file for this model. The same model gives the same bytes.
    ///
    /// # Errors
    ///
    /// None that is known; the encoder's.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ModelError> {
        file::encode(Kind::Fraud, schema_hash(), self)
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with it. Bytes that pass are a model that can score any row.
    pub fn from_bytes(bytes: &[u8]) -> Result<FraudModel, ModelError> {
        let model: FraudModel = file::decode(Kind::Fraud, schema_hash(), bytes)?;
        model.check().map_err(ModelError::Damaged)?;
        Ok(model)
    }

    /// Name of the model: twelve digits of the SHA-256 of its file, so that two models never share one.
    pub fn version(&self) -> String {
        let bytes = self.to_bytes().unwrap_or_default();
        Sha256::digest(bytes).iter().take(6).fold(String::new(), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    fn check(&self) -> Result<(), String> {
        self.isolation.check(FEATURES).map_err(|error| error.to_string())?;
        if let Some(supervised) = &self.supervised {
            supervised.forest.check(COLUMNS).map_err(|error| error.to_string())?;
            supervised.booster.check(COLUMNS).map_err(|error| error.to_string())?;
            supervised.calibration.check().map_err(|error| error.to_string())?;
        }
        let sound = self.tail.len() == tail_shares().count()
            && self.tail.windows(2).all(|pair| pair[0] <= pair[1])
            && self.reference.len() == COLUMNS
            && self.reference.iter().all(Bins::is_sound);
        if sound { Ok(()) } else { Err("its reference distributions are none".to_owned()) }
    }
}

impl Supervised {
    pub(crate) fn score(&self, row: &[f32]) -> f64 {
        (self.forest.score(row) + self.booster.probability(row)) / 2.0
    }

    /// The booster's contributions are to the logarithm of the odds; they are scaled to what they make of the probability.
    fn explain(&self, row: &[f32], contributions: &mut [f64]) -> f64 {
        let mut steps = vec![0.0; contributions.len()];
        let base = self.booster.explain(row, &mut steps);
        let moved: f64 = steps.iter().sum();
        let (low, high) = (logistic(base), logistic(base + moved));
        let scale = if moved.abs() > 1e-12 { (high - low) / moved } else { 0.0 };
        let forest = self.forest.explain(row, contributions);
        for (contribution, step) in contributions.iter_mut().zip(steps) {
            *contribution = (*contribution + step * scale) / 2.0;
        }
        (forest + low) / 2.0
    }
}

/// The features and the isolation forest's score.
pub(crate) fn extended(row: &Row, isolation: f64) -> [f32; COLUMNS] {
    let mut longer = [0.0; COLUMNS];
    longer[..FEATURES].copy_from_slice(row);
    longer[FEATURES] = isolation as f32;
    longer
}
