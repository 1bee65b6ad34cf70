// SPDX-License-Identifier: MIT

//! Why the daemon has not done what it was asked for.

use std::io;
use std::path::PathBuf;

use serde_json::Value;

/// Why the daemon has not done what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The daemon cannot be reached.
    #[error("{socket}: {source}")]
    Connect {
        /// The daemon's socket.
        socket: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The connection broke before the answer was complete: what was asked for may have been done. Sent again with the same
    /// key it is done once.
    #[error("no answer came from the daemon ({0})")]
    NoAnswer(String),
    /// The answer is not what the API promises.
    #[error("the answer makes no sense: {0}")]
    Answer(String),
    /// The daemon says no, in a problem document (RFC 9457).
    #[error("{}", told(.0))]
    Problem(Value),
}

impl ApiError {
    /// The stable name of a refusal, such as `exceeds_available_balance`.
    pub fn kind(&self) -> Option<&str> {
        match self {
            ApiError::Problem(problem) => Some(kind(problem)),
            _ => None,
        }
    }
}

fn kind(problem: &Value) -> &str {
    problem["type"].as_str().unwrap_or("about:blank").rsplit('/').next().unwrap_or_default()
}

/// A problem in a line: its kind, what it means here, and where in the request.
fn told(problem: &Value) -> String {
    let kind = kind(problem);
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
        assert_eq!(ApiError::Problem(problem).to_string(), "exceeds_available_balance: Less is available.");
        let problem =
            json!({ "type": "/problems/invalid_value", "status": 400, "detail": "No amount.", "at": "amount" });
        assert_eq!(ApiError::Problem(problem).to_string(), "invalid_value: No amount. (at amount)");
    }
}
