// SPDX-License-Identifier: MIT

//! `qenexd user` and what `qenexd verify` says of the log of decisions.

mod common;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use common::{Driven, Random, store_of};

fn qenexd(store: &Path, arguments: &[&str], input: &str) -> Output {
    let config = store.with_extension("toml");
    std::fs::write(&config, "[people]\niterations = 100000\n").expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_qenexd"));
    command.args(arguments).env("QENEX_STORE", store).env("QENEX_CONFIG", config);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("qenexd runs");
    // It may not read its input at all.
    let _ = child.stdin.take().expect("its input").write_all(input.as_bytes());
    child.wait_with_output().expect("it ends")
}

fn said(store: &Path, arguments: &[&str], input: &str) -> String {
    let output = qenexd(store, arguments, input);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn refused(store: &Path, arguments: &[&str], input: &str) -> String {
    let output = qenexd(store, arguments, input);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    String::from_utf8(output.stderr).expect("text")
}

#[test]
fn users_and_the_log_of_what_was_done_to_them() {
    let parent = tempfile::tempdir().expect("a directory");
    let store = parent.path().join("store");
    drop(store_of(&store, &Driven::run(3, 100).entries, &mut Random(3)));
    let password = "correct horse battery\n";
    let added = said(&store, &["user", "add", "--role", "admin", "anna"], password);
    assert_eq!(added, "anna is admin with owner number 2147483648\n");
    said(&store, &["user", "add", "--role", "customer", "--uid", "1000", "bert"], password);
    assert!(refused(&store, &["user", "add", "--role", "admin", "anna"], password).contains("a user anna already"));
    assert!(refused(&store, &["user", "add", "--role", "admin", "Anna"], password).contains("a-z"));
    assert!(refused(&store, &["user", "add", "--role", "admin", "carl"], "short\n").contains("12 to 256"));
    assert!(refused(&store, &["user", "add", "--role", "admin", "carl"], "").contains("12 to 256"));
    assert!(refused(&store, &["user", "disable", "anna"], "").contains("last administrator"));
    said(&store, &["user", "disable", "bert"], "");
    said(&store, &["user", "password", "bert"], "another long password\n");
    said(&store, &["user", "unlock", "bert"], "");
    let list = said(&store, &["user", "list"], "");
    assert_eq!(list.lines().count(), 2);
    assert!(list.lines().last().is_some_and(|line| line.starts_with("bert ") && line.ends_with("disabled")), "{list}");
    let verified = said(&store, &["verify", "--offline"], "");
    let decisions = verified.lines().find(|line| line.starts_with("decisions 5:")).expect("five decisions");
    assert_eq!(decisions.len(), "decisions 5:".len() + 64);
    let connection = rusqlite::Connection::open(store.join("people.sqlite")).expect("the database");
    connection
        .execute_batch("DROP TRIGGER decision_never_changes; UPDATE decision SET subject = 'carl' WHERE number = 2")
        .expect("whoever owns the file can");
    assert!(refused(&store, &["verify", "--offline"], "").contains("wrong from entry 2 on"));
    // Nobody else can read hashes of passwords.
    let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(store.join("people.sqlite")).expect("there"));
    assert_eq!(mode & 0o777, 0o600);
}
