// SPDX-License-Identifier: MIT

//! What is bounded: sizes, rates, numbers; and how the daemon ends.

use std::time::Duration;

use serde_json::json;

use crate::harness::{Bank, configuration, transfer};

#[test]
fn sizes() {
    let mut configuration = configuration();
    configuration.api.body = 2048;
    configuration.api.batch = 3;
    let bank = Bank::configured(configuration);
    let mut client = bank.user("operator");
    let answer = client.raw("POST", "/v1/transfers", &[b' '; 4096], &[("content-type", "application/json")]);
    assert_eq!((answer.status, answer.problem().as_str()), (413, "body_too_large"));
    // Not announced, but sent piece by piece.
    let mut client = bank.user("operator");
    let token = client.token.clone().expect("a token");
    let head = format!(
        "POST /v1/transfers HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    client.send(head.as_bytes()).expect("sent");
    for _ in 0..5 {
        // The answer may come, and the connection be closed, before all is sent.
        let _ = client.send(format!("400\r\n{}\r\n", " ".repeat(1024)).as_bytes());
    }
    assert_eq!(client.receive().problem(), "body_too_large");
    let item = json!({ "kind": "void_hold", "hold": "0".repeat(32) });
    let mut client = bank.user("operator");
    client.expect(200, "POST", "/v1/batches", Some(&json!({ "items": vec![item.clone(); 3] })), &[]);
    client.refused("invalid_value", "POST", "/v1/batches", Some(&json!({ "items": vec![item; 4] })));
    client.refused("invalid_value", "POST", "/v1/batches", Some(&json!({ "items": [] })));
    let mut client = bank.anybody();
    let many: Vec<(String, String)> = (0..100).map(|number| (format!("x-{number}"), "1".into())).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(client.raw("GET", "/healthz", b"", &many).status, 431);
    let mut client = bank.anybody();
    let answer = client.raw("GET", "/healthz", b"", &[("x-long", &"1".repeat(150_000))]);
    assert_eq!(answer.status, 431);
}

#[test]
fn rates() {
    let mut configuration = configuration();
    (configuration.api.rate, configuration.api.burst) = (1, 5);
    let bank = Bank::configured(configuration);
    let mut client = bank.anybody();
    let answers: Vec<_> = (0..20).map(|_| client.call("GET", "/healthz", None, &[])).collect();
    let limited = answers.iter().filter(|answer| answer.status == 429);
    assert!((10..=15).contains(&limited.clone().count()), "{answers:?}");
    for answer in limited {
        assert_eq!(answer.problem(), "rate_limited");
        assert!(answer.header("retry-after").is_some());
    }
}

#[test]
fn too_much_at_once_is_told() {
    let mut configuration = configuration();
    configuration.api.requests = 1;
    configuration.api.queue = 1;
    let bank = Bank::configured(configuration);
    // One connection has begun a request and does not end it.
    let mut slow = bank.user("operator");
    let token = slow.token.clone().expect("a token");
    let head = format!(
        "POST /v1/transfers HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: 100000\r\n\r\n"
    );
    slow.send(head.as_bytes()).expect("sent");
    // There is nothing that tells when it has taken the only place; a request before that would take it away.
    std::thread::sleep(Duration::from_secs(1));
    let mut client = bank.anybody();
    let answer = client.call("GET", "/healthz", None, &[]);
    assert_eq!((answer.status, answer.problem().as_str()), (503, "overloaded"));
    assert_eq!(answer.header("retry-after"), Some("1"));
    slow.send(&[b' '; 100_000]).expect("sent");
    assert_eq!(slow.receive().problem(), "malformed_json");
    assert_eq!(client.call("GET", "/healthz", None, &[]).status, 200);
}

#[test]
fn only_those_who_are_named_may_connect() {
    let mut configuration = configuration();
    configuration.api.peers = Some(vec![u32::MAX - 7]);
    let bank = Bank::configured(configuration);
    let answer = bank.anybody().call("GET", "/healthz", None, &[]);
    assert_eq!((answer.status, answer.problem().as_str()), (403, "peer_not_allowed"));
}

/// What is in flight when the daemon stops is answered, and what was answered is stored.
#[test]
fn a_graceful_end() {
    let mut bank = Bank::open();
    let (from, to) = (bank.account(1000, "1000000.00"), bank.account(1001, "0.00"));
    let socket = bank.socket();
    let mut clients: Vec<_> = (0..8).map(|_| bank.user("operator")).collect();
    let threads: Vec<_> = clients
        .drain(..)
        .map(|mut client| {
            let body = transfer(&from, &to, "0.01").to_string();
            std::thread::spawn(move || {
                let token = client.token.clone().unwrap_or_default();
                let request = format!(
                    "POST /v1/transfers HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\
                     content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                    body.len()
                );
                let mut last = 0;
                // Until the connection is closed between two requests.
                while client.send(request.as_bytes()).is_ok() {
                    let Ok(status) = client.line() else { break };
                    if status.is_empty() {
                        break;
                    }
                    assert_eq!(status, "HTTP/1.1 201 Created");
                    while !client.line().expect("a header").is_empty() {}
                    let mut answer = String::new();
                    while !answer.ends_with('}') {
                        answer.push(client.byte() as char);
                    }
                    let answer: serde_json::Value = serde_json::from_str(&answer).expect("JSON");
                    assert_eq!(answer["durable"], true);
                    last = answer["sequence"].as_str().and_then(|text| text.parse().ok()).expect("a number");
                }
                last
            })
        })
        .collect();
    std::thread::sleep(Duration::from_millis(300));
    let stored = bank.close();
    let answered: Vec<u64> = threads.into_iter().map(|thread| thread.join().expect("no panic")).collect();
    assert!(answered.iter().all(|last| *last > 0 && *last <= stored), "{answered:?}, {stored} stored");
    assert!(!socket.exists(), "the socket is gone");
}
