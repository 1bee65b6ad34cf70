// SPDX-License-Identifier: MIT

//! Reading files of MT messages, each judged as it is read.

use super::envelope::{self, Acknowledgement, Headers, Source, Tagged};
use super::field::{self, Field};
use super::layout::{Kind, place_fields};
use super::report::{Place, Report};
use super::{MtRefusal, rules};
use crate::finding::{Findings, Position};
use crate::identifiers::Uetr;

/// Most fields of a message that are looked at: FIN's 10 000 characters hold fewer.
const FIELDS: usize = 2_000;

/// Most bytes of a text that is looked at, so that no input takes long: five times what the network carries.
const TEXT: usize = 50_000;

/// A message as it was read. Whether it is right is what the findings say.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct MtMessage {
    /// Its place: its name and number in the file.
    pub place: Place,
    /// Its kind, if it is known.
    pub kind: Option<Kind>,
    /// The network's answer that stands before it.
    pub acknowledgement: Option<Acknowledgement>,
    /// Blocks 1 and 2.
    pub headers: Headers,
    /// Block 3.
    pub user: Vec<Tagged>,
    /// Block 4.
    pub fields: Vec<Field>,
    /// Block 5.
    pub trailers: Vec<Tagged>,
    /// How many errors were found in it.
    pub errors: u64,
}

impl MtMessage {
    /// A value of block 3.
    pub fn user(&self, tag: &str) -> Option<&str> {
        self.user.iter().find(|field| field.tag == tag).map(|field| field.value.as_str())
    }

    /// The first field with a key of the layout, such as `53a`.
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.key == key)
    }

    /// All fields with a key of the layout.
    pub fn fields<'m>(&'m self, key: &'m str) -> impl Iterator<Item = &'m Field> {
        self.fields.iter().filter(move |field| field.key == key)
    }

    /// The unique end-to-end transaction reference.
    pub fn uetr(&self) -> Option<Uetr> {
        self.user("121")?.parse().ok()
    }
}

/// Whether an input looks like a file of MT messages, from its first bytes.
pub fn is_mt(start: &[u8]) -> bool {
    let first = start.iter().position(|byte| !matches!(byte, b'$' | b' ' | b'\t' | b'\r' | b'\n'));
    first
        .and_then(|first| start.get(first..))
        .is_some_and(|rest| rest.starts_with(b"{1:") || rest == b"{" || rest == b"{1")
}

/// Reads and judges bytes of any kind as MT messages: the entry point of fuzzing.
///
/// # Errors
///
/// [`MtRefusal`] if they cannot be read to their end.
pub fn examine(bytes: &[u8], findings: &mut Findings) -> Result<Vec<MtMessage>, MtRefusal> {
    let mut reader = Reader::new(bytes);
    let mut messages = Vec::new();
    while let Some(message) = reader.message(findings)? {
        messages.push(message);
    }
    Ok(messages)
}

/// The messages of a file, one after the other.
pub struct Reader<'s> {
    source: Source<'s>,
    at: usize,
    number: usize,
}

