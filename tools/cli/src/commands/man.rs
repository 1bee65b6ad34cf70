// SPDX-License-Identifier: MIT

//! `qenex man`.

use std::path::Path;

use clap::CommandFactory;

use crate::cli::Cli;
use crate::error::Error;

/// Writes one manual page for each command into `directory`.
pub(crate) fn run(directory: &Path) -> Result<(), Error> {
    Ok(clap_mangen::generate_to(Cli::command(), directory)?)
}
