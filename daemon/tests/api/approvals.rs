// SPDX-License-Identifier: MIT

//! Four eyes: asked for, approved by somebody else, carried out once, whenever the daemon is killed.

use std::time::{Duration, Instant};

use qenexd::people::{ApprovalState, PeopleStore, Policy, verify_decisions};
use serde_json::{Value, json};

use crate::harness::{Bank, Client, somebody, transfer};

fn state(client: &mut Client, id: &str) -> String {
    let approval = client.expect(200, "GET", &format!("/v1/approvals/{id}"), None, &[]);
    approval["state"].as_str().expect("a state").into()
}

/// A reversal of 20,000.00 that was asked for, its id, and the account that it takes the money from.
fn asked(bank: &Bank) -> (String, String) {
    let (from, to) = (bank.account(1000, "20000.00"), bank.account(1001, "0.00"));
    let mut operator = bank.user("operator");
    let posted = operator.expect(201, "POST", "/v1/transfers", Some(&transfer(&from, &to, "20000.00")), &[]);
    let path = format!("/v1/transfers/{}/reversals", posted["id"].as_str().expect("an id"));
    // Not more than the limit: no second person is needed.
    let part = json!({ "amount": "10000.00", "currency": "USD" });
    operator.expect(201, "POST", &path, Some(&part), &[]);
    let more = json!({ "amount": "10000.01", "currency": "USD" });
    let mut item = more.clone();
    (item["kind"], item["transfer"]) = ("reversal".into(), posted["id"].clone());
    operator.refused("approval_required", "POST", "/v1/batches", Some(&json!({ "items": [item] })));
    let asked = operator.expect(202, "POST", &path, None, &[]);
    assert_eq!(operator.balance(&to), "10000.00", "nothing happens yet");
    (asked["id"].as_str().expect("an id").into(), to)
}

fn wait_until(client: &mut Client, id: &str, wanted: &str) -> Value {
    let begun = Instant::now();
    while state(client, id) != wanted {
        assert!(begun.elapsed() < Duration::from_secs(20), "it stays {}", state(client, id));
        std::thread::sleep(Duration::from_millis(50));
    }
    client.expect(200, "GET", &format!("/v1/approvals/{id}"), None, &[])
}

#[test]
fn once_however_often_the_daemon_is_killed() {
    let mut bank = Bank::open();
    let (id, account) = asked(&bank);
    let number = qenex_abi::Id::from_u128(u128::from_str_radix(&id, 16).expect("hexadecimal"));
    // Killed after the approval was noted and before anything was done.
    bank.reopen_after(|directory| {
        let mut people = PeopleStore::open(directory, Policy::default()).expect("people");
        people.approve(number, &somebody("second"), qenexd::people::now()).expect("approved");
    });
    let mut operator = bank.user("operator");
    let done = wait_until(&mut operator, &id, "carried_out");
    assert_eq!(done["decided_by"], "second");
    assert_eq!(operator.balance(&account), "0.00");
    let sequence = done["outcome"]["sequence"].clone();
    // Killed after it was done and before that was noted; twice.
    for _ in 0..2 {
        bank.reopen_after(|directory| {
            let connection = rusqlite::Connection::open(directory.join("people.sqlite")).expect("the database");
            let changed = connection.execute("UPDATE approval SET state = 'approved', outcome = NULL", []);
            assert_eq!(changed.expect("changed"), 1);
        });
        let mut operator = bank.user("operator");
        assert_eq!(wait_until(&mut operator, &id, "carried_out")["outcome"]["sequence"], sequence);
        assert_eq!(operator.balance(&account), "0.00");
    }
    let people = PeopleStore::open(bank.directory(), Policy::default()).expect("people");
    verify_decisions(&people).expect("unbroken");
}

#[test]
fn what_the_ledger_refuses_has_failed() {
    let bank = Bank::open();
    let (id, account) = asked(&bank);
    let mut second = bank.user("second");
    let body = json!({ "debits_frozen": true });
    second.expect(200, "PATCH", &format!("/v1/accounts/{account}"), Some(&body), &[]);
    let done = second.expect(200, "POST", &format!("/v1/approvals/{id}/approve"), None, &[]);
    assert_eq!((&done["state"], &done["outcome"]["result"]), (&json!("failed"), &json!("from_account_frozen")));
    let body = json!({ "debits_frozen": false });
    second.expect(200, "PATCH", &format!("/v1/accounts/{account}"), Some(&body), &[]);
    assert_eq!(second.balance(&account), "10000.00");
    second.refused("already_decided", "POST", &format!("/v1/approvals/{id}/reject"), None);
}

#[test]
fn a_second_person_and_no_other() {
    let bank = Bank::open();
    let (id, account) = asked(&bank);
    let path = format!("/v1/approvals/{id}/approve");
    bank.user("operator").refused("own_request", "POST", &path, None);
    for name in ["auditor", "customer"] {
        bank.user(name).refused("not_allowed", "POST", &path, None);
    }
    assert_eq!(state(&mut bank.user("auditor"), &id), "pending");
    // Unlocking is for administrators: an operator cannot approve it.
    let unlock = bank.user("admin").expect(202, "POST", "/v1/users/customer/unlock", None, &[]);
    let unlock = format!("/v1/approvals/{}/approve", unlock["id"].as_str().expect("an id"));
    bank.user("second").refused("not_allowed", "POST", &unlock, None);
    // Who asked can take it back; then nobody can approve.
    let reject = format!("/v1/approvals/{id}/reject");
    let rejected = bank.user("operator").expect(200, "POST", &reject, None, &[]);
    assert_eq!(rejected["state"], "rejected");
    bank.user("second").refused("already_decided", "POST", &path, None);
    assert_eq!(bank.user("operator").balance(&account), "10000.00");
    // An overdraft cannot come in by the opening.
    let body = json!({ "currency": "USD", "overdraft_limit": "1.00" });
    bank.user("operator").refused("approval_required", "POST", "/v1/accounts", Some(&body));
    let people = PeopleStore::open(bank.directory(), Policy::default()).expect("people");
    assert_eq!(people.approvals(Some(ApprovalState::Pending), 0, 10).expect("listed").len(), 1);
}
