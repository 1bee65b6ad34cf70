// SPDX-License-Identifier: MIT

//! One module for each group of commands.

mod account;
mod completions;
mod info;
mod transfer;

use crate::cli::{AccountCommand, Cli, Command};
use crate::error::Error;

/// Does what the command line says.
pub(crate) fn run(cli: &Cli) -> Result<(), Error> {
    match &cli.command {
        Command::Info => info::run(cli),
        Command::Account(AccountCommand::Create(args)) => account::create(cli, args),
        Command::Account(AccountCommand::Show { numbers }) => account::show(cli, numbers),
        Command::Account(AccountCommand::List { currency, owner }) => {
            account::list(cli, &account::Filter { currency: *currency, owner: *owner })
        }
        Command::Transfer(args) => transfer::run(cli, args),
        Command::Completions { shell } => completions::run(*shell),
    }
}
