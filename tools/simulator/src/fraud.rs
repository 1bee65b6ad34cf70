// SPDX-License-Identifier: MIT

//! What criminals do.

use qenex_risk::features::{Channel, Country};
use serde::{Deserialize, Serialize};

use crate::chance::Chance;
use crate::config::Config;
use crate::life::{usual, usual_time};
use crate::simulator::{Amount, Plan, Planned};
use crate::world::{Kind, OUTSIDE, Trait, Who, World, country};

/// A form of fraud.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Typology {
    /// Somebody else uses the account, mostly from another device.
    Takeover,
    /// A stolen card is tried with small payments, then used.
    CardTesting,
    /// An account passes on within hours what was stolen elsewhere.
    Mule,
    /// Much is cut into pieces that stay below the limit of reporting.
    Structuring,
    /// The customer pays, with the own device, because of a lie.
    Scam,
    /// An account that slept for months is emptied.
    Dormant,
    /// Accounts pay each other in a circle.
    Ring,
    /// The form that appears on the day of drift: after a small payment, several middling ones over days, all by the
    /// customer, so that the payee is no longer new when it matters.
    Instalments,
}

impl Typology {
    /// All of them.
    pub const ALL: [Typology; 8] = [
        Typology::Takeover,
        Typology::CardTesting,
        Typology::Mule,
        Typology::Structuring,
        Typology::Scam,
        Typology::Dormant,
        Typology::Ring,
        Typology::Instalments,
    ];
}

/// Begins a crime.
type Form = fn(&mut Crime<'_>);

/// Plans the crimes that begin on a day.
pub(crate) fn plan(world: &mut World, config: &Config, day: u32, plan: &mut Plan, chance: &mut Chance) {
    // Rates are for 2,000 customers.
    let scale = config.fraud * config.customers as f64 / 2_000.0;
    recruit(world, config, day, plan, chance);
    let forms: [(f64, Form); 7] = [
        (2.0, |crime| crime.takeover()),
        (0.6, |crime| crime.card_testing()),
        (0.7, |crime| crime.mule()),
        (0.4, |crime| crime.structuring()),
        (1.6, |crime| crime.scam()),
        (0.6, |crime| crime.dormant()),
        (0.15, |crime| crime.ring()),
    ];
    for (rate, form) in forms {
        for _ in 0..chance.poisson(rate * scale) {
            form(&mut Crime { world, day, plan, chance });
        }
    }
    if config.drift_day.is_some_and(|from| day >= from) {
        for _ in 0..chance.poisson(1.8 * scale) {
            Crime { world, day, plan, chance }.instalments();
        }
    }
}

/// Keeps some accounts in the hands of criminals: a few new ones, and those of people who lend theirs. They are used for
/// some days.
fn recruit(world: &mut World, config: &Config, day: u32, plan: &mut Plan, chance: &mut Chance) {
    let wanted = (config.customers / 150).max(4);
    world.mules.retain(|_| !chance.happens(0.12));
    while world.mules.len() < wanted {
        let who = if chance.happens(0.25) {
            let who = world.join(config, day, plan, chance);
            world.people[who].balance = 5_000;
            who
        } else {
            chance.pick(&world.customers)
        };
        world.mules.push(who);
    }
}

struct Crime<'a> {
    world: &'a mut World,
    day: u32,
    plan: &'a mut Plan,
    chance: &'a mut Chance,
}

