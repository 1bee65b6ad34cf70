// SPDX-License-Identifier: MIT

//! The books: the journal as rows of a database of their own, for auditors, statements and searches.
//!
//! The store makes groups durable and knows nothing of rows, because one row for each entry costs several times as much
//! as all the rest. The books are written from the groups afterwards, in bounded steps, with a watermark that says how
//! far they are ([`Books::sequence`]); [`Books::index_to`] brings them to where somebody needs them. They are a second
//! database so that writing them never stands in the way of a commit, and so that damaged ones can simply be made anew.
//!
//! Nothing in them is believed either: a row holds all fields of its entry with the kernel's checksum, which is
//! computed again when the row is read. That no row is missing is for the reader to check, see [`crate::history`].

mod error;
mod row;
mod search;

use std::path::{Path, PathBuf};
use std::time::Duration;

use qenex_abi::JournalEntry;
use rusqlite::{Connection, OpenFlags, OptionalExtension};

pub use error::BooksError;
pub use search::{Found, Search};

use crate::store::{ChainHead, Group, Identity, Reader, Walk};

const SCHEMA: &str = include_str!("schema.sql");
/// Name of the database in the store's directory.
pub const FILE: &str = "books.sqlite";
/// Version of the tables. Books of another one are made anew.
const FORMAT: i64 = 2;
/// Groups written in one transaction at most: a step of some tenths of a second.
const STEP: usize = 8;

/// The books of one store.
pub struct Books {
    connection: Connection,
    path: PathBuf,
    sequence: u64,
    chain: ChainHead,
}

impl Books {
    /// Opens the books of the store in `directory`, or begins them. Books of another version are begun anew.
    ///
    /// # Errors
    ///
    /// [`BooksError::Damaged`] if they cannot be read; [`Books::rebuild`] helps.
    pub fn open(directory: &Path, identity: Identity) -> Result<Self, BooksError> {
        let path = directory.join(FILE);
        if !path.exists() {
            return Self::begin(&path, identity);
        }
        let connection = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        configure(&connection)?;
        let (ledger_id, format): (Vec<u8>, i64) = connection
            .query_row("SELECT ledger_id, format FROM source", [], |row| Ok((row.get(0)?, row.get(1)?)))
            .map_err(|error| BooksError::Damaged(error.to_string()))?;
        if format != FORMAT {
            drop(connection);
            return Self::rebuild(directory, identity);
        }
        if ledger_id != identity.ledger_id.to_u128().to_be_bytes() {
            return Err(BooksError::OtherLedger);
        }
        Self::at_watermark(connection, path)
    }

