// SPDX-License-Identifier: MIT

//! Payments: what a message asks for, one by one, and what the ledger did for each.

use qenex_abi::Id;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::MessageStore;
use crate::beside::{loaded, loaded_id, names, stored, stored_id};
use crate::payments::PaymentError;

names! {
    /// What a payment is.
    pub enum Kind {
        /// A credit transfer from one of our accounts to another.
        TransferOnUs = "transfer_on_us",
        /// A credit transfer from one of our accounts to another bank.
        TransferOut = "transfer_out",
        /// A credit transfer from another bank to one of our accounts.
        TransferIn = "transfer_in",
        /// A credit transfer or collection of ours that another bank sends back.
        ReturnIn = "return_in",
        /// A collection by one of our accounts from another.
        CollectionOnUs = "collection_on_us",
        /// A collection by one of our accounts at another bank.
        CollectionOut = "collection_out",
        /// A collection by another bank's customer from one of our accounts.
        CollectionIn = "collection_in",
        /// A credit transfer to one of our accounts that the sender asks back.
        RecallIn = "recall_in",
    }
}

names! {
    /// How far a payment is.
    pub enum PaymentState {
        /// To be posted.
        Ready = "ready",
        /// To be posted on its day.
        Waiting = "waiting",
        /// Somebody must decide.
        Asked = "asked",
        /// Posted.
        Settled = "settled",
        /// Not posted, or posted and taken back.
        Rejected = "rejected",
        /// Was taken out of a batch that was debited: the debtor is to get it back.
        Refunding = "refunding",
        /// The debtor wants a collection back: to be credited, and sent back.
        Reclaimed = "reclaimed",
        /// Has settled between the banks but not with the customer: to be sent back.
        Returning = "returning",
        /// Sent back.
        Returned = "returned",
    }
}

names! {
    /// How far the one debit of a group is.
    pub enum BookingState {
        /// To be posted.
        Ready = "ready",
        /// Posted.
        Settled = "settled",
        /// Refused by the ledger, and the group with it.
        Rejected = "rejected",
    }
}

/// A payment to be stored.
#[derive(Clone, Debug)]
pub struct NewPayment {
    /// Place of its group in the message.
    pub part: u32,
    /// What it is.
    pub kind: Kind,
    /// Ids in the ledger are derived from it.
    pub key: String,
    /// Whether it is booked with its group.
    pub batch: bool,
    /// End-to-end reference.
    pub end_to_end: String,
    /// The instruction's reference.
    pub instruction: Option<String>,
    /// The transaction's reference.
    pub reference: Option<String>,
    /// Unique end-to-end transaction reference.
    pub uetr: Option<String>,
    /// Minor units.
    pub amount: u64,
    /// ISO 4217 numeric code; zero if it is not one in use.
    pub currency: u32,
    /// Account debited; zero if there is none.
    pub debit: u64,
    /// Account credited; zero if there is none.
    pub credit: u64,
    /// Day, since 1970-01-01, on which it is to be executed.
    pub due: i64,
    /// Number of the payment that it sends back or asks back.
    pub original: Option<u64>,
    /// How far it is.
    pub state: PaymentState,
    /// Why, an ISO 20022 external code.
    pub reason: Option<&'static str>,
    /// Why, in words.
    pub explanation: Option<String>,
    /// Of the first collection of a mandate, creditor, reference and day by which it can be taken back there.
    pub first_under: Option<(String, String, i64)>,
}

/// A payment as it is stored.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Payment {
    /// Counts all payments.
    pub number: u64,
    /// Number of its message.
    pub message: u64,
    /// Its place there, over all groups, from 0.
    pub place: u32,
    /// Place of its group.
    pub part: u32,
    /// What it is.
    pub kind: Kind,
    /// Ids in the ledger are derived from it.
    pub key: String,
    /// Whether it is booked with its group.
    pub batch: bool,
    /// End-to-end reference.
    pub end_to_end: String,
    /// The instruction's reference.
    pub instruction: Option<String>,
    /// The transaction's reference.
    pub reference: Option<String>,
    /// Unique end-to-end transaction reference.
    pub uetr: Option<String>,
    /// Minor units.
    pub amount: u64,
    /// ISO 4217 numeric code; zero if it is not one in use.
    pub currency: u32,
    /// Account debited.
    pub debit: u64,
    /// Account credited.
    pub credit: u64,
    /// Day, since 1970-01-01, on which it is to be executed.
    pub due: i64,
    /// Number of the payment that it sends back or asks back.
    pub original: Option<u64>,
    /// How far it is.
    pub state: PaymentState,
    /// Why, an ISO 20022 external code.
    pub reason: Option<String>,
    /// Why, in words.
    pub explanation: Option<String>,
    /// Number of the message in which it goes to another bank.
    pub sent: Option<u64>,
}

