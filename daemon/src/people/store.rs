// SPDX-License-Identifier: MIT

//! The database of people.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, Transaction};

use super::{PeopleError, password};
use crate::beside::{self, Beside};

/// The database, `people.sqlite`.
pub const DATABASE: Beside =
    Beside { file: "people.sqlite", about: "people", schema: include_str!("schema.sql"), steps: &[] };

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
        let connection = DATABASE.open(directory)?;
        Ok(PeopleStore { connection, policy })
    }

    /// Opens the database if there is one.
    ///
    /// # Errors
    ///
    /// [`PeopleError`].
    pub fn open_existing(directory: &Path, policy: Policy) -> Result<Option<Self>, PeopleError> {
        match directory.join(DATABASE.file).exists() {
            true => Self::open(directory, policy).map(Some),
            false => Ok(None),
        }
    }

    /// What holds for logins.
    pub fn policy(&self) -> Policy {
        self.policy
    }

    /// Begins a change that sees all that others have done, and lets nobody else in.
    pub(super) fn change(&mut self) -> Result<Transaction<'_>, PeopleError> {
        Ok(beside::begin(&mut self.connection)?)
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
