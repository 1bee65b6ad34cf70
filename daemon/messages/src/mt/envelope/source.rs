// SPDX-License-Identifier: MIT

//! Offsets of a file as lines and columns.

use crate::finding::Position;

/// A file with the position of one of its offsets, from which those that follow are counted.
pub(in crate::mt) struct Source<'s> {
    pub(in crate::mt) bytes: &'s [u8],
    offset: usize,
    position: Position,
}

impl<'s> Source<'s> {
    pub(in crate::mt) fn new(bytes: &'s [u8]) -> Source<'s> {
        Source { bytes, offset: 0, position: Position { line: 1, column: 1 } }
    }

    /// Counts from a later offset on, so that no message is counted for those after it.
    pub(in crate::mt) fn advance(&mut self, offset: usize) {
        self.position = self.position(offset);
        self.offset = offset;
    }

    /// Where an offset is.
    pub(in crate::mt) fn position(&self, offset: usize) -> Position {
        let between = self.bytes.get(self.offset..offset).unwrap_or_default();
        let lines = memchr::memchr_iter(b'\n', between).count();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        match memchr::memrchr(b'\n', between) {
            None => {
                Position { line: self.position.line, column: self.position.column.saturating_add(count(between.len())) }
            }
            Some(last) => {
                Position { line: self.position.line.saturating_add(count(lines)), column: count(between.len() - last) }
            }
        }
    }
}
