// SPDX-License-Identifier: MIT

//! Mandates that are changed: by a collection that says so, and by an operator.

use serde_json::{Value, json};

use super::texts::{CREDITOR, FOREIGN_BIC, FOREIGN_IBAN, collections, day, debit};
use super::{account, bank, detail, sent, states};
use crate::harness::Client;

const OTHER_CREDITOR: &str = "DE02ABC09999999999";

/// The message with what was changed in its mandate.
fn amended(text: &str, what: &str) -> String {
    let with = format!("</DtOfSgntr><AmdmntInd>true</AmdmntInd><AmdmntInfDtls>{what}</AmdmntInfDtls>");
    text.replace("</DtOfSgntr>", &with)
}

fn original_account(iban: &str) -> String {
    format!("<OrgnlDbtrAcct><Id><IBAN>{iban}</IBAN></Id></OrgnlDbtrAcct>")
}

const MOVED: &str = "<OrgnlDbtrAcct><Id><Othr><Id>SMNDA</Id></Othr></Id></OrgnlDbtrAcct>";

/// Reference, creditor, account debited and state of each mandate.
fn mandates(client: &mut Client) -> Vec<[String; 4]> {
    let list = client.expect(200, "GET", "/v1/mandates", None, &[]);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mandates = list["mandates"].as_array().expect("mandates").iter();
    mandates.map(|one| ["mandate", "creditor", "debtor_account", "state"].map(|field| text(&one[field]))).collect()
}

fn outcome(client: &mut Client, id: &str) -> String {
    states(client, id).into_iter().map(|(state, reason)| reason.unwrap_or(state)).collect()
}

#[test]
fn by_another_banks_collection() {
    let bank = bank();
    let (first, first_iban) = account(&bank, "customer", "100.00");
    let (second, second_iban) = account(&bank, "customer", "100.00");
    let mut operator = bank.user("operator");
    let today = day(0);
    let (id, _) = sent(&mut operator, &debit("A1", &first_iban, "1.00", (&today, "CORE", "FRST", "OLD")));
    assert_eq!(outcome(&mut operator, &id), "settled");
    // Another reference: the same mandate, so that a first collection cannot follow.
    let renamed = "<OrgnlMndtId>OLD</OrgnlMndtId>";
    for (message, sequence, expected) in [("A2", "FRST", "AG02"), ("A3", "RCUR", "settled"), ("A4", "RCUR", "settled")]
    {
        let text = debit(message, &first_iban, "1.00", (&today, "CORE", sequence, "NEW"));
        let (id, _) = sent(&mut operator, &amended(&text, renamed));
        assert_eq!(outcome(&mut operator, &id), expected, "{message}");
        let noted = detail(&mut operator, &id).to_string().contains("\"amended\"");
        assert_eq!(noted, message == "A3", "it is changed once: {message}");
    }
    let row = |mandate: &str, account: &str| [mandate, CREDITOR, account, "in_use"].map(str::to_owned);
    assert_eq!(mandates(&mut operator), [row("NEW", &first)]);
    // Another account. The one before must be the mandate's; without an amendment it is refused.
    let text = |message| debit(message, &second_iban, "1.00", (&today, "CORE", "RCUR", "NEW"));
    for (message, what, expected) in [
        ("A5", text("A5"), "MD01"),
        ("A6", amended(&text("A6"), &original_account(&second_iban)), "MD01"),
        ("A7", amended(&text("A7"), &original_account(&first_iban)), "settled"),
        ("A8", text("A8"), "settled"),
    ] {
        let (id, _) = sent(&mut operator, &what);
        assert_eq!(outcome(&mut operator, &id), expected, "{message}");
    }
    assert_eq!(mandates(&mut operator), [row("NEW", &second)]);
    assert_eq!((operator.balance(&first), operator.balance(&second)), ("97.00".into(), "98.00".into()));
    // Another creditor identifier.
    let scheme = format!(
        "<OrgnlCdtrSchmeId><Id><PrvtId><Othr><Id>{CREDITOR}</Id><SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr></PrvtId></Id>\
         </OrgnlCdtrSchmeId>"
    );
    let text = debit("A9", &second_iban, "1.00", (&today, "CORE", "FNAL", "NEW"));
    let text = amended(&text.replace(CREDITOR, OTHER_CREDITOR), &scheme);
    let (id, _) = sent(&mut operator, &text);
    assert_eq!(outcome(&mut operator, &id), "settled");
    assert_eq!(mandates(&mut operator), [["NEW", OTHER_CREDITOR, second.as_str(), "finished"].map(str::to_owned)]);
}

