// SPDX-License-Identifier: MIT

//! Amounts as text: exact for every amount, and one particular error for every mistake.

use proptest::prelude::*;
use qenex_abi::{format_amount, format_balance, parse_amount, parse_money, AmountError, Currency};

fn currency(alpha: &str) -> &'static Currency {
    Currency::from_alpha(alpha).expect("a currency of the table")
}

/// The decimal string by integer arithmetic only, as an independent reference.
fn reference(minor: i128, exponent: u8) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let unit = 10_u128.pow(u32::from(exponent));
    let (whole, rest) = (minor.unsigned_abs() / unit, minor.unsigned_abs() % unit);
    if exponent == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{rest:0width$}", width = usize::from(exponent))
    }
}

#[test]
fn reads_amounts() {
    for (text, alpha, minor) in [
        ("100.00", "USD", 10_000),
        ("100", "USD", 10_000),
        ("100.5", "USD", 10_050),
        ("0.01", "USD", 1),
        ("0", "USD", 0),
        ("0.00", "USD", 0),
        ("007.10", "USD", 710),
        ("  1.00\t", "USD", 100),
        ("100", "JPY", 100),
        ("1.234", "BHD", 1_234),
        ("1.2345", "CLF", 12_345),
        ("184467440737095516.15", "USD", u64::MAX),
        ("18446744073709551615", "JPY", u64::MAX),
        ("1844674407370955.1615", "CLF", u64::MAX),
        ("00000000000000000000000000000000000000000000000000000000001", "USD", 100),
    ] {
        assert_eq!(parse_amount(text, currency(alpha)), Ok(minor), "{text} {alpha}");
    }
}

#[test]
fn refuses_what_is_not_an_amount() {
    let too_many = |currency, exponent| AmountError::TooManyDecimals { currency, exponent };
    for (text, alpha, error) in [
        ("", "USD", AmountError::Empty),
        (" \t", "USD", AmountError::Empty),
        ("-1", "USD", AmountError::Negative),
        ("-0", "USD", AmountError::Negative),
        ("\u{2212}1", "USD", AmountError::Negative),
        ("1e3", "USD", AmountError::Exponent),
        ("1E3", "USD", AmountError::Exponent),
        ("1.5e-1", "USD", AmountError::Exponent),
        ("NaN", "USD", AmountError::NotANumber),
        ("inf", "USD", AmountError::NotANumber),
        ("+1", "USD", AmountError::NotANumber),
        ("$1", "USD", AmountError::NotANumber),
        ("0x10", "USD", AmountError::NotANumber),
        ("1.2.3", "CLF", AmountError::NotANumber),
        ("1\u{663}", "USD", AmountError::NotANumber),
        ("1,000.00", "USD", AmountError::Separator),
        ("1.000,00", "USD", AmountError::Separator),
        ("100,00", "USD", AmountError::Separator),
        ("1 000", "USD", AmountError::Separator),
        ("1\u{a0}000", "USD", AmountError::Separator),
        ("1'000", "USD", AmountError::Separator),
        ("1_000", "USD", AmountError::Separator),
        (".50", "USD", AmountError::MissingDigits),
        ("5.", "USD", AmountError::MissingDigits),
        (".", "USD", AmountError::MissingDigits),
        ("1.000", "USD", too_many("USD", 2)),
        ("1.001", "USD", too_many("USD", 2)),
        ("1.0", "JPY", too_many("JPY", 0)),
        ("1.2345", "BHD", too_many("BHD", 3)),
        ("1.00000000000000000000000000000000000000000", "CLF", too_many("CLF", 4)),
        ("184467440737095516.16", "USD", AmountError::TooLarge),
        ("18446744073709551616", "JPY", AmountError::TooLarge),
        ("79228162514264337593543950335", "USD", AmountError::TooLarge),
        ("79228162514264337593543950335", "JPY", AmountError::TooLarge),
        ("99999999999999999999999999999999999999999999999999", "USD", AmountError::TooLarge),
    ] {
        assert_eq!(parse_amount(text, currency(alpha)), Err(error), "{text} {alpha}");
    }
}

#[test]
fn reads_money() {
    for text in ["100 USD", "100.00 USD", "USD 100.00", "USD 100", "  100.0   USD\n", "100.00\tUSD"] {
        assert_eq!(parse_money(text), Ok((10_000, currency("USD"))), "{text}");
    }
    assert_eq!(parse_money("100 JPY"), Ok((100, currency("JPY"))));
    assert_eq!(parse_money("18446744073709551615 JPY"), Ok((u64::MAX, currency("JPY"))));
}