impl<'s> Reader<'s> {
    /// Begins with the first message.
    pub fn new(bytes: &'s [u8]) -> Reader<'s> {
        Reader { source: Source::new(bytes), at: 0, number: 0 }
    }

    /// The next message, `None` after the last.
    ///
    /// # Errors
    ///
    /// [`MtRefusal`]; nothing after it can be read.
    pub fn message(&mut self, findings: &mut Findings) -> Result<Option<MtMessage>, MtRefusal> {
        let mut acknowledgement = None;
        while let Some((raw, end)) = envelope::next(&self.source, self.at)? {
            self.source.advance(raw.at);
            let at = self.source.position(raw.at);
            let mut report = Report::new(findings);
            let place = Place { path: format!("/MT[{}]", self.number + 1), at };
            self.at = end;
            if let Some(answer) = Acknowledgement::read(&raw, &self.source, &place, &mut report) {
                acknowledgement = Some(answer);
                continue;
            }
            self.number += 1;
            let before = report.errors();
            let mut message = read(&raw, &self.source, self.number, at, &mut report);
            message.acknowledgement = acknowledgement;
            rules::check(&message, &mut report);
            message.errors = report.errors() - before;
            return Ok(Some(message));
        }
        let position = self.source.position(self.at);
        if self.number == 0 && acknowledgement.is_none() {
            return Err(MtRefusal { code: "mt-none", at: position, text: "there is no message".into() });
        }
        Ok(None)
    }
}

fn read(
    raw: &envelope::Raw<'_>,
    source: &Source<'_>,
    number: usize,
    at: Position,
    report: &mut Report<'_>,
) -> MtMessage {
    const RULE: &str = "FIN message structure";
    // Findings in the headers, too, are told under the name of the message.
    let application = raw.blocks.iter().find(|block| block.id == b'2');
    let digits =
        application.and_then(|block| block.content.get(1..4)).filter(|kind| kind.iter().all(u8::is_ascii_digit));
    let name = String::from_utf8_lossy(digits.unwrap_or_default()).into_owned();
    let place = Place { path: format!("/MT{name}[{number}]"), at };
    let headers = envelope::read_headers(raw, source, &place, report);
    let mut before = 0;
    for block in &raw.blocks {
        let shown = char::from(block.id).escape_debug().to_string();
        let block_place = place.within(&shown, source.position(block.at));
        if !matches!(block.id, b'1'..=b'5' | b'S') {
            report.error("mt-block", &block_place, RULE, || format!("there is no block {shown}"));
        } else if block.id == before {
            report.error("mt-block", &block_place, RULE, || format!("block {shown} is there twice"));
        } else if block.id < before {
            report.error("mt-block", &block_place, RULE, || {
                format!("block {shown} must stand before block {}", char::from(before))
            });
        }
        before = before.max(block.id);
    }
    let find = |id| raw.blocks.iter().find(|block| block.id == id);
    let user = find(b'3').map(|block| envelope::user(block, source, &place, report)).unwrap_or_default();
    let trailers = find(b'5').map(|block| envelope::trailers(block, source, &place, report)).unwrap_or_default();
    let mut message = MtMessage { place, user, trailers, headers: headers.unwrap_or_default(), ..MtMessage::default() };
    message.kind = Kind::of(&message.headers.kind, message.user("119"));
    let Some(text) = find(b'4') else {
        report.error("mt-block", &message.place, RULE, || "block 4 is missing".into());
        return message;
    };
    let text_place = message.place.within("4", source.position(text.content_at));
    let Some(kind) = message.kind else {
        report.error("mt-type-unknown", &message.place, "message types", || {
            format!("the type {:?} is none of 103, 202, 900, 910, 940, 950", message.headers.kind)
        });
        return message;
    };
    if text.content.len() > kind.text_limit() {
        report.error("mt-text-too-long", &text_place, "message length", || {
            format!("{} characters, {} are allowed", text.content.len(), kind.text_limit())
        });
    }
    if text.content.len() > TEXT {
        return message;
    }
    let raw_fields = envelope::split(text, source, &message.place, report);
    if raw_fields.len() > FIELDS {
        report.error("mt-text-too-long", &text_place, "message length", || format!("more than {FIELDS} fields"));
    }
    let mut counts: std::collections::HashMap<&str, usize> = std::collections::HashMap::new();
    for raw in raw_fields.iter().take(FIELDS) {
        let count = counts.entry(raw.tag).or_default();
        *count += 1;
        let step = if *count > 1 { format!("4/{}[{count}]", raw.tag) } else { format!("4/{}", raw.tag) };
        let place = message.place.within(&step, source.position(raw.at));
        message.fields.push(field::read(raw, kind, place, source, report));
    }
    let end = text.content_at + text.content.len();
    let end = message.place.within("4", source.position(end));
    place_fields(kind, &mut message.fields, &end, report);
    message
}
