// SPDX-License-Identifier: MIT

//! What a reader yields.

use super::Name;

/// One part of a document.
#[derive(Debug)]
pub enum Token<'r> {
    /// The start tag of an element. An empty element yields its end, too.
    Start {
        /// Its name.
        name: Name<'r>,
        /// Its attributes without declarations of namespaces.
        attributes: &'r [Attribute],
    },
    /// The end of the element that was opened last.
    End,
    /// Text, with references resolved and line ends as line feeds. Text between two tags may come in several pieces.
    Text(&'r str),
    /// Something that does not count: a comment, a processing instruction, the XML declaration.
    Nothing,
    /// The end of a complete document.
    EndOfDocument,
}

/// An attribute.
#[derive(Debug)]
pub struct Attribute {
    /// Which kind of name it has.
    pub kind: AttributeKind,
    /// Its name without the prefix.
    pub local: String,
    /// Its value, with references resolved and white space as spaces (XML 1.0, 3.3.3).
    pub value: String,
}

/// Where the name of an attribute belongs.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum AttributeKind {
    /// It has no prefix and belongs to its element.
    Plain,
    /// It is `xsi:type`: namespace and local part of the type that it names, if the prefix is declared.
    InstanceType(Option<(String, String)>),
    /// It is of the namespace [`super::XSI`] otherwise.
    Instance,
    /// It is of another namespace.
    Foreign,
}
