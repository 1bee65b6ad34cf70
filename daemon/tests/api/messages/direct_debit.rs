// SPDX-License-Identifier: MIT

//! Collections: pain.008, pacs.003, mandates.

use serde_json::{Value, json};

use super::texts::{CREDITOR, FOREIGN_BIC, FOREIGN_IBAN, collections, day, debit};
use super::{account, answer, answers, bank, own, send, sent, states, values};
use crate::harness::Client;

const OURS: &str = "COBADEFFXXX";

fn reasons(client: &mut Client, id: &str) -> Vec<String> {
    states(client, id).into_iter().map(|(state, reason)| reason.unwrap_or(state)).collect()
}

fn mandates(client: &mut Client) -> Vec<(String, String)> {
    let list = client.expect(200, "GET", "/v1/mandates", None, &[]);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mandates = list["mandates"].as_array().expect("mandates").iter();
    mandates.map(|mandate| (text(&mandate["mandate"]), text(&mandate["state"]))).collect()
}

#[test]
fn collected() {
    let bank = bank();
    let (creditor, creditor_iban) = account(&bank, "customer", "0.00");
    let (debtor, debtor_iban) = account(&bank, "other", "100.00");
    let mut operator = bank.user("operator");
    let lines = [
        ("C1", debtor_iban.as_str(), OURS, "40.00", "MANDATE-1"),
        ("C2", FOREIGN_IBAN, FOREIGN_BIC, "25.00", "MANDATE-2"),
        ("C3", debtor_iban.as_str(), OURS, "500.00", "MANDATE-3"),
    ];
    // Due on the last business day, so that it is due whatever day this is.
    let due = (0..7)
        .map(|back| day(-back))
        .find(|day| qenex_messages::calendar::is_business_day(day.parse().expect("a day")))
        .expect("a business day");
    let (id, state) = sent(&mut operator, &collections("L1", &creditor_iban, &due, "FRST", &lines));
    assert_eq!(state, "done");
    assert_eq!(reasons(&mut operator, &id), ["settled", "settled", "AM04"]);
    assert_eq!((operator.balance(&creditor), operator.balance(&debtor)), ("65.00".into(), "60.00".into()));
    assert_eq!(own(&bank), ("-25.00".into(), "0.00".into()));
    let debits = answer(&mut operator, &id, "pacs.003");
    assert_eq!((values(&debits, "EndToEndId"), values(&debits, "MndtId")), (vec!["C2"], vec!["MANDATE-2"]));
    assert_eq!(values(&answer(&mut operator, &id, "pain.002"), "TxSts"), ["ACSC", "ACSC", "RJCT"]);
    // The mandates were used: a first collection cannot follow, a recurrent one can, and nothing after the final one.
    for (message, sequence, expected) in
        [("L2", "FRST", "AG02"), ("L3", "RCUR", "settled"), ("L4", "FNAL", "settled"), ("L5", "RCUR", "MD01")]
    {
        let lines = [("C", debtor_iban.as_str(), OURS, "1.00", "MANDATE-1")];
        let (id, _) = sent(&mut operator, &collections(message, &creditor_iban, &due, sequence, &lines));
        assert_eq!(reasons(&mut operator, &id), [expected], "{message}");
    }
    assert_eq!(mandates(&mut operator)[0], ("MANDATE-1".into(), "finished".into()));
    // What was refused did not count: it may be made again, as the first.
    let lines = [("C", debtor_iban.as_str(), OURS, "500.00", "MANDATE-3")];
    for message in ["L5a", "L5b"] {
        let (id, _) = sent(&mut operator, &collections(message, &creditor_iban, &due, "OOFF", &lines));
        assert_eq!(reasons(&mut operator, &id), ["AM04"]);
    }
    // A mandate is for one debtor.
    let (_, third) = account(&bank, "other", "100.00");
    let lines = [("C", third.as_str(), OURS, "1.00", "MANDATE-3")];
    let (id, _) = sent(&mut operator, &collections("L6", &creditor_iban, &due, "RCUR", &lines));
    assert_eq!(reasons(&mut operator, &id), ["MD01"]);
    assert_eq!(operator.balance(&creditor), "67.00");
    // What comes back is taken from the creditor again.
    let text = super::texts::returned("RET", values(&debits, "MsgId")[0], values(&debits, "TxId")[0], "25.00", "MD06");
    let (_, state) = sent(&mut operator, &text);
    assert_eq!(
        (state.as_str(), operator.balance(&creditor).as_str(), own(&bank).0.as_str()),
        ("done", "42.00", "0.00")
    );
    // Before their day, collections at other banks go out at once, and are credited on it.
    let lines = [("C", FOREIGN_IBAN, FOREIGN_BIC, "3.00", "MANDATE-4")];
    let (id, state) = sent(&mut operator, &collections("L7", &creditor_iban, &day(10), "FRST", &lines));
    assert_eq!((state.as_str(), operator.balance(&creditor).as_str()), ("waiting", "42.00"));
    answer(&mut operator, &id, "pacs.003");
}

