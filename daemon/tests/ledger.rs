// SPDX-License-Identifier: MIT

//! Random histories of the real ledger: the state that their journal gives is the ledger's own, and no entry can be
//! changed without being noticed.

mod common;

use common::{Driven, Random, cases, state_of};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use qenex_abi::{JournalEntry, QENEX_ENTRY_EXPIRE_HOLD, QENEX_ENTRY_REVERSAL, QENEX_ENTRY_UPDATE};
use qenexd::state::{State, entry_checksum};
use zerocopy::IntoBytes;

#[test]
fn the_state_is_that_of_the_ledger() {
    let mut runner = TestRunner::new(Config { cases: cases(60), failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&(any::<u64>(), 1..400_usize), |(seed, steps)| {
        let mut driven = Driven::run(seed, steps);
        let state = driven.state();
        driven.compare(&state);
        prop_assert_eq!(state.unbalanced(), None);
        prop_assert_eq!(state.unbalanced_anew(), None);
        driven.compare_spending(&state);
        driven.compare(&driven.state());
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

#[test]
fn random_histories_hold_every_kind_of_entry() {
    let mut kinds = std::collections::BTreeMap::new();
    for seed in 0..20 {
        for entry in Driven::run(seed, 300).entries {
            *kinds.entry(entry.kind).or_insert(0_u32) += 1;
        }
    }
    for kind in 1..=9 {
        assert!(kinds.get(&kind).is_some_and(|count| *count >= 20), "{kinds:?}");
    }
}

#[test]
fn parts_make_the_same_state() {
    let state = Driven::run(11, 400).state();
    let again = State::from_parts(state.end(), state.accounts().to_vec(), state.holds()).expect("the same parts");
    assert_eq!(again.digest(), state.digest());
    assert_eq!(again.unbalanced(), None);
}

/// Changes one bit of what counts in one entry, corrects the checksum, and expects the state to object, then or later.
#[test]
fn a_changed_entry_is_noticed() {
    let driven = Driven::run(5, 300);
    let honest = driven.state();
    let mut random = Random(1);
    // What moves money or rights; the rest (ids, references, codes) is for the chain to protect.
    let fields = [0..16, 32..56, 96..100, 112..116, 120..184];
    for _ in 0..2000 {
        let at = random.below(driven.entries.len() as u64) as usize;
        let field = fields[random.below(fields.len() as u64) as usize].clone();
        let byte = field.start + random.below((field.end - field.start) as u64) as usize;
        let mut entries = driven.entries.clone();
        let entry = &mut entries[at];
        // The time of an entry alone may move to that of its neighbours, and the request's own fields say nothing of
        // what follows from them.
        if (8..16).contains(&byte) || ((112..116).contains(&byte)) || entry.kind == 8 {
            continue;
        }
        entry.as_mut_bytes()[byte] ^= 1 << random.below(8);
        entry.crc = entry_checksum(entry);
        let mut state = State::new(common::LEDGER_ID);
        let noticed = entries.iter().any(|entry| state.apply(entry).is_err());
        let same = !noticed && state.digest() == honest.digest();
        let asked_only = matches!(entries[at].kind, 2 | 3 | 7) && (48..56).contains(&byte);
        let opening_amount = entries[at].kind == 1 && (40..48).contains(&byte);
        let overdraft = matches!(entries[at].kind, 1 | 9);
        assert!(noticed || same || asked_only || opening_amount || overdraft, "byte {byte} of {:?}", entries[at]);
    }
}

#[test]
fn each_fault_has_its_name() {
    let driven = Driven::run(3, 200);
    let entries = &driven.entries;
    let fault = |at: usize, change: &dyn Fn(&mut JournalEntry)| {
        let mut entry = entries[at];
        change(&mut entry);
        entry.crc = entry_checksum(&entry);
        let mut state = state_of(&entries[..at]);
        let before = state.digest();
        let error = state.apply(&entry).expect_err("wrong");
        assert_eq!(state.digest(), before, "nothing was applied");
        assert_eq!(error.sequence, at as u64 + 1);
        error.to_string()
    };
    let of_kind = |kind: u16| entries.iter().position(|entry| entry.kind == kind).expect("one of each kind");
    let posting = of_kind(2);
    let said = |message: String, part: &str| assert!(message.contains(part), "{message}");
    said(fault(posting, &|entry| entry.sequence += 1), "came in its place");
    said(fault(posting, &|entry| entry.timestamp = 1), "before");
    said(fault(posting, &|entry| entry.kind = 99), "kind 99 is unknown");
    said(fault(posting, &|entry| entry.id = qenex_abi::Id::NONE), "no id");
    said(fault(posting, &|entry| entry.to_account = 198), "there is no account 198");
    said(fault(posting, &|entry| entry.to_account = entry.from_account), "both its accounts");
    said(fault(posting, &|entry| entry.currency = 36), "its currency is 36");
    said(fault(posting, &|entry| entry.amount += 1), "of account");
    said(fault(posting, &|entry| entry.from_after.debits_posted += 1), "debits_posted of account");
    said(fault(of_kind(3), &|entry| entry.to_after.credits_held += 1), "credits_held of account");
    said(fault(of_kind(5), &|entry| entry.related_id.low ^= 1 << 40), "is not open");
    said(fault(of_kind(5), &|entry| entry.requested += 1), "requested is not that of hold");
    said(fault(of_kind(QENEX_ENTRY_EXPIRE_HOLD), &|entry| entry.amount += 1), "amount is not that of hold");
    said(fault(of_kind(QENEX_ENTRY_REVERSAL), &|entry| entry.to_after.credits_posted += 1), "credits_posted");
    said(fault(of_kind(QENEX_ENTRY_UPDATE), &|entry| entry.account_flags ^= 1), "account_flags");
    said(fault(of_kind(1), &|entry| entry.to_account += 97), "opens account");
    let mut entry = entries[posting];
    entry.amount += 1;
    let error = state_of(&entries[..posting]).apply(&entry).expect_err("wrong");
    said(error.to_string(), "checksum");
}
