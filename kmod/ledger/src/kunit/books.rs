// SPDX-License-Identifier: MIT OR GPL-2.0

//! Everything at once, from several threads, and then the books.

use kernel::prelude::*;

#[kunit_tests(qenex_ledger_books)]
mod tests {
    use super::*;
    use crate::kunit::{ledger, open, together, Numbers, CURRENCY, OPERATOR, START};
    use crate::{Batch, Ledger};
    use qenex_abi::{
        Account, AccountNumber, Counters, Id, Transfer, TransferResult, QENEX_AMOUNT_ALL, QENEX_TRANSFER_HOLD,
        QENEX_TRANSFER_LINKED, QENEX_TRANSFER_POST_HOLD, QENEX_TRANSFER_REVERSE, QENEX_TRANSFER_UP_TO,
        QENEX_TRANSFER_VOID_HOLD,
    };

    const ACCOUNTS: u64 = 12;
    const THREADS: u64 = 4;
    const BATCHES: u64 = 150;
    const ITEMS: usize = 20;

    /// A random item of this thread, about what any of them has done.
    fn item(chance: &mut Numbers, numbers: &[u64; ACCOUNTS as usize], thread: u64, number: u64) -> Transfer {
        let from = chance.below(ACCOUNTS);
        let to = (from + 1 + chance.below(ACCOUNTS - 1)) % ACCOUNTS;
        let about = Id { low: number.saturating_sub(chance.below(60)), high: 1 + chance.below(THREADS) };
        let mut item = Transfer { id: Id { low: number, high: 1 + thread }, ..Transfer::default() };
        match chance.below(10) {
            kind @ 0..=6 => {
                item.from_account = numbers[from as usize];
                item.to_account = numbers[to as usize];
                item.currency = CURRENCY;
                item.amount = 1 + chance.below(300);
                item.flags = match kind {
                    0..=2 => 0,
                    3 => QENEX_TRANSFER_UP_TO,
                    _ => QENEX_TRANSFER_HOLD,
                };
                if item.flags == QENEX_TRANSFER_HOLD {
                    // Now and then one that never ends by itself.
                    item.timeout = if chance.below(20) == 0 { 0 } else { 1 + chance.below(2) as u32 };
                }
            }
            kind => {
                item.related_id = about;
                item.amount = QENEX_AMOUNT_ALL;
                item.flags = match kind {
                    7 => QENEX_TRANSFER_POST_HOLD,
                    8 => QENEX_TRANSFER_VOID_HOLD,
                    _ => QENEX_TRANSFER_REVERSE,
                };
            }
        }
        if chance.below(4) == 0 {
            item.flags |= QENEX_TRANSFER_LINKED;
        }
        item
    }

    /// Goes through the journal from its first entry and returns what it says of the counters of the accounts, by index; `None`
    /// if an entry is missing or the times go back.
    fn told(ledger: &Ledger) -> Option<[Counters; 1 + ACCOUNTS as usize]> {
        let mut counters = [Counters::default(); 1 + ACCOUNTS as usize];
        let mut time = 0;
        for sequence in 1..=ledger.sequence() {
            let entry = ledger.journal.read(sequence)?;
            if entry.timestamp < time {
                return None;
            }
            time = entry.timestamp;
            for (number, after) in [(entry.from_account, entry.from_after), (entry.to_account, entry.to_after)] {
                // An account that is opened has nothing yet.
                if let Some(number) = AccountNumber::new(number) {
                    *counters.get_mut(usize::try_from(number.index()).ok()?.checked_sub(1)?)? = after;
                }
            }
        }
        Some(counters)
    }

    /// Transfers, holds, posts, voids, reversals and chains, and the timer between them: the sum of all balances stays zero,
    /// nobody is overdrawn, and the journal tells exactly the state.
    #[test]
    fn adds_up() -> Result {
        let ledger = ledger(1 + ACCOUNTS, 1000)?;
        let mut numbers = [0; ACCOUNTS as usize];
        for number in &mut numbers {
            *number = open(&ledger, 5000)?;
        }
        let shared = ledger.clone();
        let out_of_memory = together(THREADS, move |thread| {
            let mut chance = Numbers(thread << 32 | 7);
            let mut batch = Batch::default();
            for round in 0..BATCHES {
                let now = START + round * 100_000_000;
                let first = 1 + round * ITEMS as u64;
                let items: [Transfer; ITEMS] =
                    core::array::from_fn(|i| item(&mut chance, &numbers, thread, first + i as u64));
                let mut results = [TransferResult::default(); ITEMS];
                batch.run(&shared, &items, &mut results, &OPERATOR, now);
                if results.iter().all(|result| result.result == qenex_abi::ResultCode::OutOfMemory as u32) {
                    return 1;
                }
                shared.expire_holds(now, 10);
            }
            0
        })?;
        assert_eq!(out_of_memory, 0);
        let counts = ledger.counts();
        // Enough of both that this has tried something.
        assert!(counts.accepted > 2000);
        assert!(counts.refused > 500);

        let mut all = [0; 1 + ACCOUNTS as usize];
        for (index, number) in (1..).zip(&mut all) {
            *number = AccountNumber::from_index(index).map_or(0, AccountNumber::get);
        }
        let mut accounts = [Account::default(); 1 + ACCOUNTS as usize];
        assert!(ledger.read_accounts(&all, &mut accounts, &OPERATOR).is_ok());
        assert_eq!(accounts.iter().map(|account| account.balance).sum::<i64>(), 0);
        assert!(accounts[1..].iter().all(|account| account.balance >= 0 && account.available >= 0));
        let told = told(&ledger);
        assert!(told.is_some());
        let found = accounts.map(|account| Counters {
            debits_posted: account.debits_posted,
            credits_posted: account.credits_posted,
            debits_held: account.debits_held,
            credits_held: account.credits_held,
        });
        assert_eq!(told, Some(found));
        Ok(())
    }
}
