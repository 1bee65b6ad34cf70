// SPDX-License-Identifier: MIT

//! Messages of others, where the environment variable `QENEX_PROTOCOL_TESTDATA` names a folder with `mt/`: what is valid is
//! read and written again to the same content.

use qenex_messages::finding::Findings;
use qenex_messages::mt::Reader;
use qenex_messages::mt::message::{Mt, Mt103, Mt202, parse, write};
use std::collections::BTreeMap;

#[test]
fn samples() {
    let Some(folder) = std::env::var_os("QENEX_PROTOCOL_TESTDATA") else {
        eprintln!("QENEX_PROTOCOL_TESTDATA is not set: no samples");
        return;
    };
    let folder = std::path::Path::new(&folder).join("mt");
    let mut paths: Vec<_> =
        std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let (mut read, mut valid) = (0, 0);
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for path in paths {
        let bytes = std::fs::read(&path).expect("readable");
        let mut findings = Findings::new(1_000);
        let mut reader = Reader::new(&bytes);
        let mut messages = Vec::new();
        loop {
            match reader.message(&mut findings) {
                Ok(Some(message)) => messages.push(message),
                Ok(None) => break,
                Err(refusal) => {
                    println!("{}:{}: {}: {refusal}", path.display(), refusal.at, refusal.code);
                    *found.entry(refusal.code).or_default() += 1;
                    break;
                }
            }
        }
        for finding in findings.list() {
            println!("{}:{finding}", path.display());
            *found.entry(finding.code).or_default() += 1;
        }
        for message in &messages {
            read += 1;
            if message.errors == 0 {
                valid += 1;
                match message.headers.kind.as_str() {
                    "103" => again::<Mt103>(message),
                    "202" => again::<Mt202>(message),
                    other => panic!("{other}"),
                }
            }
        }
    }
    println!("{read} messages, {valid} valid; findings: {found:?}");
    assert!(read > 0, "no messages in {}", folder.display());
}

/// Writing gives what was read. A message without the reference that is mandatory by now gets one.
fn again<M: Mt + std::fmt::Debug + serde::Serialize + serde::de::DeserializeOwned>(
    message: &qenex_messages::mt::MtMessage,
) {
    let parsed = parse::<M>(message).expect("a valid message");
    let mut json = serde_json::to_value(&parsed.message).expect("serialises");
    if json["header"]["uetr"].is_null() {
        json["header"]["uetr"] = "7d0b6c5e-3a1f-4c2d-9e8b-5f6a7b8c9d0e".into();
    }
    let typed: M = serde_json::from_value(json).expect("deserialises");
    let text = write(&typed).unwrap_or_else(|error| panic!("{error} {typed:?}"));
    assert!(text.contains(&format!(":20:{}", message.fields[0].content)));
}
