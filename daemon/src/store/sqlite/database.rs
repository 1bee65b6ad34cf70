// SPDX-License-Identifier: MIT

//! The one file that knows the tables of the journal's database.

use std::path::Path;
use std::time::Duration;

use qenex_abi::Id;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row};
use sha2::{Digest, Sha256};

use super::super::{ChainHead, FORMAT, Group, Head, Identity, StoreError};

const SCHEMA: &str = include_str!("schema.sql");
/// Size of the database's pages. A large group fills hundreds of them, and each costs its own handling: with 32 KiB
/// twice as many entries are stored in a second as with 4 KiB. A group of one entry writes some of them whole, but that
/// is still one sync, which takes longer than writing 100 KiB.
const PAGE: u32 = 32_768;
/// Bytes of log after which it is written back into the database: often enough to keep the log's file small, seldom
/// enough that large commits do not wait for it each time.
pub(super) const LOG: u32 = 16 << 20;
/// "QENX": marks the file as a store for tools like file(1).
const APPLICATION_ID: u32 = 0x5145_4e58;

/// A number as SQLite stores it. Sequence numbers that do not fit take three centuries at a million a millisecond.
pub(crate) fn to_sql(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::damaged(format!("the number {number}"), "it is above 2^63"))
}

pub(super) fn create(path: &Path, identity: &Identity) -> Result<Connection, StoreError> {
    let mut connection = Connection::open(path)?;
    connection.pragma_update(None, "page_size", PAGE)?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    configure(&connection)?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(SCHEMA)?;
    for (key, value) in facts(identity) {
        transaction.execute("INSERT INTO meta (key, value) VALUES (?, ?)", (key, value))?;
    }
    let checksum = checksum(identity).to_vec();
    transaction.execute("INSERT INTO meta (key, value) VALUES ('checksum', ?)", [checksum])?;
    transaction.commit()?;
    Ok(connection)
}

pub(super) fn open_for_appending(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    configure(&connection)?;
    Ok(connection)
}

pub(super) fn open_for_reading(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    Ok(connection)
}

fn configure(connection: &Connection) -> Result<(), StoreError> {
    // Readers of other processes may hold the log's end for a moment.
    connection.busy_timeout(Duration::from_secs(10))?;
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(StoreError::damaged(
            "the database",
            format!("its journal mode is {mode} and cannot be set to WAL"),
        ));
    }
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "wal_autocheckpoint", LOG / PAGE)?;
    connection.pragma_update(None, "journal_size_limit", LOG)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    Ok(())
}

/// What the store is, after checking that it is one: format, tables, triggers and the checksum of its facts.
pub(super) fn identity(connection: &Connection) -> Result<Identity, StoreError> {
    let damaged = |why: String| StoreError::damaged("the description of the store", why);
    let fact = |key: &str| -> Result<Vec<u8>, StoreError> {
        let value = connection.query_row("SELECT value FROM meta WHERE key = ?", [key], |row| row.get(0));
        value.map_err(|error| damaged(format!("{key}: {error}")))
    };
    let number = |key: &str| -> Result<[u8; 8], StoreError> {
        fact(key)?.try_into().map_err(|_| damaged(format!("{key} has the wrong length")))
    };
    let ledger_id: [u8; 16] =
        fact("ledger_id")?.try_into().map_err(|_| damaged("ledger_id has the wrong length".into()))?;
    let format = u64::from_be_bytes(number("format")?);
    let identity = Identity {
        ledger_id: Id::from_u128(u128::from_be_bytes(ledger_id)),
        format: u32::try_from(format).map_err(|_| damaged(format!("format {format}")))?,
        created: u64::from_be_bytes(number("created")?),
    };
    if fact("checksum")? != checksum(&identity) {
        return Err(damaged("its checksum does not fit".into()));
    }
    if identity.format > FORMAT {
        return Err(StoreError::NewerFormat { found: identity.format, known: FORMAT });
    }
    check_schema(connection)?;
    Ok(identity)
}