/// What the ledger did for a payment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Posting {
    /// Id in the ledger.
    pub transfer: Id,
    /// Sequence number in the journal.
    pub sequence: u64,
    /// Account debited.
    pub debit: u64,
    /// Account credited.
    pub credit: u64,
    /// Minor units.
    pub amount: u64,
}

/// One debit for all payments of a group.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Booking {
    /// Place of the group in its message.
    pub part: u32,
    /// Its id in the ledger is derived from it.
    pub key: String,
    /// Account debited.
    pub account: u64,
    /// Minor units.
    pub amount: u64,
    /// ISO 4217 numeric code.
    pub currency: u32,
    /// How far it is.
    pub state: BookingState,
    /// Its id in the ledger and sequence number in the journal.
    pub posted: Option<(Id, u64)>,
}

const COLUMNS: &str = "number, message, place, part, kind, key, batch, end_to_end, instruction, reference, uetr, amount, \
    currency, debit, credit, due, original, state, reason, explanation, sent FROM payment";

fn payment(row: &Row<'_>) -> rusqlite::Result<Payment> {
    Ok(Payment {
        number: loaded(row.get(0)?),
        message: loaded(row.get(1)?),
        place: row.get(2)?,
        part: row.get(3)?,
        kind: Kind::load(&row.get::<_, String>(4)?)?,
        key: row.get(5)?,
        batch: row.get(6)?,
        end_to_end: row.get(7)?,
        instruction: row.get(8)?,
        reference: row.get(9)?,
        uetr: row.get(10)?,
        amount: loaded(row.get(11)?),
        currency: row.get(12)?,
        debit: loaded(row.get(13)?),
        credit: loaded(row.get(14)?),
        due: row.get(15)?,
        original: row.get::<_, Option<i64>>(16)?.map(loaded),
        state: PaymentState::load(&row.get::<_, String>(17)?)?,
        reason: row.get(18)?,
        explanation: row.get(19)?,
        sent: row.get::<_, Option<i64>>(20)?.map(loaded),
    })
}

/// Stores the payments of a message, in order.
pub(in crate::payments) fn insert(
    transaction: &Transaction<'_>,
    message: u64,
    payments: &[NewPayment],
    bookings: &[Booking],
) -> Result<(), PaymentError> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO payment (message, place, part, kind, key, batch, end_to_end, instruction, reference, uetr, amount,
                              currency, debit, credit, due, original, state, reason, explanation,
                              mandate_creditor, mandate_reference, mandate_day)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    for (place, new) in payments.iter().enumerate() {
        insert.execute(params![
            stored(message),
            stored(place as u64),
            new.part,
            new.kind.name(),
            new.key,
            new.batch,
            new.end_to_end,
            new.instruction,
            new.reference,
            new.uetr,
            stored(new.amount),
            new.currency,
            stored(new.debit),
            stored(new.credit),
            new.due,
            new.original.map(stored),
            new.state.name(),
            new.reason,
            new.explanation,
            new.first_under.as_ref().map(|(creditor, ..)| creditor),
            new.first_under.as_ref().map(|(_, reference, _)| reference),
            new.first_under.as_ref().map(|(.., day)| day),
        ])?;
    }
    let mut insert = transaction.prepare_cached("INSERT INTO booking VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL)")?;
    for booking in bookings {
        insert.execute(params![
            stored(message),
            booking.part,
            booking.key,
            stored(booking.account),
            stored(booking.amount),
            booking.currency,
            booking.state.name(),
        ])?;
    }
    Ok(())
}

/// Notes how far a payment is, and why.
pub(in crate::payments) fn set_state(
    transaction: &Transaction<'_>,
    payment: u64,
    state: PaymentState,
    why: Option<(&str, &str)>,
) -> Result<(), PaymentError> {
    let sql = "UPDATE payment SET state = ?, reason = coalesce(?, reason), explanation = coalesce(?, explanation)
                WHERE number = ?";
    let (reason, explanation) = why.unzip();
    transaction.prepare_cached(sql)?.execute(params![state.name(), reason, explanation, stored(payment)])?;
    Ok(())
}

