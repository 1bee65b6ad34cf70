// SPDX-License-Identifier: MIT

//! What messages may name as a currency.

use qenex_abi::Currency;

/// Codes of ISO 4217 without a minor unit: metals, units of account, testing, no currency.
const WITHOUT_UNIT: [&str; 13] =
    ["XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX"];

/// For each code of three letters one more than its place in [`Currency::ALL`], or 0: each amount of a message is looked up.
static PLACES: [u8; 26 * 26 * 26] = {
    assert!(Currency::ALL.len() < u8::MAX as usize);
    let mut places = [0; 26 * 26 * 26];
    let mut at = 0;
    while at < Currency::ALL.len() {
        if let Some(slot) = slot(Currency::ALL[at].alpha.as_bytes()) {
            // CAST: fewer than 255 currencies, checked above.
            places[slot] = at as u8 + 1;
        }
        at += 1;
    }
    places
};

/// Where a code stands in [`PLACES`].
const fn slot(code: &[u8]) -> Option<usize> {
    let [first @ b'A'..=b'Z', second @ b'A'..=b'Z', third @ b'A'..=b'Z'] = code else { return None };
    Some((*first - b'A') as usize * 676 + (*second - b'A') as usize * 26 + (*third - b'A') as usize)
}

fn currency(code: &str) -> Option<&'static Currency> {
    let place = *PLACES.get(slot(code.as_bytes())?)?;
    Currency::ALL.get(usize::from(place).checked_sub(1)?)
}

/// Whether a code is one of ISO 4217 in use.
pub fn is_currency(code: &str) -> bool {
    currency(code).is_some() || WITHOUT_UNIT.contains(&code)
}

/// Decimals of a currency; `None` if it is unknown or has no minor unit.
pub fn exponent(code: &str) -> Option<u8> {
    currency(code).map(|currency| currency.exponent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_list() {
        let letters = || (b'A'..=b'Z').map(char::from);
        for first in letters() {
            for code in letters().flat_map(|second| letters().map(move |third| format!("{first}{second}{third}"))) {
                assert_eq!(currency(&code), Currency::from_alpha(&code), "{code}");
            }
        }
        assert!(["", "EU", "EURO", "eur", "E R"].iter().all(|code| currency(code).is_none()));
    }
}
