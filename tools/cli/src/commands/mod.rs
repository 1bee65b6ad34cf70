// SPDX-License-Identifier: MIT

//! One module for each group of commands.

mod account;
mod completions;
mod info;
mod man;
mod msg;
pub(crate) mod tool;
mod transfer;

pub(crate) use msg::{MsgCommand, MsgError, read_message};
pub(crate) use tool::Tool;

use crate::cli::{AccountCommand, Cli, Command};
use crate::daemon::{self, DaemonError, Session};
use crate::error::Error;

/// Does what the command line says: through the daemon for whoever is logged in, unless the device is asked for.
pub(crate) fn run(cli: &Cli) -> Result<(), Error> {
    match &cli.command {
        Command::Info => info::run(cli),
        Command::Daemon(command) => daemon::run(cli.socket.as_deref(), cli.json, command),
        Command::Account(command) => match session(cli)? {
            Some(session) => daemon::account(&session, cli.json, command),
            None => account(cli, command),
        },
        Command::Transfer(args) => match session(cli)? {
            Some(session) => daemon::transfer(&session, cli.json, args),
            None => transfer::run(cli, args),
        },
        Command::Tool(_) => Err(Error::Usage("this command comes first, its options after it".into())),
        Command::Msg(command) => Ok(msg::run(command, cli.json)?),
        Command::Man { directory } => man::run(directory),
        Command::Completions { shell } => completions::run(*shell),
    }
}

/// Whoever is logged in at the daemon, unless the device is asked for.
fn session(cli: &Cli) -> Result<Option<Session>, Error> {
    match (&cli.device, &cli.socket) {
        (Some(_), _) => Ok(None),
        // Somebody who names a socket means a daemon.
        (None, Some(socket)) => Ok(Some(Session::current(Some(socket))?.ok_or(DaemonError::NotLoggedIn)?)),
        (None, None) => Ok(Session::current(None)?),
    }
}

/// `qenex account …` at the device.
fn account(cli: &Cli, command: &AccountCommand) -> Result<(), Error> {
    match command {
        AccountCommand::Create(args) => account::create(cli, args),
        AccountCommand::Show { numbers } => account::show(cli, numbers),
        AccountCommand::List { currency, owner } => {
            account::list(cli, &account::Filter { currency: *currency, owner: *owner })
        }
    }
}
