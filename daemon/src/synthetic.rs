// SPDX-License-Identifier: MIT

//! Made-up journals that a ledger could have written: for benchmarks, and for tests that need a lot of it.

use std::collections::VecDeque;

use qenex_abi::{
    AccountNumber, Counters, Id, JournalEntry, QENEX_ACCOUNT_CASH, QENEX_ACCOUNT_UNLIMITED, QENEX_ENTRY_HOLD,
    QENEX_ENTRY_OPEN, QENEX_ENTRY_POST_HOLD, QENEX_ENTRY_POSTING, QENEX_ENTRY_VOID_HOLD,
};

use crate::state::entry_checksum;

/// When the first entry happens: 2023-11-14 22:13:20 UTC.
const START: u64 = 1_700_000_000_000_000_000;
/// Time from one entry to the next, nanoseconds, where nothing else is wanted.
const STEP: u64 = 1_000;
/// What is in each account at its opening, minor units: enough for any number of small transfers.
const OPENING: u64 = 1 << 40;
/// ISO 4217 numeric code of all accounts.
const CURRENCY: u32 = 840;
/// Holds that are open at most; the oldest is then posted or voided.
const HOLDS: usize = 1000;

/// Makes entries, one after the other: first the accounts are opened, then money moves between them at random; one
/// entry in eight makes or ends a hold.
pub struct Synthetic {
    accounts: Vec<Counters>,
    wanted: usize,
    /// An opening balance is due for the account opened last.
    due: bool,
    holds: VecDeque<JournalEntry>,
    sequence: u64,
    timestamp: u64,
    step: u64,
    random: u64,
}

impl Synthetic {
    /// A journal of a ledger with `accounts` customers' accounts (and one of cash), always the same for one `seed`.
    pub fn new(accounts: usize, seed: u64) -> Self {
        Synthetic {
            accounts: Vec::with_capacity(accounts + 1),
            // At least two, so that there is somebody to pay.
            wanted: accounts.max(2) + 1,
            due: false,
            holds: VecDeque::new(),
            sequence: 0,
            timestamp: START,
            step: STEP,
            random: seed | 1,
        }
    }

    /// The same with `step` nanoseconds from one entry to the next.
    pub fn with_step(self, step: u64) -> Self {
        Synthetic { step, ..self }
    }

    /// Entries until all accounts are open.
    pub fn opening_entries(&self) -> u64 {
        2 * self.wanted as u64 - 1
    }

    /// The next `count` entries.
    pub fn entries(&mut self, count: usize) -> Vec<JournalEntry> {
        (0..count).map(|_| self.next_entry()).collect()
    }

    fn next_entry(&mut self) -> JournalEntry {
        self.sequence += 1;
        self.timestamp += self.step;
        let entry = JournalEntry {
            sequence: self.sequence,
            timestamp: self.timestamp,
            id: Id { low: self.sequence, high: 1 },
            currency: CURRENCY,
            ..JournalEntry::default()
        };
        let mut entry = if self.due {
            self.due = false;
            self.posting(entry, 0, self.accounts.len() - 1, OPENING)
        } else if self.accounts.len() < self.wanted {
            self.opening(entry)
        } else {
            self.traffic(entry)
        };
        entry.crc = entry_checksum(&entry);
        entry
    }

    fn opening(&mut self, entry: JournalEntry) -> JournalEntry {
        let is_cash = self.accounts.is_empty();
        // CAST: the flag is in the lower 16 bits.
        let unlimited = QENEX_ACCOUNT_UNLIMITED as u16;
        self.accounts.push(Counters::default());
        self.due = !is_cash;
        JournalEntry {
            kind: QENEX_ENTRY_OPEN,
            to_account: number(self.accounts.len() - 1),
            timeout: if is_cash { QENEX_ACCOUNT_CASH } else { 0 },
            account_flags: if is_cash { unlimited } else { 0 },
            amount: if is_cash { 0 } else { OPENING },
            owner: 1000,
            ..entry
        }
    }

    fn traffic(&mut self, entry: JournalEntry) -> JournalEntry {
        let random = self.random();
        if random % 16 == 0 && self.holds.len() < HOLDS {
            return self.hold(entry, random);
        }
        if random % 16 == 1 || self.holds.len() >= HOLDS {
            if let Some(hold) = self.holds.pop_front() {
                return self.end(entry, &hold, random);
            }
        }
        let (from, to) = self.two();
        self.posting(entry, from, to, 1 + random % 1000)
    }

    fn posting(&mut self, entry: JournalEntry, from: usize, to: usize, amount: u64) -> JournalEntry {
        self.accounts[from].debits_posted += amount;
        self.accounts[to].credits_posted += amount;
        self.moved(JournalEntry { kind: QENEX_ENTRY_POSTING, amount, requested: amount, ..entry }, from, to)
    }

    fn hold(&mut self, entry: JournalEntry, random: u64) -> JournalEntry {
        let (from, to) = self.two();
        let amount = 1 + random % 1000;
        self.accounts[from].debits_held += amount;
        self.accounts[to].credits_held += amount;
        let entry = JournalEntry { kind: QENEX_ENTRY_HOLD, amount, requested: amount, timeout: 3600, ..entry };
        let hold = self.moved(entry, from, to);
        self.holds.push_back(hold);
        hold
    }

    fn end(&mut self, entry: JournalEntry, hold: &JournalEntry, random: u64) -> JournalEntry {
        let index = |number: u64| (number / 100 - 1) as usize;
        let (from, to) = (index(hold.from_account), index(hold.to_account));
        self.accounts[from].debits_held -= hold.amount;
        self.accounts[to].credits_held -= hold.amount;
        let (kind, amount) = if random & 64 == 0 {
            (QENEX_ENTRY_POST_HOLD, 1 + random % hold.amount)
        } else {
            (QENEX_ENTRY_VOID_HOLD, hold.amount)
        };
        if kind == QENEX_ENTRY_POST_HOLD {
            self.accounts[from].debits_posted += amount;
            self.accounts[to].credits_posted += amount;
        }
        self.moved(JournalEntry { kind, amount, requested: hold.amount, related_id: hold.id, ..entry }, from, to)
    }

    fn moved(&self, entry: JournalEntry, from: usize, to: usize) -> JournalEntry {
        JournalEntry {
            from_account: number(from),
            to_account: number(to),
            from_after: self.accounts[from],
            to_after: self.accounts[to],
            ..entry
        }
    }

    /// Two different customers' accounts.
    fn two(&mut self) -> (usize, usize) {
        let customers = self.accounts.len() as u64 - 1;
        let (one, other) = (self.random() % customers, self.random() % (customers - 1));
        // CAST: below the number of accounts.
        let (one, other) = (one as usize + 1, other as usize + 1);
        (one, if other >= one { other + 1 } else { other })
    }

    /// SplitMix64.
    fn random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.random ^ self.random >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }
}

/// The number of the account in this place.
fn number(place: usize) -> u64 {
    AccountNumber::from_index(place as u64 + 1).map_or(0, AccountNumber::get)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::State;

    #[test]
    fn could_have_been_written_by_a_ledger() {
        let mut state = State::new(Id::from_u128(1));
        for entry in Synthetic::new(50, 7).entries(20_000) {
            state.apply(&entry).expect("consistent");
        }
        assert_eq!(state.accounts().len(), 51);
        assert!(!state.holds().is_empty());
        assert_eq!((state.unbalanced(), state.unbalanced_anew()), (None, None));
    }
}
