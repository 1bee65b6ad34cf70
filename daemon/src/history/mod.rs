// SPDX-License-Identifier: MIT

//! The past of an account: balance at a moment, statement of a period; and the trial balance of the whole ledger.
//!
//! Answers come from the books, which find an account's entries quickly, and are proven before they are given: the
//! rows' checksums show that each is as the kernel wrote it, and each entry's counters must be exactly those that the
//! entry before it left, changed by its own amount, so that no row can be missing in between. The last entry of an
//! account must be the one that the verified [`State`] names. Books that fail this are reported, never answered from.

mod error;
mod proof;
mod trial;

use qenex_abi::{Counters, JournalEntry, RestoreAccount};

pub use error::HistoryError;
pub use trial::{TrialBalance, trial_balance};

use crate::books::Books;
use crate::state::State;

/// A moment in the ledger's history.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Moment {
    /// Just after this entry; 0 is before the first.
    Sequence(u64),
    /// Just before the first entry of this time or later, nanoseconds since 1970-01-01 UTC. So the balance at midnight
    /// is that without what happens at midnight, and periods from moment to moment neither overlap nor leave a gap.
    Time(u64),
}

/// What was in an account at a moment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Balance {
    /// Number of the account.
    pub account: u64,
    /// ISO 4217 numeric code of the account.
    pub currency: u32,
    /// Just after this entry of the ledger.
    pub sequence: u64,
    /// Posted and held, minor units.
    pub counters: Counters,
}

impl Balance {
    /// Credits less debits posted, minor units.
    pub fn balance(&self) -> i128 {
        crate::state::balance(&self.counters)
    }
}

/// One line of a statement: one entry as the account saw it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Line {
    /// The entry.
    pub entry: JournalEntry,
    /// Whether it is the account's debit side.
    pub debit: bool,
    /// The account's counters after it.
    pub after: Counters,
    /// What it changed in the balance, minor units: negative for a debit, zero for a hold.
    pub change: i128,
}

/// What happened to an account between two moments.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Statement {
    /// Before the first line.
    pub opening: Balance,
    /// Every entry that changed the account, holds included.
    pub lines: Vec<Line>,
    /// After the last line.
    pub closing: Balance,
}

/// Answers questions about the past.
pub struct History<'a> {
    books: &'a Books,
    state: &'a State,
    /// Later moments are not known yet.
    end: u64,
}

impl<'a> History<'a> {
    /// From books and a state of the same ledger.
    ///
    /// # Errors
    ///
    /// [`HistoryError::Behind`] if the books lack entries that the state has; bring them to the state's sequence number
    /// first.
    pub fn new(books: &'a Books, state: &'a State) -> Result<Self, HistoryError> {
        if books.sequence() < state.sequence() {
            return Err(HistoryError::Behind { books: books.sequence(), state: state.sequence() });
        }
        Ok(History { books, state, end: state.sequence() })
    }

    /// From books that may lag behind the state, of the same ledger: moments up to the end of the books.
    ///
    /// An answer needs the account's next entry after its moment, if there is one; [`HistoryError::Behind`] says that the
    /// books do not reach to it yet.
    pub fn of_lagging_books(books: &'a Books, state: &'a State) -> Self {
        History { books, state, end: books.sequence().min(state.sequence()) }
    }

    /// What was in `account` at `moment`.
    ///
    /// # Errors
    ///
    /// [`HistoryError::NoAccount`] if there was no such account; [`HistoryError::Future`] if the moment is not in the
    /// books yet.
    pub fn balance(&self, account: u64, moment: Moment) -> Result<Balance, HistoryError> {
        let sequence = self.sequence_of(moment)?;
        let known = self.account(account)?;
        let proven = self.proven(known, sequence, sequence)?;
        let counters = proven.opening.ok_or(HistoryError::NotOpenYet { account, sequence })?;
        Ok(Balance { account, currency: known.currency, sequence, counters })
    }

    /// What happened to `account` between `from` and `until`. An account that is opened between them begins with
    /// nothing.
    ///
    /// # Errors
    ///
    /// As [`Self::balance`]; [`HistoryError::Backwards`] if `until` is before `from`.
    pub fn statement(&self, account: u64, from: Moment, until: Moment) -> Result<Statement, HistoryError> {
        let (first, last) = (self.sequence_of(from)?, self.sequence_of(until)?);
        if last < first {
            return Err(HistoryError::Backwards);
        }
        let known = self.account(account)?;
        let proven = self.proven(known, first, last)?;
        let currency = known.currency;
        let opening = proven.opening.unwrap_or_default();
        let closing = proven.lines.last().map_or(opening, |line| line.after);
        if proven.opening.is_none() && proven.lines.is_empty() {
            return Err(HistoryError::NotOpenYet { account, sequence: last });
        }
        Ok(Statement {
            opening: Balance { account, currency, sequence: first, counters: opening },
            lines: proven.lines,
            closing: Balance { account, currency, sequence: last, counters: closing },
        })
    }

    /// The last entry before `moment`.
    fn sequence_of(&self, moment: Moment) -> Result<u64, HistoryError> {
        let end = self.end;
        match moment {
            Moment::Sequence(sequence) if sequence > end => Err(HistoryError::Future { asked: sequence, end }),
            Moment::Sequence(sequence) => Ok(sequence),
            // Of a time to come nobody knows what will have happened; all there is now is before it.
            Moment::Time(time) => Ok(self.books.last_before(time)?.min(end)),
        }
    }

    fn account(&self, number: u64) -> Result<&'a RestoreAccount, HistoryError> {
        self.state.account(number).ok_or(HistoryError::NoAccount(number))
    }
}
