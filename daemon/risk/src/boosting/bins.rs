// SPDX-License-Identifier: MIT

//! Features cut into bins.

use crate::table::Table;

/// Most bins of a feature.
const MOST: usize = 255;
/// Of more rows, so many evenly spaced ones determine the cuts.
const SAMPLE: usize = 100_000;

/// The bin of each value.
pub(super) struct Bins {
    /// For each feature the highest value of each bin but the last.
    cuts: Vec<Vec<f32>>,
    /// Feature after feature, the bin of each row.
    codes: Vec<Vec<u8>>,
}

impl Bins {
    pub(super) fn new(table: &Table) -> Bins {
        let (mut cuts, mut codes) = (Vec::new(), Vec::new());
        for feature in 0..table.width() {
            let step = table.len().div_ceil(SAMPLE).max(1);
            let mut values: Vec<f32> = (0..table.len()).step_by(step).map(|row| table.get(row, feature)).collect();
            values.sort_by(f32::total_cmp);
            let edges = edges(&values);
            let code = |row| edges.partition_point(|edge| *edge < table.get(row, feature)) as u8;
            codes.push((0..table.len()).map(code).collect());
            cuts.push(edges);
        }
        Bins { cuts, codes }
    }

    /// How many bins a feature has.
    pub(super) fn count(&self, feature: u32) -> usize {
        self.cuts[feature as usize].len() + 1
    }

    /// The bin of each row.
    pub(super) fn codes(&self, feature: u32) -> &[u8] {
        &self.codes[feature as usize]
    }

    /// The highest value in a bin that is not the last.
    pub(super) fn cut(&self, feature: u32, bin: u8) -> f32 {
        self.cuts[feature as usize][usize::from(bin)]
    }
}

/// Midpoints between neighbouring values; of too many values, those at equal steps of rank.
fn edges(sorted: &[f32]) -> Vec<f32> {
    let mut distinct = sorted.to_vec();
    distinct.dedup();
    let between = |low: f32, high: f32| {
        let middle = low + (high - low) / 2.0;
        if middle < high { middle } else { low }
    };
    if distinct.len() <= MOST {
        return distinct.windows(2).map(|pair| between(pair[0], pair[1])).collect();
    }
    let mut edges: Vec<f32> = (1..MOST)
        .filter_map(|part| {
            let value = sorted[part * sorted.len() / MOST];
            let next = distinct.partition_point(|other| *other <= value);
            distinct.get(next).map(|high| between(value, *high))
        })
        .collect();
    edges.dedup();
    edges
}
