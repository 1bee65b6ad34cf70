// SPDX-License-Identifier: MIT

//! Payments asked back: camt.056 and camt.029, both ways.

use qenexd::config::RecallPolicy;
use serde_json::json;

use super::texts::{FOREIGN_IBAN, Initiation, day, recall, transfer};
use super::{account, answer, answers, bank, own, sent, states, values};
use crate::harness::{Bank, configuration, german_bank};

#[test]
fn an_operator_decides() {
    let bank = bank();
    let (to, iban) = account(&bank, "customer", "0.00");
    let mut operator = bank.user("operator");
    for message in ["P1", "P2", "P3"] {
        sent(&mut operator, &transfer(message, &iban, "10.00", &day(0), ""));
    }
    let (yes, state) = sent(&mut operator, &recall("RC1", "P1", "10.00"));
    assert_eq!((state.as_str(), answers(&mut operator, &yes).len()), ("waiting", 0));
    // Asked twice.
    let (twice, _) = sent(&mut operator, &recall("RC1b", "P1", "10.00"));
    assert_eq!(states(&mut operator, &twice), [("rejected".into(), Some("ARPL".into()))]);
    let path = |id: &str| format!("/v1/messages/{id}/decision");
    let accept = json!({ "accept": true });
    bank.user("customer").refused("not_allowed", "POST", &path(&yes), Some(&accept));
    operator.refused("unknown_reason", "POST", &path(&yes), Some(&json!({ "accept": false, "reason": "XXXX" })));
    operator.refused("unknown_reason", "POST", &path(&yes), Some(&json!({ "accept": false })));
    assert_eq!(operator.expect(200, "POST", &path(&yes), Some(&accept), &[])["state"], "done");
    operator.refused("message_state", "POST", &path(&yes), Some(&accept));
    assert_eq!(operator.balance(&to), "20.00");
    assert_eq!(values(&answer(&mut operator, &yes, "camt.029"), "TxCxlSts"), ["ACCR"]);
    let back = answer(&mut operator, &yes, "pacs.004");
    assert!(back.contains("<Cd>FOCR</Cd>") && values(&back, "OrgnlTxId") == ["P1-T"], "{back}");
    // No.
    let (no, _) = sent(&mut operator, &recall("RC2", "P2", "10.00"));
    operator.expect(200, "POST", &path(&no), Some(&json!({ "accept": false, "reason": "CUST" })), &[]);
    let told = answer(&mut operator, &no, "camt.029");
    assert!(values(&told, "TxCxlSts") == ["RJCR"] && told.contains("<Cd>CUST</Cd>"), "{told}");
    // What went back cannot go back again, nor what never came.
    for (message, original, reason) in [("RC3", "P1", "ARDT"), ("RC4", "P9", "NOOR")] {
        let (id, state) = sent(&mut operator, &recall(message, original, "10.00"));
        assert_eq!((state.as_str(), states(&mut operator, &id)[0].1.as_deref()), ("done", Some(reason)));
        assert!(answer(&mut operator, &id, "camt.029").contains(&format!("<Cd>{reason}</Cd>")));
    }
    // The customer has spent it.
    let body = crate::harness::transfer(&to, &to, "20.00");
    let other = account(&bank, "other", "0.00").0;
    let body = {
        let mut body = body;
        body["creditor_account"] = other.as_str().into();
        body["currency"] = "EUR".into();
        body
    };
    operator.expect(201, "POST", "/v1/transfers", Some(&body), &[]);
    let (late, _) = sent(&mut operator, &recall("RC5", "P3", "10.00"));
    operator.expect(200, "POST", &path(&late), Some(&accept), &[]);
    assert_eq!(states(&mut operator, &late), [("rejected".into(), Some("AM04".into()))]);
    assert!(answer(&mut operator, &late, "camt.029").contains("<Cd>AM04</Cd>"));
    assert_eq!(own(&bank), ("-20.00".into(), "0.00".into()));
}

#[test]
fn by_policy() {
    let mut configuration = configuration();
    let mut payments = german_bank();
    payments.recalls = RecallPolicy::Accept;
    configuration.payments = Some(payments);
    let bank = Bank::configured(configuration);
    let (to, iban) = account(&bank, "customer", "0.00");
    let mut operator = bank.user("operator");
    sent(&mut operator, &transfer("P1", &iban, "10.00", &day(0), ""));
    let (id, state) = sent(&mut operator, &recall("RC1", "P1", "10.00"));
    assert_eq!((state.as_str(), operator.balance(&to).as_str()), ("done", "0.00"));
    answer(&mut operator, &id, "pacs.004");
    assert_eq!(own(&bank), ("0.00".into(), "0.00".into()));
}

#[test]
fn asked_back_from_another_bank() {
    let bank = bank();
    let (from, from_iban) = account(&bank, "customer", "100.00");
    let mut operator = bank.user("operator");
    let lines = [("E1", FOREIGN_IBAN, "60.00")];
    let initiation = Initiation { message: "M1", debtor: &from_iban, batch: None, execution: day(0), lines: &lines };
    let (id, _) = sent(&mut operator, &initiation.text());
    let list = operator.expect(200, "GET", "/v1/messages?direction=out&definition=pacs.008", None, &[]);
    let out = list["messages"][0]["id"].as_str().expect("an id").to_owned();
    let path = format!("/v1/messages/{out}/recall");
    let body = json!({ "reason": "DUPL" });
    operator.refused("message_state", "POST", &format!("/v1/messages/{id}/recall"), Some(&body));
    operator.refused("unknown_reason", "POST", &path, Some(&json!({ "reason": "XXXX" })));
    let key = [("idempotency-key", "once")];
    let issued = operator.call("POST", &path, Some(&body), &key);
    assert_eq!(issued.status, 201, "{issued:?}");
    assert_eq!(operator.call("POST", &path, Some(&body), &key).status, 200);
    let text = answer(&mut operator, &out, "camt.056");
    let transaction = values(&text, "OrgnlTxId")[0].to_owned();
    // The answer is noted, the money comes by a return.
    let payment = answer(&mut operator, &id, "pacs.008");
    assert_eq!(values(&payment, "TxId"), [transaction.as_str()]);
    let name = values(&payment, "MsgId")[0];
    let (_, state) = sent(&mut operator, &super::texts::returned("RET1", name, &transaction, "60.00", "FOCR"));
    assert_eq!((state.as_str(), operator.balance(&from).as_str()), ("done", "100.00"));
    operator.refused("message_state", "POST", &path, Some(&body));
    assert_eq!(own(&bank), ("0.00".into(), "0.00".into()));
}
