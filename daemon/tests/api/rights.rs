// SPDX-License-Identifier: MIT

//! Who may do what: every cell of the table, over the wire.

use qenexd::people::{PeopleStore, Reach, Right, Role, reach, verify_decisions};
use serde_json::{Value, json};

use crate::harness::{Bank, transfer};

/// A request that needs the right, and is otherwise possible or refused for another reason.
fn request(right: Right, account: &str, other: &str) -> (&'static str, String, Option<Value>) {
    let id = "0".repeat(31) + "1";
    match right {
        Right::SeeAccounts => ("GET", "/v1/accounts".into(), None),
        Right::OpenAccount => ("POST", "/v1/accounts".into(), Some(json!({ "currency": "USD" }))),
        Right::ChangeAccount => ("PATCH", format!("/v1/accounts/{account}"), Some(json!({ "debits_frozen": false }))),
        Right::Debit => ("POST", "/v1/transfers".into(), Some(transfer(account, other, "0.01"))),
        Right::Reverse => ("POST", format!("/v1/transfers/{id}/reversals"), None),
        Right::SeeTrialBalance => ("GET", "/v1/trial-balance".into(), None),
        Right::SeeAuditHead => ("GET", "/v1/audit/head".into(), None),
        Right::SeeDecisions => ("GET", "/v1/audit/decisions".into(), None),
        Right::ManageUsers => ("DELETE", "/v1/users/nobody/sessions".into(), None),
        Right::Unlock => ("POST", "/v1/users/nobody/unlock".into(), None),
        Right::SeeApprovals => ("GET", "/v1/approvals".into(), None),
        Right::Approve => ("POST", format!("/v1/approvals/{id}/approve"), None),
        Right::SeeMessages => ("GET", "/v1/messages".into(), None),
        Right::SendMessages => ("POST", "/v1/messages".into(), None),
        Right::ExchangeMessages => ("POST", format!("/v1/messages/{id}/recall"), Some(json!({ "reason": "DUPL" }))),
        Right::SeeMandates => ("GET", "/v1/mandates".into(), None),
        Right::SeeReviews => ("GET", "/v1/risk/reviews".into(), None),
        Right::DecideReviews => ("POST", format!("/v1/risk/reviews/{id}/approve"), None),
        Right::LabelPayments => ("POST", format!("/v1/risk/payments/{id}/label"), Some(json!({ "fraud": true }))),
        Right::SeeRisk => ("GET", "/v1/risk/models".into(), None),
        Right::ManageRisk => ("POST", "/v1/risk/promote".into(), None),
    }
}

#[test]
fn every_cell_of_the_table() {
    let bank = Bank::open();
    for role in Role::ALL {
        let account = bank.account(bank.owner(role.name()), "10.00");
        let other = bank.account(bank.owner("other"), "0.00");
        let mut client = bank.user(role.name());
        for right in Right::ALL {
            let (method, path, body) = request(right, &account, &other);
            let answer = client.call(method, &path, body.as_ref(), &[]);
            let refused = answer.status == 403 && answer.problem() == "not_allowed";
            assert_eq!(refused, reach(role, right) == Reach::No, "{role:?} {right:?}: {answer:?}");
        }
    }
    // Every refusal is in the log, which is whole.
    let people = PeopleStore::open(bank.directory(), qenexd::people::Policy::default()).expect("people");
    let refused = people.decisions(0, 1000).expect("the log").into_iter().filter(|one| one.what == "refused").count();
    let cells = Role::ALL.into_iter().flat_map(|role| Right::ALL.map(|right| reach(role, right)));
    assert_eq!(refused, cells.filter(|reach| *reach == Reach::No).count());
    verify_decisions(&people).expect("unbroken");
}

#[test]
fn customers_reach_nothing_of_others() {
    let bank = Bank::open();
    let own = bank.account(bank.owner("customer"), "10.00");
    let foreign = bank.account(bank.owner("other"), "10.00");
    let mut customer = bank.user("customer");
    let mut other = bank.user("other");
    customer.refused("account_not_found", "GET", &format!("/v1/accounts/{foreign}"), None);
    customer.refused("account_not_found", "GET", &format!("/v1/accounts?numbers={own},{foreign}"), None);
    customer.refused("account_not_found", "GET", &format!("/v1/accounts/{foreign}/statement"), None);
    customer.refused("account_not_found", "GET", &format!("/v1/accounts/{foreign}/balance"), None);
    customer.refused("account_not_found", "GET", &format!("/v1/journal?account={foreign}"), None);
    customer.refused("account_not_found", "GET", &format!("/v1/events?account={foreign}"), None);
    customer.refused("not_your_account", "POST", "/v1/transfers", Some(&transfer(&foreign, &own, "1.00")));
    customer.refused("not_your_account", "POST", "/v1/holds", Some(&transfer(&foreign, &own, "1.00")));
    let mut item = transfer(&foreign, &own, "1.00");
    item["kind"] = "transfer".into();
    let mut good = transfer(&own, &foreign, "1.00");
    good["kind"] = "transfer".into();
    let items = json!({ "items": [good, item] });
    for path in ["/v1/batches", "/v1/chains"] {
        let refused = customer.refused("not_your_account", "POST", path, Some(&items));
        assert_eq!(refused.json()["item"], 1);
    }
    // A hold of the other's money, for the customer: only the other may post or void it.
    let hold = other.expect(201, "POST", "/v1/holds", Some(&transfer(&foreign, &own, "2.00")), &[]);
    let hold = hold["id"].as_str().expect("an id");
    for end in ["post", "void"] {
        customer.refused("not_your_account", "POST", &format!("/v1/holds/{hold}/{end}"), None);
    }
    // But it concerns them, so that they see it; of what does not they see nothing.
    customer.expect(200, "GET", &format!("/v1/holds/{hold}"), None, &[]);
    let third = bank.account(bank.owner("other"), "0.00");
    let between = other.expect(201, "POST", "/v1/transfers", Some(&transfer(&foreign, &third, "1.00")), &[]);
    let between = between["id"].as_str().expect("an id");
    customer.refused("no_such_transfer", "GET", &format!("/v1/transfers/{between}"), None);
    assert_eq!((customer.balance(&own), other.balance(&foreign)), ("10.00".into(), "9.00".into()));
    // Given to somebody else, an account is theirs at once.
    let body = json!({ "owner": bank.owner("customer") });
    bank.user("operator").expect(200, "PATCH", &format!("/v1/accounts/{third}"), Some(&body), &[]);
    assert_eq!(customer.balance(&third), "1.00");
    other.refused("account_not_found", "GET", &format!("/v1/accounts/{third}"), None);
}
