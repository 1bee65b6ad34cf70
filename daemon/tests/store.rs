// SPDX-License-Identifier: MIT

//! What is stored comes back; what is wrong is refused with one clear line.

mod common;

use std::path::Path;
use std::time::Duration;

use common::{Driven, LEDGER_ID, Random, append, state_of, store_of};
use qenex_abi::{Id, JournalEntry, QENEX_ENTRY_REVERSAL};
use qenexd::audit::{AuditError, verify, verify_with_head};
use qenexd::backup::backup;
use qenexd::export::{ExportError, export, import};
use qenexd::restore::{RestoreError, restore, restore_until};
use qenexd::snapshot::{Snapshot, Snapshots};
use qenexd::state::entry_checksum;
use qenexd::store::sqlite::{SqliteReader, SqliteStore};
use qenexd::store::writer::Writer;
use qenexd::store::{ChainHead, Group, Reader, Store, StoreError, Walk};
use qenexd::synthetic::Synthetic;
use rusqlite::Connection;
use tempfile::tempdir;

fn entries_of(directory: &Path) -> Vec<JournalEntry> {
    let mut reader = SqliteReader::open(directory).expect("a reader");
    Walk::from_start(&mut reader).flat_map(|group| group.expect("a good group").entries().to_vec()).collect()
}

/// Changes the journal's database as somebody with an editor would: triggers out, change, triggers in.
fn tamper(directory: &Path, change: impl FnOnce(&Connection)) {
    let database = Connection::open(directory.join("journal.sqlite")).expect("the database");
    let triggers: Vec<(String, String)> = {
        let mut query = database.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").expect("query");
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("query");
        rows.collect::<Result<_, _>>().expect("rows")
    };
    for (name, _) in &triggers {
        database.execute_batch(&format!("DROP TRIGGER {name}")).expect("dropped");
    }
    change(&database);
    for (_, sql) in &triggers {
        database.execute_batch(sql).expect("made again");
    }
}

#[test]
fn what_is_stored_comes_back() {
    let directory = tempdir().expect("directory");
    let driven = Driven::run(1, 600);
    let mut random = Random(1);
    let (first, second) = driven.entries.split_at(driven.entries.len() / 2);
    let store = store_of(directory.path(), first, &mut random);
    let head = store.head();
    assert_eq!(head.sequence, first.len() as u64);
    drop(store);
    let mut store = SqliteStore::open(directory.path(), Some(LEDGER_ID)).expect("opened again");
    assert_eq!(store.head(), head);
    append(&mut store, second, &mut random, 60);
    assert_eq!(entries_of(directory.path()), driven.entries);
    let restored = restore(directory.path()).expect("restored");
    assert_eq!(restored.state.digest(), driven.state().digest());
    assert_eq!(restored.chain, store.head().chain);
    let audited = verify(&mut *store.reader().expect("a reader")).expect("all is well");
    assert_eq!((audited.sequence, audited.digest), (driven.entries.len() as u64, driven.state().digest()));
    for sequence in [0, 1, 57, first.len() as u64] {
        let restored = restore_until(directory.path(), sequence).expect("restored");
        assert_eq!(restored.state.digest(), state_of(&driven.entries[..sequence as usize]).digest());
    }
}

#[test]
fn an_empty_store_is_a_store() {
    let directory = tempdir().expect("directory");
    drop(SqliteStore::create(directory.path(), LEDGER_ID).expect("a store"));
    let store = SqliteStore::open(directory.path(), None).expect("opened");
    assert_eq!((store.head().sequence, store.head().chain), (0, ChainHead::genesis(LEDGER_ID)));
    assert_eq!(restore(directory.path()).expect("restored").state.sequence(), 0);
    assert_eq!(verify(&mut *store.reader().expect("a reader")).expect("all is well").groups, 0);
}

