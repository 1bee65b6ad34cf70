// SPDX-License-Identifier: MIT

//! The live ledger against its journal: it agrees while it goes on, and every difference is named.

mod common;

use std::time::{Duration, Instant};

use common::{Driven, OPERATOR, Random, append, store_of};
use qenex_abi::Account;
use qenex_device::AccountsRead;
use qenexd::audit::{LiveError, compare_accounts, verify};
use qenexd::store::Store;
use tempfile::tempdir;

/// The ledger's accounts as the device would give them.
fn read(driven: &Driven, numbers: &[u64]) -> AccountsRead {
    let mut accounts = vec![Account::default(); numbers.len()];
    let sequence = driven.ledger.read_accounts(numbers, &mut accounts, &OPERATOR).expect("nobody else is there");
    AccountsRead { sequence, accounts }
}

#[test]
fn it_agrees_while_it_goes_on() {
    let directory = tempdir().expect("a directory");
    let mut random = Random(5);
    let mut driven = Driven::run(21, 400);
    let mut store = store_of(directory.path(), &driven.entries, &mut random);
    let mut reader = store.reader().expect("a reader");
    let mut audited = verify(&mut *reader).expect("an honest store");
    let stored = driven.entries.len();
    for _ in 0..300 {
        driven.step();
    }
    let count = driven.ledger.info().accounts;
    // The store gets the rest while the comparison waits for it.
    let rest = driven.entries.split_off(stored);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(100));
            append(&mut store, &rest, &mut random, 7);
        });
        let agreed =
            compare_accounts(count, &mut |numbers| Ok(read(&driven, numbers)), &mut *reader, &mut audited.state)
                .expect("they agree");
        assert_eq!((agreed.accounts, agreed.sequence), (count, driven.ledger.info().sequence));
    });
}

#[test]
fn a_difference_is_named() {
    let directory = tempdir().expect("a directory");
    let driven = Driven::run(22, 400);
    let store = store_of(directory.path(), &driven.entries, &mut Random(6));
    let mut reader = store.reader().expect("a reader");
    let count = driven.ledger.info().accounts;
    type Change = fn(&mut Account);
    let changes: [(&str, Change); 6] = [
        ("credits posted", |account| account.credits_posted += 1),
        ("debits held", |account| account.debits_held += 1),
        ("overdraft limit", |account| account.overdraft_limit ^= 1),
        ("owner", |account| account.owner += 1),
        ("flags", |account| account.flags ^= qenex_abi::QENEX_ACCOUNT_DEBITS_FROZEN),
        ("result", |account| account.result = 7),
    ];
    for (name, change) in changes {
        let mut state = verify(&mut *reader).expect("an honest store").state;
        let victim = state.accounts()[1].account_number;
        let mut forged = |numbers: &[u64]| {
            let mut read = read(&driven, numbers);
            read.accounts.iter_mut().filter(|account| account.account_number == victim).for_each(change);
            Ok(read)
        };
        match compare_accounts(count, &mut forged, &mut *reader, &mut state) {
            Err(LiveError::Differs { account, field, .. }) => assert_eq!((account, field), (victim, name)),
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn a_store_that_is_not_the_ledgers_is_named() {
    let directory = tempdir().expect("a directory");
    let driven = Driven::run(23, 300);
    let half = driven.entries.len() / 2;
    let store = store_of(directory.path(), &driven.entries[..half], &mut Random(7));
    let mut reader = store.reader().expect("a reader");
    let count = driven.ledger.info().accounts;
    let begun = Instant::now();
    let mut state = verify(&mut *reader).expect("an honest store").state;
    let behind = compare_accounts(count, &mut |numbers| Ok(read(&driven, numbers)), &mut *reader, &mut state);
    assert!(matches!(behind, Err(LiveError::StoreBehind { store, .. }) if store == half as u64), "{behind:?}");
    assert!(begun.elapsed() < Duration::from_secs(30), "it gave up in time");
    // The other way round: a ledger that is older than the store.
    let other = Driven::run(24, 10);
    let mut state = verify(&mut *reader).expect("an honest store").state;
    let ahead = compare_accounts(2, &mut |numbers| Ok(read(&other, numbers)), &mut *reader, &mut state);
    assert!(matches!(ahead, Err(LiveError::StoreAhead { .. })), "{ahead:?}");
}
