// SPDX-License-Identifier: MIT OR GPL-2.0

//! Limits on what an account may spend in a window of time.
//!
//! Windows begin at multiples of their length since 1970, so that a limit per day is one per calendar day in UTC and what
//! was spent follows from the journal alone. Transfers and new holds count. What a hold releases comes back, if it ends in
//! the window in which it was made.

use qenex_abi::{
    JournalEntry, QENEX_ENTRY_EXPIRE_HOLD, QENEX_ENTRY_HOLD, QENEX_ENTRY_POSTING, QENEX_ENTRY_POST_HOLD,
    QENEX_ENTRY_VOID_HOLD,
};

const NANOSECONDS: u64 = 1_000_000_000;

/// The limit of an account and how much of it is used. All zero without a limit.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Spending {
    /// Most that may be spent in one window, minor units.
    pub(crate) limit: u64,
    /// What has been spent in the window that began at `start`.
    pub(crate) spent: u64,
    /// When the window began in which something was last spent, seconds since 1970-01-01 UTC.
    pub(crate) start: u64,
    /// Sequence number of the update that set the limit.
    pub(crate) since: u64,
    /// Length of a window in seconds; 0 is no limit.
    pub(crate) window: u32,
}

/// When a hold was made.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Held {
    /// Its sequence number; higher than all others if it has none yet.
    pub(crate) sequence: u64,
    /// Its time.
    pub(crate) timestamp: u64,
}

impl Spending {
    /// The limit that the update with this sequence number sets at `timestamp`, nothing of it used; all zero if it sets none.
    pub(crate) fn new(limit: u64, window: u32, sequence: u64, timestamp: u64) -> Self {
        let mut spending = Spending { limit, spent: 0, start: 0, since: 0, window };
        if let Some(start) = spending.window_of(timestamp) {
            (spending.start, spending.since) = (start, sequence);
        }
        spending
    }

    /// What may still be spent at `now`.
    pub(crate) fn left(&self, now: u64) -> u64 {
        match self.window_of(now) {
            None => u64::MAX,
            Some(start) if start == self.start => self.limit.saturating_sub(self.spent),
            Some(_) => self.limit,
        }
    }

    /// Notes what an accepted change of the debited account spends or gives back. `held` is when the hold was
    /// made that it ends, if it ends one.
    pub(crate) fn record(&mut self, entry: &JournalEntry, held: Held) {
        let Some(start) = self.window_of(entry.timestamp) else { return };
        match entry.kind {
            QENEX_ENTRY_POSTING | QENEX_ENTRY_HOLD => {
                if start != self.start {
                    (self.start, self.spent) = (start, 0);
                }
                // Not above the limit, but for a limit that was checked a moment before its window ended.
                self.spent = self.spent.saturating_add(entry.amount);
            }
            QENEX_ENTRY_POST_HOLD => self.give_back(entry.requested.saturating_sub(entry.amount), held, start),
            QENEX_ENTRY_VOID_HOLD | QENEX_ENTRY_EXPIRE_HOLD => self.give_back(entry.amount, held, start),
            _ => {}
        }
    }

    fn give_back(&mut self, released: u64, held: Held, start: u64) {
        // Only what was counted comes back.
        let counted = held.sequence > self.since && self.window_of(held.timestamp) == Some(start);
        if counted && start == self.start {
            self.spent = self.spent.saturating_sub(released);
        }
    }

    /// When the window of `timestamp` (nanoseconds) began, in seconds; `None` without a limit.
    fn window_of(&self, timestamp: u64) -> Option<u64> {
        let seconds = timestamp / NANOSECONDS;
        let within = seconds.checked_rem(u64::from(self.window))?;
        // OVERFLOW: a remainder is not above the number.
        Some(seconds - within)
    }
}
