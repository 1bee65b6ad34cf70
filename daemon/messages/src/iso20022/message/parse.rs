// SPDX-License-Identifier: MIT

//! Whole messages from and to text.

use std::io::Read;

use super::{ApplicationHeader, Message, ParseError, ReadError, Reading};
use crate::finding::Findings;
use crate::iso20022::record::{Element, Part};
use crate::iso20022::schema::Schema;
use crate::iso20022::validate::{Handler, Options, Parts, read};
use crate::iso20022::write::Writer;

/// A message that was read.
#[derive(Debug)]
pub struct Parsed<M> {
    /// The header that came before it.
    pub header: Option<ApplicationHeader>,
    /// The message.
    pub message: M,
    /// Paths of elements that the type has no field for.
    pub unread: Vec<String>,
}

/// Reads a message that is valid by its schema, bare or in an envelope.
///
/// It is held in memory as a whole; [`read`] streams messages of any length, and `M`'s parts are values that can be
/// read from the parts that it shows.
///
/// # Errors
///
/// [`ParseError`].
pub fn parse<M: Message>(input: impl Read) -> Result<Parsed<M>, ParseError> {
    let mut collector = Collector { definition: "", header: None, message: None, reading: Reading::default() };
    let options = Options::default();
    let mut findings = Findings::new(options.findings);
    read(input, &options, &mut collector, &mut findings)?;
    if findings.errors() > 0 {
        return Err(ParseError::Invalid(Box::new(findings)));
    }
    let other = || ParseError::Other { found: collector.definition.to_string(), wanted: M::DEFINITION };
    let message = collector.message.ok_or_else(other)??;
    Ok(Parsed { header: collector.header.transpose()?, message, unread: collector.reading.unread })
}

/// Reads header and message when they are complete.
struct Collector<M> {
    /// The definition of the message that came last.
    definition: &'static str,
    header: Option<Result<ApplicationHeader, ReadError>>,
    message: Option<Result<M, ReadError>>,
    reading: Reading,
}

impl<M: Message> Handler for Collector<M> {
    fn wants(&self) -> Parts {
        Parts::Whole
    }

    fn begin(&mut self, schema: &'static Schema, _findings: &mut Findings) {
        self.definition = schema.message;
    }

    fn part(&mut self, part: Part<'_>, findings: &mut Findings) {
        let Some(document) = part.element().filter(|_| findings.errors() == 0) else { return };
        if self.definition == M::DEFINITION {
            self.message = Some(content::<M>(document, &mut self.reading));
        } else if self.definition == ApplicationHeader::DEFINITION {
            self.header = Some(content(document, &mut self.reading));
        }
    }
}

/// Reads what the root element holds.
fn content<M: Message>(document: Element<'_>, reading: &mut Reading) -> Result<M, ReadError> {
    if M::ROOT.is_empty() {
        return M::read(document, reading);
    }
    let root = document.get(M::ROOT);
    let missing = || ReadError { path: document.path(), reason: format!("{} is missing", M::ROOT) };
    M::read(root.ok_or_else(missing)?, reading)
}

/// Writes a message as a document of its own.
pub fn write<M: Message>(message: &M, indent: bool) -> String {
    let mut writer = Writer::new(indent);
    document(&mut writer, message);
    writer.finish()
}

/// Writes a message after its header, both in an envelope.
pub fn write_envelope<M: Message>(header: &ApplicationHeader, message: &M, indent: bool) -> String {
    let mut writer = Writer::new(indent);
    writer.element("Envelope", |writer| {
        document(writer, header);
        document(writer, message);
    });
    writer.finish()
}

fn document<M: Message>(writer: &mut Writer, message: &M) {
    let namespace = format!("urn:iso:std:iso:20022:tech:xsd:{}", M::DEFINITION);
    let root = if M::ROOT.is_empty() { "AppHdr" } else { "Document" };
    writer.element(root, |writer| {
        writer.attribute("xmlns", &namespace);
        if M::ROOT.is_empty() {
            message.write(writer);
        } else {
            writer.element(M::ROOT, |writer| message.write(writer));
        }
    });
}
