// SPDX-License-Identifier: MIT

//! How fast the store is on this machine's disk: beside a raw write and sync of the same bytes, so that the disk's part
//! in it is known, and how long a restart takes.

#![forbid(unsafe_code)]

use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::{Parser, Subcommand};
use qenex_abi::{AccountRequest, Id, Info, JournalEntry, Transfer, TransferResult, UpdateRequest};
use qenexd::audit::verify;
use qenexd::bank::{AccountsRead, Bank, BankError, Durable};
use qenexd::books::Books;
use qenexd::people::Policy;
use qenexd::restore::restore;
use qenexd::risk::{Risk, RiskSettings};
use qenexd::snapshot::{Snapshot, Snapshots};
use qenexd::state::State;
use qenexd::store::sqlite::{SqliteReader, SqliteStore};
use qenexd::store::writer::Writer;
use qenexd::store::{ChainHead, GROUP_MAX, Reader};
use qenexd::synthetic::Synthetic;
use serde::Serialize;
use zerocopy::IntoBytes;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The store's benchmark.
#[derive(Parser)]
struct Arguments {
    /// Directory on the disk to be measured; what is made in it is removed again.
    #[arg(long, default_value = ".")]
    directory: PathBuf,
    /// Print JSON only.
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Entries made durable per second, in large groups and one by one.
    Append {
        /// Entries in large groups.
        #[arg(long, default_value_t = 4_000_000)]
        entries: usize,
        /// Entries one by one, each waiting for its own sync.
        #[arg(long, default_value_t = 2_000)]
        singles: usize,
        /// How often everything is measured.
        #[arg(long, default_value_t = 3)]
        runs: usize,
    },
    /// Time from a closed store to a verified state; then of an audit, and of writing the books.
    Restore {
        /// Accounts in the snapshot.
        #[arg(long, default_value_t = 1_000_000)]
        accounts: usize,
        /// Entries after the snapshot.
        #[arg(long, default_value_t = 10_000_000)]
        entries: usize,
    },
    /// Time in which the history that payments are judged by is made anew at a start.
    History {
        /// Accounts, all of them active.
        #[arg(long, default_value_t = 100_000)]
        accounts: usize,
        /// Entries after their openings, spread over 30 days.
        #[arg(long, default_value_t = 1_000_000)]
        entries: usize,
    },
}

#[derive(Serialize)]
struct Measured {
    what: &'static str,
    run: usize,
    entries: usize,
    seconds: f64,
    entries_per_second: f64,
    megabytes_per_second: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    p50_milliseconds: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p99_milliseconds: Option<f64>,
}

impl Measured {
    fn new(what: &'static str, run: usize, entries: usize, elapsed: Duration) -> Self {
        let seconds = elapsed.as_secs_f64();
        Measured {
            what,
            run,
            entries,
            seconds,
            entries_per_second: entries as f64 / seconds,
            megabytes_per_second: (entries * size_of::<JournalEntry>()) as f64 / seconds / 1e6,
            p50_milliseconds: None,
            p99_milliseconds: None,
        }
    }

    fn with_latencies(mut self, mut latencies: Vec<Duration>) -> Self {
        latencies.sort_unstable();
        let at = |share: f64| {
            let place = (latencies.len() as f64 * share) as usize;
            latencies.get(place.min(latencies.len().saturating_sub(1))).map(|time| time.as_secs_f64() * 1e3)
        };
        (self.p50_milliseconds, self.p99_milliseconds) = (at(0.5), at(0.99));
        self
    }
}

/// A directory that goes when it is no longer used.
struct Scratch(PathBuf);

