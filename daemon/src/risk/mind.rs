// SPDX-License-Identifier: MIT

//! What is learnt while payments go by: examples and labels, drift, the first payments of a new champion.

use qenex_risk::decide::{Action, Decision, Policy, Thresholds};
use qenex_risk::learn::drift::{Adwin, Monitor, PSI_ACT};
use qenex_risk::learn::{Example, Learner, Probation};
use qenex_risk::model::FraudModel;

use super::settings::RiskSettings;
use crate::metrics::Metrics;

/// How often, at most, chance is taken for a change of the stream of verdicts.
const DELTA: f64 = 0.002;

/// What is learnt, and watched.
pub(super) struct Mind {
    pub(super) learner: Learner,
    /// Payments against the champion's training set.
    pub(super) monitor: Option<Monitor>,
    /// Verdicts that said that an alert was none.
    pub(super) wrong: Adwin,
    /// Verdicts about alerts and reviews: right ones, and all.
    pub(super) verdicts: (u64, u64),
    probation: Option<Probation>,
    /// Whether a drift was told since the last training.
    pub(super) has_drifted: bool,
}

/// What a payment has made noticed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Noticed {
    /// The challenger would have raised an alert.
    pub(super) shadow_alert: bool,
    /// The champion raises far more alerts than it should.
    pub(super) must_go: bool,
    /// Payments are not what they were in the training.
    pub(super) has_drifted: bool,
}

impl Mind {
    pub(super) fn new(settings: &RiskSettings) -> Mind {
        Mind {
            learner: Learner::new(settings.learn.learner()),
            monitor: None,
            wrong: Adwin::new(DELTA),
            verdicts: (0, 0),
            probation: None,
            has_drifted: false,
        }
    }

    /// Another champion decides from now on; `is_new` if it never did before.
    pub(super) fn champion(&mut self, champion: Option<&FraudModel>, policy: &Policy, is_new: bool) {
        self.monitor = champion.map(Monitor::new);
        self.has_drifted = false;
        self.probation = champion.filter(|_| is_new).and_then(|model| {
            let per_thousand = match policy.thresholds {
                Thresholds::Budget { alerts_per_thousand, .. } if model.is_supervised() => alerts_per_thousand,
                // By cost there is no number of alerts that is right.
                Thresholds::Cost { .. } if model.is_supervised() => return None,
                _ => policy.cold_alerts_per_thousand,
            };
            Some(Probation::new(per_thousand / 1_000.0))
        });
    }

    /// A payment has gone by.
    pub(super) fn notice(&mut self, example: Example, decision: &Decision, metrics: &Metrics) -> Noticed {
        let mut noticed = Noticed::default();
        if let Some(scored) = &decision.scored {
            if let Some(monitor) = &mut self.monitor {
                if monitor.add(&example.row, scored) && !self.has_drifted {
                    let score = monitor.report().into_iter().find(|(name, _)| name == "score");
                    self.has_drifted = score.is_some_and(|(_, psi)| psi >= PSI_ACT);
                    noticed.has_drifted = self.has_drifted;
                }
            }
            // Rules are not the model's doing.
            let by_model = decision.action > Action::Allow && decision.rules.is_empty();
            let must_go = self.probation.as_mut().is_some_and(|probation| probation.add(by_model));
            if must_go {
                self.probation = None;
                noticed.must_go = true;
            }
        }
        if let Some(shadow) = self.learner.shadow(&example.row) {
            metrics.risk_shadow(shadow.alert);
            noticed.shadow_alert = shadow.alert;
        }
        self.learner.observe(example);
        noticed
    }

    /// Somebody has looked at an alert or a review. Returns whether verdicts are not what they were.
    pub(super) fn verdict(&mut self, was_fraud: bool) -> bool {
        self.verdicts.0 += u64::from(was_fraud);
        self.verdicts.1 += 1;
        self.wrong.add(if was_fraud { 0.0 } else { 1.0 })
    }
}
