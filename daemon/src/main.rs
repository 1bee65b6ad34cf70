// SPDX-License-Identifier: MIT

//! `qenexd`: looks after the store of a QENEX ledger.
//!
//! Exit status: 0 all is well, 1 something is wrong with the store or the question, 2 wrong usage.

#![forbid(unsafe_code)]

mod commands;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match commands::run(commands::Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("qenexd: {error}");
            ExitCode::FAILURE
        }
    }
}
