// SPDX-License-Identifier: MIT

//! Stores of every format that there has been, as `tests/formats/make` made them: each is verified, served, and goes on.

use std::path::{Path, PathBuf};
use std::process::Command;

use qenexd::audit::verify;
use qenexd::config::Configuration;
use qenexd::store::sqlite::SqliteReader;
use qenexd::store::{FORMAT, Reader};
use serde_json::json;

use crate::harness::{Bank, configuration, german_bank};

fn formats() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats")
}

#[test]
fn stores_of_every_format_are_served() {
    for format in 1..=FORMAT {
        let directory = tempfile::tempdir().expect("a directory");
        let packed = formats().join(format!("store-{format}.tar.gz"));
        let unpacked =
            Command::new("tar").arg("xzf").arg(&packed).arg("-C").arg(directory.path()).status().expect("tar");
        assert!(unpacked.success(), "{}", packed.display());

        // What its own program said of it.
        let said =
            std::fs::read_to_string(formats().join(format!("store-{format}.verified"))).expect("what was verified");
        let mut reader = SqliteReader::open(directory.path()).expect("the journal");
        let digest = verify(&mut reader).expect("in order").digest;
        let head = reader.head().expect("its head");
        assert!(said.contains(&format!("{}:{}", head.sequence, head.chain)), "{said}");
        let digest: String = digest.0.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(said.contains(&digest), "{said}");

        // Accounts, users, messages, reviews, holds: all are there, and business goes on.
        let with_messages = Configuration { payments: Some(german_bank()), ..configuration() };
        let mut bank = Bank::found(directory, with_messages);
        assert_eq!(bank.demo_accounts(), json!(["569.75", "5079.90", "92.00"]));
        let mut demo = bank.anybody();
        demo.log_in("demo", "DemoPass123!");
        let reviews = demo.expect(200, "GET", "/v1/risk/reviews", None, &[]);
        assert_eq!(reviews["reviews"][0]["state"], "pending");
        let mut admin = bank.anybody();
        admin.log_in("admin", "AdminPass123!");
        let messages = admin.expect(200, "GET", "/v1/messages", None, &[]);
        assert_eq!(messages["messages"].as_array().map(Vec::len), Some(2), "{messages}");
        let review = reviews["reviews"][0]["id"].as_str().expect("an id");
        let path = format!("/v1/risk/reviews/{review}/approve");
        assert_eq!(admin.expect(200, "POST", &path, None, &[])["state"], "approved");
        assert_eq!(admin.expect(200, "GET", "/v1/users/olga", None, &[])["role"], "operator");
        let sequence = bank.close();
        assert_eq!(sequence, head.sequence + 1);
    }
}
