// SPDX-License-Identifier: MIT

//! Account numbers: round trips, bounds, and which typing mistakes are noticed.

use proptest::prelude::*;
use qenex_abi::AccountNumber;

fn number(index: u64) -> u64 {
    AccountNumber::from_index(index).expect("index in range").get()
}

#[test]
fn bounds() {
    assert_eq!(AccountNumber::from_index(0), None);
    assert_eq!(AccountNumber::from_index(AccountNumber::INDEX_MAX + 1), None);
    assert_eq!(AccountNumber::from_index(u64::MAX), None);
    assert_eq!(number(1), 195);
    assert_eq!(number(2), 292);
    let last = AccountNumber::from_index(AccountNumber::INDEX_MAX).expect("the last index");
    assert_eq!(last.to_string().len(), 18);
    assert_eq!(AccountNumber::new(last.get()), Some(last));
    // The next number with good check digits has 19 digits.
    let shifted = (AccountNumber::INDEX_MAX + 1) * 100;
    assert_eq!(AccountNumber::new(shifted + 98 - shifted % 97), None);
    assert_eq!(AccountNumber::new(u64::MAX), None);
}

#[test]
fn no_number_without_an_index() {
    for small in 0..100 {
        assert_eq!(AccountNumber::new(small), None, "{small}");
    }
}

/// 00, 01 and 99 are 1 modulo 97 as well as 97, 98 and 02, so that the same index would have two numbers.
#[test]
fn check_digits_are_02_to_98() {
    let mut low = 0;
    for index in 1..=9_700_u64 {
        let good: Vec<u64> = (0..100).filter(|c| AccountNumber::new(index * 100 + c).is_some()).collect();
        assert_eq!(good.len(), 1, "{index}");
        assert!((2..=98).contains(&good[0]), "{index}");
        assert_eq!(index * 100 + good[0], number(index));
        low += (0..2).filter(|c| (index * 100 + c) % 97 == 1).count();
    }
    assert!(low > 0, "00 and 01 must have come up");
}

#[test]
fn refuses_00_01_and_99() {
    for number in [9_700 + 1, 3_200 + 99, 6_500] {
        assert_eq!((number % 97, AccountNumber::new(number)), (1, None), "{number}");
    }
}

#[test]
fn displays_as_the_bare_number() {
    let account = AccountNumber::from_index(12_345).expect("index in range");
    assert_eq!(account.to_string(), account.get().to_string());
    assert_eq!(format!("{account:>12}").len(), 12);
}

/// Every number that differs from `digits` in one digit.
fn wrong_digits(digits: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for (at, digit) in digits.char_indices() {
        for other in ('0'..='9').filter(|other| *other != digit) {
            let mut text = digits.to_string();
            text.replace_range(at..=at, &other.to_string());
            wrong.push(text);
        }
    }
    wrong
}

/// Every number that comes of swapping two different neighbours.
fn swapped_neighbours(digits: &str) -> Vec<String> {
    let bytes = digits.as_bytes();
    (1..bytes.len())
        .filter(|at| bytes[at - 1] != bytes[*at])
        .map(|at| {
            let mut swapped = bytes.to_vec();
            swapped.swap(at - 1, at);
            String::from_utf8(swapped).expect("digits")
        })
        .collect()
}

fn assert_mistakes_are_noticed(index: u64) {
    let digits = number(index).to_string();
    for wrong in wrong_digits(&digits).into_iter().chain(swapped_neighbours(&digits)) {
        let value: u64 = wrong.parse().expect("digits");
        assert_eq!(AccountNumber::new(value), None, "{wrong} instead of {digits}");
    }
}

#[test]
fn mistakes_in_small_numbers_are_noticed() {
    (1..=20_000).for_each(assert_mistakes_are_noticed);
}

proptest! {
    #[test]
    fn round_trip(index in 1..=AccountNumber::INDEX_MAX) {
        let account = AccountNumber::from_index(index).expect("index in range");
        prop_assert_eq!(account.index(), index);
        prop_assert_eq!(account.get() % 97, 1);
        prop_assert_eq!(AccountNumber::new(account.get()), Some(account));
    }

    #[test]
    fn accepted_numbers_are_those_made(value: u64) {
        let made = AccountNumber::from_index(value / 100).filter(|account| account.get() == value);
        prop_assert_eq!(AccountNumber::new(value), made);
    }

    #[test]
    fn mistakes_are_noticed(index in 1..=AccountNumber::INDEX_MAX) {
        assert_mistakes_are_noticed(index);
    }

    #[test]
    fn order_follows_the_index(a in 1..=AccountNumber::INDEX_MAX, b in 1..=AccountNumber::INDEX_MAX) {
        prop_assert_eq!(AccountNumber::from_index(a).cmp(&AccountNumber::from_index(b)), a.cmp(&b));
    }
}
