// SPDX-License-Identifier: MIT

//! From scores to probabilities, by isotonic regression: the rising step function nearest to what was observed (pool
//! adjacent violators; Zadrozny and Elkan, 2002), with lines between the steps.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Counts added to each step, so that a step of a few rows is not certain of anything.
const PRIOR_ROWS: f64 = 1.0;

/// A rising function from score to probability.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Scores, rising.
    scores: Vec<f64>,
    /// The probability at each, never falling.
    probabilities: Vec<f64>,
}

/// Why scores cannot be calibrated, or a calibration from outside cannot be used.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
pub enum CalibrationError {
    /// Nothing to calibrate by.
    #[error("there is no row to calibrate by")]
    Empty,
    /// A score or weight is not finite.
    #[error("row {0} has a score or weight that is not finite")]
    NotFinite(usize),
    /// The function is not one of rising scores and probabilities.
    #[error("step {0} of the calibration does not rise, or is no probability")]
    NotRising(usize),
}

/// Neighbouring rows with the same probability.
struct Step {
    low: f64,
    high: f64,
    positive: f64,
    weight: f64,
}

impl Step {
    fn share(&self, prior: f64) -> f64 {
        (self.positive + prior * PRIOR_ROWS) / (self.weight + PRIOR_ROWS)
    }
}

impl Calibration {
    /// Fits the function to scores, outcomes and weights, one of each for each row.
    ///
    /// # Errors
    ///
    /// [`CalibrationError::Empty`], [`CalibrationError::NotFinite`].
    pub fn fit(scores: &[f64], outcomes: &[bool], weights: &[f64]) -> Result<Calibration, CalibrationError> {
        let mut rows: Vec<(f64, bool, f64)> = Vec::with_capacity(scores.len());
        for (index, ((score, outcome), weight)) in scores.iter().zip(outcomes).zip(weights).enumerate() {
            if !score.is_finite() || !weight.is_finite() || *weight < 0.0 {
                return Err(CalibrationError::NotFinite(index));
            }
            if *weight > 0.0 {
                rows.push((*score, *outcome, *weight));
            }
        }
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        let total: f64 = rows.iter().map(|row| row.2).sum();
        if total <= 0.0 {
            return Err(CalibrationError::Empty);
        }
        let prior = rows.iter().filter(|row| row.1).map(|row| row.2).sum::<f64>() / total;

        let mut steps: Vec<Step> = Vec::new();
        for (score, outcome, weight) in rows {
            let positive = if outcome { weight } else { 0.0 };
            match steps.last_mut() {
                Some(step) if step.high == score => {
                    step.positive += positive;
                    step.weight += weight;
                }
                // Only a step that is complete, all rows of its score in it, is compared with the one before.
                _ => {
                    pool(&mut steps, prior);
                    steps.push(Step { low: score, high: score, positive, weight });
                }
            }
        }
        pool(&mut steps, prior);
        let mut calibration = Calibration { scores: Vec::new(), probabilities: Vec::new() };
        for step in &steps {
            calibration.push(step.low, step.share(prior));
            calibration.push(step.high, step.share(prior));
        }
        Ok(calibration)
    }

    fn push(&mut self, score: f64, probability: f64) {
        if self.scores.last().is_none_or(|last| *last < score) {
            self.scores.push(score);
            self.probabilities.push(probability);
        }
    }

    /// The probability for a score; beyond the ends, that of the end.
    pub fn probability(&self, score: f64) -> f64 {
        let right = self.scores.partition_point(|known| *known <= score);
        match (right.checked_sub(1), self.scores.get(right)) {
            (None, _) => self.probabilities.first().copied().unwrap_or(0.0),
            (Some(left), None) => self.probabilities[left],
            (Some(left), Some(next)) => {
                let share = (score - self.scores[left]) / (next - self.scores[left]);
                let (low, high) = (self.probabilities[left], self.probabilities[right]);
                (low + share * (high - low)).clamp(low, high)
            }
        }
    }

    /// Whether the function is one.
    ///
    /// # Errors
    ///
    /// The first step that is wrong.
    pub fn check(&self) -> Result<(), CalibrationError> {
        if self.scores.is_empty() || self.scores.len() != self.probabilities.len() {
            return Err(CalibrationError::Empty);
        }
        let rising = |index: usize| {
            index == 0
                || self.scores[index - 1] < self.scores[index]
                    && self.probabilities[index - 1] <= self.probabilities[index]
        };
        let wrong = |index: &usize| {
            !self.scores[*index].is_finite() || !(0.0..=1.0).contains(&self.probabilities[*index]) || !rising(*index)
        };
        (0..self.scores.len()).find(wrong).map_or(Ok(()), |index| Err(CalibrationError::NotRising(index)))
    }
}

/// Joins the last steps until they rise.
fn pool(steps: &mut Vec<Step>, prior: f64) {
    while let [.., before, last] = steps.as_mut_slice() {
        if before.share(prior) < last.share(prior) {
            return;
        }
        before.high = last.high;
        before.positive += last.positive;
        before.weight += last.weight;
        steps.pop();
    }
}
