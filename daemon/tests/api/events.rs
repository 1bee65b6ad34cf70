// SPDX-License-Identifier: MIT

//! Events: all of them, in order, whatever breaks; slow readers are dropped.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::{Bank, Client, RING, configuration, transfer};

fn open(bank: &Bank, token: &str, query: &str) -> Client {
    let mut client = Client::connect(&bank.socket());
    let request = format!(
        "GET /v1/events{query} HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\nauthorization: Bearer {token}\r\n\r\n"
    );
    client.send(request.as_bytes()).expect("sent");
    assert_eq!(client.line().expect("a status"), "HTTP/1.1 200 OK");
    while !client.line().expect("a header").is_empty() {}
    client
}

/// Reads until there are so many events.
fn read(client: &mut Client, count: usize) -> Vec<(u64, Value)> {
    let mut events = Vec::new();
    let mut id = 0;
    while events.len() < count {
        let line = client.line().expect("a line");
        if let Some(text) = line.strip_prefix("id: ") {
            id = text.parse().expect("a number");
        } else if let Some(text) = line.strip_prefix("data: ") {
            events.push((id, serde_json::from_str(text).expect("JSON")));
        }
    }
    events
}

#[test]
fn every_entry_in_order_also_those_that_the_ledger_has_forgotten() {
    let bank = Bank::open();
    let (from, to) = (bank.account(1000, "10000.00"), bank.account(1001, "0.00"));
    let mut client = bank.user("operator");
    let item = json!({ "kind": "transfer", "debtor_account": from, "creditor_account": to, "amount": "0.01",
        "currency": "USD" });
    let count = 2 * RING as usize / 4096 * 4096 + 4096;
    for _ in 0..count / 4096 {
        client.expect(200, "POST", "/v1/batches", Some(&json!({ "items": vec![item.clone(); 4096] })), &[]);
    }
    let token = client.token.clone().expect("a token");
    let mut stream = open(&bank, &token, "?after=0&all=true");
    let first = read(&mut stream, 1000);
    drop(stream);
    let mut stream = open(&bank, &token, &format!("?all=true&after={}", first[999].0));
    let rest = read(&mut stream, count - 1000);
    let sequences: Vec<u64> = first.iter().chain(&rest).map(|(id, _)| *id).collect();
    assert!(sequences.iter().copied().eq(1..=sequences.len() as u64), "a gap, or out of order");
    for (id, entry) in first.iter().chain(&rest) {
        assert_eq!(entry["sequence"], id.to_string());
        assert_eq!(entry["durable"], true);
    }
}

#[test]
fn only_what_concerns_the_reader() {
    let bank = Bank::open();
    let own = bank.account(bank.owner("customer"), "0.00");
    let (from, to) = (bank.account(1000, "100.00"), bank.account(1001, "0.00"));
    let customer = bank.user("customer");
    let mut stream = open(&bank, customer.token.as_deref().expect("a token"), "");
    let mut operator = bank.user("operator");
    for (creditor, amount) in [(&to, "1.00"), (&own, "2.00"), (&to, "3.00"), (&own, "4.00")] {
        operator.expect(201, "POST", "/v1/transfers", Some(&transfer(&from, creditor, amount)), &[]);
    }
    let amounts: Vec<Value> = read(&mut stream, 2).into_iter().map(|(_, entry)| entry["amount"].clone()).collect();
    assert_eq!(amounts, ["2.00", "4.00"]);
}

#[test]
fn a_reader_who_takes_nothing_is_dropped() {
    let mut configuration = configuration();
    configuration.api.stream_patience = 1;
    let bank = Bank::configured(configuration);
    let (from, to) = (bank.account(1000, "10000.00"), bank.account(1001, "0.00"));
    let mut client = bank.user("operator");
    let mut stalled = open(&bank, client.token.as_deref().expect("a token"), "?after=0");
    let item = json!({ "kind": "transfer", "debtor_account": from, "creditor_account": to, "amount": "0.01",
        "currency": "USD" });
    client.expect(200, "POST", "/v1/batches", Some(&json!({ "items": vec![item; 8192] })), &[]);
    let begun = Instant::now();
    let metric = |client: &mut Client, name: &str| {
        let text = String::from_utf8(client.call("GET", "/metrics", None, &[]).body).expect("text");
        let line = text.lines().find(|line| line.starts_with(name)).expect("the metric").to_owned();
        line.rsplit(' ').next().and_then(|number| number.parse::<u64>().ok()).expect("a number")
    };
    while metric(&mut client, "qenex_event_streams_dropped_total") == 0 {
        assert!(begun.elapsed() < Duration::from_secs(20), "still there");
        std::thread::sleep(Duration::from_millis(50));
    }
    while metric(&mut client, "qenex_event_streams ") != 0 {
        assert!(begun.elapsed() < Duration::from_secs(20), "still open");
        std::thread::sleep(Duration::from_millis(50));
    }
    // What was on its way can be read, and its last id is where to go on.
    let mut last = 0;
    while let Ok(line) = stalled.line() {
        match line.strip_prefix("id: ") {
            Some(id) => last = id.parse().expect("a number"),
            None if line.is_empty() && begun.elapsed() > Duration::from_secs(19) => break,
            None => {}
        }
        if line.starts_with("event: end") || line == "0" {
            break;
        }
    }
    assert!(last > 0);
    let mut stream = open(&bank, client.token.as_deref().expect("a token"), &format!("?after={last}"));
    assert_eq!(read(&mut stream, 1)[0].0, last + 1);
}
