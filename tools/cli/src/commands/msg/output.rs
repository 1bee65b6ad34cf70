// SPDX-License-Identifier: MIT

//! Findings on their way to people, and messages that are written only if they are right.

use std::io::{self, Write};
use std::path::Path;

use qenex_messages::finding::{Finding, Severity};
use qenex_messages::iso20022::validate::Options;
use qenex_messages::rules::Profile;
use qenex_messages::{Verdict, judge};

use super::error::MsgError;

/// A refusal in the form of a finding.
pub(super) fn refusal(verdict: &Verdict) -> Option<Finding> {
    let refusal = verdict.refusal.as_ref()?;
    let rule = match refusal.code().split('-').next() {
        Some("xml") => "XML 1.0",
        Some("mt") => "FIN message structure",
        _ => "ISO 20022",
    };
    let (path, rule, text) = ("/".to_string(), rule.into(), refusal.to_string());
    Some(Finding { severity: Severity::Error, code: refusal.code(), path, at: refusal.at(), rule, text })
}

/// Tells on standard error why a message is not processed.
pub(super) fn refused(path: &Path, verdict: &Verdict) -> MsgError {
    for finding in verdict.findings.list().iter().chain(refusal(verdict).as_ref()) {
        eprintln!("{}:{finding}", path.display());
    }
    if verdict.refusal.is_some() { MsgError::Unreadable } else { MsgError::Invalid }
}

/// Prints a message that was made here, if it keeps the rules and its addresses are such as banks take.
pub(super) fn print(text: &str, profile: Profile) -> Result<(), MsgError> {
    let verdict = judge(text.as_bytes(), profile, &Options::default());
    let addresses = verdict.findings.list().iter().any(|finding| finding.code == "address-unstructured");
    if !verdict.is_valid() || addresses {
        return Err(refused(Path::new("the new message"), &verdict));
    }
    for finding in verdict.findings.list() {
        eprintln!("the new message:{finding}");
    }
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(())
}
