// SPDX-License-Identifier: MIT

//! A bounded list of findings.

use super::{Finding, Severity};

/// Findings in the order in which they were made. A message with a mistake in every line does not fill the memory: after
/// a limit they are only counted.
#[derive(Debug)]
pub struct Findings {
    list: Vec<Finding>,
    limit: usize,
    errors: u64,
    warnings: u64,
}

impl Findings {
    /// An empty list that keeps at most `limit` findings.
    pub fn new(limit: usize) -> Findings {
        Findings { list: Vec::new(), limit, errors: 0, warnings: 0 }
    }

    /// Takes note of a finding; `make` is called only if there is room for it.
    pub fn add(&mut self, severity: Severity, make: impl FnOnce() -> Finding) {
        match severity {
            Severity::Error => self.errors = self.errors.saturating_add(1),
            Severity::Warning => self.warnings = self.warnings.saturating_add(1),
        }
        if self.list.len() < self.limit {
            self.list.push(make());
        }
    }

    /// The findings that are kept.
    pub fn list(&self) -> &[Finding] {
        &self.list
    }

    /// How many errors were found, also beyond the limit.
    pub fn errors(&self) -> u64 {
        self.errors
    }

    /// How many warnings were found, also beyond the limit.
    pub fn warnings(&self) -> u64 {
        self.warnings
    }

    /// How many findings were counted but not kept.
    pub fn omitted(&self) -> u64 {
        let kept = u64::try_from(self.list.len()).unwrap_or(u64::MAX);
        self.errors.saturating_add(self.warnings).saturating_sub(kept)
    }
}
