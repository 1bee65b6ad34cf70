// SPDX-License-Identifier: MIT

//! Decision trees in one array: what every forest of this crate becomes in order to be walked, stored and explained.
//!
//! A node is 12 bytes and its two children are neighbours, so a walk is one comparison and one load for each level and has
//! no branch to predict. Each node has a value, the inner ones too: the mean of what lies below them, so that the steps of
//! a walk tell how much each feature moved the result (Saabas, 2014).

mod build;
mod error;

use serde::{Deserialize, Serialize};

pub(crate) use build::not_above;
pub use build::{Builder, Split};
pub use error::TreesError;

/// In place of a feature: the node is a leaf.
const LEAF: u32 = u32::MAX;

/// A question, or the end of the walk.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Node {
    /// Rows with a value up to this go to `child`, others to `child + 1`.
    threshold: f32,
    /// Which value of the row, or [`LEAF`].
    feature: u32,
    /// Index of the first child, always above the node's own.
    child: u32,
}

/// Trees whose values are added up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Trees {
    nodes: Vec<Node>,
    values: Vec<f32>,
    roots: Vec<u32>,
}

impl Trees {
    /// Number of trees.
    pub fn len(&self) -> usize {
        self.roots.len()
    }

    /// No tree.
    pub fn is_empty(&self) -> bool {
        self.roots.is_empty()
    }

    /// Number of nodes of all trees.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// Sum of the values of the leaves that a row reaches. The row must have all features that the trees ask for, see
    /// [`Trees::check`].
    pub fn sum(&self, row: &[f32]) -> f64 {
        let mut sum = 0.0;
        // Four walks at a time: the processor waits for memory in all of them at once.
        let mut groups = self.roots.chunks_exact(4);
        for group in &mut groups {
            let mut at = [group[0], group[1], group[2], group[3]];
            loop {
                let mut moved = false;
                for place in &mut at {
                    let node = self.nodes[*place as usize];
                    if node.feature != LEAF {
                        *place = node.next(row);
                        moved = true;
                    }
                }
                if !moved {
                    break;
                }
            }
            sum += at.iter().map(|place| f64::from(self.values[*place as usize])).sum::<f64>();
        }
        sum + groups.remainder().iter().map(|root| f64::from(self.values[self.leaf(*root, row)])).sum::<f64>()
    }

    fn leaf(&self, root: u32, row: &[f32]) -> usize {
        let mut at = root;
        loop {
            let node = self.nodes[at as usize];
            if node.feature == LEAF {
                return at as usize;
            }
            at = node.next(row);
        }
    }

    /// Adds to `contributions`, one for each feature, how much it moved the sum; returns the sum of the roots' values. This
    /// and all contributions together are [`Trees::sum`].
    pub fn explain(&self, row: &[f32], contributions: &mut [f64]) -> f64 {
        let mut base = 0.0;
        for root in &self.roots {
            let mut at = *root;
            base += f64::from(self.values[at as usize]);
            loop {
                let node = self.nodes[at as usize];
                if node.feature == LEAF {
                    break;
                }
                let next = node.next(row);
                contributions[node.feature as usize] +=
                    f64::from(self.values[next as usize]) - f64::from(self.values[at as usize]);
                at = next;
            }
        }
        base
    }

    /// Whether every walk with a row of `width` values ends at a leaf with a finite value.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong.
    pub fn check(&self, width: usize) -> Result<(), TreesError> {
        if self.values.len() != self.nodes.len() {
            return Err(TreesError::Values { values: self.values.len(), nodes: self.nodes.len() });
        }
        for (index, (node, value)) in self.nodes.iter().zip(&self.values).enumerate() {
            let wrong = |why| Err(TreesError::Node { node: index, why });
            if !value.is_finite() {
                return wrong("has a value that is not finite");
            }
            if node.feature == LEAF {
                continue;
            }
            if node.feature as usize >= width {
                return wrong("asks for a feature that does not exist");
            }
            if !node.threshold.is_finite() {
                return wrong("has a threshold that is not finite");
            }
            // Children come after their parents, so no walk goes round in circles.
            if node.child as usize <= index || node.child as usize + 1 >= self.nodes.len() {
                return wrong("has no children where it says");
            }
        }
        match self.roots.iter().position(|root| *root as usize >= self.nodes.len()) {
            Some(tree) => Err(TreesError::Root(tree)),
            None => Ok(()),
        }
    }

    /// Appends the trees of another set.
    pub fn append(&mut self, other: &Trees) {
        let offset = self.nodes.len() as u32;
        self.roots.extend(other.roots.iter().map(|root| root + offset));
        self.values.extend_from_slice(&other.values);
        self.nodes.extend(
            other
                .nodes
                .iter()
                .map(|node| Node { child: if node.feature == LEAF { 0 } else { node.child + offset }, ..*node }),
        );
    }
}

impl Node {
    #[inline]
    fn next(self, row: &[f32]) -> u32 {
        self.child + u32::from(row[self.feature as usize] > self.threshold)
    }
}
