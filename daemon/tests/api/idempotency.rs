// SPDX-License-Identifier: MIT

//! A change happens once for each key: at once, after a restart, and after the ledger has forgotten it.

use serde_json::{Value, json};

use crate::harness::{Bank, Client, RING, transfer};

fn keyed(client: &mut Client, path: &str, body: &Value, key: &str) -> (u16, Value) {
    let method = if path.starts_with("/v1/accounts/") { "PATCH" } else { "POST" };
    let answer = client.call(method, path, Some(body), &[("idempotency-key", key)]);
    assert_eq!(answer.header("idempotency-key").unwrap_or(key), key);
    (answer.status, answer.json())
}

/// Makes so many changes that the ledger forgets all before them.
fn lap(client: &mut Client, from: &str, to: &str) {
    let item = json!({ "kind": "transfer", "debtor_account": from, "creditor_account": to, "amount": "0.01",
        "currency": "USD", "up_to": true });
    let items = json!({ "items": vec![item; 4096] });
    for _ in 0..RING / 4096 + 1 {
        let done = client.expect(200, "POST", "/v1/batches", Some(&items), &[]);
        assert_eq!(done["done"], 4096);
    }
}

#[test]
fn once_for_ever() {
    let mut bank = Bank::open();
    let (from, to) = (bank.account(1000, "1000.00"), bank.account(1001, "0.00"));
    let mut client = bank.user("operator");
    let reference = "eb6305c9-1f7f-49de-aed0-16487c27b42d";
    let mut item = transfer(&from, &to, "5.00");
    item["kind"] = "transfer".into();
    let mut referenced = transfer(&from, &to, "10.00");
    referenced["reference"] = reference.into();
    let open = json!({ "currency": "USD", "owner": 1002, "type": "savings", "opening_balance": "7.00" });
    let frozen = json!({ "credits_frozen": false, "spending_limit": { "amount": "900000.00", "window_seconds": 60 } });
    let requests = [
        ("/v1/transfers".to_owned(), referenced, "transfer"),
        ("/v1/holds".to_owned(), transfer(&from, &to, "3.00"), "hold"),
        ("/v1/chains".to_owned(), json!({ "items": [item.clone(), item.clone()] }), "chain"),
        ("/v1/batches".to_owned(), json!({ "items": [item.clone(), item] }), "batch"),
        ("/v1/accounts".to_owned(), open, "open"),
        (format!("/v1/accounts/{from}"), frozen, "change"),
    ];
    let first: Vec<(u16, Value)> =
        requests.iter().map(|(path, body, key)| keyed(&mut client, path, body, key)).collect();
    for ((path, _, _), (status, answer)) in requests.iter().zip(&first) {
        assert!(*status < 300, "{path}: {answer}");
    }
    let path = format!("/v1/holds/{}/post", first[1].1["id"].as_str().expect("an id"));
    let posted = keyed(&mut client, &path, &json!({}), "post");
    let path_of_reversal = format!("/v1/transfers/{}/reversals", first[0].1["id"].as_str().expect("an id"));
    let part = json!({ "amount": "1.00", "currency": "USD" });
    let reversed = keyed(&mut client, &path_of_reversal, &part, "reversal");
    assert_eq!((posted.0, reversed.0), (200, 201), "{posted:?} {reversed:?}");

    let again = |client: &mut Client, when: &str| {
        let balances = (client.balance(&from), client.balance(&to));
        for ((path, body, key), (_, answer)) in requests.iter().zip(&first) {
            let (status, repeated) = keyed(client, path, body, key);
            assert_eq!(status, 200, "{when}, {path}: {repeated}");
            match *key {
                "batch" => {
                    assert!(repeated["items"].as_array().expect("items").iter().all(|item| item["result"] == "exists"))
                }
                // Answered as it is now.
                "open" => assert_eq!(repeated["number"], answer["number"], "{when}"),
                "change" => {}
                _ => assert_eq!(repeated, *answer, "{when}, {path}"),
            }
        }
        assert_eq!(keyed(client, &path, &json!({}), "post"), posted, "{when}");
        assert_eq!(keyed(client, &path_of_reversal, &part, "reversal").1, reversed.1, "{when}");
        // The same keys for something else.
        for (path, body, key, problem) in [
            ("/v1/transfers", transfer(&from, &to, "10.01"), "transfer", "exists_with_different_amount"),
            ("/v1/transfers", transfer(&to, &from, "10.00"), "transfer", "exists_with_different_from_account"),
            ("/v1/transfers", transfer(&from, &to, "10.00"), "transfer", "exists_with_different_reference"),
            ("/v1/transfers", transfer(&from, &to, "3.00"), "hold", "exists_with_different_flags"),
            ("/v1/transfers", transfer(&from, &to, "3.00"), "open", "exists_with_different_flags"),
            (
                "/v1/accounts",
                json!({ "currency": "EUR", "owner": 1002, "type": "savings", "opening_balance": "7.00" }),
                "open",
                "exists_with_different_currency",
            ),
            (
                "/v1/accounts",
                json!({ "currency": "USD", "owner": 1003, "type": "savings", "opening_balance": "7.00" }),
                "open",
                "exists_with_different_owner",
            ),
        ] {
            let answer = client.call("POST", path, Some(&body), &[("idempotency-key", key)]);
            assert_eq!((answer.status, answer.problem().as_str()), (409, problem), "{when}, {path}");
        }
        assert_eq!((client.balance(&from), client.balance(&to)), balances, "{when}");
    };
    again(&mut client, "at once");
    bank.reopen_after(|_| {});
    let mut client = bank.user("operator");
    again(&mut client, "after a restart");
    lap(&mut client, &from, &to);
    again(&mut client, "after the ledger has forgotten");
    bank.reopen_after(|_| {});
    again(&mut bank.user("operator"), "after that and a restart");
}

