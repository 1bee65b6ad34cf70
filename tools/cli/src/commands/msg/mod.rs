// SPDX-License-Identifier: MIT

//! `qenex msg`: banking messages. Works on files alone, without daemon or device.

mod args;
mod convert;
mod error;
mod generate;
mod input;
mod kind;
mod mt;
mod now;
mod output;
mod show;
mod validate;

pub(crate) use args::MsgCommand;
pub(crate) use error::MsgError;
pub(crate) use input::read as read_message;

/// Does what the command line says.
pub(crate) fn run(command: &MsgCommand, json: bool) -> Result<(), MsgError> {
    match command {
        MsgCommand::Validate(args) => validate::run(args, json),
        MsgCommand::Show { file } => show::run(file, json),
        MsgCommand::Convert(args) => convert::run(args),
        MsgCommand::Generate(args) => generate::run(args),
    }
}