#[test]
fn refuses_what_is_not_money() {
    for (text, error) in [
        ("", AmountError::Empty),
        ("   ", AmountError::Empty),
        ("100", AmountError::CurrencyMissing),
        ("100.00", AmountError::CurrencyMissing),
        ("100USD", AmountError::CurrencyMissing),
        ("$100", AmountError::CurrencyMissing),
        ("1e3", AmountError::Exponent),
        ("-5", AmountError::Negative),
        ("USD", AmountError::AmountMissing),
        ("NaN", AmountError::NotANumber),
        ("NaN USD", AmountError::NotANumber),
        ("USD USD", AmountError::NotANumber),
        ("100 usd", AmountError::CurrencyUnknown),
        ("100 XYZ", AmountError::CurrencyUnknown),
        ("100 BGN", AmountError::CurrencyUnknown),
        ("100 dollars", AmountError::CurrencyUnknown),
        ("XXX 100", AmountError::CurrencyUnknown),
        ("-100 USD", AmountError::Negative),
        ("USD -100", AmountError::Negative),
        ("1e3 USD", AmountError::Exponent),
        ("1,000 USD", AmountError::Separator),
        ("1 000 USD", AmountError::Separator),
        ("USD 1 000", AmountError::Separator),
        ("1 000", AmountError::Separator),
        ("100.5 JPY", AmountError::TooManyDecimals { currency: "JPY", exponent: 0 }),
        ("184467440737095516.16 USD", AmountError::TooLarge),
    ] {
        assert_eq!(parse_money(text), Err(error), "{text}");
    }
}

#[test]
fn errors_help() {
    let error: &dyn std::error::Error = &AmountError::TooManyDecimals { currency: "JPY", exponent: 0 };
    assert_eq!(error.to_string(), "JPY has no decimals");
    assert_eq!(
        AmountError::TooManyDecimals { currency: "USD", exponent: 2 }.to_string(),
        "USD has 2 decimals, the amount has more"
    );
    assert!(AmountError::Exponent.to_string().contains("1e3"));
}

#[test]
fn writes_amounts() {
    assert_eq!(format_amount(10_000, currency("USD")).to_string(), "100.00");
    assert_eq!(format_amount(0, currency("USD")).to_string(), "0.00");
    assert_eq!(format_amount(5, currency("USD")).to_string(), "0.05");
    assert_eq!(format_amount(10_000, currency("JPY")).to_string(), "10000");
    assert_eq!(format_balance(-10_050, currency("USD")).to_string(), "-100.50");
    assert_eq!(format_balance(-5, currency("BHD")).to_string(), "-0.005");
    assert_eq!(format!("{:>10}|", format_amount(5, currency("USD"))), "      0.05|");
    assert_eq!(format_amount(123, currency("USD")).to_decimal().to_string(), "1.23");
}

#[test]
fn exact_at_the_bounds() {
    for currency in Currency::ALL {
        for minor in [0, 1, 9, 10, 99, 100, 101, 9_999, 10_000, u64::MAX - 1, u64::MAX] {
            let text = format_amount(minor, currency).to_string();
            assert_eq!(text, reference(i128::from(minor), currency.exponent));
            assert_eq!(parse_amount(&text, currency), Ok(minor));
        }
        for minor in [i64::MIN, -1, 0, i64::MAX] {
            assert_eq!(format_balance(minor, currency).to_string(), reference(i128::from(minor), currency.exponent));
        }
    }
}

fn any_currency() -> impl Strategy<Value = &'static Currency> {
    (0..Currency::ALL.len()).prop_map(|place| &Currency::ALL[place])
}

proptest! {
    #[test]
    fn amounts_round_trip_exactly(minor: u64, currency in any_currency()) {
        let text = format_amount(minor, currency).to_string();
        prop_assert_eq!(&text, &reference(i128::from(minor), currency.exponent));
        prop_assert_eq!(parse_amount(&text, currency), Ok(minor));
        prop_assert_eq!(parse_money(&format!("{text} {}", currency.alpha)), Ok((minor, currency)));
        prop_assert_eq!(parse_money(&format!("{} {text}", currency.alpha)), Ok((minor, currency)));
    }

    #[test]
    fn balances_are_exact(minor: i64, currency in any_currency()) {
        prop_assert_eq!(format_balance(minor, currency).to_string(), reference(i128::from(minor), currency.exponent));
    }

    /// Beyond 2^64 - 1 minor units nothing wraps around.
    #[test]
    fn larger_amounts_are_refused(beyond in u128::from(u64::MAX) + 1..=i128::MAX as u128, currency in any_currency()) {
        let text = reference(beyond as i128, currency.exponent);
        prop_assert_eq!(parse_amount(&text, currency), Err(AmountError::TooLarge));
    }

    /// No text makes it panic, and what it accepts is worth what it says.
    #[test]
    fn accepts_only_amounts(text in "[-+0-9.,eE' ]{0,24}|\\PC{0,12}", currency in any_currency()) {
        if let Ok(minor) = parse_amount(&text, currency) {
            let text = text.trim();
            let whole = text.split('.').next().expect("at least one part").trim_start_matches('0');
            let whole = if whole.is_empty() { "0" } else { whole };
            let written = reference(i128::from(minor), currency.exponent);
            prop_assert_eq!(written.split('.').next(), Some(whole));
        }
        let _ = parse_money(&text);
    }
}
