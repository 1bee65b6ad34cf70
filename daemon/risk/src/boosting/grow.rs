// SPDX-License-Identifier: MIT

//! One tree of a booster.

use super::BoosterParameters;
use super::bins::Bins;
use crate::trees::Split;

/// What a tree is grown of.
pub(super) struct Grower<'a> {
    pub(super) bins: &'a Bins,
    /// First and second derivative of the loss, for each row.
    pub(super) gradients: &'a [(f64, f64)],
    /// Features that this tree may ask.
    pub(super) features: &'a [u32],
    pub(super) parameters: &'a BoosterParameters,
}

/// A part of a tree: rows with a bin up to `bin` go to the first child.
struct Part {
    value: f64,
    split: Option<(u32, u8, [usize; 2])>,
}

/// A tree over bins.
pub(super) struct Grown {
    parts: Vec<Part>,
}

/// Sums of derivatives.
#[derive(Clone, Copy, Default)]
struct Sums {
    gradient: f64,
    hessian: f64,
}

impl Sums {
    fn add(&mut self, (gradient, hessian): (f64, f64)) {
        self.gradient += gradient;
        self.hessian += hessian;
    }

    fn without(self, other: Sums) -> Sums {
        Sums { gradient: self.gradient - other.gradient, hessian: self.hessian - other.hessian }
    }

    /// How much the best value of a leaf lowers the loss, doubled.
    fn gain(self, l2: f64) -> f64 {
        self.gradient * self.gradient / (self.hessian + l2)
    }
}

impl Grower<'_> {
    pub(super) fn grow(&self, rows: Vec<u32>) -> Grown {
        let mut grown = Grown { parts: Vec::new() };
        self.part(&mut grown, rows, 0);
        grown
    }

    /// Grows the part that holds `rows`; returns its index. Recursion ends at the greatest depth.
    fn part(&self, grown: &mut Grown, rows: Vec<u32>, depth: u32) -> usize {
        let mut sums = Sums::default();
        rows.iter().for_each(|row| sums.add(self.gradients[*row as usize]));
        let l2 = self.parameters.l2.max(1e-9);
        let value = -self.parameters.rate * sums.gradient / (sums.hessian + l2);
        let index = grown.parts.len();
        grown.parts.push(Part { value, split: None });
        if depth >= self.parameters.depth {
            return index;
        }
        if let Some((feature, bin)) = self.best_split(&rows, sums) {
            let codes = self.bins.codes(feature);
            let (left, right) = rows.into_iter().partition(|row| codes[*row as usize] <= bin);
            let left = self.part(grown, left, depth + 1);
            let right = self.part(grown, right, depth + 1);
            grown.parts[index].split = Some((feature, bin, [left, right]));
        }
        index
    }

    fn best_split(&self, rows: &[u32], all: Sums) -> Option<(u32, u8)> {
        let (l2, leaf) = (self.parameters.l2.max(1e-9), self.parameters.leaf);
        let mut best = (1e-9, None);
        for feature in self.features {
            let mut histogram = [Sums::default(); 256];
            let codes = self.bins.codes(*feature);
            for row in rows {
                histogram[usize::from(codes[*row as usize])].add(self.gradients[*row as usize]);
            }
            let mut left = Sums::default();
            let cuts = self.bins.count(*feature).saturating_sub(1);
            for (bin, sums) in histogram.iter().take(cuts).enumerate() {
                left.add((sums.gradient, sums.hessian));
                let right = all.without(left);
                if left.hessian < leaf || right.hessian < leaf {
                    continue;
                }
                let gain = left.gain(l2) + right.gain(l2) - all.gain(l2);
                if gain > best.0 {
                    best = (gain, Some((*feature, bin as u8)));
                }
            }
        }
        best.1
    }
}

impl Grown {
    /// Value for a row of the training set.
    pub(super) fn value(&self, bins: &Bins, row: usize) -> f64 {
        let mut part = &self.parts[0];
        while let Some((feature, bin, [left, right])) = part.split {
            part = &self.parts[if bins.codes(feature)[row] <= bin { left } else { right }];
        }
        part.value
    }

    /// For [`crate::trees::Builder::tree`].
    pub(super) fn visit(&self, bins: &Bins, index: usize) -> (f64, Option<Split<usize>>) {
        let part = &self.parts[index];
        let split =
            part.split.map(|(feature, bin, children)| Split { feature, threshold: bins.cut(feature, bin), children });
        (part.value, split)
    }
}
