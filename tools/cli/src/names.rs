// SPDX-License-Identifier: MIT

//! What the ledger's numbers are called in the output.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use nix::unistd::{Uid, User};
use qenex_abi::{
    Currency, Id, QENEX_ACCOUNT_CLOSED, QENEX_ACCOUNT_CREDITS_FROZEN, QENEX_ACCOUNT_DEBITS_FROZEN, ResultCode,
    format_amount, format_balance,
};
use uuid::Uuid;

/// Account types by number.
const ACCOUNT_TYPES: [&str; qenex_abi::QENEX_ACCOUNT_TYPES as usize] =
    ["checking", "savings", "loan", "settlement", "income", "expense", "suspense", "liquidity", "cash"];

/// The name of an account type.
pub(crate) fn account_type(number: u32) -> &'static str {
    usize::try_from(number).ok().and_then(|number| ACCOUNT_TYPES.get(number)).unwrap_or(&"unknown")
}

/// The name of the ledger's state.
pub(crate) fn ledger_state(number: u32) -> &'static str {
    match number {
        qenex_abi::QENEX_STATE_RESTORING => "restoring",
        qenex_abi::QENEX_STATE_LIVE => "live",
        qenex_abi::QENEX_STATE_READ_ONLY => "read_only",
        _ => "unknown",
    }
}

/// The name of an account's state, by its flags.
pub(crate) fn account_state(flags: u32) -> &'static str {
    let debits_frozen = flags & QENEX_ACCOUNT_DEBITS_FROZEN != 0;
    let credits_frozen = flags & QENEX_ACCOUNT_CREDITS_FROZEN != 0;
    match (debits_frozen, credits_frozen) {
        _ if flags & QENEX_ACCOUNT_CLOSED != 0 => "closed",
        (true, true) => "frozen",
        (true, false) => "debits_frozen",
        (false, true) => "credits_frozen",
        (false, false) => "open",
    }
}

/// The name of a result code; of one that only a newer module knows, its number.
pub(crate) fn result(number: u32) -> String {
    ResultCode::from_u32(number).map_or_else(|| number.to_string(), |code| code.name().to_string())
}

/// The alphabetic code of a currency; of one that only a newer module knows, its number.
pub(crate) fn currency(numeric: u32) -> String {
    Currency::from_numeric(numeric).map_or_else(|| numeric.to_string(), |currency| currency.alpha.to_string())
}

/// An amount with the decimals of its currency; minor units of a currency that only a newer module knows.
pub(crate) fn amount(minor: u64, numeric: u32) -> String {
    Currency::from_numeric(numeric)
        .map_or_else(|| minor.to_string(), |currency| format_amount(minor, currency).to_string())
}

/// A balance, as [`amount`].
pub(crate) fn balance(minor: i64, numeric: u32) -> String {
    Currency::from_numeric(numeric)
        .map_or_else(|| minor.to_string(), |currency| format_balance(minor, currency).to_string())
}

/// An id as [`crate::parse::id`] reads it: a number if it fits in 64 bits, otherwise a UUID.
pub(crate) fn id(id: Id) -> String {
    if id.high == 0 { id.low.to_string() } else { Uuid::from_u128(id.to_u128()).hyphenated().to_string() }
}

/// A time of the ledger in RFC 3339, to the nanosecond.
pub(crate) fn time(nanoseconds: u64) -> String {
    humantime::format_rfc3339_nanos(SystemTime::UNIX_EPOCH + Duration::from_nanos(nanoseconds)).to_string()
}

/// The names of users, each looked up once.
#[derive(Default)]
pub(crate) struct Users {
    known: HashMap<u32, Option<String>>,
}

impl Users {
    /// The name of the user with this uid, if the system knows one.
    pub(crate) fn name(&mut self, uid: u32) -> Option<String> {
        let look_up = || User::from_uid(Uid::from_raw(uid)).ok().flatten().map(|user| user.name);
        self.known.entry(uid).or_insert_with(look_up).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_for_everything() {
        assert_eq!(account_type(qenex_abi::QENEX_ACCOUNT_CASH), "cash");
        assert_eq!(account_type(99), "unknown");
        assert_eq!(ledger_state(qenex_abi::QENEX_STATE_LIVE), "live");
        assert_eq!(result(0), "ok");
        assert_eq!(result(100_000), "100000");
        assert_eq!(currency(840), "USD");
        assert_eq!(currency(999), "999");
    }

    #[test]
    fn states() {
        assert_eq!(account_state(qenex_abi::QENEX_ACCOUNT_UNLIMITED), "open");
        assert_eq!(account_state(QENEX_ACCOUNT_DEBITS_FROZEN), "debits_frozen");
        assert_eq!(account_state(QENEX_ACCOUNT_CREDITS_FROZEN), "credits_frozen");
        assert_eq!(account_state(QENEX_ACCOUNT_DEBITS_FROZEN | QENEX_ACCOUNT_CREDITS_FROZEN), "frozen");
        assert_eq!(account_state(QENEX_ACCOUNT_CLOSED | QENEX_ACCOUNT_DEBITS_FROZEN), "closed");
    }

    #[test]
    fn amounts_and_balances() {
        assert_eq!(amount(10_000, 840), "100.00");
        assert_eq!(amount(u64::MAX, 392), "18446744073709551615");
        assert_eq!(balance(-5, 48), "-0.005");
        assert_eq!(balance(-5, 999), "-5");
    }

    #[test]
    fn ids() {
        assert_eq!(id(Id { low: 7, high: 0 }), "7");
        assert_eq!(id(Id { low: 2, high: 1 }), "00000000-0000-0001-0000-000000000002");
    }

    #[test]
    fn times() {
        assert_eq!(time(0), "1970-01-01T00:00:00.000000000Z");
        assert_eq!(time(1_793_448_000_123_456_789), "2026-10-31T12:00:00.123456789Z");
        assert!(time(u64::MAX).starts_with("2554-"));
    }

    #[test]
    fn users() {
        let mut users = Users::default();
        assert_eq!(users.name(0).as_deref(), Some("root"));
        assert_eq!(users.name(0).as_deref(), Some("root"));
    }
}
