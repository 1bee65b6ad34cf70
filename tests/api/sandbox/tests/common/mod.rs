// SPDX-License-Identifier: MIT

//! A sandbox in a process of its own, and a client that asks one thing at a time.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};

/// A sandbox that is killed when the test is done with it.
pub(crate) struct Sandbox {
    /// Its process.
    pub(crate) process: Child,
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Sandbox {
    /// Starts one in `directory` and waits until it serves at `api.sock` there. Returns what it has said until then, too, and
    /// where it says more.
    pub(crate) fn start(directory: &Path, configuration: &str) -> (Sandbox, String, BufReader<ChildStderr>) {
        let config = directory.join("config.toml");
        std::fs::write(&config, configuration).expect("written");
        let mut command = Command::new(env!("CARGO_BIN_EXE_api-sandbox"));
        command.arg("--store").arg(directory).arg("--config").arg(&config).arg("--demo");
        let mut process = command.stderr(Stdio::piped()).spawn().expect("it runs");
        let mut log = BufReader::new(process.stderr.take().expect("its log"));
        let sandbox = Sandbox { process };
        let mut said = String::new();
        while !said.contains("api-sandbox: ready") {
            assert_ne!(log.read_line(&mut said).expect("text"), 0, "{said}");
        }
        (sandbox, said, log)
    }
}

/// Sends a request and returns the answer as it came.
pub(crate) fn call(socket: &Path, method: &str, path: &str, token: &str, body: &str) -> String {
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

/// The token in the answer to a login.
pub(crate) fn token(answer: &str) -> &str {
    answer.split("\"token\":\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a token")
}
