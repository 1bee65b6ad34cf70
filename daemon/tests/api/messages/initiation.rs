// SPDX-License-Identifier: MIT

//! Customers pay: pain.001, answered by pain.002, going out as pacs.008.

use serde_json::json;

use super::texts::{FOREIGN_IBAN, Initiation, day};
use super::{account, answer, answers, bank, detail, own, send, sent, states, values};

fn some(text: &str) -> Option<String> {
    Some(text.into())
}

#[test]
fn on_us_elsewhere_and_too_much() {
    let bank = bank();
    let (from, from_iban) = account(&bank, "customer", "1000.00");
    let (to, to_iban) = account(&bank, "other", "0.00");
    let mut customer = bank.user("customer");
    let lines = [("E1", to_iban.as_str(), "100.00"), ("E2", FOREIGN_IBAN, "250.50"), ("E3", FOREIGN_IBAN, "5000.00")];
    let initiation = Initiation { message: "M1", debtor: &from_iban, batch: None, execution: day(0), lines: &lines };
    let (id, state) = sent(&mut customer, &initiation.text());
    assert_eq!(state, "done", "{:#}", detail(&mut customer, &id));
    let expected = [("settled".into(), None), ("settled".into(), None), ("rejected".into(), some("AM04"))];
    assert_eq!(states(&mut customer, &id), expected);
    assert_eq!((customer.balance(&from), bank.user("other").balance(&to)), ("649.50".into(), "100.00".into()));
    assert_eq!(own(&bank), ("250.50".into(), "0.00".into()));
    // What the customer is told.
    let report = answer(&mut customer, &id, "pain.002");
    assert_eq!(values(&report, "TxSts"), ["ACSC", "ACSP", "RJCT"]);
    assert_eq!((values(&report, "GrpSts"), values(&report, "PmtInfSts")), (vec!["PART"], vec!["PART"]));
    assert_eq!(values(&report, "OrgnlEndToEndId"), ["E1", "E2", "E3"]);
    assert!(report.contains("<Cd>AM04</Cd>"), "{report}");
    // What goes to the other bank is not theirs to see.
    assert_eq!(answers(&mut customer, &id).len(), 1);
    let mut operator = bank.user("operator");
    let payment = answer(&mut operator, &id, "pacs.008");
    assert_eq!(values(&payment, "EndToEndId"), ["E2"]);
    assert!(payment.contains("<IntrBkSttlmAmt Ccy=\"EUR\">250.50</IntrBkSttlmAmt>"), "{payment}");
    assert!(payment.contains("COBADEFFXXX") && payment.contains(FOREIGN_IBAN), "{payment}");
    // The posting carries the reference by which the payment is followed.
    let shown = detail(&mut operator, &id);
    let posting = &shown["payments"][1]["postings"][0];
    let path = format!("/v1/transfers/{}", posting["id"].as_str().expect("an id"));
    let entry = operator.expect(200, "GET", &path, None, &[]);
    assert_eq!((&entry["sequence"], &entry["durable"]), (&posting["sequence"], &json!(true)));
    assert_eq!(entry["reference"].as_str(), Some(values(&payment, "UETR")[0]));
}

#[test]
fn sent_again_it_is_not_done_again() {
    let bank = bank();
    let (from, from_iban) = account(&bank, "customer", "1000.00");
    let (_, to_iban) = account(&bank, "other", "0.00");
    let mut customer = bank.user("customer");
    let lines = [("E1", to_iban.as_str(), "100.00")];
    let initiation = Initiation { message: "M1", debtor: &from_iban, batch: None, execution: day(0), lines: &lines };
    let (id, _) = sent(&mut customer, &initiation.text());
    for _ in 0..2 {
        let again = send(&mut customer, &initiation.text());
        assert_eq!((again.status, again.header("idempotent-replayed")), (200, Some("true")));
        assert_eq!(again.json()["id"], id.as_str());
    }
    // Another message with its identifier is refused, and answered.
    let lines = [("E1", to_iban.as_str(), "101.00")];
    let other = Initiation { lines: &lines, ..initiation };
    let (second, state) = sent(&mut customer, &other.text());
    assert_eq!(state, "refused");
    let report = answer(&mut customer, &second, "pain.002");
    assert!(report.contains("<Cd>AM05</Cd>") && values(&report, "GrpSts") == ["RJCT"], "{report}");
    // Somebody else's identifiers are their own.
    let (_, state) = sent(&mut bank.user("operator"), &other.text());
    assert_eq!(state, "done");
    assert_eq!(customer.balance(&from), "799.00");
    // A key names one message.
    let headers = [("content-type", "text/xml"), ("idempotency-key", "k")];
    let first = Initiation { message: "M2", ..other }.text();
    assert_eq!(customer.raw("POST", "/v1/messages", first.as_bytes(), &headers).status, 201);
    assert_eq!(customer.raw("POST", "/v1/messages", first.as_bytes(), &headers).status, 200);
    let reused = customer.raw("POST", "/v1/messages", b"<a/>", &headers);
    assert_eq!(reused.problem(), "idempotency_key_reused");
}

