// SPDX-License-Identifier: MIT

//! Writes `qenex-abi/include/qenex.h` and `docs/abi.md`, or with `--check` says how it differs from what the source wants.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use similar::TextDiff;

fn main() -> Result<ExitCode> {
    let path = qenex_header::header_path();
    let wanted = qenex_header::generate()?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => {
            for (path, wanted) in [(path, wanted), (qenex_header::reference_path(), qenex_header::reference()?)] {
                std::fs::write(&path, wanted).with_context(|| format!("cannot write {}", path.display()))?;
            }
            Ok(ExitCode::SUCCESS)
        }
        ["--check"] => {
            let current = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            if current == wanted {
                return Ok(ExitCode::SUCCESS);
            }
            let diff = TextDiff::from_lines(&current, &wanted);
            print!("{}", diff.unified_diff().header("include/qenex.h", "as the source wants it"));
            eprintln!("qenex.h is out of date; make it anew with: cargo run -p qenex-header");
            Ok(ExitCode::FAILURE)
        }
        _ => bail!("usage: qenex-header [--check]"),
    }
}
