// SPDX-License-Identifier: MIT

//! SIGHUP has the file of rules read again, and SIGTERM ends the process as it should.

mod common;

use std::fs::{File, FileTimes};
use std::io::Read;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use common::{Sandbox, call, token};

fn rule(id: &str) -> String {
    format!("[[limit]]\nid = \"{id}\"\naction = \"review\"\ncurrency = \"USD\"\nmost_sum = \"100.00\"\n")
}

/// Puts a file in the place of another at once, whose time is `at` whatever the time is.
fn put(path: &Path, text: &str, at: SystemTime) {
    let new = path.with_extension("new");
    std::fs::write(&new, text).expect("written");
    let file = File::options().write(true).open(&new).expect("opened");
    file.set_times(FileTimes::new().set_modified(at)).expect("set");
    std::fs::rename(&new, path).expect("in its place");
}

fn signal(sandbox: &Sandbox, name: &str) {
    let command = format!("kill -{name} {}", sandbox.process.id());
    assert!(Command::new("sh").arg("-c").arg(command).status().expect("a shell").success());
}

#[test]
fn hangup_reads_the_rules_again() {
    let directory = tempfile::tempdir().expect("a directory");
    let (socket, file) = (directory.path().join("api.sock"), directory.path().join("rules.toml"));
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    put(&file, &rule("first"), at);
    let configuration = format!("[people]\niterations = 100000\n[risk]\nrules = \"{}\"\n", file.display());
    let (mut sandbox, _, mut log) = Sandbox::start(directory.path(), &configuration);
    // Read all the while, or it would wait for room.
    let log = std::thread::spawn(move || {
        let mut rest = String::new();
        log.read_to_string(&mut rest).map(|_| rest)
    });
    let login = call(&socket, "POST", "/v1/sessions", "none", r#"{"user":"admin","password":"AdminPass123!"}"#);
    let token = token(&login);
    let is_in_force = |id: &str| call(&socket, "GET", "/v1/risk/rules", token, "").contains(&format!("\\\"{id}\\\""));
    let until = |id: &str| {
        let begun = Instant::now();
        while !is_in_force(id) {
            assert!(begun.elapsed() < Duration::from_secs(300), "{id} does not come into force");
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    assert!(is_in_force("first"));

    // A file that seems to be the same is looked at only when somebody says so.
    put(&file, &rule("second"), at);
    std::thread::sleep(Duration::from_secs(5));
    assert!(is_in_force("first"));
    signal(&sandbox, "HUP");
    until("second");

    // What the API has put into force since then goes, too.
    let body =
        r#"{"text":"[[limit]]\nid = \"third\"\naction = \"review\"\ncurrency = \"USD\"\nmost_sum = \"9.00\"\n"}"#;
    assert!(call(&socket, "PUT", "/v1/risk/rules", token, body).starts_with("HTTP/1.1 200"));
    std::thread::sleep(Duration::from_secs(5));
    assert!(is_in_force("third"));
    signal(&sandbox, "HUP");
    until("second");

    // Wrong rules change nothing; that they were looked at is seen by the next ones.
    put(&file, "[[limit]]\nid = \"wrong\"\n", at);
    signal(&sandbox, "HUP");
    std::thread::sleep(Duration::from_secs(5));
    assert!(is_in_force("second"));
    put(&file, &rule("fourth"), at);
    signal(&sandbox, "HUP");
    until("fourth");
    signal(&sandbox, "TERM");
    assert!(sandbox.process.wait().expect("ended").success());
    let said = log.join().expect("no panic").expect("text");
    assert!(said.contains("the file of rules is not taken"), "{said}");
}
