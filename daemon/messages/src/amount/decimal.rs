// SPDX-License-Identifier: MIT

//! Decimal numbers as messages carry them.

use std::fmt;
use std::str::FromStr;

use super::AmountError;

/// An exact decimal number: `units` times 10 to the power of minus `scale`.
///
/// # Invariants
///
/// There are no needless decimals, so that equal numbers have equal fields: `units % 10 != 0` or `scale == 0`.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Decimal {
    units: i128,
    scale: u8,
}

impl Decimal {
    /// Zero.
    pub const ZERO: Decimal = Decimal { units: 0, scale: 0 };

    /// `units` times 10 to the power of minus `scale`.
    pub fn new(units: i128, scale: u8) -> Decimal {
        let (mut units, mut scale) = (units, if units == 0 { 0 } else { scale });
        while scale > 0 && units % 10 == 0 {
            units /= 10;
            scale -= 1;
        }
        Decimal { units, scale }
    }

    /// Digits after the decimal point.
    pub fn scale(self) -> u8 {
        self.scale
    }

    /// Whether it is less than zero.
    pub fn is_negative(self) -> bool {
        self.units < 0
    }

    /// The number in units of 10 to the power of minus `scale`; `None` if it has more decimals or does not fit.
    pub fn units_at(self, scale: u8) -> Option<i128> {
        let more = scale.checked_sub(self.scale)?;
        self.units.checked_mul(10_i128.checked_pow(u32::from(more))?)
    }

    /// The sum; `None` if it does not fit, which takes more than 10^20 of the largest amounts.
    pub fn checked_add(self, other: Decimal) -> Option<Decimal> {
        let scale = self.scale.max(other.scale);
        Some(Decimal::new(self.units_at(scale)?.checked_add(other.units_at(scale)?)?, scale))
    }

    /// The product; `None` if it does not fit.
    pub fn checked_mul(self, other: Decimal) -> Option<Decimal> {
        Some(Decimal::new(self.units.checked_mul(other.units)?, self.scale.checked_add(other.scale)?))
    }

    /// The number with the other sign.
    pub fn negated(self) -> Decimal {
        Decimal { units: -self.units, scale: self.scale }
    }

    /// How it compares; `None` if the numbers are so far apart that they do not fit one scale.
    pub fn compare(self, other: Decimal) -> Option<std::cmp::Ordering> {
        let scale = self.scale.max(other.scale);
        Some(self.units_at(scale)?.cmp(&other.units_at(scale)?))
    }
}

impl FromStr for Decimal {
    type Err = AmountError;

    /// Reads what XML Schema calls a decimal: a sign or none, digits, at most one point, white space around it.
    fn from_str(text: &str) -> Result<Decimal, AmountError> {
        let malformed = || AmountError::NotANumber(text.to_string());
        let trimmed = text.trim_matches([' ', '\t', '\r', '\n']);
        let unsigned = trimmed.strip_prefix(['+', '-']).unwrap_or(trimmed);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        if whole.len() + fraction.len() == 0 {
            return Err(malformed());
        }
        let fraction = fraction.trim_end_matches('0');
        let too_large = || AmountError::TooLarge(text.to_string());
        let mut units: i128 = 0;
        for byte in whole.bytes().chain(fraction.bytes()) {
            if !byte.is_ascii_digit() {
                return Err(malformed());
            }
            let grown = units.checked_mul(10).and_then(|units| units.checked_add(i128::from(byte - b'0')));
            units = grown.ok_or_else(too_large)?;
        }
        let scale = u8::try_from(fraction.len()).map_err(|_| too_large())?;
        Ok(Decimal::new(if trimmed.starts_with('-') { -units } else { units }, scale))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.units.unsigned_abs().to_string();
        let scale = usize::from(self.scale);
        let padded = format!("{digits:0>width$}", width = scale + 1);
        let (whole, fraction) = padded.split_at(padded.len() - scale);
        let sign = if self.units < 0 { "-" } else { "" };
        let point = if scale == 0 { "" } else { "." };
        f.pad(&format!("{sign}{whole}{point}{fraction}"))
    }
}