#[test]
fn batch_booking() {
    let bank = bank();
    let (from, from_iban) = account(&bank, "customer", "1000.00");
    let (to, to_iban) = account(&bank, "other", "0.00");
    let (closed, closed_iban) = account(&bank, "other", "0.00");
    let mut operator = bank.user("operator");
    operator.expect(200, "PATCH", &format!("/v1/accounts/{closed}"), Some(&json!({ "closed": true })), &[]);
    let mut customer = bank.user("customer");
    let lines = [
        ("E1", to_iban.as_str(), "100.00"),
        ("E2", FOREIGN_IBAN, "200.00"),
        ("E3", closed_iban.as_str(), "50.00"),
        ("E4", to_iban.as_str(), "25.00"),
    ];
    let initiation =
        Initiation { message: "B1", debtor: &from_iban, batch: Some(true), execution: day(0), lines: &lines };
    let (id, _) = sent(&mut customer, &initiation.text());
    let expected = [
        ("settled".into(), None),
        ("settled".into(), None),
        ("rejected".into(), some("AC04")),
        ("settled".into(), None),
    ];
    assert_eq!(states(&mut customer, &id), expected);
    // One debit on the statement, of what is executed.
    let statement = customer.expect(200, "GET", &format!("/v1/accounts/{from}/statement"), None, &[]);
    let lines_of_statement = statement["lines"].as_array().expect("lines");
    let changes: Vec<&str> = lines_of_statement.iter().filter_map(|line| line["change"].as_str()).collect();
    assert_eq!(changes.last(), Some(&"-325.00"), "{changes:?}");
    assert_eq!((customer.balance(&from), bank.user("other").balance(&to)), ("675.00".into(), "125.00".into()));
    assert_eq!(own(&bank), ("200.00".into(), "0.00".into()));
    // Too much for all of them together is too much for each.
    let lines = [("E5", to_iban.as_str(), "600.00"), ("E6", FOREIGN_IBAN, "600.00")];
    let initiation = Initiation { message: "B2", lines: &lines, ..initiation };
    let (id, _) = sent(&mut customer, &initiation.text());
    assert_eq!(states(&mut customer, &id), vec![("rejected".into(), some("AM04")); 2]);
    assert_eq!(customer.balance(&from), "675.00");
    // Without batch booking, the first fits.
    let initiation = Initiation { message: "B3", batch: Some(false), ..initiation };
    let (id, _) = sent(&mut customer, &initiation.text());
    assert_eq!(states(&mut customer, &id), [("settled".into(), None), ("rejected".into(), some("AM04"))]);
    assert_eq!(own(&bank), ("200.00".into(), "0.00".into()));
}

