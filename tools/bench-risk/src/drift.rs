// SPDX-License-Identifier: MIT

//! A new form of fraud appears: how soon does the daemon's way of learning find it?
//!
//! Each payment is decided by the champion of that day. An analyst looks at each alert a day later, and is wrong three times
//! in a hundred; of what was not an alert only reports tell, days later and not of all. Every seventh day a challenger is
//! trained on what is known then, up to five days ago, and judged by those five days; only if it wins it takes over.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use qenex_risk::decide::{Action, Engine, Policy, Thresholds};
use qenex_risk::features::{Event, History};
use qenex_risk::forest::ForestParameters;
use qenex_risk::learn::{
    Example, GateSettings, Label, LearnError, LearnSettings, Learner, Source, SourceKind, WindowLimits,
};
use qenex_risk::model::{FraudModel, TrainSettings, train};
use qenex_risk::random::{Random, mix};
use qenex_simulator::{Config, Simulator, Typology};
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::fraud::DAY;

/// The first champion is trained on this day.
const FIRST: u64 = 40;
/// From this day on there is the new form of fraud.
const DRIFT: u64 = 61;
/// Days between two trainings.
const WEEK: u64 = 7;
/// Days after a training on which champion and challenger are compared.
const SHADOW: u64 = 6;
/// Payments of a thousand that may be alerts.
const BUDGET: f64 = 15.0;

/// Seven days with one champion.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Week {
    /// The first day.
    pub day: u64,
    /// What the training six days before led to.
    pub training: String,
    /// Payments.
    pub payments: usize,
    /// Fraud of the known forms, and how much of it was an alert.
    pub known: (usize, usize),
    /// Fraud of the new form, and how much of it was an alert.
    pub new: (usize, usize),
    /// The same by the first champion, which was never replaced.
    pub new_unlearnt: usize,
    /// Alerts that were no fraud, those of the challenger included.
    pub wrong: usize,
}

impl Week {
    /// Share of all fraud that was an alert.
    pub fn recall(&self) -> f64 {
        (self.known.1 + self.new.1) as f64 / (self.known.0 + self.new.0).max(1) as f64
    }

    /// Alerts that were no fraud, of a thousand payments.
    pub fn wrong_per_thousand(&self) -> f64 {
        self.wrong as f64 * 1_000.0 / self.payments.max(1) as f64
    }
}

/// Before and after.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Figures {
    /// Recall of the weeks before the new form.
    pub before: f64,
    /// Recall of the week after the second training after it.
    pub after: f64,
    /// Recall of the new form in that week.
    pub new_after: f64,
    /// What the first champion would have found of it.
    pub new_unlearnt: f64,
    /// The most wrong alerts of a thousand payments, in any week.
    pub wrong: f64,
    /// All weeks.
    pub weeks: Vec<Week>,
}

struct Bank {
    engine: Engine,
    learner: Learner,
    first: Option<(Arc<FraudModel>, f64)>,
    /// What will become known, by time.
    news: BTreeMap<(u64, u128), Label>,
    random: Random,
    settings: TrainSettings,
}

/// Runs the bank for 96 days.
///
/// # Errors
///
/// Whatever goes wrong.
pub fn measure() -> Result<Figures, Failure> {
    let config = Config { seed: 11, customers: 2_500, days: 96, drift_day: Some(DRIFT as u32), ..Config::default() };
    let policy =
        Policy { thresholds: Thresholds::Budget { alerts_per_thousand: BUDGET, block: 1.0 }, ..Policy::default() };
    let learning = LearnSettings {
        window: WindowLimits { age: 45 * DAY, rows: 500_000 },
        rows: 30_000,
        gate: GateSettings { budget: BUDGET / 1_000.0, ..GateSettings::default() },
        ..LearnSettings::default()
    };
    let forest = ForestParameters { trees: 60, ..TrainSettings::default().forest };
    let mut bank = Bank {
        engine: Engine::new(History::new(), policy),
        learner: Learner::new(learning),
        first: None,
        news: BTreeMap::new(),
        random: Random::new(1),
        settings: TrainSettings { forest, ..TrainSettings::default() },
    };
    let mut weeks: Vec<Week> = Vec::new();
    let mut today = 0;
    for (posting, step) in (1u128..).zip(Simulator::new(config)?) {
        let day = step.event.time().saturating_sub(config.start) / DAY;
        while today < day {
            today += 1;
            let now = config.start + today * DAY;
            bank.hear(now);
            if today >= FIRST && (today - FIRST) % WEEK == SHADOW {
                let training = bank.compare(now);
                eprintln!("day {today}: {training}");
                weeks.push(Week { day: today, training, ..Week::default() });
            }
            if today >= FIRST && (today - FIRST) % WEEK == 0 {
                bank.learn(now)?;
            }
        }
        bank.live(posting, &step, weeks.last_mut())?;
    }
    // The last week is not over.
    weeks.retain(|week| week.day + WEEK <= u64::from(config.days));
    summary(weeks)
}

