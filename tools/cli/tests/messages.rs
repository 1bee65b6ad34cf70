// SPDX-License-Identifier: MIT

//! `qenex msg` as people and scripts meet it.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

fn qenex(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_qenex"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that has not asked for it may have ended already.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    child.wait_with_output().expect("the program ends")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("text")
}

const GENERATE: &[&str] = &[
    "msg",
    "generate",
    "--from",
    "DE89370400440532013000",
    "--to",
    "FR1420041010050500013M02606",
    "--amount",
    "1000.50 EUR",
    "--debtor",
    "Beispiel GmbH",
    "--debtor-bic",
    "COBADEFFXXX",
    "--creditor",
    "Exemple SARL",
    "--creditor-bic",
    "BNPAFRPPXXX",
    "--execution-date",
    "2026-11-24",
];

fn generated() -> String {
    let output = qenex(GENERATE, "");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    text(&output.stdout).to_string()
}

#[test]
fn generates_what_it_accepts() {
    let message = generated();
    for part in ["DE89370400440532013000", "FR1420041010050500013M02606", "<InstdAmt Ccy=\"EUR\">1000.50</InstdAmt>"] {
        assert!(message.contains(part), "{message}");
    }
    for profile in ["schema", "default", "sepa-sct"] {
        let output = qenex(&["msg", "validate", "--profile", profile, "-"], &message);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
}

#[test]
fn exit_statuses() {
    let message = generated();
    let wrong = message.replace("DE89370400440532013000", "DE88370400440532013000");
    let output = qenex(&["msg", "validate", "-"], &wrong);
    assert_eq!(output.status.code(), Some(1));
    let line = text(&output.stdout).lines().next().expect("a finding");
    for part in ["error: iban: /Document/CstmrCdtTrfInitn/PmtInf[1]/DbtrAcct/Id/IBAN: ISO 13616-1:", "check digits"] {
        assert!(line.contains(part), "{line}");
    }
    assert_eq!(qenex(&["msg", "validate", "-"], &message[..message.len() / 2]).status.code(), Some(2));
    assert_eq!(qenex(&["msg", "validate", "/no/such/file"], "").status.code(), Some(2));
    assert_eq!(qenex(&["msg", "validate", "--profile", "none", "-"], &message).status.code(), Some(2));
    assert_eq!(qenex(&["msg", "show", "-"], &wrong).status.code(), Some(1));
    assert_eq!(qenex(&["msg", "convert", "-", "--to", "pacs.004"], &message).status.code(), Some(1));
}

#[test]
fn findings_as_json() {
    let wrong = generated().replace("1000.50", "1000.505");
    let output = qenex(&["--json", "msg", "validate", "-"], &wrong);
    assert_eq!(output.status.code(), Some(1));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one document");
    let finding = &document["files"][0]["findings"][0];
    assert_eq!((&document["files"][0]["valid"], &finding["severity"]), (&false.into(), &"error".into()));
    assert!(finding["line"].as_u64().is_some_and(|line| line > 1), "{finding}");
}

#[test]
fn converts_and_writes_again() {
    let interbank = qenex(&["msg", "convert", "-", "--to", "pacs.008"], &generated());
    assert_eq!(interbank.status.code(), Some(0), "{interbank:?}");
    let interbank = text(&interbank.stdout);
    assert_eq!(qenex(&["msg", "validate", "--profile", "sepa-sct", "-"], interbank).status.code(), Some(0));
    let shown = qenex(&["--json", "msg", "show", "-"], interbank);
    let again = qenex(&["msg", "generate", "--from-json", "-"], text(&shown.stdout));
    assert_eq!(text(&again.stdout), interbank);
    let unstructured = text(&shown.stdout).replace(
        "\"name\": \"Exemple SARL\"",
        "\"name\": \"Exemple SARL\", \"address\": {\"lines\": [\"1 Rue de la Paix\", \"75002 Paris\"]}",
    );
    let refused = qenex(&["msg", "generate", "--from-json", "-"], &unstructured);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    assert!(refused.stdout.is_empty() && text(&refused.stderr).contains("address-unstructured"));
}

const MT103: &str = "{1:F01DEUTDEFFAXXX0000000000}{2:I103BNPAFRPPXXXXN}{3:{121:7d0b6c5e-3a1f-4c2d-9e8b-5f6a7b8c9d0e}}{4:\r\n\
:20:QENEX-1\r\n:23B:CRED\r\n:32A:261124EUR1000,50\r\n:33B:EUR1000,50\r\n\
:50K:/DE89370400440532013000\r\nBEISPIEL GMBH\r\n:59:/FR1420041010050500013M02606\r\nEXEMPLE SARL\r\n:71A:SHA\r\n-}";

/// An MT103 is judged, shown, and comes back from pacs.008 as it was.
#[test]
fn swift_messages() {
    let valid = qenex(&["msg", "validate", "-"], MT103);
    assert_eq!((valid.status.code(), text(&valid.stdout)), (Some(0), "-: valid MT103\n"));
    let wrong = qenex(&["msg", "validate", "-"], &MT103.replace("1000,50\r\n:33B", "1000.50\r\n:33B"));
    assert_eq!(wrong.status.code(), Some(1));
    assert!(text(&wrong.stdout).contains("error: mt-format: /MT103[1]/4/32A/line[1]:"), "{wrong:?}");
    assert_eq!(qenex(&["msg", "validate", "-"], &MT103[..100]).status.code(), Some(2));
    let shown = qenex(&["--json", "msg", "show", "-"], MT103);
    let document: serde_json::Value = serde_json::from_slice(&shown.stdout).expect("one document");
    assert_eq!(document["content"]["settled"]["amount"], "1000.50 EUR");
    let interbank = qenex(&["msg", "convert", "-", "--to", "pacs.008"], MT103);
    assert_eq!(interbank.status.code(), Some(0), "{interbank:?}");
    let again = qenex(&["msg", "convert", "-", "--to", "mt103"], text(&interbank.stdout));
    assert_eq!(text(&again.stdout), MT103);
    let more = MT103.replace(":71A:SHA\r\n", ":71A:SHA\r\n:72:/ACC/CALL\r\n");
    let losing = qenex(&["msg", "convert", "-", "--to", "pacs.008"], &more);
    assert_eq!(losing.status.code(), Some(1));
    assert!(losing.stdout.is_empty() && text(&losing.stderr).contains("/4/72"), "{losing:?}");
    assert_eq!(qenex(&["msg", "convert", "-", "--to", "pacs.008", "--lossy"], &more).status.code(), Some(0));
}
