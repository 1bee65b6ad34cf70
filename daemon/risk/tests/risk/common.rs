// SPDX-License-Identifier: MIT

//! A small simulated bank, and models that were made of it once.

use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

use qenex_risk::boosting::BoosterParameters;
use qenex_risk::features::{Context, Event, History, Payment, Row, names};
use qenex_risk::forest::ForestParameters;
use qenex_risk::model::{FraudModel, TrainSettings, train};
use qenex_risk::table::{Examples, Table};
use qenex_simulator::{Config, Simulator, Step, Truth};

/// Nanoseconds.
pub(crate) const DAY: u64 = 86_400_000_000_000;
pub(crate) static NEVER: AtomicBool = AtomicBool::new(false);

pub(crate) fn config() -> Config {
    Config { customers: 400, days: 45, fraud: 2.0, ..Config::default() }
}

/// A payment, what it looked like, and the truth.
pub(crate) struct Seen {
    pub(crate) payment: Payment,
    pub(crate) row: Row,
    pub(crate) truth: Truth,
}

pub(crate) fn steps() -> &'static [Step] {
    static STEPS: OnceLock<Vec<Step>> = OnceLock::new();
    STEPS.get_or_init(|| Simulator::new(config()).unwrap().collect())
}

pub(crate) fn seen() -> &'static [Seen] {
    static SEEN: OnceLock<Vec<Seen>> = OnceLock::new();
    SEEN.get_or_init(|| {
        let mut history = History::new();
        let mut seen = Vec::new();
        for step in steps() {
            if let (Event::Paid(payment), Some(truth)) = (step.event, step.truth) {
                seen.push(Seen { payment, row: history.look(&payment).unwrap(), truth });
            }
            history.apply(&step.event).unwrap();
        }
        seen
    })
}

/// Payments from one day up to another.
pub(crate) fn days(from: u64, to: u64) -> impl Iterator<Item = &'static Seen> {
    let day = |seen: &Seen| (seen.payment.time - config().start) / DAY;
    seen().iter().filter(move |seen| (from..to).contains(&day(seen)))
}

pub(crate) fn table<'a>(seen: impl Iterator<Item = &'a Seen>) -> (Table, Vec<bool>) {
    let (mut table, mut outcomes) = (Table::new(names()), Vec::new());
    for seen in seen {
        table.push(&seen.row).unwrap();
        outcomes.push(seen.truth.fraud.is_some());
    }
    (table, outcomes)
}

/// Small enough for a test.
pub(crate) fn quick(seed: u64) -> TrainSettings {
    TrainSettings {
        seed,
        forest: ForestParameters { trees: 20, depth: 8, leaf: 3, features: 10, seed: 0 },
        booster: BoosterParameters { rounds: 40, depth: 4, ..TrainSettings::default().booster },
        folds: 2,
    }
}

pub(crate) fn fit(seen: impl Iterator<Item = &'static Seen>, settings: TrainSettings) -> FraudModel {
    let seen: Vec<&Seen> = seen.collect();
    let times = (seen[0].payment.time, seen[seen.len() - 1].payment.time);
    let (table, outcomes) = table(seen.into_iter());
    let examples = Examples::new(table.clone(), outcomes).unwrap();
    train(&table, Some(&examples), times, settings, &NEVER).unwrap()
}

/// Trained on days 10 to 30.
pub(crate) fn model() -> &'static FraudModel {
    static MODEL: OnceLock<FraudModel> = OnceLock::new();
    MODEL.get_or_init(|| fit(days(10, 30), quick(1)))
}

/// 100.00 dollars from account 1 to account 2.
pub(crate) fn payment(time: u64) -> Payment {
    Payment { time, from: 1, to: 2, amount: 10_000, currency: 840, available: None, context: Context::default() }
}

/// Accounts 1 to `count`, opened at 0.
pub(crate) fn opened(count: u64) -> History {
    let mut history = History::new();
    for account in 1..=count {
        history.apply(&Event::Opened { time: 0, account }).unwrap();
    }
    history
}