#[test]
fn between_businesses_the_debtors_bank_is_told() {
    let bank = bank();
    let (first, first_iban) = account(&bank, "customer", "100.00");
    let (second, second_iban) = account(&bank, "customer", "100.00");
    let mut operator = bank.user("operator");
    let mandate =
        json!({ "creditor": CREDITOR, "mandate": "M", "scheme": "B2B", "debtor_account": first, "signed": day(-100) });
    let number = operator.expect(201, "POST", "/v1/mandates", Some(&mandate), &[])["number"].clone();
    let path = format!("/v1/mandates/{}", number.as_str().expect("a number"));
    let text = |message| {
        let text = debit(message, &second_iban, "1.00", (&day(0), "B2B", "RCUR", "M"));
        amended(&text, &original_account(&first_iban))
    };
    let (id, _) = sent(&mut operator, &text("B1"));
    assert_eq!(outcome(&mut operator, &id), "MD01");
    let change = json!({ "debtor_account": second });
    bank.user("customer").refused("not_allowed", "PATCH", &path, Some(&change));
    operator.refused("creditor_identifier", "PATCH", &path, Some(&json!({ "creditor": "DE99ZZZ09999999999" })));
    operator.refused("no_such_mandate", "PATCH", "/v1/mandates/99", Some(&change));
    assert_eq!(operator.expect(200, "PATCH", &path, Some(&change), &[])["debtor_account"], second.as_str());
    let (id, _) = sent(&mut operator, &text("B2"));
    assert_eq!((outcome(&mut operator, &id), operator.balance(&second)), ("settled".into(), "99.00".into()));
    // A name that another mandate has is not given twice.
    let other =
        json!({ "creditor": CREDITOR, "mandate": "N", "scheme": "B2B", "debtor_account": first, "signed": day(-100) });
    operator.expect(201, "POST", "/v1/mandates", Some(&other), &[]);
    operator.refused("mandate_exists", "PATCH", &path, Some(&json!({ "mandate": "N" })));
}

#[test]
fn customers_who_collect_change_no_debtor() {
    let bank = bank();
    let (creditor, creditor_iban) = account(&bank, "customer", "0.00");
    let (debtor, debtor_iban) = account(&bank, "other", "100.00");
    let (victim, victim_iban) = account(&bank, "other", "100.00");
    let mut customer = bank.user("customer");
    let mut operator = bank.user("operator");
    let mandate = json!({ "creditor": CREDITOR, "mandate": "M", "scheme": "CORE", "debtor_account": debtor,
        "creditor_account": creditor, "signed": day(-100) });
    operator.expect(201, "POST", "/v1/mandates", Some(&mandate), &[]);
    let due = day(-10);
    for (message, what) in [("C1", original_account(&debtor_iban)), ("C2", MOVED.into())] {
        let lines = [("E", victim_iban.as_str(), "COBADEFFXXX", "40.00", "M")];
        let text = amended(&collections(message, &creditor_iban, &due, "RCUR", &lines), &what);
        let (id, _) = sent(&mut customer, &text);
        assert_eq!(outcome(&mut customer, &id), "MD01", "{message}");
    }
    assert_eq!(operator.balance(&victim), "100.00");
    // That the debtor has gone to another bank is theirs to say: nobody here is debited.
    let lines = [("E", FOREIGN_IBAN, FOREIGN_BIC, "5.00", "M")];
    let text = amended(&collections("C3", &creditor_iban, &due, "RCUR", &lines), &original_account(&debtor_iban));
    let (id, _) = sent(&mut customer, &text);
    assert_eq!((outcome(&mut customer, &id), operator.balance(&creditor)), ("settled".into(), "5.00".into()));
    assert_eq!(mandates(&mut operator)[0][2], "");
}
