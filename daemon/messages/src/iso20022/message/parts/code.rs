// SPDX-License-Identifier: MIT

//! Codes that are either published or agreed between two parties.

use crate::calendar::Date;
use crate::iso20022::message::{DateTime, Text};

choice! {
    /// A code of an external code set of at most four characters, or a proprietary one.
    #[derive(Eq)]
    pub enum Code {
        /// A published code.
        Code(Text<4>) = "Cd",
        /// A code that two parties agreed on.
        Proprietary(Text<35>) = "Prtry",
    }
}

choice! {
    /// A code of an external code set of at most 35 characters, or a proprietary one: local instruments.
    #[derive(Eq)]
    pub enum LongCode {
        /// A published code.
        Code(Text<35>) = "Cd",
        /// A code that two parties agreed on.
        Proprietary(Text<35>) = "Prtry",
    }
}

choice! {
    /// A day, or a point in time.
    #[derive(Eq)]
    pub enum DateOrDateTime {
        /// A day.
        Date(Date) = "Dt",
        /// A point in time.
        DateTime(DateTime) = "DtTm",
    }
}

impl DateOrDateTime {
    /// The day, as it is written.
    pub fn date(&self) -> Option<Date> {
        match self {
            DateOrDateTime::Date(date) => Some(*date),
            DateOrDateTime::DateTime(time) => time.date(),
        }
    }
}

codes! {
    /// Whether money arrives or leaves, seen from the account.
    pub enum CreditDebit {
        /// Money arrives.
        Credit = "CRDT",
        /// Money leaves.
        Debit = "DBIT",
    }
}
