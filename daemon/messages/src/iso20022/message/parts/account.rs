// SPDX-License-Identifier: MIT

//! Accounts.

use super::Code;
use crate::identifiers::Iban;
use crate::iso20022::message::{Letters, Text};

element! {
    /// `CashAccount38`: an account.
    pub struct Account {
        /// Its number.
        id: AccountId = "Id",
        /// Its kind.
        kind: Option<Code> = "Tp",
        /// Its currency, ISO 4217.
        currency: Option<Letters<3>> = "Ccy",
        /// Its name.
        name: Option<Text<70>> = "Nm",
    }
}

choice! {
    /// The number of an account.
    pub enum AccountId {
        /// International bank account number.
        Iban(Iban) = "IBAN",
        /// Another number.
        Other(OtherAccountId) = "Othr",
    }
}

element! {
    /// An account number that is no IBAN.
    pub struct OtherAccountId {
        /// The number.
        id: Text<34> = "Id",
        /// The scheme.
        scheme: Option<Code> = "SchmeNm",
        /// Who gave it.
        issuer: Option<Text<35>> = "Issr",
    }
}

impl Account {
    /// The account with an IBAN.
    pub fn from_iban(iban: Iban) -> Account {
        Account { id: AccountId::Iban(iban), kind: None, currency: None, name: None }
    }

    /// The IBAN, if it has one.
    pub fn iban(&self) -> Option<&Iban> {
        match &self.id {
            AccountId::Iban(iban) => Some(iban),
            AccountId::Other(_) => None,
        }
    }
}