#[test]
fn customers_collect_only_under_mandates_of_theirs() {
    let bank = bank();
    let (creditor, creditor_iban) = account(&bank, "customer", "0.00");
    let (debtor, debtor_iban) = account(&bank, "other", "100.00");
    let mut customer = bank.user("customer");
    let mut operator = bank.user("operator");
    let due = day(-10);
    let lines = [("C1", debtor_iban.as_str(), OURS, "40.00", "MANDATE-1")];
    let (id, _) = sent(&mut customer, &collections("L1", &creditor_iban, &due, "FRST", &lines));
    assert_eq!((reasons(&mut customer, &id), operator.balance(&debtor)), (vec!["MD01".into()], "100.00".into()));
    let mandate = json!({ "creditor": CREDITOR, "mandate": "MANDATE-1", "scheme": "CORE", "debtor_account": debtor,
        "creditor_account": creditor, "signed": day(-100) });
    customer.refused("not_allowed", "POST", "/v1/mandates", Some(&mandate));
    let registered = operator.expect(201, "POST", "/v1/mandates", Some(&mandate), &[]);
    operator.expect(200, "POST", "/v1/mandates", Some(&mandate), &[]);
    let mut other = mandate.clone();
    other["scheme"] = "B2B".into();
    operator.refused("mandate_exists", "POST", "/v1/mandates", Some(&other));
    other["creditor"] = "DE99ZZZ09999999999".into();
    operator.refused("creditor_identifier", "POST", "/v1/mandates", Some(&other));
    let (id, _) = sent(&mut customer, &collections("L2", &creditor_iban, &due, "FRST", &lines));
    assert_eq!((reasons(&mut customer, &id), operator.balance(&debtor)), (vec!["settled".into()], "60.00".into()));
    // Nor into somebody else's account, nor under a mandate that has ended.
    let (_, theirs) = account(&bank, "other", "0.00");
    let (id, _) = sent(&mut customer, &collections("L3", &theirs, &due, "RCUR", &lines));
    assert_eq!(reasons(&mut customer, &id), ["AC01"]);
    let path = format!("/v1/mandates/{}/cancel", registered["number"].as_str().expect("a number"));
    assert_eq!(operator.expect(200, "POST", &path, None, &[])["state"], "cancelled");
    let (id, _) = sent(&mut customer, &collections("L4", &creditor_iban, &due, "RCUR", &lines));
    assert_eq!(reasons(&mut customer, &id), ["MD01"]);
    operator.refused("no_such_mandate", "POST", "/v1/mandates/99/cancel", None);
}

#[test]
fn debited_for_another_bank() {
    let bank = bank();
    let (debtor, iban) = account(&bank, "customer", "100.00");
    let mut operator = bank.user("operator");
    let today = day(0);
    let text = debit("D1", &iban, "30.00", (&today, "CORE", "FRST", "M-1"));
    let (id, state) = sent(&mut operator, &text);
    assert_eq!((state.as_str(), operator.balance(&debtor).as_str(), own(&bank).0.as_str()), ("done", "70.00", "30.00"));
    assert!(answers(&mut operator, &id).is_empty(), "silence is consent");
    assert_eq!(send(&mut operator, &text).status, 200);
    // Too much, a wrong sequence, no mandate between businesses, another bank's account: returned, for it has settled.
    for (message, iban, amount, kind, reason) in [
        ("D2", iban.as_str(), "500.00", ("CORE", "RCUR", "M-1"), "AM04"),
        ("D3", &iban, "1.00", ("CORE", "FRST", "M-1"), "AG02"),
        ("D4", &iban, "1.00", ("B2B", "FRST", "M-2"), "MD01"),
        ("D5", FOREIGN_IBAN, "1.00", ("CORE", "FRST", "M-3"), "AC01"),
    ] {
        let (instrument, sequence, mandate) = kind;
        let (id, _) = sent(&mut operator, &debit(message, iban, amount, (&today, instrument, sequence, mandate)));
        assert_eq!(states(&mut operator, &id), [("returned".into(), Some(reason.into()))], "{message}");
        let back = answer(&mut operator, &id, "pacs.004");
        assert!(back.contains(&format!("<Cd>{reason}</Cd>")), "{back}");
        // Before its day it would be rejected.
        let future = debit(&format!("{message}f"), iban, amount, (&day(9), instrument, sequence, mandate));
        let (id, state) = sent(&mut operator, &future);
        if reason == "AM04" {
            assert_eq!(state, "waiting", "until then there may be enough");
        } else {
            assert_eq!(values(&answer(&mut operator, &id, "pacs.002"), "TxSts"), ["RJCT"]);
        }
    }
    // Between businesses, a mandate that was confirmed.
    let mandate = json!({ "creditor": CREDITOR, "mandate": "M-2", "scheme": "B2B", "debtor_account": debtor,
        "signed": day(-100) });
    operator.expect(201, "POST", "/v1/mandates", Some(&mandate), &[]);
    let (id, _) = sent(&mut operator, &debit("D6", &iban, "1.00", (&today, "B2B", "OOFF", "M-2")));
    assert_eq!(reasons(&mut operator, &id), ["settled"]);
    assert_eq!((operator.balance(&debtor), own(&bank)), ("69.00".into(), ("31.00".into(), "0.00".into())));
}
