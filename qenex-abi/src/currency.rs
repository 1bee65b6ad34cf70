// SPDX-License-Identifier: MIT OR GPL-2.0

//! ISO 4217 currencies.

use crate::currency_table::CURRENCIES;

/// One currency of ISO 4217.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Currency {
    /// Numeric code, such as 840; what accounts and transfers carry.
    pub numeric: u16,
    /// Alphabetic code, such as `USD`.
    pub alpha: &'static str,
    /// Digits after the decimal point: 2 for USD, 0 for JPY, 3 for BHD. An amount is a number of `10^-exponent` units.
    pub exponent: u8,
    /// English name.
    pub name: &'static str,
}

impl Currency {
    /// All currencies, by numeric code.
    pub const ALL: &'static [Currency] = CURRENCIES;

    /// The currency with this numeric code.
    #[inline]
    pub fn from_numeric(numeric: u32) -> Option<&'static Currency> {
        let slot = BY_NUMERIC.get(usize::try_from(numeric).ok()?)?;
        // Slot 0 means none, slot n the n-th currency.
        CURRENCIES.get(usize::from(*slot).checked_sub(1)?)
    }

    /// The currency with this alphabetic code, upper case.
    pub fn from_alpha(alpha: &str) -> Option<&'static Currency> {
        CURRENCIES.iter().find(|currency| currency.alpha == alpha)
    }
}

/// For each numeric code one more than its place in [`CURRENCIES`], or 0: a look-up instead of a search on the way of
/// every transfer.
static BY_NUMERIC: [u8; 1000] = {
    assert!(CURRENCIES.len() < u8::MAX as usize);
    let mut slots = [0; 1000];
    let mut i = 0;
    while i < CURRENCIES.len() {
        // CAST: fewer than 255 currencies, checked above.
        slots[CURRENCIES[i].numeric as usize] = i as u8 + 1;
        i += 1;
    }
    slots
};
