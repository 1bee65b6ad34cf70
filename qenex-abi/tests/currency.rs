// SPDX-License-Identifier: MIT

//! The currency table against an independent one, and the look-ups.

use std::collections::BTreeMap;

use qenex_abi::Currency;

/// What the table has and `iso_currency` has not as a currency in use.
const ONLY_HERE: &[(&str, &str)] = &[
    // Its author takes VED for VES's successor. Amendment 170 added VED beside VES, and both are valid.
    ("VES", "still in the standard's list"),
];

/// What `iso_currency` has and the table has not, with the reason. Withdrawn ones carry its own mark.
const ONLY_THERE: &[(&str, &str)] = &[
    ("XAG", "no minor unit: silver"),
    ("XAU", "no minor unit: gold"),
    ("XBA", "no minor unit: bond market unit"),
    ("XBB", "no minor unit: bond market unit"),
    ("XBC", "no minor unit: bond market unit"),
    ("XBD", "no minor unit: bond market unit"),
    ("XDR", "no minor unit: special drawing right"),
    ("XPD", "no minor unit: palladium"),
    ("XPT", "no minor unit: platinum"),
    ("XSU", "no minor unit: sucre"),
    ("XTS", "no minor unit: testing"),
    ("XUA", "no minor unit: development bank unit"),
    ("XXX", "no minor unit: no currency"),
];

fn theirs() -> BTreeMap<String, iso_currency::Currency> {
    (0..1000)
        .filter_map(iso_currency::Currency::from_numeric)
        .map(|currency| (currency.code().to_string(), currency))
        .collect()
}

#[test]
fn every_currency_is_in_the_other_table() {
    let theirs = theirs();
    for ours in Currency::ALL {
        let Some(their) = theirs.get(ours.alpha) else { panic!("{} is not in iso_currency", ours.alpha) };
        assert_eq!(their.numeric(), ours.numeric, "{}", ours.alpha);
        assert_eq!(their.exponent(), Some(u16::from(ours.exponent)), "{}", ours.alpha);
        if their.is_superseded().is_some() {
            assert!(ONLY_HERE.iter().any(|(alpha, _)| *alpha == ours.alpha), "{} is withdrawn", ours.alpha);
        }
    }
}

#[test]
fn every_currency_of_the_other_table_is_here() {
    for (alpha, their) in theirs() {
        let explained = ONLY_THERE.iter().any(|(code, _)| *code == alpha) || their.is_superseded().is_some();
        let here = Currency::from_alpha(&alpha);
        if here.is_none() {
            assert!(explained, "{alpha} ({}) is missing", their.name());
        }
        if ONLY_THERE.iter().any(|(code, _)| *code == alpha) {
            assert!(here.is_none() && their.exponent().is_none(), "{alpha} is listed as left out");
        }
    }
}

#[test]
fn sorted_unique_and_well_formed() {
    assert!(Currency::ALL.windows(2).all(|pair| pair[0].numeric < pair[1].numeric));
    let mut alphas: Vec<_> = Currency::ALL.iter().map(|currency| currency.alpha).collect();
    alphas.sort_unstable();
    assert!(alphas.windows(2).all(|pair| pair[0] < pair[1]));
    for currency in Currency::ALL {
        assert!((1..=999).contains(&currency.numeric));
        assert!(currency.alpha.len() == 3 && currency.alpha.bytes().all(|b| b.is_ascii_uppercase()));
        assert!(currency.exponent <= 4);
        assert!(!currency.name.is_empty());
    }
}

#[test]
fn look_ups() {
    for currency in Currency::ALL {
        assert_eq!(Currency::from_numeric(u32::from(currency.numeric)), Some(currency));
        assert_eq!(Currency::from_alpha(currency.alpha), Some(currency));
    }
    for number in [0, 1, 998, 999, 1000, 65_536 + 840, u32::MAX] {
        assert_eq!(Currency::from_numeric(number), None, "{number}");
    }
    for text in ["", "US", "usd", "USDX", "XXX", "\u{20ac}"] {
        assert_eq!(Currency::from_alpha(text), None, "{text}");
    }
    let known = (0..=2000).filter(|number| Currency::from_numeric(*number).is_some()).count();
    assert_eq!(known, Currency::ALL.len());
}

#[test]
fn recent_changes_and_odd_exponents() {
    for alpha in ["XCG", "ZWG", "SLE", "VED", "EUR"] {
        assert!(Currency::from_alpha(alpha).is_some(), "{alpha}");
    }
    for alpha in ["HRK", "BGN", "ANG", "ZWL", "SLL", "CUC"] {
        assert!(Currency::from_alpha(alpha).is_none(), "{alpha}");
    }
    for (alpha, exponent) in
        [("JPY", 0), ("ISK", 0), ("UGX", 0), ("UYI", 0), ("USD", 2), ("MGA", 2), ("BHD", 3), ("CLF", 4), ("UYW", 4)]
    {
        assert_eq!(Currency::from_alpha(alpha).map(|currency| currency.exponent), Some(exponent), "{alpha}");
    }
}
