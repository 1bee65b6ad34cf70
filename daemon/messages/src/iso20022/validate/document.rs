// SPDX-License-Identifier: MIT

//! Reading a whole input: one message, or an envelope with messages in it.

use std::io::Read;

use super::automaton::TEXT_LIMIT;
use super::{Automaton, Refusal};
use crate::finding::{Findings, Position};
use crate::iso20022::record::{Part, Recorder};
use crate::iso20022::schema::Schema;
use crate::xml::{Attribute, AttributeKind, Limits, Name, Reader, Token};

/// How to read.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// What an input may demand.
    pub limits: Limits,
    /// How many findings to keep; more are counted.
    pub findings: usize,
}

impl Default for Options {
    /// The limits' defaults and 1,000 findings.
    fn default() -> Options {
        Options { limits: Limits::default(), findings: 1_000 }
    }
}

/// Which parts a [`Handler`] is shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Parts {
    /// None.
    None,
    /// Each group and payment on its own, so that a message may be of any length.
    Units,
    /// The whole message at once, which must not be larger than a part may be.
    Whole,
}

/// Looks at the parts of messages as they are read.
pub trait Handler {
    /// Which parts to be shown; recording them takes time.
    fn wants(&self) -> Parts {
        Parts::Units
    }

    /// A message begins. A business application header is a message of its own, before the one that it is about.
    fn begin(&mut self, schema: &'static Schema, findings: &mut Findings);

    /// A part is complete. The message itself, at level 0, is the last one.
    fn part(&mut self, part: Part<'_>, findings: &mut Findings);
}

/// Reads an input to its end, adding what is wrong with its messages to `findings`. Returns how many messages there
/// were, business application headers included.
///
/// The root is the `Document` or `AppHdr` of a known message, or an envelope: elements of other namespaces, in which
/// those may stand. Nothing is demanded of the envelope.
///
/// # Errors
///
/// Any [`Refusal`]. What was found before it is in `findings`.
pub fn read(
    input: impl Read,
    options: &Options,
    handler: &mut dyn Handler,
    findings: &mut Findings,
) -> Result<u32, Refusal> {
    let mut reader = Reader::new(input, options.limits);
    let mut intake = Intake { message: None, recorder: None, foreign: 0, messages: 0, candidates: Vec::new() };
    loop {
        let (at, token) = match reader.next_token() {
            Ok(next) => next,
            Err(error) => return Err(Refusal::Xml { at: reader.position(), error }),
        };
        match token {
            Token::Start { name, attributes } => intake.start(name, attributes, at, handler, findings)?,
            Token::End => intake.end(handler, findings),
            Token::Text(text) => {
                if let Some(message) = &mut intake.message {
                    if message.text(text, at, findings) {
                        return Err(Refusal::PartTooLarge { at, limit: TEXT_LIMIT });
                    }
                }
            }
            Token::Nothing => {}
            Token::EndOfDocument if intake.messages == 0 => {
                return Err(Refusal::NoMessage(intake.candidates.join(", ")));
            }
            Token::EndOfDocument => return Ok(intake.messages),
        }
    }
}

/// The state between two tokens.
struct Intake {
    message: Option<Automaton>,
    recorder: Option<Recorder>,
    /// Elements open within the message that are not recorded.
    foreign: usize,
    messages: u32,
    /// What might have been a message, for the refusal.
    candidates: Vec<String>,
}

impl Intake {
    fn start(
        &mut self,
        name: Name<'_>,
        attributes: &[Attribute],
        at: Position,
        handler: &mut dyn Handler,
        findings: &mut Findings,
    ) -> Result<(), Refusal> {
        if self.message.is_none() {
            let Some(schema) = Schema::by_namespace(name.uri) else {
                if self.candidates.len() < 3 {
                    self.candidates.push(format!("the element {} is of the namespace {:?}", name.local, name.uri));
                }
                return Ok(());
            };
            self.messages = self.messages.saturating_add(1);
            self.message = Some(Automaton::new(schema, name.namespace));
            self.recorder = match handler.wants() {
                Parts::None => None,
                Parts::Units => Some(Recorder::new(schema.message)),
                Parts::Whole => Some(Recorder::whole()),
            };
            self.foreign = 0;
            handler.begin(schema, findings);
        }
        let Some(message) = &mut self.message else { return Ok(()) };
        let opened = message.start(name, attributes, at, findings);
        if let Some(recorder) = &mut self.recorder {
            match opened.known {
                Some(known) if self.foreign == 0 => {
                    let plain = attributes.iter().find(|attribute| attribute.kind == AttributeKind::Plain);
                    let attribute = plain.map(|attribute| attribute.value.as_str());
                    recorder.start(known, message.depth() - 1, attribute, at, message.steps());
                    if recorder.overflows() {
                        return Err(Refusal::PartTooLarge { at, limit: recorder.limit() });
                    }
                }
                _ => self.foreign += 1,
            }
        }
        Ok(())
    }

    fn end(&mut self, handler: &mut dyn Handler, findings: &mut Findings) {
        let Some(message) = &mut self.message else { return };
        let mut complete = false;
        if let Some(recorder) = &mut self.recorder {
            if self.foreign > 0 {
                self.foreign -= 1;
            } else {
                let text = if message.in_text() { message.current_text() } else { "" };
                complete = recorder.end(message.depth() - 1, text);
            }
        }
        message.end(findings);
        if let Some(recorder) = &mut self.recorder {
            if complete {
                handler.part(Part::new(recorder.records()), findings);
                recorder.forget();
            }
        }
        if message.depth() == 0 {
            self.message = None;
            self.recorder = None;
        }
    }
}
