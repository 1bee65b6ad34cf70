// SPDX-License-Identifier: MIT

//! Looking things up in the books while somebody else writes them.

use std::path::Path;
use std::time::{Duration, Instant};

use qenex_abi::{Id, JournalEntry};
use rusqlite::{Connection, OpenFlags, Row, Rows};

use super::{Books, BooksError, FILE, configure, row};
use crate::store::{ChainHead, Identity};

/// What entries to look for. All conditions must hold.
#[derive(Clone, Debug)]
pub struct Search {
    /// Debits, credits, opens or changes this account.
    pub account: Option<u64>,
    /// Carries this reference.
    pub reference: Option<Id>,
    /// Is of one of these kinds (`QENEX_ENTRY_*`); of any kind if there are none.
    pub kinds: Vec<u16>,
    /// Is of this currency, ISO 4217 numeric.
    pub currency: Option<u32>,
    /// Has at least this amount, minor units.
    pub amount_min: u64,
    /// Has at most this amount, minor units.
    pub amount_max: u64,
    /// Comes after this entry.
    pub after: u64,
    /// Comes not after this entry.
    pub until: u64,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The entries, in order.
    pub entries: Vec<JournalEntry>,
    /// Everything up to this entry has been looked at: where to go on.
    pub reached: u64,
    /// Whether that was all.
    pub complete: bool,
}

impl Search {
    fn matches(&self, entry: &JournalEntry) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&entry.kind))
            && self.currency.is_none_or(|currency| entry.currency == currency)
            && (self.amount_min..=self.amount_max).contains(&entry.amount)
    }
}

impl Books {
    /// The books of the store in `directory`, for reading only, while another thread or process writes them.
    ///
    /// # Errors
    ///
    /// [`BooksError::OtherLedger`]; [`BooksError::Sqlite`] if there are none.
    pub fn reader(directory: &Path, identity: Identity) -> Result<Self, BooksError> {
        let path = directory.join(FILE);
        let connection = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        configure(&connection)?;
        connection.pragma_update(None, "query_only", true)?;
        let ledger_id: Vec<u8> = connection.query_row("SELECT ledger_id FROM source", [], |row| row.get(0))?;
        if ledger_id != identity.ledger_id.to_u128().to_be_bytes() {
            return Err(BooksError::OtherLedger);
        }
        let mut books = Books { connection, path, sequence: 0, chain: ChainHead::genesis(identity.ledger_id) };
        books.refresh()?;
        Ok(books)
    }

