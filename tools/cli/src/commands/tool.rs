// SPDX-License-Identifier: MIT

//! What is done at the daemon's store itself, by the program that knows it: `qenex verify` is `qenexd verify`.

use std::env;
use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use clap::Subcommand;

use crate::error::Error;

/// Name of the daemon's program.
const PROGRAM: &str = "qenexd";

/// What is done at the store, for the help; options and arguments are those of `qenexd`.
#[derive(Debug, Subcommand)]
pub(crate) enum Tool {
    /// Verify the whole journal from its first entry and name the first bad one; compare it with the kernel's ledger
    Verify,
    /// Write the journal into one portable file
    Export,
    /// Make a new store of an exported journal
    Import,
    /// Copy the store, which may be in use, and verify the copy
    Backup,
    /// Make the tables for SQL anew
    Reindex,
    /// Accept that the journal has lost its end
    AcceptEnd,
}

const NAMES: [&str; 6] = ["verify", "export", "import", "backup", "reindex", "accept-end"];

/// What the command line says, if it begins with one of these commands. It is not read any further, because the options after it
/// are the other program's, also those that this one has, too.
pub(crate) fn named() -> Option<(&'static str, Vec<OsString>)> {
    let mut words = env::args_os().skip(1);
    let first = words.next()?;
    let name = NAMES.into_iter().find(|name| first == *name)?;
    Some((name, words.collect()))
}

/// Becomes the daemon's program with this command; returns only if that cannot be.
pub(crate) fn run(name: &str, words: &[OsString]) -> Result<(), Error> {
    let program = program();
    let source = Command::new(&program).arg(name).args(words).exec();
    Err(Error::Program { program, source })
}

/// The daemon's program: the one beside this one, else the one on the PATH.
fn program() -> PathBuf {
    let beside = env::current_exe().ok().map(|path| path.with_file_name(PROGRAM));
    beside.filter(|path| path.exists()).unwrap_or_else(|| PROGRAM.into())
}
