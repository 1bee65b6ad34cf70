// SPDX-License-Identifier: MIT

//! Balances and statements from the books against replay, at every boundary; the tables and views for SQL.

mod common;

use common::{Driven, Random, state_of, store_of};
use qenex_abi::{Counters, JournalEntry};
use qenexd::books::Books;
use qenexd::history::{History, HistoryError, Moment, trial_balance};
use qenexd::restore::restore_until;
use qenexd::store::Store;
use qenexd::store::sqlite::{SqliteReader, SqliteStore};
use rusqlite::Connection;
use tempfile::{TempDir, tempdir};

struct Setting {
    directory: TempDir,
    driven: Driven,
    store: SqliteStore,
    books: Books,
}

impl Setting {
    fn new(seed: u64, steps: usize) -> Self {
        let directory = tempdir().expect("directory");
        let driven = Driven::run(seed, steps);
        let store = store_of(directory.path(), &driven.entries, &mut Random(seed));
        let mut books = Books::open(directory.path(), store.identity()).expect("books");
        books.index_to(&mut *store.reader().expect("a reader"), u64::MAX).expect("indexed");
        assert_eq!(books.sequence(), driven.entries.len() as u64);
        Setting { directory, driven, store, books }
    }

    fn sql(&self) -> Connection {
        Connection::open(self.directory.path().join("books.sqlite")).expect("the books")
    }
}

/// Counters of all accounts after entry `sequence`, by replay.
fn replayed(entries: &[JournalEntry], sequence: u64) -> Vec<(u64, Counters)> {
    let state = state_of(&entries[..sequence as usize]);
    state.accounts().iter().map(|account| (account.account_number, account.counters)).collect()
}

#[test]
fn balances_are_those_of_replay() {
    let setting = Setting::new(21, 700);
    let (state, entries) = (setting.driven.state(), &setting.driven.entries);
    let history = History::new(&setting.books, &state).expect("a history");
    let end = entries.len() as u64;
    let mut random = Random(21);
    let mut moments: Vec<u64> = (0..40).map(|_| random.below(end + 1)).collect();
    moments.extend([0, 1, 2, end - 1, end]);
    for sequence in moments {
        let known = replayed(entries, sequence);
        for account in state.accounts() {
            let number = account.account_number;
            let expected = known.iter().find(|(known, _)| *known == number).map(|(_, counters)| *counters);
            match history.balance(number, Moment::Sequence(sequence)) {
                Ok(balance) => assert_eq!(Some(balance.counters), expected, "account {number} after {sequence}"),
                Err(HistoryError::NotOpenYet { .. }) => assert_eq!(expected, None),
                Err(error) => panic!("{error}"),
            }
        }
    }
    assert!(matches!(history.balance(98, Moment::Sequence(end + 1)), Err(HistoryError::Future { .. })));
    assert!(matches!(history.balance(97, Moment::Sequence(end)), Err(HistoryError::NoAccount(97))));
}

