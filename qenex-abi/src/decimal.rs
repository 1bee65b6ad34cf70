// SPDX-License-Identifier: MIT OR GPL-2.0

//! Amounts as people write them (`100.00 USD`) to and from minor units. Userspace only.
//!
//! What is accepted is deliberately narrow: digits, at most one decimal point, at most as many decimals as the
//! currency has. Where two readers could take a text for two different amounts (`1,000`, `1.000`), it is refused with
//! an error that says how to write it.

use core::fmt;

use rust_decimal::Decimal;

use crate::Currency;

/// Why a text is not an amount.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum AmountError {
    /// There is nothing, or only white space.
    Empty,
    /// The amount is negative.
    Negative,
    /// The amount has an exponent, as in `1e3`.
    Exponent,
    /// The amount has a comma, apostrophe, underscore or space in it.
    Separator,
    /// The amount has another character that does not belong there, as in `NaN`, `$5` or `+5`.
    NotANumber,
    /// There is no digit before or after the decimal point, as in `.50` or `5.`.
    MissingDigits,
    /// The amount has more decimals than the currency, even if they are zero.
    TooManyDecimals {
        /// The currency.
        currency: &'static str,
        /// How many decimals it has.
        exponent: u8,
    },
    /// The amount is more than 2^64 - 1 minor units.
    TooLarge,
    /// A currency without an amount.
    AmountMissing,
    /// An amount without a currency.
    CurrencyMissing,
    /// The currency is not an ISO 4217 alphabetic code in use, or not in upper case.
    CurrencyUnknown,
}

impl fmt::Display for AmountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AmountError::Empty => f.write_str("the amount is empty; write it like 100.00"),
            AmountError::Negative => f.write_str("the amount must not be negative; swap the two accounts instead"),
            AmountError::Exponent => f.write_str("the amount must not have an exponent; write 1000 instead of 1e3"),
            AmountError::Separator => {
                f.write_str("the amount must have no thousands separators, and a point before the decimals: 1000.00")
            }
            AmountError::NotANumber => f.write_str("the amount must be digits with a decimal point, like 100.00"),
            AmountError::MissingDigits => f.write_str("the decimal point must have digits on both sides, like 0.50"),
            AmountError::TooManyDecimals { currency, exponent: 0 } => write!(f, "{currency} has no decimals"),
            AmountError::TooManyDecimals { currency, exponent } => {
                write!(f, "{currency} has {exponent} decimals, the amount has more")
            }
            AmountError::TooLarge => f.write_str("the amount is more than the ledger can hold (2^64 - 1 minor units)"),
            AmountError::AmountMissing => f.write_str("the amount is missing; write it like 100.00 USD"),
            AmountError::CurrencyMissing => {
                f.write_str("the currency is missing; write it after the amount, with a space: 100.00 USD")
            }
            AmountError::CurrencyUnknown => {
                f.write_str("the currency is unknown; write its ISO 4217 code in upper case, like USD")
            }
        }
    }
}

impl core::error::Error for AmountError {}

/// Reads an amount of `currency`, such as `100.00` or `100`, into minor units. White space around it does not count.
///
/// Every amount from 0 to 2^64 - 1 minor units is read exactly.
///
/// # Errors
///
/// Any [`AmountError`] but those about a missing or unknown part.
pub fn parse_amount(text: &str, currency: &Currency) -> Result<u64, AmountError> {
    let text = text.trim_ascii();
    check_characters(text)?;
    let (whole, decimals) = match text.split_once('.') {
        Some((_, "")) => return Err(AmountError::MissingDigits),
        Some(parts) => parts,
        None => (text, ""),
    };
    if whole.is_empty() {
        return Err(AmountError::MissingDigits);
    }
    if decimals.contains('.') {
        return Err(AmountError::NotANumber);
    }
    if decimals.len() > usize::from(currency.exponent) {
        return Err(AmountError::TooManyDecimals { currency: currency.alpha, exponent: currency.exponent });
    }
    // What is left is digits with a few decimals, so that all that can go wrong is the size.
    let mut amount = Decimal::from_str_exact(text).map_err(|_| AmountError::TooLarge)?;
    amount.rescale(u32::from(currency.exponent));
    // `rescale` keeps a smaller scale when the mantissa has no room left.
    if amount.scale() != u32::from(currency.exponent) {
        return Err(AmountError::TooLarge);
    }
    u64::try_from(amount.mantissa()).map_err(|_| AmountError::TooLarge)
}

