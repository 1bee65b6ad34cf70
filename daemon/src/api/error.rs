// SPDX-License-Identifier: MIT

//! Why the API cannot be served.

use std::path::PathBuf;

use thiserror::Error;

use crate::bank::BankError;
use crate::config::ConfigError;
use crate::payments::PaymentError;
use crate::people::PeopleError;
use crate::risk::RiskError;

/// Why the API cannot be served.
#[derive(Debug, Error)]
pub enum ApiError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The database of people.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// The database of messages.
    #[error(transparent)]
    Payments(Box<PaymentError>),
    /// What is known of risk.
    #[error(transparent)]
    Risk(Box<RiskError>),
    /// The ledger.
    #[error(transparent)]
    Bank(#[from] BankError),
    /// The Unix socket.
    #[error("{path}: {source}")]
    Socket {
        /// Its path.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another daemon serves there.
    #[error("{0}: another daemon serves there")]
    SocketInUse(PathBuf),
    /// The loopback address.
    #[error("{address}: {source}")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The system gives no thread.
    #[error("no thread: {0}")]
    Thread(std::io::Error),
}

impl From<PaymentError> for ApiError {
    fn from(error: PaymentError) -> Self {
        ApiError::Payments(Box::new(error))
    }
}

impl From<RiskError> for ApiError {
    fn from(error: RiskError) -> Self {
        ApiError::Risk(Box::new(error))
    }
}