#[test]
fn why_not() {
    let bank = bank();
    let (from, from_iban) = account(&bank, "customer", "1000.00");
    let (_, foreign) = account(&bank, "other", "1000.00");
    let (frozen, frozen_iban) = account(&bank, "other", "0.00");
    let dollars = bank.open_account(bank.owner("other"), "USD", "0.00");
    let mut operator = bank.user("operator");
    operator.expect(200, "PATCH", &format!("/v1/accounts/{frozen}"), Some(&json!({ "credits_frozen": true })), &[]);
    let mut customer = bank.user("customer");
    // No such account at this bank: the check digits are right, the number was never given.
    let nobody = {
        let bban = format!("37040044{:010}", 4_711);
        qenex_messages::identifiers::Iban::from_bban("DE", &bban).expect("an IBAN").to_string()
    };
    let dollar_iban = dollars["iban"].as_str().expect("an IBAN");
    let lines = [
        ("E1", nobody.as_str(), "1.00"),
        ("E2", frozen_iban.as_str(), "1.00"),
        ("E3", dollar_iban, "1.00"),
        ("E4", from_iban.as_str(), "1.00"),
        ("E5", FOREIGN_IBAN, "0.00"),
    ];
    let initiation = Initiation { message: "W1", debtor: &from_iban, batch: None, execution: day(0), lines: &lines };
    let (id, _) = sent(&mut customer, &initiation.text());
    let reasons: Vec<_> = states(&mut customer, &id).into_iter().map(|(_, reason)| reason.expect("a reason")).collect();
    assert_eq!(reasons, ["AC01", "AC06", "AM03", "AG01", "AM01"]);
    // Somebody else's account is none.
    let lines = [("E1", from_iban.as_str(), "1.00")];
    let theirs = Initiation { message: "W2", debtor: &foreign, lines: &lines, execution: day(0), batch: None };
    let (id, _) = sent(&mut customer, &theirs.text());
    assert_eq!(states(&mut customer, &id), [("rejected".into(), some("AC01"))]);
    // Nor is one of another bank.
    let theirs = Initiation { message: "W3", debtor: FOREIGN_IBAN, ..theirs };
    let (id, _) = sent(&mut operator, &theirs.text());
    assert_eq!(states(&mut operator, &id), [("rejected".into(), some("AC01"))]);
    assert_eq!(customer.balance(&from), "1000.00");
}

