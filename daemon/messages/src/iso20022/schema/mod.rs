// SPDX-License-Identifier: MIT

//! The published message definitions as static tables.
//!
//! Made at build time from the files in `schema/` of this crate, which `schema/extract.py` wrote from the published
//! schemas and can prove against them. Types that messages share are there once.

mod base64;
mod date;
mod decimal;
mod error;
mod pattern;
mod simple;
mod text;

pub use error::FacetError;
pub use pattern::{Pattern, PatternItem};
pub use simple::{DecimalFacets, Length, Simple};
pub use text::TextFacets;

include!(concat!(env!("OUT_DIR"), "/tables.rs"));

/// The definition of one message.
#[derive(Debug)]
pub struct Schema {
    /// Message definition identifier, such as `pacs.008.001.08`.
    pub message: &'static str,
    /// Target namespace, `urn:iso:std:iso:20022:tech:xsd:` and the identifier.
    pub namespace: &'static str,
    /// The only global element: `Document`, or `AppHdr` of the business application header.
    pub root: Particle,
}

impl Schema {
    /// The schema with this target namespace.
    pub fn by_namespace(namespace: &str) -> Option<&'static Schema> {
        SCHEMAS.iter().find(|schema| schema.namespace == namespace)
    }

    /// The schema of this message definition identifier.
    pub fn by_message(message: &str) -> Option<&'static Schema> {
        SCHEMAS.iter().find(|schema| schema.message == message)
    }
}

/// A named type of a schema.
#[derive(Debug)]
pub struct Type {
    /// The name, such as `PostalAddress24`.
    pub name: &'static str,
    /// What may stand in an element of it.
    pub content: Content,
    /// The one attribute that it demands, if any. All others are forbidden.
    pub attribute: Option<Attribute>,
    /// What its values mean beyond their form.
    pub role: Role,
}

/// What values of a type mean beyond their form. A schema does not check it, the cross checks do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
    /// Nothing that can be checked.
    Plain,
    /// An amount with the attribute `Ccy`.
    Amount,
    /// An international bank account number.
    Iban,
    /// A business identifier code.
    Bic,
    /// A country code of ISO 3166-1.
    Country,
    /// A currency code of ISO 4217.
    Currency,
    /// A legal entity identifier.
    Lei,
    /// One of these codes, which are published apart from the schemas, in alphabetical order.
    External(&'static [&'static str]),
}

impl Type {
    /// The facets of the text, if elements of this type hold text.
    pub fn simple(&'static self) -> Option<&'static Simple> {
        match &self.content {
            Content::Text(simple) => Some(simple),
            Content::TextOf(base) => base.simple(),
            Content::Sequence(_) | Content::Choice(_) => None,
        }
    }
}

/// A mandatory attribute, in ISO 20022 always `Ccy` of an amount.
#[derive(Debug)]
pub struct Attribute {
    /// Its name.
    pub name: &'static str,
    /// Its type, which is one of text.
    pub ty: &'static Type,
}

/// What may stand in an element.
#[derive(Debug)]
pub enum Content {
    /// These elements in this order.
    Sequence(&'static [Particle]),
    /// One of these elements.
    Choice(&'static [Particle]),
    /// Text with these facets.
    Text(Simple),
    /// Text with the facets of another type.
    TextOf(&'static Type),
}

/// An element within a group, and how often it may stand there.
#[derive(Debug)]
pub struct Particle {
    /// The element's name; empty if any element may stand there.
    pub name: &'static str,
    /// [`tag`] of the name.
    pub tag: u32,
    /// What the element is.
    pub term: Term,
    /// Fewest occurrences.
    pub min: u32,
    /// Most occurrences, `u32::MAX` if there is no limit.
    pub max: u32,
}

/// Length and three bytes of a name. Names with different tags are different, which is quick to see.
#[inline]
pub const fn tag(name: &str) -> u32 {
    let bytes = name.as_bytes();
    if bytes.is_empty() {
        return 0;
    }
    let last = bytes.len() - 1;
    // CAST: only the low bits of the length count.
    u32::from_le_bytes([bytes.len() as u8, bytes[0], bytes[last / 2], bytes[last]])
}

/// What an element is.
#[derive(Debug)]
pub enum Term {
    /// An element of this type.
    Type(&'static Type),
    /// Any element, of this namespace if one is given. If the schema knows the element it must be valid, else it only
    /// has to be well-formed (`processContents="lax"`).
    Any(Option<&'static str>),
}
