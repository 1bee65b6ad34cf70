// SPDX-License-Identifier: MIT

//! What becomes known of payments, and who says so.

use std::collections::{HashMap, VecDeque};
use std::fmt::{self, Display};

use serde::{Deserialize, Serialize};

use super::error::LabelError;

/// Nanoseconds.
const DAY: u64 = 86_400_000_000_000;

/// How much somebody's word counts: more further down.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// A customer claims it.
    Customer,
    /// Another bank or a card scheme wants the money back.
    Chargeback,
    /// An analyst of the bank has looked at it.
    Analyst,
}

/// Who says so.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// What kind of source.
    pub kind: SourceKind,
    /// Its name: of the analyst, of the scheme, of the customer.
    pub name: String,
}

impl Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.kind, self.name)
    }
}

/// What is said of a payment.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Label {
    /// The id of the posting.
    pub posting: u128,
    /// Fraud or honest.
    pub fraud: bool,
    /// By whom.
    pub by: Source,
    /// When it was said, nanoseconds since 1970.
    pub time: u64,
}

/// How many labels of one source are believed within 24 hours. One that says more is not heard until they are older.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct LabelLimits {
    /// Of one customer.
    pub customer: usize,
    /// Of one scheme or bank.
    pub chargeback: usize,
    /// Of one analyst.
    pub analyst: usize,
}

impl Default for LabelLimits {
    fn default() -> Self {
        LabelLimits { customer: 5, chargeback: 10_000, analyst: 1_000 }
    }
}

/// All that is known.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    limits: LabelLimits,
    known: HashMap<u128, Label>,
    /// Times of the labels of each source within a day.
    recent: HashMap<Source, VecDeque<u64>>,
}

impl Labels {
    /// Nothing known yet.
    pub fn new(limits: LabelLimits) -> Labels {
        Labels { limits, ..Labels::default() }
    }

    /// Takes a label of a posting that was made at `posted`.
    ///
    /// # Errors
    ///
    /// [`LabelError::BeforePosting`], [`LabelError::AlreadyLabelled`], [`LabelError::Flood`]; nothing was taken then.
    pub fn add(&mut self, label: Label, posted: u64) -> Result<(), LabelError> {
        if label.time < posted {
            return Err(LabelError::BeforePosting);
        }
        if let Some(known) = self.known.get(&label.posting).filter(|known| known.by.kind >= label.by.kind) {
            return Err(LabelError::AlreadyLabelled {
                posting: label.posting,
                fraud: known.fraud,
                by: known.by.clone(),
            });
        }
        let most = match label.by.kind {
            SourceKind::Customer => self.limits.customer,
            SourceKind::Chargeback => self.limits.chargeback,
            SourceKind::Analyst => self.limits.analyst,
        };
        let recent = self.recent.entry(label.by.clone()).or_default();
        while recent.front().is_some_and(|time| time.saturating_add(DAY) <= label.time) {
            recent.pop_front();
        }
        if recent.len() >= most {
            return Err(LabelError::Flood { by: label.by, count: recent.len(), most });
        }
        recent.push_back(label.time);
        self.known.insert(label.posting, label);
        Ok(())
    }

    /// What is known of a posting.
    pub fn get(&self, posting: u128) -> Option<&Label> {
        self.known.get(&posting)
    }

    /// Number of postings of which something is known.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Nothing is known.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Takes back all that a source has said; how much that was. For a source that was found to be wrong or worse.
    pub fn distrust(&mut self, source: &Source) -> usize {
        let before = self.known.len();
        self.known.retain(|_, label| label.by != *source);
        before - self.known.len()
    }

    pub(super) fn forget(&mut self, posting: u128) {
        self.known.remove(&posting);
    }

    /// Lets go of what sources said more than a day before `now`.
    pub(super) fn tidy(&mut self, now: u64) {
        self.recent.retain(|_, times| times.back().is_some_and(|time| time.saturating_add(DAY) > now));
    }
}
