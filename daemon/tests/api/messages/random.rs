// SPDX-License-Identifier: MIT

//! Messages with random damage: never an error of the server, never money from nowhere.

use std::cell::RefCell;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};

use super::texts::{FOREIGN_IBAN, Initiation, collections, day, debit, recall, returned, transfer};
use super::{account, bank, own, send};

/// What happens to a text.
#[derive(Clone, Debug)]
enum Damage {
    Byte(Index, u8),
    Cut(Index),
    Twice(Index, Index),
    Away(Index, Index),
    Digit(Index, u8),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        1 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Byte(at, byte)),
        1 => any::<Index>().prop_map(Damage::Cut),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Damage::Twice(from, to)),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Damage::Away(from, to)),
        4 => (any::<Index>(), b'0'..=b'9').prop_map(|(at, digit)| Damage::Digit(at, digit)),
    ]
}

fn damaged(mut text: Vec<u8>, damage: &Damage) -> Vec<u8> {
    let length = text.len();
    match damage {
        Damage::Byte(at, byte) => text[at.index(length)] = *byte,
        Damage::Cut(at) => text.truncate(at.index(length)),
        Damage::Twice(from, to) | Damage::Away(from, to) => {
            // From one tag to another, so that much of it stays well-formed.
            let tags: Vec<usize> =
                text.iter().enumerate().filter(|(_, byte)| **byte == b'<').map(|(at, _)| at).collect();
            if tags.is_empty() {
                return text;
            }
            let (from, to) = (tags[from.index(tags.len())], tags[to.index(tags.len())]);
            let range = from.min(to)..from.max(to);
            let piece = text[range.clone()].to_vec();
            match damage {
                Damage::Twice(..) => drop(text.splice(range.end..range.end, piece)),
                _ => drop(text.drain(range)),
            }
        }
        Damage::Digit(at, digit) => {
            let digits: Vec<usize> =
                text.iter().enumerate().filter(|(_, byte)| byte.is_ascii_digit()).map(|(at, _)| at).collect();
            if !digits.is_empty() {
                text[digits[at.index(digits.len())]] = *digit;
            }
        }
    }
    text
}

#[test]
fn damaged_messages() {
    let bank = bank();
    let (_, first) = account(&bank, "customer", "1000.00");
    let (_, second) = account(&bank, "other", "1000.00");
    let lines = [("E1", second.as_str(), "1.00"), ("E2", FOREIGN_IBAN, "2.00")];
    let initiation =
        Initiation { message: "M100000", debtor: &first, batch: Some(true), execution: day(0), lines: &lines };
    let collected = [("C1", second.as_str(), "COBADEFFXXX", "5.00", "MANDATE-1")];
    let texts = vec![
        initiation.text(),
        transfer("P100000", &second, "30.00", &day(0), ""),
        collections("L100000", &first, &day(-10), "RCUR", &collected),
        debit("D100000", &first, "3.00", (&day(0), "CORE", "RCUR", "M-1")),
        recall("RC10000", "P100000", "30.00"),
        returned("RE10000", "x", "y", "1.00", "AC04"),
    ];
    let client = RefCell::new(bank.user("operator"));
    let cases = std::env::var("QENEX_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(600);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let texts = (proptest::sample::select(texts), proptest::collection::vec(damage(), 0..3));
    let outcome = runner.run(&texts, |(text, damages)| {
        let text = damages
            .iter()
            .fold(text.into_bytes(), |text, damage| if text.is_empty() { text } else { damaged(text, damage) });
        let mut client = client.borrow_mut();
        let headers = [("content-type", "application/xml")];
        let answer = client.raw("POST", "/v1/messages", &text, &headers);
        prop_assert!(answer.status < 500, "{}: {:?}", String::from_utf8_lossy(&text), answer);
        // All that can be done is done.
        let state = answer.json()["state"].as_str().unwrap_or_default().to_owned();
        prop_assert!(state != "received", "{}", String::from_utf8_lossy(&text));
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    assert_eq!(own(&bank).1, "0.00");
    // Nothing is left over, and all that was issued is as it should be.
    let mut operator = bank.user("operator");
    let issued = operator.expect(200, "GET", "/v1/messages?direction=out&limit=1000", None, &[]);
    let issued = issued["messages"].as_array().expect("messages");
    assert!(issued.len() > 40, "{}", issued.len());
    if let Some(wrong) = issued.iter().find(|message| message["errors"] != 0) {
        let id = wrong["id"].as_str().expect("an id");
        let findings = super::detail(&mut operator, id)["findings"].clone();
        let text = operator.call("GET", &format!("/v1/messages/{id}/original"), None, &[]).body;
        panic!("{findings:#}\n{}", String::from_utf8_lossy(&text));
    }
    assert_ne!(send(&mut operator, &initiation.text()).status, 500);
}