#[test]
fn a_time_is_the_moment_before_it() {
    let setting = Setting::new(22, 500);
    let (state, entries) = (setting.driven.state(), &setting.driven.entries);
    let history = History::new(&setting.books, &state).expect("a history");
    let account = state.accounts()[0].account_number;
    for entry in entries.iter().step_by(7) {
        for time in [entry.timestamp - 1, entry.timestamp, entry.timestamp + 1] {
            let before = entries.iter().take_while(|entry| entry.timestamp < time).count() as u64;
            assert_eq!(setting.books.last_before(time).expect("found"), before);
            let by_time = history.balance(account, Moment::Time(time));
            let by_sequence = history.balance(account, Moment::Sequence(before));
            match (by_time, by_sequence) {
                (Ok(time), Ok(sequence)) => assert_eq!(time, sequence),
                (Err(HistoryError::NotOpenYet { .. }), Err(HistoryError::NotOpenYet { .. })) => {}
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!(setting.books.last_before(0).expect("found"), 0);
    assert_eq!(setting.books.last_before(u64::MAX).expect("found"), entries.len() as u64);
}

#[test]
fn statements_abut() {
    let setting = Setting::new(23, 700);
    let (state, entries) = (setting.driven.state(), &setting.driven.entries);
    let history = History::new(&setting.books, &state).expect("a history");
    let end = entries.len() as u64;
    for account in state.accounts() {
        let number = account.account_number;
        let whole = history.statement(number, Moment::Sequence(0), Moment::Sequence(end)).expect("a statement");
        assert_eq!((whole.opening.balance(), whole.closing.counters), (0, account.counters));
        let own =
            |entry: &&JournalEntry| (entry.from_account == number || entry.to_account == number) && entry.kind != 8;
        let sequences: Vec<u64> = entries.iter().filter(own).map(|entry| entry.sequence).collect();
        assert_eq!(whole.lines.iter().map(|line| line.entry.sequence).collect::<Vec<_>>(), sequences);
        let changes: i128 = whole.lines.iter().map(|line| line.change).sum();
        assert_eq!(changes, whole.closing.balance());
        // Cut anywhere, also exactly at an entry: what closes the one opens the other.
        for cut in sequences.iter().flat_map(|sequence| [sequence - 1, *sequence]) {
            let first = history.statement(number, Moment::Sequence(0), Moment::Sequence(cut));
            let second = history.statement(number, Moment::Sequence(cut), Moment::Sequence(end)).expect("a statement");
            let Ok(first) = first else {
                assert_eq!(second.lines.len(), whole.lines.len());
                continue;
            };
            assert_eq!(first.closing, second.opening);
            assert_eq!([first.lines, second.lines].concat(), whole.lines);
        }
    }
    let account = state.accounts()[0].account_number;
    let backwards = history.statement(account, Moment::Sequence(9), Moment::Sequence(8));
    assert!(matches!(backwards, Err(HistoryError::Backwards)));
}

#[test]
fn the_trial_balance_balances() {
    let setting = Setting::new(24, 600);
    for sequence in [0, 3, 50, setting.driven.entries.len() as u64] {
        let restored = restore_until(setting.directory.path(), sequence).expect("restored");
        let lines = trial_balance(&restored.state);
        assert!(lines.iter().all(|line| line.balances()), "{lines:?}");
        let accounts: u64 = lines.iter().map(|line| line.accounts).sum();
        assert_eq!(accounts, restored.state.accounts().len() as u64);
        assert!(lines.is_sorted_by_key(|line| line.currency));
    }
}

#[test]
fn the_views_agree_with_the_state() {
    let setting = Setting::new(25, 800);
    let (state, sql) = (setting.driven.state(), setting.sql());
    let mut query = sql
        .prepare(
            "SELECT account, currency, owner, overdraft_limit, flags, spending_limit, spending_window, debits_posted,
                    credits_posted, debits_held, credits_held FROM accounts ORDER BY account",
        )
        .expect("a query");
    let found: Vec<[u64; 11]> = query
        .query_map([], |row| {
            let mut values = [0; 11];
            for (column, value) in values.iter_mut().enumerate() {
                *value = row.get::<_, i64>(column)? as u64;
            }
            Ok(values)
        })
        .expect("rows")
        .collect::<Result<_, _>>()
        .expect("rows");
    let mut expected: Vec<[u64; 11]> = state
        .accounts()
        .iter()
        .map(|a| {
            let c = a.counters;
            [
                a.account_number,
                a.currency.into(),
                a.owner.into(),
                a.overdraft_limit,
                a.flags.into(),
                a.spending_limit,
                a.spending_window.into(),
                c.debits_posted,
                c.credits_posted,
                c.debits_held,
                c.credits_held,
            ]
        })
        .collect();
    expected.sort_unstable();
    assert_eq!(found, expected);
    let count = |what: &str| sql.query_row(&format!("SELECT count(*) FROM {what}"), [], |row| row.get::<_, i64>(0));
    let kinds = |of: &[u16]| setting.driven.entries.iter().filter(|entry| of.contains(&entry.kind)).count() as i64;
    assert_eq!(count("journal"), Ok(setting.driven.entries.len() as i64));
    assert_eq!(count("transfers"), Ok(kinds(&[2, 4, 7])));
    assert_eq!(count("postings"), Ok(2 * kinds(&[2, 3, 4, 5, 6, 7])));
    assert_eq!(count("holds"), Ok(kinds(&[3])));
    assert_eq!(count("holds WHERE state = 'open'"), Ok(state.holds().len() as i64));
    assert_eq!(count("holds WHERE state = 'posted'"), Ok(kinds(&[4])));
    assert_eq!(count("holds WHERE state = 'voided'"), Ok(kinds(&[5])));
    assert_eq!(count("holds WHERE state = 'expired'"), Ok(kinds(&[6])));
    for refused in ["UPDATE journal SET amount = 1", "DELETE FROM journal", "UPDATE accounts SET owner = 0"] {
        assert!(sql.execute_batch(refused).is_err(), "{refused}");
    }
}

/// Books in which a row is missing or changed, as no checksum of a row alone can notice.
#[test]
fn a_missing_row_is_noticed() {
    let setting = Setting::new(26, 400);
    let (state, entries) = (setting.driven.state(), &setting.driven.entries);
    let sql = setting.sql();
    sql.execute_batch("DROP TRIGGER journal_never_goes").expect("dropped");
    for gone in entries.iter().filter(|entry| matches!(entry.kind, 2 | 3)).step_by(5) {
        // The last one of all would make the books shorter than they say, which is noticed when they are opened.
        if gone.sequence == entries.len() as u64 || gone.amount == 0 {
            continue;
        }
        sql.execute_batch("BEGIN").expect("begun");
        sql.execute("DELETE FROM journal WHERE sequence = ?", [gone.sequence as i64]).expect("gone");
        sql.execute_batch("COMMIT").expect("done");
        let history = History::new(&setting.books, &state).expect("a history");
        for account in [gone.from_account, gone.to_account] {
            let end = Moment::Sequence(entries.len() as u64);
            let statement = history.statement(account, Moment::Sequence(0), end);
            assert!(matches!(statement, Err(HistoryError::Missing { .. })), "{statement:?}");
            for moment in [gone.sequence - 1, gone.sequence] {
                assert!(history.balance(account, Moment::Sequence(moment)).is_err());
            }
        }
        let mut again = Books::rebuild(setting.directory.path(), setting.store.identity()).expect("books");
        let mut reader = SqliteReader::open(setting.directory.path()).expect("a reader");
        again.index_to(&mut reader, u64::MAX).expect("indexed");
        let history = History::new(&again, &state).expect("a history");
        let statement = history.statement(gone.to_account, Moment::Sequence(0), Moment::Time(u64::MAX));
        assert!(statement.expect("whole").lines.iter().any(|line| line.entry == *gone));
        return;
    }
    panic!("nothing was tried");
}

/// Steps of the indexing are bounded, and go on where they stopped.
#[test]
fn books_catch_up_in_steps() {
    let directory = tempdir().expect("directory");
    let driven = Driven::run(27, 600);
    let store = store_of(directory.path(), &driven.entries, &mut Random(27));
    let mut reader = store.reader().expect("a reader");
    let mut before = 0;
    loop {
        let mut books = Books::open(directory.path(), store.identity()).expect("books");
        assert_eq!(books.sequence(), before);
        if !books.step(&mut *reader, u64::MAX).expect("a step") {
            break;
        }
        assert!(books.sequence() > before);
        before = books.sequence();
    }
    assert_eq!(before, driven.entries.len() as u64);
}
