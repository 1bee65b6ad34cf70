// SPDX-License-Identifier: MIT

//! One row of the journal in the books: from an entry and back.

use qenex_abi::{Counters, Id, JournalEntry};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Row, Statement, ToSql};

use super::BooksError;
use crate::state::entry_checksum;

pub(super) const INSERT: &str = "
    INSERT INTO journal (sequence, timestamp, kind, id, from_account, to_account, amount, requested, currency,
        related_id, reference, code, flags, timeout, account_flags, actor, owner, from_debits_posted,
        from_credits_posted, from_debits_held, from_credits_held, to_debits_posted, to_credits_posted, to_debits_held,
        to_credits_held, crc)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23,
        ?24, ?25, ?26)";

pub(super) const SELECT: &str = "
    SELECT sequence, timestamp, kind, id, from_account, to_account, amount, requested, currency, related_id, reference,
        code, flags, timeout, account_flags, actor, owner, from_debits_posted, from_credits_posted, from_debits_held,
        from_credits_held, to_debits_posted, to_credits_posted, to_debits_held, to_credits_held, crc
    FROM journal";

/// A `u64` in a column: as INTEGER while it fits, above as the TEXT of its decimal digits, so that nothing is lost and
/// nothing looks negative.
struct Wide(u64);

impl ToSql for Wide {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Owned(match i64::try_from(self.0) {
            Ok(number) => Value::Integer(number),
            Err(_) => Value::Text(self.0.to_string()),
        }))
    }
}

/// A number that fits in a column for good.
pub(super) fn number(value: u64) -> Result<i64, BooksError> {
    i64::try_from(value).map_err(|_| BooksError::Range(value))
}

/// The number of an account, NULL where there is none.
fn account(number: u64) -> Option<Wide> {
    (number != 0).then_some(Wide(number))
}

fn id(id: Id) -> Option<[u8; 16]> {
    (!id.is_none()).then(|| id.to_u128().to_be_bytes())
}

pub(super) fn write(insert: &mut Statement<'_>, entry: &JournalEntry) -> Result<(), BooksError> {
    let (from, to) = (&entry.from_after, &entry.to_after);
    insert.execute(rusqlite::params![
        number(entry.sequence)?,
        Wide(entry.timestamp),
        entry.kind,
        entry.id.to_u128().to_be_bytes(),
        account(entry.from_account),
        account(entry.to_account),
        Wide(entry.amount),
        Wide(entry.requested),
        entry.currency,
        id(entry.related_id),
        id(entry.reference),
        entry.code,
        entry.flags,
        entry.timeout,
        entry.account_flags,
        entry.actor,
        entry.owner,
        Wide(from.debits_posted),
        Wide(from.credits_posted),
        Wide(from.debits_held),
        Wide(from.credits_held),
        Wide(to.debits_posted),
        Wide(to.credits_posted),
        Wide(to.debits_held),
        Wide(to.credits_held),
        entry.crc,
    ])?;
    Ok(())
}

/// The entry of a row, believed only if its checksum is that of the entry.
pub(super) fn read(row: &Row<'_>) -> Result<JournalEntry, BooksError> {
    let sequence = wide(row, 0).unwrap_or(0);
    let fields = || -> Option<JournalEntry> {
        Some(JournalEntry {
            sequence: wide(row, 0)?,
            timestamp: wide(row, 1)?,
            kind: narrow(row, 2)?,
            id: read_id(row, 3)?,
            from_account: wide(row, 4)?,
            to_account: wide(row, 5)?,
            amount: wide(row, 6)?,
            requested: wide(row, 7)?,
            currency: narrow(row, 8)?,
            related_id: read_id(row, 9)?,
            reference: read_id(row, 10)?,
            code: narrow(row, 11)?,
            flags: narrow(row, 12)?,
            timeout: narrow(row, 13)?,
            account_flags: narrow(row, 14)?,
            actor: narrow(row, 15)?,
            owner: narrow(row, 16)?,
            from_after: counters(row, 17)?,
            to_after: counters(row, 21)?,
            crc: narrow(row, 25)?,
        })
    };
    let damaged = |why: &str| BooksError::Row { sequence, why: why.into() };
    let entry = fields().ok_or_else(|| damaged("a field is no number or of the wrong length"))?;
    if entry.crc != entry_checksum(&entry) {
        return Err(damaged("its checksum does not fit"));
    }
    Ok(entry)
}

fn wide(row: &Row<'_>, column: usize) -> Option<u64> {
    match row.get_ref(column).ok()? {
        ValueRef::Null => Some(0),
        ValueRef::Integer(number) => u64::try_from(number).ok(),
        ValueRef::Text(text) => std::str::from_utf8(text).ok()?.parse().ok(),
        _ => None,
    }
}

fn narrow<T: TryFrom<u64>>(row: &Row<'_>, column: usize) -> Option<T> {
    T::try_from(wide(row, column)?).ok()
}

fn read_id(row: &Row<'_>, column: usize) -> Option<Id> {
    match row.get_ref(column).ok()? {
        ValueRef::Null => Some(Id::NONE),
        ValueRef::Blob(bytes) => Some(Id::from_u128(u128::from_be_bytes(bytes.try_into().ok()?))),
        _ => None,
    }
}

fn counters(row: &Row<'_>, first: usize) -> Option<Counters> {
    Some(Counters {
        debits_posted: wide(row, first)?,
        credits_posted: wide(row, first + 1)?,
        debits_held: wide(row, first + 2)?,
        credits_held: wide(row, first + 3)?,
    })
}
