// SPDX-License-Identifier: MIT

//! What one writes in an afternoon: a hash map of ids, a vector of accounts, a log. It knows immediate transfers only, has
//! one thread, and no rule but that money must be there.

use std::collections::HashMap;
use std::time::Duration;

use qenex_abi::{AccountNumber, Counters, Id, JournalEntry, ResultCode, Transfer, TransferResult};

use crate::clock;
use crate::workload::{Items, Workload};

struct Naive {
    accounts: Vec<Counters>,
    ids: HashMap<Id, usize>,
    log: Vec<JournalEntry>,
}

impl Naive {
    fn transfer(&mut self, item: &Transfer, now: u64) -> TransferResult {
        let refuse = |code: ResultCode| TransferResult { result: code as u32, ..TransferResult::default() };
        if self.ids.contains_key(&item.id) {
            return refuse(ResultCode::Exists);
        }
        let place = |number| AccountNumber::new(number).map(|number| number.index() as usize);
        let (Some(from), Some(to)) = (place(item.from_account), place(item.to_account)) else {
            return refuse(ResultCode::FromAccountInvalid);
        };
        let Some(debited) = self.accounts.get(from) else { return refuse(ResultCode::FromAccountNotFound) };
        if debited.credits_posted - debited.debits_posted < item.amount {
            return refuse(ResultCode::ExceedsAvailableBalance);
        }
        self.accounts[from].debits_posted += item.amount;
        self.accounts[to].credits_posted += item.amount;
        self.ids.insert(item.id, self.log.len());
        let sequence = self.log.len() as u64 + 1;
        self.log.push(JournalEntry {
            sequence,
            timestamp: now,
            id: item.id,
            from_account: item.from_account,
            to_account: item.to_account,
            amount: item.amount,
            currency: item.currency,
            from_after: self.accounts[from],
            to_after: self.accounts[to],
            ..JournalEntry::default()
        });
        TransferResult { sequence, timestamp: now, moved: item.amount, result: 0, reserved: 0 }
    }
}

/// Runs the workload's accounts, ids and number of items as immediate transfers; how long that took.
pub(crate) fn run(workload: &Workload) -> Duration {
    let counters = Counters { credits_posted: (1 << 50) / workload.accounts, ..Counters::default() };
    let mut naive = Naive {
        accounts: vec![counters; workload.accounts as usize + 2],
        ids: HashMap::with_capacity(workload.items),
        log: Vec::with_capacity(workload.items),
    };
    let plain = Workload { holds: 0, ..workload.clone() };
    let mut source = Items::new(&plain, 0);
    let mut items: Vec<Transfer> = Vec::new();
    let mut results = Vec::with_capacity(8_192);
    let (mut elapsed, mut left) = (Duration::ZERO, workload.items);
    while left > 0 {
        items.clear();
        items.extend(source.by_ref().take(left.min(8_192)));
        left -= items.len();
        let begun = clock::now();
        results.clear();
        results.extend(items.iter().map(|item| naive.transfer(item, 1)));
        elapsed += clock::now() - begun;
        std::hint::black_box(&results);
    }
    elapsed
}
