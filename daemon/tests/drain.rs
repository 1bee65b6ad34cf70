// SPDX-License-Identifier: MIT

//! The drain against a source in memory: order, acknowledgement only of what is durable, back-pressure, clean stop,
//! errors.

mod common;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use common::LEDGER_ID;
use qenex_abi::JournalEntry;
use qenexd::drain::{DrainError, JournalSource, SourceError, drain};
use qenexd::restore::restore;
use qenexd::store::sqlite::SqliteStore;
use qenexd::store::writer::Writer;
use qenexd::store::{Group, Head, Identity, Reader, Store, StoreError};
use qenexd::synthetic::Synthetic;
use tempfile::tempdir;

/// A ring like the kernel's: what is not acknowledged stays, and when it is full nothing more comes in.
struct Ring {
    entries: Mutex<VecDeque<JournalEntry>>,
    news: Condvar,
    room: usize,
    acknowledged: AtomicU64,
    /// What is durable in truth, if somebody watches.
    durable: Arc<AtomicU64>,
}

impl Ring {
    fn new(room: usize) -> Self {
        Ring {
            entries: Mutex::new(VecDeque::new()),
            news: Condvar::new(),
            room,
            acknowledged: AtomicU64::new(0),
            durable: Arc::new(AtomicU64::new(u64::MAX)),
        }
    }

    /// Takes an entry if there is room.
    fn offer(&self, entry: JournalEntry) -> bool {
        let mut entries = self.entries.lock().expect("the ring");
        let fits = entries.len() < self.room;
        if fits {
            entries.push_back(entry);
            self.news.notify_all();
        }
        fits
    }
}

impl JournalSource for Ring {
    fn wait(
        &self,
        after: u64,
        max: usize,
        timeout: Duration,
        entries: &mut Vec<JournalEntry>,
    ) -> Result<(), SourceError> {
        let ring = self.entries.lock().expect("the ring");
        let nothing = |ring: &mut VecDeque<JournalEntry>| ring.back().is_none_or(|last| last.sequence <= after);
        let ring = self.news.wait_timeout_while(ring, timeout, nothing).expect("the ring").0;
        entries.extend(ring.iter().filter(|entry| entry.sequence > after).take(max));
        Ok(())
    }

    fn acknowledge(&self, sequence: u64) -> Result<(), SourceError> {
        assert!(sequence <= self.durable.load(Ordering::SeqCst), "acknowledged before it is durable");
        assert!(sequence >= self.acknowledged.swap(sequence, Ordering::SeqCst), "never back");
        self.entries.lock().expect("the ring").retain(|entry| entry.sequence > sequence);
        Ok(())
    }
}

/// A store that takes its time, and fails at some entry.
struct Slow {
    inner: SqliteStore,
    delay: Duration,
    fails_at: u64,
    durable: Arc<AtomicU64>,
}

impl Store for Slow {
    fn identity(&self) -> Identity {
        self.inner.identity()
    }

    fn head(&self) -> Head {
        self.inner.head()
    }

    fn append(&mut self, groups: &[Group]) -> Result<(), StoreError> {
        std::thread::sleep(self.delay);
        if groups.iter().any(|group| group.last() >= self.fails_at) {
            return Err(StoreError::Stopped("no space left on device".into()));
        }
        self.inner.append(groups)?;
        self.durable.store(self.inner.head().sequence, Ordering::SeqCst);
        Ok(())
    }

    fn reader(&self) -> Result<Box<dyn Reader>, StoreError> {
        self.inner.reader()
    }
}

fn until(what: impl Fn() -> bool) {
    let begun = Instant::now();
    while !what() {
        assert!(begun.elapsed() < Duration::from_secs(20), "in time");
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn everything_arrives_is_acknowledged_and_survives() {
    let directory = tempdir().expect("directory");
    let ring = Ring::new(500);
    let mut journal = Synthetic::new(10, 5);
    let mut expected = Vec::new();
    // Three lives of the daemon.
    for _ in 0..3 {
        let store = match SqliteStore::open(directory.path(), Some(LEDGER_ID)) {
            Err(StoreError::Missing(_)) => SqliteStore::create(directory.path(), LEDGER_ID).expect("a store"),
            store => store.expect("a store"),
        };
        let slow = Slow {
            inner: store,
            delay: Duration::from_millis(3),
            fails_at: u64::MAX,
            durable: Arc::clone(&ring.durable),
        };
        ring.durable.store(slow.head().sequence, Ordering::SeqCst);
        let writer = Writer::start(Box::new(slow)).expect("a writer");
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let draining = scope.spawn(|| drain(&ring, &writer, &stop));
            for entry in journal.entries(2000) {
                expected.push(entry);
                until(|| ring.offer(entry));
            }
            stop.store(true, Ordering::Release);
            let acknowledged = draining.join().expect("no panic").expect("a clean stop");
            // Everything read is durable and acknowledged; the rest stays in the ring.
            assert_eq!(acknowledged, writer.durable().sequence);
            assert_eq!(acknowledged, ring.acknowledged.load(Ordering::SeqCst));
            let left = ring.entries.lock().expect("the ring").len() as u64;
            assert_eq!(acknowledged + left, expected.len() as u64);
        });
        writer.stop().expect("stopped");
    }
    let restored = restore(directory.path()).expect("restored");
    assert_eq!(restored.state.sequence(), ring.acknowledged.load(Ordering::SeqCst));
}