/// Notes what the ledger did for a payment.
pub(in crate::payments) fn add_posting(
    transaction: &Transaction<'_>,
    payment: u64,
    posting: &Posting,
) -> Result<(), PaymentError> {
    let sql = "INSERT INTO posting VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    transaction.prepare_cached(sql)?.execute(params![
        stored_id(posting.transfer),
        stored(payment),
        stored(posting.sequence),
        stored(posting.debit),
        stored(posting.credit),
        stored(posting.amount),
    ])?;
    Ok(())
}

/// Notes in which message a payment goes to another bank, and under which references.
pub(in crate::payments) fn set_sent(
    transaction: &Transaction<'_>,
    payment: u64,
    message: u64,
    reference: Option<&str>,
    uetr: Option<&str>,
) -> Result<(), PaymentError> {
    let sql =
        "UPDATE payment SET sent = ?, reference = coalesce(?, reference), uetr = coalesce(?, uetr) WHERE number = ?";
    transaction.prepare_cached(sql)?.execute(params![stored(message), reference, uetr, stored(payment)])?;
    Ok(())
}

/// Notes what became of the one debit of a group.
pub(in crate::payments) fn set_booking(
    transaction: &Transaction<'_>,
    message: u64,
    part: u32,
    state: BookingState,
    posted: Option<(Id, u64)>,
) -> Result<(), PaymentError> {
    let sql = "UPDATE booking SET state = ?, transfer = ?, sequence = ? WHERE message = ? AND part = ?";
    let (transfer, sequence) = posted.map(|(id, sequence)| (stored_id(id), stored(sequence))).unzip();
    transaction.prepare_cached(sql)?.execute(params![state.name(), transfer, sequence, stored(message), part])?;
    Ok(())
}

