// SPDX-License-Identifier: MIT

//! What the ledger is asked to do.

use serde::Serialize;

use qenex_abi::{AccountNumber, Id, QENEX_TRANSFER_HOLD, QENEX_TRANSFER_POST_HOLD, Transfer};

/// Which accounts money moves between.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) enum Choice {
    /// Each as likely as any other.
    Uniform,
    /// One account is in every transfer.
    Hot,
    /// The most used gets a good tenth of all, the next half of that, and so on (exponent 1).
    Zipf,
}

/// A workload.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Workload {
    pub(crate) name: String,
    pub(crate) accounts: u64,
    pub(crate) items: usize,
    pub(crate) batch: usize,
    pub(crate) threads: usize,
    /// Each thread has a ledger of its own: what the machine gives to threads that share nothing but it.
    pub(crate) apart: bool,
    /// The ring holds all that is done, and nothing is released meanwhile.
    pub(crate) whole: bool,
    pub(crate) choice: Choice,
    pub(crate) random_ids: bool,
    /// Of a hundred items so many are holds and posts of them, half and half.
    pub(crate) holds: u64,
    /// Of a hundred items so many fail.
    pub(crate) failing: u64,
    /// Of a hundred items so many repeat an earlier one of the last hundred.
    pub(crate) repeated: u64,
}

/// All workloads: the usual one, and what differs from it in one respect.
pub(crate) fn all(items: usize) -> Vec<Workload> {
    let usual = Workload {
        name: "uniform, 10,000 accounts, batches of 8,192".into(),
        accounts: 10_000,
        items,
        batch: 8_192,
        threads: 1,
        apart: false,
        whole: false,
        choice: Choice::Uniform,
        random_ids: false,
        holds: 0,
        failing: 0,
        repeated: 0,
    };
    let but = |name: &str| Workload { name: name.into(), ..usual.clone() };
    vec![
        usual.clone(),
        Workload { batch: 1_000, ..but("batches of 1,000") },
        Workload { batch: 100, ..but("batches of 100") },
        Workload { batch: 10, ..but("batches of 10") },
        Workload { batch: 1, ..but("one at a time") },
        Workload { random_ids: true, ..but("random ids") },
        Workload { choice: Choice::Hot, ..but("one hot account") },
        Workload { choice: Choice::Zipf, ..but("zipf") },
        Workload { holds: 30, ..but("30 % holds and posts of them") },
        Workload { failing: 10, ..but("10 % fail") },
        Workload { repeated: 10, ..but("10 % repeated") },
        Workload { accounts: 1_000, ..but("1,000 accounts") },
        Workload { accounts: 100_000, ..but("100,000 accounts") },
        Workload { accounts: 1_000_000, ..but("1,000,000 accounts") },
        Workload { whole: true, ..but("one thread, all remembered") },
        Workload { whole: true, threads: 2, ..but("two threads, all remembered") },
        Workload { whole: true, threads: 2, apart: true, ..but("two threads, a ledger each, all remembered") },
        Workload { items: items / 10, whole: true, ..but("a tenth of the items, all remembered") },
        Workload { accounts: 10_000_000, ..but("10,000,000 accounts") },
        Workload { items: items * 10, whole: true, ..but("ten times as many items, all remembered") },
    ]
}

/// SplitMix64.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ word >> 31
    }

    fn below(&mut self, end: u64) -> u64 {
        // CAST: the upper half of a product with a number below 2^64.
        ((u128::from(self.next()) * u128::from(end)) >> 64) as u64
    }
}

/// Makes the items of one thread, always the same for one seed.
pub(crate) struct Items<'a> {
    workload: &'a Workload,
    random: Random,
    /// Ids of this thread begin here.
    thread: u64,
    made: u64,
    recent: Vec<Transfer>,
    held: Vec<Transfer>,
}

impl<'a> Items<'a> {
    pub(crate) fn new(workload: &'a Workload, thread: usize) -> Self {
        let thread = thread as u64 + 1;
        Items { workload, random: Random(0x5eed ^ thread << 32), thread, made: 0, recent: Vec::new(), held: Vec::new() }
    }

    /// The account with this index; the first is cash.
    fn account(index: u64) -> u64 {
        AccountNumber::from_index(index + 2).map_or(0, AccountNumber::get)
    }

    fn pair(&mut self) -> (u64, u64) {
        let accounts = self.workload.accounts;
        let first = match self.workload.choice {
            Choice::Uniform => self.random.below(accounts),
            Choice::Hot => 0,
            // The inverse of the continuous distribution 1/x on 1..=accounts.
            Choice::Zipf => {
                let share = self.random.below(1 << 53) as f64 / (1u64 << 53) as f64;
                ((accounts as f64).powf(share) as u64 - 1).min(accounts - 1)
            }
        };
        let second = (first + 1 + self.random.below(accounts - 1)) % accounts;
        if self.random.below(2) == 0 { (first, second) } else { (second, first) }
    }

    fn id(&mut self) -> Id {
        self.made += 1;
        match self.workload.random_ids {
            true => Id { low: self.random.next() | 1, high: self.random.next() >> 1 },
            false => Id { low: self.made, high: self.thread },
        }
    }
}

impl Iterator for Items<'_> {
    type Item = Transfer;

    fn next(&mut self) -> Option<Transfer> {
        let lot = self.random.below(100);
        let Workload { holds, failing, repeated, .. } = *self.workload;
        if lot < repeated {
            let which = self.random.below(self.recent.len().max(1) as u64) as usize;
            if let Some(item) = self.recent.get(which) {
                return Some(*item);
            }
        }
        if lot < holds && lot % 2 == 0 {
            if let Some(hold) = self.held.pop() {
                let id = self.id();
                let flags = QENEX_TRANSFER_POST_HOLD;
                return Some(Transfer { id, related_id: hold.id, amount: hold.amount, flags, ..Transfer::default() });
            }
        }
        let (from, to) = self.pair();
        let mut item = Transfer {
            id: self.id(),
            from_account: Self::account(from),
            to_account: Self::account(to),
            amount: 1 + self.random.below(1_000),
            currency: 840,
            ..Transfer::default()
        };
        if lot < holds {
            item.flags = QENEX_TRANSFER_HOLD;
            self.held.push(item);
        } else if lot < failing {
            item.amount = u64::MAX / 2;
        }
        if repeated != 0 {
            // CAST: below a hundred.
            let place = (self.made % 100) as usize;
            if self.recent.len() < 100 {
                self.recent.push(item);
            } else if let Some(recent) = self.recent.get_mut(place) {
                *recent = item;
            }
        }
        Some(item)
    }
}
