// SPDX-License-Identifier: MIT

//! The embedded backend: one SQLite database, in WAL mode with `synchronous = FULL`, so that a commit is durable when
//! it returns.

mod damage;
mod database;
mod log;
mod reader;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use qenex_abi::Id;
use rusqlite::Connection;

pub use damage::{is_damage, remedy};
pub use reader::SqliteReader;

use super::lock::Lock;
use super::mark::{self, Mark, Marked};
use super::{ChainHead, FORMAT, Group, Head, Identity, Reader, Store, StoreError};

/// Name of the journal's database in the store's directory.
pub const FILE: &str = "journal.sqlite";
/// What SQLite calls its write-ahead log.
const LOG_FILE: &str = "journal.sqlite-wal";

/// The store in a directory, open for appending.
pub struct SqliteStore {
    connection: Connection,
    identity: Identity,
    head: Head,
    mark: Mark,
    directory: PathBuf,
    /// After an error nobody knows what the database holds until it is opened anew.
    broken: bool,
    // The last field: let go when everything else is closed.
    _lock: Lock,
}

impl SqliteStore {
    /// Makes an empty store for the ledger `ledger_id` in `directory`, which is made if need be.
    ///
    /// # Errors
    ///
    /// [`StoreError::Exists`] if there is one already.
    pub fn create(directory: &Path, ledger_id: Id) -> Result<Self, StoreError> {
        std::fs::create_dir_all(directory).map_err(StoreError::io(directory))?;
        let lock = Lock::take(directory)?;
        let path = directory.join(FILE);
        if path.exists() {
            return Err(StoreError::Exists(directory.into()));
        }
        // Under another name until it is complete, so that a crash leaves no half a store.
        let unfinished = directory.join("journal.sqlite.new");
        for name in ["journal.sqlite.new", "journal.sqlite.new-wal", "journal.sqlite.new-shm"] {
            let _ = std::fs::remove_file(directory.join(name));
        }
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let created = u64::try_from(since.as_nanos()).unwrap_or(0);
        let identity = Identity { ledger_id, format: FORMAT, created };
        let connection = database::create(&unfinished, &identity)?;
        connection.close().map_err(|(_, error)| error)?;
        let genesis = ChainHead::genesis(ledger_id);
        Mark::open(directory, ledger_id)?.write_synced(0, genesis)?;
        std::fs::rename(&unfinished, &path).map_err(StoreError::io(&path))?;
        sync_directory(directory)?;
        Self::open_locked(directory, lock)
    }

    /// Opens the store in `directory` for appending. With `ledger_id`, it must be that ledger's.
    ///
    /// The last group is checked and compared with the mark; the others are checked when they are read.
    ///
    /// # Errors
    ///
    /// [`StoreError`] says what is wrong and what to do.
    pub fn open(directory: &Path, ledger_id: Option<Id>) -> Result<Self, StoreError> {
        check_present(directory)?;
        let store = Self::open_locked(directory, Lock::take(directory)?)?;
        match ledger_id {
            Some(expected) if expected != store.identity.ledger_id => {
                Err(StoreError::other_ledger(store.identity.ledger_id, expected))
            }
            _ => Ok(store),
        }
    }

    fn open_locked(directory: &Path, lock: Lock) -> Result<Self, StoreError> {
        let connection = database::open_for_appending(&directory.join(FILE))?;
        let identity = database::identity(&connection)?;
        let head = database::head(&connection, &identity)?;
        compare_with_mark(&mark::read(directory)?, &identity, &head, &connection)?;
        let mut mark = Mark::open(directory, identity.ledger_id)?;
        mark.write_synced(head.sequence, head.chain)?;
        let directory = directory.to_path_buf();
        Ok(SqliteStore { connection, identity, head, mark, directory, broken: false, _lock: lock })
    }

    /// Declares what is there now to be all there is, although more had been durable. For people who have been told of
    /// the loss and answer for it. Returns how far the journal reaches.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the journal cannot be read.
    pub fn accept_end(directory: &Path) -> Result<u64, StoreError> {
        let _lock = Lock::take(directory)?;
        let connection = database::open_for_appending(&directory.join(FILE))?;
        let identity = database::identity(&connection)?;
        let head = database::head(&connection, &identity)?;
        Mark::open(directory, identity.ledger_id)?.write_synced(head.sequence, head.chain)?;
        Ok(head.sequence)
    }

