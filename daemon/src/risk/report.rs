// SPDX-License-Identifier: MIT

//! What can be said of payments and models: to people who want to know why, and how good it is.

use std::sync::Arc;

use qenex_abi::Id;
use qenex_risk::decide::{Action, Decision};
use qenex_risk::explain::{Importance, contribution_importance, permutation_importance};
use qenex_risk::features::{Row, names};
use qenex_risk::learn::LearnError;
use qenex_risk::model::{FraudModel, Scored};
use qenex_risk::table::{Table, TableError};

use super::RiskError;
use super::guard::{Risk, lock};
use super::store::JudgedRow;
use crate::people::now;

/// Rows by which importance is measured.
const ROWS: usize = 4_000;

/// Payments of which it is known, or may be assumed, what they were.
pub(super) struct Known {
    pub(super) table: Table,
    pub(super) outcomes: Vec<bool>,
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

    /// The latest payments of which it is known what they were; what nobody complained about counts as honest when it is
    /// old enough, unless it was blocked.
    pub(super) fn known(&self, most: usize) -> Result<Known, RiskError> {
        let mature = now().saturating_sub(self.settings.learn.learner().maturity);
        let mind = lock(&self.mind);
        let (mut table, mut outcomes) = (Table::new(names()), Vec::new());
        let window = mind.learner.window();
        let skipped = window.len().saturating_sub(most);
        for example in window.between(0, u64::MAX).skip(skipped) {
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
        let fixed = |row: &[f32]| {
            let mut fixed: Row = [0.0; qenex_risk::features::FEATURES];
            fixed.iter_mut().zip(row).for_each(|(to, from)| *to = *from);
            fixed
        };
        if shuffle {
            let known = self.known(ROWS)?;
            return Ok(permutation_importance(&known.table, &known.outcomes, 1, |row| model.score(&fixed(row)).score));
        }
        let (table, _) = lock(&self.mind).learner.unlabelled(ROWS)?;
        let explain = |row: &[f32], contributions: &mut [f64]| {
            contributions.copy_from_slice(&model.explain(&fixed(row)).1);
        };
        Ok(contribution_importance(&FraudModel::columns(), table.rows(), explain))
    }
}
