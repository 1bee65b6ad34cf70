// SPDX-License-Identifier: MIT

//! Why something about messages cannot be done.

use qenex_messages::iso20022::message::{CurrencyAmountError, ParseError, TextError};
use qenex_messages::translate::TranslateError;
use thiserror::Error;

use crate::bank::BankError;
use crate::beside::BesideError;
use crate::config::ConfigError;
use crate::history::HistoryError;
use crate::store::sqlite::remedy;

/// Why something about messages cannot be done.
#[derive(Debug, Error)]
pub enum PaymentError {
    /// The configuration does not say which bank this is.
    #[error("the configuration has no [payments]: it must say country, bank code and BIC of this bank")]
    NotConfigured,
    /// What came is no message that can be acted on.
    #[error("{0}")]
    NoMessage(String),
    /// The message is not for whoever handed it in to give.
    #[error("{0} is a message between banks: operators hand it in")]
    NotForCustomers(&'static str),
    /// The same key was used for something else.
    #[error("this idempotency key was used for another message")]
    OtherRequest,
    /// There is no such message, or not for this caller.
    #[error("there is no such message")]
    NoSuchMessage,
    /// There is no such mandate.
    #[error("there is no such mandate")]
    NoSuchMandate,
    /// There is such a mandate already, with other content.
    #[error("there is a mandate with this reference of this creditor already")]
    MandateExists,
    /// Nothing of the message is in a state in which this can be done.
    #[error("{0}")]
    State(String),
    /// A value given is none.
    #[error("{0}")]
    Value(String),
    /// The statement would have too many lines.
    #[error("there are more than {0} entries: ask for a shorter period")]
    TooManyEntries(usize),
    /// The ledger or its books do not answer.
    #[error(transparent)]
    Bank(#[from] BankError),
    /// The past cannot be told.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// An account that the configuration names, or one of the bank's own, is not to be had.
    #[error("the account for {purpose} in {currency} cannot be used: {why}")]
    OwnAccount {
        /// Settlement or clearing.
        purpose: &'static str,
        /// Its currency.
        currency: String,
        /// Why.
        why: String,
    },
    /// The database says no.
    #[error("the database of messages cannot go on ({0}): {remedy}", remedy = remedy(.0, super::DATABASE.file))]
    Sqlite(#[from] rusqlite::Error),
    /// The database cannot be opened.
    #[error(transparent)]
    Database(#[from] BesideError),
    /// What is stored cannot be read.
    #[error("what is stored of message {0} cannot be read: {1}")]
    Stored(u64, String),
    /// An answer cannot be made.
    #[error("an answer cannot be made: {0}")]
    Answer(String),
    /// A test has ended the work here, as a crash would.
    #[error("interrupted")]
    Interrupted,
}

impl From<TranslateError> for PaymentError {
    fn from(error: TranslateError) -> Self {
        PaymentError::Answer(error.to_string())
    }
}

impl From<TextError> for PaymentError {
    fn from(error: TextError) -> Self {
        PaymentError::Answer(error.to_string())
    }
}

impl From<CurrencyAmountError> for PaymentError {
    fn from(error: CurrencyAmountError) -> Self {
        PaymentError::Answer(error.to_string())
    }
}

impl From<ParseError> for PaymentError {
    fn from(error: ParseError) -> Self {
        PaymentError::NoMessage(error.to_string())
    }
}
