// SPDX-License-Identifier: MIT

//! What can be configured about risk. Every key has a default, with which nothing is held back that no person, rule or
//! model that people have put into force demands.

use std::path::PathBuf;
use std::time::Duration;

use qenex_risk::credit::LimitPolicy;
use qenex_risk::decide::{Action, Policy};
use qenex_risk::features::Channel;
use qenex_risk::learn::{GateSettings, LabelLimits, LearnSettings, WindowLimits};
use qenex_risk::model::TrainSettings;
use serde::{Deserialize, Deserializer};

/// Nanoseconds.
const HOUR: u64 = 3_600_000_000_000;

/// `[risk]`.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct RiskSettings {
    /// When to act, and what to do with payments that cannot be judged.
    pub policy: Policy,
    /// A file with rules, which come into force at the start, when the file changes, and on SIGHUP.
    pub rules: Option<PathBuf>,
    /// Seconds after which money that is held for a review is released; zero for never.
    pub hold_seconds: u32,
    /// From which decision about a posting on its debtor's account is frozen.
    pub freeze: Freeze,
    /// Entries of the journal that the history of accounts may lack before payments count as not judged.
    pub lag: u64,
    /// Most alerts about postings that are open at once.
    pub alerts: u64,
    /// How learning goes on.
    pub learn: Learn,
    /// What the bank is willing to risk in lending.
    pub credit: LimitPolicy,
}

/// From which decision about a posting on its debtor's account is frozen.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Freeze {
    /// Never.
    #[default]
    Never,
    /// What would have been blocked.
    Block,
    /// What would have been looked at, too.
    Review,
}

impl Freeze {
    /// Whether the debtor's account is frozen after such a decision.
    pub fn after(self, action: Action) -> bool {
        match self {
            Freeze::Never => false,
            Freeze::Block => action == Action::Block,
            Freeze::Review => action >= Action::Review,
        }
    }
}

/// `[risk.learn]`: how learning goes on.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Learn {
    /// Time after a training, whoever began it, until the daemon begins the next one by itself, and promotes what the last
    /// one has made if that is better; zero for never: then people do both. In the file it is `hours`.
    #[serde(rename = "hours", deserialize_with = "hours")]
    pub every: Duration,
    /// Shortest time between two trainings when payments or verdicts are no more what they were. Not in the file: an hour.
    #[serde(skip)]
    pub pause: Duration,
    /// Days for which payments are remembered.
    pub window_days: u32,
    /// Payments that are remembered, some 300 bytes each.
    pub window_rows: usize,
    /// Most rows of a training set.
    pub rows: usize,
    /// Hours after which a payment that nobody complained about counts as honest.
    pub maturity_hours: u32,
    /// Hours until analysts have looked at an alert.
    pub settle_hours: u32,
    /// Fewest known frauds by which models are compared.
    pub frauds: usize,
    /// Most trees of the random forest.
    pub trees: usize,
    /// Rounds of boosting.
    pub rounds: usize,
    /// Labels that are believed of one customer, scheme or bank, and analyst within a day.
    pub labels: LabelLimits,
}

impl Default for Learn {
    fn default() -> Self {
        let (learn, train) = (LearnSettings::default(), TrainSettings::default());
        Learn {
            every: Duration::ZERO,
            pause: Duration::from_secs(3600),
            window_days: 60,
            window_rows: learn.window.rows,
            rows: learn.rows,
            maturity_hours: 72,
            settle_hours: 24,
            frauds: learn.gate.frauds,
            trees: train.forest.trees,
            rounds: train.booster.rounds,
            labels: learn.labels,
        }
    }
}

fn hours<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    u32::deserialize(from).map(|hours| Duration::from_secs(3600 * u64::from(hours)))
}

impl Learn {
    /// What the learner is told.
    pub(super) fn learner(&self) -> LearnSettings {
        let learn = LearnSettings::default();
        LearnSettings {
            window: WindowLimits { age: u64::from(self.window_days) * 24 * HOUR, rows: self.window_rows },
            labels: self.labels,
            rows: self.rows,
            maturity: u64::from(self.maturity_hours) * HOUR,
            settle: u64::from(self.settle_hours) * HOUR,
            gate: GateSettings { frauds: self.frauds, ..learn.gate },
            ..learn
        }
    }

    /// How a model is trained.
    pub(super) fn training(&self, seed: u64) -> TrainSettings {
        let mut train = TrainSettings { seed, ..TrainSettings::default() };
        train.forest.trees = self.trees;
        train.booster.rounds = self.rounds;
        train
    }
}

impl Default for RiskSettings {
    fn default() -> Self {
        // The business goes on when something cannot be judged; a bank that wants it otherwise says so for each channel.
        let open = Channel::ALL.map(|channel| (channel, Action::Allow));
        RiskSettings {
            policy: Policy { on_failure: open.into_iter().collect(), ..Policy::default() },
            rules: None,
            hold_seconds: 0,
            freeze: Freeze::Never,
            lag: 10_000,
            alerts: 100_000,
            learn: Learn::default(),
            credit: LimitPolicy::default(),
        }
    }
}

impl RiskSettings {
    /// The first value that is out of range: its key, and what it must be.
    pub fn out_of_range(&self) -> Option<(&'static str, &'static str)> {
        let Learn { window_days, window_rows, rows, frauds, trees, rounds, .. } = self.learn;
        let rules = [
            (
                "risk.policy",
                self.policy.check().is_ok(),
                "of shares from 0 to 1, and alerts from 0 to 1000 of a thousand",
            ),
            ("risk.credit", self.credit.propose(0.0, 0).is_ok(), "of shares from 0 to 1, and a step above 0"),
            ("risk.lag", self.lag >= 1, "at least 1"),
            ("risk.learn.window_days", (1..=3650).contains(&window_days), "1 to 3650"),
            ("risk.learn.window_rows", (100..=50_000_000).contains(&window_rows), "100 to 50000000"),
            ("risk.learn.rows", (100..=5_000_000).contains(&rows), "100 to 5000000"),
            ("risk.learn.frauds", frauds >= 1, "at least 1"),
            ("risk.learn.trees", (1..=1000).contains(&trees), "1 to 1000"),
            ("risk.learn.rounds", (1..=5000).contains(&rounds), "1 to 5000"),
        ];
        rules.into_iter().find(|(_, holds, _)| !holds).map(|(key, _, range)| (key, range))
    }
}
