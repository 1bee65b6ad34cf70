// SPDX-License-Identifier: MIT

//! What a simulation promises.

use std::collections::BTreeMap;

use qenex_risk::features::{Event, History};
use qenex_simulator::{Config, Simulator, Step, Typology};

const DAY: u64 = 86_400_000_000_000;

fn config() -> Config {
    Config { customers: 600, days: 40, drift_day: Some(25), ..Config::default() }
}

fn steps(config: Config) -> Vec<Step> {
    Simulator::new(config).unwrap().collect()
}

#[test]
fn the_same_seed_gives_the_same_bank_and_another_another() {
    let first = steps(config());
    assert_eq!(first, steps(config()));
    assert_ne!(first, steps(Config { seed: 2, ..config() }));
}

#[test]
fn time_never_goes_back_and_money_is_only_moved() {
    let (mut history, mut time) = (History::new(), 0);
    let mut balances: BTreeMap<u64, i64> = BTreeMap::new();
    for step in steps(config()) {
        assert!(step.event.time() >= time);
        time = step.event.time();
        history.apply(&step.event).unwrap();
        if let Event::Paid(payment) = step.event {
            let available = payment.available.unwrap();
            assert!(payment.amount as i64 <= available);
            // What an account has is what it had, whatever came in between.
            if let Some(known) = balances.get(&payment.from) {
                assert_eq!(*known, available);
            }
            balances.insert(payment.from, available - payment.amount as i64);
            if let Some(known) = balances.get_mut(&payment.to).filter(|_| payment.to != 1_000) {
                *known += payment.amount as i64;
            }
        }
    }
}

#[test]
fn every_form_of_fraud_occurs_and_the_new_one_only_from_its_day() {
    let mut count: BTreeMap<Typology, (u64, usize)> = BTreeMap::new();
    let (mut payments, mut fraud) = (0, 0);
    for step in steps(config()) {
        let Some(truth) = step.truth else { continue };
        payments += 1;
        if let Some(typology) = truth.fraud {
            fraud += 1;
            let entry = count.entry(typology).or_insert((step.event.time(), 0));
            entry.1 += 1;
        }
    }
    assert_eq!(count.len(), Typology::ALL.len(), "{count:?}");
    assert!(count[&Typology::Instalments].0 >= config().start + 25 * DAY);
    let share = f64::from(fraud) / f64::from(payments);
    assert!((0.004..0.02).contains(&share), "{share}");
}

#[test]
fn reports_come_late_not_always_and_sometimes_wrongly() {
    let (mut reported, mut fraud, mut wrong, mut late) = (0, 0, 0, 0);
    for step in steps(Config { misreported: 0.01, ..config() }) {
        let Some(truth) = step.truth else { continue };
        fraud += usize::from(truth.fraud.is_some());
        if let Some(report) = truth.report {
            assert!(report.time > step.event.time());
            reported += usize::from(truth.fraud.is_some());
            wrong += usize::from(truth.fraud.is_none());
            late += usize::from(report.time > step.event.time() + DAY);
        }
    }
    assert!(reported < fraud && reported * 10 > fraud * 8, "{reported} of {fraud}");
    assert!(wrong > 50 && late > reported / 2);
}

#[test]
fn what_cannot_be_simulated_is_refused() {
    for wrong in [
        Config { customers: 3, ..config() },
        Config { fraud: f64::NAN, ..config() },
        Config { reported: 1.5, ..config() },
        Config { start: 0, ..config() },
        Config { start: u64::MAX, ..config() },
    ] {
        assert!(Simulator::new(wrong).is_err(), "{wrong:?}");
    }
}
