// SPDX-License-Identifier: MIT

//! Making [`Trees`].

use super::{LEAF, Node, Trees};

/// A question with its two answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Split<T> {
    /// Which value of the row.
    pub feature: u32,
    /// Rows up to this go left.
    pub threshold: f32,
    /// What is left and right of it.
    pub children: [T; 2],
}

/// Lays trees out in the array, parents before children.
#[derive(Debug, Default)]
pub struct Builder {
    trees: Trees,
}

impl Builder {
    /// No trees yet.
    pub fn new() -> Builder {
        Builder::default()
    }

    /// Lays out one tree. `visit` says of each part of it, beginning with `root`, its value and its split if it has one.
    pub fn tree<T>(&mut self, root: T, mut visit: impl FnMut(T) -> (f64, Option<Split<T>>)) {
        let trees = &mut self.trees;
        let mut waiting = vec![(trees.push(), root)];
        trees.roots.push(waiting[0].0 as u32);
        while let Some((index, part)) = waiting.pop() {
            let (value, split) = visit(part);
            trees.values[index] = value as f32;
            if let Some(Split { feature, threshold, children: [left, right] }) = split {
                let child = trees.push();
                trees.push();
                trees.nodes[index] = Node { threshold, feature, child: child as u32 };
                waiting.push((child + 1, right));
                waiting.push((child, left));
            }
        }
    }

    /// What was laid out.
    pub fn finish(self) -> Trees {
        self.trees
    }
}

impl Trees {
    /// A leaf to be filled in.
    fn push(&mut self) -> usize {
        self.nodes.push(Node { threshold: 0.0, feature: LEAF, child: 0 });
        self.values.push(0.0);
        self.nodes.len() - 1
    }
}

/// The largest `f32` that is not above `threshold`: the same `f32` values are at most it as are at most `threshold`.
pub(crate) fn not_above(threshold: f64) -> f32 {
    let near = threshold as f32;
    if f64::from(near) <= threshold {
        return near;
    }
    // The next lower number has the next lower bits above zero, the next higher ones below.
    match near.to_bits() {
        0 | 0x8000_0000 => -f32::from_bits(1),
        bits if near > 0.0 => f32::from_bits(bits - 1),
        bits => f32::from_bits(bits + 1),
    }
}
