// SPDX-License-Identifier: MIT

//! Reading the journal beside the one who appends, also from another process.

use std::path::Path;

use rusqlite::Connection;

use super::super::mark;
use super::super::{Group, Head, Identity, Reader, StoreError};
use super::{FILE, check_present, compare_with_mark, database};

/// One who reads a store.
pub struct SqliteReader {
    connection: Connection,
    identity: Identity,
}

impl SqliteReader {
    /// Opens the store in `directory` for reading, whether or not somebody appends to it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] says what is wrong and what to do.
    pub fn open(directory: &Path) -> Result<Self, StoreError> {
        check_present(directory)?;
        // Before the journal: what is appended meanwhile must not look lost.
        let marked = mark::read(directory)?;
        let mut reader = Self::open_unmarked(directory)?;
        let head = reader.head()?;
        compare_with_mark(&marked, &reader.identity, &head, &reader.connection)?;
        Ok(reader)
    }

    /// The same without comparing the mark: for a copy that has none yet.
    pub(crate) fn open_unmarked(directory: &Path) -> Result<Self, StoreError> {
        let connection = database::open_for_reading(&directory.join(FILE))?;
        let identity = database::identity(&connection)?;
        Ok(SqliteReader { connection, identity })
    }

    /// The database, for the backup.
    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }
}

impl Reader for SqliteReader {
    fn identity(&self) -> Identity {
        self.identity
    }

    fn head(&mut self) -> Result<Head, StoreError> {
        database::head(&self.connection, &self.identity)
    }

    fn groups(&mut self, sequence: u64, bytes: usize) -> Result<Vec<Group>, StoreError> {
        database::groups(&self.connection, sequence, bytes)
    }
}
