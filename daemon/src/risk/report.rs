// SPDX-License-Identifier: MIT

//! What can be said of payments and models: to people who want to know why, and how good it is.

use std::sync::Arc;

use qenex_abi::Id;
use qenex_risk::decide::{Action, Decision};
use qenex_risk::explain::{
    Importance, calibration_plot, contribution_importance, importance_plot, permutation_importance,
    precision_recall_plot,
};
use qenex_risk::features::{FEATURES, Row, names};
use qenex_risk::learn::LearnError;
use qenex_risk::metrics::{at_budget, average_precision, brier, expected_calibration_error, roc_auc};
use qenex_risk::model::{FraudModel, Scored};
use qenex_risk::table::{Table, TableError};

use super::RiskError;
use super::guard::{Risk, lock};
use super::store::JudgedRow;
use crate::people::now;

/// Rows by which importance is measured.
const ROWS: usize = 4_000;

/// Payments by which a model is measured.
const MEASURED: usize = 50_000;

/// Payments of which it is known, or may be assumed, what they were.
struct Known {
    table: Table,
    outcomes: Vec<bool>,
}

/// How good the model is that decides.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Version of the model.
    pub model: String,
    /// Payments that it is measured by.
    pub rows: usize,
    /// How many of them were fraud.
    pub frauds: usize,
    /// Whether all of them came after its training. Otherwise it has learnt from some of them, and is not as good as this
    /// says.
    pub later: bool,
    /// Average precision.
    pub average_precision: f64,
    /// Area under the receiver operating characteristic.
    pub roc_auc: f64,
    /// Share of the fraud among the one payment of a hundred that looks worst.
    pub recall: f64,
    /// Mean squared error of the probabilities.
    pub brier: f64,
    /// Expected calibration error.
    pub calibration_error: f64,
}

/// A picture of how good the model is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Plot {
    /// Precision against recall.
    PrecisionRecall,
    /// Whether what is given a probability happens so often.
    Calibration,
    /// Which features matter.
    Importance,
}

/// What a model says of payments of which it is known what they were.
struct Measured {
    later: bool,
    scores: Vec<f64>,
    probabilities: Vec<f64>,
    outcomes: Vec<bool>,
}

fn whole(row: &[f32]) -> Row {
    let mut whole: Row = [0.0; FEATURES];
    whole.iter_mut().zip(row).for_each(|(to, from)| *to = *from);
    whole
}

impl Risk {
    /// The model that decides.
    pub fn champion(&self) -> Option<Arc<FraudModel>> {
        self.with_engine(|engine| engine.model().cloned())
    }

    /// What was judged under this id, what was decided, what it looked like if that is remembered, and whether it is known
    /// to be fraud.
    ///
    /// # Errors
    ///
    /// [`RiskError::NoPayment`].
    pub fn payment(&self, id: Id) -> Result<(JudgedRow, Decision, Option<Row>, Option<bool>), RiskError> {
        self.follow_some(usize::MAX)?;
        let judged = self.judged(id)?.ok_or(RiskError::NoPayment)?;
        let decision = match &judged.decision {
            Some(text) => serde_json::from_str(text)
                .map_err(|error| RiskError::Stored(format!("payment {:032x}", id.to_u128()), error.to_string()))?,
            None => Decision {
                action: judged.action,
                scored: judged.score.map(|score| Scored { score, probability: judged.probability, isolation: 0.0 }),
                expected_loss: judged.probability.map(|it| (it * judged.amount as f64).round() as u64),
                reasons: Vec::new(),
                rules: Vec::new(),
                model: judged.model.clone(),
                failure: None,
            },
        };
        let mind = lock(&self.mind);
        let example = mind.learner.window().get(id.to_u128());
        let fraud = mind.learner.labels().get(id.to_u128()).map(|label| label.fraud);
        Ok((judged, decision, example.map(|example| example.row), fraud))
    }

