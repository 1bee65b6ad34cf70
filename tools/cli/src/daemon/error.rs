// SPDX-License-Identifier: MIT

//! Why the daemon has not done what it was asked for.

use std::io;
use std::path::PathBuf;

use qenex_client::ApiError;

/// Why the daemon has not done what it was asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DaemonError {
    /// Nobody is logged in.
    #[error("you are not logged in")]
    NotLoggedIn,
    /// The connection broke before the answer was complete: what was asked for may have been done.
    #[error("{0}; send the same again with the same --id")]
    NoAnswer(ApiError),
    /// Everything else that the client says.
    #[error(transparent)]
    Api(ApiError),
    /// The saved login.
    #[error("{path}: {source}")]
    Session {
        /// Its file.
        path: PathBuf,
        /// What is wrong with it.
        source: io::Error,
    },
    /// No password.
    #[error("no password: {0}")]
    Password(io::Error),
    /// The terminal cannot be drawn on.
    #[error("the terminal: {0}")]
    Terminal(io::Error),
}

impl From<ApiError> for DaemonError {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::NoAnswer(_) => DaemonError::NoAnswer(error),
            error => DaemonError::Api(error),
        }
    }
}

impl DaemonError {
    /// An answer that is not what the API promises.
    pub(super) fn answer(what: impl Into<String>) -> Self {
        DaemonError::Api(ApiError::Answer(what.into()))
    }

    /// Exit status: 1 refused, 3 trouble.
    pub(crate) fn status(&self) -> u8 {
        match self {
            DaemonError::NotLoggedIn | DaemonError::Api(ApiError::Problem(_)) => 1,
            _ => 3,
        }
    }

    /// What the user can do about it.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            DaemonError::NotLoggedIn => Some("log in: qenex login NAME"),
            DaemonError::Api(ApiError::Connect { source, .. }) => match source.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => {
                    Some("is qenexd running? Name its socket with --socket")
                }
                io::ErrorKind::PermissionDenied => Some("only root and members of the socket's group may use it"),
                _ => None,
            },
            DaemonError::Api(ApiError::Problem(problem)) if problem["status"] == 401 => {
                Some("log in again: qenex login NAME")
            }
            _ => None,
        }
    }
}
