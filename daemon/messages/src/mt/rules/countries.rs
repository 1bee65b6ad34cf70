// SPDX-License-Identifier: MIT

//! Countries within which the instructed amount must be told (MT103 C2).

/// The European Economic Area and the territories that belong to it, as the handbook lists them by the country codes of
/// business identifier codes.
const COUNTRIES: &str = "AD AT BE BG BV CH CY CZ DE DK ES EE FI FR GB GF GI GP GR HU IE IS IT LI LT LU LV MC MQ MT NL NO PL \
    PM PT RE RO SE SI SJ SK SM TF VA";

/// Whether a country is one of them.
pub(super) fn is_listed(country: &str) -> bool {
    country.len() == 2 && COUNTRIES.split(' ').any(|code| code == country)
}
