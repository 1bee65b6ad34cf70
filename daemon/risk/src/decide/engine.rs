// SPDX-License-Identifier: MIT

//! Decides.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::policy::{Action, Policy, Thresholds};
use crate::explain::{Reason, reasons};
use crate::features::{Event, FeatureError, History, Payment, Row};
use crate::model::{FraudModel, Scored};
use crate::random::mix;
use crate::rules::{Fired, RuleSet};

/// What is to be done with a payment, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// What.
    pub action: Action,
    /// What the model says. None without a model, or if the payment could not be judged.
    pub scored: Option<Scored>,
    /// Minor units that letting the payment pass is expected to lose: probability × amount.
    pub expected_loss: Option<u64>,
    /// Why the score is high. Only where something is done.
    pub reasons: Vec<Reason>,
    /// Rules that apply.
    pub rules: Vec<Fired>,
    /// Version of the model.
    pub model: Option<String>,
    /// What went wrong; the action is that for failures of the channel.
    pub failure: Option<String>,
}

/// Follows the ledger and decides about payments. Looking is shared, noting what happened is exclusive.
#[derive(Clone)]
pub struct Engine {
    history: History,
    model: Option<Loaded>,
    rules: Arc<RuleSet>,
    policy: Policy,
}

/// A model, and what is asked of it with each payment.
#[derive(Clone)]
struct Loaded {
    model: Arc<FraudModel>,
    version: Arc<str>,
    threshold: f64,
}

impl Engine {
    /// Without a model and without rules everything passes.
    pub fn new(history: History, policy: Policy) -> Engine {
        Engine { history, model: None, rules: Arc::default(), policy }
    }

    /// Takes another model; the old one goes on until this returns.
    pub fn set_model(&mut self, model: Option<Arc<FraudModel>>) {
        self.model = model.map(|model| {
            let version = model.version().into();
            Loaded { threshold: threshold(&self.policy, &model), version, model }
        });
    }

    /// Takes other rules.
    pub fn set_rules(&mut self, rules: Arc<RuleSet>) {
        self.rules = rules;
    }

    /// Takes another policy, whose numbers are in range ([`Policy::check`]).
    pub fn set_policy(&mut self, policy: Policy) {
        if let Some(loaded) = &mut self.model {
            loaded.threshold = threshold(&policy, &loaded.model);
        }
        self.policy = policy;
    }

    /// The past of all accounts.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The same engine with the past of some accounts and devices alone. Several payments that are asked for at once are
    /// judged one after the other by it, each as if those before it had happened.
    pub fn ahead(&self, accounts: impl IntoIterator<Item = u64>, devices: impl IntoIterator<Item = u64>) -> Engine {
        Engine {
            history: self.history.part(accounts, devices),
            model: self.model.clone(),
            rules: Arc::clone(&self.rules),
            policy: self.policy.clone(),
        }
    }

    /// The model that decides.
    pub fn model(&self) -> Option<&Arc<FraudModel>> {
        self.model.as_ref().map(|loaded| &loaded.model)
    }

    /// Version of the model that decides.
    pub fn version(&self) -> Option<&str> {
        self.model.as_ref().map(|loaded| &*loaded.version)
    }

    /// What the bank wants done.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Notes what happened.
    ///
    /// # Errors
    ///
    /// As [`History::apply`].
    pub fn apply(&mut self, event: &Event) -> Result<(), FeatureError> {
        self.history.apply(event)
    }

    /// Decides about a payment that is about to be made, and says what it looks like; changes nothing.
    ///
    /// # Errors
    ///
    /// As [`History::look`].
    pub fn decide(&self, payment: &Payment) -> Result<(Decision, Row), FeatureError> {
        let row = self.history.look(payment)?;
        let rules = self.rules.apply(&self.history, payment, &row);
        let scored = self.model.as_ref().map(|loaded| loaded.model.score(&row));
        let by_model = match (&self.model, &scored) {
            (Some(loaded), Some(scored)) => match self.by_model(loaded, scored, payment) {
                Action::Block if self.is_released(payment) => Action::Review,
                action => action,
            },
            _ => Action::Allow,
        };
        let action = combine(by_model, &rules);
        let reasons = match (&self.model, &scored) {
            (Some(loaded), Some(scored)) if action > Action::Allow || by_model > Action::Allow => {
                let (_, contributions) = loaded.model.explain(&row);
                reasons(&row, scored.isolation, &contributions, self.policy.reasons)
            }
            _ => Vec::new(),
        };
        let probability = scored.and_then(|scored| scored.probability);
        let decision = Decision {
            action,
            scored,
            expected_loss: probability.map(|probability| (probability * payment.amount as f64).round() as u64),
            reasons,
            rules,
            model: self.model.as_ref().map(|loaded| loaded.version.to_string()),
            failure: None,
        };
        Ok((decision, row))
    }

    /// As [`Engine::decide`], but what cannot be judged is decided, too: as the policy says for its channel. The row is
    /// None then.
    pub fn decide_always(&self, payment: &Payment) -> (Decision, Option<Row>) {
        match self.decide(payment) {
            Ok((decision, row)) => (decision, Some(row)),
            Err(error) => {
                let decision = Decision {
                    action: self.policy.on_failure(payment.context.channel),
                    scored: None,
                    expected_loss: None,
                    reasons: Vec::new(),
                    rules: Vec::new(),
                    model: self.model.as_ref().map(|loaded| loaded.version.to_string()),
                    failure: Some(error.to_string()),
                };
                (decision, None)
            }
        }
    }

    /// Whether a payment is one of the few that are reviewed in place of being blocked: drawn by what it is, so that asking
    /// again gives the same answer.
    fn is_released(&self, payment: &Payment) -> bool {
        let parts = [payment.from, payment.to, payment.amount, payment.time / DRAW];
        let draw = parts.into_iter().fold(0, |draw, part| mix(draw ^ part));
        (draw as f64) < self.policy.released * u64::MAX as f64
    }

    fn by_model(&self, loaded: &Loaded, scored: &Scored, payment: &Payment) -> Action {
        match (self.policy.thresholds, scored.probability) {
            (Thresholds::Cost { review, wrong_block, loss }, Some(probability)) => {
                Policy::by_cost(review, wrong_block, loss, probability, payment.amount)
            }
            (Thresholds::Budget { block, .. }, Some(probability)) if scored.score >= loaded.threshold => {
                if block < 1.0 && probability >= block { Action::Block } else { Action::Review }
            }
            // Being unusual is no reason to block.
            (_, None) if scored.score >= loaded.threshold => Action::Review,
            _ => Action::Allow,
        }
    }
}

/// Nanoseconds within which the same payment is drawn alike: an hour, so that trying again soon does not help.
const DRAW: u64 = 3_600_000_000_000;

/// The score from which the model raises an alert.
fn threshold(policy: &Policy, model: &FraudModel) -> f64 {
    let per_thousand = match policy.thresholds {
        Thresholds::Budget { alerts_per_thousand, .. } if model.is_supervised() => alerts_per_thousand,
        _ => policy.cold_alerts_per_thousand,
    };
    model.threshold(per_thousand / 1_000.0)
}

/// The strictest rule counts; only if no rule demands anything, an allow list overrules the model.
fn combine(by_model: Action, rules: &[Fired]) -> Action {
    let strictest = rules.iter().map(|rule| rule.action).max();
    match strictest {
        Some(Action::Allow) => Action::Allow,
        Some(demanded) => demanded.max(by_model),
        None => by_model,
    }
}
