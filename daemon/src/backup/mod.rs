// SPDX-License-Identifier: MIT

//! A copy of a store that is in use.
//!
//! SQLite's backup copies the database as it is at one moment while others append; the copy is then verified from its
//! first entry, because a backup that was never read is a hope. It is a store like any other: give its directory to
//! qenexd.

mod error;

use std::path::Path;
use std::time::Duration;

pub use error::BackupError;
use rusqlite::Connection;
use rusqlite::backup::Backup;

use crate::audit::{Audited, verify};
use crate::store::Reader;
use crate::store::mark::Mark;
use crate::store::sqlite::{FILE, SqliteReader, sync_directory};

/// Pages copied between two looks at what else there is to do.
const PAGES: i32 = 4096;

/// Copies the store that `source` reads into the new directory `to` and verifies the copy. Returns what is in it.
///
/// # Errors
///
/// [`BackupError::Exists`] if there is something in `to`; [`BackupError::Copy`] if what was copied is not right, which
/// means that the source is not either. Then nothing is left in `to` that could be taken for a backup.
pub fn backup(source: &mut SqliteReader, to: &Path) -> Result<Audited, BackupError> {
    if to.exists() && std::fs::read_dir(to).map_err(BackupError::io(to))?.next().is_some() {
        return Err(BackupError::Exists(to.into()));
    }
    std::fs::create_dir_all(to).map_err(BackupError::io(to))?;
    let copied = copy(source, to);
    if copied.is_err() {
        let _ = std::fs::remove_dir_all(to);
    }
    copied
}

fn copy(source: &mut SqliteReader, to: &Path) -> Result<Audited, BackupError> {
    // Held until the copy is complete: all pages are of this moment, however much is appended meanwhile.
    let moment = source.connection().unchecked_transaction()?;
    moment.query_row("SELECT count(*) FROM meta", [], |_| Ok(()))?;
    let path = to.join(FILE);
    let mut copy = Connection::open(&path)?;
    Backup::new(source.connection(), &mut copy)?.run_to_completion(PAGES, Duration::ZERO, None)?;
    drop(moment);
    let mode: String = copy.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(BackupError::Mode(mode));
    }
    copy.close().map_err(|(_, error)| error)?;
    std::fs::File::open(&path).and_then(|file| file.sync_all()).map_err(BackupError::io(&path))?;
    let mut reader = SqliteReader::open_unmarked(to)?;
    let (identity, head) = (reader.identity(), reader.head()?);
    let audited = verify(&mut reader)?;
    Mark::open(to, identity.ledger_id)?.write_synced(head.sequence, head.chain)?;
    sync_directory(to)?;
    Ok(audited)
}