    /// Makes the write-ahead log's file as large as it will be, so that commits need not: for a store that will be written
    /// to for long. Without it everything works, more slowly at first.
    ///
    /// # Errors
    ///
    /// What the file system says; then the file is as it was.
    pub fn make_room(&self) -> std::io::Result<()> {
        log::make_room(&self.directory.join(LOG_FILE), database::LOG.into())
    }

    /// Where the store is.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    fn try_append(&mut self, groups: &[Group]) -> Result<Head, StoreError> {
        let mut head = self.head;
        let transaction = self.connection.transaction()?;
        {
            let mut insert = transaction.prepare_cached(
                "INSERT INTO journal_group (first, last, previous, head, crc, entries) VALUES (?, ?, ?, ?, ?, ?)",
            )?;
            for group in groups {
                if head.sequence.checked_add(1) != Some(group.first()) {
                    return Err(StoreError::Order { expected: head.sequence + 1, found: group.first() });
                }
                if group.previous() != head.chain {
                    let (first, before, named) = (group.first(), head.chain, group.previous());
                    return Err(StoreError::Chain { first, before, named });
                }
                let (first, last) = (database::to_sql(group.first())?, database::to_sql(group.last())?);
                let (previous, chain) = (group.previous().0, group.head().0);
                insert.execute((first, last, previous, chain, group.crc(), group.bytes()))?;
                head = Head { sequence: group.last(), timestamp: group.timestamp(), chain: group.head() };
            }
        }
        transaction.commit()?;
        Ok(head)
    }
}

impl Store for SqliteStore {
    fn identity(&self) -> Identity {
        self.identity
    }

    fn head(&self) -> Head {
        self.head
    }

    fn append(&mut self, groups: &[Group]) -> Result<(), StoreError> {
        if self.broken {
            return Err(StoreError::Stopped("the store must be opened anew".into()));
        }
        if groups.is_empty() {
            return Ok(());
        }
        match self.try_append(groups) {
            Ok(head) => self.head = head,
            Err(error) => {
                // A refused order has touched nothing; of a failed commit nobody knows.
                self.broken = matches!(error, StoreError::Sqlite(_));
                return Err(error);
            }
        }
        self.mark.write(self.head.sequence, self.head.chain)
    }

    fn reader(&self) -> Result<Box<dyn Reader>, StoreError> {
        Ok(Box::new(SqliteReader::open(&self.directory)?))
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        if !self.broken {
            // A courtesy: what was noted without waiting is right as well.
            let _ = self.mark.write_synced(self.head.sequence, self.head.chain);
        }
    }
}

/// Refuses a journal that lacks what was durable.
fn compare_with_mark(
    marked: &Marked,
    identity: &Identity,
    head: &Head,
    connection: &Connection,
) -> Result<(), StoreError> {
    if marked.ledger_id != identity.ledger_id {
        return Err(StoreError::other_ledger(marked.ledger_id, identity.ledger_id));
    }
    if marked.sequence > head.sequence {
        return Err(StoreError::EndLost { found: head.sequence, marked: marked.sequence });
    }
    let chain = database::chain_at(connection, identity, marked.sequence)?;
    if chain != Some(marked.chain) {
        return Err(StoreError::damaged(
            format!("the chain at entry {}", marked.sequence),
            format!("its head is not the one that was noted in {}", mark::FILE),
        ));
    }
    Ok(())
}

/// Waits until the names in `directory` are on the disk.
pub(crate) fn sync_directory(directory: &Path) -> Result<(), StoreError> {
    File::open(directory).and_then(|directory| directory.sync_all()).map_err(StoreError::io(directory))
}

/// Checks that there is a store in `directory`. What cannot be looked at is not taken for missing.
fn check_present(directory: &Path) -> Result<(), StoreError> {
    let file = directory.join(FILE);
    match file.try_exists() {
        Ok(true) => Ok(()),
        Ok(false) => Err(StoreError::Missing(directory.into())),
        Err(error) => Err(StoreError::io(file)(error)),
    }
}
