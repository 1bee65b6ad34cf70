// SPDX-License-Identifier: MIT

//! The program as people and scripts meet it, as far as that goes without a ledger.

use std::process::{Command, Output};

fn qenex(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_qenex")).args(arguments).output().expect("the program starts")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("text")
}

const ABSENT: &str = "/dev/qenex_no_such_device";

#[test]
fn absent_device() {
    let output = qenex(&["--device=/dev/qenex_no_such_device", "info"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(output.stdout.is_empty());
    let message = text(&output.stderr);
    assert!(message.contains(ABSENT) && message.contains("try: modprobe qenex_banking"), "{message}");
}

#[test]
fn other_device() {
    let output = qenex(&["account", "list", "--device=/dev/null"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("not a QENEX device"));
}

#[test]
fn errors_as_json() {
    let output = qenex(&["--device=/dev/qenex_no_such_device", "--json", "info"]);
    assert_eq!(output.status.code(), Some(3));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one document");
    assert_eq!(document["error"]["kind"], "device");
    assert_eq!(document["error"]["errno"], "ENOENT");
}

#[test]
fn wrong_usage_is_told_before_the_device_is_opened() {
    for arguments in [
        &["--device=/dev/qenex_no_such_device", "transfer", "195", "292", "1e3", "USD"][..],
        &["--device=/dev/qenex_no_such_device", "transfer", "195", "292", "-5 USD"],
        &["--device=/dev/qenex_no_such_device", "transfer", "195", "292"],
        &["--device=/dev/qenex_no_such_device", "account", "create", "--currency", "JPY", "--balance", "1.50"],
        &["--device=/dev/qenex_no_such_device", "account", "create", "--currency", "USD", "--balance", "-1.50"],
        &["no-such-command"],
        &[],
    ] {
        let output = qenex(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        assert!(!output.stderr.is_empty());
    }
}

#[test]
fn completions_know_the_commands() {
    for shell in ["bash", "zsh", "fish"] {
        let output = qenex(&["completions", shell]);
        assert_eq!(output.status.code(), Some(0), "{shell}");
        let script = text(&output.stdout);
        assert!(script.contains("transfer") && script.contains("account"), "{shell}");
    }
}

#[test]
fn help_and_version() {
    let output = qenex(&["--help"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains("Exit status"));
    assert_eq!(text(&qenex(&["--version"]).stdout).trim(), format!("qenex {}", env!("CARGO_PKG_VERSION")));
}

/// Commands about the store are the daemon's own, with every word as it stands.
#[test]
fn the_store_is_the_daemons() {
    let home = tempfile::tempdir().expect("a directory");
    let (program, daemon) = (home.path().join("qenex"), home.path().join("qenexd"));
    std::fs::copy(env!("CARGO_BIN_EXE_qenex"), &program).expect("a copy");
    let run = |arguments: &[&str]| Command::new(&program).args(arguments).env("PATH", "").output().expect("it starts");
    let output = run(&["verify"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("is qenexd installed"), "{output:?}");
    std::fs::write(&daemon, "#!/bin/sh\nprintf '<%s>' \"$@\"\nexit 7\n").expect("a program");
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&daemon, executable).expect("it can be run");
    for command in ["verify", "export", "import", "backup", "reindex", "accept-end"] {
        let output = run(&[command, "--store", "a b", "--head=5:ab", "--offline", "--help", "--", "-x"]);
        let said = text(&output.stdout);
        assert_eq!(said, format!("<{command}><--store><a b><--head=5:ab><--offline><--help><--><-x>"), "{output:?}");
        assert_eq!(output.status.code(), Some(7));
    }
    // What both programs have is the daemon's here.
    assert_eq!(text(&run(&["verify", "--device=/dev/other"]).stdout), "<verify><--device=/dev/other>");
    assert_eq!(text(&run(&["verify", "--device", "/dev/other"]).stdout), "<verify><--device></dev/other>");
}