/// Leaves only digits and points, naming the mistake that a person most likely made otherwise.
fn check_characters(text: &str) -> Result<(), AmountError> {
    if text.is_empty() {
        return Err(AmountError::Empty);
    }
    // Both the hyphen and the typographic minus.
    if text.starts_with(['-', '\u{2212}']) {
        return Err(AmountError::Negative);
    }
    let has_digits = text.starts_with(|c: char| c.is_ascii_digit());
    for c in text.chars() {
        match c {
            '0'..='9' | '.' => {}
            'e' | 'E' if has_digits => return Err(AmountError::Exponent),
            ',' | '\'' | '\u{2019}' | '_' if has_digits => return Err(AmountError::Separator),
            c if c.is_whitespace() && has_digits => return Err(AmountError::Separator),
            _ => return Err(AmountError::NotANumber),
        }
    }
    Ok(())
}

/// Reads an amount with its currency: `100 USD`, `100.00 USD` or `USD 100.00`. The minor units and the currency.
///
/// # Errors
///
/// Any [`AmountError`].
pub fn parse_money(text: &str) -> Result<(u64, &'static Currency), AmountError> {
    let text = text.trim_ascii();
    if text.is_empty() {
        return Err(AmountError::Empty);
    }
    let Some((head, tail)) = text.split_once(|c: char| c.is_ascii_whitespace()) else {
        return Err(explain_single_word(text));
    };
    // The last word, so that `1 000 USD` is told that its amount has a separator.
    let (front, last) = text.rsplit_once(|c: char| c.is_ascii_whitespace()).unwrap_or((head, tail));
    for (code, amount) in [(last, front), (head, tail)] {
        if let Some(currency) = Currency::from_alpha(code) {
            return Ok((parse_amount(amount, currency)?, currency));
        }
    }
    if is_word(last) || is_word(head) {
        return Err(AmountError::CurrencyUnknown);
    }
    Err(explain_single_word(text))
}

/// What is wrong with a text in which no currency stands apart.
fn explain_single_word(text: &str) -> AmountError {
    if is_word(text) {
        let known = Currency::from_alpha(text).is_some();
        return if known { AmountError::AmountMissing } else { AmountError::NotANumber };
    }
    match check_characters(text) {
        // `100USD`: the letters are the currency, they only stand too close.
        Ok(()) | Err(AmountError::NotANumber) => AmountError::CurrencyMissing,
        Err(error) => error,
    }
}

fn is_word(text: &str) -> bool {
    text.chars().all(char::is_alphabetic)
}

/// An amount in a form that displays with all decimals of its currency, such as `100.00`; made by [`format_amount`]
/// and [`format_balance`]. Width, fill and alignment of the format string are kept.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DecimalAmount(Decimal);

impl DecimalAmount {
    fn new(minor: i128, currency: &Currency) -> DecimalAmount {
        DecimalAmount(Decimal::from_i128_with_scale(minor, u32::from(currency.exponent)))
    }

    /// The exact value, with the currency's decimals as its scale.
    pub fn to_decimal(self) -> Decimal {
        self.0
    }
}

impl fmt::Display for DecimalAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Writes `minor` units of `currency` as people do: 10000 of USD is `100.00`, of JPY `10000`.
///
/// # Panics
///
/// If the currency is not one of the table and has an exponent above 28.
pub fn format_amount(minor: u64, currency: &Currency) -> DecimalAmount {
    DecimalAmount::new(i128::from(minor), currency)
}

/// Writes a signed number of minor units, such as a balance, as people do: -10050 of USD is `-100.50`.
///
/// # Panics
///
/// If the currency is not one of the table and has an exponent above 28.
pub fn format_balance(minor: i64, currency: &Currency) -> DecimalAmount {
    DecimalAmount::new(i128::from(minor), currency)
}
