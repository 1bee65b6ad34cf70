// SPDX-License-Identifier: MIT

//! The isolation forest of Liu, Ting and Zhou (2008): what a few random cuts separate from the rest is unusual.

use serde::{Deserialize, Serialize};

use crate::random::{Random, mix};
use crate::table::{Table, TableError};
use crate::trees::{Builder, Split, Trees, TreesError};

/// Size of an isolation forest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IsolationParameters {
    /// Number of trees.
    pub trees: usize,
    /// Rows that each tree is made of; with fewer rows, all.
    pub sample: usize,
    /// Of the random numbers.
    pub seed: u64,
}

impl Default for IsolationParameters {
    /// Those of the paper.
    fn default() -> Self {
        IsolationParameters { trees: 100, sample: 256, seed: 1 }
    }
}

/// Tells how unusual a row is among those that it was made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IsolationForest {
    trees: Trees,
    sample: u32,
}

/// Rows of a tree that no cut has separated yet.
struct Part {
    rows: Vec<u32>,
    depth: u32,
}

/// c(n): the average length of an unsuccessful search in a binary search tree of `rows` keys, which is what a path would
/// still have been long in a part that was not cut further.
pub fn average_path(rows: usize) -> f64 {
    match rows {
        0 | 1 => 0.0,
        2 => 1.0,
        _ => {
            let n = rows as f64;
            2.0 * ((n - 1.0).ln() + EULER_GAMMA) - 2.0 * (n - 1.0) / n
        }
    }
}

const EULER_GAMMA: f64 = 0.577_215_664_901_532_9;

impl IsolationForest {
    /// Makes a forest of rows that need no labels.
    ///
    /// # Errors
    ///
    /// [`TableError::Empty`].
    pub fn fit(table: &Table, parameters: IsolationParameters) -> Result<IsolationForest, TableError> {
        if table.is_empty() {
            return Err(TableError::Empty);
        }
        let sample = parameters.sample.clamp(1, table.len());
        let limit = (sample as f64).log2().ceil() as u32;
        let mut builder = Builder::new();
        for tree in 0..parameters.trees as u64 {
            let mut random = Random::new(mix(parameters.seed ^ mix(tree)));
            let root = Part { rows: random.distinct(sample, table.len()), depth: 0 };
            builder.tree(root, |part| grow(table, part, limit, &mut random));
        }
        Ok(IsolationForest { trees: builder.finish(), sample: sample as u32 })
    }

    /// From near 0 (deep inside the crowd) over 0.5 (nothing special) to near 1 (separated at once).
    pub fn score(&self, row: &[f32]) -> f64 {
        let path = self.trees.sum(row) / self.trees.len().max(1) as f64;
        // Of a forest of single rows the average path is 0.
        (-path / average_path(self.sample as usize).max(f64::MIN_POSITIVE)).exp2()
    }

    /// Adds how much each feature shortened the path, in steps: positive makes the row more unusual.
    pub fn explain(&self, row: &[f32], contributions: &mut [f64]) {
        let mut steps = vec![0.0; contributions.len()];
        self.trees.explain(row, &mut steps);
        for (contribution, step) in contributions.iter_mut().zip(steps) {
            *contribution -= step / self.trees.len().max(1) as f64;
        }
    }

    /// Whether the forest can be asked about rows of `width` values.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong.
    pub fn check(&self, width: usize) -> Result<(), TreesError> {
        self.trees.check(width)
    }
}

/// Length of the path of a part as a whole, and how it is cut.
fn grow(table: &Table, part: Part, limit: u32, random: &mut Random) -> (f64, Option<Split<Part>>) {
    let length = f64::from(part.depth) + average_path(part.rows.len());
    if part.depth >= limit || part.rows.len() <= 1 {
        return (length, None);
    }
    // Constant features cannot be cut; the next in random order is tried.
    for feature in random.distinct(table.width(), table.width()) {
        let values = part.rows.iter().map(|row| table.get(*row as usize, feature as usize));
        let (low, high) = values.fold((f32::MAX, f32::MIN), |(low, high), value| (low.min(value), high.max(value)));
        if low >= high {
            continue;
        }
        let cut = (f64::from(low) + random.unit() * (f64::from(high) - f64::from(low))) as f32;
        // Rounding must not leave the right side empty.
        let threshold = if cut >= high { low } else { cut };
        let (left, right) =
            part.rows.into_iter().partition(|row| table.get(*row as usize, feature as usize) <= threshold);
        let children = [left, right].map(|rows| Part { rows, depth: part.depth + 1 });
        return (length, Some(Split { feature, threshold, children }));
    }
    (length, None)
}
