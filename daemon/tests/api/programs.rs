// SPDX-License-Identifier: MIT

//! The client programs of `tests/api`, and the examples of `API.md`, as they are written.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::json;

use crate::harness::{Bank, PASSWORD, configuration};

fn programs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/api")
}

/// Runs a program with this line for it to read; what it prints.
fn run(command: &mut Command, line: &str) -> String {
    let mut child = command
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    writeln!(child.stdin.take().expect("its input"), "{line}").expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let (said, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{complained}");
    said.into_owned()
}

#[test]
fn a_day_of_banking() {
    let bank = Bank::open();
    let said = run(Command::new(programs().join("day.py")).arg(bank.socket()).arg("admin"), PASSWORD);
    assert!(said.contains("every balance is as expected"), "{said}");
}

#[test]
fn a_transfer_in_perl() {
    let bank = Bank::open();
    let (from, to) = (bank.account(bank.owner("customer"), "100.00"), bank.account(1001, "0.00"));
    let mut command = Command::new(programs().join("transfer.pl"));
    let said = run(command.arg(bank.socket()).args(["customer", &from, &to, "12.34", "USD"]), PASSWORD);
    assert!(said.contains("100.00 is now 87.66"), "{said}");
    assert_eq!(bank.user("admin").balance(&to), "12.34");
}

#[test]
fn load() {
    let bank = Bank::open();
    let (from, to) = (bank.account(1000, "100.00"), bank.account(1001, "100.00"));
    let mut command = Command::new(programs().join("load.py"));
    command.arg(bank.socket()).args(["operator", &from, &to, "USD"]);
    let said = run(command.args(["--pid", &std::process::id().to_string()]), PASSWORD);
    assert!(said.contains("10000 durable transfers over 64 connections, no error"), "{said}");
}

/// Every example is a block of shell commands; each must succeed, one after the other, with the demo's users and accounts.
#[test]
fn the_examples_of_the_documentation() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("API.md")).expect("API.md");
    let blocks: Vec<&str> =
        text.split("```sh\n").skip(1).map(|rest| rest.split("```").next().expect("the end of a block")).collect();
    let examples: Vec<&str> = blocks.into_iter().filter(|block| block.contains("curl")).collect();
    assert!(examples.len() >= 8, "{} examples", examples.len());
    let bank = Bank::demo(configuration());
    let script = format!("set -eu\ncd \"$1\"\nalias qenex-wait=:\n{}", examples.join("\n"));
    let script = script
        .replace("/run/qenex/api.sock", "api.sock")
        .replace("curl ", "curl --fail-with-body --silent --show-error ");
    let mut command = Command::new("sh");
    let said = run(command.args(["-c", &script, "sh"]).arg(bank.directory()), "");
    assert!(said.contains("\"amount\":\"25.00\""), "{said}");
    let accounts = bank.demo_accounts();
    assert_eq!(accounts, json!(["975.00", "5025.00"]));
}
