// SPDX-License-Identifier: MIT

//! What the bank wants done.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::PolicyError;
use crate::features::Channel;

/// What is done with a payment.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It goes on.
    Allow,
    /// A person looks at it first.
    Review,
    /// It is refused, or held until somebody releases it.
    Block,
}

/// From which score on something is done.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum Thresholds {
    /// When it is cheaper. Costs are minor units.
    Cost {
        /// Of a person looking at a payment.
        review: u64,
        /// Of blocking an honest payment.
        wrong_block: u64,
        /// Share of the amount that fraud loses.
        loss: f64,
    },
    /// So that people have no more to look at than they can.
    Budget {
        /// Payments of a thousand that are reviewed or blocked, if the world is that of the training set.
        alerts_per_thousand: f64,
        /// Probability of fraud from which an alert is blocked; 1 for never.
        block: f64,
    },
}

/// What the bank wants done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// When to act.
    pub thresholds: Thresholds,
    /// What to do with a payment that cannot be judged, by channel. Where a channel is not named: review.
    #[serde(default)]
    pub on_failure: BTreeMap<Channel, Action>,
    /// Payments of a thousand, 0 to 1000, that are reviewed while no labels were learnt from: those that are most unusual.
    #[serde(default = "default_cold")]
    pub cold_alerts_per_thousand: f64,
    /// Share of what the model alone would block that is reviewed instead: otherwise nobody would ever learn whether
    /// blocking was right.
    #[serde(default = "default_released")]
    pub released: f64,
    /// Reasons told with a decision.
    #[serde(default = "default_reasons")]
    pub reasons: usize,
}

fn default_cold() -> f64 {
    2.0
}

fn default_released() -> f64 {
    0.01
}

fn default_reasons() -> usize {
    5
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            // Not all fraud is reported, so few payments have a probability of more than 0.8.
            thresholds: Thresholds::Budget { alerts_per_thousand: 10.0, block: 0.75 },
            on_failure: BTreeMap::new(),
            cold_alerts_per_thousand: default_cold(),
            released: default_released(),
            reasons: default_reasons(),
        }
    }
}

impl Policy {
    /// Reads a policy from TOML.
    ///
    /// # Errors
    ///
    /// [`PolicyError`].
    pub fn from_toml(text: &str) -> Result<Policy, PolicyError> {
        let policy: Policy = toml::from_str(text).map_err(|error| PolicyError::Syntax(error.to_string()))?;
        policy.check().map(|()| policy)
    }

    /// Whether all numbers are in range.
    ///
    /// # Errors
    ///
    /// [`PolicyError::Range`].
    pub fn check(&self) -> Result<(), PolicyError> {
        let share = |share: f64| (0.0..=1.0).contains(&share);
        let sound = match self.thresholds {
            Thresholds::Cost { loss, .. } => share(loss),
            Thresholds::Budget { alerts_per_thousand, block } => share(alerts_per_thousand / 1_000.0) && share(block),
        };
        match sound && share(self.cold_alerts_per_thousand / 1_000.0) && share(self.released) {
            true => Ok(()),
            false => Err(PolicyError::Range("shares must be 0 to 1, and alerts 0 to 1000 of a thousand")),
        }
    }

    /// What to do with a payment of a channel that cannot be judged.
    pub fn on_failure(&self, channel: Channel) -> Action {
        self.on_failure.get(&channel).copied().unwrap_or(Action::Review)
    }

    /// What to do by cost: letting pass loses the amount with the probability of fraud; a review costs the same always and
    /// finds it; a block costs something if the payment was honest.
    pub(crate) fn by_cost(review: u64, wrong_block: u64, loss: f64, probability: f64, amount: u64) -> Action {
        let pass = probability * loss * amount as f64;
        let block = (1.0 - probability) * wrong_block as f64;
        match (pass, block, review as f64) {
            (pass, block, review) if pass <= block && pass <= review => Action::Allow,
            (_, block, review) if block < review => Action::Block,
            _ => Action::Review,
        }
    }
}
