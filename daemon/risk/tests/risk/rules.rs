// SPDX-License-Identifier: MIT

//! Rules of people.

use qenex_risk::decide::Action;
use qenex_risk::features::{Channel, Context, Event, History, Payment};
use qenex_risk::rules::{Fired, Past, RuleError, RuleSet, backtest};

use crate::common::{DAY, config, opened, payment, steps};

fn fired(rules: &str, history: &History, payment: &Payment) -> Vec<(String, Action)> {
    let row = history.look(payment).unwrap();
    let fired = RuleSet::from_toml(rules).unwrap().apply(history, payment, &row);
    fired.into_iter().map(|Fired { rule, action, .. }| (rule, action)).collect()
}

fn hit(rules: &str, history: &History, payment: &Payment) -> bool {
    !fired(rules, history, payment).is_empty()
}

#[test]
fn amounts_are_exact_to_the_minor_unit() {
    let rules = "[[limit]]\nid = 'a'\naction = 'block'\ncurrency = 'USD'\nmost_sum = '100.00'";
    let (history, good) = (opened(3), payment(DAY));
    assert!(!hit(rules, &history, &good));
    assert_eq!(fired(rules, &history, &Payment { amount: 10_001, ..good }), [("a".to_owned(), Action::Block)]);
    // Another currency, another limit.
    assert!(!hit(rules, &history, &Payment { amount: 10_001, currency: 978, ..good }));
}

#[test]
fn velocity_counts_the_payment_itself_and_forgets_what_is_old() {
    let rules = "[[limit]]\nid = 'v'\naction = 'review'\nwindow = '1h'\nmost_count = 3";
    let mut history = opened(3);
    for second in 0..3 {
        assert!(!hit(rules, &history, &payment(DAY + second)));
        history.apply(&Event::Paid(payment(DAY + second))).unwrap();
    }
    assert!(hit(rules, &history, &payment(DAY + 3)));
    assert!(!hit(rules, &history, &payment(DAY + DAY / 24)));
    // The payee's side has seen them, too; a third account has not.
    let payee = rules.replace("window", "side = 'payee'\nwindow");
    assert!(hit(&payee, &history, &Payment { from: 3, ..payment(DAY + 3) }));
    assert!(!hit(rules, &history, &Payment { from: 3, ..payment(DAY + 3) }));
}

#[test]
fn sums_over_a_window_and_channels() {
    let rules =
        "[[limit]]\nid = 's'\naction = 'review'\ncurrency = 'USD'\nwindow = '24h'\nmost_sum = '250'\nchannel = 'card'";
    let mut history = opened(2);
    let card = Context { channel: Channel::Card, ..Context::default() };
    history.apply(&Event::Paid(payment(DAY))).unwrap();
    history.apply(&Event::Paid(payment(DAY + 1))).unwrap();
    assert!(hit(rules, &history, &Payment { context: card, ..payment(DAY + 2) }));
    assert!(!hit(rules, &history, &payment(DAY + 2)));
    assert!(!hit(rules, &history, &Payment { context: card, amount: 5_000, ..payment(DAY + 2) }));
}

#[test]
fn conditions_need_all_of_their_parts() {
    let rules = "[[condition]]\nid = 'c'\naction = 'review'\nwhen = [{ feature = 'new_payee', from = 1 }, { feature = 'amount', from = 6.9 }]";
    let history = opened(2);
    assert!(!hit(rules, &history, &payment(DAY)));
    assert!(hit(rules, &history, &Payment { amount: 100_000, ..payment(DAY) }));
}

#[test]
fn lists_and_suppressions_end() {
    let list = "[[list]]\nid = 'w'\naction = 'review'\naccounts = [2]\nauthor = 'anna'\nreason = 'told by police'\nexpires = 100000";
    let history = opened(3);
    assert!(hit(list, &history, &payment(99_999_000_000_000)));
    assert!(!hit(list, &history, &payment(100_000_000_000_000)));
    assert!(!hit(list, &history, &Payment { to: 3, ..payment(1) }));
    let suppressed = format!("{list}\n[[suppression]]\nrule = 'w'\naccount = 1\nauthor = 'bert'\nexpires = 50000");
    assert!(!hit(&suppressed, &history, &payment(49_999_000_000_000)));
    assert!(hit(&suppressed, &history, &payment(50_000_000_000_000)));
}

