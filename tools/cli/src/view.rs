// SPDX-License-Identifier: MIT

//! Accounts and postings as the JSON documents show them.
//!
//! Every amount comes twice: as a decimal string, for people and decimal arithmetic, and as `…_minor`, the ledger's
//! own integer. Every time comes as RFC 3339 and as `…_ns`, nanoseconds since 1970-01-01 UTC.

use qenex_abi::{Account, QENEX_ACCOUNT_UNLIMITED, ResultCode, TransferRequest};
use serde::Serialize;

use crate::names::{self, Users};

/// One account, or why it is not shown.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum AccountView {
    /// The account.
    Shown(Box<AccountFacts>),
    /// Why not.
    Refused {
        /// The number asked for.
        account_number: u64,
        /// Name of the result code.
        result: String,
        /// What it means.
        meaning: &'static str,
    },
}

/// All about one account.
#[derive(Debug, Serialize)]
pub(crate) struct AccountFacts {
    pub(crate) account_number: u64,
    pub(crate) result: String,
    #[serde(rename = "type")]
    pub(crate) account_type: &'static str,
    pub(crate) currency: String,
    pub(crate) currency_numeric: u32,
    pub(crate) balance: String,
    pub(crate) balance_minor: i64,
    pub(crate) available: String,
    pub(crate) available_minor: i64,
    pub(crate) debits_posted: String,
    pub(crate) debits_posted_minor: u64,
    pub(crate) credits_posted: String,
    pub(crate) credits_posted_minor: u64,
    pub(crate) debits_held: String,
    pub(crate) debits_held_minor: u64,
    pub(crate) credits_held: String,
    pub(crate) credits_held_minor: u64,
    pub(crate) overdraft_limit: String,
    pub(crate) overdraft_limit_minor: u64,
    /// Debits are never checked against what is available.
    pub(crate) unlimited: bool,
    pub(crate) state: &'static str,
    pub(crate) owner: u32,
    pub(crate) owner_name: Option<String>,
    /// Of the last change.
    pub(crate) sequence: u64,
    pub(crate) opened: String,
    pub(crate) opened_ns: u64,
    pub(crate) reference: Option<String>,
    pub(crate) code: u32,
}

impl AccountView {
    /// The view of `account`.
    pub(crate) fn new(account: &Account, users: &mut Users) -> AccountView {
        if account.result != ResultCode::Ok as u32 {
            return AccountView::Refused {
                account_number: account.account_number,
                result: names::result(account.result),
                meaning: ResultCode::from_u32(account.result).map_or("", ResultCode::meaning),
            };
        }
        AccountView::Shown(Box::new(AccountFacts::new(account, users)))
    }
}

impl AccountFacts {
    fn new(account: &Account, users: &mut Users) -> AccountFacts {
        let amount = |minor| names::amount(minor, account.currency);
        let balance = |minor| names::balance(minor, account.currency);
        AccountFacts {
            account_number: account.account_number,
            result: names::result(account.result),
            account_type: names::account_type(account.account_type),
            currency: names::currency(account.currency),
            currency_numeric: account.currency,
            balance: balance(account.balance),
            balance_minor: account.balance,
            available: balance(account.available),
            available_minor: account.available,
            debits_posted: amount(account.debits_posted),
            debits_posted_minor: account.debits_posted,
            credits_posted: amount(account.credits_posted),
            credits_posted_minor: account.credits_posted,
            debits_held: amount(account.debits_held),
            debits_held_minor: account.debits_held,
            credits_held: amount(account.credits_held),
            credits_held_minor: account.credits_held,
            overdraft_limit: amount(account.overdraft_limit),
            overdraft_limit_minor: account.overdraft_limit,
            unlimited: account.flags & QENEX_ACCOUNT_UNLIMITED != 0,
            state: names::account_state(account.flags),
            owner: account.owner,
            owner_name: users.name(account.owner),
            sequence: account.sequence,
            opened: names::time(account.opened),
            opened_ns: account.opened,
            reference: (!account.reference.is_none()).then(|| names::id(account.reference)),
            code: account.code,
        }
    }

    /// What can be debited now, for people.
    pub(crate) fn available_text(&self) -> String {
        if self.unlimited { "unlimited".to_string() } else { self.available.clone() }
    }

    /// The owner's name, or uid if there is none.
    pub(crate) fn owner_text(&self) -> String {
        self.owner_name.clone().unwrap_or_else(|| self.owner.to_string())
    }
}

/// One posting.
#[derive(Debug, Serialize)]
pub(crate) struct TransferView {
    pub(crate) result: String,
    pub(crate) id: String,
    pub(crate) from_account: u64,
    pub(crate) to_account: u64,
    pub(crate) currency: String,
    pub(crate) currency_numeric: u32,
    /// What was asked for.
    pub(crate) amount: String,
    pub(crate) amount_minor: u64,
    /// What really moved.
    pub(crate) moved: String,
    pub(crate) moved_minor: u64,
    pub(crate) sequence: u64,
    pub(crate) timestamp: String,
    pub(crate) timestamp_ns: u64,
}

impl TransferView {
    /// The view of an answered `request`.
    pub(crate) fn new(request: &TransferRequest) -> TransferView {
        TransferView {
            result: names::result(request.result),
            id: names::id(request.id),
            from_account: request.from_account,
            to_account: request.to_account,
            currency: names::currency(request.currency),
            currency_numeric: request.currency,
            amount: names::amount(request.amount, request.currency),
            amount_minor: request.amount,
            moved: names::amount(request.moved, request.currency),
            moved_minor: request.moved,
            sequence: request.sequence,
            timestamp: names::time(request.timestamp),
            timestamp_ns: request.timestamp,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_come_twice() {
        let account = Account {
            account_number: 195,
            balance: -5_000,
            available: 0,
            debits_posted: 5_000,
            overdraft_limit: 5_000,
            currency: 840,
            ..Account::default()
        };
        let document = serde_json::to_value(AccountView::new(&account, &mut Users::default())).expect("valid");
        assert_eq!(document["balance"], "-50.00");
        assert_eq!(document["balance_minor"], -5_000);
        assert_eq!(document["overdraft_limit"], "50.00");
        assert_eq!(document["type"], "checking");
        assert_eq!(document["owner_name"], "root");
        assert!(document["reference"].is_null());
    }

    #[test]
    fn refused_accounts_say_why() {
        let account =
            Account { account_number: 7, result: ResultCode::AccountNumberInvalid as u32, ..Account::default() };
        let document = serde_json::to_value(AccountView::new(&account, &mut Users::default())).expect("valid");
        assert_eq!(document["account_number"], 7);
        assert_eq!(document["result"], "account_number_invalid");
        assert!(document.get("balance").is_none());
    }
}
