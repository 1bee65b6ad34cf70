// SPDX-License-Identifier: MIT

//! Why an input cannot be read as XML.

use std::io;

/// Why an input is not read any further. What came before it may have been reported already.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum XmlError {
    /// The operating system could not read it.
    #[error("cannot be read: {0}")]
    Io(io::Error),
    /// It is not well-formed XML 1.0.
    #[error("not well-formed: {0}")]
    IllFormed(String),
    /// It breaks the rules of Namespaces in XML 1.0.
    #[error("namespaces: {0}")]
    Namespace(String),
    /// It has a document type declaration.
    #[error("a document type declaration is not accepted: remove <!DOCTYPE …>")]
    DocumentType,
    /// It has a reference to an entity that XML does not predefine.
    #[error("the entity &{0}; is not defined: only &amp; &lt; &gt; &quot; &apos; are")]
    Entity(String),
    /// It is not in UTF-8.
    #[error("the encoding is {0}: send it in UTF-8")]
    Encoding(String),
    /// A byte is not UTF-8.
    #[error("not UTF-8")]
    Utf8,
    /// It has a character that XML forbids.
    #[error("the character U+{:04X} is not allowed in XML", u32::from(*.0))]
    Character(char),
    /// It demands too much.
    #[error("refused: more than {limit} {what}")]
    Limit {
        /// Of what there is too much.
        what: &'static str,
        /// How much is accepted.
        limit: u64,
    },
}

impl XmlError {
    /// Stable identifier of the kind of error.
    pub fn code(&self) -> &'static str {
        match self {
            XmlError::Io(_) => "input-unreadable",
            XmlError::IllFormed(_) | XmlError::Character(_) => "xml-ill-formed",
            XmlError::Namespace(_) => "xml-namespace",
            XmlError::DocumentType => "xml-doctype",
            XmlError::Entity(_) => "xml-entity",
            XmlError::Encoding(_) | XmlError::Utf8 => "xml-encoding",
            XmlError::Limit { .. } => "xml-limit",
        }
    }

    /// An [`XmlError::IllFormed`].
    pub(crate) fn ill_formed(text: &str) -> XmlError {
        XmlError::IllFormed(text.to_string())
    }
}
