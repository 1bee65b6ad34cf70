// SPDX-License-Identifier: MIT

//! What honest people do, and what of it looks dishonest.

use qenex_risk::features::Channel;

use crate::chance::Chance;
use crate::config::Config;
use crate::simulator::{Amount, Plan, Planned};
use crate::world::{Kind, OUTSIDE, Trait, Who, World, country};

/// Plans the honest payments of a day.
pub(crate) fn plan(world: &mut World, config: &Config, day: u32, plan: &mut Plan, chance: &mut Chance) {
    // One customer in a thousand is new each day, and makes friends who pay.
    for _ in 0..chance.poisson(config.customers as f64 / 1_000.0) {
        let who = world.join(config, day, plan, chance);
        for _ in 0..chance.between(2, 6) {
            let friend = chance.pick(&world.customers);
            if friend != who {
                world.people[friend].friends.insert(0, who);
                world.people[who].friends.push(friend);
            }
        }
    }
    salaries(world, day, plan, chance);
    for who in world.customers.clone() {
        moods(world, who, day, chance);
        daily(world, who, day, plan, chance);
        homes(world, who, day, plan, chance);
        peculiar(world, who, day, plan, chance);
        rarely(world, who, day, plan, chance);
    }
    merchants_pay_out(world, day, plan, chance);
}

/// A time of day that fits somebody, in seconds.
pub(crate) fn usual_time(world: &World, who: Who, chance: &mut Chance) -> u32 {
    let person = &world.people[who];
    // In another country the days are shifted.
    let shift = if person.away.is_some() { 6.0 } else { 0.0 };
    let hour = chance.normal(person.hour + shift, person.hours).rem_euclid(24.0);
    (hour * 3_600.0) as u32 % 86_400
}

fn channel(to: Kind, chance: &mut Chance) -> Channel {
    match to {
        Kind::Merchant if chance.happens(0.8) => Channel::Card,
        Kind::Landlord => Channel::Batch,
        _ if chance.happens(0.7) => Channel::Mobile,
        _ => Channel::Online,
    }
}

/// A payment as the person usually makes it.
pub(crate) fn usual(world: &World, who: Who, to: Who, day: u32, amount: Amount, chance: &mut Chance) -> Planned {
    let person = &world.people[who];
    Planned {
        day,
        second: usual_time(world, who, chance),
        from: who,
        to,
        amount,
        channel: channel(world.people[to].kind, chance),
        country: person.away.map_or(person.country, |(_, country)| country),
        device: person.device,
        fraud: None,
    }
}

fn everyday_amount(world: &World, who: Who, chance: &mut Chance) -> Amount {
    let person = &world.people[who];
    let holiday = if person.away.is_some() { 1.8 } else { 1.0 };
    let amount = chance.lognormal(person.amount * holiday, person.spread).clamp(50.0, 400_000.0);
    // Many prices end in whole units.
    Amount::Minor(if chance.happens(0.3) { (amount / 100.0).ceil() as u64 * 100 } else { amount as u64 })
}

fn salaries(world: &World, day: u32, plan: &mut Plan, chance: &mut Chance) {
    // All staff of an employer within minutes, mornings.
    for who in &world.customers {
        let person = &world.people[*who];
        if day % 28 == person.payday && person.peculiar != Trait::Sleeper {
            let mut payment = usual(world, person.employer, *who, day, Amount::Minor(person.salary as u64), chance);
            payment.second = 6 * 3_600 + chance.below(1_200) as u32;
            payment.channel = Channel::Batch;
            plan.add(payment);
        }
    }
}

/// New telephones and holidays.
fn moods(world: &mut World, who: Who, day: u32, chance: &mut Chance) {
    if chance.happens(0.003) {
        world.people[who].device = chance.bits() | 1;
    }
    match world.people[who].away {
        Some((until, _)) if day >= until => world.people[who].away = None,
        Some(_) => {}
        None if chance.happens(0.003) => {
            let until = day + chance.between(5, 14) as u32;
            world.people[who].away = Some((until, country(chance.between(1, 11))));
        }
        None => {}
    }
}

fn daily(world: &mut World, who: Who, day: u32, plan: &mut Plan, chance: &mut Chance) {
    let weekend = if matches!(day % 7, 2 | 3) { 1.3 } else { 0.9 };
    for _ in 0..chance.poisson(world.people[who].rate * weekend) {
        let person = &world.people[who];
        let strange = if person.away.is_some() { 0.5 } else { 0.12 };
        let to = match chance.unit() {
            share if share < strange => chance.pick_popular(&world.merchants),
            share if share < 0.78 || person.friends.is_empty() => chance.pick_popular(&person.merchants),
            share if share < 0.96 => chance.pick_popular(&person.friends),
            _ => {
                let stranger = chance.pick(&world.customers);
                if chance.happens(0.4) {
                    world.people[who].friends.push(stranger);
                }
                stranger
            }
        };
        if to != who {
            let amount = everyday_amount(world, who, chance);
            plan.add(usual(world, who, to, day, amount, chance));
        }
    }
}

fn homes(world: &World, who: Who, day: u32, plan: &mut Plan, chance: &mut Chance) {
    let person = &world.people[who];
    if day % 28 == (person.payday + 2) % 28 && person.peculiar != Trait::Sleeper {
        let rent = (person.salary * 0.3 / 1_000.0).round() * 1_000.0;
        let mut payment = usual(world, who, person.landlord, day, Amount::Minor(rent as u64), chance);
        payment.second = 5 * 3_600 + chance.below(600) as u32;
        plan.add(payment);
    }
    // Saving: what is too much goes elsewhere.
    if person.balance as f64 > person.salary * 6.0 && chance.happens(0.1) {
        plan.add(usual(world, who, OUTSIDE, day, Amount::Share(chance.uniform(0.2, 0.5)), chance));
    }
}

