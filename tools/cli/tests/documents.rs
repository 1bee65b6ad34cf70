// SPDX-License-Identifier: MIT

//! The commands in the documents that need no kernel: each is run as it stands, and must print what stands below it.

mod common;

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::Daemon;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository")
}

fn documents(arguments: &[&str]) -> Command {
    let mut command = Command::new("python3");
    command.arg(repository().join("tests/documents.py")).args(arguments);
    command
}

#[test]
fn print_what_they_say() {
    let list = documents(&["list", "sandbox"]).output().expect("python3");
    let list = String::from_utf8(list.stdout).expect("text");
    assert!(list.lines().count() >= 3, "{list}");
    let programs = Path::new(env!("CARGO_BIN_EXE_qenex")).parent().expect("its directory").display().to_string();
    for section in list.lines() {
        let daemon = Daemon::start(None);
        let directory = daemon.directory.path().join("reader");
        std::fs::create_dir(&directory).expect("a directory");
        symlink(repository().join("daemon"), directory.join("daemon")).expect("a link");
        let output = documents(&["run", &repository().join(section).to_string_lossy()])
            .current_dir(&directory)
            .env("PATH", format!("{programs}:{}", std::env::var("PATH").unwrap_or_default()))
            .env("QENEX_SOCKET", daemon.socket())
            .env("XDG_STATE_HOME", &directory)
            .env_remove("QENEX_TOKEN")
            .output()
            .expect("python3");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    }
}
