// SPDX-License-Identifier: MIT OR GPL-2.0

//! The ring: written by many, read by others, overwritten when it was read.

use kernel::prelude::*;
use qenex_abi::JournalEntry;
use zerocopy::IntoBytes;

/// CRC-32C bit by bit, as the definition says.
fn crc32c(bytes: &[u8]) -> u32 {
    let mut remainder = u32::MAX;
    for byte in bytes {
        remainder ^= u32::from(*byte);
        for _ in 0..8 {
            let carry = remainder & 1 != 0;
            remainder >>= 1;
            if carry {
                remainder ^= 0x82f6_3b78;
            }
        }
    }
    !remainder
}

/// Whether an entry is as it was written.
fn is_whole(entry: &JournalEntry) -> bool {
    let bytes = entry.as_bytes();
    bytes.get(..bytes.len() - 4).is_some_and(|bytes| crc32c(bytes) == entry.crc)
}

#[kunit_tests(qenex_ledger_journal)]
mod tests {
    use super::*;
    use crate::kunit::{ledger, open, together, transfer, Numbers, CURRENCY, START};
    use crate::sync::AtomicU64;
    use crate::Config;
    use kernel::sync::Arc;
    use kernel::time::{delay::fsleep, Delta};
    use qenex_abi::{ResultCode, Transfer};

    #[test]
    fn checksum_of_the_digits() {
        assert_eq!(crc32c(b"123456789"), 0xe306_9283);
    }

    /// Three threads write the ring over and over, one stores and acknowledges as a consumer does, one reads wherever: every
    /// entry that anybody sees is whole, and the consumer sees each, in order.
    #[test]
    fn what_is_seen_is_whole() -> Result {
        const WRITERS: u64 = 3;
        const EACH: u64 = 15_000;
        let ledger = ledger(16, 0)?;
        let mut numbers = [0; 5];
        for number in &mut numbers {
            *number = open(&ledger, 100_000)?;
        }
        let first = ledger.sequence();
        let last = first + WRITERS * EACH;
        ledger.release_journal();
        let shared = ledger.clone();
        let looked = Arc::new(AtomicU64::new(0), GFP_KERNEL)?;
        let looks = looked.clone();
        let wrong = together(WRITERS + 2, move |thread| {
            let mut wrong = 0;
            match thread {
                0..WRITERS => {
                    let mut chance = Numbers(thread);
                    let mut done = 0;
                    while done < EACH {
                        let from = chance.below(5);
                        let to = (from + 1 + chance.below(4)) % 5;
                        let item = Transfer {
                            from_account: numbers[from as usize],
                            to_account: numbers[to as usize],
                            amount: 1,
                            currency: CURRENCY,
                            ..Transfer::default()
                        };
                        match transfer(&shared, item, START).0 {
                            ResultCode::Ok => done += 1,
                            // The consumer is behind.
                            ResultCode::JournalFull => fsleep(Delta::from_millis(1)),
                            _ => return 1,
                        }
                    }
                }
                WRITERS => {
                    let mut stored = first;
                    while stored < last {
                        let written = shared.journal_written();
                        if written == stored {
                            fsleep(Delta::from_millis(1));
                        }
                        while stored < written {
                            stored += 1;
                            let entry = shared.journal.read(stored);
                            wrong +=
                                u64::from(!entry.is_some_and(|entry| entry.sequence == stored && is_whole(&entry)));
                        }
                        wrong += u64::from(shared.acknowledge(stored).is_err());
                    }
                }
                _ => {
                    let mut chance = Numbers(99);
                    while shared.acknowledged() < last {
                        let newest = shared.sequence();
                        let sequence = newest.saturating_sub(chance.below(Config::JOURNAL_MIN));
                        if let Some(entry) = shared.journal.read(sequence) {
                            wrong += u64::from(entry.sequence != sequence || !is_whole(&entry));
                            looks.fetch_add(1);
                        }
                        // It must not hold the others up where there are few processors.
                        fsleep(Delta::from_micros(20));
                    }
                }
            }
            wrong
        })?;
        assert_eq!(wrong, 0);
        assert_eq!(ledger.sequence(), last);
        assert_eq!(ledger.acknowledged(), last);
        assert!(looked.load() > 100);
        Ok(())
    }

    /// What is not acknowledged is not overwritten: a full ring refuses, and what is refused has no effect.
    #[test]
    fn full_until_acknowledged() -> Result {
        let ledger = ledger(3, 0)?;
        let (a, b) = (open(&ledger, 1_000_000)?, open(&ledger, 0)?);
        let item = Transfer { from_account: a, to_account: b, amount: 1, currency: CURRENCY, ..Transfer::default() };
        let mut accepted = ledger.sequence();
        while transfer(&ledger, item, START).0 == ResultCode::Ok {
            accepted += 1;
            assert!(accepted <= Config::JOURNAL_MIN);
        }
        assert_eq!(accepted, Config::JOURNAL_MIN);
        assert_eq!(transfer(&ledger, item, START).0, ResultCode::JournalFull);
        assert_eq!(ledger.sequence(), Config::JOURNAL_MIN);
        assert_eq!(ledger.acknowledge(Config::JOURNAL_MIN + 1), Err(ResultCode::AcknowledgedTooMuch));
        assert_eq!(ledger.acknowledge(2), Ok(()));
        assert_eq!(ledger.acknowledge(1), Err(ResultCode::AcknowledgedAlready));
        assert_eq!(transfer(&ledger, item, START).0, ResultCode::Ok);
        assert_eq!(transfer(&ledger, item, START).0, ResultCode::Ok);
        assert_eq!(transfer(&ledger, item, START).0, ResultCode::JournalFull);
        assert!(ledger.journal.read(2).is_none());
        assert!(ledger.journal.read(3).is_some());
        Ok(())
    }
}
