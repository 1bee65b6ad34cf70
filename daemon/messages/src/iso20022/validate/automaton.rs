// SPDX-License-Identifier: MIT

//! The automaton that follows one message.

use std::borrow::Cow;

use super::PathStep;
use super::frame::{Expect, Frame};
use crate::finding::{Finding, Findings, Position, Severity};
use crate::iso20022::schema::{self, Content, Particle, Schema, Term, Type};
use crate::xml::{Attribute, AttributeKind, Name, NamespaceId};

/// Most bytes of text in one element.
pub(super) const TEXT_LIMIT: usize = 1 << 20;

/// What an element turned out to be, for those who record the message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opened {
    /// Its name and type, if the schema knows it and it is not within foreign content.
    pub(super) known: Option<(&'static str, &'static Type)>,
}

/// Follows one message, from the start of its root element to the end.
#[derive(Debug)]
pub struct Automaton {
    schema: &'static Schema,
    namespace: NamespaceId,
    frames: Vec<Frame>,
    text: String,
}

impl Automaton {
    /// An automaton for a message whose root is of this namespace.
    pub fn new(schema: &'static Schema, namespace: NamespaceId) -> Automaton {
        Automaton { schema, namespace, frames: Vec::new(), text: String::new() }
    }

    /// The definition that the message is judged by.
    pub fn schema(&self) -> &'static Schema {
        self.schema
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.frames.len()
    }

    /// The text of the element that is open, so far.
    pub(super) fn current_text(&self) -> &str {
        &self.text
    }

    /// Whether the element that is open holds text.
    pub(super) fn in_text(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.simple().is_some())
    }

    /// The steps from the root to the element that is open.
    pub(super) fn steps(&self) -> impl DoubleEndedIterator<Item = &PathStep> {
        self.frames.iter().map(|frame| &frame.step)
    }

    /// Takes a start tag.
    pub(super) fn start(
        &mut self,
        name: Name<'_>,
        attributes: &[Attribute],
        at: Position,
        findings: &mut Findings,
    ) -> Opened {
        self.text.clear();
        let (expect, step) = self.expected(name, at, findings);
        let opened = Opened {
            known: match (&expect, &step.name) {
                (Expect::Typed(ty), Cow::Borrowed(name)) => Some((*name, *ty)),
                _ => None,
            },
        };
        self.frames.push(Frame::new(expect, step, at));
        if let Expect::Typed(ty) = expect {
            self.check_attributes(ty, attributes, at, findings);
        } else if let (Expect::Lax, Some(_)) = (expect, named_type(attributes)) {
            self.report(at, findings, "schema-type-attribute", "XML Schema 1.0 part 1, 3.4.4", || {
                "xsi:type is not accepted in foreign content: remove it".into()
            });
        }
        opened
    }

    /// What is to be expected of an element that begins here.
    fn expected(&mut self, name: Name<'_>, at: Position, findings: &mut Findings) -> (Expect, PathStep) {
        let known = name.namespace == self.namespace;
        let Some(parent) = self.frames.last() else {
            return self.root(name, at, findings);
        };
        match parent.expect {
            Expect::Nothing => (Expect::Nothing, dynamic_step(name.local)),
            Expect::Lax if known && name.local == self.schema.root.name => self.root(name, at, findings),
            Expect::Lax => (Expect::Lax, dynamic_step(name.local)),
            Expect::Typed(ty) => match &ty.content {
                Content::Sequence(particles) => self.in_sequence(ty, particles, name, at, findings),
                Content::Choice(particles) => self.in_choice(ty, particles, name, at, findings),
                Content::Text(_) | Content::TextOf(_) => {
                    self.report_child(at, findings, name, "schema-element-unknown", ty, || {
                        "there must be text here, no elements".into()
                    });
                    (Expect::Nothing, dynamic_step(name.local))
                }
            },
        }
    }

    fn root(&self, name: Name<'_>, at: Position, findings: &mut Findings) -> (Expect, PathStep) {
        let root = &self.schema.root;
        match root.term {
            Term::Type(ty) if name.local == root.name => (Expect::Typed(ty), static_step(root, 1)),
            _ => {
                self.report(at, findings, "schema-root", self.schema.message, || {
                    format!("the root element is {}, it must be {}", name.local, root.name)
                });
                (Expect::Nothing, dynamic_step(name.local))
            }
        }
    }

    /// The next element of a sequence.
    fn in_sequence(
        &mut self,
        ty: &'static Type,
        particles: &'static [Particle],
        name: Name<'_>,
        at: Position,
        findings: &mut Findings,
    ) -> (Expect, PathStep) {
        let (position, count) = self.frames.last().map_or((0, 0), |frame| (frame.position, frame.count));
        let tag = schema::tag(name.local);
        let found = (position..particles.len()).find(|index| self.matches(&particles[*index], name, tag));
        let Some(found) = found else {
            return self.misplaced(ty, particles, name, at, findings);
        };
        let particle = &particles[found];
        let mut number = 1;
        if found == position {
            number = count.saturating_add(1);
            if number > particle.max {
                self.report_child(at, findings, name, "schema-element-repeated", ty, || {
                    format!("is there {number} times, {} allowed", at_most(particle.max))
                });
            }
        } else {
            self.report_missing(ty, particles, position, count, found, at, findings);
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.position = found;
            frame.count = number;
        }
        self.element(particle, name, number)
    }

    /// The element of a choice.
    fn in_choice(
        &mut self,
        ty: &'static Type,
        particles: &'static [Particle],
        name: Name<'_>,
        at: Position,
        findings: &mut Findings,
    ) -> (Expect, PathStep) {
        let (chosen, count) = self.frames.last().map_or((0, 0), |frame| (frame.position, frame.count));
        let tag = schema::tag(name.local);
        let Some(found) = particles.iter().position(|particle| self.matches(particle, name, tag)) else {
            return self.misplaced(ty, particles, name, at, findings);
        };
        let particle = &particles[found];
        let mut number = 1;
        if chosen == found + 1 {
            number = count.saturating_add(1);
            if number > particle.max {
                self.report_child(at, findings, name, "schema-element-repeated", ty, || {
                    format!("is there {number} times, {} allowed", at_most(particle.max))
                });
            }
        } else if chosen != 0 {
            self.report_child(at, findings, name, "schema-element-choice", ty, || {
                format!("only one of {} may be there", names(particles))
            });
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.position = found + 1;
            frame.count = number;
        }
        self.element(particle, name, number)
    }

    /// An element that does not belong where it is.
    fn misplaced(
        &mut self,
        ty: &'static Type,
        particles: &'static [Particle],
        name: Name<'_>,
        at: Position,
        findings: &mut Findings,
    ) -> (Expect, PathStep) {
        if let Some(particle) = particles.iter().find(|particle| self.matches(particle, name, schema::tag(name.local)))
        {
            self.report_child(at, findings, name, "schema-element-order", ty, || {
                format!("is at the wrong place: the order is {}", names(particles))
            });
            return self.element(particle, name, 1);
        }
        if name.namespace != self.namespace {
            let wanted = self.schema.namespace;
            self.report_child(at, findings, name, "schema-namespace", ty, || {
                format!("is in the namespace {:?}, it must be in {wanted:?}", name.uri)
            });
        } else {
            self.report_child(at, findings, name, "schema-element-unknown", ty, || {
                format!("is not known here: there may be {}", names(particles))
            });
        }
        (Expect::Nothing, dynamic_step(name.local))
    }

    #[inline]
    fn matches(&self, particle: &Particle, name: Name<'_>, tag: u32) -> bool {
        match particle.term {
            Term::Type(_) => particle.tag == tag && particle.name == name.local && name.namespace == self.namespace,
            Term::Any(namespace) => namespace.is_none_or(|namespace| namespace == name.uri),
        }
    }

    fn element(&self, particle: &'static Particle, name: Name<'_>, number: u32) -> (Expect, PathStep) {
        match particle.term {
            Term::Type(ty) => (Expect::Typed(ty), static_step(particle, number)),
            // The one element of foreign content that the schema may know is its own root.
            Term::Any(_) => match self.schema.root.term {
                Term::Type(ty) if name.namespace == self.namespace && name.local == self.schema.root.name => {
                    (Expect::Typed(ty), dynamic_step(name.local))
                }
                _ => (Expect::Lax, dynamic_step(name.local)),
            },
        }
    }

    fn check_attributes(&self, ty: &'static Type, attributes: &[Attribute], at: Position, findings: &mut Findings) {
        let mut found = false;
        for attribute in attributes {
            let Attribute { kind, local, value } = attribute;
            match (kind, &ty.attribute) {
                (AttributeKind::Plain, Some(expected)) if expected.name == local => {
                    found = true;
                    let checked = expected.ty.simple().map_or(Ok(()), |simple| simple.check(value));
                    if let Err(error) = checked {
                        self.report(at, findings, "schema-attribute-value", expected.ty.name, || {
                            format!("the attribute {local} = {value:?} {error}")
                        });
                    }
                }
                (AttributeKind::Instance, _)
                    if matches!(local.as_str(), "schemaLocation" | "noNamespaceSchemaLocation") => {}
                (AttributeKind::InstanceType(Some((uri, local))), _)
                    if *uri == self.schema.namespace && local == ty.name => {}
                (AttributeKind::InstanceType(_), _) => {
                    self.report(at, findings, "schema-type-attribute", ty.name, || {
                        format!("xsi:type is {value:?}; remove it, the type is {}", ty.name)
                    });
                }
                _ => self.report(at, findings, "schema-attribute-unknown", ty.name, || match &ty.attribute {
                    Some(expected) => format!("the attribute {local} is not known; there is only {}", expected.name),
                    None => format!("the attribute {local} is not known; there are none here"),
                }),
            }
        }
        if let Some(expected) = &ty.attribute {
            if !found {
                self.report(at, findings, "schema-attribute-missing", ty.name, || {
                    format!("the attribute {} is missing", expected.name)
                });
            }
        }
    }

    /// Takes text. Returns whether the text of one element, which may come in any number of pieces, is longer than
    /// [`TEXT_LIMIT`].
    pub(super) fn text(&mut self, text: &str, at: Position, findings: &mut Findings) -> bool {
        if self.in_text() {
            self.text.push_str(text);
            return self.text.len() > TEXT_LIMIT;
        }
        self.text_between(text, at, findings);
        false
    }

    /// Takes text where there must be elements.
    fn text_between(&mut self, text: &str, at: Position, findings: &mut Findings) {
        let Some(frame) = self.frames.last() else { return };
        if let Some((ty, particles)) = frame.group() {
            if !frame.text_reported && !text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')) {
                self.report(at, findings, "schema-text", ty.name, || {
                    format!("there is text where there must be elements: {}", names(particles))
                });
                if let Some(frame) = self.frames.last_mut() {
                    frame.text_reported = true;
                }
            }
        }
    }

    /// Takes an end tag.
    pub(super) fn end(&mut self, findings: &mut Findings) {
        let Some(frame) = self.frames.last() else { return };
        let at = frame.at;
        if let Expect::Typed(ty) = frame.expect {
            match &ty.content {
                Content::Sequence(particles) => {
                    self.report_missing(ty, particles, frame.position, frame.count, particles.len(), at, findings);
                }
                Content::Choice(particles) => {
                    let chosen = frame.position.checked_sub(1).and_then(|chosen| particles.get(chosen));
                    let enough = match chosen {
                        Some(particle) => frame.count >= particle.min,
                        None => particles.iter().any(|particle| particle.min == 0),
                    };
                    if !enough {
                        self.report(at, findings, "schema-element-missing", ty.name, || {
                            format!("one of {} must be there", names(particles))
                        });
                    }
                }
                Content::Text(_) | Content::TextOf(_) => {
                    let checked = ty.simple().map_or(Ok(()), |simple| simple.check(&self.text));
                    if let Err(error) = checked {
                        let shown = abbreviated(&self.text);
                        self.report(at, findings, "schema-value", ty.name, || format!("{shown:?} {error}"));
                    }
                }
            }
        }
        self.frames.pop();
        self.text.clear();
    }

    /// Reports each particle from the current one up to `until` of which there are too few elements.
    #[expect(clippy::too_many_arguments, reason = "the state of a frame is taken apart once")]
    fn report_missing(
        &self,
        ty: &'static Type,
        particles: &'static [Particle],
        position: usize,
        count: u32,
        until: usize,
        at: Position,
        findings: &mut Findings,
    ) {
        for (index, particle) in particles.iter().enumerate().take(until).skip(position) {
            let there = if index == position { count } else { 0 };
            if there < particle.min {
                let what = if particle.name.is_empty() { "an element" } else { particle.name };
                self.report(at, findings, "schema-element-missing", ty.name, || match particle.min {
                    1 => format!("{what} is missing"),
                    min => format!("{what} is there {there} times, at least {min} are needed"),
                });
            }
        }
    }

    fn report(
        &self,
        at: Position,
        findings: &mut Findings,
        code: &'static str,
        rule: &'static str,
        text: impl FnOnce() -> String,
    ) {
        findings.add(Severity::Error, || {
            let mut path = String::new();
            self.steps().for_each(|step| step.append(&mut path));
            let message = self.schema.message;
            let rule = if rule == message { message.into() } else { format!("{message} {rule}").into() };
            Finding { severity: Severity::Error, code, path, at, rule, text: text() }
        });
    }

    /// A finding about an element that begins in the element that is open.
    fn report_child(
        &self,
        at: Position,
        findings: &mut Findings,
        name: Name<'_>,
        code: &'static str,
        ty: &'static Type,
        text: impl FnOnce() -> String,
    ) {
        findings.add(Severity::Error, || {
            let mut path = String::new();
            self.steps().for_each(|step| step.append(&mut path));
            dynamic_step(name.local).append(&mut path);
            let rule = format!("{} {}", self.schema.message, ty.name).into();
            Finding { severity: Severity::Error, code, path, at, rule, text: format!("{} {}", name.local, text()) }
        });
    }
}

fn static_step(particle: &'static Particle, index: u32) -> PathStep {
    PathStep { name: Cow::Borrowed(particle.name), index, repeats: particle.max > 1 }
}

fn dynamic_step(name: &str) -> PathStep {
    PathStep { name: Cow::Owned(name.to_string()), index: 1, repeats: false }
}

fn named_type(attributes: &[Attribute]) -> Option<&Attribute> {
    attributes.iter().find(|attribute| matches!(attribute.kind, AttributeKind::InstanceType(_)))
}

/// The names of some particles for a person.
fn names(particles: &[Particle]) -> String {
    let names: Vec<&str> =
        particles.iter().map(|particle| if particle.name.is_empty() { "any element" } else { particle.name }).collect();
    names.join(", ")
}

fn at_most(max: u32) -> String {
    if max == 1 { "once is".into() } else { format!("{max} are") }
}

/// A value short enough for a line.
fn abbreviated(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(80) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}
