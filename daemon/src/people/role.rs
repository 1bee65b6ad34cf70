// SPDX-License-Identifier: MIT

//! Roles, rights, and the one table that says who may do what.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What somebody is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Looks after users, and may do all that operators may.
    Admin,
    /// Runs the bank: accounts, limits, transfers for anybody.
    Operator,
    /// Sees everything and changes nothing.
    Auditor,
    /// Has accounts.
    Customer,
}

impl Role {
    /// Every role, in the order of the table's columns.
    pub const ALL: [Role; 4] = [Role::Admin, Role::Operator, Role::Auditor, Role::Customer];

    /// The name in the database and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Role::Admin => "admin",
            Role::Operator => "operator",
            Role::Auditor => "auditor",
            Role::Customer => "customer",
        }
    }

    /// The role with this name.
    pub fn from_name(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }
}

impl std::str::FromStr for Role {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Role::from_name(name).ok_or_else(|| format!("{name} is no role: admin, operator, auditor or customer"))
    }
}

/// What there is to be done.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Right {
    /// See accounts, balances, statements, transfers, holds, events.
    SeeAccounts,
    /// Open an account; on their own, people open only checking and savings accounts without money or overdraft.
    OpenAccount,
    /// Freeze, limit, close, or give an account to somebody else.
    ChangeAccount,
    /// Debit an account: transfers and holds, batches and chains of them.
    Debit,
    /// Reverse a posting.
    Reverse,
    /// See the trial balance.
    SeeTrialBalance,
    /// See the head of the audit chain.
    SeeAuditHead,
    /// See users and the log of decisions.
    SeeDecisions,
    /// Add and change users, end their sessions.
    ManageUsers,
    /// Let a user who is locked out try again.
    Unlock,
    /// See what waits for a second person.
    SeeApprovals,
    /// Be that second person, for what they could ask for themselves.
    Approve,
    /// See messages and what became of them.
    SeeMessages,
    /// Hand in customers' messages: payments from their own accounts, collections into them.
    SendMessages,
    /// Hand in messages of other banks, decide about recalls, ask payments back, register mandates.
    ExchangeMessages,
    /// See mandates of direct debits.
    SeeMandates,
    /// See payments that are held for review.
    SeeReviews,
    /// Decide about them, and about alerts.
    DecideReviews,
    /// Say what a payment was, fraud or honest; customers claim it of their own.
    LabelPayments,
    /// Ask what a payment would be judged, see scores, models, rules, and how good they are.
    SeeRisk,
    /// Put rules into force, train models, promote them and take them back, take back what a source has said.
    ManageRisk,
}

/// How far a right reaches.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reach {
    /// Not at all.
    No,
    /// To their own accounts.
    Own,
    /// To everything.
    All,
}

use Reach::{All, No, Own};

/// Who may do what. The columns are those of [`Role::ALL`].
const TABLE: [(Right, [Reach; 4]); 21] = [
    //                         admin operator auditor customer
    (Right::SeeAccounts, [All, All, All, Own]),
    (Right::OpenAccount, [All, All, No, Own]),
    (Right::ChangeAccount, [All, All, No, No]),
    (Right::Debit, [All, All, No, Own]),
    (Right::Reverse, [All, All, No, No]),
    (Right::SeeTrialBalance, [All, All, All, No]),
    (Right::SeeAuditHead, [All, All, All, No]),
    (Right::SeeDecisions, [All, No, All, No]),
    (Right::ManageUsers, [All, No, No, No]),
    (Right::Unlock, [All, No, No, No]),
    (Right::SeeApprovals, [All, All, All, No]),
    (Right::Approve, [All, All, No, No]),
    (Right::SeeMessages, [All, All, All, Own]),
    (Right::SendMessages, [All, All, No, Own]),
    (Right::ExchangeMessages, [All, All, No, No]),
    (Right::SeeMandates, [All, All, All, No]),
    (Right::SeeReviews, [All, All, All, Own]),
    (Right::DecideReviews, [All, All, No, No]),
    (Right::LabelPayments, [All, All, No, Own]),
    (Right::SeeRisk, [All, All, All, No]),
    (Right::ManageRisk, [All, No, No, No]),
];

/// How far `right` reaches for `role`.
pub fn reach(role: Role, right: Right) -> Reach {
    let row = TABLE.iter().find(|(of, _)| *of == right).map(|(_, row)| row);
    row.and_then(|row| row.get(role as usize)).copied().unwrap_or(No)
}

impl Right {
    /// Every right, in the order of the table.
    pub const ALL: [Right; 21] = {
        let mut all = [Right::SeeAccounts; 21];
        let mut at = 0;
        while at < all.len() {
            all[at] = TABLE[at].0;
            at += 1;
        }
        all
    };

    /// The name in the log of decisions.
    pub fn name(self) -> &'static str {
        match self {
            Right::SeeAccounts => "see_accounts",
            Right::OpenAccount => "open_account",
            Right::ChangeAccount => "change_account",
            Right::Debit => "debit",
            Right::Reverse => "reverse",
            Right::SeeTrialBalance => "see_trial_balance",
            Right::SeeAuditHead => "see_audit_head",
            Right::SeeDecisions => "see_decisions",
            Right::ManageUsers => "manage_users",
            Right::Unlock => "unlock",
            Right::SeeApprovals => "see_approvals",
            Right::Approve => "approve",
            Right::SeeMessages => "see_messages",
            Right::SendMessages => "send_messages",
            Right::ExchangeMessages => "exchange_messages",
            Right::SeeMandates => "see_mandates",
            Right::SeeReviews => "see_reviews",
            Right::DecideReviews => "decide_reviews",
            Right::LabelPayments => "label_payments",
            Right::SeeRisk => "see_risk",
            Right::ManageRisk => "manage_risk",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_right_has_one_row() {
        for right in Right::ALL {
            assert_eq!(TABLE.iter().filter(|(of, _)| *of == right).count(), 1, "{right:?}");
        }
    }

    #[test]
    fn roles_are_in_the_order_of_the_columns() {
        for (place, role) in Role::ALL.into_iter().enumerate() {
            assert_eq!(role as usize, place);
            assert_eq!(Role::from_name(role.name()), Some(role));
        }
    }

    #[test]
    fn auditors_change_nothing_and_customers_reach_only_their_own() {
        for right in [Right::OpenAccount, Right::ChangeAccount, Right::Debit, Right::Reverse, Right::ManageUsers] {
            assert_eq!(reach(Role::Auditor, right), No);
        }
        for right in Right::ALL {
            assert_ne!(reach(Role::Customer, right), All, "{right:?}");
        }
    }
}
