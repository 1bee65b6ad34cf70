// SPDX-License-Identifier: MIT

//! The database of messages, `messages.sqlite` in the store's directory.
//!
//! It is made durable with every change (`synchronous=FULL`): what was received is not forgotten, and what was answered
//! stays answered. Originals and events are never changed.

pub(super) mod mandate;
pub(super) mod message;
pub(super) mod payment;

pub use mandate::StoredMandate;
pub use message::{Direction, Event, Filter, Message, MessageState, NewMessage, StoredFinding};
pub use payment::{Booking, BookingState, Kind, NewPayment, Payment, PaymentState, Posting};

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use qenex_abi::Id;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::PaymentError;
use super::interruption::Interruption;

/// Name of the database in the store's directory.
pub const FILE: &str = "messages.sqlite";

const SCHEMA: &str = include_str!("schema.sql");
const FORMAT: i64 = 1;

/// The database, opened. Several may be open at once.
pub struct MessageStore {
    pub(super) connection: Connection,
    interruption: Option<Interruption>,
}

impl MessageStore {
    /// Opens the database in the store's directory, or makes one.
    ///
    /// # Errors
    ///
    /// [`PaymentError`].
    pub fn open(directory: &Path, interruption: Option<Interruption>) -> Result<Self, PaymentError> {
        let path = directory.join(FILE);
        // Nobody else may read who pays whom, from the first moment on.
        let made = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path);
        made.map_err(|source| PaymentError::Io { path: path.clone(), source })?;
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
            return Err(PaymentError::Newer { path, found, known: FORMAT });
        }
        Ok(MessageStore { connection, interruption })
    }

    /// Makes a change whole or not at all.
    pub(super) fn change<T>(
        &mut self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, PaymentError>,
    ) -> Result<T, PaymentError> {
        if let Some(interruption) = &self.interruption {
            interruption.step()?;
        }
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let outcome = change(&transaction)?;
        transaction.commit()?;
        Ok(outcome)
    }
}

/// An id as it is stored.
fn stored_id(id: Id) -> [u8; 16] {
    id.to_u128().to_be_bytes()
}

/// A stored id.
fn loaded_id(bytes: [u8; 16]) -> Id {
    Id::from_u128(u128::from_be_bytes(bytes))
}

/// A number as it is stored; amounts may have all 64 bits, so that nothing but the sign changes.
fn stored(number: u64) -> i64 {
    i64::from_ne_bytes(number.to_ne_bytes())
}

/// A stored number.
fn loaded(number: i64) -> u64 {
    u64::from_ne_bytes(number.to_ne_bytes())
}
