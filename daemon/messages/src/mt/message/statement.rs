// SPDX-License-Identifier: MIT

//! Statements of customers and banks.

use serde::{Deserialize, Serialize};

use super::io::message;
use super::member::{Member, read};
use super::{AccountIdentification, Balance, Header, Lines, MtReadError, StatementLine, StatementNumber};
use crate::mt::field::Field;

/// A line with what is said about it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Entry {
    /// The line.
    pub line: StatementLine,
    /// For the account's owner.
    pub information: Option<Lines>,
}

fields! {
    /// MT940, Customer Statement Message.
    pub struct Mt940 {
        [apart] {
            /// Who sends it to whom.
            header: Header,
        }
        /// Sender's reference, at most 16 characters.
        reference: String = "20",
        /// The reference of a request for it.
        related: Option<String> = "21",
        /// The account.
        account: AccountIdentification = "25a",
        /// Which statement.
        number: StatementNumber = "28C",
        /// The balance before.
        opening: Balance = "60a",
        /// What changed it.
        #[serde(default)]
        entries: Vec<Entry> = "61",
        /// The balance after.
        closing: Balance = "62a",
        /// What of it is available.
        available: Option<Balance> = "64",
        /// What will be available later.
        #[serde(default)]
        forward: Vec<Balance> = "65",
        /// For the account's owner.
        information: Option<Lines> = "B.86",
    }
}

fields! {
    /// MT950, Statement Message between banks.
    pub struct Mt950 {
        [apart] {
            /// Who sends it to whom.
            header: Header,
        }
        /// Sender's reference, at most 16 characters.
        reference: String = "20",
        /// The account.
        account: AccountIdentification = "25a",
        /// Which statement.
        number: StatementNumber = "28C",
        /// The balance before.
        opening: Balance = "60a",
        /// What changed it.
        #[serde(default)]
        lines: Vec<StatementLine> = "61",
        /// The balance after.
        closing: Balance = "62a",
        /// What of it is available.
        available: Option<Balance> = "64",
    }
}

impl Member for Vec<Entry> {
    fn read(fields: &[Field], _key: &'static str) -> Result<Vec<Entry>, MtReadError> {
        let mut entries: Vec<Entry> = Vec::new();
        for field in fields {
            match (field.key, entries.last_mut()) {
                ("61", _) => entries.push(Entry { line: read(field)?, information: None }),
                ("86", Some(last)) => last.information = Some(read(field)?),
                _ => {}
            }
        }
        Ok(entries)
    }

    fn write(&self, _key: &'static str, out: &mut Vec<(String, String)>) {
        for entry in self {
            entry.line.write("61", out);
            entry.information.write("86", out);
        }
    }
}

message!(Mt940, Mt940);
message!(Mt950, Mt950);
