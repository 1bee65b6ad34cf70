// SPDX-License-Identifier: MIT

//! Drift is noticed, and its absence, too.

use qenex_risk::learn::Probation;
use qenex_risk::learn::drift::{Adwin, Bins, Monitor, PERIOD, PSI_ACT, PSI_WARN, Psi};
use qenex_risk::random::Random;

use crate::common::{days, model};

fn psi(shift: f64, scale: f64) -> f64 {
    let mut random = Random::new(3);
    let reference = Bins::new((0..20_000).map(|_| (random.unit() as f32, 1.0)));
    let mut psi = Psi::new(reference);
    assert_eq!(psi.value(), None);
    (0..20_000).for_each(|_| psi.add((random.unit() * scale + shift) as f32));
    psi.value().unwrap()
}

#[test]
fn psi_of_the_same_of_a_little_and_of_much() {
    assert!(psi(0.0, 1.0) < 0.01);
    let little = psi(0.0, 0.9);
    assert!((0.02..PSI_ACT * 6.0).contains(&little), "{little}");
    assert!(psi(0.25, 1.0) > PSI_ACT);
    const { assert!(PSI_WARN < PSI_ACT) }
}

#[test]
fn psi_of_known_shares() {
    // Two bins of one half each become 0.8 and 0.2: 0.3·ln(0.8/0.5) − 0.3·ln(0.2/0.5) = 0.4159.
    let mut psi = Psi::new(Bins::new([(0.0, 1.0), (1.0, 1.0)].into_iter()));
    (0..80).for_each(|_| psi.add(0.0));
    (0..20).for_each(|_| psi.add(1.0));
    assert!((psi.value().unwrap() - 0.415_888).abs() < 1e-3, "{:?}", psi.value());
    psi.reset();
    assert_eq!(psi.count(), 0);
}

#[test]
fn a_constant_feature_has_no_drift() {
    let mut psi = Psi::new(Bins::new((0..100).map(|_| (4.0, 1.0))));
    (0..100).for_each(|_| psi.add(4.0));
    assert!(psi.value().unwrap() < 1e-9);
    assert_eq!(Psi::new(Bins::new(std::iter::empty())).value(), None);
}

#[test]
fn adwin_notices_a_shift_soon_and_forgets_the_past() {
    let (mut adwin, mut random) = (Adwin::new(0.002), Random::new(11));
    for _ in 0..5_000 {
        adwin.add(f64::from(u8::from(random.unit() < 0.05)));
    }
    let before = adwin.changes();
    let noticed = (0..2_000).find(|_| adwin.add(f64::from(u8::from(random.unit() < 0.25))));
    assert!(noticed.unwrap() < 400, "{noticed:?}");
    for _ in 0..3_000 {
        adwin.add(f64::from(u8::from(random.unit() < 0.25)));
    }
    assert!((adwin.mean().unwrap() - 0.25).abs() < 0.05, "{:?}", adwin.mean());
    assert!(adwin.changes() > before && adwin.len() < 10_000);
}

#[test]
fn adwin_seldom_cries_wolf() {
    let mut alarms = 0;
    for seed in 0..20 {
        let (mut adwin, mut random) = (Adwin::new(0.002), Random::new(seed));
        (0..5_000).for_each(|_| {
            adwin.add(f64::from(u8::from(random.unit() < 0.1)));
        });
        alarms += adwin.changes();
        assert!(!adwin.add(f64::NAN));
    }
    assert!(alarms <= 2, "{alarms}");
}

#[test]
fn a_champion_that_cries_wolf_must_go() {
    let mut random = Random::new(5);
    let mut probation = Probation::new(0.01);
    assert!(!(0..20_000).any(|_| probation.add(random.unit() < 0.01)));
    assert!((probation.share() - 0.01).abs() < 0.005);
    let mut probation = Probation::new(0.01);
    assert!((0..1_000).any(|_| probation.add(random.unit() < 0.1)));
}

#[test]
fn a_monitor_names_what_has_shifted() {
    let mut monitor = Monitor::new(model());
    assert!(monitor.report().is_empty());
    for seen in days(10, 30) {
        monitor.add(&seen.row, &model().score(&seen.row));
    }
    // The training set itself; only accounts are older at its end than on the whole.
    let amount =
        |monitor: &Monitor| monitor.report().into_iter().find(|(name, _)| name == "amount").expect("it is there").1;
    assert!(amount(&monitor) < 0.01, "{:?}", monitor.report());
    // However much there was before, a period of something else is enough.
    let mut shifted = days(30, 60).map(|seen| {
        let mut row = seen.row;
        row[0] += 2.0;
        row
    });
    let mut add = || shifted.next().is_some_and(|row| monitor.add(&row, &model().score(&row)));
    assert!((0..2 * PERIOD).filter(|_| add()).count() == 2, "two periods end");
    assert!(amount(&monitor) > PSI_ACT && monitor.count() == PERIOD, "{:?}", monitor.report());
}
