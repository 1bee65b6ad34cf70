// SPDX-License-Identifier: MIT

//! `kill -9` of a process that appends, at random moments: nothing that it was told is durable is ever lost.
//!
//! `QENEX_KILLS` sets how often.

mod common;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{LEDGER_ID, Random};
use qenexd::restore::restore;
use qenexd::snapshot::{Snapshot, Snapshots};
use qenexd::store::sqlite::SqliteStore;
use qenexd::store::writer::Writer;
use qenexd::store::{Store, Walk};
use qenexd::synthetic::Synthetic;
use tempfile::tempdir;

const DIRECTORY: &str = "QENEX_KILL_DIRECTORY";

/// The process that is killed; not a test of its own.
#[test]
#[ignore = "is started by the test below"]
fn appends_until_killed() {
    let Some(directory) = std::env::var_os(DIRECTORY) else { return };
    let directory = Path::new(&directory);
    let store = match directory.join("journal.sqlite").exists() {
        true => SqliteStore::open(directory, Some(LEDGER_ID)).expect("a good store"),
        false => SqliteStore::create(directory, LEDGER_ID).expect("a new store"),
    };
    let mut journal = Synthetic::new(20, 9);
    journal.entries(store.head().sequence as usize);
    let mut random = Random(store.head().sequence);
    let writer = Writer::start(Box::new(store)).expect("a writer");
    let mut commits = 0_u32;
    loop {
        let entries = journal.entries(1 + random.below(300) as usize);
        let last = entries.last().expect("at least one").sequence;
        writer.submit(entries).expect("queued");
        if random.below(3) != 0 {
            let durable = writer.wait_durable(last, Duration::from_secs(60)).expect("durable");
            println!("durable {}", durable.sequence);
        }
        commits += 1;
        if commits % 8 == 0 {
            // Being killed while a snapshot is written is part of it.
            let restored = restore(directory).expect("restored");
            let snapshots = Snapshots::of_store(directory);
            if snapshots.list().expect("listed").last() != Some(&restored.state.sequence()) {
                snapshots.save(&Snapshot { state: restored.state, chain: restored.chain }).expect("saved");
                snapshots.prune(2).expect("pruned");
            }
        }
    }
}

#[test]
fn nothing_acknowledged_is_lost() {
    let kills: u32 = std::env::var("QENEX_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(20);
    let directory = tempdir().expect("directory");
    let mut random = Random(1);
    let (mut acknowledged, mut total) = (0, 0);
    for kill in 0..kills {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "appends_until_killed", "--ignored", "--nocapture"])
            .env(DIRECTORY, directory.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("a child");
        let out = child.stdout.take().expect("its output");
        let lines = std::thread::spawn(move || {
            let lines = BufReader::new(out).lines().map_while(Result::ok);
            lines.filter_map(|line| line.rsplit_once("durable ")?.1.parse::<u64>().ok()).max().unwrap_or(0)
        });
        let alive = Instant::now() + Duration::from_millis(60 + random.below(400));
        while Instant::now() < alive {
            assert!(child.try_wait().expect("asked").is_none(), "the child ended by itself");
            std::thread::sleep(Duration::from_millis(5));
        }
        child.kill().expect("killed");
        child.wait().expect("gone");
        let told = lines.join().expect("read");
        assert!(told == 0 || told >= acknowledged);
        acknowledged = acknowledged.max(told);
        if !directory.path().join("journal.sqlite").exists() {
            continue;
        }
        let store = SqliteStore::open(directory.path(), Some(LEDGER_ID)).expect("a good store");
        let head = store.head();
        assert!(head.sequence >= acknowledged, "kill {kill}: {acknowledged} was durable, {} is there", head.sequence);
        let mut journal = Synthetic::new(20, 9);
        let mut reader = store.reader().expect("a reader");
        for group in Walk::from_start(&mut *reader) {
            let group = group.expect("a good group");
            assert_eq!(group.entries(), journal.entries(group.entries().len()), "nothing else is there");
        }
        let restored = restore(directory.path()).expect("restored");
        assert_eq!(restored.state.sequence(), head.sequence);
        assert!(restored.damaged.is_empty(), "{:?}", restored.damaged);
        total = head.sequence;
    }
    assert!(total > 0);
    println!("{kills} kills, {total} entries, {acknowledged} acknowledged, 0 lost");
}
