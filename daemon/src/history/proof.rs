// SPDX-License-Identifier: MIT

//! Proving that the books' rows of an account are all there are.

use qenex_abi::{
    Counters, JournalEntry, QENEX_ENTRY_EXPIRE_HOLD, QENEX_ENTRY_HOLD, QENEX_ENTRY_OPEN, QENEX_ENTRY_POST_HOLD,
    QENEX_ENTRY_POSTING, QENEX_ENTRY_REVERSAL, QENEX_ENTRY_UPDATE, QENEX_ENTRY_VOID_HOLD, RestoreAccount,
};

use super::{History, HistoryError, Line};

/// An account's entries between two points, proven.
pub(super) struct Proven {
    /// Counters at the first point; `None` if the account was not open yet.
    pub(super) opening: Option<Counters>,
    /// What followed up to the second point.
    pub(super) lines: Vec<Line>,
}

impl History<'_> {
    /// The entries of `account` after `first` and up to `last`, with the counters before them, or an error that says
    /// where the books lack something.
    pub(super) fn proven(&self, account: &RestoreAccount, first: u64, last: u64) -> Result<Proven, HistoryError> {
        let number = account.account_number;
        let before = self.books.last_of(number, first)?;
        let mut lines: Vec<Line> = Vec::new();
        let mut counters = before.map(|entry| sides(&entry, number).1);
        let mut latest = before.map_or(0, |entry| entry.sequence);
        let opening = counters;
        for entry in self.books.all_of(number, first, last)? {
            let line = follow(counters, &entry, number)?;
            (counters, latest) = (Some(line.after), entry.sequence);
            lines.push(line);
        }
        // The end: the next entry of the account after it must follow on it, or there must be none.
        if account.sequence > last {
            let next = self.next_after(account, last)?;
            follow(counters, &next, number)?;
        } else if latest != account.sequence || counters != Some(account.counters) {
            return Err(HistoryError::Missing { account: number, after: latest });
        }
        Ok(Proven { opening, lines })
    }

    /// The first entry of the account after `sequence`, which there must be.
    fn next_after(&self, account: &RestoreAccount, sequence: u64) -> Result<JournalEntry, HistoryError> {
        let number = account.account_number;
        let next = self.books.next_of(number, sequence)?;
        next.ok_or_else(|| match self.books.sequence() {
            books if books < account.sequence => HistoryError::Behind { books, state: account.sequence },
            _ => HistoryError::Missing { account: number, after: sequence },
        })
    }
}

/// What `entry` did to the account `number`, if it follows on an entry that left `before`.
fn follow(before: Option<Counters>, entry: &JournalEntry, number: u64) -> Result<Line, HistoryError> {
    let missing = HistoryError::Missing { account: number, after: entry.sequence.saturating_sub(1) };
    let (debit, after) = sides(entry, number);
    let expected = match (entry.kind, before) {
        (QENEX_ENTRY_OPEN, None) => Some(Counters::default()),
        (QENEX_ENTRY_OPEN, Some(_)) | (_, None) => None,
        (_, Some(before)) => change(before, entry, debit),
    };
    if expected != Some(after) {
        return Err(missing);
    }
    let moved = i128::from(match entry.kind {
        QENEX_ENTRY_POSTING | QENEX_ENTRY_POST_HOLD | QENEX_ENTRY_REVERSAL => entry.amount,
        _ => 0,
    });
    Ok(Line { entry: *entry, debit, after, change: if debit { -moved } else { moved } })
}

/// Whether the entry debits the account, and the account's counters after it.
fn sides(entry: &JournalEntry, number: u64) -> (bool, Counters) {
    if entry.from_account == number { (true, entry.from_after) } else { (false, entry.to_after) }
}

/// The counters that `entry` makes of `before`; `None` if it cannot follow on them.
fn change(before: Counters, entry: &JournalEntry, debit: bool) -> Option<Counters> {
    let (release, hold, post) = match entry.kind {
        QENEX_ENTRY_POSTING | QENEX_ENTRY_REVERSAL => (0, 0, entry.amount),
        QENEX_ENTRY_HOLD => (0, entry.amount, 0),
        QENEX_ENTRY_POST_HOLD => (entry.requested, 0, entry.amount),
        QENEX_ENTRY_VOID_HOLD | QENEX_ENTRY_EXPIRE_HOLD => (entry.amount, 0, 0),
        QENEX_ENTRY_UPDATE => (0, 0, 0),
        _ => return None,
    };
    let mut after = before;
    let (posted, held) = if debit {
        (&mut after.debits_posted, &mut after.debits_held)
    } else {
        (&mut after.credits_posted, &mut after.credits_held)
    };
    *held = held.checked_sub(release)?.checked_add(hold)?;
    *posted = posted.checked_add(post)?;
    Some(after)
}
