// SPDX-License-Identifier: MIT

//! Messages that move money, over the wire, on the real ledger.

mod amendments;
mod crash;
mod direct_debit;
mod initiation;
mod interbank;
mod random;
mod recall;
mod report;
mod texts;
mod time_limits;

use qenex_messages::rules::Profile;
use serde_json::Value;

use crate::harness::{Answer, Bank, Client, configuration, german_bank};

/// A bank that exchanges messages.
fn bank() -> Bank {
    let mut configuration = configuration();
    configuration.payments = Some(german_bank());
    Bank::configured(configuration)
}

/// A pain.001 with a payment of each amount.
pub(crate) fn pain001(id: &str, debtor: &str, creditor: &str, amounts: &[&str], batch: bool) -> String {
    let names: Vec<String> = (0..amounts.len()).map(|place| format!("{id}-{place}")).collect();
    let lines: Vec<texts::Line<'_>> =
        names.iter().zip(amounts).map(|(name, amount)| (name.as_str(), creditor, *amount)).collect();
    texts::Initiation { message: id, debtor, batch: Some(batch), execution: texts::day(0), lines: &lines }.text()
}

/// A customer's account in euro: its number and its IBAN.
fn account(bank: &Bank, owner: &str, balance: &str) -> (String, String) {
    let opened = bank.open_account(bank.owner(owner), "EUR", balance);
    let text = |field: &str| opened[field].as_str().expect("a text").to_owned();
    (text("number"), text("iban"))
}

/// Hands a message in.
fn send(client: &mut Client, text: &str) -> Answer {
    client.raw("POST", "/v1/messages", text.as_bytes(), &[("content-type", "application/xml")])
}

/// Hands a message in, which must be new, and returns its id and state.
fn sent(client: &mut Client, text: &str) -> (String, String) {
    let answer = send(client, text);
    assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
    let message = answer.json();
    let field = |name: &str| message[name].as_str().expect("a text").to_owned();
    (field("id"), field("state"))
}

/// What became of a message.
fn detail(client: &mut Client, id: &str) -> Value {
    client.expect(200, "GET", &format!("/v1/messages/{id}"), None, &[])
}

/// States and reasons of a message's payments.
fn states(client: &mut Client, id: &str) -> Vec<(String, Option<String>)> {
    let detail = detail(client, id);
    let payments = detail["payments"].as_array().expect("payments").iter();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    payments.map(|payment| (text(&payment["state"]).unwrap_or_default(), text(&payment["reason"]))).collect()
}

/// Definitions and texts of what was issued because of a message. Each must be as this bank wants those of others.
fn answers(client: &mut Client, id: &str) -> Vec<(String, String)> {
    let list = client.expect(200, "GET", &format!("/v1/messages/{id}/answers"), None, &[]);
    let answers = list["answers"].as_array().expect("answers").iter();
    answers
        .map(|answer| {
            let definition = answer["message"]["definition"].as_str().expect("a definition").to_owned();
            let text = answer["text"].as_str().expect("a text").to_owned();
            let verdict = qenex_messages::judge(text.as_bytes(), Profile::Default, &Default::default());
            assert!(verdict.is_valid(), "{:#?}\n{text}", verdict.findings.list());
            (definition, text)
        })
        .collect()
}

/// The only answer of a definition.
fn answer(client: &mut Client, id: &str, definition: &str) -> String {
    let mut all = answers(client, id);
    all.retain(|(known, _)| known.starts_with(definition));
    assert_eq!(all.len(), 1, "{definition}: {all:#?}");
    all.remove(0).1
}

/// The content of every element with this name.
fn values<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    text.split(&open).skip(1).filter_map(|rest| rest.split(&close).next()).collect()
}

/// Money of the bank's own accounts: settlement and clearing, in whichever order they were opened; and whether all accounts
/// of each currency add up to nothing.
fn own(bank: &Bank) -> (String, String) {
    let mut operator = bank.user("operator");
    let list = operator.expect(200, "GET", "/v1/accounts?limit=1000", None, &[]);
    let balance = |kind: &str| {
        let accounts = list["accounts"].as_array().expect("accounts").iter();
        let found = accounts.filter(|account| account["type"] == kind && account["currency"] == "EUR");
        let balances: Vec<&str> = found.filter_map(|account| account["balance"].as_str()).collect();
        balances.first().copied().unwrap_or("0.00").to_owned()
    };
    let trial = operator.expect(200, "GET", "/v1/trial-balance", None, &[]);
    for line in trial["currencies"].as_array().expect("lines") {
        assert_eq!(line["balances"], true, "{trial}");
    }
    (balance("settlement"), balance("suspense"))
}
