// SPDX-License-Identifier: MIT

//! The database of people.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::{PeopleError, password};

/// Name of the database in the store's directory.
pub const FILE: &str = "people.sqlite";

const SCHEMA: &str = include_str!("schema.sql");
const FORMAT: i64 = 1;

/// What holds for logins.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Rounds of PBKDF2 for new passwords, at least [`password::FLOOR`].
    pub iterations: u32,
    /// How long a session lasts.
    pub session: Duration,
    /// So many failed logins are allowed per user and per peer within [`Self::window`].
    pub attempts: u32,
    /// Length of the sliding window.
    pub window: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            iterations: password::DEFAULT,
            session: Duration::from_secs(8 * 3600),
            attempts: 5,
            window: Duration::from_secs(15 * 60),
        }
    }
}

/// The database, opened. Several may be open at once, also of several processes.
pub struct PeopleStore {
    pub(super) connection: Connection,
    pub(super) policy: Policy,
}

impl PeopleStore {
    /// Opens the database in the store's directory, or makes one.
    ///
    /// # Errors
    ///
    /// [`PeopleError`].
    pub fn open(directory: &Path, policy: Policy) -> Result<Self, PeopleError> {
        let path = directory.join(FILE);
        // Nobody else may read hashes of passwords, from the first moment on.
        let made = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path);
        made.map_err(|source| PeopleError::Io { path: path.clone(), source })?;
        let mut connection = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.busy_timeout(Duration::from_secs(10))?;
        connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.set_prepared_statement_cache_capacity(64);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let tables: i64 = transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        if tables == 0 {
            transaction.execute_batch(SCHEMA)?;
        }
        let found: i64 = transaction.query_row("SELECT format FROM about", [], |row| row.get(0))?;
        transaction.commit()?;
        if found != FORMAT {
            return Err(PeopleError::Newer { path, found, known: FORMAT });
        }
        Ok(PeopleStore { connection, policy })
    }

    /// Opens the database if there is one.
    ///
    /// # Errors
    ///
    /// [`PeopleError`].
    pub fn open_existing(directory: &Path, policy: Policy) -> Result<Option<Self>, PeopleError> {
        match directory.join(FILE).exists() {
            true => Self::open(directory, policy).map(Some),
            false => Ok(None),
        }
    }

    /// Reads all of the database and checks that it is in order.
    ///
    /// # Errors
    ///
    /// [`PeopleError::Sqlite`] says what is not.
    pub fn check(&self) -> Result<(), PeopleError> {
        let said: String = self.connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        match said.as_str() {
            "ok" => Ok(()),
            _ => {
                let corrupt = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
                Err(rusqlite::Error::SqliteFailure(corrupt, Some(said)).into())
            }
        }
    }

    /// What holds for logins.
    pub fn policy(&self) -> Policy {
        self.policy
    }

    /// Begins a change that sees all that others have done, and lets nobody else in.
    pub(super) fn change(&mut self) -> Result<Transaction<'_>, PeopleError> {
        Ok(self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?)
    }
}

/// A time or length of time as it is stored; the longest there is if it does not fit.
pub(super) fn stored(nanoseconds: u64) -> i64 {
    i64::try_from(nanoseconds).unwrap_or(i64::MAX)
}

/// A stored time.
pub(super) fn loaded(nanoseconds: i64) -> u64 {
    u64::try_from(nanoseconds).unwrap_or(0)
}

/// A length of time in nanoseconds.
pub(super) fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
