// SPDX-License-Identifier: MIT

//! Is what is positive placed before what is negative?
//!
//! The functions take one score and one outcome for each row; of slices of different lengths the excess is ignored. Rows
//! with equal scores are one step: their order in the input never matters.

use std::cmp::Ordering;

/// A point of a precision–recall curve: what happens if everything from this score upwards is an alert.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The lowest score that is an alert.
    pub threshold: f64,
    /// Share of the alerts that are positive.
    pub precision: f64,
    /// Share of the positive that is an alert.
    pub recall: f64,
}

/// What a fixed number of alerts achieves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AtBudget {
    /// The lowest score that is an alert; infinite if there is no alert.
    pub threshold: f64,
    /// How many alerts there are, at most the budget.
    pub alerts: usize,
    /// How many of them are positive.
    pub hits: usize,
    /// Share of the positive that is an alert.
    pub recall: f64,
}

/// Runs of equal scores from the highest down: score, positives, rows.
fn steps(scores: &[f64], outcomes: &[bool]) -> Vec<(f64, usize, usize)> {
    let mut rows: Vec<(f64, bool)> = scores.iter().copied().zip(outcomes.iter().copied()).collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut steps: Vec<(f64, usize, usize)> = Vec::new();
    for (score, outcome) in rows {
        match steps.last_mut() {
            Some(step) if step.0.partial_cmp(&score) == Some(Ordering::Equal) => {
                step.1 += usize::from(outcome);
                step.2 += 1;
            }
            _ => steps.push((score, usize::from(outcome), 1)),
        }
    }
    steps
}

/// Area under the receiver operating characteristic: the probability that a positive row scores higher than a negative one,
/// a tie counting half. None unless there are rows of both kinds.
pub fn roc_auc(scores: &[f64], outcomes: &[bool]) -> Option<f64> {
    let (mut above, mut area) = (0.0, 0.0);
    let (mut positives, mut negatives) = (0.0, 0.0);
    for (_, positive, rows) in steps(scores, outcomes) {
        let (positive, negative) = (positive as f64, (rows - positive) as f64);
        area += negative * (above + positive / 2.0);
        above += positive;
        positives += positive;
        negatives += negative;
    }
    (positives > 0.0 && negatives > 0.0).then(|| area / (positives * negatives))
}

/// The precision–recall curve from the highest score down. Empty unless there is a positive row.
pub fn precision_recall(scores: &[f64], outcomes: &[bool]) -> Vec<Point> {
    let steps = steps(scores, outcomes);
    let total: usize = steps.iter().map(|step| step.1).sum();
    if total == 0 {
        return Vec::new();
    }
    let (mut hits, mut alerts) = (0, 0);
    let point = |(threshold, positive, rows): (f64, usize, usize)| {
        hits += positive;
        alerts += rows;
        Point { threshold, precision: hits as f64 / alerts as f64, recall: hits as f64 / total as f64 }
    };
    steps.into_iter().map(point).collect()
}

/// Average precision: the sum over the curve's points of precision × gain in recall, without interpolation (the
/// definition of scikit-learn). None unless there is a positive row.
pub fn average_precision(scores: &[f64], outcomes: &[bool]) -> Option<f64> {
    let curve = precision_recall(scores, outcomes);
    let mut recall = 0.0;
    let gain = |point: &Point| {
        let gain = point.precision * (point.recall - recall);
        recall = point.recall;
        gain
    };
    (!curve.is_empty()).then(|| curve.iter().map(gain).sum())
}

/// What at most `budget` alerts achieve, taken from the highest score down; rows of one score are all alerts or none.
/// None unless there is a positive row.
pub fn at_budget(scores: &[f64], outcomes: &[bool], budget: usize) -> Option<AtBudget> {
    let steps = steps(scores, outcomes);
    let total: usize = steps.iter().map(|step| step.1).sum();
    let mut best = AtBudget { threshold: f64::INFINITY, alerts: 0, hits: 0, recall: 0.0 };
    for (threshold, positive, rows) in steps {
        if best.alerts + rows > budget {
            break;
        }
        best = AtBudget { threshold, alerts: best.alerts + rows, hits: best.hits + positive, recall: 0.0 };
    }
    best.recall = best.hits as f64 / total.max(1) as f64;
    (total > 0).then_some(best)
}