impl Scratch {
    fn new(parent: &Path) -> Outcome<Self> {
        let path = parent.join(format!("qenexd-store-bench.{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Scratch(path))
    }

    fn clear(&self) -> Outcome<()> {
        std::fs::remove_dir_all(&self.0)?;
        std::fs::create_dir_all(&self.0)?;
        // What was removed must not be written back during the next measurement.
        File::open(&self.0)?.sync_all()?;
        Ok(())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn main() -> Outcome<()> {
    let arguments = Arguments::parse();
    let scratch = Scratch::new(&arguments.directory)?;
    let measured = match arguments.what {
        What::Append { entries, singles, runs } => append(&scratch, entries, singles, runs)?,
        What::Restore { accounts, entries } => measure_restore(&scratch, accounts, entries)?,
        What::History { accounts, entries } => measure_history(&scratch, accounts, entries)?,
    };
    if !arguments.json {
        println!(
            "{:<44} {:>3} {:>10} {:>9} {:>11} {:>8} {:>8} {:>8}",
            "", "run", "entries", "s", "entries/s", "MB/s", "p50 ms", "p99 ms"
        );
        for m in &measured {
            let latency = |value: Option<f64>| value.map_or(String::new(), |value| format!("{value:.2}"));
            println!(
                "{:<44} {:>3} {:>10} {:>9.3} {:>11.0} {:>8.0} {:>8} {:>8}",
                m.what,
                m.run,
                m.entries,
                m.seconds,
                m.entries_per_second,
                m.megabytes_per_second,
                latency(m.p50_milliseconds),
                latency(m.p99_milliseconds)
            );
        }
    }
    println!("{}", serde_json::to_string(&measured)?);
    Ok(())
}

fn append(scratch: &Scratch, entries: usize, singles: usize, runs: usize) -> Outcome<Vec<Measured>> {
    let mut measured = Vec::new();
    let mut journal = Synthetic::new(10_000, 1);
    let groups: Vec<Vec<JournalEntry>> = (0..entries.div_ceil(GROUP_MAX)).map(|_| journal.entries(GROUP_MAX)).collect();
    let single: Vec<JournalEntry> = Synthetic::new(1000, 2).entries(singles);
    for run in 1..=runs {
        scratch.clear()?;
        measured.push(raw("raw write + fdatasync, 8,192 entries each", run, scratch, &groups)?);
        scratch.clear()?;
        measured.push(store_groups(run, scratch, &groups)?);
        scratch.clear()?;
        let ones: Vec<Vec<JournalEntry>> = single.iter().map(|entry| vec![*entry]).collect();
        measured.push(raw("raw write + fdatasync, 1 entry each", run, scratch, &ones)?);
        scratch.clear()?;
        measured.push(store_singles(run, scratch, &ones)?);
    }
    Ok(measured)
}

fn raw(what: &'static str, run: usize, scratch: &Scratch, groups: &[Vec<JournalEntry>]) -> Outcome<Measured> {
    let mut file = File::create(scratch.0.join("raw"))?;
    let (mut latencies, mut count) = (Vec::new(), 0);
    let begun = Instant::now();
    for group in groups {
        let before = Instant::now();
        file.write_all(group.as_slice().as_bytes())?;
        file.sync_data()?;
        latencies.push(before.elapsed());
        count += group.len();
    }
    Ok(Measured::new(what, run, count, begun.elapsed()).with_latencies(latencies))
}

fn store_groups(run: usize, scratch: &Scratch, groups: &[Vec<JournalEntry>]) -> Outcome<Measured> {
    let store = SqliteStore::create(&scratch.0.join("store"), Id::from_u128(1))?;
    store.make_room()?;
    let writer = Writer::start(Box::new(store))?;
    let mut count = 0;
    let copies: Vec<Vec<JournalEntry>> = groups.to_vec();
    let begun = Instant::now();
    for group in copies {
        count += group.len();
        writer.submit(group)?;
    }
    let store = writer.stop()?;
    let elapsed = begun.elapsed();
    assert_eq!(store.head().sequence, count as u64);
    Ok(Measured::new("store, groups of 8,192 entries, queued", run, count, elapsed))
}

fn store_singles(run: usize, scratch: &Scratch, ones: &[Vec<JournalEntry>]) -> Outcome<Measured> {
    let store = SqliteStore::create(&scratch.0.join("store"), Id::from_u128(1))?;
    store.make_room()?;
    let writer = Writer::start(Box::new(store))?;
    let mut latencies = Vec::new();
    let begun = Instant::now();
    for (sequence, one) in (1..).zip(ones) {
        let before = Instant::now();
        writer.submit(one.clone())?;
        writer.wait_durable(sequence, Duration::from_secs(60))?;
        latencies.push(before.elapsed());
    }
    let elapsed = begun.elapsed();
    writer.stop()?;
    Ok(Measured::new("store, 1 entry, waited for", run, ones.len(), elapsed).with_latencies(latencies))
}

fn measure_restore(scratch: &Scratch, accounts: usize, entries: usize) -> Outcome<Vec<Measured>> {
    let directory = scratch.0.join("store");
    let ledger_id = Id::from_u128(1);
    let mut writer = Writer::start(Box::new(SqliteStore::create(&directory, ledger_id)?))?;
    let mut journal = Synthetic::new(accounts, 3);
    let mut state = State::new(ledger_id);
    let mut chain = ChainHead::genesis(ledger_id);
    let opening = usize::try_from(journal.opening_entries())?;
    let mut measured = Vec::new();
    for (count, snapshot) in [(opening, true), (entries, false)] {
        let mut left = count;
        while left > 0 {
            let group = journal.entries(left.min(GROUP_MAX));
            left -= group.len();
            for entry in &group {
                state.apply(entry)?;
            }
            writer.submit(group)?;
        }
        let store = writer.stop()?;
        if snapshot {
            chain = store.head().chain;
            let begun = Instant::now();
            let copy = Snapshot { state: state.clone(), chain };
            Snapshots::of_store(&directory).save(&copy)?;
            measured.push(Measured::new("snapshot written (accounts)", 1, accounts, begun.elapsed()));
        }
        writer = Writer::start(store)?;
    }
    drop(writer);
    // Most of the journal is still in the page cache: what is measured is the work, not the disk.
    let begun = Instant::now();
    let restored = restore(&directory)?;
    let elapsed = begun.elapsed();
    let digest = restored.state.digest();
    let with_digest = begun.elapsed();
    assert_eq!(digest, state.digest());
    assert_ne!(restored.chain, chain);
    measured.push(Measured::new("restored from snapshot and journal (entries)", 1, entries, elapsed));
    measured.push(Measured::new("the same, digest included", 1, entries, with_digest));
    let all = opening + entries;
    let begun = Instant::now();
    let audited = verify(&mut SqliteReader::open(&directory)?)?;
    assert_eq!(audited.digest, digest);
    measured.push(Measured::new("audit from the first entry (entries)", 1, all, begun.elapsed()));
    let mut reader = SqliteReader::open(&directory)?;
    let mut books = Books::open(&directory, reader.identity())?;
    let begun = Instant::now();
    books.index_to(&mut reader, all.min(1_000_000) as u64)?;
    let written = usize::try_from(books.sequence())?;
    measured.push(Measured::new("books written (first entries)", 1, written, begun.elapsed()));
    Ok(measured)
}

/// A ledger that nobody may ask: what is stored must be enough.
struct Absent;

impl Absent {
    fn answer<T>() -> Result<T, BankError> {
        Err(BankError::System("there is no ledger".into()))
    }
}

impl Bank for Absent {
    fn info(&self) -> Result<Info, BankError> {
        Self::answer()
    }

    fn open_account(&self, _: &AccountRequest) -> Result<AccountRequest, BankError> {
        Self::answer()
    }

    fn update_account(&self, _: &UpdateRequest) -> Result<UpdateRequest, BankError> {
        Self::answer()
    }

    fn accounts(&self, _: &[u64]) -> Result<AccountsRead, BankError> {
        Self::answer()
    }

    fn batch(&self, _: &[Transfer]) -> Result<Vec<TransferResult>, BankError> {
        Self::answer()
    }

    fn recorded(&self, _: &[Id]) -> Result<Vec<Option<JournalEntry>>, BankError> {
        Self::answer()
    }

    fn recorded_from(&self, _: u64, _: usize) -> Result<Vec<JournalEntry>, BankError> {
        Self::answer()
    }
}

fn measure_history(scratch: &Scratch, accounts: usize, entries: usize) -> Outcome<Vec<Measured>> {
    const MONTH: u64 = 30 * 86_400 * 1_000_000_000;
    let writer = Writer::start(Box::new(SqliteStore::create(&scratch.0, Id::from_u128(1))?))?;
    let mut journal = Synthetic::new(accounts, 4);
    let opening = usize::try_from(journal.opening_entries())?;
    writer.submit(journal.entries(opening))?;
    journal = journal.with_step(MONTH / entries.max(1) as u64);
    let mut left = entries;
    while left > 0 {
        writer.submit(journal.entries(left.min(GROUP_MAX)))?;
        left -= left.min(GROUP_MAX);
    }
    writer.stop()?;
    let durable = Durable::new(tokio::sync::watch::channel(0).1, Duration::ZERO);
    let reader = Box::new(SqliteReader::open(&scratch.0)?);
    let begun = Instant::now();
    let guarded = (Arc::new(Absent) as _, durable);
    Risk::open(RiskSettings::default(), &scratch.0, guarded, reader, Policy::default(), Arc::default())?;
    Ok(vec![Measured::new("history to judge by made anew (entries)", 1, opening + entries, begun.elapsed())])
}
