// SPDX-License-Identifier: MIT

//! What the features are made of: the part of a journal entry that says who paid whom, and what the channel knows beside.

use std::fmt::{self, Display};

use qenex_abi::Currency;
use serde::{Deserialize, Serialize};

use super::FeatureError;

/// The most minor units that a payment is believed to move.
pub const MOST_AMOUNT: u64 = 1_000_000_000_000_000;

/// How a payment was asked for.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Straight from a program to the kernel, or not told.
    #[default]
    Unknown,
    /// At a counter.
    Branch,
    /// By web banking.
    Online,
    /// By the app of a telephone.
    Mobile,
    /// With a card, also in an online store.
    Card,
    /// By a customer's program.
    Api,
    /// By a file of payments or a standing order.
    Batch,
}

impl Channel {
    /// All of them.
    pub const ALL: [Channel; 7] = [
        Channel::Unknown,
        Channel::Branch,
        Channel::Online,
        Channel::Mobile,
        Channel::Card,
        Channel::Api,
        Channel::Batch,
    ];
}

/// Two letters of ISO 3166.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 2]);

impl TryFrom<String> for Country {
    type Error = String;

    fn try_from(text: String) -> Result<Country, String> {
        match text.as_bytes() {
            [a @ b'A'..=b'Z', b @ b'A'..=b'Z'] => Ok(Country([*a, *b])),
            _ => Err(format!("a country is two capital letters, not {text:?}")),
        }
    }
}

impl From<Country> for String {
    fn from(country: Country) -> String {
        country.0.iter().map(|letter| char::from(*letter)).collect()
    }
}

impl Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from(*self))
    }
}

/// What the channel knows about a payment and the ledger does not. Whoever keeps it beside the journal gets the same
/// features when they are rebuilt.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Context {
    /// How it was asked for.
    pub channel: Channel,
    /// Where from.
    pub country: Option<Country>,
    /// Which device; a hash of whatever identifies it.
    pub device: Option<u64>,
}

/// A payment, made or to be made.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payment {
    /// Nanoseconds since 1970-01-01 UTC.
    pub time: u64,
    /// Account debited.
    pub from: u64,
    /// Account credited.
    pub to: u64,
    /// Minor units.
    pub amount: u64,
    /// ISO 4217 numeric code.
    pub currency: u32,
    /// What `from` had available before, in minor units, if that is known.
    #[serde(default)]
    pub available: Option<i64>,
    /// What the channel knows.
    #[serde(default)]
    pub context: Context,
}

impl Payment {
    /// Reads a payment from JSON.
    ///
    /// # Errors
    ///
    /// [`FeatureError::Malformed`] names the field that is missing, unknown or wrong; otherwise as [`Payment::check`].
    pub fn from_json(text: &str) -> Result<Payment, FeatureError> {
        let payment: Payment =
            serde_json::from_str(text).map_err(|error| FeatureError::Malformed(error.to_string()))?;
        payment.check().map(|_| payment)
    }

    /// Whether the payment can be one at all; its currency.
    ///
    /// # Errors
    ///
    /// [`FeatureError::NoAmount`], [`FeatureError::AbsurdAmount`], [`FeatureError::UnknownCurrency`],
    /// [`FeatureError::PaysItself`].
    pub fn check(&self) -> Result<&'static Currency, FeatureError> {
        if self.amount == 0 {
            return Err(FeatureError::NoAmount);
        }
        if self.amount > MOST_AMOUNT {
            return Err(FeatureError::AbsurdAmount { amount: self.amount, most: MOST_AMOUNT });
        }
        if self.from == self.to {
            return Err(FeatureError::PaysItself(self.from));
        }
        Currency::from_numeric(self.currency).ok_or(FeatureError::UnknownCurrency(self.currency))
    }
}

/// What happened in the ledger, as far as features are concerned.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// An account was opened.
    Opened {
        /// Nanoseconds since 1970-01-01 UTC.
        time: u64,
        /// Its number.
        account: u64,
    },
    /// Money moved: a posting, or the posting of a hold.
    Paid(Payment),
    /// Money of an earlier payment moved back.
    Reversed {
        /// Nanoseconds since 1970-01-01 UTC.
        time: u64,
        /// Who had paid, and now has the money back.
        from: u64,
        /// Who had been paid.
        to: u64,
    },
}

impl Event {
    /// When it happened.
    pub fn time(&self) -> u64 {
        match self {
            Event::Opened { time, .. } | Event::Reversed { time, .. } => *time,
            Event::Paid(payment) => payment.time,
        }
    }
}
