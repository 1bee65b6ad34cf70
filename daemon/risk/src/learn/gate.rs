// SPDX-License-Identifier: MIT

//! Is the challenger better, or was it luck?
//!
//! Both models judge the same later payments. The accounts are drawn again and again (bootstrap, paired, whole accounts: the
//! payments of one episode stay together), and the difference must stay on one side of zero.

use serde::{Deserialize, Serialize};

use super::error::LearnError;
use crate::metrics::{brier, expected_calibration_error};
use crate::random::{Random, mix};

/// What counts as better.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GateSettings {
    /// Share of the payments that can be looked at.
    pub budget: f64,
    /// Minor units that looking at a payment costs.
    pub review_cost: u64,
    /// Share of the amount that fraud loses.
    pub loss: f64,
    /// Probability that the interval misses the truth.
    pub level: f64,
    /// Draws.
    pub draws: usize,
    /// Fewest known frauds.
    pub frauds: usize,
    /// How much worse the calibration error may be, absolutely.
    pub calibration: f64,
    /// Of the draws.
    pub seed: u64,
}

impl Default for GateSettings {
    fn default() -> Self {
        GateSettings {
            budget: 0.01,
            review_cost: 500,
            loss: 1.0,
            level: 0.05,
            draws: 400,
            frauds: 20,
            calibration: 0.005,
            seed: 1,
        }
    }
}

/// Payments that neither model learnt from, with what both say; one value for each payment.
#[derive(Clone, Debug, Default)]
pub struct Holdout {
    /// Known to be fraud.
    pub outcomes: Vec<bool>,
    /// Who paid.
    pub accounts: Vec<u64>,
    /// Minor units.
    pub amounts: Vec<u64>,
    /// Score and probability by the champion.
    pub champion: Vec<(f64, f64)>,
    /// Score and probability by the challenger.
    pub challenger: Vec<(f64, f64)>,
}

/// Where a difference lies.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// The difference itself.
    pub middle: f64,
    /// Upper end.
    pub high: f64,
}

/// One figure of both models; the difference is challenger − champion, turned so that positive is better.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// Of the champion.
    pub champion: f64,
    /// Of the challenger.
    pub challenger: f64,
    /// How much better the challenger is.
    pub gain: Interval,
}

/// What the comparison says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// Payments compared.
    pub rows: usize,
    /// Known frauds among them.
    pub frauds: usize,
    /// Average precision.
    pub average_precision: Compared,
    /// Recall with as many alerts as the budget allows.
    pub recall: Compared,
    /// Minor units lost for each payment: fraud that passes, and looking at alerts.
    pub cost: Compared,
    /// Mean squared error of the probabilities; lower is better, and the difference is not turned.
    pub brier: (f64, f64),
    /// Expected calibration error.
    pub calibration: (f64, f64),
    /// Whether the challenger should take over.
    pub promote: bool,
    /// Why, or why not.
    pub why: String,
}

/// Figures of one draw.
#[derive(Clone, Copy)]
struct Figures {
    precision: f64,
    recall: f64,
    cost: f64,
}

/// Compares two models.
///
/// # Errors
///
/// [`LearnError::TooEarly`].
pub fn judge(holdout: &Holdout, settings: &GateSettings) -> Result<Judgement, LearnError> {
    let (rows, frauds) = (holdout.outcomes.len(), holdout.outcomes.iter().filter(|outcome| **outcome).count());
    let needed = settings.frauds.max(1);
    if frauds < needed || frauds == rows {
        return Err(LearnError::TooEarly { rows, fraud: frauds, needed });
    }
    let orders = [order(&holdout.champion), order(&holdout.challenger)];
    let ones = vec![1.0; rows];
    let [champion, challenger] = orders.each_ref().map(|order| figures(holdout, settings, order, &ones));
    let mut draws: [Vec<f64>; 3] = [(); 3].map(|()| Vec::with_capacity(settings.draws));
    let mut weights = vec![0.0; rows];
    for draw in 0..settings.draws as u64 {
        for (weight, account) in weights.iter_mut().zip(&holdout.accounts) {
            *weight = poisson(mix(settings.seed ^ mix(draw) ^ mix(*account).rotate_left(17)));
        }
        let [a, b] = orders.each_ref().map(|order| figures(holdout, settings, order, &weights));
        for (draws, gain) in draws.iter_mut().zip([b.precision - a.precision, b.recall - a.recall, a.cost - b.cost]) {
            // A draw without any fraud says nothing.
            if gain.is_finite() {
                draws.push(gain);
            }
        }
    }
    let [precision, recall, cost] = draws;
    let compared = |champion: f64, challenger: f64, gain: f64, draws: Vec<f64>| Compared {
        champion,
        challenger,
        gain: interval(gain, draws, settings.level),
    };
    let probabilities = |scores: &[(f64, f64)]| scores.iter().map(|score| score.1).collect::<Vec<f64>>();
    let both = [probabilities(&holdout.champion), probabilities(&holdout.challenger)];
    let [brier_a, brier_b] = both.each_ref().map(|scores| brier(scores, &holdout.outcomes));
    let [error_a, error_b] = both.each_ref().map(|scores| expected_calibration_error(scores, &holdout.outcomes, 20));
    let mut judgement = Judgement {
        rows,
        frauds,
        average_precision: compared(
            champion.precision,
            challenger.precision,
            challenger.precision - champion.precision,
            precision,
        ),
        recall: compared(champion.recall, challenger.recall, challenger.recall - champion.recall, recall),
        cost: compared(champion.cost, challenger.cost, champion.cost - challenger.cost, cost),
        brier: (brier_a, brier_b),
        calibration: (error_a, error_b),
        promote: false,
        why: String::new(),
    };
    (judgement.promote, judgement.why) = verdict(&judgement, settings);
    Ok(judgement)
}

