// SPDX-License-Identifier: MIT

//! Making findings at elements.

use crate::finding::{Finding, Findings, Severity};
use crate::iso20022::record::Element;

/// Takes findings of rules.
pub(super) struct Report<'f> {
    findings: &'f mut Findings,
}

impl<'f> Report<'f> {
    pub(super) fn new(findings: &'f mut Findings) -> Report<'f> {
        Report { findings }
    }

    /// Something that breaks a rule.
    pub(super) fn error(
        &mut self,
        at: Element<'_>,
        code: &'static str,
        rule: &'static str,
        text: impl FnOnce() -> String,
    ) {
        self.add(Severity::Error, at, code, rule, text);
    }

    /// Something that is worth a look.
    pub(super) fn warning(
        &mut self,
        at: Element<'_>,
        code: &'static str,
        rule: &'static str,
        text: impl FnOnce() -> String,
    ) {
        self.add(Severity::Warning, at, code, rule, text);
    }

    fn add(
        &mut self,
        severity: Severity,
        at: Element<'_>,
        code: &'static str,
        rule: &'static str,
        text: impl FnOnce() -> String,
    ) {
        self.findings.add(severity, || Finding {
            severity,
            code,
            path: at.path(),
            at: at.at(),
            rule: rule.into(),
            text: text(),
        });
    }
}
