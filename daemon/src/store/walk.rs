// SPDX-License-Identifier: MIT

//! Walking along the chain.

use std::collections::VecDeque;

use super::{ChainHead, Group, Reader, StoreError};

/// Bytes read at a time: enough that a query's cost does not show.
const PIECE: usize = 8 << 20;

/// The groups of a store in order, each checked to follow on the one before.
pub struct Walk<'a> {
    reader: &'a mut dyn Reader,
    next: u64,
    chain: ChainHead,
    until: u64,
    waiting: VecDeque<Group>,
    ended: bool,
}

impl<'a> Walk<'a> {
    /// Walks from the first entry to the last.
    pub fn from_start(reader: &'a mut dyn Reader) -> Self {
        let genesis = ChainHead::genesis(reader.identity().ledger_id);
        Self::after(reader, 0, genesis)
    }

    /// Walks on from entry `sequence`, the last of a group, up to which the chain's head is `chain`.
    pub fn after(reader: &'a mut dyn Reader, sequence: u64, chain: ChainHead) -> Self {
        let next = sequence.saturating_add(1);
        Walk { reader, next, chain, until: u64::MAX, waiting: VecDeque::new(), ended: false }
    }

    /// Ends with the group that holds entry `sequence`.
    pub fn until(mut self, sequence: u64) -> Self {
        self.until = sequence;
        self
    }

    /// The chain's head after the last group that was walked over.
    pub fn chain_head(&self) -> ChainHead {
        self.chain
    }

    fn step(&mut self) -> Result<Option<Group>, StoreError> {
        if self.next > self.until {
            return Ok(None);
        }
        if self.waiting.is_empty() {
            self.waiting = self.reader.groups(self.next, PIECE)?.into();
        }
        let Some(group) = self.waiting.pop_front() else { return Ok(None) };
        if group.first() != self.next {
            return Err(StoreError::Gap { expected: self.next, found: group.first() });
        }
        if group.previous() != self.chain {
            let (first, before, named) = (group.first(), self.chain, group.previous());
            return Err(StoreError::Chain { first, before, named });
        }
        self.chain = group.head();
        self.next = group.last().saturating_add(1);
        Ok(Some(group))
    }
}

impl Iterator for Walk<'_> {
    type Item = Result<Group, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let step = self.step().transpose();
        self.ended = !matches!(step, Some(Ok(_)));
        step
    }
}