#[test]
fn one_entry_alone_is_acknowledged_at_once() {
    let directory = tempdir().expect("directory");
    let ring = Ring::new(10);
    let store = SqliteStore::create(directory.path(), LEDGER_ID).expect("a store");
    let writer = Writer::start(Box::new(store)).expect("a writer");
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| drain(&ring, &writer, &stop).expect("a clean stop"));
        for entry in Synthetic::new(5, 5).entries(20) {
            ring.offer(entry);
            until(|| ring.acknowledged.load(Ordering::SeqCst) == entry.sequence);
        }
        stop.store(true, Ordering::Release);
    });
}

/// More than one piece, and the stop is there before the first is read.
#[test]
fn what_was_written_before_the_stop_is_stored() {
    let directory = tempdir().expect("directory");
    let ring = Ring::new(30_000);
    let store = SqliteStore::create(directory.path(), LEDGER_ID).expect("a store");
    let writer = Writer::start(Box::new(store)).expect("a writer");
    let entries = Synthetic::new(5, 5).entries(20_000);
    for entry in &entries {
        assert!(ring.offer(*entry));
    }
    let last = drain(&ring, &writer, &AtomicBool::new(true)).expect("a clean stop");
    assert_eq!(Some(last), entries.last().map(|entry| entry.sequence));
    assert_eq!(writer.durable().sequence, last);
}

#[test]
fn a_failing_store_ends_the_drain_and_acknowledges_nothing_more() {
    let directory = tempdir().expect("directory");
    let ring = Ring::new(100);
    let slow = Slow {
        inner: SqliteStore::create(directory.path(), LEDGER_ID).expect("a store"),
        delay: Duration::from_millis(1),
        fails_at: 300,
        durable: Arc::clone(&ring.durable),
    };
    ring.durable.store(0, Ordering::SeqCst);
    let writer = Writer::start(Box::new(slow)).expect("a writer");
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let draining = scope.spawn(|| drain(&ring, &writer, &stop));
        for entry in Synthetic::new(5, 5).entries(600) {
            // The ring fills and stays full: nothing is lost.
            let begun = Instant::now();
            while !ring.offer(entry) && begun.elapsed() < Duration::from_millis(50) && !draining.is_finished() {
                std::thread::sleep(Duration::from_millis(1));
            }
            if draining.is_finished() {
                break;
            }
        }
        let error = draining.join().expect("no panic").expect_err("the disk is full");
        assert!(error.to_string().contains("no space left"), "{error}");
    });
    let acknowledged = ring.acknowledged.load(Ordering::SeqCst);
    assert!(acknowledged < 300);
    assert_eq!(acknowledged, writer.durable().sequence);
    assert!(writer.submit(Synthetic::new(5, 5).entries(1)).is_err());
    let first = ring.entries.lock().expect("the ring").front().map(|entry| entry.sequence);
    assert_eq!(first, Some(acknowledged + 1), "what is not durable is still in the ring");
}

#[test]
fn a_source_with_a_gap_is_named() {
    let directory = tempdir().expect("directory");
    let ring = Ring::new(100);
    for entry in Synthetic::new(5, 5).entries(50).into_iter().skip(10) {
        ring.offer(entry);
    }
    let writer =
        Writer::start(Box::new(SqliteStore::create(directory.path(), LEDGER_ID).expect("a store"))).expect("a writer");
    let error = drain(&ring, &writer, &AtomicBool::new(false)).expect_err("a gap");
    assert!(matches!(error, DrainError::Gap { expected: 1, found: 11 }), "{error}");
}
