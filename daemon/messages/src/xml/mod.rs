// SPDX-License-Identifier: MIT

//! XML 1.0 with namespaces, as far as messages need it, read as a stream in bounded memory.
//!
//! quick-xml finds the tags; what it leaves to its caller is judged here: characters, names, attributes, references,
//! namespaces, that there is one root, and that the end is there. Refused are document type declarations (hence
//! entities), encodings other than UTF-8, and whatever exceeds the [`Limits`].

mod attributes;
mod characters;
mod error;
mod limits;
mod namespaces;
mod reader;
mod source;
mod token;

pub use characters::{is_character, is_name};
pub use error::XmlError;
pub use limits::Limits;
pub use namespaces::{Name, NamespaceId};
pub use reader::Reader;
pub use token::{Attribute, AttributeKind, Token};

/// The namespace of the attributes that any element may have.
pub const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
