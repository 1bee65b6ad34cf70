// SPDX-License-Identifier: MIT

//! The commands, as people and scripts run them.

mod common;

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use common::{Driven, Random, store_of};
use qenexd::state::balance;
use tempfile::tempdir;
use zerocopy::IntoBytes;

fn qenexd(store: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qenexd"));
    command.args(arguments).env("QENEX_STORE", store).output().expect("qenexd runs")
}

fn said(store: &Path, arguments: &[&str]) -> String {
    let output = qenexd(store, arguments);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {error}");
    String::from_utf8(output.stdout).expect("text")
}

fn refused(store: &Path, arguments: &[&str]) -> String {
    let output = qenexd(store, arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    String::from_utf8(output.stderr).expect("text")
}

/// Adds an auditor whose password comes from a pipe.
fn add_user(store: &Path, name: &str) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qenexd"));
    command.args(["user", "add", "--role", "auditor", name]).env("QENEX_STORE", store);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("qenexd runs");
    child.stdin.take().expect("a pipe").write_all(b"a password of nobody\n").expect("written");
    assert!(child.wait().expect("ended").success());
}

#[test]
fn every_command() {
    let parent = tempdir().expect("directory");
    let path = |name: &str| parent.path().join(name).to_str().expect("a path").to_string();
    let store = parent.path().join("store");
    let driven = Driven::run(31, 500);
    let state = driven.state();
    drop(store_of(&store, &driven.entries, &mut Random(31)));
    let head = said(&store, &["audit-head"]);
    let head = head.trim();
    assert!(head.starts_with(&format!("{}:", driven.entries.len())));
    let verified = said(&store, &["verify", "--head", head]);
    assert!(verified.contains(&state.digest().to_string()) && verified.contains(head), "{verified}");
    let forged = format!("{}:{}", driven.entries.len(), "00".repeat(32));
    assert!(refused(&store, &["verify", "--head", &forged]).contains("the journal was rewritten"));

    said(&store, &["export", &path("journal")]);
    assert!(refused(&store, &["export", &path("journal")]).contains("File exists"));
    said(&store, &["import", &path("journal"), &path("imported")]);
    add_user(&store, "anna");
    said(&store, &["backup", &path("backup")]);
    assert!(said(Path::new(&path("backup")), &["user", "list"]).contains("anna"), "people are in the backup");
    for copy in ["imported", "backup"] {
        assert_eq!(said(Path::new(&path(copy)), &["audit-head"]).trim(), head);
    }

    let account = state.accounts().iter().find(|account| balance(&account.counters) > 0).expect("some money");
    let number = account.account_number.to_string();
    let statement = said(&store, &["statement", &number]);
    let closing = statement.lines().last().expect("a line");
    let digits: String = closing.rsplit(' ').next().expect("a balance").chars().filter(|c| *c != '.').collect();
    assert_eq!(digits.parse(), Ok(balance(&account.counters)), "{statement}");
    assert!(refused(&store, &["statement", "97"]).contains("there is no account 97"));
    assert!(said(&store, &["trial-balance"]).contains("USD"));
    assert!(said(&store, &["trial-balance", "--sequence", "5"]).contains("USD"));
    assert!(refused(&store, &["trial-balance", "--sequence", "999999"]).contains("is not there yet"));
    said(&store, &["reindex"]);
    assert_eq!(said(&store, &["statement", &number]), statement);

    assert!(refused(Path::new(&path("nowhere")), &["verify"]).contains("there is no store in"));
    let journal = store.join("journal.sqlite");
    let mut bytes = std::fs::read(&journal).expect("read");
    // The reference of the first entry, wherever its bytes are: pages keep remains of what was moved elsewhere.
    let start = driven.entries[0].as_bytes()[..16].to_vec();
    let places: Vec<usize> = (0..bytes.len() - 192).filter(|at| bytes[*at..].starts_with(&start)).collect();
    assert!(!places.is_empty());
    for place in places {
        bytes[place + 90] ^= 1;
    }
    std::fs::write(&journal, bytes).expect("written");
    assert!(refused(&store, &["verify"]).contains("first bad entry: 1\n"));
    assert!(refused(&store, &["statement", &number]).contains("entry 1"));
}

/// Runs a command whose standard error is a terminal. Returns what it printed, and what the terminal got.
fn at_a_terminal(store: &Path, arguments: &[&str]) -> (String, String) {
    let size = nix::pty::Winsize { ws_row: 24, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0 };
    let terminal = nix::pty::openpty(&size, None).expect("a terminal");
    let mut command = Command::new(env!("CARGO_BIN_EXE_qenexd"));
    command.args(arguments).env("QENEX_STORE", store).env("TERM", "xterm").env_remove("NO_COLOR");
    let child = command.stdout(Stdio::piped()).stderr(Stdio::from(terminal.slave)).spawn().expect("qenexd runs");
    // The end of the program is the end of the terminal: it has no other user.
    drop(command);
    let mut master = std::fs::File::from(terminal.master);
    let mut shown = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(read @ 1..) = master.read(&mut piece) {
        shown.extend_from_slice(&piece[..read]);
    }
    let output = child.wait_with_output().expect("ended");
    let shown = String::from_utf8_lossy(&shown).into_owned();
    assert!(output.status.success(), "{arguments:?}: {shown}");
    (String::from_utf8(output.stdout).expect("text"), shown)
}

/// Long work tells how far it has come, on a terminal; a script sees nothing of it.
#[test]
fn progress() {
    let parent = tempdir().expect("directory");
    let path = |name: &str| parent.path().join(name).to_str().expect("a path").to_string();
    let store = parent.path().join("store");
    let driven = Driven::run(32, 500);
    drop(store_of(&store, &driven.entries, &mut Random(32)));
    let entries = driven.entries.len().to_string();
    let (journal, imported) = (path("journal"), path("imported"));
    let number = driven.state().accounts()[0].account_number.to_string();
    let of_entries = format!("of {entries} entries");
    for (arguments, what, unit) in [
        (&["statement", &number][..], "indexing", of_entries.as_str()),
        (&["verify", "--offline"], "verifying", &of_entries),
        (&["export", &journal], "exporting", &of_entries),
        (&["import", &journal, &imported], "importing", "B of"),
        (&["reindex"], "indexing", &of_entries),
    ] {
        let (said, shown) = at_a_terminal(&store, arguments);
        assert!(shown.contains(what) && shown.contains(unit), "{arguments:?}: {shown:?}");
        // It is gone in the end, and was never where results are.
        assert!(shown.trim_end().ends_with("\u{1b}[2K") || shown.ends_with('\r'), "{arguments:?}: {shown:?}");
        assert!(!said.contains(what), "{said}");
    }
    let quiet = qenexd(&store, &["verify", "--offline"]);
    assert!(quiet.stderr.is_empty(), "{quiet:?}");
}
