// SPDX-License-Identifier: MIT

//! What can be wrong with an event.

use thiserror::Error;

/// Why a payment or an event cannot be looked at.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
pub enum FeatureError {
    /// No such account was ever opened.
    #[error("account {0} is unknown")]
    UnknownAccount(u64),
    /// An amount of zero moves nothing.
    #[error("the amount is zero")]
    NoAmount,
    /// No such amount is paid anywhere.
    #[error("an amount of {amount} minor units is absurd: more than {most}")]
    AbsurdAmount {
        /// As given.
        amount: u64,
        /// The most that is believed.
        most: u64,
    },
    /// The currency is not in ISO 4217.
    #[error("there is no currency with the numeric code {0}")]
    UnknownCurrency(u32),
    /// From an account to itself.
    #[error("account {0} pays itself")]
    PaysItself(u64),
    /// A field is missing or is not what it must be.
    #[error("the payment cannot be read: {0}")]
    Malformed(String),
}
