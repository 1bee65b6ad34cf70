// SPDX-License-Identifier: MIT

//! Files cut off or changed by a bit at random places: it is noticed and said, or it does no harm. Never is a state or
//! a balance served that is not the true one.
//!
//! `QENEX_CASES` sets how many places are tried.

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::{Driven, LEDGER_ID, Random, append, cases, copy, state_of};
use qenexd::audit::verify;
use qenexd::books::Books;
use qenexd::export::{export, import};
use qenexd::history::{Balance, History, HistoryError, Moment, Statement};
use qenexd::restore::restore;
use qenexd::snapshot::{Snapshot, Snapshots};
use qenexd::state::{Digest, State};
use qenexd::store::sqlite::{SqliteReader, SqliteStore};
use qenexd::store::{Head, Reader, Store};
use tempfile::tempdir;

/// A store with everything that it can have, and what is true of it.
struct Truth {
    directory: PathBuf,
    head: Head,
    digest: Digest,
    state: State,
    entries: u64,
}

impl Truth {
    fn new(parent: &Path) -> Truth {
        let (live, directory) = (parent.join("live"), parent.join("truth"));
        let driven = Driven::run(77, 2000);
        let snapshots = Snapshots::of_store(&live);
        let mut random = Random(77);
        let mut store = SqliteStore::create(&live, LEDGER_ID).expect("a store");
        let (closed, middle) = (driven.entries.len() * 3 / 4, driven.entries.len() * 7 / 8);
        // Large groups, so that the database has many pages and the log does not hold most of them once more.
        append(&mut store, &driven.entries[..closed], &mut random, 300);
        let state = state_of(&driven.entries[..closed]);
        snapshots.save(&Snapshot { state, chain: store.head().chain }).expect("saved");
        // Closed and opened again, so that some is in the database and some will be in its log.
        drop(store);
        let mut store = SqliteStore::open(&live, None).expect("a store");
        append(&mut store, &driven.entries[closed..middle], &mut random, 40);
        let state = state_of(&driven.entries[..middle]);
        snapshots.save(&Snapshot { state, chain: store.head().chain }).expect("saved");
        append(&mut store, &driven.entries[middle..], &mut random, 5);
        let mut reader = store.reader().expect("a reader");
        let mut books = Books::open(&live, store.identity()).expect("books");
        books.index_to(&mut *reader, u64::MAX).expect("indexed");
        drop(books);
        let mut file = Vec::new();
        export(&mut *reader, &mut file).expect("exported");
        std::fs::write(live.join("export"), file).expect("written");
        copy(&live, &directory);
        assert!(std::fs::metadata(directory.join("journal.sqlite-wal")).expect("a log").len() > 10_000);
        let state = driven.state();
        let entries = driven.entries.len() as u64;
        Truth { directory, head: store.head(), digest: state.digest(), state, entries }
    }

    fn history(&self, directory: &Path) -> Result<Vec<Answer>, HistoryError> {
        let mut reader = SqliteReader::open(&self.directory).expect("the true journal");
        let mut books = Books::open(directory, reader.identity())?;
        books.index_to(&mut reader, u64::MAX)?;
        let history = History::new(&books, &self.state)?;
        let mut answers = Vec::new();
        for account in self.state.accounts() {
            let number = account.account_number;
            for share in 0..4 {
                let moment = Moment::Sequence(self.entries * share / 3);
                answers.push(Answer::Balance(keep(history.balance(number, moment))?));
            }
            let (from, until) = (Moment::Sequence(self.entries / 3), Moment::Sequence(self.entries * 2 / 3));
            answers.push(Answer::Statement(keep(history.statement(number, from, until))?));
            let whole = history.statement(number, Moment::Sequence(0), Moment::Time(u64::MAX))?;
            answers.push(Answer::Statement(Some(whole)));
        }
        Ok(answers)
    }
}

#[derive(Debug, PartialEq)]
enum Answer {
    Balance(Option<Balance>),
    Statement(Option<Statement>),
}