/// The facts of a store: numbers big-endian, so that `hex(value)` shows them to people.
fn facts(identity: &Identity) -> [(&'static str, Vec<u8>); 3] {
    [
        ("ledger_id", identity.ledger_id.to_u128().to_be_bytes().to_vec()),
        ("format", u64::from(identity.format).to_be_bytes().to_vec()),
        ("created", identity.created.to_be_bytes().to_vec()),
    ]
}

fn checksum(identity: &Identity) -> [u8; 32] {
    let mut hash = Sha256::new();
    for (key, value) in facts(identity) {
        hash.update(key);
        hash.update(value);
    }
    hash.finalize().into()
}

/// Compares tables and triggers with what they must be: without its triggers history could be changed.
fn check_schema(connection: &Connection) -> Result<(), StoreError> {
    let list = |connection: &Connection| -> rusqlite::Result<Vec<(String, String, Option<String>)>> {
        let mut query = connection.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name")?;
        query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect()
    };
    let expected = Connection::open_in_memory()?;
    expected.execute_batch(SCHEMA)?;
    if list(connection)? != list(&expected)? {
        return Err(StoreError::damaged("the database", "its tables or triggers are not those of a store"));
    }
    Ok(())
}

/// The end of the journal, its last group checked.
pub(super) fn head(connection: &Connection, identity: &Identity) -> Result<Head, StoreError> {
    let mut query = connection.prepare_cached(
        "SELECT first, last, previous, head, crc, entries FROM journal_group ORDER BY first DESC LIMIT 1",
    )?;
    let last = query.query_row([], |row| Ok(group(row))).optional()?.transpose()?;
    Ok(match last {
        None => Head { sequence: 0, timestamp: 0, chain: ChainHead::genesis(identity.ledger_id) },
        Some(group) => Head { sequence: group.last(), timestamp: group.timestamp(), chain: group.head() },
    })
}

/// The chain's head up to entry `sequence`, if that is the last one of a group.
pub(super) fn chain_at(
    connection: &Connection,
    identity: &Identity,
    sequence: u64,
) -> Result<Option<ChainHead>, StoreError> {
    if sequence == 0 {
        return Ok(Some(ChainHead::genesis(identity.ledger_id)));
    }
    let found: Option<(i64, Vec<u8>)> = connection
        .query_row(
            "SELECT last, head FROM journal_group WHERE first <= ? ORDER BY first DESC LIMIT 1",
            [to_sql(sequence)?],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let head = found.filter(|(last, _)| u64::try_from(*last) == Ok(sequence));
    Ok(head.and_then(|(_, head)| head.try_into().ok()).map(ChainHead))
}

/// Groups from the one that holds `sequence` on, at least one, then as long as they fit in `bytes`.
pub(super) fn groups(connection: &Connection, sequence: u64, bytes: usize) -> Result<Vec<Group>, StoreError> {
    let mut query = connection.prepare_cached(
        "SELECT first, last, previous, head, crc, entries FROM journal_group
         WHERE first >= coalesce((SELECT first FROM journal_group WHERE first <= ?1 ORDER BY first DESC LIMIT 1), 0)
         ORDER BY first",
    )?;
    let mut rows = query.query([to_sql(sequence)?])?;
    let (mut found, mut size) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let group = group(row)?;
        // Where there is no such entry yet, the last group is found instead.
        if group.last() < sequence {
            continue;
        }
        size += group.bytes().len();
        found.push(group);
        if size >= bytes {
            break;
        }
    }
    Ok(found)
}

/// A row as a group, checked in itself.
fn group(row: &Row<'_>) -> Result<Group, StoreError> {
    let first: i64 = row.get(0)?;
    // CAST: only to name it; that it fits the entries is checked below.
    let named = first as u64;
    let hash = |column: usize| -> Result<ChainHead, StoreError> {
        let bytes = row.get_ref(column)?.as_blob().ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(ChainHead).ok_or_else(|| StoreError::damaged(format!("group {first}"), "a hash is not 32 bytes"))
    };
    let (previous, head) = (hash(2)?, hash(3)?);
    let crc: i64 = row.get(4)?;
    let entries = row.get_ref(5)?;
    let entries =
        entries.as_blob().map_err(|_| StoreError::damaged(format!("group {first}"), "its entries are no bytes"))?;
    // CAST: a value out of range cannot be the right one either way, and is refused.
    let crc = u32::try_from(crc).map_err(|_| StoreError::damaged(format!("group {first}"), "its CRC is no CRC"))?;
    let group =
        Group::from_stored(previous, head, crc, entries).map_err(|fault| StoreError::Group { first: named, fault })?;
    let last: i64 = row.get(1)?;
    if group.first() != named || u64::try_from(last) != Ok(group.last()) {
        let why = format!("it holds entries {} to {}", group.first(), group.last());
        return Err(StoreError::damaged(format!("the group of entries {first} to {last}"), why));
    }
    Ok(group)
}