    /// Notes how far the books reach now. Returns the last entry that is in them.
    ///
    /// # Errors
    ///
    /// [`BooksError::Sqlite`].
    pub fn refresh(&mut self) -> Result<u64, BooksError> {
        let (sequence, chain) = self.connection.query_row("SELECT sequence, chain FROM progress", [], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, [u8; 32]>(1)?))
        })?;
        self.sequence = u64::try_from(sequence).unwrap_or(0);
        self.chain = ChainHead(chain);
        Ok(self.sequence)
    }

    /// The entry with this id.
    ///
    /// # Errors
    ///
    /// [`BooksError::Row`] if the row is damaged.
    pub fn by_id(&self, id: Id) -> Result<Option<JournalEntry>, BooksError> {
        self.one("WHERE id = ?", [id.to_u128().to_be_bytes()])
    }

    /// How the hold with this id ended: the entry that posted, voided or expired it.
    ///
    /// # Errors
    ///
    /// [`BooksError::Row`] if the row is damaged.
    pub fn end_of_hold(&self, id: Id) -> Result<Option<JournalEntry>, BooksError> {
        let condition = "WHERE related_id = ? AND kind IN (4, 5, 6) ORDER BY sequence LIMIT 1";
        self.one(condition, [id.to_u128().to_be_bytes()])
    }

    /// Accounts with numbers above `after` that were opened for `owner` or given to them, by number; at most `most`. They
    /// may have been given to somebody else since.
    ///
    /// # Errors
    ///
    /// [`BooksError::Sqlite`].
    pub fn once_owned(&self, owner: u32, after: u64, most: usize) -> Result<Vec<u64>, BooksError> {
        let sql = "SELECT DISTINCT to_account FROM journal
                    WHERE owner = ? AND kind IN (1, 9) AND to_account > ? ORDER BY to_account LIMIT ?";
        let mut query = self.connection.prepare_cached(sql)?;
        let numbers = query.query_map((owner, row::number(after)?, most), |row| row.get::<_, u64>(0))?;
        Ok(numbers.collect::<Result<_, _>>()?)
    }

    /// The sequence number of the `count`-th entry that changed the account after entry `after`, if there are as many up
    /// to `until`.
    ///
    /// # Errors
    ///
    /// [`BooksError::Row`] if a row is damaged.
    pub fn nth_of(&self, account: u64, after: u64, until: u64, count: usize) -> Result<Option<u64>, BooksError> {
        let mut seen = 0;
        let mut nth = None;
        self.each(Some(account), None, after, until, |entry| {
            if entry.kind != qenex_abi::QENEX_ENTRY_ID_USED_UP {
                seen += 1;
                nth = (seen == count).then_some(entry.sequence);
            }
            nth.is_none()
        })?;
        Ok(nth)
    }

    /// Up to `most` entries that `search` asks for, in order, within about the time `budget`.
    ///
    /// # Errors
    ///
    /// [`BooksError::Row`] if a row is damaged.
    pub fn search(&self, search: &Search, most: usize, budget: Duration) -> Result<Found, BooksError> {
        let begun = Instant::now();
        let until = search.until.min(self.sequence);
        let mut found = Found { entries: Vec::new(), reached: search.after, complete: false };
        let ended = self.each(search.account, search.reference, search.after, until, |entry| {
            if search.matches(entry) {
                if found.entries.len() == most {
                    return false;
                }
                found.entries.push(*entry);
            }
            found.reached = entry.sequence;
            begun.elapsed() < budget
        })?;
        if ended {
            found.reached = until.max(search.after);
            found.complete = true;
        }
        Ok(found)
    }

    /// Shows each entry after `after` and up to `until` to `look`, in order, until it says no. Returns whether all were
    /// shown.
    fn each(
        &self,
        account: Option<u64>,
        reference: Option<Id>,
        after: u64,
        until: u64,
        mut look: impl FnMut(&JournalEntry) -> bool,
    ) -> Result<bool, BooksError> {
        let sides: &[&str] = match (account, reference) {
            // The one with the fewest rows by far.
            (_, Some(_)) => &["reference = ?3"],
            (Some(_), None) => &["from_account = ?3", "to_account = ?3"],
            (None, None) => &["?3 IS NULL"],
        };
        let key = match (account, reference) {
            (_, Some(reference)) => rusqlite::types::Value::Blob(reference.to_u128().to_be_bytes().to_vec()),
            (Some(account), None) => rusqlite::types::Value::Integer(row::number(account)?),
            (None, None) => rusqlite::types::Value::Null,
        };
        let (after, until) = (row::number(after)?, row::number(until.min(i64::MAX as u64))?);
        let mut queries = Vec::new();
        for side in sides {
            let sql = format!("{} WHERE {side} AND sequence > ?1 AND sequence <= ?2 ORDER BY sequence", row::SELECT);
            queries.push(self.connection.prepare_cached(&sql)?);
        }
        let mut sources = Vec::new();
        for query in &mut queries {
            sources.push(Source::new(query.query((after, until, &key))?)?);
        }
        // The two sides of an account, merged.
        while let Some(source) =
            sources.iter_mut().filter(|source| source.next.is_some()).min_by_key(|source| source.sequence())
        {
            let Some(entry) = source.take()? else { break };
            let of_account = account.is_none_or(|number| entry.from_account == number || entry.to_account == number);
            if of_account && !look(&entry) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Rows of one query, one of them read ahead.
struct Source<'a> {
    rows: Rows<'a>,
    next: Option<JournalEntry>,
}

impl<'a> Source<'a> {
    fn new(rows: Rows<'a>) -> Result<Self, BooksError> {
        let mut source = Source { rows, next: None };
        source.take()?;
        Ok(source)
    }

    fn sequence(&self) -> u64 {
        self.next.map_or(u64::MAX, |entry| entry.sequence)
    }

    fn take(&mut self) -> Result<Option<JournalEntry>, BooksError> {
        let read = |row: &Row<'_>| row::read(row);
        let next = self.rows.next()?.map(read).transpose()?;
        Ok(std::mem::replace(&mut self.next, next))
    }
}
