// SPDX-License-Identifier: MIT

//! The log tells every request with its id and its user, and no password or token, whatever its format.

mod common;

use std::io::Read;

use common::{Sandbox, call, token};

#[test]
fn tells_who_and_what_but_no_secret() {
    for format in ["text", "json"] {
        let directory = tempfile::tempdir().expect("a directory");
        let socket = directory.path().join("api.sock");
        let configuration = format!("[log]\nformat = \"{format}\"\nlevel = \"trace\"\n");
        let (mut sandbox, mut said, mut log) = Sandbox::start(directory.path(), &configuration);
        // Read all the while, or it would wait for room.
        let rest = std::thread::spawn(move || {
            let mut rest = String::new();
            log.read_to_string(&mut rest).map(|_| rest)
        });
        let credentials = r#"{"user":"demo","password":"DemoPass123!"}"#;
        let answer = call(&socket, "POST", "/v1/sessions", "none", credentials);
        let token = token(&answer);
        let wrong = r#"{"user":"demo","password":"a wrong password"}"#;
        assert!(call(&socket, "POST", "/v1/sessions", "none", wrong).contains("/problems/wrong_password"));
        let change = r#"{"current":"DemoPass123!","new":"another long password"}"#;
        assert!(call(&socket, "PUT", "/v1/sessions/current/password", token, change).starts_with("HTTP/1.1 204"));
        assert!(call(&socket, "GET", "/v1/accounts", token, "").contains("\"balance\":\"1000.00\""));
        sandbox.process.kill().expect("killed");
        said += &rest.join().expect("no panic").expect("text");
        for told in ["test-GET", "demo", "/v1/accounts", "answered"] {
            assert!(said.contains(told), "{format}: {told} is not told in\n{said}");
        }
        for secret in ["DemoPass123!", "AdminPass123!", "a wrong password", "another long password", token] {
            assert!(!said.contains(secret), "{format}: {secret} is told");
        }
    }
}
