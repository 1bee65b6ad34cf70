// SPDX-License-Identifier: MIT

//! Messages from what was read, and to text.

use super::Header;
use crate::finding::{Finding, Findings};
use crate::mt::field::Field;
use crate::mt::judge::{MtMessage, examine};
use crate::mt::layout::Kind;

/// A message as a type.
pub trait Mt: Sized + PartialEq {
    /// Whether the type is that of such messages.
    fn is_of(kind: Kind) -> bool;

    /// Its kind.
    fn kind(&self) -> Kind;

    /// What the blocks around the text say.
    fn header(&self) -> &Header;

    #[doc(hidden)]
    fn read(kind: Kind, header: Header, fields: &[Field]) -> Result<Self, MtReadError>;

    #[doc(hidden)]
    fn fields(&self, out: &mut Vec<(String, String)>);
}

/// A message that was read into its type.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Parsed<M> {
    /// The message.
    pub message: M,
    /// Paths of what the type has no place for.
    pub unread: Vec<String>,
}

/// Why a message cannot be read into its type.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MtReadError {
    /// It has errors, which were found when it was read.
    #[error("the message has errors")]
    Invalid,
    /// It is of another kind.
    #[error("the message is {0}")]
    Other(String),
    /// Something is missing.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A field does not hold what it must.
    #[error("{path}: {tag} does not hold what it must")]
    Field {
        /// Where it is.
        path: String,
        /// Its tag.
        tag: String,
    },
}

/// Why a message cannot be written.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MtWriteError {
    /// It would break rules.
    #[error("the message would not be valid: {}", .0.first().map(ToString::to_string).unwrap_or_default())]
    Invalid(Vec<Finding>),
    /// It would be read as something else, for example because a line begins with a tag or a day is before 1980.
    #[error("the message cannot be written such that it is read as what it says")]
    Ambiguous,
}

/// Reads a message without errors into its type.
///
/// # Errors
///
/// [`MtReadError`].
pub fn parse<M: Mt>(message: &MtMessage) -> Result<Parsed<M>, MtReadError> {
    let kind = message.kind.filter(|kind| M::is_of(*kind));
    let kind = kind.ok_or_else(|| MtReadError::Other(format!("MT{}", message.headers.kind)))?;
    if message.errors > 0 {
        return Err(MtReadError::Invalid);
    }
    let (header, unread) = Header::read(message)?;
    Ok(Parsed { message: M::read(kind, header, &message.fields)?, unread })
}

/// Writes a message for the network, lines ending with carriage return and line feed.
///
/// # Errors
///
/// [`MtWriteError`]: what was written is judged and read again before it is given out.
pub fn write<M: Mt>(message: &M) -> Result<String, MtWriteError> {
    let mut fields = Vec::new();
    message.fields(&mut fields);
    let mut text = message.header().text(message.kind());
    text += "{4:\r\n";
    for (tag, content) in fields {
        text += &format!(":{tag}:{}\r\n", content.replace('\n', "\r\n"));
    }
    text += "-}";
    let mut findings = Findings::new(100);
    let read = examine(text.as_bytes(), &mut findings);
    if findings.errors() > 0 {
        return Err(MtWriteError::Invalid(findings.list().to_vec()));
    }
    let [again] = read.as_deref().unwrap_or_default() else { return Err(MtWriteError::Ambiguous) };
    match parse::<M>(again) {
        Ok(parsed) if parsed.message == *message => Ok(text),
        _ => Err(MtWriteError::Ambiguous),
    }
}

/// The type of a message that has a header and fields, and its kinds.
macro_rules! message {
    ($ty:ident, $kind:ident) => {
        impl crate::mt::message::Mt for $ty {
            fn is_of(kind: crate::mt::layout::Kind) -> bool {
                kind == crate::mt::layout::Kind::$kind
            }

            fn kind(&self) -> crate::mt::layout::Kind {
                crate::mt::layout::Kind::$kind
            }

            fn header(&self) -> &crate::mt::message::Header {
                &self.header
            }

            fn read(
                _kind: crate::mt::layout::Kind,
                header: crate::mt::message::Header,
                fields: &[crate::mt::field::Field],
            ) -> Result<$ty, crate::mt::message::MtReadError> {
                $ty::from_fields(header, fields)
            }

            fn fields(&self, out: &mut Vec<(String, String)>) {
                self.to_fields(out);
            }
        }
    };
}

pub(super) use message;
