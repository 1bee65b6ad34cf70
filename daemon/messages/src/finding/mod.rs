// SPDX-License-Identifier: MIT

//! What is wrong with a message, where, by which rule, and what would be right.

mod findings;
mod position;

pub use findings::Findings;
pub use position::Position;

use std::borrow::Cow;
use std::fmt;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth a look. The message is valid all the same.
    Warning,
    /// The message breaks a rule of the profile that it was judged by.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Severity::Warning => "warning",
            Severity::Error => "error",
        })
    }
}

/// One thing that is wrong with a message.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// Stable identifier of the kind of finding, such as `schema-element-unknown`.
    pub code: &'static str,
    /// Where: an XPath with the indexes of elements that may repeat, such as
    /// `/Document/CstmrCdtTrfInitn/PmtInf[1]/CdtTrfTxInf[17]/Amt/InstdAmt`.
    pub path: String,
    /// Where in the text.
    #[serde(flatten)]
    pub at: Position,
    /// The rule that is broken: the clause of a standard or rulebook, or the type of a schema.
    pub rule: Cow<'static, str>,
    /// What is wrong, and what would be right.
    pub text: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding { severity, code, path, at, rule, text } = self;
        write!(f, "{at}: {severity}: {code}: {path}: {rule}: {text}")
    }
}
