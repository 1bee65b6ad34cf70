// SPDX-License-Identifier: MIT OR GPL-2.0

//! The consumer of the journal, and those who wait.

use kernel::prelude::*;

#[kunit_tests(qenex_consumer)]
mod tests {
    use super::*;
    use crate::kunit::{bank, pay};
    use kernel::time::{delay::fsleep, Delta};
    use qenex_abi::ResultCode;
    use qenex_ledger::kunit::{together, START};

    #[test]
    fn one_at_a_time() -> Result {
        let (bank, _) = bank()?;
        let (first, _) = bank.attach(false).map_err(|_| EBUSY)?;
        assert_eq!(bank.attach(false), Err(ResultCode::JournalAttached));
        let (second, _) = bank.attach(true).map_err(|_| EBUSY)?;
        assert!(second > first);
        assert_eq!(bank.acknowledge(first, bank.ledger.sequence()), Err(ResultCode::JournalFenced));
        assert_eq!(bank.acknowledge(0, bank.ledger.sequence()), Err(ResultCode::JournalNotAttached));
        assert_eq!(bank.acknowledge(second, bank.ledger.sequence()), Ok(()));
        // The one that was fenced ends, and the other stays.
        bank.detach(first);
        assert!(bank.consumer.is_current(second));
        bank.detach(second);
        assert!(!bank.consumer.is_current(second));
        assert!(bank.attach(false).is_ok());
        Ok(())
    }

    /// Nothing is durable before somebody consumes the journal, and nobody is kept waiting for it.
    #[test]
    fn nothing_is_durable_without_one() -> Result {
        let (bank, accounts) = bank()?;
        assert!(pay(&bank.ledger, accounts, START));
        assert_eq!(bank.wait_durable(1, Some(60_000))?, Err(ResultCode::DurabilityUnavailable));
        assert_eq!(bank.durable(), 0);
        Ok(())
    }

    #[test]
    fn waits_end_by_themselves() -> Result {
        let (bank, _) = bank()?;
        let (epoch, _) = bank.attach(false).map_err(|_| EBUSY)?;
        let last = bank.ledger.sequence();
        assert_eq!(bank.wait_written(epoch, last, 30)?, Err(ResultCode::TimedOut));
        assert_eq!(bank.wait_written(epoch, last, 0)?, Err(ResultCode::TimedOut));
        assert_eq!(bank.wait_durable(last + 1, Some(30))?, Err(ResultCode::TimedOut));
        // What is there already is not waited for.
        assert_eq!(bank.wait_written(epoch, last - 1, 0)?, Ok(last));
        Ok(())
    }

    /// A consumer that waits is woken by a change, acknowledges it, and so wakes who waits for it to be durable; a thousand
    /// times, so that a wake-up that is lost would be noticed by its time-out.
    #[test]
    fn wakes_whoever_waits() -> Result {
        const CHANGES: u64 = 1000;
        let (bank, accounts) = bank()?;
        let (epoch, _) = bank.attach(false).map_err(|_| EBUSY)?;
        let first = bank.ledger.sequence();
        bank.acknowledge(epoch, first).map_err(|_| EINVAL)?;
        let shared = bank.clone();
        let wrong = together(2, move |thread| {
            for sequence in first + 1..=first + CHANGES {
                let is_right = if thread == 0 {
                    let paid = pay(&shared.ledger, accounts, START);
                    shared.note_change();
                    paid && matches!(shared.wait_durable(sequence, Some(20_000)), Ok(Ok(())))
                } else {
                    let written = shared.wait_written(epoch, sequence - 1, 20_000);
                    matches!(written, Ok(Ok(last)) if last == sequence) && shared.acknowledge(epoch, sequence).is_ok()
                };
                if !is_right {
                    return 1;
                }
            }
            0
        })?;
        assert_eq!(wrong, 0);
        assert_eq!(bank.durable(), first + CHANGES);
        Ok(())
    }

    /// A consumer that is taken over while it waits learns it at once.
    #[test]
    fn a_take_over_ends_the_wait() -> Result {
        let (bank, _) = bank()?;
        let (epoch, _) = bank.attach(false).map_err(|_| EBUSY)?;
        let shared = bank.clone();
        let wrong = together(2, move |thread| {
            if thread == 0 {
                let waited = shared.wait_written(epoch, u64::MAX - 1, 60_000);
                u64::from(!matches!(waited, Ok(Err(ResultCode::JournalFenced))))
            } else {
                fsleep(Delta::from_millis(50));
                u64::from(shared.attach(true).is_err())
            }
        })?;
        assert_eq!(wrong, 0);
        Ok(())
    }

    /// Without a consumer the ring goes on by itself, however much is written.
    #[test]
    fn a_volatile_ledger_does_not_fill_up() -> Result {
        let (bank, accounts) = bank()?;
        for round in 0..qenex_ledger::Config::JOURNAL_MIN + 10_000 {
            let [a, b] = accounts;
            assert!(pay(&bank.ledger, if round % 2 == 0 { [a, b] } else { [b, a] }, START));
            bank.note_change();
        }
        assert!(bank.ledger.sequence() - bank.ledger.acknowledged() < qenex_ledger::Config::JOURNAL_MIN);
        Ok(())
    }
}
