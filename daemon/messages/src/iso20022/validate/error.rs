// SPDX-License-Identifier: MIT

//! Why an input cannot be judged at all.

use crate::finding::Position;
use crate::mt::MtRefusal;
use crate::xml::XmlError;

/// Why an input is refused: it is no message that can be read to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// It is not XML, or not such as is accepted.
    #[error("{error}")]
    Xml {
        /// Where reading stopped.
        at: Position,
        /// Why.
        #[source]
        error: XmlError,
    },
    /// It holds no message that is known.
    #[error("there is no message of a known kind: {0}")]
    NoMessage(String),
    /// It is a file of MT messages that cannot be read to its end.
    #[error(transparent)]
    Mt(MtRefusal),
    /// One payment or other part of the message is larger than any real one.
    #[error("refused: a part of the message has more than {limit} elements or bytes")]
    PartTooLarge {
        /// Where the part outgrew the limit.
        at: Position,
        /// How much is accepted.
        limit: usize,
    },
}

impl Refusal {
    /// Stable identifier of the kind of refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::Xml { error, .. } => error.code(),
            Refusal::NoMessage(_) => "message-unknown",
            Refusal::PartTooLarge { .. } => "message-part-too-large",
            Refusal::Mt(refusal) => refusal.code,
        }
    }

    /// Where reading stopped.
    pub fn at(&self) -> Position {
        match self {
            Refusal::Xml { at, .. } | Refusal::PartTooLarge { at, .. } => *at,
            Refusal::Mt(refusal) => refusal.at,
            Refusal::NoMessage(_) => Position { line: 1, column: 1 },
        }
    }
}