#[test]
fn on_a_day_to_come() {
    let mut bank = bank();
    let (from, from_iban) = account(&bank, "customer", "1000.00");
    let (_, to_iban) = account(&bank, "other", "0.00");
    let mut customer = bank.user("customer");
    let lines = [("E1", to_iban.as_str(), "100.00"), ("E2", FOREIGN_IBAN, "50.00")];
    let initiation = Initiation { message: "D1", debtor: &from_iban, batch: None, execution: day(3), lines: &lines };
    let (id, state) = sent(&mut customer, &initiation.text());
    assert_eq!((state.as_str(), customer.balance(&from).as_str()), ("waiting", "1000.00"));
    assert_eq!(values(&answer(&mut customer, &id, "pain.002"), "TxSts"), ["PDNG", "PDNG"]);
    let initiation = Initiation { message: "D2", execution: day(800), ..initiation };
    let (far, _) = sent(&mut customer, &initiation.text());
    assert_eq!(states(&mut customer, &far), vec![("rejected".into(), some("DT01")); 2]);
    drop(customer);
    // The day comes.
    bank.reopen_after(|directory| {
        let messages = rusqlite::Connection::open(directory.join("messages.sqlite")).expect("the database");
        messages.execute("UPDATE payment SET due = due - 4 WHERE state = 'waiting'", []).expect("changed");
        messages.execute("UPDATE message SET due = due - 4 WHERE state = 'waiting'", []).expect("changed");
    });
    let mut customer = bank.user("customer");
    let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while detail(&mut customer, &id)["message"]["state"] != "done" {
        assert!(std::time::Instant::now() < until, "{:#}", detail(&mut customer, &id));
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!((customer.balance(&from), own(&bank)), ("850.00".into(), ("50.00".into(), "0.00".into())));
    let reports = answers(&mut customer, &id);
    assert_eq!(reports.iter().map(|(_, text)| values(text, "GrpSts")[0]).collect::<Vec<_>>(), ["PDNG", "ACSP"]);
    assert_eq!(values(&answer(&mut bank.user("operator"), &id, "pacs.008"), "EndToEndId"), ["E2"]);
}

#[test]
fn many_at_once() {
    let bank = bank();
    let (from, from_iban) = account(&bank, "customer", "100000.00");
    let (to, to_iban) = account(&bank, "other", "0.00");
    let names: Vec<String> = (0..5000).map(|number| format!("E{number}")).collect();
    let lines: Vec<_> = names.iter().map(|name| (name.as_str(), to_iban.as_str(), "1.00")).collect();
    let mut customer = bank.user("customer");
    for (message, batch) in [("M1", None), ("M2", Some(true))] {
        let initiation = Initiation { message, debtor: &from_iban, batch, execution: day(0), lines: &lines };
        let begun = std::time::Instant::now();
        let (id, state) = sent(&mut customer, &initiation.text());
        println!("{} payments, batch {batch:?}: {:?}", lines.len(), begun.elapsed());
        assert_eq!(state, "done");
        assert_eq!(values(&answer(&mut customer, &id, "pain.002"), "GrpSts"), ["ACSC"]);
    }
    assert_eq!((customer.balance(&from), bank.user("other").balance(&to)), ("90000.00".into(), "10000.00".into()));
    assert_eq!(own(&bank).1, "0.00");
}

#[test]
fn what_is_wrong_is_kept_and_moves_nothing() {
    let bank = bank();
    let (from, from_iban) = account(&bank, "customer", "1000.00");
    let mut customer = bank.user("customer");
    let lines = [("E1", FOREIGN_IBAN, "100.00")];
    let text = Initiation { message: "X1", debtor: &from_iban, batch: None, execution: day(0), lines: &lines }.text();
    // A wrong sum: read, refused and answered.
    let (id, state) = sent(&mut customer, &text.replace("<CtrlSum>100.00<", "<CtrlSum>100.01<"));
    assert_eq!(state, "refused");
    let shown = detail(&mut customer, &id);
    assert!(shown["findings"].as_array().is_some_and(|findings| !findings.is_empty()), "{shown:#}");
    let report = answer(&mut customer, &id, "pain.002");
    assert_eq!(values(&report, "GrpSts"), ["RJCT"]);
    // Against the schema, cut off, with an account number that nobody can have: kept with what is wrong.
    let cut = &text[..text.len() / 2];
    let digits = text.replacen(&from_iban[2..4], "00", 1);
    for wrong in [text.replace("<PmtMtd>TRF</PmtMtd>", "<Nonsense/>").as_str(), cut, digits.as_str()] {
        let (id, state) = sent(&mut customer, wrong);
        assert_eq!(state, "refused", "{wrong}");
        let path = format!("/v1/messages/{id}/original");
        assert_eq!(customer.call("GET", &path, None, &[]).body, wrong.as_bytes());
    }
    // No message at all is not kept.
    for junk in ["", "hello", "<a/>", "\u{0}", "<?xml version=\"1.0\"?><!DOCTYPE a []><a/>"] {
        assert_eq!(send(&mut customer, junk).problem(), "not_a_message", "{junk}");
    }
    let json = customer.raw("POST", "/v1/messages", b"{}", &[("content-type", "application/json")]);
    assert_eq!(json.problem(), "unsupported_media_type");
    // The identifier is still free.
    let (_, state) = sent(&mut customer, &text);
    assert_eq!((state.as_str(), customer.balance(&from).as_str()), ("done", "900.00"));
    // By page, state and identifier.
    let list = customer.expect(200, "GET", "/v1/messages?state=refused&limit=2", None, &[]);
    assert_eq!(list["messages"].as_array().map(Vec::len), Some(2));
    let next = list["next"].as_str().expect("more");
    let list = customer.expect(200, "GET", &format!("/v1/messages?state=refused&after={next}"), None, &[]);
    assert_eq!(list["messages"].as_array().map(Vec::len), Some(2));
    let list = customer.expect(200, "GET", "/v1/messages?reference=X1&direction=in&state=done", None, &[]);
    assert_eq!(list["messages"].as_array().map(Vec::len), Some(1));
    // Others see nothing of it.
    let none = bank.user("other").expect(200, "GET", "/v1/messages", None, &[]);
    assert_eq!(none["messages"], json!([]));
    bank.user("other").refused("no_such_message", "GET", &format!("/v1/messages/{id}"), None);
    assert!(bank.user("auditor").call("GET", &format!("/v1/messages/{id}"), None, &[]).status == 200);
    let metrics = bank.anybody().call("GET", "/metrics", None, &[]);
    let metrics = String::from_utf8_lossy(&metrics.body).into_owned();
    let line = "qenex_messages{definition=\"pain.001.001.09\",state=\"refused\"} 4";
    assert!(metrics.lines().any(|known| known == line), "{metrics}");
}

#[test]
fn a_bank_that_does_not_say_which_it_is_takes_no_messages() {
    let bank = crate::harness::Bank::open();
    let answer = send(&mut bank.user("operator"), "<a/>");
    assert_eq!(answer.problem(), "payments_not_configured");
}