fn peculiar(world: &World, who: Who, day: u32, plan: &mut Plan, chance: &mut Chance) {
    let person = &world.people[who];
    match person.peculiar {
        // Strangers pay a seller, who draws it out.
        Trait::Seller => {
            for _ in 0..chance.poisson(1.5) {
                let buyer = chance.pick(&world.customers);
                if buyer != who {
                    let amount = Amount::Minor(chance.lognormal(3_500.0, 0.9) as u64 + 100);
                    plan.add(usual(world, buyer, who, day, amount, chance));
                }
            }
            if chance.happens(0.1) {
                plan.add(usual(world, who, OUTSIDE, day, Amount::Share(chance.uniform(0.4, 0.8)), chance));
            }
        }
        // An invoice is paid, and most of it goes on to others the same day.
        Trait::Freelancer if chance.happens(0.06) => {
            let invoice = chance.lognormal(300_000.0, 0.6);
            let mut income = usual(world, OUTSIDE, who, day, Amount::Minor(invoice as u64), chance);
            income.second = 9 * 3_600 + chance.below(3_600) as u32;
            let second = income.second;
            plan.add(income);
            for _ in 0..chance.between(1, 3) {
                let to = chance.pick(&world.customers);
                if to != who {
                    let part = Amount::Minor((invoice * chance.uniform(0.15, 0.4)) as u64 + 1);
                    let mut payment = usual(world, who, to, day, part, chance);
                    payment.second = second + chance.between(1_200, 6 * 3_600) as u32;
                    plan.add(payment);
                }
            }
        }
        // Many small payments within an hour.
        Trait::Gamer if chance.happens(0.12) => {
            let (start, to) = (usual_time(world, who, chance), chance.pick_popular(&world.merchants));
            for _ in 0..chance.between(4, 12) {
                let amount = Amount::Minor(chance.pick(&[99, 199, 199, 499, 999]));
                let mut payment = usual(world, who, to, day, amount, chance);
                payment.channel = Channel::Card;
                payment.second = start + chance.below(2_400) as u32;
                plan.add(payment);
            }
        }
        // Materials and wages of about the limit of reporting.
        Trait::Builder if chance.happens(0.2) => {
            let amount = chance.uniform(600_000.0, 1_300_000.0);
            plan.add(usual(world, OUTSIDE, who, day, Amount::Minor((amount * 1.15) as u64), chance));
            let to = chance.pick_popular(&world.customers);
            if to != who {
                let mut payment = usual(world, who, to, day, Amount::Minor(amount as u64), chance);
                payment.day += chance.below(3) as u32;
                plan.add(payment);
            }
        }
        // After months: half of them with a new telephone.
        Trait::Sleeper if chance.happens(0.004) => {
            for _ in 0..chance.between(1, 4) {
                let to = if chance.happens(0.5) { OUTSIDE } else { chance.pick_popular(&world.merchants) };
                let mut payment = usual(world, who, to, day, Amount::Share(chance.uniform(0.05, 0.7)), chance);
                if day % 2 == 0 {
                    payment.device ^= 2 + u64::from(day);
                }
                plan.add(payment);
            }
        }
        _ => {}
    }
}

fn rarely(world: &World, who: Who, day: u32, plan: &mut Plan, chance: &mut Chance) {
    // A house or a car: the money comes from elsewhere and goes to somebody never paid before.
    if chance.happens(0.0012) {
        let price = world.people[who].salary * chance.uniform(1.0, 12.0);
        let mut loan = usual(world, OUTSIDE, who, day, Amount::Minor(price as u64), chance);
        loan.second = 8 * 3_600;
        plan.add(loan);
        let to = if chance.happens(0.5) { OUTSIDE } else { chance.pick(&world.customers) };
        if to != who {
            let mut payment = usual(world, who, to, day, Amount::Minor((price * 0.98) as u64), chance);
            payment.day += chance.below(2) as u32;
            payment.second = 10 * 3_600 + chance.below(6 * 3_600) as u32;
            plan.add(payment);
        }
    }
    // A collection for a gift, which is then bought.
    if chance.happens(0.000_8) {
        let share = chance.pick(&[1_000u64, 1_500, 2_000, 2_500, 5_000]);
        let start = 9 * 3_600 + chance.below(6 * 3_600) as u32;
        let givers = chance.between(4, 14);
        for _ in 0..givers {
            let giver = chance.pick(&world.customers);
            if giver != who {
                let mut payment = usual(world, giver, who, day, Amount::Minor(share), chance);
                payment.second = start + chance.below(4 * 3_600) as u32;
                plan.add(payment);
            }
        }
        let to = chance.pick_popular(&world.merchants);
        let mut payment = usual(world, who, to, day, Amount::Minor(share * givers as u64 * 9 / 10), chance);
        payment.second = start + 5 * 3_600;
        plan.add(payment);
    }
    // Help for family, large and at once, to somebody never paid before.
    if chance.happens(0.001_5) {
        let to = chance.pick(&world.customers);
        if to != who {
            plan.add(usual(world, who, to, day, Amount::Share(chance.uniform(0.2, 0.8)), chance));
        }
    }
}

/// Shops and landlords do not keep what they take.
fn merchants_pay_out(world: &World, day: u32, plan: &mut Plan, chance: &mut Chance) {
    for who in world.merchants.iter().chain(&world.landlords) {
        if (day as usize + who) % 7 == 0 {
            let mut payment = usual(world, *who, OUTSIDE, day, Amount::Share(0.001), chance);
            payment.channel = Channel::Batch;
            plan.add(payment);
        }
    }
}
