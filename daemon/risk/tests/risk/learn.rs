// SPDX-License-Identifier: MIT

//! Getting better without getting worse.

use qenex_risk::decide::Action;
use qenex_risk::learn::{
    Example, GateSettings, Holdout, Label, LabelError, LearnError, LearnSettings, Learner, Source, SourceKind,
    WindowLimits, judge,
};
use qenex_risk::model::{FraudModel, train};
use qenex_risk::random::Random;
use qenex_risk::table::TableError;

use crate::common::{DAY, NEVER, Seen, config, days, fit, model, quick};

fn example(posting: u128, seen: &Seen) -> Example {
    Example {
        posting,
        time: seen.payment.time,
        account: seen.payment.from,
        amount: seen.payment.amount,
        action: Action::Allow,
        row: seen.row,
    }
}

fn label(posting: u128, kind: SourceKind, name: &str, time: u64, fraud: bool) -> Label {
    Label { posting, fraud, by: Source { kind, name: name.to_owned() }, time }
}

/// A learner that has seen days, and knows all fraud of them a day later.
fn learner(from: u64, to: u64, settings: LearnSettings) -> Learner {
    let mut learner = Learner::new(settings);
    for (posting, seen) in (0..).zip(days(from, to)) {
        learner.observe(example(posting, seen));
        if seen.truth.fraud.is_some() {
            let label = label(posting, SourceKind::Chargeback, "scheme", seen.payment.time + DAY, true);
            learner.label(label).unwrap();
        }
    }
    learner
}

fn small_window() -> LearnSettings {
    let gate = GateSettings { draws: 200, ..GateSettings::default() };
    LearnSettings { gate, ..LearnSettings::default() }
}

#[test]
fn labels_are_refused_by_name() {
    let mut learner = learner(10, 12, small_window());
    let posted = days(10, 12).next().unwrap().payment.time;
    let analyst = |time, fraud| label(0, SourceKind::Analyst, "anna", time, fraud);
    let customer = |posting, time| label(posting, SourceKind::Customer, "292", time, true);
    let unknown = learner.label(customer(u128::MAX, posted + 1));
    assert_eq!(unknown, Err(LabelError::UnknownPosting(u128::MAX)));
    assert_eq!(learner.label(customer(0, posted - 1)), Err(LabelError::BeforePosting));
    learner.label(customer(0, posted + 1)).unwrap();
    let again = learner.label(customer(0, posted + 2));
    assert!(matches!(again, Err(LabelError::AlreadyLabelled { posting: 0, fraud: true, .. })));
    // The word of an analyst counts more, and is the last.
    learner.label(analyst(posted + 3, false)).unwrap();
    let late = learner.label(label(0, SourceKind::Chargeback, "scheme", posted + 4, true));
    assert!(matches!(late, Err(LabelError::AlreadyLabelled { fraud: false, .. })));
    assert!(!learner.labels().get(0).unwrap().fraud);
}

#[test]
fn a_flood_is_stopped_and_can_be_taken_back() {
    let mut learner = Learner::new(small_window());
    let seen: Vec<&Seen> = days(10, 20).filter(|seen| seen.truth.fraud.is_none()).take(200).collect();
    for (posting, seen) in (0..).zip(&seen) {
        learner.observe(example(posting, seen));
    }
    let now = seen[199].payment.time + DAY;
    let mut taken = 0;
    for posting in 0..200 {
        match learner.label(label(posting, SourceKind::Customer, "666", now + posting as u64, true)) {
            Ok(()) => taken += 1,
            Err(error) => assert!(matches!(error, LabelError::Flood { most: 5, .. }), "{error}"),
        }
    }
    assert_eq!(taken, 5);
    // A day later the source is heard again; another source always was.
    learner.label(label(100, SourceKind::Customer, "666", now + 2 * DAY, true)).unwrap();
    learner.label(label(101, SourceKind::Customer, "667", now, true)).unwrap();
    let source = Source { kind: SourceKind::Customer, name: "666".to_owned() };
    assert_eq!(learner.distrust(&source), 6);
    assert_eq!(learner.labels().len(), 1);
}

