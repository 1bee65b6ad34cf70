// SPDX-License-Identifier: MIT

//! Features are of the past only, and the same whether kept up to date or computed anew.

use proptest::prelude::*;
use qenex_abi::{
    Counters, JournalEntry, QENEX_ENTRY_HOLD, QENEX_ENTRY_OPEN, QENEX_ENTRY_POST_HOLD, QENEX_ENTRY_POSTING,
    QENEX_ENTRY_REVERSAL, QENEX_ENTRY_UPDATE, QENEX_ENTRY_VOID_HOLD,
};
use qenex_risk::features::{
    Channel, Context, Event, FEATURES, Feature, FeatureError, History, MOST_AMOUNT, Payment, Window, available,
    schema_hash,
};

use crate::common::{DAY, opened, payment, seen, steps};

const HOUR: u64 = DAY / 24;

/// Whether `then` is in a window that ends `now`, by the definition: the current ten minutes and those before.
fn within(now: u64, then: u64, window: Window) -> bool {
    let slots = match window {
        Window::Hour => 6,
        Window::Day => 144,
        Window::Week => 1_008,
        Window::Month => 4_320,
    };
    let slot = |time: u64| time / (600 * 1_000_000_000);
    slot(now) - slot(then) < slots
}

fn distinct(values: impl Iterator<Item = u64>) -> usize {
    values.collect::<std::collections::BTreeSet<u64>>().len()
}

/// A few features again, from the list of all payments before.
fn brute_force(past: &[Payment], next: &Payment) -> Vec<(Feature, f64)> {
    let out: Vec<&Payment> = past.iter().filter(|payment| payment.from == next.from).collect();
    let into: Vec<&Payment> = past.iter().filter(|payment| payment.to == next.to).collect();
    let own_in: Vec<&Payment> = past.iter().filter(|payment| payment.to == next.from).collect();
    let now = next.time;
    let major = |minor: u128| minor as f64 / 100.0;
    let sum = |list: &[&Payment], window| {
        list.iter().filter(|p| within(now, p.time, window)).map(|p| u128::from(p.amount)).sum::<u128>()
    };
    let count = |list: &[&Payment], window| list.iter().filter(|p| within(now, p.time, window)).count() as f64;
    let first = |to: u64| out.iter().find(|p| p.to == to).map(|p| p.time);
    let payees = |window| distinct(out.iter().filter(|p| within(now, p.time, window)).map(|p| p.to)) as f64;
    let new_payees =
        distinct(out.iter().filter(|p| within(now, first(p.to).unwrap(), Window::Day)).map(|p| p.to)) as f64;
    let to_payee: Vec<&&Payment> = out.iter().filter(|p| p.to == next.to).collect();
    let received = sum(&own_in, Window::Day);
    let passed = (sum(&out, Window::Day) + u128::from(next.amount)) as f64;
    let sizes: Vec<f64> = out.iter().map(|p| major(p.amount.into()).ln_1p()).collect();
    let hours = |then: u64| (now - then) as f64 / HOUR as f64;
    let near = |p: &&&Payment| {
        let hour = |time: u64| (time / HOUR % 24) as i64;
        let apart = (hour(p.time) - hour(now)).rem_euclid(24);
        apart <= 1 || apart == 23
    };
    let mut all = vec![
        (Feature::Amount, major(next.amount.into()).ln_1p()),
        (Feature::OutCount1h, count(&out, Window::Hour)),
        (Feature::OutCount24h, count(&out, Window::Day)),
        (Feature::OutCount7d, count(&out, Window::Week)),
        (Feature::OutCount30d, count(&out, Window::Month)),
        (Feature::OutSum1h, major(sum(&out, Window::Hour)).ln_1p()),
        (Feature::OutSum24h, major(sum(&out, Window::Day)).ln_1p()),
        (Feature::OutSum7d, major(sum(&out, Window::Week)).ln_1p()),
        (Feature::OutSum30d, major(sum(&out, Window::Month)).ln_1p()),
        (Feature::InCount24h, count(&own_in, Window::Day)),
        (Feature::InSum24h, major(received).ln_1p()),
        (Feature::PassThrough24h, if received == 0 { 0.0 } else { (passed / received as f64).min(10.0) }),
        (Feature::NewPayee, f64::from(u8::from(to_payee.is_empty()))),
        (Feature::PayeeCount, (to_payee.len() as f64).ln_1p()),
        (Feature::FanOut24h, payees(Window::Day)),
        (Feature::FanOut7d, payees(Window::Week)),
        (Feature::NewPayees24h, new_payees),
        (Feature::PayeeInCount1h, count(&into, Window::Hour)),
        (Feature::PayeeInCount24h, count(&into, Window::Day)),
        (
            Feature::PayeeFanIn7d,
            distinct(into.iter().filter(|p| within(now, p.time, Window::Week)).map(|p| p.from)) as f64,
        ),
        (Feature::History, (out.len() as f64).ln_1p()),
        (Feature::HourHabit, (out.iter().filter(near).count() as f64 + 1.0) / (out.len() as f64 + 8.0)),
        (Feature::Reciprocal, f64::from(u8::from(past.iter().any(|p| p.from == next.to && p.to == next.from)))),
        (Feature::Dormancy, hours(out.last().map_or(0, |p| p.time)).ln_1p()),
    ];
    if let (Some(last), Some(known)) = (out.last(), next.context.device) {
        let used = out.iter().any(|p| p.context.device == Some(known));
        all.push((Feature::AmountToLast, major(next.amount.into()).ln_1p() - major(last.amount.into()).ln_1p()));
        all.push((Feature::NewDevice, f64::from(u8::from(!used))));
        let mean = sizes.iter().sum::<f64>() / sizes.len() as f64;
        let squares: f64 = sizes.iter().map(|size| (size - mean).powi(2)).sum();
        let deviation = ((squares + 3.0) / (sizes.len() as f64 + 3.0)).sqrt();
        all.push((Feature::AmountHabit, ((major(next.amount.into()).ln_1p() - mean) / deviation).clamp(-10.0, 10.0)));
    }
    all
}

