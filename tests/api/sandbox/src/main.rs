// SPDX-License-Identifier: MIT

//! `api-sandbox`: the HTTP API of `qenexd` on a ledger inside this process.

#![forbid(unsafe_code)]

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use api_sandbox::{Error, Options, serve};
use clap::Parser;
use qenexd::config::Configuration;

/// Serves the HTTP API on a ledger inside this process, until SIGTERM or SIGINT, with SIGHUP as in `qenexd`. For tests: nothing keeps other programs from
/// the ledger's store but that they do not know of it.
#[derive(Parser)]
struct Arguments {
    /// Directory of the store; made if there is none.
    #[arg(long, value_name = "DIRECTORY")]
    store: PathBuf,
    /// Path of the socket; `api.sock` in the store if nothing is given here or in the configuration.
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
    /// Also listen at this loopback address.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<std::net::SocketAddr>,
    /// A configuration as that of qenexd.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Make the demo users and accounts.
    #[arg(long)]
    demo: bool,
    /// Entries that the ledger remembers, a power of two.
    #[arg(long, value_name = "COUNT", default_value_t = 65_536)]
    journal_entries: u64,
}

fn run(arguments: Arguments) -> Result<(), Error> {
    let mut configuration = match &arguments.config {
        Some(file) => Configuration::read(file)?,
        None => Configuration::default(),
    };
    let socket = arguments.socket.unwrap_or_else(|| arguments.store.join("api.sock"));
    configuration.api.socket = socket.clone();
    configuration.api.listen = arguments.listen.or(configuration.api.listen);
    qenexd::logging::start(&configuration.log)?;
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT] {
        signal_hook::flag::register(signal, Arc::clone(&stop))?;
    }
    signal_hook::flag::register(signal_hook::consts::SIGHUP, qenexd::risk::read_again())?;
    let options = Options { configuration, demo: arguments.demo, journal_entries: arguments.journal_entries };
    let sequence = serve(&arguments.store, options, &stop, |_| eprintln!("api-sandbox: ready: {}", socket.display()))?;
    eprintln!("api-sandbox: stopped, everything up to entry {sequence} is stored");
    Ok(())
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("api-sandbox: {error}");
            ExitCode::FAILURE
        }
    }
}
