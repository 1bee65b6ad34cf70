// SPDX-License-Identifier: MIT

//! What messages may name as a currency.

use qenex_abi::Currency;

/// Codes of ISO 4217 without a minor unit: metals, units of account, testing, no currency.
const WITHOUT_UNIT: [&str; 13] =
    ["XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX"];

/// Whether a code is one of ISO 4217 in use.
pub fn is_currency(code: &str) -> bool {
    Currency::from_alpha(code).is_some() || WITHOUT_UNIT.contains(&code)
}

/// Decimals of a currency; `None` if it is unknown or has no minor unit.
pub fn exponent(code: &str) -> Option<u8> {
    Currency::from_alpha(code).map(|currency| currency.exponent)
}