fn payments() -> impl Strategy<Value = Vec<Payment>> {
    // Gaps from seconds to weeks; few accounts, so that they meet.
    let gap = prop_oneof![1u64..600, 600u64..90_000, 90_000u64..2_000_000];
    let one = (gap, 1u64..6, 1u64..6, 1u64..3_000_000, 1u64..4);
    prop::collection::vec(one, 1..60).prop_map(|all| {
        let mut time = 0;
        let mut payments = Vec::new();
        for (gap, from, to, amount, device) in all {
            time += gap * 1_000_000_000;
            if from != to {
                let context = Context { channel: Channel::Mobile, country: None, device: Some(device) };
                payments.push(Payment { time, from, to, amount, currency: 840, available: None, context });
            }
        }
        payments
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn incremental_features_are_those_of_the_whole_past(payments in payments()) {
        let mut history = opened(6);
        for (index, payment) in payments.iter().enumerate() {
            let row = history.look(payment).unwrap();
            prop_assert!(row.iter().all(|value| value.is_finite()));
            for (feature, expected) in brute_force(&payments[..index], payment) {
                let found = f64::from(row[feature as usize]);
                prop_assert!((found - expected).abs() <= 1e-5 * expected.abs().max(1.0), "{feature:?}: {found}, {expected}");
            }
            // Looking changes nothing.
            prop_assert_eq!(history.look(payment).unwrap(), row);
            history.apply(&Event::Paid(*payment)).unwrap();
        }
    }
}

#[test]
fn a_history_that_is_rebuilt_gives_the_same_numbers() {
    let mut rebuilt = History::new();
    let half = steps().len() / 2;
    steps()[..half].iter().for_each(|step| rebuilt.apply(&step.event).unwrap());
    let later = seen().iter().filter(|seen| seen.payment.time > steps()[half].event.time());
    let mut later = later.peekable();
    let mut compared = 0;
    for step in &steps()[half..] {
        if let Event::Paid(payment) = step.event {
            if later.peek().is_some_and(|seen| seen.payment == payment) {
                assert_eq!(rebuilt.look(&payment).unwrap(), later.next().unwrap().row);
                compared += 1;
            }
        }
        rebuilt.apply(&step.event).unwrap();
    }
    assert!(compared > 5_000);
}

#[test]
fn the_future_changes_nothing() {
    let seen = &seen()[3_000];
    let mut history = History::new();
    for step in steps().iter().take_while(|step| step.event != Event::Paid(seen.payment)) {
        history.apply(&step.event).unwrap();
    }
    assert_eq!(history.look(&seen.payment).unwrap(), seen.row);
}

#[test]
fn bad_input_is_refused_by_name() {
    let mut history = opened(2);
    let good = payment(DAY);
    for (bad, expected) in [
        (Payment { from: 77, ..good }, FeatureError::UnknownAccount(77)),
        (Payment { to: 78, ..good }, FeatureError::UnknownAccount(78)),
        (Payment { amount: 0, ..good }, FeatureError::NoAmount),
        (Payment { amount: u64::MAX, ..good }, FeatureError::AbsurdAmount { amount: u64::MAX, most: MOST_AMOUNT }),
        (Payment { currency: 1, ..good }, FeatureError::UnknownCurrency(1)),
        (Payment { to: 1, ..good }, FeatureError::PaysItself(1)),
    ] {
        assert_eq!(history.look(&bad), Err(expected.clone()));
        assert_eq!(history.apply(&Event::Paid(bad)), Err(expected));
    }
    assert_eq!(history.paid(1, Window::Month, 2 * DAY).unwrap().count, 0);
    let missing = Payment::from_json(r#"{"time":1,"from":1,"to":2,"currency":840}"#).unwrap_err();
    assert!(missing.to_string().contains("missing field `amount`"), "{missing}");
    let wrong =
        Payment::from_json(r#"{"time":1,"from":1,"to":2,"currency":840,"amount":1,"context":{"country":"us"}}"#);
    assert!(wrong.unwrap_err().to_string().contains("two capital letters"));
    let json = serde_json::to_string(&good).unwrap();
    assert_eq!(Payment::from_json(&json), Ok(good));
}

#[test]
fn entries_of_the_journal_become_events() {
    let context = Context { channel: Channel::Branch, ..Context::default() };
    let from_after = Counters { credits_posted: 50_000, debits_posted: 20_000, debits_held: 5_000, credits_held: 9 };
    let entry = JournalEntry {
        timestamp: DAY,
        from_account: 1,
        to_account: 2,
        amount: 10_000,
        currency: 840,
        kind: QENEX_ENTRY_POSTING,
        from_after,
        ..JournalEntry::default()
    };
    let expected = Payment { available: Some(35_000), context, ..payment(DAY) };
    assert_eq!(Event::from_entry(&entry, context), Some(Event::Paid(expected)));
    let posted = JournalEntry { kind: QENEX_ENTRY_POST_HOLD, ..entry };
    assert_eq!(Event::from_entry(&posted, context), Some(Event::Paid(expected)));
    let back = JournalEntry { kind: QENEX_ENTRY_REVERSAL, ..entry };
    assert_eq!(Event::from_entry(&back, context), Some(Event::Reversed { time: DAY, from: 2, to: 1 }));
    let open = JournalEntry { kind: QENEX_ENTRY_OPEN, ..entry };
    assert_eq!(Event::from_entry(&open, context), Some(Event::Opened { time: DAY, account: 2 }));
    for kind in [QENEX_ENTRY_HOLD, QENEX_ENTRY_VOID_HOLD, QENEX_ENTRY_UPDATE, 99] {
        assert_eq!(Event::from_entry(&JournalEntry { kind, ..entry }, context), None);
    }
    assert_eq!(Event::from_entry(&JournalEntry { amount: 0, ..entry }, context), None);
    assert_eq!(available(&Counters { debits_posted: u64::MAX, debits_held: u64::MAX, ..from_after }), i64::MIN);
    assert_eq!(available(&Counters { credits_posted: u64::MAX, ..Counters::default() }), i64::MAX);
}

#[test]
fn extremes_are_finite() {
    let mut history = opened(3);
    for (time, amount, available) in [
        (0, 1, Some(i64::MIN)),
        (u64::MAX / 2, MOST_AMOUNT, Some(0)),
        (u64::MAX, MOST_AMOUNT, Some(i64::MAX)),
        (5, 1, None),
    ] {
        let payment = Payment { amount, available, ..payment(time) };
        assert!(history.look(&payment).unwrap().iter().all(|value| value.is_finite()));
        history.apply(&Event::Paid(payment)).unwrap();
        history.apply(&Event::Reversed { time, from: 1, to: 2 }).unwrap();
    }
    assert_eq!(history.paid(1, Window::Hour, 0).unwrap().sum, u128::from(MOST_AMOUNT) + 1);
}

#[test]
fn many_partners_are_bounded_and_names_are_unique() {
    let mut history = opened(2_000);
    for to in 2..2_000 {
        history.apply(&Event::Paid(Payment { to, ..payment(to) })).unwrap();
    }
    let row = history.look(&payment(DAY / 2)).unwrap();
    assert_eq!(row[Feature::FanOut24h as usize], 256.0);
    assert_eq!(row[Feature::OutCount24h as usize], 1_998.0);
    let names: std::collections::BTreeSet<&str> = Feature::ALL.iter().map(|feature| feature.name()).collect();
    assert_eq!(names.len(), FEATURES);
    assert_eq!(schema_hash(), schema_hash());
}
