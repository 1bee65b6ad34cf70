// SPDX-License-Identifier: MIT

//! Does what is given ten percent happen one time in ten?
//!
//! The functions take one probability and one outcome for each row, and return zero for no rows.

/// Probabilities nearer to 0 or 1 than this count as this far away, so that one certain error does not make a loss
/// infinite.
const CERTAIN: f64 = 1e-15;

fn mean(rows: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = rows.fold((0.0, 0usize), |(sum, count), value| (sum + value, count + 1));
    sum / count.max(1) as f64
}

/// Mean of −ln of the probability that was given to what happened.
pub fn log_loss(probabilities: &[f64], outcomes: &[bool]) -> f64 {
    mean(probabilities.iter().zip(outcomes).map(|(probability, outcome)| {
        let right = if *outcome { *probability } else { 1.0 - probability };
        -right.clamp(CERTAIN, 1.0 - CERTAIN).ln()
    }))
}

/// Mean squared difference between probability and outcome (Brier, 1950).
pub fn brier(probabilities: &[f64], outcomes: &[bool]) -> f64 {
    mean(probabilities.iter().zip(outcomes).map(|(p, outcome)| (p - f64::from(u8::from(*outcome))).powi(2)))
}

/// Rows of similar probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// Mean of the probabilities.
    pub predicted: f64,
    /// Share of positive rows.
    pub observed: f64,
    /// Number of rows.
    pub rows: usize,
}

/// The rows in order of probability, cut into at most `bins` parts of equal size: where fraud is rare, parts of equal width
/// would hold nearly everything in the first.
pub fn reliability(probabilities: &[f64], outcomes: &[bool], bins: usize) -> Vec<Bin> {
    let mut rows: Vec<(f64, bool)> = probabilities.iter().copied().zip(outcomes.iter().copied()).collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    let size = rows.len().div_ceil(bins.max(1)).max(1);
    rows.chunks(size)
        .map(|part| Bin {
            predicted: mean(part.iter().map(|row| row.0)),
            observed: mean(part.iter().map(|row| f64::from(u8::from(row.1)))),
            rows: part.len(),
        })
        .collect()
}

/// Expected calibration error: the mean difference between predicted and observed over the parts of [`reliability`].
pub fn expected_calibration_error(probabilities: &[f64], outcomes: &[bool], bins: usize) -> f64 {
    let total = probabilities.len().min(outcomes.len()).max(1) as f64;
    let parts = reliability(probabilities, outcomes, bins);
    parts.iter().map(|bin| (bin.predicted - bin.observed).abs() * bin.rows as f64 / total).sum()
}
