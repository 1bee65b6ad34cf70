// SPDX-License-Identifier: MIT OR GPL-2.0

//! The table of accounts, which grows while it is used.

use kernel::prelude::*;

#[kunit_tests(qenex_ledger_accounts)]
mod tests {
    use super::*;
    use crate::accounts::AccountTable;
    use crate::kunit::{ledger, open, together, CURRENCY, OPERATOR, START};
    use crate::sync::{AtomicU64, OutOfMemory};
    use kernel::sync::Arc;
    use qenex_abi::{Account, AccountNumber, AccountRequest, ResultCode};

    /// Two segments and a part of a third, with the cash account that comes first.
    const MANY: u64 = 2 * 4096 + 10;

    /// No account moves when others are opened, and each is found by its number.
    #[test]
    fn grows_by_segments() -> Result {
        let ledger = ledger(MANY, 0)?;
        let first = open(&ledger, 5)?;
        let place = ledger.accounts.get(2).map(core::ptr::from_ref);
        assert!(place.is_some());
        for index in 3..=MANY {
            let number = open(&ledger, 0)?;
            assert_eq!(AccountNumber::new(number).map(|number| number.index()), Some(index));
            ledger.release_journal();
        }
        assert_eq!(ledger.accounts.get(2).map(core::ptr::from_ref), place);
        assert!(ledger.accounts.get(MANY + 1).is_none());
        let last = AccountNumber::from_index(MANY).map_or(0, AccountNumber::get);
        let mut accounts = [Account::default(); 2];
        assert!(ledger.read_accounts(&[first, last], &mut accounts, &OPERATOR).is_ok());
        assert_eq!(accounts.map(|account| account.balance), [5, 0]);
        Ok(())
    }

    /// Of many threads that make the same segments each finds the same ones in the end, whole, with locks that are ready.
    #[test]
    fn segments_are_made_once() -> Result {
        const THREADS: u64 = 8;
        let table = Arc::new(AccountTable::new(3 * 4096).map_err(|OutOfMemory| ENOMEM)?, GFP_KERNEL)?;
        let waiting = Arc::new(AtomicU64::new(THREADS), GFP_KERNEL)?;
        let found = Arc::new([const { AtomicU64::new(0) }; 3], GFP_KERNEL)?;
        let shared = (table, waiting, found);
        let wrong = together(THREADS, move |_| {
            let (table, waiting, found) = (&shared.0, &shared.1, &shared.2);
            waiting.fetch_add(1u64.wrapping_neg());
            let mut patience = 1_000_000;
            while waiting.load() != 0 && patience > 0 {
                patience -= 1;
                core::hint::spin_loop();
            }
            let mut wrong = 0;
            // Segment by segment, and the first one each time.
            for (segment, first) in found.iter().enumerate() {
                let (start, end) = (segment as u64 * 4096 + 1, (segment as u64 + 1) * 4096);
                if table.make_room(end).is_err() {
                    return 1;
                }
                let (Some(place), Some(last)) = (table.place(start), table.place(end)) else {
                    return 1;
                };
                for place in [place, last] {
                    place.lock.lock(crate::sync::Nesting::First);
                    // SAFETY: just taken.
                    unsafe { place.lock.unlock() };
                }
                let address = core::ptr::from_ref(place) as u64;
                if first.load() == 0 {
                    first.store(address);
                }
                wrong += u64::from(first.load() != address);
            }
            wrong
        })?;
        assert_eq!(wrong, 0);
        Ok(())
    }

    /// Accounts are opened by several threads at once: each has its own number, and none is left out.
    #[test]
    fn opened_together() -> Result {
        let ledger = ledger(10_000, 0)?;
        let shared = ledger.clone();
        let refused = together(4, move |_| (0..1500).map(|_| u64::from(open(&shared, 1).is_err())).sum())?;
        assert_eq!(refused, 0);
        assert_eq!(ledger.info().accounts, 6001);
        assert_eq!(ledger.sequence(), 1 + 2 * 6000);
        let cash = AccountNumber::from_index(1).map_or(0, AccountNumber::get);
        let mut account = [Account::default()];
        assert!(ledger.read_accounts(&[cash], &mut account, &OPERATOR).is_ok());
        assert_eq!(account[0].balance, -6000);
        Ok(())
    }

    #[test]
    fn a_full_table_refuses() -> Result {
        let ledger = ledger(3, 0)?;
        open(&ledger, 0)?;
        open(&ledger, 0)?;
        let before = ledger.sequence();
        let mut request = AccountRequest { currency: CURRENCY, ..AccountRequest::default() };
        assert_eq!(ledger.create_account(&mut request, &OPERATOR, START), ResultCode::AccountsFull);
        assert_eq!(ledger.sequence(), before);
        assert_eq!(ledger.info().accounts, 3);
        Ok(())
    }
}
