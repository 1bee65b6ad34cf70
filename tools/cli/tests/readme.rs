// SPDX-License-Identifier: MIT

//! The examples of the README's sections on messages and risk: each is run as it stands, and must print what stands below it.

mod common;

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use common::Daemon;

/// Stands for whatever comes there.
const ANYTHING: char = '…';

#[test]
fn messages() {
    run("Messages", 4);
}

#[test]
fn risk() {
    run("Risk", 3);
}

/// Runs the examples of a section, of which there are so many.
fn run(heading: &str, count: usize) {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let readme = std::fs::read_to_string(repository.join("README.md")).expect("the README");
    let examples = examples(section(&readme, heading));
    assert_eq!(examples.len(), count);

    let daemon = Daemon::start(None);
    let directory = daemon.directory.path().join("reader");
    std::fs::create_dir(&directory).expect("a directory");
    symlink(repository.join("daemon"), directory.join("daemon")).expect("a link");
    let programs = Path::new(env!("CARGO_BIN_EXE_qenex")).parent().expect("its directory").display();
    for (script, shown) in examples {
        let output = Command::new("sh")
            .args(["-c", &format!("exec 2>&1\n{script}")])
            .current_dir(&directory)
            .env("PATH", format!("{programs}:{}", std::env::var("PATH").unwrap_or_default()))
            .env("QENEX_SOCKET", daemon.socket())
            .env("XDG_STATE_HOME", &directory)
            .env_remove("QENEX_TOKEN")
            .output()
            .expect("a shell");
        let printed = String::from_utf8(output.stdout).expect("text").replace('\r', "");
        let (printed, shown): (Vec<&str>, Vec<&str>) = (printed.lines().collect(), shown.lines().collect());
        let fits = printed.len() == shown.len() && printed.iter().zip(&shown).all(|(line, shown)| fits(line, shown));
        assert!(fits, "{script}\nprints\n\n{}\n\ninstead of\n\n{}", printed.join("\n"), shown.join("\n"));
    }
}

/// What stands below a heading.
fn section<'t>(text: &'t str, heading: &str) -> &'t str {
    let (_, rest) = text.split_once(&format!("\n## {heading}\n")).expect("the heading");
    rest.split_once("\n## ").map_or(rest, |(section, _)| section)
}

/// Blocks of shell with the blocks of text after them.
fn examples(section: &str) -> Vec<(&str, &str)> {
    let parts: Vec<&str> = section.split("```").collect();
    let blocks: Vec<&str> = parts.iter().skip(1).step_by(2).copied().collect();
    let pairs = blocks.chunks(2).map(|pair| {
        let [script, shown] = pair else { panic!("nothing stands below {pair:?}") };
        (script.strip_prefix("sh\n").expect("shell"), shown.strip_prefix("text\n").expect("text"))
    });
    pairs.collect()
}

/// Whether a line is the one that is shown.
fn fits(line: &str, shown: &str) -> bool {
    let Some((start, rest)) = shown.split_once(ANYTHING) else { return line == shown };
    let Some(left) = line.strip_prefix(start) else { return false };
    // Wherever what comes next is: one of those places may be right.
    left.char_indices().map(|(at, _)| at).chain([left.len()]).any(|at| fits(&left[at..], rest))
}
