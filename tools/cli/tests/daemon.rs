// SPDX-License-Identifier: MIT

//! The commands that go through the daemon, against its API on a ledger inside this process.

mod common;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use qenexd::config::Payments;
use serde_json::Value;

use common::Daemon;

/// A bank in Germany.
fn bank() -> Payments {
    Payments {
        country: "DE".into(),
        bank_code: "37040044".into(),
        bic: "COBADEFFXXX".into(),
        currencies: Vec::new(),
        settlement: Default::default(),
        profile: "default".into(),
        recalls: Default::default(),
        interruption: None,
    }
}

impl Daemon {
    /// Runs `qenex` as somebody with a home of their own.
    fn run_with_input(&self, who: &str, words: &[&str], input: &str) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_qenex"))
            .args(words)
            .env("XDG_STATE_HOME", self.directory.path().join(who))
            .env("QENEX_SOCKET", self.socket())
            .env_remove("QENEX_TOKEN")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("qenex can be run");
        child.stdin.take().expect("its input").write_all(input.as_bytes()).expect("it reads");
        child.wait_with_output().expect("it ends")
    }

    /// As [`Self::run_with_input`], and it must succeed; what it printed.
    fn succeeds(&self, who: &str, line: &str) -> String {
        let words: Vec<_> = line.split(' ').collect();
        let output = self.run_with_input(who, &words, "");
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }

    fn json(&self, who: &str, line: &str) -> Value {
        serde_json::from_str(&self.succeeds(who, &format!("--json {line}"))).expect("one document")
    }

    /// It must be refused with this status; what it said.
    fn refused(&self, who: &str, line: &str, status: i32) -> String {
        let words: Vec<_> = line.split(' ').collect();
        let output = self.run_with_input(who, &words, "");
        assert_eq!(output.status.code(), Some(status), "{line}: {output:?}");
        String::from_utf8(output.stderr).expect("text")
    }

    fn log_in(&self, who: &str, password: &str) {
        let output = self.run_with_input(who, &["login", who], &format!("{password}\n"));
        assert!(output.status.success(), "{output:?}");
    }
}

fn contains(text: &str, part: &str) {
    assert!(text.contains(part), "{part:?} is missing in:\n{text}");
}

#[test]
fn a_customers_day() {
    let daemon = Daemon::start(Some(bank()));
    contains(&daemon.refused("demo", "whoami", 1), "qenex login NAME");
    let wrong = daemon.run_with_input("demo", &["login", "demo"], "no\n");
    assert_eq!(wrong.status.code(), Some(1), "{wrong:?}");
    daemon.log_in("demo", "DemoPass123!");
    let session = daemon.directory.path().join("demo/qenex/session");
    assert_eq!(mode(&session), 0o600);
    contains(&daemon.succeeds("demo", "whoami"), "customer");
    let list = daemon.succeeds("demo", "account list");
    assert!(list.contains("1000.00") && list.contains("5000.00") && !list.contains("cash"), "{list}");

    contains(&daemon.succeeds("demo", "transfer 292 389 25.00 USD --id 7"), "posting");
    // The same again: nothing happens.
    assert_eq!(daemon.json("demo", "transfer 292 389 25.00 USD --id 7")["kind"], "posting");
    contains(&daemon.refused("demo", "transfer 292 389 26.00 USD --id 7", 1), "exists_with_different_amount");
    contains(&daemon.refused("demo", "transfer 292 389 5000.00 USD", 1), "exceeds_available_balance");
    contains(&daemon.refused("demo", "transfer 292 389 1.005 USD", 2), "decimals");
    let hold = daemon.json("demo", "hold create 292 389 100.00 USD --timeout 600");
    let hold = hold["id"].as_str().expect("an id").to_owned();
    contains(&daemon.succeeds("demo", &format!("hold show {hold}")), "State: open");
    contains(&daemon.succeeds("demo", &format!("hold post {hold} 40.00 USD")), "40.00");
    contains(&daemon.succeeds("demo", &format!("hold show {hold}")), "State: posted");
    let statement = daemon.succeeds("demo", "statement 292");
    assert!(statement.contains("opening") && statement.trim_end().ends_with("935.00"), "{statement}");
    contains(&daemon.succeeds("demo", "balance 292"), "935.00");
    contains(&daemon.succeeds("demo", "account show 292 389"), "5065.00");
    assert_eq!(daemon.json("demo", "account list")["accounts"].as_array().map(Vec::len), Some(2));
    assert_eq!(daemon.succeeds("demo", "journal --account 292 --kind posting").lines().count(), 3);
    let events = daemon.succeeds("demo", "events --after 0 --count 3");
    assert_eq!(events.lines().count(), 3, "{events}");
    contains(&daemon.refused("demo", "trial-balance", 1), "role");
    daemon.succeeds("demo", "logout");
    contains(&daemon.refused("demo", "whoami", 1), "qenex login NAME");
    assert!(!session.exists());
}

