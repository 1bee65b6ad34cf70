// SPDX-License-Identifier: MIT

//! Between banks: pacs.008 and MT103 in, pacs.004 out and in, pacs.002.

use serde_json::json;

use super::texts::{FOREIGN_BIC, FOREIGN_IBAN, Initiation, day, returned, transfer};
use super::{account, answer, answers, bank, detail, own, send, sent, states, values};

#[test]
fn credited() {
    let bank = bank();
    let (to, iban) = account(&bank, "customer", "0.00");
    let mut operator = bank.user("operator");
    let text = transfer("P1", &iban, "75.25", &day(0), "");
    let (id, state) = sent(&mut operator, &text);
    assert_eq!(state, "done", "{:#}", detail(&mut operator, &id));
    assert_eq!((operator.balance(&to), own(&bank)), ("75.25".into(), ("-75.25".into(), "0.00".into())));
    let status = answer(&mut operator, &id, "pacs.002");
    assert_eq!((values(&status, "TxSts"), values(&status, "OrgnlTxId")), (vec!["ACSC"], vec!["P1-T"]));
    // Sent again, by itself or in another message: once.
    assert_eq!(send(&mut operator, &text).status, 200);
    let (again, _) = sent(&mut operator, &text.replace("<MsgId>P1<", "<MsgId>P1b<"));
    assert_eq!(states(&mut operator, &again), [("rejected".into(), Some("AM05".into()))]);
    assert_eq!(operator.balance(&to), "75.25");
    // Customers hand in no messages of other banks.
    let refused = send(&mut bank.user("customer"), &transfer("P9", &iban, "1000.00", &day(0), ""));
    assert_eq!((refused.problem().as_str(), operator.balance(&to).as_str()), ("not_allowed", "75.25"));
    // Before its day it waits.
    let (id, state) = sent(&mut operator, &transfer("P2", &iban, "5.00", &day(2), ""));
    assert_eq!((state.as_str(), values(&answer(&mut operator, &id, "pacs.002"), "TxSts")), ("waiting", vec!["PDNG"]));
    assert_eq!(operator.balance(&to), "75.25");
}

#[test]
fn sent_back() {
    let bank = bank();
    let (closed, closed_iban) = account(&bank, "customer", "0.00");
    let (frozen, frozen_iban) = account(&bank, "customer", "0.00");
    let mut operator = bank.user("operator");
    operator.expect(200, "PATCH", &format!("/v1/accounts/{closed}"), Some(&json!({ "closed": true })), &[]);
    operator.expect(200, "PATCH", &format!("/v1/accounts/{frozen}"), Some(&json!({ "credits_frozen": true })), &[]);
    for (message, iban, reason) in
        [("R1", closed_iban.as_str(), "AC04"), ("R2", &frozen_iban, "AC06"), ("R3", FOREIGN_IBAN, "AC01")]
    {
        // It has settled: the money goes back by a return.
        let (id, state) = sent(&mut operator, &transfer(message, iban, "10.00", &day(0), ""));
        assert_eq!(
            (state.as_str(), states(&mut operator, &id)),
            ("done", vec![("returned".into(), Some(reason.into()))])
        );
        let back = answer(&mut operator, &id, "pacs.004");
        assert!(back.contains(&format!("<Cd>{reason}</Cd>")) && back.contains(&format!("<OrgnlTxId>{message}-T<")));
        assert_eq!(answers(&mut operator, &id).len(), 1);
        let postings = detail(&mut operator, &id)["payments"][0]["postings"].as_array().map(Vec::len);
        assert_eq!(postings, Some(2), "it came and went");
        // An instant payment has not, nor has one of a day to come: they are rejected.
        for (message, day, instrument) in [("i", day(0), "INST"), ("f", day(2), "")] {
            let message = format!("{reason}{message}");
            let (id, _) = sent(&mut operator, &transfer(&message, iban, "10.00", &day, instrument));
            assert_eq!(states(&mut operator, &id), [("rejected".into(), Some(reason.into()))]);
            assert_eq!(values(&answer(&mut operator, &id, "pacs.002"), "TxSts"), ["RJCT"]);
        }
    }
    assert_eq!(own(&bank), ("0.00".into(), "0.00".into()));
}

#[test]
fn what_was_sent_comes_back() {
    let bank = bank();
    let (from, from_iban) = account(&bank, "customer", "1000.00");
    let mut operator = bank.user("operator");
    let lines = [("E1", FOREIGN_IBAN, "250.00"), ("E2", FOREIGN_IBAN, "50.00"), ("E3", FOREIGN_IBAN, "30.00")];
    let initiation =
        Initiation { message: "M1", debtor: &from_iban, batch: Some(true), execution: day(0), lines: &lines };
    let (id, _) = sent(&mut operator, &initiation.text());
    assert_eq!((operator.balance(&from), own(&bank).0), ("670.00".into(), "330.00".into()));
    let payment = answer(&mut operator, &id, "pacs.008");
    let (message, transactions) = (values(&payment, "MsgId")[0], values(&payment, "TxId"));
    let text = returned("RET1", message, transactions[0], "250.00", "AC04");
    let (back, state) = sent(&mut operator, &text);
    assert_eq!(
        (state.as_str(), operator.balance(&from).as_str()),
        ("done", "920.00"),
        "{:#}",
        detail(&mut operator, &back)
    );
    // Once, in whatever message; not more than was sent; nothing that was never sent.
    assert_eq!(send(&mut operator, &text).status, 200);
    for (name, transaction, amount, reason) in [
        ("RET2", transactions[0], "250.00", "AM05"),
        ("RET3", transactions[1], "50.01", "AM09"),
        ("RET4", "never-sent", "1.00", "NARR"),
    ] {
        let (id, _) = sent(&mut operator, &returned(name, message, transaction, amount, "AC04"));
        assert_eq!(states(&mut operator, &id), [("rejected".into(), Some(reason.into()))]);
        assert_eq!(values(&answer(&mut operator, &id, "pacs.002"), "TxSts"), ["RJCT"]);
    }
    // A part of it, less charges.
    let (id, _) = sent(&mut operator, &returned("RET5", message, transactions[1], "49.00", "AC04"));
    assert_eq!((states(&mut operator, &id)[0].0.as_str(), operator.balance(&from).as_str()), ("settled", "969.00"));
    // One that the next bank rejects comes back, too.
    let (id, _) = sent(&mut operator, &super::texts::rejected("ST1", message, transactions[2], "AC01"));
    assert_eq!((states(&mut operator, &id)[0].0.as_str(), operator.balance(&from).as_str()), ("settled", "999.00"));
    assert_eq!(own(&bank), ("1.00".into(), "0.00".into()));
}

