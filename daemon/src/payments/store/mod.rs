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

use std::path::Path;

use rusqlite::{Connection, Transaction};

use super::PaymentError;
use super::interruption::Interruption;
use crate::beside::{self, Beside};

/// The database.
pub const DATABASE: Beside =
    Beside { file: "messages.sqlite", about: "messages", schema: include_str!("schema.sql"), steps: &[] };

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
        let connection = DATABASE.open(directory)?;
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
        beside::change(&mut self.connection, change)
    }
}
