// SPDX-License-Identifier: MIT

//! Filling records while a message streams past.

use std::ops::Range;

use super::{Element, units};
use crate::finding::Position;
use crate::iso20022::schema::Type;
use crate::iso20022::validate::PathStep;

/// Most elements, and most bytes of text, of one part.
pub(crate) const PART_LIMIT: usize = 4 << 20;
/// The same where a whole message is one part: some fifty thousand payments.
const WHOLE_LIMIT: usize = 64 << 20;

/// An element in a record. Elements are in document order, so that those within an element follow it.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) name: &'static str,
    pub(super) ty: &'static Type,
    pub(super) index: u32,
    pub(super) repeats: bool,
    pub(super) at: Position,
    /// One more than the last element within this one.
    pub(super) end: usize,
    pub(super) text: Range<usize>,
    pub(super) attribute: Range<usize>,
}

/// One part of a message.
#[derive(Clone, Debug, Default)]
pub struct Record {
    pub(super) nodes: Vec<Node>,
    pub(super) text: String,
    /// The path of the element around the part.
    pub(super) base: Vec<PathStep>,
    /// Elements of the part that are open.
    open: Vec<usize>,
}

impl Record {
    /// The element that the part consists of.
    pub fn root(&self) -> Option<Element<'_>> {
        if self.nodes.is_empty() { None } else { Some(Element::new(self, 0)) }
    }

    fn clear(&mut self) {
        self.nodes.clear();
        self.text.clear();
        self.base.clear();
        self.open.clear();
    }
}

/// Fills records with the elements of one message.
#[derive(Debug)]
pub struct Recorder {
    units: &'static [(usize, &'static str)],
    /// By level; those beyond the current one are kept for their memory.
    records: Vec<Record>,
    /// Levels in use.
    levels: usize,
    /// Depth of the document at which each level began.
    starts: Vec<usize>,
    /// Most bytes of text of one part; elements, a 64th of it.
    limit: usize,
}

impl Recorder {
    /// A recorder for a message of this definition.
    pub fn new(message: &str) -> Recorder {
        Recorder { units: units(message), limit: PART_LIMIT, ..Recorder::whole() }
    }

    /// A recorder that takes a whole message for one part.
    pub fn whole() -> Recorder {
        Recorder { units: &[], records: vec![Record::default()], levels: 1, starts: vec![0], limit: WHOLE_LIMIT }
    }

    /// Takes the start of an element at `depth` below the root, whose path is `steps`.
    pub(crate) fn start<'s>(
        &mut self,
        (name, ty): (&'static str, &'static Type),
        depth: usize,
        attribute: Option<&str>,
        at: Position,
        mut steps: impl DoubleEndedIterator<Item = &'s PathStep>,
    ) {
        let begins = self.units.contains(&(depth, name));
        let own = steps.next_back();
        if begins {
            self.levels += 1;
            self.starts.push(depth);
            if self.records.len() < self.levels {
                self.records.push(Record::default());
            }
        }
        let Some(record) = self.records.get_mut(self.levels - 1) else { return };
        if begins {
            record.base.extend(steps.cloned());
        }
        let start = record.text.len();
        record.text.push_str(attribute.unwrap_or_default());
        let end = record.text.len();
        let (index, repeats) = own.map_or((1, false), |own| (own.index, own.repeats));
        record.open.push(record.nodes.len());
        record.nodes.push(Node { name, ty, index, repeats, at, end: 0, text: end..end, attribute: start..end });
    }

    /// Takes the end of the element at `depth`, with its text. Returns whether a part is complete.
    pub(crate) fn end(&mut self, depth: usize, text: &str) -> bool {
        let Some(record) = self.records.get_mut(self.levels - 1) else { return false };
        let count = record.nodes.len();
        if let Some(node) = record.open.pop().and_then(|open| record.nodes.get_mut(open)) {
            node.end = count;
            if !text.is_empty() {
                node.text = record.text.len()..record.text.len() + text.len();
                record.text.push_str(text);
            }
        }
        self.starts.last() == Some(&depth)
    }

    /// The parts from the message itself to the innermost.
    pub(crate) fn records(&self) -> &[Record] {
        self.records.get(..self.levels).unwrap_or_default()
    }

    /// Whether the innermost part is larger than is accepted.
    pub(crate) fn overflows(&self) -> bool {
        let last = self.records.get(self.levels - 1);
        last.is_some_and(|record| record.nodes.len() > self.limit / 64 || record.text.len() > self.limit)
    }

    /// Most bytes of text of one part.
    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    /// Forgets the innermost part, which is complete.
    pub(crate) fn forget(&mut self) {
        if let Some(record) = self.records.get_mut(self.levels - 1) {
            record.clear();
        }
        self.starts.pop();
        self.levels = self.levels.saturating_sub(1).max(1);
    }
}