#[test]
fn what_is_wrong_is_refused_and_named() {
    let parent = tempdir().expect("directory");
    let directory = parent.path().join("store");
    let said = |result: Result<SqliteStore, StoreError>, part: &str| {
        let message = result.err().expect("refused").to_string();
        assert!(message.contains(part), "{message}");
    };
    said(SqliteStore::open(&directory, None), "there is no store in");
    let mut store = store_of(&directory, &Driven::run(2, 100).entries, &mut Random(2));
    said(SqliteStore::open(&directory, None), "is in use by process");
    said(SqliteStore::create(&directory, LEDGER_ID), "is in use by process");
    let head = store.head();
    // A gap, another chain, nothing.
    let far = JournalEntry { sequence: head.sequence + 2, timestamp: u64::MAX, ..JournalEntry::default() };
    let far = JournalEntry { crc: entry_checksum(&far), ..far };
    let gap = Group::seal(head.chain, vec![far]).expect("a group");
    assert!(matches!(store.append(&[gap]), Err(StoreError::Order { .. })));
    let next = JournalEntry { sequence: head.sequence + 1, ..far };
    let next = JournalEntry { crc: entry_checksum(&next), ..next };
    let chain = Group::seal(ChainHead::genesis(LEDGER_ID), vec![next]).expect("a group");
    assert!(matches!(store.append(&[chain]), Err(StoreError::Chain { .. })));
    assert_eq!(store.head(), head);
    store.append(&[]).expect("nothing is no error");
    drop(store);
    said(SqliteStore::create(&directory, LEDGER_ID), "already");
    said(SqliteStore::open(&directory, Some(Id::from_u128(3))), "holds ledger");

    let format = |number: u64| {
        // A store of that format, with the right checksum.
        tamper(&directory, |database| {
            use sha2::Digest;
            let created: Vec<u8> =
                database.query_row("SELECT value FROM meta WHERE key = 'created'", [], |row| row.get(0)).expect("row");
            let mut hash = sha2::Sha256::new();
            hash.update(b"ledger_id");
            hash.update(LEDGER_ID.to_u128().to_be_bytes());
            hash.update(b"format");
            hash.update(number.to_be_bytes());
            hash.update(b"created");
            hash.update(created);
            let hash: [u8; 32] = hash.finalize().into();
            database.execute("UPDATE meta SET value = ? WHERE key = 'format'", [number.to_be_bytes()]).expect("set");
            database.execute("UPDATE meta SET value = ? WHERE key = 'checksum'", [hash]).expect("set");
        });
    };
    format(2);
    said(SqliteStore::open(&directory, None), "use a newer qenexd");
    format(1);
    drop(SqliteStore::open(&directory, None).expect("good again"));
    tamper(&directory, |database| {
        database.execute_batch("CREATE TABLE mine (x)").expect("made");
    });
    said(SqliteStore::open(&directory, None), "tables or triggers");
    tamper(&directory, |database| database.execute_batch("DROP TABLE mine").expect("dropped"));
    std::fs::write(directory.join("durable.mark"), "nonsense").expect("written");
    said(SqliteStore::open(&directory, None), "neither of its two slots");
    SqliteStore::accept_end(&directory).expect("accepted");
    drop(SqliteStore::open(&directory, None).expect("good again"));
    std::fs::write(directory.join("journal.sqlite"), "nonsense").expect("written");
    assert!(SqliteStore::open(&directory, None).is_err());
}

#[test]
fn history_is_append_only() {
    let directory = tempdir().expect("directory");
    drop(store_of(directory.path(), &Driven::run(3, 50).entries, &mut Random(3)));
    let database = Connection::open(directory.path().join("journal.sqlite")).expect("the database");
    for sql in [
        "UPDATE journal_group SET crc = 0",
        "DELETE FROM journal_group",
        "INSERT INTO journal_group VALUES (1000000, 1000000, x'00', x'00', 0, x'00')",
        "UPDATE meta SET value = 0",
        "DELETE FROM meta",
    ] {
        assert!(database.execute_batch(sql).is_err(), "{sql}");
    }
}

#[test]
fn a_lost_end_is_noticed() {
    let directory = tempdir().expect("directory");
    drop(store_of(directory.path(), &Driven::run(4, 100).entries, &mut Random(4)));
    let last = SqliteReader::open(directory.path()).expect("a reader").head().expect("a head").sequence;
    tamper(directory.path(), |database| {
        database
            .execute_batch("DELETE FROM journal_group WHERE first = (SELECT max(first) FROM journal_group)")
            .expect("gone");
    });
    let error = SqliteStore::open(directory.path(), None).err().expect("refused");
    assert!(matches!(error, StoreError::EndLost { marked, .. } if marked == last), "{error}");
    assert!(SqliteReader::open(directory.path()).is_err());
    let end = SqliteStore::accept_end(directory.path()).expect("accepted");
    assert_eq!(SqliteStore::open(directory.path(), None).expect("opened").head().sequence, end);
}

