// SPDX-License-Identifier: MIT

//! The trial balance.

use std::collections::BTreeMap;

use crate::state::{State, balance};

/// The accounts of one currency added up. The two columns are equal, or the books do not balance.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct TrialBalance {
    /// ISO 4217 numeric code.
    pub currency: u32,
    /// How many accounts.
    pub accounts: u64,
    /// Sum of the balances of all accounts that have a debit balance, minor units.
    pub debit_balances: u128,
    /// Sum of the balances of all accounts that have a credit balance, minor units.
    pub credit_balances: u128,
    /// Sum of all debits posted, minor units.
    pub debits_posted: u128,
    /// Sum of all credits posted, minor units.
    pub credits_posted: u128,
    /// Sum of what open holds will debit, minor units.
    pub held: u128,
}

impl TrialBalance {
    /// Whether debits and credits are equal.
    pub fn balances(&self) -> bool {
        self.debit_balances == self.credit_balances && self.debits_posted == self.credits_posted
    }
}

/// The trial balance of each currency, by numeric code. Of a past moment: from the state restored until then.
pub fn trial_balance(state: &State) -> Vec<TrialBalance> {
    let mut currencies = BTreeMap::<u32, TrialBalance>::new();
    for account in state.accounts() {
        let sum = currencies.entry(account.currency).or_default();
        let in_account = balance(&account.counters);
        sum.currency = account.currency;
        sum.accounts += 1;
        if in_account < 0 {
            sum.debit_balances += in_account.unsigned_abs();
        } else {
            sum.credit_balances += in_account.unsigned_abs();
        }
        sum.debits_posted += u128::from(account.counters.debits_posted);
        sum.credits_posted += u128::from(account.counters.credits_posted);
        sum.held += u128::from(account.counters.debits_held);
    }
    currencies.into_values().collect()
}
