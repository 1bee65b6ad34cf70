// SPDX-License-Identifier: MIT

//! What rules would have done.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::RuleSet;
use crate::features::{Event, FeatureError, History};

/// Something that happened, and whether it is known to have been fraud.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Past {
    /// What.
    pub event: Event,
    /// Of a payment: fraud, honest, or not known.
    pub fraud: Option<bool>,
}

/// What a rule would have done.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct RuleResult {
    /// Payments that it applies to.
    pub fired: u64,
    /// How many of them are known to be fraud.
    pub fraud: u64,
    /// How many of them are known to be honest.
    pub honest: u64,
    /// How many of the fraud no other rule applies to.
    pub alone: u64,
    /// Minor units of the fraud, whatever the currency.
    pub amount: u128,
}

/// What a set of rules would have done.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Backtest {
    /// Payments looked at.
    pub payments: u64,
    /// How many of them are known to be fraud.
    pub fraud: u64,
    /// Events that were left out, because they name an unknown account or make no sense.
    pub skipped: u64,
    /// By rule; all rules of the set.
    pub rules: BTreeMap<String, RuleResult>,
}

/// Tries rules on what happened since the first event, payments before `from` (nanoseconds since 1970) only to fill the
/// windows.
pub fn backtest(rules: &RuleSet, past: impl IntoIterator<Item = Past>, from: u64) -> Backtest {
    let mut result = Backtest {
        rules: rules.ids().map(|id| (id.to_owned(), RuleResult::default())).collect(),
        ..Default::default()
    };
    let mut history = History::new();
    for Past { event, fraud } in past {
        let step = step(rules, &mut history, &event, fraud, from, &mut result);
        result.skipped += u64::from(step.is_err());
    }
    result
}

fn step(
    rules: &RuleSet,
    history: &mut History,
    event: &Event,
    fraud: Option<bool>,
    from: u64,
    result: &mut Backtest,
) -> Result<(), FeatureError> {
    if let Event::Paid(payment) = event {
        if payment.time >= from {
            let row = history.look(payment)?;
            result.payments += 1;
            result.fraud += u64::from(fraud == Some(true));
            let fired = rules.apply(history, payment, &row);
            for rule in &fired {
                let entry = result.rules.entry(rule.rule.clone()).or_default();
                entry.fired += 1;
                entry.honest += u64::from(fraud == Some(false));
                if fraud == Some(true) {
                    entry.fraud += 1;
                    entry.alone += u64::from(fired.len() == 1);
                    entry.amount += u128::from(payment.amount);
                }
            }
        }
    }
    history.apply(event)
}
