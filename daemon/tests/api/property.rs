// SPDX-License-Identifier: MIT

//! Random bodies at every route: never an error of the server, never a changed balance.

use std::cell::RefCell;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::harness::{Bank, configuration, german_bank};

/// Names and values that mean something somewhere, so that bodies get far.
const NAMES: [&str; 22] = [
    "debtor_account",
    "creditor_account",
    "amount",
    "currency",
    "up_to",
    "reference",
    "code",
    "timeout_seconds",
    "items",
    "kind",
    "hold",
    "transfer",
    "linked",
    "type",
    "owner",
    "opening_balance",
    "overdraft_limit",
    "spending_limit",
    "user",
    "name",
    "role",
    "current",
];
const TEXTS: [&str; 20] = [
    "292",
    "389",
    "195",
    "0.01",
    "1.00",
    "1e3",
    "-1",
    "NaN",
    "18446744073709551615",
    "USD",
    "EUR",
    "JPY",
    "ZZZ",
    "transfer",
    "hold",
    "reversal",
    "admin",
    "eb6305c9-1f7f-49de-aed0-16487c27b42d",
    "0000000000000000000000000000002a",
    "\u{0}\u{ffff}",
];

fn value() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        any::<String>().prop_map(Value::from),
        proptest::sample::select(&TEXTS[..]).prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        let name = prop_oneof![4 => proptest::sample::select(&NAMES[..]).prop_map(String::from), 1 => any::<String>()];
        prop_oneof![
            3 => proptest::collection::vec((name, inner.clone()), 0..8).prop_map(|fields| fields.into_iter().collect()),
            1 => proptest::collection::vec(inner, 0..4).prop_map(Value::Array),
        ]
    })
    .boxed()
}

/// A body: mostly JSON, sometimes with a byte changed, sometimes anything.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let text = value().prop_map(|value| value.to_string().into_bytes()).boxed();
    let changed = (text.clone(), any::<proptest::sample::Index>(), any::<u8>()).prop_map(|(mut text, at, byte)| {
        let at = at.index(text.len());
        text[at] = byte;
        text
    });
    prop_oneof![6 => text, 2 => changed, 1 => proptest::collection::vec(any::<u8>(), 0..200)]
}

#[test]
fn random_bodies_at_every_route() {
    let mut configuration = configuration();
    configuration.people.attempts = 1000;
    configuration.payments = Some(german_bank());
    let bank = Bank::configured(configuration);
    // All money that there is, in accounts that nobody can debit: the bodies name them.
    let accounts = [bank.account(1000, "10.00"), bank.account(1001, "10.00")];
    assert_eq!(accounts, ["292", "389"]);
    for account in &accounts {
        let body = json!({ "debits_frozen": true, "credits_frozen": true });
        bank.user("admin").expect(200, "PATCH", &format!("/v1/accounts/{account}"), Some(&body), &[]);
    }
    let document = bank.anybody().expect(200, "GET", "/openapi.json", None, &[]);
    let mut routes = Vec::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            // Logging out ends the session that the rest needs; events have no end; passwords are hashed.
            let left_out = ["logOut", "events", "logIn", "addUser", "changeUser", "changePassword"];
            if left_out.iter().all(|id| operation["operationId"] != *id) {
                // Nobody is to unfreeze the accounts: changes go to the cash account, which is the kernel's.
                let number = if method == "patch" { "195" } else { "292" };
                let path = path
                    .replace("{number}", number)
                    .replace("{id}", "0000000000000000000000000000002a")
                    .replace("{name}", "nobody");
                routes.push((method.to_uppercase(), path));
            }
        }
    }
    assert!(routes.len() > 30, "{routes:?}");
    let client = RefCell::new(bank.user("admin"));
    let mut runner = TestRunner::new(Config { cases: 2000, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&(proptest::sample::select(routes), body()), |((method, path), body)| {
        let mut client = client.borrow_mut();
        let answer = client.raw(&method, &path, &body, &[("content-type", "application/json")]);
        prop_assert!(answer.status < 500, "{} {}: {:?}", method, path, answer);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    for account in &accounts {
        assert_eq!(client.borrow_mut().balance(account), "10.00");
    }
    let trial = client.borrow_mut().expect(200, "GET", "/v1/trial-balance", None, &[]);
    for line in trial["currencies"].as_array().expect("lines") {
        assert_eq!(line["balances"], true);
    }
}
