// SPDX-License-Identifier: MIT OR GPL-2.0

//! The kernel's spin locks, through the C shim. What order they are taken in lockdep watches meanwhile.

use kernel::prelude::*;

#[kunit_tests(qenex_ledger_locks)]
mod tests {
    use super::*;
    use crate::accounts::AccountTable;
    use crate::kunit::{ledger, open, together, transfer, CURRENCY, START};
    use crate::locks::LockSet;
    use crate::sync::{nest_begin, nest_end, LockClass, Nesting, OutOfMemory, Protected, SpinLock};
    use kernel::sync::Arc;
    use qenex_abi::{ResultCode, Transfer};

    const THREADS: u64 = 4;
    const ROUNDS: u64 = 5000;

    struct Counter {
        lock: SpinLock,
        count: Protected<u64>,
    }

    /// An addition that is not atomic loses nothing under the lock.
    #[test]
    fn one_at_a_time() -> Result {
        let counter = Arc::new(Counter { lock: SpinLock::new(), count: Protected::new(0) }, GFP_KERNEL)?;
        counter.lock.init(LockClass::Opening);
        let shared = counter.clone();
        together(THREADS, move |_| {
            for _ in 0..ROUNDS {
                shared.lock.lock(Nesting::First);
                // SAFETY: the lock is held.
                let count = unsafe { shared.count.get() };
                let before = core::hint::black_box(*count);
                *count = before + 1;
                // SAFETY: just taken; the count is not used any more.
                unsafe { shared.lock.unlock() };
            }
            0
        })?;
        // SAFETY: the threads have ended.
        assert_eq!(unsafe { counter.count.copy() }, THREADS * ROUNDS);
        Ok(())
    }

    fn table(accounts: u64) -> Result<AccountTable> {
        let table = AccountTable::new(accounts).map_err(|OutOfMemory| ENOMEM)?;
        table.make_room(accounts).map_err(|OutOfMemory| ENOMEM)?;
        Ok(table)
    }

    #[test]
    fn two_of_a_class() -> Result {
        let table = table(10)?;
        let mut set = LockSet::<2>::new();
        set.insert(7);
        set.insert(3);
        assert_eq!(set.numbers(), [3, 7]);
        set.lock_accounts(&table);
        // SAFETY: just taken.
        unsafe { set.unlock_accounts(&table) };
        // Had one not been opened, this would wait for ever.
        set.lock_accounts(&table);
        // SAFETY: just taken.
        unsafe { set.unlock_accounts(&table) };
        Ok(())
    }

    /// As many as a chain may take: each counts in `preempt_count`, which must come back to where it was.
    #[test]
    fn as_many_as_a_chain_takes() -> Result {
        let table = table(128)?;
        let mut set = LockSet::<128>::new();
        for number in (1..=128).rev() {
            set.insert(number);
        }
        assert_eq!(set.len(), 128);
        for _ in 0..3 {
            nest_begin();
            set.lock_accounts(&table);
            // SAFETY: just taken.
            unsafe { set.unlock_accounts(&table) };
            nest_end();
            // With a lock still held the kernel would complain.
            kernel::task::might_sleep();
        }
        Ok(())
    }

    /// Money in a ring, the one half of the threads one way round and the other half the other: none waits for another for
    /// ever, and nothing is lost.
    #[test]
    fn opposite_ways() -> Result {
        let ledger = ledger(16, 0)?;
        let mut numbers = [0; 5];
        for number in &mut numbers {
            *number = open(&ledger, 1000)?;
        }
        let shared = ledger.clone();
        let refused = together(THREADS, move |thread| {
            let mut refused = 0;
            for round in 0..1000 {
                let (a, b) = (numbers[round % 5], numbers[(round + 1) % 5]);
                let (from, to) = if thread % 2 == 0 { (a, b) } else { (b, a) };
                let item = Transfer {
                    from_account: from,
                    to_account: to,
                    amount: 1,
                    currency: CURRENCY,
                    ..Transfer::default()
                };
                refused += u64::from(transfer(&shared, item, START).0 != ResultCode::Ok);
                if thread == 0 && round % 100 == 0 {
                    shared.release_journal();
                }
            }
            refused
        })?;
        assert_eq!(refused, 0);
        assert_eq!(ledger.counts().accepted, THREADS * 1000);
        let mut accounts = [qenex_abi::Account::default(); 5];
        assert!(ledger.read_accounts(&numbers, &mut accounts, &crate::kunit::OPERATOR).is_ok());
        assert_eq!(accounts.iter().map(|account| account.balance).sum::<i64>(), 5000);
        Ok(())
    }
}
