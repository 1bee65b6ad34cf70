// SPDX-License-Identifier: MIT

//! camt.053 and camt.054: valid, and the same as the statement in JSON.

use qenex_messages::iso20022::message::{Notifications, Statements, parse};
use qenex_messages::rules::Profile;

use super::texts::{FOREIGN_IBAN, Initiation, day, transfer};
use super::{account, bank, sent};

#[test]
fn what_the_journal_says() {
    let bank = bank();
    let (from, iban) = account(&bank, "customer", "1000.00");
    let (_, other) = account(&bank, "other", "0.00");
    let mut operator = bank.user("operator");
    let lines = [("E1", other.as_str(), "100.00"), ("E2", FOREIGN_IBAN, "250.50")];
    let initiation = Initiation { message: "M1", debtor: &iban, batch: None, execution: day(0), lines: &lines };
    sent(&mut operator, &initiation.text());
    sent(&mut operator, &Initiation { message: "M2", batch: Some(true), ..initiation }.text());
    sent(&mut operator, &transfer("P1", &iban, "75.25", &day(0), ""));
    // A hold is no booking.
    let mut hold = crate::harness::transfer(&from, &account(&bank, "other", "0.00").0, "5.00");
    hold["currency"] = "EUR".into();
    operator.expect(201, "POST", "/v1/holds", Some(&hold), &[]);

    let mut customer = bank.user("customer");
    let statement = customer.call("GET", &format!("/v1/accounts/{from}/camt.053"), None, &[]);
    assert_eq!((statement.status, statement.header("content-type")), (200, Some("application/xml")));
    let verdict = qenex_messages::judge(statement.body.as_slice(), Profile::Default, &Default::default());
    assert!(verdict.is_valid(), "{:#?}\n{}", verdict.findings.list(), String::from_utf8_lossy(&statement.body));
    let parsed = parse::<Statements>(statement.body.as_slice()).expect("a statement").message;
    let told = &parsed.statements[0];
    let json = customer.expect(200, "GET", &format!("/v1/accounts/{from}/statement"), None, &[]);
    let booked: Vec<_> =
        json["lines"].as_array().expect("lines").iter().filter(|line| line["change"] != "0.00").collect();
    assert_eq!(told.entries.len(), booked.len());
    for (entry, line) in told.entries.iter().zip(&booked) {
        let amount = entry.amount.to_string();
        let change = line["change"].as_str().expect("a change");
        assert_eq!(amount, format!("{} EUR", change.trim_start_matches('-')));
        assert_eq!(change.starts_with('-'), entry.direction.code() == "DBIT");
        assert_eq!(entry.reference.as_deref(), line["entry"]["sequence"].as_str());
        assert_eq!(entry.servicer_reference.as_deref(), line["entry"]["id"].as_str());
    }
    assert_eq!(told.account.id, qenex_messages::iso20022::message::parts::AccountId::Iban(iban.parse().expect("one")));
    let closing = told.balances.last().expect("a balance").amount.to_string();
    assert_eq!(closing, format!("{} EUR", json["closing"]["balance"].as_str().expect("a balance")));
    // Entries name their payments; the debit of a batch names all of its.
    let references = |entry: usize| -> Vec<String> {
        let details = told.entries[entry].details.iter().flat_map(|details| &details.payments);
        details.filter_map(|payment| payment.end_to_end.as_ref().map(ToString::to_string)).collect()
    };
    assert_eq!((references(1), references(3)), (vec!["E1".into()], vec!["E1".into(), "E2".into()]));

    // In two parts: the second begins with what the first has left.
    let middle = booked[2]["entry"]["timestamp"].as_str().expect("a time");
    let part = |query: &str, client: &mut crate::harness::Client| {
        let answer = client.call("GET", &format!("/v1/accounts/{from}/camt.053?{query}"), None, &[]);
        parse::<Statements>(answer.body.as_slice()).expect("a statement").message.statements.remove(0)
    };
    let (first, second) =
        (part(&format!("until={middle}"), &mut customer), part(&format!("from={middle}"), &mut customer));
    assert_eq!(first.entries.len() + second.entries.len(), booked.len());
    assert_eq!(first.balances[1].amount, second.balances[0].amount);

    let notification = customer.call("GET", &format!("/v1/accounts/{from}/camt.054"), None, &[]);
    let verdict = qenex_messages::judge(notification.body.as_slice(), Profile::Default, &Default::default());
    assert!(verdict.is_valid(), "{:#?}", verdict.findings.list());
    let notified = parse::<Notifications>(notification.body.as_slice()).expect("a notification").message;
    assert_eq!(notified.notifications[0].entries, told.entries);
    bank.user("other").refused("account_not_found", "GET", &format!("/v1/accounts/{from}/camt.053"), None);
}
