// SPDX-License-Identifier: MIT OR GPL-2.0

//! From ids to what is on record.

use kernel::prelude::*;

#[kunit_tests(qenex_ledger_index)]
mod tests {
    use super::*;
    use crate::kunit::{ledger, open, together, transfer, CURRENCY, OPERATOR, START};
    use crate::Config;
    use qenex_abi::{Id, ResultCode, Transfer, QENEX_TRANSFER_ZERO_AMOUNT};

    fn item(id: Id, from_account: u64, to_account: u64) -> Transfer {
        Transfer {
            id,
            from_account,
            to_account,
            currency: CURRENCY,
            flags: QENEX_TRANSFER_ZERO_AMOUNT,
            ..Transfer::default()
        }
    }

    /// As many as the ring takes are remembered, and no more, also when it has come round.
    #[test]
    fn remembers_what_is_in_the_ring() -> Result {
        let ledger = ledger(3, 0)?;
        let (a, b) = (open(&ledger, 0)?, open(&ledger, 0)?);
        let sent = Config::JOURNAL_MIN + 5000;
        for number in 1..=sent {
            let (code, _) = transfer(&ledger, item(Id { low: number, high: 9 }, a, b), START);
            assert_eq!(code, ResultCode::Ok);
            if number % 1000 == 0 {
                ledger.release_journal();
            }
        }
        for number in 1..=sent {
            let found = ledger.recorded(Id { low: number, high: 9 }, &OPERATOR).map(|entry| entry.id.low);
            let is_kept = number > sent - Config::JOURNAL_MIN;
            assert_eq!(found, is_kept.then_some(number));
        }
        Ok(())
    }

    /// Ids that all fall into one chain are told apart.
    #[test]
    fn one_chain_for_many() -> Result {
        let ledger = ledger(3, 0)?;
        let (a, b) = (open(&ledger, 0)?, open(&ledger, 0)?);
        let wanted = ledger.index.number(ledger.index.key(Id { low: 1, high: 3 }));
        let mut ids = KVec::new();
        let mut low = 0;
        while ids.len() < 60 {
            low += 1;
            let id = Id { low, high: 3 };
            if ledger.index.number(ledger.index.key(id)) == wanted {
                ids.push(id, GFP_KERNEL)?;
            }
        }
        for id in &ids {
            assert_eq!(transfer(&ledger, item(*id, a, b), START).0, ResultCode::Ok);
        }
        for id in &ids {
            assert_eq!(ledger.recorded(*id, &OPERATOR).map(|entry| entry.id), Some(*id));
            assert_eq!(transfer(&ledger, item(*id, a, b), START).0, ResultCode::Exists);
            assert_eq!(transfer(&ledger, item(*id, b, a), START).0, ResultCode::ExistsWithDifferentFromAccount);
        }
        Ok(())
    }

    /// Four threads send the same ids: each takes effect once, and all are told the same.
    #[test]
    fn an_id_is_done_once() -> Result {
        const IDS: u64 = 2000;
        let ledger = ledger(3, 0)?;
        let (a, b) = (open(&ledger, 0)?, open(&ledger, 0)?);
        let before = ledger.sequence();
        let shared = ledger.clone();
        let wrong = together(4, move |_| {
            let mut wrong = 0;
            for low in 1..=IDS {
                let (code, answer) = transfer(&shared, item(Id { low, high: 5 }, a, b), START);
                let entry = shared.recorded(Id { low, high: 5 }, &OPERATOR);
                let is_right = matches!(code, ResultCode::Ok | ResultCode::Exists)
                    && entry.is_some_and(|entry| entry.sequence == answer.sequence);
                wrong += u64::from(!is_right);
            }
            wrong
        })?;
        assert_eq!(wrong, 0);
        assert_eq!(ledger.sequence() - before, IDS);
        assert_eq!(ledger.counts().accepted, IDS);
        assert_eq!(ledger.counts().repeated, 3 * IDS);
        Ok(())
    }
}
