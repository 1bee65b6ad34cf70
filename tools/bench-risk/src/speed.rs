// SPDX-License-Identifier: MIT

//! How long a decision takes, with everything in it: features, model, rules, policy, reasons where there is an alert; and
//! between two decisions the history is brought up to date, as in the daemon.

use std::sync::Arc;
use std::time::{Duration, Instant};

use qenex_risk::decide::{Action, Engine, Policy};
use qenex_risk::features::{Event, History};
use qenex_risk::model::FraudModel;
use qenex_risk::rules::RuleSet;
use qenex_simulator::{Config, Simulator};
use serde::{Deserialize, Serialize};

use crate::Failure;

/// What was measured, in one thread.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Figures {
    /// Decisions measured.
    pub decisions: usize,
    /// How many of them were alerts, with reasons.
    pub alerts: usize,
    /// Microseconds; half of the decisions were faster.
    pub p50: f64,
    /// Microseconds; 99 of 100 were faster.
    pub p99: f64,
    /// Microseconds; 999 of 1,000 were faster.
    pub p999: f64,
    /// Decisions alone, by their sum.
    pub per_second: f64,
    /// Decisions and the notes of what happened, by the clock.
    pub per_second_with_history: f64,
}

/// A few rules of each kind.
const RULES: &str = "
[[limit]]
id = 'velocity'
action = 'review'
window = '1h'
most_count = 30
[[limit]]
id = 'amount'
action = 'review'
currency = 'USD'
window = '24h'
most_sum = '50000'
[[condition]]
id = 'new-device-new-payee'
action = 'review'
when = [{ feature = 'new_payee', from = 1 }, { feature = 'new_device', from = 1 }, { feature = 'amount', from = 8 }]
[[list]]
id = 'watch'
action = 'review'
accounts = [4711, 4712]
author = 'bench'
";

/// Measures decisions in a bank with 20,000 customers.
///
/// # Errors
///
/// Whatever goes wrong.
pub fn measure(model: &FraudModel) -> Result<Figures, Failure> {
    let config = Config { seed: 5, customers: 20_000, days: 30, ..Config::default() };
    let mut engine = Engine::new(History::new(), Policy::default());
    engine.set_model(Some(Arc::new(model.clone())));
    engine.set_rules(Arc::new(RuleSet::from_toml(RULES)?));
    // The first days fill the history.
    let steps: Vec<_> = Simulator::new(config)?.collect();
    let from = config.start + 20 * crate::fraud::DAY;
    let split = steps.partition_point(|step| step.event.time() < from);
    for step in &steps[..split] {
        engine.apply(&step.event)?;
    }
    let (mut times, mut alerts) = (Vec::new(), 0);
    let start = Instant::now();
    for step in &steps[split..] {
        if let Event::Paid(payment) = &step.event {
            let before = Instant::now();
            let (decision, row) = engine.decide(payment)?;
            times.push(before.elapsed());
            alerts += usize::from(decision.action > Action::Allow);
            std::hint::black_box(row);
        }
        engine.apply(&step.event)?;
    }
    let all = start.elapsed();
    let count = times.len();
    let sum: Duration = times.iter().sum();
    times.sort_unstable();
    let at = |share: f64| times[((share * count as f64) as usize).min(count - 1)].as_secs_f64() * 1e6;
    Ok(Figures {
        decisions: count,
        alerts,
        p50: at(0.5),
        p99: at(0.99),
        p999: at(0.999),
        per_second: count as f64 / sum.as_secs_f64(),
        per_second_with_history: count as f64 / all.as_secs_f64(),
    })
}
