// SPDX-License-Identifier: MIT

//! The work ends at every step there is, and goes on after a restart: the outcome is that of a run without interruption.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use qenexd::payments::Interruption;
use serde_json::{Value, json};

use super::texts::{FOREIGN_BIC, FOREIGN_IBAN, Initiation, collections, day, debit, recall, transfer};
use super::{account, own, send, sent, states};
use crate::harness::{Bank, Client, configuration, german_bank};

/// A bank whose clerk is interrupted after so many steps.
fn interrupted(steps: Option<u64>) -> (Bank, Option<Interruption>) {
    let mut configuration = configuration();
    let mut payments = german_bank();
    let interruption = steps.map(Interruption::after);
    payments.interruption = interruption.clone();
    configuration.payments = Some(payments);
    (Bank::configured(configuration), interruption)
}

/// Closes it, and opens it again without interruption.
fn restart(bank: &mut Bank) {
    let mut configuration = configuration();
    configuration.payments = Some(german_bank());
    configuration.api.socket = bank.socket();
    bank.close();
    bank.reconfigure(configuration);
}

/// Waits until nothing is left to be done.
fn settled(client: &mut Client) {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        let list = client.expect(200, "GET", "/v1/messages?state=received", None, &[]);
        if list["messages"].as_array().is_some_and(Vec::is_empty) {
            return;
        }
        assert!(Instant::now() < until, "{list:#}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Everything that came of it: balances, messages with their states, payments with theirs, and how often each answer came.
fn outcome(bank: &Bank) -> Value {
    let mut operator = bank.user("operator");
    let accounts = operator.expect(200, "GET", "/v1/accounts?limit=1000", None, &[]);
    let accounts = accounts["accounts"].as_array().expect("accounts").iter();
    let balances: Vec<Value> =
        accounts.map(|account| json!([account["type"], account["debits_posted"], account["credits_posted"]])).collect();
    let list = operator.expect(200, "GET", "/v1/messages?direction=in", None, &[]);
    let mut told = Vec::new();
    for message in list["messages"].as_array().expect("messages") {
        let id = message["id"].as_str().expect("an id");
        let answers = super::answers(&mut operator, id);
        let answers: Vec<&str> = answers.iter().map(|(definition, _)| definition.as_str()).collect();
        let states = states(&mut operator, id);
        told.push(json!([message["reference"], message["state"], format!("{states:?}"), answers]));
    }
    told.sort_by_key(Value::to_string);
    own(bank);
    json!({ "balances": balances, "messages": told })
}

/// One message of each kind, and more of what has several steps.
fn texts(bank: &Bank) -> Vec<String> {
    let (_, first) = account(bank, "customer", "1000.00");
    let (_, second) = account(bank, "other", "100.00");
    let (_, nobody) = (0, FOREIGN_IBAN);
    let lines = [("E1", second.as_str(), "10.00"), ("E2", FOREIGN_IBAN, "20.00"), ("E3", FOREIGN_IBAN, "9000.00")];
    let single = Initiation { message: "M1", debtor: &first, batch: None, execution: day(0), lines: &lines };
    let batch = Initiation { message: "M2", batch: Some(true), lines: &lines[..2], execution: day(0), ..single };
    let due = day(-10);
    let collected = [
        ("C1", second.as_str(), "COBADEFFXXX", "5.00", "MANDATE-1"),
        ("C2", FOREIGN_IBAN, FOREIGN_BIC, "7.00", "MANDATE-2"),
    ];
    vec![
        single.text(),
        batch.text(),
        transfer("P1", &second, "30.00", &day(0), ""),
        transfer("P2", nobody, "40.00", &day(0), ""),
        collections("L1", &first, &due, "FRST", &collected),
        debit("D1", &first, "3.00", (&day(0), "CORE", "OOFF", "M-1")),
        debit("D2", &first, "90000.00", (&day(0), "CORE", "OOFF", "M-2")),
        recall("RC1", "P1", "30.00"),
    ]
}

#[test]
fn at_every_step() {
    let (bank, _) = interrupted(None);
    let all = texts(&bank);
    let mut operator = bank.user("operator");
    all.iter().for_each(|text| drop(sent(&mut operator, text)));
    let expected = outcome(&bank);
    // Most of the time is waiting for daemons to end.
    let most = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for first in 0..LANES {
            let (expected, most) = (&expected, &most);
            scope.spawn(move || {
                for steps in (first..).step_by(LANES as usize) {
                    if interrupted_after(steps, expected) {
                        most.fetch_max(steps, Ordering::Relaxed);
                    } else {
                        break;
                    }
                }
            });
        }
    });
    assert!(most.into_inner() > 20);
}

/// How many banks are interrupted at once.
const LANES: u64 = 6;

/// Interrupts a bank after so many steps and compares what comes of it. Returns whether there were as many.
fn interrupted_after(steps: u64, expected: &Value) -> bool {
    let (mut bank, interruption) = interrupted(Some(steps));
    let all = texts(&bank);
    let mut operator = bank.user("operator");
    for text in &all {
        let answer = send(&mut operator, text);
        assert!(matches!(answer.status, 201 | 503), "{answer:?}");
    }
    drop(operator);
    let has_come = interruption.is_some_and(|interruption| interruption.has_come());
    restart(&mut bank);
    let mut operator = bank.user("operator");
    settled(&mut operator);
    // Whoever got no answer sends again; and so does whoever got one.
    for text in all.iter().chain(&all) {
        let answer = send(&mut operator, text);
        assert!(matches!(answer.status, 200 | 201), "{answer:?}");
    }
    assert_eq!(&outcome(&bank), expected, "interrupted after {steps} steps");
    has_come
}

#[test]
fn refused_after_the_batch_was_debited() {
    // Stored, and the clearing account opened, and the batch debited; not noted.
    for steps in 3..8 {
        let (mut bank, interruption) = interrupted(Some(steps));
        let (from, from_iban) = account(&bank, "customer", "1000.00");
        let (to, to_iban) = account(&bank, "other", "0.00");
        let lines = [("E1", to_iban.as_str(), "10.00"), ("E2", to_iban.as_str(), "20.00")];
        let initiation =
            Initiation { message: "M1", debtor: &from_iban, batch: Some(true), execution: day(0), lines: &lines };
        let mut customer = bank.user("customer");
        let answer = send(&mut customer, &initiation.text());
        assert_eq!(answer.status, 201, "{answer:?}");
        let id = answer.json()["id"].as_str().expect("an id").to_owned();
        assert!(interruption.is_some_and(|interruption| interruption.has_come()), "{steps}");
        let before = bank.user("operator").balance(&to);
        let frozen = json!({ "credits_frozen": true });
        bank.user("operator").expect(200, "PATCH", &format!("/v1/accounts/{to}"), Some(&frozen), &[]);
        drop(customer);
        restart(&mut bank);
        let mut customer = bank.user("customer");
        settled(&mut customer);
        let paid = before == "30.00";
        let expected = if paid { ("settled".into(), None) } else { ("rejected".into(), Some("AC06".to_owned())) };
        assert_eq!(states(&mut customer, &id), vec![expected; 2], "{steps}");
        let left = if paid { "970.00" } else { "1000.00" };
        assert_eq!((customer.balance(&from).as_str(), own(&bank).1.as_str()), (left, "0.00"), "{steps}");
    }
}
