// SPDX-License-Identifier: MIT

//! Databases beside the journal, in the store's directory: what does not follow from it, and so must be kept by itself.
//!
//! Each is SQLite with a write-ahead log, made durable with every change (`synchronous=FULL`), readable by its owner alone
//! from the first moment on. Several connections, also of several processes, may have one open at once.

mod error;
mod value;

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

pub use error::BesideError;
pub(crate) use value::{loaded, loaded_id, names, stored, stored_id};

use crate::{payments, people, risk};

/// Every database beside the journal. A backup has them; a daemon looks at them before it opens the ledger.
pub const ALL: [&Beside; 3] = [&people::DATABASE, &payments::DATABASE, &risk::DATABASE];

/// How long a change by somebody else is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// Statements that a connection keeps compiled.
const STATEMENTS: usize = 64;

/// One such database. Its schema has a table `about` with a column `format`.
#[derive(Debug)]
pub struct Beside {
    /// Its name in the store's directory.
    pub file: &'static str,
    /// What it is about, in a word.
    pub about: &'static str,
    /// What a new one is made of.
    pub schema: &'static str,
    /// How an older one is brought to the next format: the first of them makes format 2 of format 1. `schema` is what they
    /// lead to. Each runs once, whole or not at all. What they are has been in the hands of users, so none is ever changed.
    pub steps: &'static [&'static str],
}

impl Beside {
    /// The format that this program knows.
    pub const fn format(&self) -> i64 {
        // CAST: there are few steps.
        1 + self.steps.len() as i64
    }

    /// Opens the database in the store's directory, or makes one. One of an older format is brought to this program's.
    ///
    /// # Errors
    ///
    /// [`BesideError`] says what to do.
    pub fn open(&self, directory: &Path) -> Result<Connection, BesideError> {
        let path = directory.join(self.file);
        let made = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path);
        made.and_then(|file| belongs_as(&file, directory))
            .map_err(|source| BesideError::Io { path: path.clone(), source })?;
        let (connection, found) = self.open_there(&path).map_err(|source| self.says_no(source))?;
        match found == self.format() {
            true => Ok(connection),
            false => Err(BesideError::Newer { path, found, known: self.format() }),
        }
    }

    fn open_there(&self, path: &Path) -> rusqlite::Result<(Connection, i64)> {
        let mut connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.busy_timeout(PATIENCE)?;
        connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        let transaction = begin(&mut connection)?;
        let tables: i64 = transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        if tables == 0 {
            transaction.execute_batch(self.schema)?;
        }
        let found = self.bring_up(&transaction)?;
        transaction.commit()?;
        Ok((connection, found))
    }

    /// Does the steps that a database has not had. Returns the format that it has then.
    fn bring_up(&self, database: &Connection) -> rusqlite::Result<i64> {
        let found: i64 = database.query_row("SELECT format FROM about", [], |row| row.get(0))?;
        let missing = usize::try_from(found - 1).ok().and_then(|done| self.steps.get(done..)).unwrap_or_default();
        for step in missing {
            database.execute_batch(step)?;
        }
        if missing.is_empty() {
            return Ok(found);
        }
        database.execute("UPDATE about SET format = ?", [self.format()])?;
        tracing::info!(file = self.file, from = found, to = self.format(), "brought to a newer format");
        Ok(self.format())
    }

    /// If there is one in the store's directory: reads all of it and checks that it is in order.
    ///
    /// # Errors
    ///
    /// [`BesideError`] says what is not, and what to do.
    pub fn check(&self, directory: &Path) -> Result<(), BesideError> {
        if !directory.join(self.file).exists() {
            return Ok(());
        }
        let connection = self.open(directory)?;
        let said: rusqlite::Result<String> = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0));
        match said {
            Ok(said) if said == "ok" => Ok(()),
            Ok(said) => {
                let corrupt = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
                Err(self.says_no(rusqlite::Error::SqliteFailure(corrupt, Some(said))))
            }
            Err(source) => Err(self.says_no(source)),
        }
    }

    fn says_no(&self, source: rusqlite::Error) -> BesideError {
        BesideError::Sqlite { file: self.file, about: self.about, source }
    }
}

