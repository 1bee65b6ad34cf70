// SPDX-License-Identifier: MIT

//! Until when payments are sent back, refunded and asked back.

use qenexd::config::RecallPolicy;
use serde_json::json;

use super::texts::{FOREIGN_IBAN, Initiation, day, debit, recall, returned, transfer};
use super::{account, answer, bank, own, sent, states, values};
use crate::harness::{Bank, configuration, german_bank};

#[test]
fn a_return_that_comes_too_late_is_rejected() {
    let bank = bank();
    let (from, from_iban) = account(&bank, "customer", "100.00");
    let mut operator = bank.user("operator");
    let lines = [("E1", FOREIGN_IBAN, "60.00")];
    let initiation = Initiation { message: "M1", debtor: &from_iban, batch: None, execution: day(0), lines: &lines };
    let (id, _) = sent(&mut operator, &initiation.text());
    let out = answer(&mut operator, &id, "pacs.008");
    let (name, transaction) = (values(&out, "MsgId")[0], values(&out, "TxId")[0]);
    let today = format!("<IntrBkSttlmDt>{}</IntrBkSttlmDt>", day(0));
    let on = |message, reason, days| {
        let settles = format!("<IntrBkSttlmDt>{}</IntrBkSttlmDt>", day(days));
        returned(message, name, transaction, "60.00", reason).replace(&today, &settles)
    };
    // Three business days are over after a fortnight at the latest.
    let (id, _) = sent(&mut operator, &on("R1", "AC04", 20));
    assert_eq!(states(&mut operator, &id), [("rejected".into(), Some("TM01".into()))]);
    assert!(answer(&mut operator, &id, "pacs.002").contains("<Cd>TM01</Cd>"));
    assert_eq!(operator.balance(&from), "40.00");
    // After a recall there is more time.
    let (id, state) = sent(&mut operator, &on("R2", "FOCR", 20));
    assert_eq!((state.as_str(), states(&mut operator, &id)[0].0.as_str()), ("waiting", "waiting"));
}

#[test]
fn collections_are_given_back() {
    let bank = bank();
    let (debtor, iban) = account(&bank, "customer", "100.00");
    let mut operator = bank.user("operator");
    let path = |id: &str| format!("/v1/messages/{id}/refund");
    let refund = |reason: &str| json!({ "place": 0, "reason": reason });
    let (id, _) = sent(&mut operator, &debit("D1", &iban, "30.00", (&day(-20), "CORE", "FRST", "M-1")));
    assert_eq!(operator.balance(&debtor), "70.00");
    bank.user("customer").refused("not_allowed", "POST", &path(&id), Some(&refund("MD06")));
    operator.refused("unknown_reason", "POST", &path(&id), Some(&refund("XXXX")));
    operator.refused("message_state", "POST", &path(&id), Some(&json!({ "place": 1, "reason": "MD06" })));
    operator.refused("no_such_message", "POST", &path(&"0".repeat(32)), Some(&refund("MD06")));
    // Too late for the bank's own reasons, not for the debtor's.
    operator.refused("message_state", "POST", &path(&id), Some(&refund("AC04")));
    for _ in 0..2 {
        assert_eq!(operator.expect(200, "POST", &path(&id), Some(&refund("MD06")), &[])["state"], "done");
        assert_eq!((operator.balance(&debtor), own(&bank)), ("100.00".into(), ("0.00".into(), "0.00".into())));
    }
    let back = answer(&mut operator, &id, "pacs.004");
    assert!(back.contains("<Cd>MD06</Cd>") && values(&back, "OrgnlTxId") == ["D1-T"], "{back}");
    operator.refused("message_state", "POST", &path(&id), Some(&refund("MD01")));
    // Eight weeks are over, thirteen months are not.
    let (id, _) = sent(&mut operator, &debit("D2", &iban, "30.00", (&day(-70), "CORE", "RCUR", "M-1")));
    operator.refused("message_state", "POST", &path(&id), Some(&refund("MD06")));
    operator.expect(200, "POST", &path(&id), Some(&refund("MD01")), &[]);
    // Between businesses there is no refund.
    let mandate = json!({ "creditor": super::texts::CREDITOR, "mandate": "M-2", "scheme": "B2B", "debtor_account": debtor,
        "signed": day(-100) });
    operator.expect(201, "POST", "/v1/mandates", Some(&mandate), &[]);
    let (id, _) = sent(&mut operator, &debit("D3", &iban, "30.00", (&day(0), "B2B", "FRST", "M-2")));
    operator.refused("unknown_reason", "POST", &path(&id), Some(&refund("MD06")));
    assert_eq!((operator.balance(&debtor), own(&bank)), ("70.00".into(), ("30.00".into(), "0.00".into())));
}

#[test]
fn a_recall_that_comes_too_late_is_not_accepted_by_policy() {
    let mut configuration = configuration();
    let mut payments = german_bank();
    payments.recalls = RecallPolicy::Accept;
    configuration.payments = Some(payments);
    let bank = Bank::configured(configuration);
    let (to, iban) = account(&bank, "customer", "0.00");
    let mut operator = bank.user("operator");
    for (message, days) in [("P1", -30), ("P2", 0)] {
        sent(&mut operator, &transfer(message, &iban, "10.00", &day(days), ""));
    }
    let states: Vec<String> = [("RC1", "P1"), ("RC2", "P2")]
        .iter()
        .map(|(message, original)| sent(&mut operator, &recall(message, original, "10.00")).1)
        .collect();
    assert_eq!((states.as_slice(), operator.balance(&to)), (&["waiting".into(), "done".into()][..], "10.00".into()));
}
