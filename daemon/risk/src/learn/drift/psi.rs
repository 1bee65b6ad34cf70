// SPDX-License-Identifier: MIT

//! The population stability index: Σ (observed − expected) · ln(observed / expected) over bins of equal expectation.

use serde::{Deserialize, Serialize};

/// From here on something has shifted a little.
pub const PSI_WARN: f64 = 0.1;
/// From here on something has shifted so much that models should be trained anew.
pub const PSI_ACT: f64 = 0.25;
/// Added to each share, so that an empty bin is not infinitely surprising.
const FLOOR: f64 = 1e-4;
/// Bins of a distribution.
const BINS: usize = 10;

/// A distribution to compare with: bins of about equal shares.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bins {
    /// Highest value of each bin but the last, rising.
    edges: Vec<f32>,
    /// Share of each bin.
    shares: Vec<f64>,
}

impl Bins {
    /// The distribution of values with weights; both finite.
    pub fn new(values: impl Iterator<Item = (f32, f64)>) -> Bins {
        let mut sorted: Vec<(f32, f64)> = values.collect();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let total: f64 = sorted.iter().map(|(_, weight)| weight).sum();
        let mut edges: Vec<f32> = Vec::new();
        let mut below = 0.0;
        for (value, weight) in &sorted {
            below += weight;
            let due = (edges.len() + 1) as f64 / BINS as f64;
            if edges.len() + 1 < BINS && below / total.max(f64::MIN_POSITIVE) >= due && edges.last() != Some(value) {
                edges.push(*value);
            }
        }
        let mut bins = Bins { shares: vec![0.0; edges.len() + 1], edges };
        for (value, weight) in sorted {
            let bin = bins.bin(value);
            bins.shares[bin] += weight / total.max(f64::MIN_POSITIVE);
        }
        bins
    }

    fn bin(&self, value: f32) -> usize {
        self.edges.partition_point(|edge| *edge < value)
    }

    /// Whether values from outside make a distribution.
    pub(crate) fn is_sound(&self) -> bool {
        self.shares.len() == self.edges.len() + 1
            && self.edges.iter().all(|edge| edge.is_finite())
            && self.edges.windows(2).all(|pair| pair[0] < pair[1])
            && self.shares.iter().all(|share| (0.0..=1.0 + 1e-6).contains(share))
    }
}

/// Counts values against a distribution.
#[derive(Clone, Debug)]
pub struct Psi {
    bins: Bins,
    counts: Vec<u64>,
}

impl Psi {
    /// Nothing counted yet.
    pub fn new(bins: Bins) -> Psi {
        Psi { counts: vec![0; bins.shares.len()], bins }
    }

    /// Counts a value.
    pub fn add(&mut self, value: f32) {
        self.counts[self.bins.bin(value)] += 1;
    }

    /// Values counted.
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The index; 0 for the same distribution. None before anything was counted.
    pub fn value(&self) -> Option<f64> {
        let total = self.count();
        let term = |(count, expected): (&u64, &f64)| {
            let (observed, expected) = (*count as f64 / total as f64 + FLOOR, expected + FLOOR);
            (observed - expected) * (observed / expected).ln()
        };
        (total > 0).then(|| self.counts.iter().zip(&self.bins.shares).map(term).sum())
    }

    /// Forgets what was counted.
    pub fn reset(&mut self) {
        self.counts.fill(0);
    }
}
