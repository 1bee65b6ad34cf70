// SPDX-License-Identifier: MIT OR GPL-2.0

//! The timer that ends holds, on the ledger of the loaded module.

use kernel::prelude::*;

#[kunit_tests(qenex_timer)]
mod tests {
    use super::*;
    use crate::kunit::{bank, loaded, pay};
    use crate::{caller, expiry};
    use kernel::time::{delay::fsleep, Delta};
    use qenex_abi::{Account, ResultCode, Transfer, QENEX_TRANSFER_HOLD};
    use qenex_ledger::kunit::{open, transfer, CURRENCY, OPERATOR, START};

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

    /// Makes a hold that is due long since.
    fn hold_that_is_due(bank: &crate::bank::Bank, [from_account, to_account]: [u64; 2]) -> bool {
        let item = Transfer {
            from_account,
            to_account,
            amount: 10,
            currency: CURRENCY,
            flags: QENEX_TRANSFER_HOLD,
            timeout: 1,
            ..Transfer::default()
        };
        transfer(&bank.ledger, item, START).0 == ResultCode::Ok
    }

    /// A full journal takes no end of a hold. The timer must come back for it, but not at once, and again and again: a thread
    /// of the kernel's would do nothing else.
    #[test]
    fn pauses_while_the_journal_is_full() -> Result {
        let (bank, accounts) = bank()?;
        let (epoch, _) = bank.attach(false).map_err(|_| EBUSY)?;
        assert!(hold_that_is_due(&bank, accounts));
        let [a, b] = accounts;
        let mut round = 0;
        while pay(&bank.ledger, if round % 2 == 0 { [a, b] } else { [b, a] }, START) {
            round += 1;
        }
        assert!(expiry::expire(&bank) > caller::now());
        assert_eq!(bank.ledger.info().holds, 1);
        bank.acknowledge(epoch, bank.ledger.sequence()).map_err(|_| EINVAL)?;
        assert_eq!(expiry::expire(&bank), u64::MAX);
        assert_eq!(bank.ledger.info().holds, 0);
        bank.acknowledge(epoch, bank.ledger.sequence()).map_err(|_| EINVAL)?;
        Ok(())
    }

    /// Nor while the ledger is being restored, with a hold that ended in the meantime.
    #[test]
    fn pauses_while_the_ledger_is_closed() -> Result {
        let (open, accounts) = bank()?;
        assert!(hold_that_is_due(&open, accounts));
        let closed = crate::kunit::empty()?;
        assert!(closed.ledger.restore_begin().is_ok());
        for index in 1..=3 {
            let saved = open.ledger.saved_account(index).ok_or(EINVAL)?;
            assert!(closed.ledger.restore_account(&saved).is_ok());
        }
        let hold = qenex_abi::RestoreHold {
            id: qenex_abi::Id::from_u128(5),
            sequence: 1,
            from_account: accounts[0],
            to_account: accounts[1],
            amount: 10,
            currency: CURRENCY,
            timeout: 1,
            expires: START,
            ..qenex_abi::RestoreHold::default()
        };
        assert!(closed.ledger.restore_hold(&hold).is_ok());
        assert!(expiry::expire(&closed) > caller::now());
        assert_eq!(closed.ledger.info().holds, 1);
        Ok(())
    }
}