impl Crime<'_> {
    fn victim(&mut self) -> Who {
        self.chance.pick(&self.world.customers)
    }

    fn payee(&mut self) -> Who {
        match self.chance.unit() {
            share if share < 0.75 => self.chance.pick(&self.world.mules),
            share if share < 0.9 => OUTSIDE,
            _ => self.chance.pick(&self.world.customers),
        }
    }

    fn add(&mut self, mut payment: Planned, typology: Typology) {
        if payment.from != payment.to {
            payment.fraud = Some(typology);
            self.plan.add(payment);
        }
    }

    /// The device and country that a thief shows: mostly not the customer's own.
    fn thief(&mut self, victim: Who) -> (u64, Country) {
        let own = &self.world.people[victim];
        // Malware on the customer's own device is not rare.
        let device = if self.chance.happens(0.7) { self.chance.bits() | 1 } else { own.device };
        let country = if self.chance.happens(0.3) { country(self.chance.between(1, 11)) } else { own.country };
        (device, country)
    }

    fn any_time(&mut self, victim: Who) -> u32 {
        if self.chance.happens(0.5) {
            self.chance.below(86_400) as u32
        } else {
            usual_time(self.world, victim, self.chance)
        }
    }

    /// What was stolen is passed on, which is a crime too.
    fn pass_on(&mut self, mule: Who, day: u32, second: u32) {
        if self.world.people[mule].kind != Kind::Customer {
            return;
        }
        let mut second = second + self.chance.between(1_200, 10 * 3_600) as u32;
        for _ in 0..self.chance.between(1, 2) {
            let to = if self.chance.happens(0.5) { OUTSIDE } else { self.chance.pick(&self.world.mules) };
            let amount = Amount::Share(self.chance.uniform(0.4, 0.97));
            let mut payment = usual(self.world, mule, to, day, amount, self.chance);
            payment.second = second;
            second += self.chance.between(600, 7_200) as u32;
            self.add(payment, Typology::Mule);
        }
    }

    fn takeover(&mut self) {
        let (victim, mule) = (self.victim(), self.payee());
        let (device, country) = self.thief(victim);
        let mut second = self.any_time(victim);
        let greedy = self.chance.happens(0.6);
        for _ in 0..self.chance.between(1, 4) {
            let amount = if greedy {
                Amount::Share(self.chance.uniform(0.2, 0.85))
            } else {
                Amount::Minor(self.chance.lognormal(self.world.people[victim].amount * 4.0, 0.7) as u64 + 1_000)
            };
            let mut payment = usual(self.world, victim, mule, self.day, amount, self.chance);
            (payment.device, payment.country, payment.second) = (device, country, second);
            payment.channel = if self.chance.happens(0.6) { Channel::Online } else { Channel::Mobile };
            second += self.chance.between(120, 5_400) as u32;
            self.add(payment, Typology::Takeover);
        }
        if self.chance.happens(0.7) {
            self.pass_on(mule, self.day, second);
        }
    }

    fn card_testing(&mut self) {
        let victim = self.victim();
        let (device, country) = self.thief(victim);
        let mut second = self.any_time(victim);
        let small = self.chance.between(3, 12);
        for round in 0..small + self.chance.between(1, 3) {
            let to = self.chance.pick(&self.world.merchants);
            let amount =
                if round < small { self.chance.uniform(50.0, 500.0) } else { self.chance.lognormal(25_000.0, 0.6) };
            let mut payment = usual(self.world, victim, to, self.day, Amount::Minor(amount as u64), self.chance);
            (payment.device, payment.country, payment.second) = (device, country, second);
            payment.channel = Channel::Card;
            second += self.chance.between(20, 400) as u32;
            self.add(payment, Typology::CardTesting);
        }
    }

    /// Money stolen at another bank arrives and leaves.
    fn mule(&mut self) {
        let mule = self.chance.pick(&self.world.mules);
        let amount = Amount::Minor(self.chance.lognormal(180_000.0, 0.8) as u64 + 10_000);
        let income = usual(self.world, OUTSIDE, mule, self.day, amount, self.chance);
        let second = income.second;
        // What arrives is only known to be stolen by the other bank.
        self.plan.add(income);
        self.pass_on(mule, self.day, second);
    }

    fn structuring(&mut self) {
        let (from, to) = (self.victim(), self.payee());
        let pieces = self.chance.between(3, 7);
        let total = 900_000.0 * pieces as f64;
        // Cash that was brought to the counter, also in pieces.
        self.plan.add(usual(self.world, OUTSIDE, from, self.day, Amount::Minor(total as u64), self.chance));
        for piece in 0..pieces {
            let amount = Amount::Minor(self.chance.uniform(820_000.0, 995_000.0) as u64);
            let to = if self.chance.happens(0.3) { self.payee() } else { to };
            let day = self.day + 1 + piece as u32 / 2;
            let payment = usual(self.world, from, to, day, amount, self.chance);
            self.add(payment, Typology::Structuring);
        }
    }

    fn scam(&mut self) {
        let (victim, mule) = (self.victim(), self.payee());
        let mut payment =
            usual(self.world, victim, mule, self.day, Amount::Share(self.chance.uniform(0.25, 0.95)), self.chance);
        payment.channel = if self.chance.happens(0.6) { Channel::Online } else { Channel::Mobile };
        let second = payment.second;
        self.add(payment, Typology::Scam);
        if self.chance.happens(0.3) {
            let amount = Amount::Share(self.chance.uniform(0.3, 0.9));
            let mut payment = usual(self.world, victim, mule, self.day, amount, self.chance);
            payment.second = second + self.chance.between(600, 10_000) as u32;
            self.add(payment, Typology::Scam);
        }
        if self.chance.happens(0.7) {
            self.pass_on(mule, self.day, second);
        }
    }

    fn dormant(&mut self) {
        let sleepers = |who: &&Who| {
            let person = &self.world.people[**who];
            person.peculiar == Trait::Sleeper && person.balance > 20_000
        };
        let sleepers: Vec<Who> = self.world.customers.iter().filter(sleepers).copied().collect();
        if sleepers.is_empty() {
            return;
        }
        let (victim, mule) = (self.chance.pick(&sleepers), self.payee());
        let (device, country) = self.thief(victim);
        let mut second = self.any_time(victim);
        for _ in 0..self.chance.between(1, 4) {
            let amount = Amount::Share(self.chance.uniform(0.2, 0.9));
            let mut payment = usual(self.world, victim, mule, self.day, amount, self.chance);
            (payment.device, payment.country, payment.second) = (device, country, second);
            second += self.chance.between(600, 20_000) as u32;
            self.add(payment, Typology::Dormant);
        }
    }

    fn ring(&mut self) {
        let members: Vec<Who> = (0..self.chance.between(4, 7)).map(|_| self.victim()).collect();
        let amount = self.chance.lognormal(120_000.0, 0.6);
        let first = members[0];
        self.plan.add(usual(self.world, OUTSIDE, first, self.day, Amount::Minor(amount as u64), self.chance));
        let mut step = 0;
        for _ in 0..2 {
            for (place, from) in members.iter().enumerate() {
                let to = members[(place + 1) % members.len()];
                let share = Amount::Minor((amount * self.chance.uniform(0.85, 0.99)) as u64);
                let mut payment = usual(self.world, *from, to, self.day, share, self.chance);
                payment.day += 1 + step / 3;
                payment.second = 20_000 + (step % 3) * 18_000 + self.chance.below(9_000) as u32;
                step += 1;
                self.add(payment, Typology::Ring);
            }
        }
    }

    fn instalments(&mut self) {
        let (victim, to) = (self.victim(), self.chance.pick(&self.world.mules));
        // The first payment is small, and honest for all that anybody can see.
        let first = Amount::Minor(self.chance.uniform(100.0, 2_000.0) as u64);
        let payment = usual(self.world, victim, to, self.day, first, self.chance);
        self.add(payment, Typology::Instalments);
        for part in 1..self.chance.between(3, 6) {
            let amount = self.chance.lognormal(self.world.people[victim].amount * 6.0, 0.5).max(5_000.0);
            // Sums that a clerk would write.
            let amount = Amount::Minor((amount / 5_000.0).round() as u64 * 5_000);
            let mut payment = usual(self.world, victim, to, self.day, amount, self.chance);
            payment.day += part as u32;
            self.add(payment, Typology::Instalments);
        }
    }
}