    /// The latest payments from `from` on of which it is known what they were; what nobody complained about counts as honest
    /// when it is old enough, unless it was blocked.
    fn known(&self, from: u64, most: usize) -> Result<Known, RiskError> {
        let mature = now().saturating_sub(self.settings.learn.learner().maturity);
        let mind = lock(&self.mind);
        let (mut table, mut outcomes) = (Table::new(names()), Vec::new());
        let all = mind.learner.window().between(from, u64::MAX);
        let skipped = all.count().saturating_sub(most);
        for example in mind.learner.window().between(from, u64::MAX).skip(skipped) {
            let fraud = match mind.learner.labels().get(example.posting) {
                Some(label) => label.fraud,
                None if example.time < mature && example.action != Action::Block => false,
                None => continue,
            };
            table.push(&example.row).map_err(LearnError::from)?;
            outcomes.push(fraud);
        }
        let positive = outcomes.iter().filter(|outcome| **outcome).count();
        if positive == 0 || positive == outcomes.len() {
            let negative = outcomes.len() - positive;
            return Err(LearnError::Table(TableError::OneClass { positive, negative }).into());
        }
        Ok(Known { table, outcomes })
    }

    /// Which features matter to the model that decides: by shuffling them, or by their contributions.
    ///
    /// # Errors
    ///
    /// [`RiskError::NoModel`]; [`RiskError::Learn`] if nothing is known to measure by.
    pub fn importance(&self, shuffle: bool) -> Result<Vec<Importance>, RiskError> {
        let model = self.champion().ok_or(RiskError::NoModel)?;
        if shuffle {
            let known = self.known(0, ROWS)?;
            return Ok(permutation_importance(&known.table, &known.outcomes, 1, |row| model.score(&whole(row)).score));
        }
        let (table, _) = lock(&self.mind).learner.unlabelled(ROWS)?;
        let explain = |row: &[f32], contributions: &mut [f64]| {
            contributions.copy_from_slice(&model.explain(&whole(row)).1);
        };
        Ok(contribution_importance(&FraudModel::columns(), table.rows(), explain))
    }

    fn measured(&self, model: &FraudModel) -> Result<Measured, RiskError> {
        self.follow_some(usize::MAX)?;
        let after = model.about().to.saturating_add(1);
        let (known, later) = match self.known(after, MEASURED) {
            Ok(known) => (known, true),
            Err(_) => (self.known(0, MEASURED)?, false),
        };
        let scored: Vec<Scored> = known.table.rows().map(|row| model.score(&whole(row))).collect();
        Ok(Measured {
            later,
            scores: scored.iter().map(|scored| scored.score).collect(),
            probabilities: scored.iter().map(|scored| scored.probability.unwrap_or(scored.score)).collect(),
            outcomes: known.outcomes,
        })
    }

    /// How good the model is that decides, on the payments after its training if there are enough.
    ///
    /// # Errors
    ///
    /// [`RiskError::NoModel`]; [`RiskError::Learn`] if nothing is known to measure by.
    pub fn report(&self) -> Result<Report, RiskError> {
        let model = self.champion().ok_or(RiskError::NoModel)?;
        let Measured { later, scores, probabilities, outcomes } = self.measured(&model)?;
        let budget = (outcomes.len() / 100).max(1);
        Ok(Report {
            model: model.version(),
            rows: outcomes.len(),
            frauds: outcomes.iter().filter(|outcome| **outcome).count(),
            later,
            average_precision: average_precision(&scores, &outcomes).unwrap_or(0.0),
            roc_auc: roc_auc(&scores, &outcomes).unwrap_or(0.5),
            recall: at_budget(&scores, &outcomes, budget).map_or(0.0, |at| at.recall),
            brier: brier(&probabilities, &outcomes),
            calibration_error: expected_calibration_error(&probabilities, &outcomes, 20),
        })
    }

    /// A picture of the same, SVG.
    ///
    /// # Errors
    ///
    /// As [`Risk::report`].
    pub fn plot(&self, plot: Plot) -> Result<String, RiskError> {
        let model = self.champion().ok_or(RiskError::NoModel)?;
        if plot == Plot::Importance {
            let title = "Fraud: mean size of the contributions to the score";
            return Ok(importance_plot(title, &self.importance(false)?));
        }
        let Measured { scores, probabilities, outcomes, .. } = self.measured(&model)?;
        Ok(match plot {
            Plot::PrecisionRecall => precision_recall_plot(&scores, &outcomes),
            _ => calibration_plot(&probabilities, &outcomes),
        })
    }
}
