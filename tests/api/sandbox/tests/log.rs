// SPDX-License-Identifier: MIT

//! The log tells every request with its id and its user, and no password or token, whatever its format.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

struct Sandbox(Child);

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn call(socket: &Path, method: &str, path: &str, token: &str, body: &str) -> String {
    let mut stream = UnixStream::connect(socket).expect("a socket");
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nx-request-id: test-{method}\r\n\
         authorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

#[test]
fn tells_who_and_what_but_no_secret() {
    for format in ["text", "json"] {
        let directory = tempfile::tempdir().expect("a directory");
        let socket = directory.path().join("api.sock");
        let config = directory.path().join("config.toml");
        std::fs::write(&config, format!("[log]\nformat = \"{format}\"\nlevel = \"trace\"\n")).expect("written");
        let mut command = Command::new(env!("CARGO_BIN_EXE_api-sandbox"));
        command.arg("--store").arg(directory.path()).arg("--config").arg(&config).arg("--demo");
        let mut sandbox = Sandbox(command.stderr(Stdio::piped()).spawn().expect("it runs"));
        let mut log = BufReader::new(sandbox.0.stderr.take().expect("its log"));
        let mut said = String::new();
        while !said.contains("api-sandbox: ready") {
            assert_ne!(log.read_line(&mut said).expect("text"), 0, "{said}");
        }
        // Read all the while, or it would wait for room.
        let rest = std::thread::spawn(move || {
            let mut rest = String::new();
            log.read_to_string(&mut rest).map(|_| rest)
        });
        let credentials = r#"{"user":"demo","password":"DemoPass123!"}"#;
        let answer = call(&socket, "POST", "/v1/sessions", "none", credentials);
        let token = answer.split("\"token\":\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a token");
        let wrong = r#"{"user":"demo","password":"a wrong password"}"#;
        assert!(call(&socket, "POST", "/v1/sessions", "none", wrong).contains("/problems/wrong_password"));
        let change = r#"{"current":"DemoPass123!","new":"another long password"}"#;
        assert!(call(&socket, "PUT", "/v1/sessions/current/password", token, change).starts_with("HTTP/1.1 204"));
        assert!(call(&socket, "GET", "/v1/accounts", token, "").contains("\"balance\":\"1000.00\""));
        sandbox.0.kill().expect("killed");
        said += &rest.join().expect("no panic").expect("text");
        for told in ["test-GET", "demo", "/v1/accounts", "answered"] {
            assert!(said.contains(told), "{format}: {told} is not told in\n{said}");
        }
        for secret in ["DemoPass123!", "AdminPass123!", "a wrong password", "another long password", token] {
            assert!(!said.contains(secret), "{format}: {secret} is told");
        }
    }
}
