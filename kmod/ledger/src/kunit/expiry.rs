// SPDX-License-Identifier: MIT OR GPL-2.0

//! Holds that end by themselves. The timer that ends them is tested by the module's own suite.

use kernel::prelude::*;

#[kunit_tests(qenex_ledger_expiry)]
mod tests {
    use super::*;
    use crate::kunit::{ledger, open, transfer, Numbers, CURRENCY, OPERATOR, START};
    use qenex_abi::{Account, ResultCode, Transfer, QENEX_TRANSFER_HOLD};

    const SECOND: u64 = 1_000_000_000;

    /// Holds of random lengths end in the order of their times, none too early, none too late, and their money comes back.
    #[test]
    fn in_the_order_of_their_times() -> Result {
        const HOLDS: u64 = 500;
        let ledger = ledger(3, HOLDS)?;
        let (a, b) = (open(&ledger, HOLDS)?, open(&ledger, 0)?);
        let mut chance = Numbers(1);
        let mut ends = KVec::new();
        for _ in 0..HOLDS {
            let timeout = 1 + chance.below(200);
            ends.push(timeout, GFP_KERNEL)?;
            let item = Transfer {
                from_account: a,
                to_account: b,
                amount: 1,
                currency: CURRENCY,
                flags: QENEX_TRANSFER_HOLD,
                timeout: timeout as u32,
                ..Transfer::default()
            };
            assert_eq!(transfer(&ledger, item, START).0, ResultCode::Ok);
        }
        for second in 0..=200 {
            let now = START + second * SECOND;
            let due = ends.iter().filter(|end| **end == second).count();
            let left = ends.iter().filter(|end| **end > second).min();
            assert_eq!(ledger.expire_holds(now - 1, usize::MAX), 0);
            assert_eq!(ledger.expire_holds(now, usize::MAX), due);
            assert_eq!(ledger.next_expiry(), left.map_or(u64::MAX, |end| START + end * SECOND));
        }
        let mut account = [Account::default()];
        assert!(ledger.read_accounts(&[a], &mut account, &OPERATOR).is_ok());
        assert_eq!((account[0].balance, account[0].available), (HOLDS as i64, HOLDS as i64));
        assert_eq!(ledger.info().holds, 0);
        Ok(())
    }

    #[test]
    fn a_full_table_of_holds_refuses() -> Result {
        let ledger = ledger(3, 2)?;
        let (a, b) = (open(&ledger, 10)?, open(&ledger, 0)?);
        let item = Transfer {
            from_account: a,
            to_account: b,
            amount: 1,
            currency: CURRENCY,
            flags: QENEX_TRANSFER_HOLD,
            timeout: 1,
            ..Transfer::default()
        };
        assert_eq!(transfer(&ledger, item, START).0, ResultCode::Ok);
        assert_eq!(transfer(&ledger, item, START).0, ResultCode::Ok);
        assert_eq!(transfer(&ledger, item, START).0, ResultCode::HoldsFull);
        assert_eq!(ledger.expire_holds(START + SECOND, 1), 1);
        assert_eq!(transfer(&ledger, item, START + SECOND).0, ResultCode::Ok);
        Ok(())
    }
}
