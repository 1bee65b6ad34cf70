// SPDX-License-Identifier: MIT

//! Why the daemon has not done what it was asked for.

use std::io;
use std::path::PathBuf;

use serde_json::Value;

/// Why the daemon has not done what it was asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DaemonError {
    /// Nobody is logged in.
    #[error("you are not logged in")]
    NotLoggedIn,
    /// The daemon cannot be reached.
    #[error("{socket}: {source}")]
    Connect {
        /// The daemon's socket.
        socket: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The connection broke before the answer was complete: what was asked for may have been done.
    #[error("no answer came from the daemon ({0}); send the same again with the same --id")]
    NoAnswer(String),
    /// The answer is not what the API promises.
    #[error("the answer makes no sense: {0}")]
    Answer(String),
    /// The daemon says no.
    #[error("{}", told(.0))]
    Problem(Value),
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

impl DaemonError {
    /// Exit status: 1 refused, 3 trouble.
    pub(crate) fn status(&self) -> u8 {
        match self {
            DaemonError::NotLoggedIn | DaemonError::Problem(_) => 1,
            _ => 3,
        }
    }

    /// What the user can do about it.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            DaemonError::NotLoggedIn => Some("log in: qenex login NAME"),
            DaemonError::Connect { source, .. } => match source.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => {
                    Some("is qenexd running? Name its socket with --socket")
                }
                io::ErrorKind::PermissionDenied => Some("only root and members of the socket's group may use it"),
                _ => None,
            },
            DaemonError::Problem(problem) if problem["status"] == 401 => Some("log in again: qenex login NAME"),
            _ => None,
        }
    }
}

/// A problem in a line: its kind, what it means here, and where in the request.
fn told(problem: &Value) -> String {
    let kind = problem["type"].as_str().unwrap_or("about:blank").rsplit('/').next().unwrap_or_default();
    let detail = problem["detail"].as_str().or(problem["title"].as_str()).unwrap_or_default();
    match problem["at"].as_str() {
        Some(at) => format!("{kind}: {detail} (at {at})"),
        None => format!("{kind}: {detail}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn problems_are_lines() {
        let problem =
            json!({ "type": "/problems/exceeds_available_balance", "status": 422, "detail": "Less is available." });
        assert_eq!(DaemonError::Problem(problem).to_string(), "exceeds_available_balance: Less is available.");
        let problem =
            json!({ "type": "/problems/invalid_value", "status": 400, "detail": "No amount.", "at": "amount" });
        assert_eq!(DaemonError::Problem(problem).to_string(), "invalid_value: No amount. (at amount)");
    }
}