#[test]
fn wrong_files_are_refused_and_say_why() {
    for (file, why) in [
        ("[[limit", "cannot be read"),
        ("[[limit]]\nid = 'a'\naction = 'explode'\nmost_count = 1", "cannot be read"),
        ("[[limit]]\nid = 'a'\naction = 'block'\nmost = 1", "cannot be read"),
        ("[[limit]]\nid = 'a'\naction = 'block'", "neither most_sum nor most_count"),
        ("[[limit]]\nid = 'a'\naction = 'block'\nmost_sum = '1'", "needs a currency"),
        ("[[limit]]\nid = 'a'\naction = 'block'\ncurrency = 'USD'\nmost_sum = '1.001'", "rule \"a\""),
        ("[[limit]]\nid = 'a'\naction = 'block'\ncurrency = 'XYZ'\nmost_sum = '1'", "no currency"),
        ("[[limit]]\nid = 'a'\naction = 'allow'\nwindow = '1h'\nmost_count = 1", "only a list can allow"),
        ("[[limit]]\nid = 'a'\naction = 'block'\nmost_count = 1", "needs a window"),
        ("[[condition]]\nid = 'a'\naction = 'block'\nwhen = []", "no condition"),
        ("[[condition]]\nid = 'a'\naction = 'block'\nwhen = [{ feature = 'luck', from = 1 }]", "no feature"),
        ("[[condition]]\nid = 'a'\naction = 'block'\nwhen = [{ feature = 'hour', from = 2, to = 1 }]", "in order"),
        ("[[condition]]\nid = 'a'\naction = 'block'\nwhen = [{ feature = 'hour' }]", "needs from, to"),
        ("[[list]]\nid = 'a'\naction = 'block'\naccounts = [1]\nauthor = ' '", "needs an author"),
        ("[[suppression]]\nrule = 'x'\naccount = 1\nauthor = 'a'\nexpires = 1", "no such rule"),
    ] {
        let error = RuleSet::from_toml(file).unwrap_err().to_string();
        assert!(error.contains(why), "{file}: {error}");
    }
    let twice = "[[list]]\nid = 'a'\naction = 'block'\naccounts = []\nauthor = 'x'\n".repeat(2);
    assert_eq!(RuleSet::from_toml(&twice).err(), Some(RuleError::Duplicate("a".to_owned())));
}

#[test]
fn a_backtest_counts_what_a_rule_would_have_done() {
    let rules = RuleSet::from_toml(
        "[[condition]]\nid = 'new'\naction = 'review'\nwhen = [{ feature = 'new_payee', from = 1 }]\n
         [[limit]]\nid = 'never'\naction = 'block'\ncurrency = 'USD'\nmost_sum = '9999999'",
    )
    .unwrap();
    let past =
        |step: &qenex_simulator::Step| Past { event: step.event, fraud: step.truth.map(|truth| truth.fraud.is_some()) };
    let from = config().start + 20 * DAY;
    let unknown = Past { event: Event::Paid(payment(from)), fraud: None };
    let result = backtest(&rules, steps().iter().map(past).chain([unknown]), from);
    let later = || steps().iter().filter(|step| step.truth.is_some() && step.event.time() >= from);
    assert_eq!(result.payments, later().count() as u64);
    assert_eq!(result.fraud, later().filter(|step| step.truth.unwrap().fraud.is_some()).count() as u64);
    assert_eq!(result.skipped, 1);
    let new = result.rules["new"];
    assert!(new.fraud > 0 && new.honest > new.fraud && new.fired == new.fraud + new.honest && new.alone == new.fraud);
    assert_eq!(result.rules["never"].fired, 0);
}
