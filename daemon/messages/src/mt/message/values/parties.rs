// SPDX-License-Identifier: MIT

//! Customers, banks and accounts.

use serde::{Deserialize, Serialize};

use crate::identifiers::Bic;
use crate::mt::field::{Field, account_and_lines};
use crate::mt::message::member::Value;

/// A customer (fields 50a and 59a).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Customer {
    /// Option A: by its business identifier code.
    Bic {
        /// Its account.
        account: Option<String>,
        /// Its code.
        bic: Bic,
    },
    /// Option F: name and address by numbered lines.
    Numbered {
        /// Its account.
        account: Option<String>,
        /// Instead of an account, code, country and identifier such as `CCPT/DE/C01X00T47`; only in 50F.
        identifier: Option<String>,
        /// The lines.
        lines: Vec<DetailLine>,
    },
    /// Option K, in 59 no option: name and address as lines.
    Lines {
        /// Its account.
        account: Option<String>,
        /// The lines, the first of them the name.
        lines: Vec<String>,
    },
}

/// A line with what it is about.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct DetailLine {
    /// 1 name, 2 address, 3 country and town, 4 date of birth, 5 place of birth, 6 customer number, 7 national number,
    /// 8 more of an identifier.
    pub number: u8,
    /// At most 33 characters.
    pub details: String,
}

/// The first line of a bank: which account, or which member of a clearing system.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct PartyLine {
    /// `C` or `D`: the account is to be credited or debited.
    pub indicator: Option<char>,
    /// The account; after another slash a code of a clearing system, such as `/BL37040044`.
    pub account: String,
}

/// A bank (fields 51a to 58a).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Institution {
    /// Option A: by its business identifier code.
    Bic {
        /// Its first line.
        party: Option<PartyLine>,
        /// Its code.
        bic: Bic,
    },
    /// Option B: an account of the sender's or receiver's, or a branch.
    Account {
        /// Its first line.
        party: Option<PartyLine>,
        /// The branch; it or the first line is there.
        location: Option<String>,
    },
    /// Option C: by an account or a code of a clearing system alone.
    Code {
        /// The account or code.
        account: String,
    },
    /// Option D: name and address.
    Named {
        /// Its first line.
        party: Option<PartyLine>,
        /// Name and address.
        lines: Vec<String>,
    },
}

/// The account that a message is about (field 25a).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct AccountIdentification {
    /// The account.
    pub account: String,
    /// The code of its owner (option P).
    pub owner: Option<Bic>,
}

impl Customer {
    /// The account.
    pub fn account(&self) -> Option<&str> {
        match self {
            Customer::Bic { account, .. } | Customer::Numbered { account, .. } | Customer::Lines { account, .. } => {
                account.as_deref()
            }
        }
    }
}

impl Value for Customer {
    fn read(field: &Field) -> Option<Customer> {
        let account = field.part("account").map(str::to_string);
        Some(match field.option() {
            "A" => Customer::Bic { account, bic: field.part("bic")?.parse().ok()? },
            "F" => {
                let party = field.part("party");
                let of_party = party.and_then(|party| party.strip_prefix('/')).map(str::to_string);
                let identifier = party.filter(|_| of_party.is_none()).map(str::to_string);
                let numbers = field.parts("number").into_iter().zip(field.parts("details"));
                let line =
                    |(number, details): (String, String)| Some(DetailLine { number: number.parse().ok()?, details });
                let lines = numbers.map(line).collect::<Option<Vec<_>>>()?;
                Customer::Numbered { account: account.or(of_party), identifier, lines }
            }
            _ => Customer::Lines { account, lines: field.parts("line") },
        })
    }

    fn content(&self) -> String {
        match self {
            Customer::Bic { account, bic } => account_and_lines(account.as_deref(), &[bic.to_string()]),
            Customer::Numbered { account, identifier, lines } => {
                let numbered = lines.iter().map(|line| format!("{}/{}", line.number, line.details));
                let lines: Vec<String> = identifier.iter().cloned().chain(numbered).collect();
                account_and_lines(account.as_deref(), &lines)
            }
            Customer::Lines { account, lines } => account_and_lines(account.as_deref(), lines),
        }
    }

    fn option(&self, number: &str) -> &'static str {
        match self {
            Customer::Bic { .. } => "A",
            Customer::Numbered { .. } => "F",
            Customer::Lines { .. } if number == "50" => "K",
            Customer::Lines { .. } => "",
        }
    }
}

impl PartyLine {
    /// The line of an account.
    pub fn from_account(account: impl Into<String>) -> PartyLine {
        PartyLine { indicator: None, account: account.into() }
    }

    fn read(field: &Field) -> Option<PartyLine> {
        let indicator = field.part("indicator").and_then(|indicator| indicator.chars().next());
        Some(PartyLine { indicator, account: field.part("account")?.to_string() })
    }

    fn text(&self) -> String {
        match self.indicator {
            Some(indicator) => format!("{indicator}/{}", self.account),
            None => self.account.clone(),
        }
    }
}

impl Value for Institution {
    fn read(field: &Field) -> Option<Institution> {
        let party = PartyLine::read(field);
        Some(match field.option() {
            "A" => Institution::Bic { party, bic: field.part("bic")?.parse().ok()? },
            "B" => Institution::Account { party, location: field.part("line").map(str::to_string) },
            "C" => Institution::Code { account: field.part("account")?.to_string() },
            _ => Institution::Named { party, lines: field.parts("line") },
        })
    }

    fn content(&self) -> String {
        let with = |party: &Option<PartyLine>, lines: &[String]| {
            account_and_lines(party.as_ref().map(PartyLine::text).as_deref(), lines)
        };
        match self {
            Institution::Bic { party, bic } => with(party, &[bic.to_string()]),
            Institution::Account { party, location } => with(party, location.as_slice()),
            Institution::Code { account } => format!("/{account}"),
            Institution::Named { party, lines } => with(party, lines),
        }
    }

    fn option(&self, _number: &str) -> &'static str {
        match self {
            Institution::Bic { .. } => "A",
            Institution::Account { .. } => "B",
            Institution::Code { .. } => "C",
            Institution::Named { .. } => "D",
        }
    }
}

impl Value for AccountIdentification {
    fn read(field: &Field) -> Option<AccountIdentification> {
        let owner = field.part("bic").map(str::parse).transpose().ok()?;
        Some(AccountIdentification { account: field.part("account")?.to_string(), owner })
    }

    fn content(&self) -> String {
        match &self.owner {
            Some(owner) => format!("{}\n{owner}", self.account),
            None => self.account.clone(),
        }
    }

    fn option(&self, _number: &str) -> &'static str {
        if self.owner.is_some() { "P" } else { "" }
    }
}
