// SPDX-License-Identifier: MIT

//! Writes `qenex.h` and everything else that is made of qenex-abi anew, or with `--check` says how it differs from what the
//! source wants.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use qenex_header::Product;
use similar::TextDiff;

fn main() -> Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_check = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => false,
        ["--check"] => true,
        _ => bail!("usage: qenex-header [--check]"),
    };
    let mut code = ExitCode::SUCCESS;
    for Product { path, text } in qenex_header::products()? {
        let name = path.display();
        if !is_check {
            std::fs::write(&path, text).with_context(|| format!("cannot write {name}"))?;
            continue;
        }
        let current = std::fs::read_to_string(&path).with_context(|| format!("cannot read {name}"))?;
        if current != text {
            let diff = TextDiff::from_lines(&current, &text);
            print!("{}", diff.unified_diff().header(&name.to_string(), "as the source wants it"));
            eprintln!("{name} is out of date; make it anew with: make header");
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}
