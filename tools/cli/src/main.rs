// SPDX-License-Identifier: MIT

//! `qenex`: the ledger from the command line, for people and scripts.
//!
//! It speaks straight to the kernel's device, or to the daemon for whoever is logged in there. Exit status: 0 done (also if
//! it had been done before), 1 refused by the ledger, 2 wrong usage, 3 trouble with the device, the daemon or the output.

#![forbid(unsafe_code)]

mod cli;
mod commands;
mod daemon;
mod error;
mod names;
mod output;
mod parse;
mod view;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let (json, outcome) = match commands::tool::named() {
        Some((name, words)) => (false, commands::tool::run(name, &words)),
        None => {
            let cli = cli::Cli::parse();
            (cli.json, commands::run(&cli))
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => error.report(json),
    }
}
