// SPDX-License-Identifier: MIT

//! Why a command about messages has not come to a good end.

use std::io;
use std::path::PathBuf;

use qenex_messages::iso20022::message::ParseError;
use qenex_messages::mt::message::{MtReadError, MtWriteError};
use qenex_messages::translate::TranslateError;

/// Why a command about messages has not come to a good end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MsgError {
    /// Messages are wrong; what is wrong was printed.
    #[error("not valid")]
    Invalid,
    /// An input is no message; why was printed.
    #[error("not readable")]
    Unreadable,
    /// A file cannot be read.
    #[error("{}: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A message is not what is needed.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// A message cannot be made from another.
    #[error("cannot be converted: {0}")]
    Translate(#[from] TranslateError),
    /// A new message would lose something.
    #[error("the new message has no place for {}; --lossy leaves it out", .0.join(", "))]
    Loses(Vec<String>),
    /// An MT message cannot be read into its type.
    #[error(transparent)]
    Mt(#[from] MtReadError),
    /// An MT message cannot be written.
    #[error("cannot be written: {0}")]
    MtWrite(#[from] MtWriteError),
    /// A JSON document is not what is needed.
    #[error("JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The arguments make no sense.
    #[error("{0}")]
    Usage(String),
    /// The answer cannot be written.
    #[error("the answer cannot be written: {0}")]
    Output(#[from] io::Error),
}

impl MsgError {
    /// Whether it was printed already.
    pub(crate) fn is_told(&self) -> bool {
        matches!(self, MsgError::Invalid | MsgError::Unreadable)
    }

    /// The exit status.
    pub(crate) fn status(&self) -> u8 {
        match self {
            MsgError::Invalid
            | MsgError::Parse(_)
            | MsgError::Mt(_)
            | MsgError::MtWrite(_)
            | MsgError::Translate(_)
            | MsgError::Loses(_) => 1,
            MsgError::Unreadable | MsgError::File { .. } | MsgError::Json(_) | MsgError::Usage(_) => 2,
            MsgError::Output(_) => 3,
        }
    }
}