#[test]
fn the_banks_day() {
    let daemon = Daemon::start(Some(bank()));
    daemon.log_in("admin", "AdminPass123!");
    let added = daemon.run_with_input("admin", &["user", "add", "second", "--role", "admin"], "SecondPass123!\n");
    assert!(added.status.success(), "{added:?}");
    daemon.log_in("second", "SecondPass123!");
    let number = daemon.succeeds("admin", "account create --quiet --currency EUR --type settlement --unlimited");
    assert!(number.trim().parse::<u64>().is_ok(), "{number}");
    contains(&daemon.succeeds("admin", "user list"), "customer");

    // Nobody reverses that much alone.
    daemon.succeeds("admin", "account create --quiet --currency USD --balance 90000.00");
    let rich =
        daemon.json("admin", "account list")["accounts"].as_array().expect("a list").last().expect("it")["number"]
            .clone();
    let rich = rich.as_str().expect("a number").to_owned();
    let moved = daemon.json("admin", &format!("transfer {rich} 292 20000.00 USD"));
    let id = moved["id"].as_str().expect("an id");
    let asked = daemon.json("admin", &format!("reverse {id}"));
    assert_eq!(asked["state"], "pending");
    let approval = asked["id"].as_str().expect("an id").to_owned();
    contains(&daemon.succeeds("second", "approval list --state pending"), &approval);
    daemon.refused("admin", &format!("approval approve {approval}"), 1);
    contains(&daemon.succeeds("second", &format!("approval approve {approval}")), "carried_out");
    contains(&daemon.succeeds("admin", &format!("balance {rich}")), "90000.00");

    contains(&daemon.succeeds("admin", "trial-balance"), "yes");
    contains(&daemon.succeeds("admin", "audit head"), "decisions.head");
    contains(&daemon.succeeds("admin", "audit decisions"), "user_added");
    let top = daemon.succeeds("nobody", "top --once --interval 0.2");
    assert!(top.contains("Open for business") && top.contains("yes"), "{top}");
    // Whoever asks for the device gets it, logged in or not.
    contains(&daemon.refused("admin", "account list --device=/dev/null", 3), "not a QENEX device");
    let elsewhere = daemon.refused("nobody", "--socket /nowhere/api.sock top --once", 3);
    contains(&elsewhere, "is qenexd running?");
}

#[test]
fn a_message_that_moves_money() {
    let daemon = Daemon::start(Some(bank()));
    daemon.log_in("demo", "DemoPass123!");
    let list = daemon.json("demo", "account list");
    let iban = |place: usize| list["accounts"][place]["iban"].as_str().expect("an IBAN").to_owned();
    let (from, to) = (iban(0), iban(1));
    let text = format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\"><CstmrCdtTrfInitn><GrpHdr><MsgId>M1</MsgId>\
         <CreDtTm>2026-11-20T09:00:00Z</CreDtTm><NbOfTxs>1</NbOfTxs><InitgPty><Nm>Demo</Nm></InitgPty></GrpHdr><PmtInf>\
         <PmtInfId>G1</PmtInfId><PmtMtd>TRF</PmtMtd><ReqdExctnDt><Dt>2026-11-20</Dt></ReqdExctnDt><Dbtr><Nm>Demo</Nm></Dbtr>\
         <DbtrAcct><Id><IBAN>{from}</IBAN></Id></DbtrAcct><DbtrAgt><FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId>\
         </DbtrAgt><CdtTrfTxInf><PmtId><EndToEndId>E1</EndToEndId></PmtId><Amt><InstdAmt Ccy=\"USD\">12.50</InstdAmt></Amt>\
         <Cdtr><Nm>Demo</Nm></Cdtr><CdtrAcct><Id><IBAN>{to}</IBAN></Id></CdtrAcct></CdtTrfTxInf></PmtInf></CstmrCdtTrfInitn>\
         </Document>"
    );
    let sent = daemon.run_with_input("demo", &["--json", "message", "send", "-"], &text);
    assert!(sent.status.success(), "{sent:?}");
    let message: Value = serde_json::from_slice(&sent.stdout).expect("one document");
    let id = message["id"].as_str().expect("an id");
    assert_eq!(message["state"], "done");
    contains(&daemon.succeeds("demo", "account list"), "5012.50");
    contains(&daemon.succeeds("demo", &format!("message show {id}")), "transfer_on_us  settled");
    contains(&daemon.succeeds("demo", &format!("message answers {id}")), "<TxSts>ACSC</TxSts>");
    assert_eq!(daemon.succeeds("demo", &format!("message original {id}")), text);
    contains(&daemon.succeeds("demo", "message list --state done --definition pain.001"), id);
    let again = daemon.run_with_input("demo", &["message", "send", "-"], &text);
    contains(&String::from_utf8_lossy(&again.stderr), "nothing was done again");
    let wrong = text.replace("<NbOfTxs>1<", "<NbOfTxs>2<").replace("<MsgId>M1<", "<MsgId>M2<");
    let refused = daemon.run_with_input("demo", &["--json", "message", "send", "-"], &wrong);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    let refused: Value = serde_json::from_slice(&refused.stdout).expect("one document");
    contains(&daemon.succeeds("demo", &format!("message show {}", refused["id"].as_str().expect("an id"))), "count");
    contains(&daemon.refused("demo", &format!("message recall {id} DUPL"), 1), "not_allowed");
    contains(&daemon.refused("demo", &format!("message original {}", "0".repeat(32)), 1), "no_such_message");
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}
