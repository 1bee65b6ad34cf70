// SPDX-License-Identifier: MIT

//! What is given back to an empty ledger: if it opens, its books balance, and money can be moved.

use std::sync::OnceLock;

use qenex_abi::*;
use qenex_ledger::Caller;
use zerocopy::{FromBytes, IntoBytes};

use crate::bytes::Bytes;
use crate::calls::{audit, ledger};

const OPERATOR: Caller = Caller { uid: 0, operator: true };
const START: u64 = 1_700_000_000_000_000_000;

/// A ledger that was saved.
struct Saved {
    accounts: Vec<RestoreAccount>,
    holds: Vec<RestoreHold>,
    entries: Vec<JournalEntry>,
    end: RestoreEnd,
}

fn saved() -> &'static Saved {
    static SAVED: OnceLock<Saved> = OnceLock::new();
    SAVED.get_or_init(|| {
        let ledger = ledger();
        let numbers: Vec<u64> = (0..5)
            .map(|n| {
                let mut request =
                    AccountRequest { currency: 840, initial_balance: 1000 * n, ..AccountRequest::default() };
                ledger.create_account(&mut request, &OPERATOR, START);
                request.account_number
            })
            .collect();
        for n in 0..6 {
            let mut request = TransferRequest {
                id: Id::from_u128(100 + n),
                from_account: numbers[1 + n as usize % 4],
                to_account: numbers[n as usize % 4],
                amount: 5,
                currency: 840,
                flags: if n % 2 == 0 { QENEX_TRANSFER_HOLD } else { 0 },
                timeout: if n == 2 { 60 } else { 0 },
                ..TransferRequest::default()
            };
            assert_eq!(ledger.transfer(&mut request, &OPERATOR, START), ResultCode::Ok);
        }
        let state = audit(&ledger);
        let mut entries = vec![JournalEntry::default(); state.sequence() as usize];
        ledger.recorded_from(1, &mut entries, &OPERATOR);
        Saved { accounts: state.accounts().to_vec(), holds: state.holds(), entries, end: state.end() }
    })
}

/// An item of the saved ledger, or any; with a word of it changed, perhaps.
fn item<T: FromBytes + IntoBytes + Copy>(input: &mut Bytes<'_>, next: u64, saved: &[T]) -> T {
    let how = input.next::<u8>();
    let place = if how & 1 == 0 { next } else { input.below(saved.len() as u64) };
    let mut item = match saved.get(place as usize) {
        Some(item) if how & 0xf0 != 0xf0 => *item,
        _ => input.next(),
    };
    if how & 2 != 0 {
        let words = size_of::<T>() as u64 / 8;
        let at = input.below(words) as usize * 8;
        let value = input.amount().to_le_bytes();
        item.as_mut_bytes()[at..at + 8].copy_from_slice(&value);
    }
    item
}

pub(crate) fn run(input: &[u8]) {
    let (ledger, saved) = (ledger(), saved());
    let mut input = Bytes(input);
    ledger.restore_begin().expect("it is empty");
    let mut entries = 0;
    let mut opened = false;
    for _ in 0..100 {
        if input.is_empty() || opened {
            break;
        }
        let info = ledger.info();
        match input.below(8) {
            0..=2 => {
                let account = item(&mut input, info.accounts, &saved.accounts);
                let code = ledger.restore_account(&account);
                assert_eq!(ledger.info().accounts, info.accounts + u64::from(code.is_ok()));
            }
            3 | 4 => {
                let hold = item(&mut input, info.holds, &saved.holds);
                let code = ledger.restore_hold(&hold);
                assert_eq!(ledger.info().holds, info.holds + u64::from(code.is_ok()));
            }
            5 => {
                let entry = item(&mut input, entries, &saved.entries);
                entries += u64::from(ledger.restore_entry(&entry).is_ok());
            }
            6 => {
                let mut request = TransferRequest { from_account: 1, ..TransferRequest::default() };
                assert_eq!(ledger.transfer(&mut request, &OPERATOR, START), ResultCode::NotLive);
                let _ = ledger.restore_begin();
            }
            _ => {
                let mut end = saved.end;
                let how = input.next::<u8>();
                if how & 1 != 0 {
                    (end.accounts, end.holds) = (info.accounts, info.holds);
                }
                if how & 2 != 0 {
                    (end.sequence, end.timestamp) = (input.amount(), input.amount());
                }
                // The digest is right whatever was given.
                opened = ledger.go_live(&end, |_| how & 4 == 0).is_ok();
            }
        }
    }
    if opened {
        in_order(&ledger);
    }
}

fn in_order(ledger: &qenex_ledger::Ledger) {
    let accounts: Vec<RestoreAccount> =
        (1..=ledger.info().accounts).filter_map(|index| ledger.saved_account(index)).collect();
    let mut sums = std::collections::BTreeMap::<u32, [i128; 3]>::new();
    for RestoreAccount { currency, counters, .. } in &accounts {
        let sums = sums.entry(*currency).or_default();
        sums[0] += i128::from(counters.credits_posted) - i128::from(counters.debits_posted);
        sums[1] += i128::from(counters.debits_held);
        sums[2] += i128::from(counters.credits_held);
    }
    for (currency, [posted, debits, credits]) in sums {
        assert_eq!((posted, debits), (0, credits), "{currency}");
    }
    // Everything can still be asked for, and every hold can end.
    for from in &accounts {
        for to in &accounts {
            let mut request = TransferRequest {
                from_account: from.account_number,
                to_account: to.account_number,
                amount: 1,
                currency: from.currency,
                ..TransferRequest::default()
            };
            ledger.transfer(&mut request, &OPERATOR, START);
        }
    }
    ledger.expire_holds(u64::MAX - 1, 1000);
}