/// A group rewritten with everything in it made to fit but the chain after it; a whole history rewritten.
#[test]
fn a_rewritten_history_is_noticed() {
    let directory = tempdir().expect("directory");
    let driven = Driven::run(5, 600);
    let store = store_of(directory.path(), &driven.entries, &mut Random(5));
    let kept = (store.head().sequence, store.head().chain);
    drop(store);
    verify_with_head(&mut SqliteReader::open(directory.path()).expect("a reader"), Some(kept)).expect("all is well");

    let mut reader = SqliteReader::open(directory.path()).expect("a reader");
    let group = reader.groups(100, 1).expect("a group").remove(0);
    drop(reader);
    let mut changed = group.entries().to_vec();
    // The reference of an entry: nothing follows from it but the chain.
    changed[0].reference.low ^= 1;
    changed[0].crc = entry_checksum(&changed[0]);
    let forged = Group::seal(group.previous(), changed).expect("a group");
    tamper(directory.path(), |database| {
        let sql = "UPDATE journal_group SET head = ?, crc = ?, entries = ? WHERE first = ?";
        let values = (forged.head().0, forged.crc(), forged.bytes(), forged.first() as i64);
        assert_eq!(database.execute(sql, values), Ok(1));
    });
    let error = verify(&mut SqliteReader::open(directory.path()).expect("a reader")).expect_err("forged");
    assert_eq!(error.first_bad(), Some(group.last() + 1), "{error}");
    assert_eq!(restore(directory.path()).expect_err("forged").first_bad(), Some(group.last() + 1));

    // All of it anew: only a head kept elsewhere tells.
    let forged = tempdir().expect("directory");
    let mut entries = driven.entries.clone();
    entries[99].reference.low ^= 1;
    entries[99].crc = entry_checksum(&entries[99]);
    drop(store_of(forged.path(), &entries, &mut Random(5)));
    let mut reader = SqliteReader::open(forged.path()).expect("a reader");
    verify(&mut reader).expect("it fits in itself");
    let error = verify_with_head(&mut reader, Some(kept)).expect_err("forged");
    assert!(matches!(error, AuditError::OtherHead { .. }), "{error}");
    let error = verify_with_head(&mut reader, Some((kept.0 + 1, kept.1))).expect_err("not there");
    assert!(matches!(error, AuditError::NoSuchHead { .. }), "{error}");
}

/// An entry that contradicts the ones before it, in a store that is whole otherwise.
#[test]
fn an_impossible_entry_is_named() {
    let driven = Driven::run(6, 900);
    for at in [10, 100, 250] {
        let directory = tempdir().expect("directory");
        let mut entries = driven.entries.clone();
        entries[at].to_after.credits_posted += 1;
        entries[at].crc = entry_checksum(&entries[at]);
        drop(store_of(directory.path(), &entries, &mut Random(6)));
        let mut reader = SqliteReader::open(directory.path()).expect("a reader");
        assert_eq!(verify(&mut reader).expect_err("impossible").first_bad(), Some(at as u64 + 1));
        assert_eq!(restore(directory.path()).expect_err("impossible").first_bad(), Some(at as u64 + 1));
    }
}

#[test]
fn a_reversal_of_too_much_is_noticed() {
    // Entries that fit in themselves, with a reversal that names another original.
    let driven = (0..50)
        .map(|seed| Driven::run(seed, 300))
        .find(|driven| driven.entries.iter().any(|entry| entry.kind == QENEX_ENTRY_REVERSAL));
    let mut entries = driven.expect("a history with a reversal").entries;
    let at = entries.iter().position(|entry| entry.kind == QENEX_ENTRY_REVERSAL).expect("a reversal");
    entries[at].related_id = Id::from_u128(12345);
    entries[at].crc = entry_checksum(&entries[at]);
    let directory = tempdir().expect("directory");
    drop(store_of(directory.path(), &entries, &mut Random(7)));
    let error = verify(&mut SqliteReader::open(directory.path()).expect("a reader")).expect_err("no original");
    assert!(matches!(error, AuditError::NoOriginal { sequence, .. } if sequence == at as u64 + 1), "{error}");
}

