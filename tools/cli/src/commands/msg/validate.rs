// SPDX-License-Identifier: MIT

//! `qenex msg validate`.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use qenex_messages::Verdict;
use qenex_messages::iso20022::validate::Options;
use serde_json::json;

use super::args::ValidateArgs;
use super::error::MsgError;
use super::input;
use super::output::refusal;

/// Judges each file and prints what is wrong.
pub(super) fn run(args: &ValidateArgs, json: bool) -> Result<(), MsgError> {
    let mut out = BufWriter::new(io::stdout().lock());
    let options = Options { findings: args.limit, ..Options::default() };
    let mut status = Ok(());
    let mut documents = Vec::new();
    for path in &args.files {
        let verdict = match input::open(path) {
            Ok(input) => qenex_messages::judge(input, args.profile, &options),
            Err(error) => {
                eprintln!("qenex: {}: {error}", path.display());
                status = Err(MsgError::Unreadable);
                continue;
            }
        };
        if json {
            documents.push(document(path, &verdict));
        } else {
            print(&mut out, path, &verdict)?;
        }
        if verdict.refusal.is_some() {
            status = Err(MsgError::Unreadable);
        } else if !verdict.is_valid() && status.is_ok() {
            status = Err(MsgError::Invalid);
        }
    }
    if json {
        writeln!(out, "{:#}", json!({ "profile": args.profile.name(), "files": documents }))?;
    }
    out.flush()?;
    status
}

/// One line for each finding, and one for a refusal.
fn print(out: &mut impl Write, path: &Path, verdict: &Verdict) -> io::Result<()> {
    let path = path.display();
    for finding in verdict.findings.list() {
        writeln!(out, "{path}:{finding}")?;
    }
    if verdict.findings.omitted() > 0 {
        writeln!(out, "{path}: {} more findings", verdict.findings.omitted())?;
    }
    if let Some(finding) = refusal(verdict) {
        writeln!(out, "{path}:{finding}")?;
    }
    if verdict.is_valid() {
        writeln!(out, "{path}: valid {}", verdict.messages.join(" and "))?;
    }
    Ok(())
}

fn document(path: &Path, verdict: &Verdict) -> serde_json::Value {
    json!({
        "file": path.to_string_lossy(),
        "messages": verdict.messages,
        "valid": verdict.is_valid(),
        "readable": verdict.refusal.is_none(),
        "errors": verdict.findings.errors(),
        "warnings": verdict.findings.warnings(),
        "omitted": verdict.findings.omitted(),
        "findings": verdict.findings.list().iter().chain(refusal(verdict).as_ref()).collect::<Vec<_>>(),
    })
}
