// SPDX-License-Identifier: MIT

//! A copy of a store that is in use.
//!
//! SQLite's backup copies the database as it is at one moment while others append; the copy is then verified from its
//! first entry, because a backup that was never read is a hope. It is a store like any other: give its directory to
//! qenexd.
//!
//! The databases beside the journal are copied first: whatever they say of postings, the journal that is copied after them
//! has those postings.

mod error;

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

pub use error::BackupError;
use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};

use crate::audit::{Audited, verify};
use crate::beside;
use crate::store::Reader;
use crate::store::mark::Mark;
use crate::store::sqlite::{FILE, SqliteReader, sync_directory};

/// Pages copied between two looks at what else there is to do.
const PAGES: i32 = 4096;

/// Copies the store in `from` into the new directory `to` and verifies the copy. Returns what is in its journal.
///
/// # Errors
///
/// [`BackupError::Exists`] if there is something in `to`; [`BackupError::Copy`] if what was copied is not right, which
/// means that the source is not either. Then nothing is left in `to` that could be taken for a backup.
pub fn backup(from: &Path, to: &Path) -> Result<Audited, BackupError> {
    let source = &mut SqliteReader::open(from)?;
    if to.exists() && std::fs::read_dir(to).map_err(BackupError::io(to))?.next().is_some() {
        return Err(BackupError::Exists(to.into()));
    }
    std::fs::create_dir_all(to).map_err(BackupError::io(to))?;
    let copied = copy(source, from, to);
    if copied.is_err() {
        let _ = std::fs::remove_dir_all(to);
    }
    copied
}

fn copy(source: &mut SqliteReader, from: &Path, to: &Path) -> Result<Audited, BackupError> {
    // Books and snapshots follow from the journal: a store is complete without them.
    for name in beside::ALL.map(|database| database.file) {
        let path = from.join(name);
        if path.exists() {
            let database = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            database.busy_timeout(Duration::from_secs(10))?;
            database_to(&database, &to.join(name))?;
        }
    }
    database_to(source.connection(), &to.join(FILE))?;
    let mut reader = SqliteReader::open_unmarked(to)?;
    let (identity, head) = (reader.identity(), reader.head()?);
    let audited = verify(&mut reader)?;
    Mark::open(to, identity.ledger_id)?.write_synced(head.sequence, head.chain)?;
    sync_directory(to)?;
    Ok(audited)
}

/// Copies a database as it is at one moment, however much is written to it meanwhile. Nobody else may read the copy.
fn database_to(source: &Connection, path: &Path) -> Result<(), BackupError> {
    let made = OpenOptions::new().create_new(true).write(true).mode(0o600).open(path);
    made.map_err(BackupError::io(path))?;
    // Held until the copy is complete: all pages are of this moment.
    let moment = source.unchecked_transaction()?;
    moment.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    let mut copy = Connection::open(path)?;
    Backup::new(source, &mut copy)?.run_to_completion(PAGES, Duration::ZERO, None)?;
    drop(moment);
    let mode: String = copy.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(BackupError::Mode(mode));
    }
    copy.close().map_err(|(_, error)| error)?;
    std::fs::File::open(path).and_then(|file| file.sync_all()).map_err(BackupError::io(path))
}
