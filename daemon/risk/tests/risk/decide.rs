// SPDX-License-Identifier: MIT

//! Decisions.

use std::sync::Arc;

use qenex_risk::decide::{Action, Engine, Policy, Thresholds};
use qenex_risk::features::{Channel, Context, Event, History, Payment};
use qenex_risk::rules::RuleSet;

use crate::common::{DAY, config, days, model, opened, payment, steps};

fn engine(policy: Policy) -> Engine {
    let mut history = History::new();
    let end = config().start + 30 * DAY;
    for step in steps().iter().take_while(|step| step.event.time() < end) {
        history.apply(&step.event).unwrap();
    }
    let mut engine = Engine::new(history, policy);
    engine.set_model(Some(Arc::new(model().clone())));
    engine
}

/// Alerts and hits of a week, following what happens.
fn week(engine: &mut Engine) -> (usize, usize, usize) {
    let (mut payments, mut alerts, mut hits) = (0, 0, 0);
    let (from, to) = (config().start + 30 * DAY, config().start + 37 * DAY);
    for step in steps().iter().filter(|step| (from..to).contains(&step.event.time())) {
        if let Event::Paid(payment) = step.event {
            let (decision, _) = engine.decide(&payment).unwrap();
            payments += 1;
            if decision.action > Action::Allow {
                alerts += 1;
                hits += usize::from(step.truth.unwrap().fraud.is_some());
                assert!(!decision.reasons.is_empty());
                let sorted = decision.reasons.windows(2).all(|pair| pair[0].contribution >= pair[1].contribution);
                assert!(sorted && decision.reasons.iter().all(|reason| !reason.text.is_empty()));
            }
            assert_eq!(decision.model.as_deref(), Some(model().version().as_str()));
        }
        engine.apply(&step.event).unwrap();
    }
    (payments, alerts, hits)
}

#[test]
fn alerts_stay_in_the_budget_and_are_mostly_right() {
    let policy =
        Policy { thresholds: Thresholds::Budget { alerts_per_thousand: 15.0, block: 1.0 }, ..Policy::default() };
    let (payments, alerts, hits) = week(&mut engine(policy));
    assert!(alerts * 1000 < payments * 30 && alerts * 1000 > payments * 7, "{alerts} of {payments}");
    assert!(hits * 2 > alerts, "{hits} of {alerts}");
}

#[test]
fn costs_decide() {
    let cost = |review, wrong_block| Policy {
        thresholds: Thresholds::Cost { review, wrong_block, loss: 1.0 },
        ..Policy::default()
    };
    // If looking is free, everything is looked at; if it costs more than anything, nothing is.
    let all = engine(cost(0, u64::MAX / 2));
    let none = engine(cost(u64::MAX / 2, u64::MAX / 2));
    let blocking = engine(cost(u64::MAX / 2, 1));
    let mut blocked = 0;
    for seen in days(30, 31) {
        let probability = model().score(&seen.row).probability.unwrap();
        if all.history().knows(seen.payment.from) && all.history().knows(seen.payment.to) {
            let action = all.decide(&seen.payment).unwrap().0.action;
            assert!(action == Action::Review || probability == 0.0);
            assert_eq!(none.decide(&seen.payment).unwrap().0.action, Action::Allow);
            blocked += usize::from(blocking.decide(&seen.payment).unwrap().0.action == Action::Block);
        }
    }
    assert!(blocked > 0);
}

#[test]
fn a_few_blocks_are_reviewed_so_that_something_is_learnt() {
    let blocks = |released| {
        let thresholds = Thresholds::Cost { review: u64::MAX / 2, wrong_block: 0, loss: 1.0 };
        let engine = engine(Policy { thresholds, released, ..Policy::default() });
        let known = days(10, 30).map(|seen| engine.decide(&seen.payment).unwrap().0.action);
        known.filter(|action| *action == Action::Block).count() as f64
    };
    let (all, most, none) = (blocks(0.0), blocks(0.2), blocks(1.0));
    assert!(all > 1_000.0 && none == 0.0 && (0.75..0.85).contains(&(most / all)), "{all} {most} {none}");
}

#[test]
fn the_strictest_rule_counts_and_allow_lists_only_overrule_the_model() {
    let mut engine = engine(Policy {
        thresholds: Thresholds::Budget { alerts_per_thousand: 1000.0, block: 1.0 },
        ..Policy::default()
    });
    let seen = days(29, 30).last().unwrap().payment;
    let act = |engine: &Engine| engine.decide(&seen).unwrap().0.action;
    assert_eq!(act(&engine), Action::Review);
    let list = |id: &str, action: &str| {
        format!("[[list]]\nid = '{id}'\naction = '{action}'\nauthor = 'a'\naccounts = [{}]\n", seen.from)
    };
    let mut rules = |text: &str| engine.set_rules(Arc::new(RuleSet::from_toml(text).unwrap()));
    rules(&list("a", "allow"));
    assert_eq!(act(&engine), Action::Allow);
    let mut rules = |text: &str| engine.set_rules(Arc::new(RuleSet::from_toml(text).unwrap()));
    rules(&(list("a", "allow") + &list("b", "block")));
    let decision = engine.decide(&seen).unwrap().0;
    assert_eq!((decision.action, decision.rules.len()), (Action::Block, 2));
}

#[test]
fn what_cannot_be_judged_is_decided_by_channel() {
    let policy = Policy::from_toml(
        "on_failure = { card = 'allow', api = 'block' }\n[thresholds]\nby = 'budget'\nalerts_per_thousand = 5\nblock = 0.9",
    )
    .unwrap();
    let engine = Engine::new(opened(2), policy);
    for (channel, expected) in
        [(Channel::Card, Action::Allow), (Channel::Api, Action::Block), (Channel::Mobile, Action::Review)]
    {
        let context = Context { channel, ..Context::default() };
        let (decision, row) = engine.decide_always(&Payment { from: 99, context, ..payment(1) });
        assert_eq!((decision.action, row), (expected, None));
        assert_eq!(decision.failure.as_deref(), Some("account 99 is unknown"));
    }
    let (decision, row) = engine.decide_always(&payment(1));
    assert_eq!((decision.action, decision.failure, row.is_some()), (Action::Allow, None, true));
}

#[test]
fn wrong_policies_are_refused() {
    let budget = |alerts: &str| format!("[thresholds]\nby = 'budget'\nalerts_per_thousand = {alerts}\nblock = 0.9");
    assert!(Policy::from_toml(&budget("5")).is_ok());
    for wrong in [budget("-1"), budget("nan"), budget("2000"), "x = 1".to_owned(), String::new()] {
        assert!(Policy::from_toml(&wrong).is_err(), "{wrong}");
    }
    assert!(Policy::from_toml("[thresholds]\nby = 'cost'\nreview = 1\nwrong_block = 1\nloss = 1.5").is_err());
}