#[test]
fn claims_of_customers_weigh_little() {
    let mut learner = learner(10, 14, small_window());
    let honest: Vec<u128> =
        (0..).zip(days(10, 14)).filter(|(_, seen)| seen.truth.fraud.is_none()).map(|(posting, _)| posting).collect();
    let end = config().start + 14 * DAY;
    for (number, posting) in honest.iter().take(500).enumerate() {
        let name = format!("customer {number}");
        learner.label(label(*posting, SourceKind::Customer, &name, end, true)).unwrap();
    }
    let set = learner.training_set(end + 10 * DAY, end).unwrap();
    let weights = set.examples.weights().iter().zip(set.examples.outcomes());
    let (mut claims, mut rest) = (0.0, 0.0);
    for (weight, fraud) in weights {
        match (*fraud, *weight < 1.0) {
            (true, true) => claims += weight,
            (true, false) => rest += weight,
            _ => {}
        }
    }
    assert!((claims / (claims + rest) - 0.2).abs() < 1e-9, "{claims} {rest}");
}

#[test]
fn a_training_set_is_bounded() {
    let settings = LearnSettings { rows: 1_000, ..small_window() };
    let learner = learner(10, 20, settings);
    let now = config().start + 20 * DAY;
    let set = learner.training_set(now, now).unwrap();
    let rows = set.examples.len();
    assert!((900..1_100).contains(&rows), "{rows}");
    // Those that were drawn stand for the others.
    let total: f64 = set.examples.weights().iter().sum();
    let all = days(10, 17).count() as f64;
    assert!((total / all - 1.0).abs() < 0.12, "{total} {all}");
    let empty = Learner::new(small_window()).training_set(now, now);
    assert!(matches!(empty, Err(LearnError::Table(TableError::Empty))));
}

#[test]
fn young_payments_are_not_honest_yet_and_blocked_ones_never() {
    let mut learner = learner(10, 20, small_window());
    let rows = |learner: &Learner, day| {
        let now = config().start + day * DAY;
        learner.training_set(now, u64::MAX).unwrap().examples.len()
    };
    let (young, mature) = (rows(&learner, 16), rows(&learner, 30));
    assert!(young < mature);
    assert_eq!(mature, days(10, 20).count());
    let seen = days(19, 20).last().unwrap();
    learner.observe(Example { action: Action::Block, ..example(u128::MAX, seen) });
    assert_eq!(rows(&learner, 30), mature);
    let verdict = label(u128::MAX, SourceKind::Analyst, "anna", seen.payment.time + 1, false);
    learner.label(verdict).unwrap();
    assert_eq!(rows(&learner, 30), mature + 1);
}

#[test]
fn one_class_is_no_training_set() {
    let mut learner = Learner::new(small_window());
    for (posting, seen) in (0..).zip(days(10, 12).filter(|seen| seen.truth.fraud.is_none())) {
        learner.observe(example(posting, seen));
    }
    let end = config().start + 40 * DAY;
    let error = learner.training_set(end, end).unwrap_err();
    assert!(matches!(error, LearnError::Table(TableError::OneClass { positive: 0, .. })), "{error}");
}

#[test]
fn the_window_forgets_payments_and_their_labels() {
    let window = WindowLimits { age: 3 * DAY, rows: 400 };
    let learner = learner(10, 20, LearnSettings { window, ..small_window() });
    assert_eq!(learner.window().len(), 400);
    let last = days(10, 20).count() as u128 - 1;
    assert!(learner.window().get(last).is_some() && learner.window().get(0).is_none());
    assert!(learner.labels().len() < 40);
    let mut learner = learner;
    let forgotten = learner.label(label(0, SourceKind::Analyst, "anna", u64::MAX, true));
    assert_eq!(forgotten, Err(LabelError::UnknownPosting(0)));
}

/// Scores of which the challenger's are better by `skill`.
fn holdout(rows: usize, skill: f64) -> Holdout {
    let mut random = Random::new(1);
    let mut holdout = Holdout::default();
    for row in 0..rows {
        let fraud = random.unit() < 0.02;
        let noise = |random: &mut Random| random.unit() - 0.5;
        let truth = if fraud { 0.35 } else { 0.0 };
        let (a, b) = (truth + 0.6 * noise(&mut random), truth + skill + 0.6 * noise(&mut random));
        holdout.outcomes.push(fraud);
        holdout.accounts.push(row as u64 / 3);
        holdout.amounts.push(10_000 + random.below(100_000) as u64);
        holdout.champion.push((a, 0.02));
        holdout.challenger.push((if fraud { b } else { b - skill }, 0.02));
    }
    holdout
}

