// SPDX-License-Identifier: MIT

//! Day after day.

use std::collections::BTreeMap;

use qenex_risk::features::{Channel, Context, Country, Event, Payment};
use serde::{Deserialize, Serialize};

use crate::chance::Chance;
use crate::config::{Config, ConfigError};
use crate::fraud::{self, Typology};
use crate::labels::{Report, report};
use crate::life;
use crate::world::{OUTSIDE, Who, World};

/// Nanoseconds.
const DAY: u64 = 86_400_000_000_000;
const DOLLAR: u32 = 840;

/// What is true of a payment, and nobody knows when it is made.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Truth {
    /// The form of fraud, if it is one.
    pub fraud: Option<Typology>,
    /// What will be reported, if anything.
    pub report: Option<Report>,
}

/// What happens next.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// For [`qenex_risk::features::History`] and for a ledger.
    pub event: Event,
    /// Of a payment.
    pub truth: Option<Truth>,
}

/// How much.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Amount {
    /// So many minor units.
    Minor(u64),
    /// So much of what is available then.
    Share(f64),
}

/// A payment that somebody intends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Planned {
    pub(crate) day: u32,
    /// Of the day; a later day's if it is too large.
    pub(crate) second: u32,
    pub(crate) from: Who,
    pub(crate) to: Who,
    pub(crate) amount: Amount,
    pub(crate) channel: Channel,
    pub(crate) country: Country,
    pub(crate) device: u64,
    pub(crate) fraud: Option<Typology>,
}

/// What is intended, by day.
#[derive(Default)]
pub(crate) struct Plan {
    days: BTreeMap<u32, Vec<Planned>>,
    /// Accounts opened today.
    pub(crate) opened: Vec<Who>,
}

impl Plan {
    pub(crate) fn add(&mut self, mut payment: Planned) {
        payment.day += payment.second / 86_400;
        payment.second %= 86_400;
        self.days.entry(payment.day).or_default().push(payment);
    }
}

/// Makes one day after the other; an iterator over all that happens, in order of time.
pub struct Simulator {
    config: Config,
    chance: Chance,
    world: World,
    plan: Plan,
    day: u32,
    ready: std::vec::IntoIter<Step>,
}

impl Simulator {
    /// A world on its first morning; the accounts that it begins with come first.
    ///
    /// # Errors
    ///
    /// What is wrong with the configuration.
    pub fn new(config: Config) -> Result<Simulator, ConfigError> {
        config.check()?;
        let mut chance = Chance::new(config.seed);
        let world = World::new(&config, &mut chance);
        let mut opened: Vec<(u64, Who)> = world.people.iter().map(|person| person.opened).zip(0..).collect();
        opened.sort_unstable();
        let steps: Vec<Step> = opened.into_iter().map(|(time, who)| step_opened(time, who)).collect();
        Ok(Simulator { config, chance, world, plan: Plan::default(), day: 0, ready: steps.into_iter() })
    }

    /// The number of the account at an index of the world.
    fn number(who: Who) -> u64 {
        1_000 + who as u64
    }

    fn next_day(&mut self) -> Vec<Step> {
        let start = self.config.start + u64::from(self.day) * DAY;
        life::plan(&mut self.world, &self.config, self.day, &mut self.plan, &mut self.chance);
        fraud::plan(&mut self.world, &self.config, self.day, &mut self.plan, &mut self.chance);
        let mut steps: Vec<Step> = self.plan.opened.drain(..).map(|who| step_opened(start, who)).collect();

        // Somewhere within the second, so that times differ.
        let today = self.plan.days.remove(&self.day).unwrap_or_default();
        let time = |planned: &Planned, chance: &mut Chance| {
            start + u64::from(planned.second) * 1_000_000_000 + chance.below(1_000_000_000) as u64
        };
        let mut today: Vec<(u64, Planned)> =
            today.into_iter().map(|planned| (time(&planned, &mut self.chance), planned)).collect();
        // Stable: what was intended first comes first.
        today.sort_by_key(|(time, _)| *time);
        for (time, planned) in today {
            if let Some(step) = self.pay(planned, time) {
                steps.push(step);
            }
        }
        steps.sort_by_key(|step| step.event.time());
        self.day += 1;
        steps
    }

    /// Makes a payment, if there is money for it.
    fn pay(&mut self, planned: Planned, time: u64) -> Option<Step> {
        let available = self.world.people[planned.from].balance;
        let amount = match planned.amount {
            Amount::Minor(amount) => amount,
            Amount::Share(share) => (available as f64 * share) as u64,
        };
        let debit = i64::try_from(amount).ok()?;
        if amount == 0 || debit > available {
            return None;
        }
        self.world.people[planned.from].balance -= debit;
        if planned.to != OUTSIDE {
            self.world.people[planned.to].balance += debit;
        }
        let payment = Payment {
            time,
            from: Self::number(planned.from),
            to: Self::number(planned.to),
            amount,
            currency: DOLLAR,
            available: Some(available),
            context: Context { channel: planned.channel, country: Some(planned.country), device: Some(planned.device) },
        };
        let truth = Truth { fraud: planned.fraud, report: report(&self.config, time, planned.fraud, &mut self.chance) };
        Some(Step { event: Event::Paid(payment), truth: Some(truth) })
    }
}

fn step_opened(time: u64, who: Who) -> Step {
    Step { event: Event::Opened { time, account: Simulator::number(who) }, truth: None }
}

impl Iterator for Simulator {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        loop {
            if let Some(step) = self.ready.next() {
                return Some(step);
            }
            if self.day >= self.config.days {
                return None;
            }
            self.ready = self.next_day().into_iter();
        }
    }
}