impl MessageStore {
    fn some(&self, condition: &str, given: impl rusqlite::Params) -> Result<Vec<Payment>, PaymentError> {
        let mut query = self.connection.prepare_cached(&format!("SELECT {COLUMNS} WHERE {condition}"))?;
        let rows = query.query_map(given, payment)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The payments of a message, in order.
    ///
    /// # Errors
    ///
    /// [`PaymentError::Sqlite`].
    pub fn payments(&self, message: u64) -> Result<Vec<Payment>, PaymentError> {
        self.some("message = ? ORDER BY place", [stored(message)])
    }

    /// The payments that go to another bank in a message.
    ///
    /// # Errors
    ///
    /// [`PaymentError::Sqlite`].
    pub fn payments_sent_in(&self, message: u64) -> Result<Vec<Payment>, PaymentError> {
        self.some("sent = ? ORDER BY number", [stored(message)])
    }

    /// The payment with this number.
    ///
    /// # Errors
    ///
    /// [`PaymentError::Sqlite`].
    pub fn payment(&self, number: u64) -> Result<Option<Payment>, PaymentError> {
        Ok(self.some("number = ?", [stored(number)])?.into_iter().next())
    }

    /// Payments of these kinds with a reference, or a unique reference, of those given.
    ///
    /// # Errors
    ///
    /// [`PaymentError::Sqlite`].
    pub fn known_as(
        &self,
        kinds: &[Kind],
        reference: Option<&str>,
        uetr: Option<&str>,
        end_to_end: Option<&str>,
    ) -> Result<Vec<Payment>, PaymentError> {
        // The surest first.
        for (column, value) in [("uetr", uetr), ("reference", reference), ("end_to_end", end_to_end)] {
            let Some(value) = value.filter(|value| *value != "NOTPROVIDED") else { continue };
            let mut found = self.some(&format!("{column} = ? ORDER BY number LIMIT 100"), [value])?;
            found.retain(|payment| kinds.contains(&payment.kind));
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Ok(Vec::new())
    }

    /// Payments that send this one back or ask it back.
    ///
    /// # Errors
    ///
    /// [`PaymentError::Sqlite`].
    pub fn payments_about(&self, original: u64) -> Result<Vec<Payment>, PaymentError> {
        self.some("original = ? ORDER BY number", [stored(original)])
    }

    /// The payment that this change in the ledger belongs to.
    ///
    /// # Errors
    ///
    /// [`PaymentError::Sqlite`].
    pub fn payment_of(&self, transfer: Id) -> Result<Option<Payment>, PaymentError> {
        let condition = "number = (SELECT payment FROM posting WHERE transfer = ?)";
        Ok(self.some(condition, [stored_id(transfer)])?.into_iter().next())
    }

    /// What the ledger did for a payment, in order.
    ///
    /// # Errors
    ///
    /// [`PaymentError::Sqlite`].
    pub fn postings(&self, payment: u64) -> Result<Vec<Posting>, PaymentError> {
        let sql = "SELECT transfer, sequence, debit, credit, amount FROM posting WHERE payment = ? ORDER BY sequence";
        let mut query = self.connection.prepare_cached(sql)?;
        let rows = query.query_map([stored(payment)], |row| {
            Ok(Posting {
                transfer: loaded_id(row.get(0)?),
                sequence: loaded(row.get(1)?),
                debit: loaded(row.get(2)?),
                credit: loaded(row.get(3)?),
                amount: loaded(row.get(4)?),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The debits of a message's groups.
    ///
    /// # Errors
    ///
    /// [`PaymentError::Sqlite`].
    pub fn bookings(&self, message: u64) -> Result<Vec<Booking>, PaymentError> {
        let sql = "SELECT part, key, account, amount, currency, state, transfer, sequence FROM booking
                    WHERE message = ? ORDER BY part";
        let mut query = self.connection.prepare_cached(sql)?;
        let rows = query.query_map([stored(message)], booking)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Message and place of the group that this change in the ledger is the one debit of.
    ///
    /// # Errors
    ///
    /// [`PaymentError::Sqlite`].
    pub fn booking_of(&self, transfer: Id) -> Result<Option<(u64, u32)>, PaymentError> {
        let sql = "SELECT message, part FROM booking WHERE transfer = ?";
        let mut query = self.connection.prepare_cached(sql)?;
        let found = query.query_row([stored_id(transfer)], |row| Ok((loaded(row.get(0)?), row.get(1)?)));
        Ok(found.optional()?)
    }
}

fn booking(row: &Row<'_>) -> rusqlite::Result<Booking> {
    let (transfer, sequence): (Option<[u8; 16]>, Option<i64>) = (row.get(6)?, row.get(7)?);
    Ok(Booking {
        part: row.get(0)?,
        key: row.get(1)?,
        account: loaded(row.get(2)?),
        amount: loaded(row.get(3)?),
        currency: row.get(4)?,
        state: BookingState::load(&row.get::<_, String>(5)?)?,
        posted: transfer.zip(sequence).map(|(id, sequence)| (loaded_id(id), loaded(sequence))),
    })
}

/// Takes up what waited for day `today`.
pub(in crate::payments) fn take_up(
    transaction: &Transaction<'_>,
    message: u64,
    today: i64,
) -> Result<(), PaymentError> {
    let sql = "UPDATE payment SET state = 'ready' WHERE message = ? AND state = 'waiting' AND due <= ?";
    transaction.prepare_cached(sql)?.execute(params![stored(message), today])?;
    Ok(())
}

/// Notes that other accounts are debited and credited.
pub(in crate::payments) fn set_accounts(
    transaction: &Transaction<'_>,
    payment: u64,
    debit: u64,
    credit: u64,
) -> Result<(), PaymentError> {
    let sql = "UPDATE payment SET debit = ?, credit = ? WHERE number = ?";
    transaction.prepare_cached(sql)?.execute(params![stored(debit), stored(credit), stored(payment)])?;
    Ok(())
}

/// Notes at a payment's message what another bank has said of it in message `by`.
pub(in crate::payments) fn tell(
    transaction: &Transaction<'_>,
    payment: u64,
    by: u64,
    at: u64,
    definition: &str,
    said: &str,
) -> Result<(), PaymentError> {
    let sql = "INSERT INTO event (message, at, what, actor, details)
               SELECT message, ?, 'told', ?, 'payment ' || place || ': ' || ? || ' in message ' || ?
                 FROM payment WHERE number = ?";
    let given = params![stored(at), definition, said, stored(by), stored(payment)];
    transaction.prepare_cached(sql)?.execute(given)?;
    Ok(())
}
