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
    /// The row of a workload that has not been run yet.
    pub(crate) fn new(workload: Workload) -> Self {
        Row { workload, ours: Vec::new(), naive: Vec::new() }
    }

    /// Runs the workload once with each ledger, one after the other, so that what disturbs one disturbs the other.
    pub(crate) fn run(&mut self, alone: bool) {
        let per_item = |elapsed: std::time::Duration| elapsed.as_secs_f64() * 1e9 / self.workload.items as f64;
        self.ours.push(per_item(core::run(&self.workload)));
        if !alone {
            self.naive.push(per_item(naive::run(&self.workload)));
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let least = |figures: &[f64]| figures.iter().copied().fold(f64::NAN, f64::min);
        let (ours, naive) = (least(&self.ours), least(&self.naive));
        write!(f, "| {} | {ours:.0} | {naive:.0} | {:.2} |", self.workload.name, naive / ours)
    }
}