#[test]
fn only_better_beyond_chance_is_promoted() {
    let settings = GateSettings::default();
    let equal = judge(&holdout(20_000, 0.0), &settings).unwrap();
    assert!(!equal.promote, "{equal:?}");
    let worse = judge(&holdout(20_000, -0.1), &settings).unwrap();
    assert!(!worse.promote && worse.average_precision.gain.high < 0.0, "{worse:?}");
    let better = judge(&holdout(20_000, 0.1), &settings).unwrap();
    assert!(better.promote && better.average_precision.gain.low > 0.0, "{better:?}");
    assert_eq!(better, judge(&holdout(20_000, 0.1), &settings).unwrap());
    // The same difference on few payments may be luck, or is too few to tell.
    let early = judge(&holdout(300, 0.1), &settings);
    assert!(matches!(early, Err(LearnError::TooEarly { needed: 20, .. })));
    // Better order, but probabilities that are wrong.
    let mut wrong = holdout(20_000, 0.1);
    wrong.challenger.iter_mut().for_each(|score| score.1 = 0.3);
    let wrong = judge(&wrong, &settings).unwrap();
    assert!(!wrong.promote && wrong.why.contains("probabilities"), "{}", wrong.why);
}

fn weak() -> FraudModel {
    let mut settings = quick(3);
    settings.forest.depth = 1;
    settings.forest.features = 1;
    settings.booster.rounds = 1;
    settings.booster.depth = 1;
    fit(days(10, 14), settings)
}

#[test]
fn a_challenger_takes_over_and_the_champion_comes_back() {
    let mut learner = learner(10, 45, small_window());
    let now = config().start + 46 * DAY;
    assert!(matches!(learner.promote("daemon", now), Err(LearnError::NoChallenger)));
    assert!(matches!(learner.rollback("anna", "", now), Err(LearnError::NoPredecessor)));
    let first = learner.install(weak(), "anna", "the first", now);
    assert_eq!((first.from, first.judgement.is_none()), (None, true));

    learner.challenge(model().clone(), 0);
    let seen = days(30, 31).next().unwrap();
    let shadow = learner.shadow(&seen.row).unwrap();
    assert_eq!(shadow.scored, model().score(&seen.row));
    assert_eq!(shadow.alert, shadow.scored.score >= model().threshold(0.01));
    // It is compared only on what came after it began to challenge.
    let all = learner.judge(now).unwrap().rows;
    learner.challenge(model().clone(), config().start + 38 * DAY);
    assert_eq!(learner.judge(now).unwrap().rows, days(38, 45).count());
    assert_eq!(all, days(30, 45).count());
    learner.challenge(model().clone(), now);
    assert!(matches!(learner.judge(now), Err(LearnError::TooEarly { rows: 0, .. })));
    learner.challenge(model().clone(), 0);
    let record = learner.promote("daemon", now).unwrap();
    assert_eq!((record.from, record.to.clone()), (first.to.clone(), Some(model().version())));
    let (about, judgement) = (record.about.unwrap(), record.judgement.unwrap());
    assert!(judgement.promote && judgement.frauds > 50);
    assert_eq!((about.settings.seed, about.to), (1, days(10, 30).last().unwrap().payment.time));
    assert!(learner.challenger().is_none());

    // Now the weak one challenges, and stays outside.
    learner.challenge(weak(), 0);
    assert!(matches!(learner.promote("daemon", now), Err(LearnError::NotBetter(_))));
    assert_eq!(learner.champion().unwrap().version(), model().version());
    let back = learner.rollback("anna", "too many alerts", now).unwrap();
    assert_eq!((back.to, back.why.as_str()), (first.to, "too many alerts"));
}

#[test]
fn from_labels_to_a_model() {
    let learner = learner(10, 30, small_window());
    let until = config().start + 26 * DAY;
    let set = learner.training_set(config().start + 30 * DAY, until).unwrap();
    assert!(set.times.1 < until && set.times.0 >= config().start + 10 * DAY);
    let model = train(set.examples.table(), Some(&set.examples), set.times, quick(1), &NEVER).unwrap();
    assert_eq!((model.about().from, model.about().to), set.times);
    assert_eq!(model.about().rows, set.examples.len() as u64);
}