/// That an account was not open yet is an answer.
fn keep<T>(answer: Result<T, HistoryError>) -> Result<Option<T>, HistoryError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(HistoryError::NotOpenYet { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn damage(path: &Path, random: &mut Random) -> String {
    let mut bytes = std::fs::read(path).expect("read");
    let length = bytes.len() as u64;
    let what = if random.below(4) == 0 {
        bytes.truncate(random.below(length) as usize);
        format!("cut off at {}", bytes.len())
    } else {
        let (at, bit) = (random.below(length) as usize, random.below(8));
        bytes[at] ^= 1 << bit;
        format!("bit {bit} of byte {at} of {length}")
    };
    std::fs::write(path, bytes).expect("written");
    what
}

/// What a daemon that starts with this store would do. `Err` is a refusal.
fn start(truth: &Truth, directory: &Path) -> Result<(), String> {
    let store = SqliteStore::open(directory, Some(LEDGER_ID)).map_err(|error| error.to_string())?;
    let restored = restore(directory).map_err(|error| error.to_string())?;
    assert_eq!(store.head(), truth.head, "a wrong end served");
    assert_eq!(restored.state.digest(), truth.digest, "a wrong state served");
    let mut noticed = Ok(());
    if let Some(error) = restored.damaged.first() {
        noticed = Err(error.to_string());
    }
    // Damage in what a restart does not read is for the audit to find.
    let audited =
        verify(&mut *store.reader().map_err(|error| error.to_string())?).map_err(|error| error.to_string())?;
    assert_eq!((audited.digest, audited.chain), (truth.digest, truth.head.chain), "a wrong audit");
    noticed
}

#[test]
fn damage_is_noticed_or_harmless() {
    let parent = tempdir().expect("directory");
    let truth = Truth::new(parent.path());
    let untouched = parent.path().join("untouched");
    copy(&truth.directory, &untouched);
    start(&truth, &untouched).expect("all is well");
    let saved = Snapshots::of_store(Path::new(""));
    let list = Snapshots::of_store(&truth.directory).list().expect("listed");
    let snapshots: Vec<PathBuf> = list.into_iter().map(|sequence| saved.path(sequence)).collect();
    let newest = snapshots[1].clone();
    let mut random = Random(4711);
    let mut counts = BTreeMap::<String, (u32, u32)>::new();
    let directory = parent.path().join("case");
    let answers = truth.history(&truth.directory).expect("the true answers");
    for _ in 0..cases(520) {
        let names = [
            "journal.sqlite".into(),
            "journal.sqlite".into(),
            "journal.sqlite-wal".into(),
            "journal.sqlite-wal".into(),
            "durable.mark".into(),
            snapshots[random.below(2) as usize].clone(),
            snapshots[1].clone(),
            PathBuf::from("export"),
            "books.sqlite".into(),
        ];
        let name = &names[random.below(names.len() as u64) as usize];
        let _ = std::fs::remove_dir_all(&directory);
        copy(&truth.directory, &directory);
        let what = damage(&directory.join(name), &mut random);
        let outcome = match name.to_str().expect("a name") {
            "export" => {
                let file = std::fs::read(directory.join(name)).expect("read");
                let outcome = import(file.as_slice(), &directory.join("imported"));
                outcome.map_err(|error| error.to_string()).map(|state| {
                    assert_eq!(state.digest(), truth.digest, "{what}: a wrong journal imported");
                })
            }
            "books.sqlite" => truth.history(&directory).map_err(|error| error.to_string()).map(|found| {
                assert_eq!(found, answers, "{what}: a wrong answer given");
            }),
            _ => start(&truth, &directory),
        };
        let kind = name.to_str().expect("a name").split('/').next().expect("a part").to_string();
        let count = counts.entry(kind).or_default();
        match outcome {
            Ok(()) => {
                // A snapshot that a newer one makes needless is not read; of the newest each byte counts.
                assert!(!name.ends_with(&newest), "{what}: not noticed in the newest snapshot");
                count.1 += 1;
            }
            Err(message) => {
                assert!(message.len() > 20, "{name:?} {what}: {message}");
                count.0 += 1;
            }
        }
    }
    for (name, (noticed, harmless)) in &counts {
        println!("{name:<20} noticed {noticed:>4}  harmless {harmless:>4}  wrong 0");
    }
    let (noticed, _) = counts["export"];
    assert!(noticed > 0 && counts["export"].1 == 0, "{counts:?}");
}