/// Many threads retry the same keys while others lap the ring: each key is one transfer.
#[test]
fn once_among_many() {
    let bank = Bank::open();
    let (from, to) = (bank.account(1000, "100000.00"), bank.account(1001, "0.00"));
    let (busy, sink) = (bank.account(1002, "100000.00"), bank.account(1003, "0.00"));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut client = bank.user("operator");
                for round in 0..5 {
                    for key in 0..40 {
                        let key = key.to_string();
                        let answer = client.call(
                            "POST",
                            "/v1/transfers",
                            Some(&transfer(&from, &to, "1.00")),
                            &[("idempotency-key", &key)],
                        );
                        assert!(matches!(answer.status, 200 | 201 | 503), "{round}: {answer:?}");
                    }
                }
            });
        }
        scope.spawn(|| {
            let mut client = bank.user("second");
            for _ in 0..3 {
                lap(&mut client, &busy, &sink);
            }
        });
    });
    assert_eq!(bank.user("operator").balance(&to), "40.00");
}

#[test]
fn keys_are_those_of_their_user() {
    let bank = Bank::open();
    let (from, to) = (bank.account(1000, "10.00"), bank.account(1001, "0.00"));
    for name in ["operator", "second", "admin"] {
        let (status, _) = keyed(&mut bank.user(name), "/v1/transfers", &transfer(&from, &to, "1.00"), "same");
        assert_eq!(status, 201);
    }
    assert_eq!(bank.user("operator").balance(&to), "3.00");
}

#[test]
fn without_waiting() {
    let bank = Bank::open();
    let (from, to) = (bank.account(1000, "10.00"), bank.account(1001, "0.00"));
    let mut client = bank.user("operator");
    let answer =
        client.call("POST", "/v1/transfers", Some(&transfer(&from, &to, "1.00")), &[("prefer", "respond-async")]);
    assert_eq!((answer.status, answer.header("preference-applied")), (201, Some("respond-async")));
    let key = answer.header("idempotency-key").expect("a key that the server made").to_owned();
    let again = client.call("POST", "/v1/transfers", Some(&transfer(&from, &to, "1.00")), &[("idempotency-key", &key)]);
    assert_eq!(again.status, 200);
    assert_eq!(again.json()["durable"], true);
    assert_eq!(client.balance(&to), "1.00");
}