#[test]
fn an_account_that_is_gone_does_not_stop_a_return() {
    let bank = bank();
    let (from, from_iban) = account(&bank, "customer", "100.00");
    let mut operator = bank.user("operator");
    let lines = [("E1", FOREIGN_IBAN, "100.00")];
    let initiation = Initiation { message: "M1", debtor: &from_iban, batch: None, execution: day(0), lines: &lines };
    let (id, _) = sent(&mut operator, &initiation.text());
    operator.expect(200, "PATCH", &format!("/v1/accounts/{from}"), Some(&json!({ "closed": true })), &[]);
    let payment = answer(&mut operator, &id, "pacs.008");
    let text = returned("RET1", values(&payment, "MsgId")[0], values(&payment, "TxId")[0], "100.00", "AC04");
    let (_, state) = sent(&mut operator, &text);
    // The money is there, and waits in the clearing account for somebody to look at it.
    assert_eq!((state.as_str(), own(&bank)), ("done", ("0.00".into(), "100.00".into())));
}

#[test]
fn swift_mt103() {
    let bank = bank();
    let (to, iban) = account(&bank, "customer", "0.00");
    let mut operator = bank.user("operator");
    let date = day(0).replace('-', "")[2..].to_owned();
    let text = format!(
        "{{1:F01COBADEFFAXXX0000000000}}{{2:O1031200{date}BNPAFRPPAXXX0000000002{date}1200N}}\
         {{3:{{121:eb6305c9-1f7f-49de-aed0-16487c27b42d}}}}{{4:\r\n:20:REF1\r\n:23B:CRED\r\n:32A:{date}EUR12,50\r\n\
         :33B:EUR12,50\r\n:50K:/{FOREIGN_IBAN}\r\nPAYER\r\nPARIS\r\n:59:/{iban}\r\nPAYEE\r\nKOELN\r\n:70:INVOICE 7\r\n\
         :71A:SHA\r\n-}}"
    );
    let headers = [("content-type", "text/plain")];
    let answer = operator.raw("POST", "/v1/messages", text.as_bytes(), &headers);
    assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
    let id = answer.json()["id"].as_str().expect("an id").to_owned();
    assert_eq!(answer.json()["state"], "done", "{:#}", detail(&mut operator, &id));
    assert_eq!((operator.balance(&to), own(&bank).0), ("12.50".into(), "-12.50".into()));
    assert!(detail(&mut operator, &id)["message"]["definition"].as_str().is_some_and(|name| name.starts_with("MT103")));
    assert_eq!(operator.raw("POST", "/v1/messages", text.as_bytes(), &headers).status, 200);
}

#[test]
fn as_the_scheme_wants_it() {
    use qenex_messages::rules::Profile;
    let bank = bank();
    let (_, iban) = account(&bank, "customer", "1000.00");
    let mut operator = bank.user("operator");
    let lines = [("E1", FOREIGN_IBAN, "250.00"), ("E2", FOREIGN_IBAN, "5000.00")];
    let text = Initiation { message: "M1", debtor: &iban, batch: None, execution: day(0), lines: &lines }.text();
    let sepa = "<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf>";
    // Which bank the IBAN leads to, only a directory could tell: the customer does.
    let agent = format!("<CdtrAgt><FinInstnId><BICFI>{FOREIGN_BIC}</BICFI></FinInstnId></CdtrAgt>");
    let text = text.replace("<ReqdExctnDt>", &format!("{sepa}<ReqdExctnDt>"));
    let text = text.replace("<Cdtr><Nm>", &format!("{agent}<Cdtr><Nm>"));
    let path = "/v1/messages?profile=sepa-sct";
    let headers = [("content-type", "application/xml")];
    let sent_in = operator.raw("POST", path, text.as_bytes(), &headers).json();
    let paid = sent_in["id"].as_str().expect("an id").to_owned();
    assert_eq!(sent_in["state"], "done", "{:#}", detail(&mut operator, &paid));
    let (back, _) = sent(
        &mut operator,
        &transfer("R1", FOREIGN_IBAN, "10.00", &day(0), "")
            .replace("<IntrBkSttlmAmt Ccy", &format!("{sepa}<IntrBkSttlmAmt Ccy")),
    );
    for (id, count) in [(paid, 2), (back, 1)] {
        let all = answers(&mut operator, &id);
        assert_eq!(all.len(), count);
        for (definition, text) in all {
            let verdict = qenex_messages::judge(text.as_bytes(), Profile::SepaSct, &Default::default());
            assert!(verdict.is_valid(), "{definition}: {:#?}\n{text}", verdict.findings.list());
        }
    }
}