/// Average precision must be better beyond chance; recall must not be worse; cost must not be worse beyond chance, for it
/// hangs on a few large amounts; probabilities must be as right.
fn verdict(judgement: &Judgement, settings: &GateSettings) -> (bool, String) {
    let gain = judgement.average_precision.gain;
    let reasons = [
        (gain.low > 0.0, format!("the gain in average precision may be chance: {:+.4} to {:+.4}", gain.low, gain.high)),
        (judgement.recall.gain.middle >= 0.0, format!("recall falls by {:.4}", -judgement.recall.gain.middle)),
        (judgement.cost.gain.high >= 0.0, format!("a payment costs {:.2} more", -judgement.cost.gain.middle)),
        (judgement.brier.1 <= judgement.brier.0 * 1.02, "its probabilities are further from the truth".to_owned()),
        (
            judgement.calibration.1 <= judgement.calibration.0 + settings.calibration,
            format!(
                "its calibration error rises from {:.4} to {:.4}",
                judgement.calibration.0, judgement.calibration.1
            ),
        ),
    ];
    match reasons.into_iter().find(|(holds, _)| !holds) {
        Some((_, why)) => (false, why),
        None => (true, format!("average precision rises by {:+.4} to {:+.4}", gain.low, gain.high)),
    }
}

/// Rows from the highest score down.
fn order(scores: &[(f64, f64)]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..scores.len() as u32).collect();
    order.sort_by(|a, b| scores[*b as usize].0.total_cmp(&scores[*a as usize].0));
    order
}

fn figures(holdout: &Holdout, settings: &GateSettings, order: &[u32], weights: &[f64]) -> Figures {
    let total: f64 = weights.iter().sum();
    let positive = |row: usize| if holdout.outcomes[row] { weights[row] } else { 0.0 };
    let positives: f64 = (0..weights.len()).map(positive).sum();
    let budget = settings.budget * total;
    let (mut alerts, mut hits, mut precision, mut found) = (0.0, 0.0, 0.0, 0.0);
    let mut cost = 0.0;
    for row in order {
        let row = *row as usize;
        if weights[row] == 0.0 {
            continue;
        }
        alerts += weights[row];
        hits += positive(row);
        precision += positive(row) * hits / alerts;
        if alerts <= budget {
            found = hits;
            cost += weights[row] * settings.review_cost as f64;
        } else {
            cost += positive(row) * settings.loss * holdout.amounts[row] as f64;
        }
    }
    Figures { precision: precision / positives, recall: found / positives, cost: cost / total }
}

/// A number of the Poisson distribution with mean 1, which is how often something is drawn from many.
fn poisson(seed: u64) -> f64 {
    let mut unit = Random::new(seed).unit();
    let mut probability = (-1.0f64).exp();
    for count in 0..10 {
        if unit < probability {
            return f64::from(count);
        }
        unit -= probability;
        probability /= f64::from(count + 1);
    }
    10.0
}

fn interval(middle: f64, mut draws: Vec<f64>, level: f64) -> Interval {
    draws.sort_by(f64::total_cmp);
    let place = |share: f64| {
        let index = (share * draws.len() as f64) as usize;
        draws.get(index.min(draws.len().saturating_sub(1))).copied().unwrap_or(middle)
    };
    Interval { low: place(level / 2.0), middle, high: place(1.0 - level / 2.0) }
}