impl Bank {
    /// What became known until now.
    fn hear(&mut self, now: u64) {
        let later = self.news.split_off(&(now, 0));
        for (_, label) in std::mem::replace(&mut self.news, later) {
            // A report of what an analyst has said already, or of what is forgotten, changes nothing.
            let _ = self.learner.label(label);
        }
    }

    fn learn(&mut self, now: u64) -> Result<(), Failure> {
        let set = self.learner.training_set(now, now)?;
        let settings = TrainSettings { seed: mix(now), ..self.settings };
        let cancel = AtomicBool::new(false);
        let model = train(set.examples.table(), Some(&set.examples), set.times, settings, &cancel)?;
        if self.learner.champion().is_none() {
            self.learner.install(model, "bench", "the first", now);
            let champion = self.learner.champion().cloned();
            self.first = champion.clone().map(|first| (first.clone(), first.threshold(BUDGET / 1_000.0)));
            self.engine.set_model(champion);
        } else {
            self.learner.challenge(model, now);
        }
        Ok(())
    }

    fn compare(&mut self, now: u64) -> String {
        match self.learner.promote("bench", now) {
            Ok(record) => {
                self.engine.set_model(self.learner.champion().cloned());
                format!("promoted: {}", record.why)
            }
            Err(LearnError::NoChallenger) => "the first champion".to_owned(),
            Err(refused) => refused.to_string(),
        }
    }

    fn live(&mut self, posting: u128, step: &qenex_simulator::Step, week: Option<&mut Week>) -> Result<(), Failure> {
        if let (Event::Paid(payment), Some(truth)) = (&step.event, step.truth) {
            let (decision, row) = self.engine.decide(payment)?;
            let alert = decision.action > Action::Allow;
            let looked_at = alert || self.learner.shadow(&row).is_some_and(|shadow| shadow.alert);
            self.learner.observe(Example {
                posting,
                time: payment.time,
                account: payment.from,
                amount: payment.amount,
                action: decision.action,
                row,
            });
            let fraud = truth.fraud.is_some();
            let mut say = |time: u64, kind, name: &str, fraud| {
                let by = Source { kind, name: name.to_owned() };
                self.news.insert((time, posting), Label { posting, fraud, by, time });
            };
            if looked_at {
                let right = self.random.unit() >= 0.03;
                say(payment.time + DAY, SourceKind::Analyst, "analysts", fraud == right);
            }
            if let Some(report) = truth.report {
                say(report.time, SourceKind::Chargeback, "scheme", true);
            }
            if let Some(week) = week {
                week.payments += 1;
                let (all, found) = match truth.fraud {
                    None => {
                        week.wrong += usize::from(looked_at);
                        (&mut 0, &mut 0)
                    }
                    Some(Typology::Instalments) => {
                        let unlearnt = self.first.as_ref().map(|(model, from)| model.score(&row).score >= *from);
                        week.new_unlearnt += usize::from(unlearnt == Some(true));
                        (&mut week.new.0, &mut week.new.1)
                    }
                    Some(_) => (&mut week.known.0, &mut week.known.1),
                };
                *all += 1;
                *found += usize::from(alert);
            }
        }
        self.engine.apply(&step.event)?;
        Ok(())
    }
}

fn summary(weeks: Vec<Week>) -> Result<Figures, Failure> {
    let before: Vec<&Week> = weeks.iter().filter(|week| week.day + WEEK <= DRIFT).collect();
    let found: usize = before.iter().map(|week| week.known.1).sum();
    let all: usize = before.iter().map(|week| week.known.0).sum();
    // The training on the first day of drift knows nothing of it: the second after it counts.
    let after = weeks.iter().filter(|week| week.day - SHADOW > DRIFT).nth(1).ok_or("too few weeks")?;
    Ok(Figures {
        before: found as f64 / all.max(1) as f64,
        after: after.recall(),
        new_after: after.new.1 as f64 / after.new.0.max(1) as f64,
        new_unlearnt: after.new_unlearnt as f64 / after.new.0.max(1) as f64,
        wrong: weeks.iter().map(Week::wrong_per_thousand).fold(0.0, f64::max),
        weeks,
    })
}
