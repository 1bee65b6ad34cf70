// SPDX-License-Identifier: MIT

//! Parts of a message while they are being judged: the message's own header, one group of payments, one payment.
//!
//! A message may have millions of payments, so that never more than one of each level is in memory. Rules and typed
//! messages read from [`Element`]s of a [`Record`].

mod element;
mod recorder;
mod units;

pub use element::Element;
pub use recorder::{Record, Recorder};
pub use units::units;

/// A part that is complete, together with the parts around it, of which what came before is there.
#[derive(Clone, Copy, Debug)]
pub struct Part<'r> {
    records: &'r [Record],
}

impl<'r> Part<'r> {
    pub(crate) fn new(records: &'r [Record]) -> Part<'r> {
        Part { records }
    }

    /// 0 for the message itself, 1 for a group or a payment that stands in no group, and so on inwards.
    pub fn level(&self) -> usize {
        self.records.len().saturating_sub(1)
    }

    /// The part that is complete.
    pub fn element(&self) -> Option<Element<'r>> {
        self.records.last().and_then(Record::root)
    }

    /// The part at another level, which is this one or around it.
    pub fn around(&self, level: usize) -> Option<Element<'r>> {
        self.records.get(level).and_then(Record::root)
    }
}
