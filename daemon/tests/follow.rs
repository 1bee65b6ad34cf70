// SPDX-License-Identifier: MIT

//! What follows from the journal: it keeps up, and what is damaged of it is made anew.

mod common;

use std::path::Path;
use std::time::{Duration, Instant};

use common::{LEDGER_ID, Random};
use qenexd::books::{self, Books};
use qenexd::follow::{Follower, Policy};
use qenexd::restore::restore;
use qenexd::store::sqlite::{SqliteReader, SqliteStore};
use qenexd::store::writer::Writer;
use qenexd::store::{Group, Reader, Store};
use qenexd::synthetic::Synthetic;
use tempfile::tempdir;

const PATIENCE: Duration = Duration::from_secs(30);

fn until(what: impl Fn() -> bool) {
    let begun = Instant::now();
    while !what() {
        assert!(begun.elapsed() < PATIENCE, "in time");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A new store in `directory`, written to and followed.
fn followed(directory: &Path, policy: Policy) -> (Writer, Follower) {
    let store = SqliteStore::create(directory, LEDGER_ID).expect("a store");
    let reader = store.reader().expect("a reader");
    let restored = restore(directory).expect("restored");
    let follower = Follower::start(directory, reader, restored, policy).expect("a follower");
    (Writer::start(Box::new(store)).expect("a writer"), follower)
}

#[test]
fn the_follower_keeps_up_and_leaves_snapshots() {
    let directory = tempdir().expect("directory");
    let (writer, follower) = followed(directory.path(), Policy { every: 1000, keep: 2 });
    let mut journal = Synthetic::new(10, 6);
    for _ in 0..40 {
        writer.submit(journal.entries(250)).expect("queued");
        follower.durable(writer.flush().expect("durable").sequence);
    }
    let books = follower.wait_for_books(10_000, PATIENCE).expect("following");
    assert_eq!(books, 10_000);
    until(|| follower.with_state(|state| state.sequence()) == 10_000);
    let digest = follower.with_state(|state| state.digest());
    follower.stop().expect("stopped");
    drop(writer);
    let restored = restore(directory.path()).expect("restored");
    assert_eq!((restored.snapshot, restored.replayed, restored.state.digest()), (10_000, 0, digest));
    let kept = std::fs::read_dir(directory.path().join("snapshots")).expect("snapshots").count();
    assert_eq!(kept, 2);
    let identity = SqliteReader::open(directory.path()).expect("a reader").identity();
    assert_eq!(Books::open(directory.path(), identity).expect("books").sequence(), 10_000);
}

/// The books rest between steps, but neither for ever nor when somebody waits for them.
#[test]
fn the_books_follow_unasked() {
    let directory = tempdir().expect("directory");
    let (writer, follower) = followed(directory.path(), Policy::default());
    let mut journal = Synthetic::new(10, 6);
    for round in 1..=3 {
        for _ in 0..20 {
            writer.submit(journal.entries(5)).expect("queued");
            follower.durable(writer.flush().expect("durable").sequence);
        }
        until(|| follower.wait_for_books(0, Duration::ZERO).expect("following") == 100 * round);
    }
    follower.stop().expect("stopped");
}

/// Books that were damaged while nobody held them never stop the business: they are made anew when it shows.
#[test]
fn damaged_books_are_made_anew() {
    let home = tempdir().expect("directory");
    let mut store = SqliteStore::create(home.path(), LEDGER_ID).expect("a store");
    let mut journal = Synthetic::new(10, 6);
    for _ in 0..10 {
        let group = Group::seal(store.head().chain, journal.entries(200)).expect("a group");
        store.append(&[group]).expect("stored");
    }
    let mut reader = store.reader().expect("a reader");
    Books::open(home.path(), store.identity()).expect("books").index_to(&mut *reader, 2_000).expect("indexed");
    drop((reader, store));
    let later = journal.entries(300);
    let mut random = Random(0xB00C5);
    let mut anew = 0;
    for case in 0..common::cases(40) {
        let directory = tempdir().expect("directory");
        common::copy(home.path(), directory.path());
        let what = damage(&directory.path().join(books::FILE), &mut random);
        let store = SqliteStore::open(directory.path(), Some(LEDGER_ID)).expect("the store is in order");
        let (reader, restored) = (store.reader().expect("a reader"), restore(directory.path()).expect("restored"));
        let follower = Follower::start(directory.path(), reader, restored, Policy::default())
            .unwrap_or_else(|error| panic!("case {case}, {what}: {error}"));
        let writer = Writer::start(Box::new(store)).expect("a writer");
        writer.submit(later.clone()).expect("queued");
        follower.durable(writer.flush().expect("durable").sequence);
        let reached = follower.wait_for_books(2_300, PATIENCE);
        assert_eq!(reached.unwrap_or_else(|error| panic!("case {case}, {what}: {error}")), 2_300);
        anew += u64::from(follower.editions_of_books() > 0);
        follower.stop().expect("stopped");
    }
    assert!(anew > 0, "no damage showed while the books were written");
}

fn damage(path: &Path, random: &mut Random) -> String {
    let mut bytes = std::fs::read(path).expect("read");
    let at = random.below(bytes.len() as u64) as usize;
    let what = match random.below(3) {
        0 => {
            bytes.truncate(at);
            format!("cut off at {at}")
        }
        1 => {
            bytes[at] ^= 1 << random.below(8);
            format!("a bit of byte {at} of {}", bytes.len())
        }
        _ => {
            let page = at / 4096 * 4096;
            let end = (page + 4096).min(bytes.len());
            bytes[page..end].fill(0);
            format!("page at {page} of {} zeroed", bytes.len())
        }
    };
    std::fs::write(path, bytes).expect("written");
    what
}