#[test]
fn snapshots_shorten_the_replay_and_never_decide() {
    let directory = tempdir().expect("directory");
    let driven = Driven::run(8, 1200);
    let snapshots = Snapshots::of_store(directory.path());
    let mut store = SqliteStore::create(directory.path(), LEDGER_ID).expect("a store");
    let mut random = Random(8);
    let mut at = 0;
    for cut in [100, 200, 300, driven.entries.len()] {
        append(&mut store, &driven.entries[at..cut], &mut random, 30);
        at = cut;
        if cut < driven.entries.len() {
            let state = state_of(&driven.entries[..cut]);
            snapshots.save(&Snapshot { state, chain: store.head().chain }).expect("saved");
        }
    }
    drop(store);
    let digest = driven.state().digest();
    let restored = restore(directory.path()).expect("restored");
    assert_eq!((restored.snapshot, restored.state.digest()), (300, digest));
    assert!(restored.damaged.is_empty());
    let restored = restore_until(directory.path(), 250).expect("restored");
    assert_eq!((restored.snapshot, restored.state.sequence()), (200, 250));

    // The newest is damaged: the one before helps, and that is said.
    let mut bytes = std::fs::read(snapshots.path(300)).expect("read");
    bytes[500] ^= 1;
    std::fs::write(snapshots.path(300), &bytes).expect("written");
    let restored = restore(directory.path()).expect("restored");
    assert_eq!((restored.snapshot, restored.state.digest(), restored.damaged.len()), (200, digest, 1));

    // One with another past.
    let mut entries = driven.entries.clone();
    entries[0].code += 1;
    entries[0].crc = entry_checksum(&entries[0]);
    let other = Snapshot { state: state_of(&entries[..200]), chain: ChainHead::genesis(Id::from_u128(1)) };
    snapshots.save(&other).expect("saved");
    let error = restore(directory.path()).expect_err("another history");
    assert!(matches!(error, RestoreError::OtherHistory(200)), "{error}");
    std::fs::remove_file(snapshots.path(200)).expect("removed");
    assert_eq!(restore(directory.path()).expect("restored").snapshot, 100);

    // One that is ahead of the journal.
    let ahead = directory.path().join("snapshots/00000000000000009999.snapshot");
    std::fs::copy(snapshots.path(100), ahead).expect("copied");
    assert!(matches!(restore(directory.path()), Err(RestoreError::SnapshotAhead { .. })));
    assert_eq!(snapshots.prune(1).expect("pruned"), 2);
    assert_eq!(snapshots.list().expect("listed"), [9999]);
}

#[test]
fn an_exported_journal_makes_the_same_store() {
    let parent = tempdir().expect("directory");
    let driven = Driven::run(9, 300);
    let store = store_of(&parent.path().join("one"), &driven.entries, &mut Random(9));
    let mut file = Vec::new();
    let exported = export(&mut *store.reader().expect("a reader"), &mut file).expect("exported");
    assert_eq!(exported, (store.head().sequence, store.head().chain));
    let other = parent.path().join("other");
    let state = import(file.as_slice(), &other).expect("imported");
    assert_eq!(state.digest(), driven.state().digest());
    assert_eq!(SqliteStore::open(&other, Some(LEDGER_ID)).expect("opened").head(), store.head());
    let error = import(file.as_slice(), &other).expect_err("there is one");
    assert!(matches!(error, ExportError::Store(StoreError::Exists(_))), "{error}");
    let third = parent.path().join("third");
    file.push(0);
    assert!(import(file.as_slice(), &third).is_err());
    file.truncate(file.len() - 2);
    assert!(import(file.as_slice(), &third).is_err());
    file[8] = 2;
    assert!(matches!(import(file.as_slice(), &third), Err(ExportError::NewerFormat { .. })));
    assert!(!third.exists(), "nothing is left of an attempt");
}

#[test]
fn a_backup_is_made_while_others_append() {
    let parent = tempdir().expect("directory");
    let directory = parent.path().join("store");
    let store = SqliteStore::create(&directory, LEDGER_ID).expect("a store");
    let writer = Writer::start(Box::new(store)).expect("a writer");
    let mut journal = Synthetic::new(20, 1);
    std::thread::scope(|scope| {
        let (sender, receiver) = std::sync::mpsc::channel();
        let (writer, journal) = (&writer, &mut journal);
        scope.spawn(move || {
            while receiver.try_recv().is_err() {
                let entries = journal.entries(50);
                let last = entries[49].sequence;
                writer.submit(entries).expect("queued");
                writer.wait_durable(last, Duration::from_secs(10)).expect("durable");
            }
        });
        for round in 0..3 {
            let to = parent.path().join(format!("backup-{round}"));
            let before = writer.wait_durable(1, Duration::from_secs(10)).expect("durable").sequence;
            let audited = backup(&directory, &to).expect("a backup");
            assert!(audited.sequence >= before);
            let copy = SqliteStore::open(&to, Some(LEDGER_ID)).expect("a store");
            assert_eq!(copy.head().sequence, audited.sequence);
        }
        sender.send(()).expect("told");
    });
    let to = parent.path().join("backup-0");
    assert!(backup(&directory, &to).is_err(), "nothing is overwritten");
}
