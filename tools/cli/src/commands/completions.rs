// SPDX-License-Identifier: MIT

//! `qenex completions`.

use std::io::{self, Write as _};

use clap::CommandFactory;

use crate::cli::{Cli, Shell};
use crate::error::Error;

/// Prints the completion script for `shell`.
pub(crate) fn run(shell: Shell) -> Result<(), Error> {
    let shell = match shell {
        Shell::Bash => clap_complete::Shell::Bash,
        Shell::Zsh => clap_complete::Shell::Zsh,
        Shell::Fish => clap_complete::Shell::Fish,
    };
    // Into memory first: the generator panics if it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "qenex", &mut script);
    io::stdout().write_all(&script)?;
    Ok(())
}
