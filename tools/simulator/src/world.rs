// SPDX-License-Identifier: MIT

//! Who there is.

use qenex_risk::features::Country;

use crate::chance::Chance;
use crate::config::Config;
use crate::simulator::Plan;

/// Index of an account in the world.
pub(crate) type Who = usize;

/// The rest of the world: other banks, cash, the state.
pub(crate) const OUTSIDE: Who = 0;

/// What somebody is like.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    Outside,
    Merchant,
    Employer,
    Landlord,
    Customer,
}

/// What an honest customer does that looks dishonest.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Trait {
    None,
    Seller,
    Freelancer,
    Gamer,
    Builder,
    Sleeper,
}

/// Somebody with an account.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) kind: Kind,
    pub(crate) peculiar: Trait,
    /// Nanoseconds since 1970.
    pub(crate) opened: u64,
    /// Minor units available.
    pub(crate) balance: i64,
    /// Payments a day.
    pub(crate) rate: f64,
    /// Median amount in minor units, and its spread.
    pub(crate) amount: f64,
    pub(crate) spread: f64,
    /// Usual hour and its spread.
    pub(crate) hour: f64,
    pub(crate) hours: f64,
    pub(crate) merchants: Vec<Who>,
    pub(crate) friends: Vec<Who>,
    pub(crate) employer: Who,
    pub(crate) landlord: Who,
    /// Minor units a month.
    pub(crate) salary: f64,
    pub(crate) payday: u32,
    pub(crate) device: u64,
    pub(crate) country: Country,
    /// On holiday until this day, in this country.
    pub(crate) away: Option<(u32, Country)>,
}

/// Everybody.
pub(crate) struct World {
    pub(crate) people: Vec<Person>,
    pub(crate) merchants: Vec<Who>,
    pub(crate) employers: Vec<Who>,
    pub(crate) landlords: Vec<Who>,
    pub(crate) customers: Vec<Who>,
    /// Accounts that criminals use now.
    pub(crate) mules: Vec<Who>,
}

const COUNTRIES: [&str; 12] = ["US", "DE", "FR", "GB", "ES", "IT", "PL", "TR", "TH", "BR", "NG", "AE"];

pub(crate) fn country(index: usize) -> Country {
    let code = COUNTRIES[index % COUNTRIES.len()].to_owned();
    Country::try_from(code).unwrap_or_else(|_| unreachable!("the table holds pairs of capital letters"))
}

impl World {
    pub(crate) fn new(config: &Config, chance: &mut Chance) -> World {
        let mut world = World {
            people: Vec::new(),
            merchants: Vec::new(),
            employers: Vec::new(),
            landlords: Vec::new(),
            customers: Vec::new(),
            mules: Vec::new(),
        };
        let day = 86_400_000_000_000;
        world.add(person(Kind::Outside, config.start - 3_650 * day, i64::MAX / 4, chance));
        for (kind, count) in [
            (Kind::Merchant, (config.customers / 15).max(30)),
            (Kind::Employer, (config.customers / 60).max(3)),
            (Kind::Landlord, (config.customers / 40).max(5)),
        ] {
            for _ in 0..count {
                let opened = config.start - chance.between(100, 3_600) as u64 * day;
                world.add(person(kind, opened, 100_000_000_000, chance));
            }
        }
        for _ in 0..config.customers {
            // Some accounts are young, most are not.
            let age = if chance.happens(0.15) { chance.between(1, 60) } else { chance.between(60, 3_600) };
            let who = world.add(person(Kind::Customer, config.start - age as u64 * day, 0, chance));
            world.settle(who, chance);
        }
        for who in world.customers.clone() {
            let friends =
                (0..chance.between(3, 8)).map(|_| chance.pick(&world.customers)).filter(|other| *other != who);
            world.people[who].friends = friends.collect();
        }
        world
    }

    /// Gives an account its place in the world.
    pub(crate) fn add(&mut self, person: Person) -> Who {
        let who = self.people.len();
        match person.kind {
            Kind::Outside => {}
            Kind::Merchant => self.merchants.push(who),
            Kind::Employer => self.employers.push(who),
            Kind::Landlord => self.landlords.push(who),
            Kind::Customer => self.customers.push(who),
        }
        self.people.push(person);
        who
    }

    /// Lets somebody open an account.
    pub(crate) fn join(&mut self, config: &Config, day: u32, plan: &mut Plan, chance: &mut Chance) -> Who {
        let opened = config.start + u64::from(day) * 86_400_000_000_000;
        let who = self.add(person(Kind::Customer, opened, 0, chance));
        self.settle(who, chance);
        plan.opened.push(who);
        who
    }

    /// Gives a customer shops, work and a home.
    pub(crate) fn settle(&mut self, who: Who, chance: &mut Chance) {
        let merchants = (0..chance.between(5, 12)).map(|_| chance.pick_popular(&self.merchants)).collect();
        let (employer, landlord) = (chance.pick(&self.employers), chance.pick(&self.landlords));
        let person = &mut self.people[who];
        person.merchants = merchants;
        person.employer = employer;
        person.landlord = landlord;
        person.balance = (person.salary * chance.uniform(0.3, 4.0)) as i64;
    }
}

/// Somebody of a kind.
pub(crate) fn person(kind: Kind, opened: u64, balance: i64, chance: &mut Chance) -> Person {
    let peculiar = match chance.unit() {
        _ if kind != Kind::Customer => Trait::None,
        share if share < 0.02 => Trait::Seller,
        share if share < 0.05 => Trait::Freelancer,
        share if share < 0.08 => Trait::Gamer,
        share if share < 0.09 => Trait::Builder,
        share if share < 0.19 => Trait::Sleeper,
        _ => Trait::None,
    };
    let rate = if peculiar == Trait::Sleeper { 0.004 } else { chance.lognormal(0.9, 0.6).min(6.0) };
    Person {
        kind,
        peculiar,
        opened,
        balance,
        rate,
        amount: chance.lognormal(2_700.0, 0.5),
        spread: chance.uniform(0.7, 1.2),
        hour: chance.normal(14.0, 3.0),
        hours: chance.uniform(2.0, 4.5),
        merchants: Vec::new(),
        friends: Vec::new(),
        employer: OUTSIDE,
        landlord: OUTSIDE,
        salary: chance.lognormal(260_000.0, 0.4),
        payday: chance.below(28) as u32,
        device: chance.bits() | 1,
        country: country(if chance.happens(0.85) { 0 } else { chance.below(7) }),
        away: None,
    }
}
