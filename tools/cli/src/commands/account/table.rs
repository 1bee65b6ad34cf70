// SPDX-License-Identifier: MIT

//! The table of accounts.

use crate::output::{Align, Table};
use crate::view::AccountFacts;

const COLUMNS: usize = 9;

/// One line for each account.
pub(super) type AccountTable = Table<COLUMNS>;

/// An empty table.
pub(super) fn new() -> AccountTable {
    Table::new([
        ("ACCOUNT", Align::Right),
        ("TYPE", Align::Left),
        ("BALANCE", Align::Right),
        ("AVAILABLE", Align::Right),
        ("HELD", Align::Right),
        ("OVERDRAFT", Align::Right),
        ("CURRENCY", Align::Left),
        ("OWNER", Align::Left),
        ("STATE", Align::Left),
    ])
}

/// The line of an account.
pub(super) fn row(facts: &AccountFacts) -> [String; COLUMNS] {
    [
        facts.account_number.to_string(),
        facts.account_type.to_string(),
        facts.balance.clone(),
        facts.available_text(),
        facts.debits_held.clone(),
        facts.overdraft_limit.clone(),
        facts.currency.clone(),
        facts.owner_text(),
        facts.state.to_string(),
    ]
}
