// SPDX-License-Identifier: MIT

//! The results.

use std::fmt;

use serde::Serialize;

use crate::workload::Workload;
use crate::{core, naive};

/// One workload's figures, nanoseconds per item.
#[derive(Serialize)]
pub(crate) struct Row {
    #[serde(flatten)]
    workload: Workload,
    ours: Vec<f64>,
    naive: Vec<f64>,
}

impl Row {
    /// Measures both in turn, so that what disturbs one disturbs the other.
    pub(crate) fn measure(workload: &Workload, runs: usize, alone: bool) -> Self {
        let per_item = |elapsed: std::time::Duration| elapsed.as_secs_f64() * 1e9 / workload.items as f64;
        let mut row = Row { workload: workload.clone(), ours: Vec::new(), naive: Vec::new() };
        for _ in 0..runs {
            row.ours.push(per_item(core::run(workload)));
            if !alone {
                row.naive.push(per_item(naive::run(workload)));
            }
        }
        row
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let least = |figures: &[f64]| figures.iter().copied().fold(f64::NAN, f64::min);
        let (ours, naive) = (least(&self.ours), least(&self.naive));
        write!(f, "| {} | {ours:.0} | {naive:.0} | {:.2} |", self.workload.name, naive / ours)
    }
}
