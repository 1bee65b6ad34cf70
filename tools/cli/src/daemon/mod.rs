// SPDX-License-Identifier: MIT

//! The daemon's HTTP API from the command line: what needs users, history or the store, and everything that can also be
//! done at the device, for whoever is logged in.
//!
//! A command is a request; its answer is shown as a table, or with `--json` as the document that came.

mod command;
mod error;
mod events;
mod message;
mod requests;
mod risk;
mod session;
mod show;
mod top;

use std::io;
use std::path::Path;

pub(crate) use command::DaemonCommand;
pub(crate) use error::DaemonError;
pub(crate) use session::Session;

use crate::cli::{AccountCommand, CreateArgs, TransferArgs};
use crate::error::Error;
use qenex_client::Client;

/// Does what only the daemon can do.
pub(crate) fn run(socket: Option<&Path>, json: bool, command: &DaemonCommand) -> Result<(), Error> {
    match command {
        DaemonCommand::Login { user } => {
            let session = session::log_in(&session::socket(socket), user)?;
            eprintln!("Logged in as {} ({}) until {}.", session.user, session.role, session.expires);
            return Ok(());
        }
        DaemonCommand::Top { interval, once } => {
            return top::run(&session::socket(socket), interval.unwrap_or(1.0), *once);
        }
        _ => {}
    }
    let session = Session::current(socket)?.ok_or(DaemonError::NotLoggedIn)?;
    let client = Client::new(&session.socket, Some(&session.token))?;
    match command {
        DaemonCommand::Logout => {
            client.send(&requests::log_out())?;
            session::forget()?;
        }
        DaemonCommand::Events(args) => events::follow(&client, args, json)?,
        DaemonCommand::Review(command) => risk::review(&mut io::stdout().lock(), json, &client, command)?,
        DaemonCommand::Risk(command) => risk::risk(&mut io::stdout().lock(), json, &client, command)?,
        DaemonCommand::Message(command) => message::run(&mut io::stdout().lock(), json, &client, command)?,
        other => {
            let request = requests::of(other)?;
            show::answer(&mut io::stdout().lock(), json, &client, &request)?;
        }
    }
    Ok(())
}

/// `qenex account …` for whoever is logged in.
pub(crate) fn account(session: &Session, json: bool, command: &AccountCommand) -> Result<(), Error> {
    let quiet = matches!(command, AccountCommand::Create(CreateArgs { quiet: true, .. }));
    let client = Client::new(&session.socket, Some(&session.token))?;
    let request = requests::account(command)?;
    let mut out = io::stdout().lock();
    if quiet {
        return show::number_only(&mut out, &client, &request);
    }
    show::answer(&mut out, json, &client, &request)
}

/// `qenex transfer` for whoever is logged in.
pub(crate) fn transfer(session: &Session, json: bool, args: &TransferArgs) -> Result<(), Error> {
    let client = Client::new(&session.socket, Some(&session.token))?;
    show::answer(&mut io::stdout().lock(), json, &client, &requests::transfer(args)?)
}