/// Gives a file that root has just made in somebody's directory to them: a daemon that is not root must be able to use what
/// root's commands have made. SQLite does the same for the files that it makes beside it.
fn belongs_as(file: &File, directory: &Path) -> io::Result<()> {
    let (its, theirs) = (file.metadata()?, directory.metadata()?);
    match its.len() == 0 && its.uid() == 0 && theirs.uid() != 0 {
        true => fchown(file, Some(theirs.uid()), Some(theirs.gid())),
        false => Ok(()),
    }
}

/// Begins a change that sees all that others have done, and lets nobody else in.
pub(crate) fn begin(connection: &mut Connection) -> rusqlite::Result<Transaction<'_>> {
    connection.transaction_with_behavior(TransactionBehavior::Immediate)
}

/// Makes a change whole or not at all.
pub(crate) fn change<T, E: From<rusqlite::Error>>(
    connection: &mut Connection,
    change: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let transaction = begin(connection)?;
    let outcome = change(&transaction)?;
    transaction.commit()?;
    Ok(outcome)
}

/// Checks every database beside the journal that there is: the ledger is not opened for business if those who may use it,
/// or what they have asked for, are in doubt.
///
/// # Errors
///
/// [`BesideError`] of the first that is not in order.
pub fn check_all(directory: &Path) -> Result<(), BesideError> {
    ALL.iter().try_for_each(|database| database.check(directory))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str =
        "CREATE TABLE about (format INTEGER NOT NULL); INSERT INTO about VALUES (1); CREATE TABLE paid (cents);";
    const OLD: Beside = Beside { file: "some.sqlite", about: "some", schema: SCHEMA, steps: &[] };
    const NEW: Beside = Beside {
        schema: "CREATE TABLE about (format INTEGER NOT NULL); INSERT INTO about VALUES (3); \
            CREATE TABLE paid (cents, currency DEFAULT 840, code DEFAULT 0);",
        steps: &["ALTER TABLE paid ADD currency DEFAULT 840", "ALTER TABLE paid ADD code DEFAULT 0"],
        ..OLD
    };

    fn columns(database: &Connection) -> String {
        database
            .query_row("SELECT * FROM paid", [], |row| Ok(format!("{:?}", row.as_ref().column_names())))
            .expect("a row")
    }

    #[test]
    fn an_older_one_is_brought_up_and_a_newer_one_refused() {
        let directory = tempfile::tempdir().expect("a directory");
        let old = OLD.open(directory.path()).expect("made");
        old.execute("INSERT INTO paid VALUES (5)", []).expect("a row");
        drop(old);
        for _ in 0..2 {
            let new = NEW.open(directory.path()).expect("brought up");
            assert_eq!(columns(&new), r#"["cents", "currency", "code"]"#);
        }
        assert!(matches!(OLD.open(directory.path()), Err(BesideError::Newer { found: 3, known: 1, .. })));
        // As one that is made anew.
        let other = tempfile::tempdir().expect("a directory");
        let made = NEW.open(other.path()).expect("made");
        made.execute("INSERT INTO paid (cents) VALUES (5)", []).expect("a row");
        assert_eq!(columns(&made), r#"["cents", "currency", "code"]"#);
    }

    /// Only root can try.
    #[test]
    fn what_root_makes_belongs_to_the_directorys_owner() {
        let directory = tempfile::tempdir().expect("a directory");
        if std::os::unix::fs::chown(directory.path(), Some(65_534), Some(65_534)).is_err() {
            return;
        }
        let made = OLD.open(directory.path()).expect("made");
        made.execute("INSERT INTO paid VALUES (5)", []).expect("a row");
        for file in std::fs::read_dir(directory.path()).expect("the directory") {
            let file = file.expect("a file");
            assert_eq!(file.metadata().expect("a file").uid(), 65_534, "{:?}", file.file_name());
        }
    }

    #[test]
    fn a_step_that_fails_leaves_everything_as_it_was() {
        let directory = tempfile::tempdir().expect("a directory");
        drop(OLD.open(directory.path()).expect("made"));
        let bad = Beside { steps: &["ALTER TABLE paid ADD currency", "ALTER TABLE nothing ADD code"], ..OLD };
        assert!(matches!(bad.open(directory.path()), Err(BesideError::Sqlite { .. })));
        let old = OLD.open(directory.path()).expect("still the old one");
        old.execute("INSERT INTO paid VALUES (5)", []).expect("a row");
        assert_eq!(columns(&old), r#"["cents"]"#);
    }
}
