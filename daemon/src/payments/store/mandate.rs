// SPDX-License-Identifier: MIT

//! Mandates of direct debits, and what was collected under them.

use qenex_messages::calendar::Date;
use qenex_messages::rules::sepa::mandate::{Mandate, MandateState};
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::MessageStore;
use crate::beside::{loaded, stored};
use crate::payments::PaymentError;

/// A mandate as it is stored.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StoredMandate {
    /// Counts all mandates; zero if it is not stored yet.
    pub number: u64,
    /// Creditor identifier.
    pub creditor: String,
    /// The creditor's reference of it.
    pub mandate: String,
    /// `CORE` or `B2B`.
    pub scheme: String,
    /// Account debited; zero if it is at another bank.
    pub account: u64,
    /// Account credited; zero if it is at another bank.
    pub credit: u64,
    /// Day of its signature, since 1970-01-01.
    pub signed: i64,
    /// Where it stands.
    pub life: Mandate,
    /// Who registered it, or the message that used it first.
    pub origin: String,
    /// When it was registered, nanoseconds since 1970-01-01 UTC.
    pub at: u64,
}

/// The name of a state in the database and in JSON.
pub(in crate::payments) fn state_name(state: MandateState) -> &'static str {
    match state {
        MandateState::Signed => "signed",
        MandateState::InUse => "in_use",
        MandateState::Finished => "finished",
        MandateState::Cancelled => "cancelled",
    }
}

const COLUMNS: &str =
    "number, creditor, mandate, scheme, account, signed, state, last, origin, at, credit FROM mandate";

fn mandate(row: &Row<'_>) -> rusqlite::Result<StoredMandate> {
    let signed: i64 = row.get(5)?;
    let state = match row.get::<_, String>(6)?.as_str() {
        "signed" => MandateState::Signed,
        "in_use" => MandateState::InUse,
        "finished" => MandateState::Finished,
        _ => MandateState::Cancelled,
    };
    let day = |days| Date::from_unix_days(days).ok_or(rusqlite::Error::IntegralValueOutOfRange(5, days));
    let last = row.get::<_, Option<i64>>(7)?.map(day).transpose()?;
    Ok(StoredMandate {
        number: loaded(row.get(0)?),
        creditor: row.get(1)?,
        mandate: row.get(2)?,
        scheme: row.get(3)?,
        account: loaded(row.get(4)?),
        signed,
        life: Mandate::kept(state, day(signed)?, last),
        origin: row.get(8)?,
        at: loaded(row.get(9)?),
        credit: loaded(row.get(10)?),
    })
}

/// Stores a mandate, or what has changed: its life, its names, the account debited.
pub(in crate::payments) fn put(transaction: &Transaction<'_>, mandate: &StoredMandate) -> Result<(), PaymentError> {
    if mandate.number != 0 {
        let sql = "UPDATE mandate SET creditor = ?, mandate = ?, account = ?, state = ?, last = ? WHERE number = ?";
        transaction.prepare_cached(sql)?.execute(params![
            mandate.creditor,
            mandate.mandate,
            stored(mandate.account),
            state_name(mandate.life.state()),
            mandate.life.last().map(Date::unix_days),
            stored(mandate.number),
        ])?;
        return Ok(());
    }
    // One that a message uses several times is put several times.
    let sql = "INSERT INTO mandate (creditor, mandate, scheme, account, signed, state, last, origin, at, credit)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
               ON CONFLICT (creditor, mandate) DO UPDATE SET state = excluded.state, last = excluded.last";
    transaction.prepare_cached(sql)?.execute(params![
        mandate.creditor,
        mandate.mandate,
        mandate.scheme,
        stored(mandate.account),
        mandate.signed,
        state_name(mandate.life.state()),
        mandate.life.last().map(Date::unix_days),
        mandate.origin,
        stored(mandate.at),
        stored(mandate.credit),
    ])?;
    Ok(())
}

/// Takes the first collection of a mandate back, unless another one has followed: it may be made again.
pub(in crate::payments) fn undo_first(transaction: &Transaction<'_>, payment: u64) -> Result<(), PaymentError> {
    let sql = "UPDATE mandate SET state = 'signed', last = NULL
                WHERE state IN ('in_use', 'finished') AND (creditor, mandate, last) =
                      (SELECT mandate_creditor, mandate_reference, mandate_day FROM payment WHERE number = ?)";
    transaction.prepare_cached(sql)?.execute([stored(payment)])?;
    Ok(())
}

impl MessageStore {
    /// The mandate that a creditor calls so.
    ///
    /// # Errors
    ///
    /// [`PaymentError::Sqlite`].
    pub fn mandate(&self, creditor: &str, reference: &str) -> Result<Option<StoredMandate>, PaymentError> {
        let sql = format!("SELECT {COLUMNS} WHERE creditor = ? AND mandate = ?");
        Ok(self.connection.prepare_cached(&sql)?.query_row([creditor, reference], mandate).optional()?)
    }

    /// The mandate with this number.
    ///
    /// # Errors
    ///
    /// [`PaymentError::Sqlite`].
    pub fn mandate_by_number(&self, number: u64) -> Result<Option<StoredMandate>, PaymentError> {
        let sql = format!("SELECT {COLUMNS} WHERE number = ?");
        Ok(self.connection.prepare_cached(&sql)?.query_row([stored(number)], mandate).optional()?)
    }

    /// Mandates by number, those after `after`, at most `most`.
    ///
    /// # Errors
    ///
    /// [`PaymentError::Sqlite`].
    pub fn mandates(&self, after: u64, most: usize) -> Result<Vec<StoredMandate>, PaymentError> {
        let sql = format!("SELECT {COLUMNS} WHERE number > ? ORDER BY number LIMIT ?");
        let mut query = self.connection.prepare_cached(&sql)?;
        let rows = query.query_map([stored(after), stored(most as u64)], mandate)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