    /// Throws the books away and begins them anew.
    ///
    /// # Errors
    ///
    /// [`BooksError`].
    pub fn rebuild(directory: &Path, identity: Identity) -> Result<Self, BooksError> {
        let path = directory.join(FILE);
        for suffix in ["", "-wal", "-shm"] {
            let name = directory.join(format!("{FILE}{suffix}"));
            match std::fs::remove_file(&name) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(BooksError::Io { path: name, source: error });
                }
                _ => {}
            }
        }
        Self::begin(&path, identity)
    }

    fn begin(path: &Path, identity: Identity) -> Result<Self, BooksError> {
        let mut connection = Connection::open(path)?;
        configure(&connection)?;
        let transaction = connection.transaction()?;
        transaction.execute_batch(SCHEMA)?;
        let id = identity.ledger_id.to_u128().to_be_bytes();
        transaction.execute("INSERT INTO source (ledger_id, format) VALUES (?, ?)", (id, FORMAT))?;
        let genesis = ChainHead::genesis(identity.ledger_id);
        transaction.execute("INSERT INTO progress (sequence, chain) VALUES (0, ?)", [genesis.0])?;
        transaction.commit()?;
        Self::at_watermark(connection, path.into())
    }

    fn at_watermark(connection: Connection, path: PathBuf) -> Result<Self, BooksError> {
        let damaged = |error: rusqlite::Error| BooksError::Damaged(error.to_string());
        let (sequence, chain) = connection
            .query_row("SELECT sequence, chain FROM progress", [], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, [u8; 32]>(1)?))
            })
            .map_err(damaged)?;
        let last: Option<i64> =
            connection.query_row("SELECT max(sequence) FROM journal", [], |row| row.get(0)).map_err(damaged)?;
        if last.unwrap_or(0) != sequence {
            return Err(BooksError::Damaged(format!("they say that they reach to {sequence}, their rows to {last:?}")));
        }
        // CAST: equal to a row's number, or zero.
        Ok(Books { connection, path, sequence: sequence as u64, chain: ChainHead(chain) })
    }

    /// The last entry that is in the books.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Where they are.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes what is in the store after the watermark, up to entry `until` and the end of its group.
    ///
    /// # Errors
    ///
    /// [`BooksError::OtherHistory`] if the store's journal does not go on where the books end.
    pub fn index_to(&mut self, reader: &mut dyn Reader, until: u64) -> Result<(), BooksError> {
        while self.step(reader, until)? {}
        Ok(())
    }

    /// Writes some of what is in the store after the watermark: a step short enough to do between other things. Returns
    /// whether there may be more up to `until`.
    ///
    /// # Errors
    ///
    /// [`BooksError::OtherHistory`] if the store's journal does not go on where the books end.
    pub fn step(&mut self, reader: &mut dyn Reader, until: u64) -> Result<bool, BooksError> {
        let mut groups = Vec::new();
        for group in Walk::after(reader, self.sequence, self.chain).until(until).take(STEP) {
            groups.push(group.map_err(BooksError::from_walk)?);
        }
        let Some(last) = groups.last() else { return Ok(false) };
        let (sequence, chain) = (last.last(), last.head());
        self.write(&groups)?;
        (self.sequence, self.chain) = (sequence, chain);
        Ok(true)
    }

    fn write(&mut self, groups: &[Group]) -> Result<(), BooksError> {
        let transaction = self.connection.transaction()?;
        {
            let mut insert = transaction.prepare_cached(row::INSERT)?;
            for entry in groups.iter().flat_map(Group::entries) {
                row::write(&mut insert, entry)?;
            }
        }
        if let Some(last) = groups.last() {
            let sequence = row::number(last.last())?;
            transaction.execute("UPDATE progress SET sequence = ?, chain = ?", (sequence, last.head().0))?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// The entry with this number.
    ///
    /// # Errors
    ///
    /// [`BooksError::Row`] if the row is damaged.
    pub fn entry(&self, sequence: u64) -> Result<Option<JournalEntry>, BooksError> {
        self.one("WHERE sequence = ?", [row::number(sequence)?])
    }

    /// The last entry up to `sequence` that changed the account, if there is one.
    ///
    /// # Errors
    ///
    /// [`BooksError::Row`] if a row is damaged.
    pub fn last_of(&self, account: u64, sequence: u64) -> Result<Option<JournalEntry>, BooksError> {
        let found = self.nearest_of(account, sequence, "sequence <= ?", "DESC")?;
        Ok(found.into_iter().max_by_key(|entry| entry.sequence))
    }

    /// The first entry after `sequence` that changed the account, if there is one.
    ///
    /// # Errors
    ///
    /// [`BooksError::Row`] if a row is damaged.
    pub fn next_of(&self, account: u64, sequence: u64) -> Result<Option<JournalEntry>, BooksError> {
        let found = self.nearest_of(account, sequence, "sequence > ?", "ASC")?;
        Ok(found.into_iter().min_by_key(|entry| entry.sequence))
    }

    /// On each side of the account the entry that is nearest to `sequence`. An id that was used up changed no account.
    fn nearest_of(
        &self,
        account: u64,
        sequence: u64,
        condition: &str,
        order: &str,
    ) -> Result<Vec<JournalEntry>, BooksError> {
        let parameters = (row::number(account)?, row::number(sequence.min(i64::MAX as u64))?);
        let mut found = Vec::new();
        for side in ["from_account", "to_account"] {
            let rest = format!("WHERE {side} = ? AND {condition} AND kind <> 8 ORDER BY sequence {order} LIMIT 1");
            found.extend(self.one(&rest, parameters)?);
        }
        Ok(found)
    }

    /// All entries after `after` and up to `until` that changed the account, in order.
    ///
    /// # Errors
    ///
    /// [`BooksError::Row`] if a row is damaged.
    pub fn all_of(&self, account: u64, after: u64, until: u64) -> Result<Vec<JournalEntry>, BooksError> {
        let number = row::number(account)?;
        let (after, until) = (row::number(after)?, row::number(until.min(i64::MAX as u64))?);
        let mut entries = Vec::new();
        for side in ["from_account", "to_account"] {
            let sql = format!(
                "{} WHERE {side} = ? AND sequence > ? AND sequence <= ? AND kind <> 8 ORDER BY sequence",
                row::SELECT
            );
            let mut query = self.connection.prepare_cached(&sql)?;
            let mut rows = query.query((number, after, until))?;
            while let Some(row) = rows.next()? {
                entries.push(row::read(row)?);
            }
        }
        entries.sort_unstable_by_key(|entry| entry.sequence);
        Ok(entries)
    }

    /// The last entry that happened before `time`, nanoseconds since 1970-01-01 UTC; 0 if none did.
    ///
    /// # Errors
    ///
    /// [`BooksError::Row`] if a row is damaged.
    pub fn last_before(&self, time: u64) -> Result<u64, BooksError> {
        // Times do not go back along the sequence, so that no index is needed.
        let (mut before, mut not_before) = (0, self.sequence + 1);
        while not_before - before > 1 {
            let middle = before + (not_before - before) / 2;
            let entry = self.entry(middle)?.ok_or(BooksError::Row { sequence: middle, why: "it is missing".into() })?;
            if entry.timestamp < time {
                before = middle;
            } else {
                not_before = middle;
            }
        }
        Ok(before)
    }

    fn one(&self, condition: &str, parameters: impl rusqlite::Params) -> Result<Option<JournalEntry>, BooksError> {
        let mut query = self.connection.prepare_cached(&format!("{} {condition}", row::SELECT))?;
        query.query_row(parameters, |row| Ok(row::read(row))).optional()?.transpose()
    }
}

fn configure(connection: &Connection) -> Result<(), BooksError> {
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    // What a power cut takes is made again from the journal.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(())
}
