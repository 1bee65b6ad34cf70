// SPDX-License-Identifier: MIT

//! The payments of the last weeks, as they looked when they were judged.

use std::collections::{HashMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::decide::Action;
use crate::features::Row;

/// A payment that was judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// The id of its posting.
    pub posting: u128,
    /// When, nanoseconds since 1970.
    pub time: u64,
    /// Who paid: payments of one account are not independent.
    pub account: u64,
    /// Minor units.
    pub amount: u64,
    /// What was done.
    pub action: Action,
    /// What it looked like.
    pub row: Row,
}

/// How much is remembered: about 300 bytes for each payment.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct WindowLimits {
    /// Nanoseconds.
    pub age: u64,
    /// Payments.
    pub rows: usize,
}

impl Default for WindowLimits {
    /// 60 days and 500,000 payments: some 150 MB.
    fn default() -> Self {
        WindowLimits { age: 60 * 86_400_000_000_000, rows: 500_000 }
    }
}

/// Payments in order of time; the oldest leave when there are too many or they are too old.
#[derive(Clone, Debug, Default)]
pub struct Window {
    limits: WindowLimits,
    examples: VecDeque<Example>,
    /// Number of each posting, counted from the first ever.
    places: HashMap<u128, u64>,
    left: u64,
}

impl Window {
    /// Nothing remembered yet.
    pub fn new(limits: WindowLimits) -> Window {
        Window { limits, ..Window::default() }
    }

    /// Remembers a payment; the postings that are forgotten for it. One that is known already changes nothing; one from
    /// before the last counts as of the same time.
    pub fn push(&mut self, mut example: Example) -> Vec<u128> {
        if self.places.contains_key(&example.posting) {
            return Vec::new();
        }
        example.time = example.time.max(self.examples.back().map_or(0, |last| last.time));
        let now = example.time;
        self.places.insert(example.posting, self.left + self.examples.len() as u64);
        self.examples.push_back(example);
        let mut forgotten = Vec::new();
        while self.examples.len() > self.limits.rows.max(1)
            || self.examples.front().is_some_and(|first| first.time.saturating_add(self.limits.age) < now)
        {
            if let Some(oldest) = self.examples.pop_front() {
                self.left += 1;
                self.places.remove(&oldest.posting);
                forgotten.push(oldest.posting);
            }
        }
        forgotten
    }

    /// A payment that is remembered.
    pub fn get(&self, posting: u128) -> Option<&Example> {
        self.examples.get((self.places.get(&posting)? - self.left) as usize)
    }

    /// Payments from one time up to but not including another.
    pub fn between(&self, from: u64, to: u64) -> impl Iterator<Item = &Example> {
        let start = self.examples.partition_point(|example| example.time < from);
        let end = self.examples.partition_point(|example| example.time < to);
        self.examples.range(start..end.max(start))
    }

    /// Number of payments.
    pub fn len(&self) -> usize {
        self.examples.len()
    }

    /// None remembered.
    pub fn is_empty(&self) -> bool {
        self.examples.is_empty()
    }
}
