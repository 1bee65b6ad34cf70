// SPDX-License-Identifier: MIT OR GPL-2.0

//! The timer that ends holds, on the ledger of the loaded module.

use kernel::prelude::*;

#[kunit_tests(qenex_timer)]
mod tests {
    use super::*;
    use crate::kunit::loaded;
    use crate::{caller, expiry};
    use kernel::time::{delay::fsleep, Delta};
    use qenex_abi::{Account, ResultCode, Transfer, QENEX_TRANSFER_HOLD};
    use qenex_ledger::kunit::{open, transfer, CURRENCY, OPERATOR};

    /// Holds of one, two and three seconds end by themselves, each in its time, and nobody has to ask.
    #[test]
    fn ends_holds_in_time() -> Result {
        let bank = loaded().ok_or(ENODEV)?;
        let ledger = &bank.ledger;
        let (from_account, to_account) = (open(ledger, 100)?, open(ledger, 0)?);
        let begun = caller::now();
        for timeout in [2, 1, 3] {
            let item = Transfer {
                from_account,
                to_account,
                amount: 10,
                currency: CURRENCY,
                flags: QENEX_TRANSFER_HOLD,
                timeout,
                ..Transfer::default()
            };
            assert_eq!(transfer(ledger, item, caller::now()).0, ResultCode::Ok);
            expiry::note(ledger);
        }
        let available = || {
            let mut account = [Account::default()];
            let read = ledger.read_accounts(&[from_account], &mut account, &OPERATOR);
            read.map_or(-1, |_| account[0].available)
        };
        assert_eq!(available(), 70);
        for (seconds, wanted) in [(1, 80), (2, 90), (3, 100)] {
            let due = begun + seconds * 1_000_000_000;
            // Late is what a busy machine makes of it; early is wrong.
            let mut seen = available();
            while seen != wanted && caller::now() < due + 5_000_000_000 {
                assert!(seen == wanted - 10);
                fsleep(Delta::from_millis(10));
                seen = available();
            }
            assert_eq!(seen, wanted);
            assert!(caller::now() >= due);
        }
        assert_eq!(ledger.next_expiry(), u64::MAX);
        Ok(())
    }
}
