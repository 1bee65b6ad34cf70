// SPDX-License-Identifier: MIT

//! Elements of a record.

use std::fmt::Write as _;

use super::recorder::{Node, Record};
use crate::finding::Position;
use crate::iso20022::schema::Type;

/// An element of a part of a message.
#[derive(Clone, Copy, Debug)]
pub struct Element<'r> {
    record: &'r Record,
    index: usize,
}

impl<'r> Element<'r> {
    pub(super) fn new(record: &'r Record, index: usize) -> Element<'r> {
        Element { record, index }
    }

    fn node(&self) -> &'r Node {
        &self.record.nodes[self.index]
    }

    /// One more than its last descendant. An element that is still open has no end yet: all that follow are in it.
    fn end(&self) -> usize {
        let (end, all) = (self.node().end, self.record.nodes.len());
        if end == 0 { all } else { end }
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.node().name
    }

    /// Its type.
    pub fn ty(&self) -> &'static Type {
        self.node().ty
    }

    /// Its text, as it is written; empty if it holds elements.
    pub fn text(&self) -> &'r str {
        self.record.text.get(self.node().text.clone()).unwrap_or_default()
    }

    /// Its attribute, in ISO 20022 the currency of an amount; empty if it has none.
    pub fn attribute(&self) -> &'r str {
        self.record.text.get(self.node().attribute.clone()).unwrap_or_default()
    }

    /// Where it begins.
    pub fn at(&self) -> Position {
        self.node().at
    }

    /// The elements in it, in their order.
    pub fn children(&self) -> impl Iterator<Item = Element<'r>> + use<'r> {
        let record = self.record;
        let end = self.end();
        let mut next = self.index + 1;
        std::iter::from_fn(move || {
            let element = Element { record, index: next };
            if next >= end {
                return None;
            }
            next = element.end();
            Some(element)
        })
    }

    /// All elements within it, in document order, itself first.
    pub fn descendants(&self) -> impl Iterator<Item = Element<'r>> + use<'r> {
        let record = self.record;
        (self.index..self.end()).map(move |index| Element { record, index })
    }

    /// The first element at a path of names such as `PmtId/EndToEndId`.
    pub fn get(&self, path: &str) -> Option<Element<'r>> {
        // Paths are short, and rules ask for many of them: setting up a search for the slash would take longer than this.
        let (first, rest) = match path.bytes().position(|byte| byte == b'/') {
            Some(slash) => (path.get(..slash)?, path.get(slash + 1..)),
            None => (path, None),
        };
        let child = self.children().find(|child| child.name() == first)?;
        rest.map_or(Some(child), |rest| child.get(rest))
    }

    /// The text of the first element at a path.
    pub fn text_at(&self, path: &str) -> Option<&'r str> {
        self.get(path).map(|element| element.text())
    }

    /// All elements at a path.
    pub fn all(&self, path: &str) -> Vec<Element<'r>> {
        let mut found = vec![*self];
        for name in path.split('/') {
            found = found.iter().flat_map(Element::children).filter(|child| child.name() == name).collect();
        }
        found
    }

    /// Its path in the whole document, with indexes.
    pub fn path(&self) -> String {
        let mut path = String::new();
        self.record.base.iter().for_each(|step| step.append(&mut path));
        for index in 0..=self.index {
            let element = Element { record: self.record, index };
            if element.end() > self.index {
                let node = element.node();
                path.push('/');
                path.push_str(node.name);
                if node.repeats || node.index > 1 {
                    // Writing to a string does not fail.
                    let _ = write!(path, "[{}]", node.index);
                }
            }
        }
        path
    }
}
