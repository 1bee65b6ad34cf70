// SPDX-License-Identifier: MIT

//! What an account with a spending limit has spent in the current window of time.
//!
//! Nothing of it is in the entries; it follows from them. Windows begin at multiples of their length since 1970.
//! Transfers and new holds count, reversals do not. What the end of a hold releases comes back if the hold was made in
//! the window that is current when it ends.

use qenex_abi::RestoreAccount;

const NANOSECONDS: u64 = 1_000_000_000;

/// Start of the window of `seconds` in which `timestamp` (nanoseconds) lies, in seconds; `None` without a limit.
pub(super) fn window_start(timestamp: u64, seconds: u32) -> Option<u64> {
    let time = timestamp / NANOSECONDS;
    let within = time.checked_rem(u64::from(seconds))?;
    // A remainder is not above its number.
    Some(time - within)
}

/// The account is debited, or a hold on it made, at `timestamp`.
pub(super) fn spend(account: &mut RestoreAccount, amount: u64, timestamp: u64) {
    let Some(start) = window_start(timestamp, account.spending_window) else { return };
    if start != account.spending_window_start {
        (account.spending_window_start, account.spent) = (start, 0);
    }
    account.spent = account.spent.saturating_add(amount);
}

/// A hold ends at `timestamp` and releases `amount` of it, which comes back if it was counted: if the hold, made with
/// sequence number and time `held`, is younger than the limit and of the current window.
pub(super) fn give_back(account: &mut RestoreAccount, amount: u64, held: (u64, u64), timestamp: u64) {
    let current = Some(account.spending_window_start);
    let window = account.spending_window;
    let counted = held.0 > account.spending_since && window_start(held.1, window) == current;
    if counted && window_start(timestamp, window) == current {
        account.spent = account.spent.saturating_sub(amount);
    }
}

/// A limit is set at `timestamp` by the update `sequence`, nothing of it used; all zero if there is none.
pub(super) fn set(account: &mut RestoreAccount, limit: u64, window: u32, sequence: u64, timestamp: u64) {
    account.spending_limit = limit;
    account.spending_window = window;
    account.spent = 0;
    account.spending_window_start = window_start(timestamp, window).unwrap_or(0);
    account.spending_since = if window == 0 { 0 } else { sequence };
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u32 = 86_400;

    fn at(day: u64, second: u64) -> u64 {
        (day * u64::from(DAY) + second) * NANOSECONDS
    }

    fn limited() -> RestoreAccount {
        let mut account = RestoreAccount::default();
        set(&mut account, 1000, DAY, 5, at(3, 7));
        assert_eq!((account.spent, account.spending_window_start), (0, 3 * u64::from(DAY)));
        account
    }

    #[test]
    fn a_new_window_begins_with_nothing_spent() {
        let mut account = limited();
        spend(&mut account, 300, at(3, 86_399));
        spend(&mut account, 300, at(3, 86_399));
        assert_eq!(account.spent, 600);
        spend(&mut account, 1, at(4, 0));
        assert_eq!((account.spent, account.spending_window_start), (1, 4 * u64::from(DAY)));
    }

    #[test]
    fn a_release_counts_only_in_the_window_of_its_hold() {
        let mut account = limited();
        spend(&mut account, 500, at(3, 10));
        give_back(&mut account, 200, (6, at(3, 10)), at(3, 20));
        assert_eq!(account.spent, 300);
        // The hold was made yesterday.
        give_back(&mut account, 100, (6, at(2, 10)), at(3, 20));
        // It was made before the limit was set.
        give_back(&mut account, 100, (4, at(3, 5)), at(3, 20));
        // It ends tomorrow, when nothing has been spent yet.
        give_back(&mut account, 100, (6, at(3, 10)), at(4, 20));
        assert_eq!((account.spent, account.spending_window_start), (300, 3 * u64::from(DAY)));
        // More than is known to be spent, after the limit was set anew.
        give_back(&mut account, 400, (6, at(3, 10)), at(3, 20));
        assert_eq!(account.spent, 0);
    }

    #[test]
    fn without_a_limit_nothing_is_counted() {
        let mut account = limited();
        set(&mut account, 0, 0, 8, at(3, 8));
        spend(&mut account, 300, at(3, 9));
        give_back(&mut account, 300, (6, at(3, 9)), at(3, 10));
        assert_eq!(account, RestoreAccount::default());
    }
}
