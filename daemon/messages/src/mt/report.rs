// SPDX-License-Identifier: MIT

//! Findings of one message, and their places.

use crate::finding::{Finding, Findings, Position, Severity};

/// A place in a message.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Place {
    /// Its path, such as `/MT103[1]/4/71F[2]`.
    pub path: String,
    /// Where that is in the file.
    pub at: Position,
}

impl Place {
    /// A place within this one; `at` is where it begins.
    pub(super) fn within(&self, step: &str, at: Position) -> Place {
        Place { path: format!("{}/{step}", self.path), at }
    }
}

/// Findings on their way into the list.
pub(super) struct Report<'r> {
    findings: &'r mut Findings,
}

impl<'r> Report<'r> {
    pub(super) fn new(findings: &'r mut Findings) -> Report<'r> {
        Report { findings }
    }

    pub(super) fn error(
        &mut self,
        code: &'static str,
        place: &Place,
        rule: &'static str,
        text: impl FnOnce() -> String,
    ) {
        self.add(Severity::Error, code, place, rule, text);
    }

    pub(super) fn warning(
        &mut self,
        code: &'static str,
        place: &Place,
        rule: &'static str,
        text: impl FnOnce() -> String,
    ) {
        self.add(Severity::Warning, code, place, rule, text);
    }

    fn add(
        &mut self,
        severity: Severity,
        code: &'static str,
        place: &Place,
        rule: &'static str,
        text: impl FnOnce() -> String,
    ) {
        self.findings.add(severity, || {
            let Place { path, at } = place.clone();
            Finding { severity, code, path, at, rule: rule.into(), text: text() }
        });
    }

    pub(super) fn errors(&self) -> u64 {
        self.findings.errors()
    }
}

/// Outside input as it is quoted in a finding: no control characters, and not much of it.
pub(super) fn quoted(bytes: &[u8]) -> String {
    let text: String = String::from_utf8_lossy(bytes.get(..60).unwrap_or(bytes)).escape_debug().collect();
    if bytes.len() > 60 { format!("\"{text}…\"") } else { format!("\"{text}\"") }
}
