// SPDX-License-Identifier: MIT

//! `qenexd user`: people, for whoever has the machine. The first administrator is made here.

use std::io::{BufRead, IsTerminal, Write, stderr, stdin};
use std::path::Path;

use clap::Subcommand;
use nix::sys::termios::{LocalFlags, SetArg, tcgetattr, tcsetattr};
use nix::unistd::getuid;
use qenexd::people::{
    Actor, NewUser, OWNER_FIRST, Peer, PeopleStore, Policy, Role, Secret, UserChange, check_name, now, password,
};
use qenexd::restore::restore;
use qenexd::store::StoreError;
use qenexd::store::sqlite::SqliteReader;

use super::{Outcome, print};

#[derive(Subcommand)]
pub(crate) enum UserCommand {
    /// Add a user. The password comes from the terminal, or as one line from standard input.
    Add {
        /// What they are: admin, operator, auditor or customer.
        #[arg(long)]
        role: Role,
        /// The Unix user that they are; without it they get an owner number that no Unix user has.
        #[arg(long)]
        uid: Option<u32>,
        /// Their name: a-z, 0-9, '.', '_' and '-'.
        name: String,
    },
    /// Set a password, from the terminal or standard input, and end the user's sessions.
    Password {
        /// Their name.
        name: String,
    },
    /// List users.
    List,
    /// Let a user who is locked out try again.
    Unlock {
        /// Their name.
        name: String,
    },
    /// Let a user log in no more.
    Disable {
        /// Their name.
        name: String,
    },
    /// Let a user log in again.
    Enable {
        /// Their name.
        name: String,
    },
}

pub(crate) fn run(directory: &Path, policy: Policy, command: UserCommand) -> Outcome {
    std::fs::create_dir_all(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    let mut people = PeopleStore::open(directory, policy)?;
    let actor = Actor { user: "(command line)".into(), peer: Peer::CommandLine { uid: getuid().as_raw() } };
    match command {
        UserCommand::Add { role, uid, name } => {
            check_name(&name)?;
            let password = password::hash(&ask()?, policy.iterations)?;
            let new = NewUser { name, role, uid, password, request: None };
            let user = people.add_user(&new, owners_from(directory)?, &actor, now())?;
            print(format_args!("{} is {} with owner number {}", user.name, user.role.name(), user.owner))
        }
        UserCommand::Password { name } => {
            people.user(&name)?;
            let password = password::hash(&ask()?, policy.iterations)?;
            people.set_password(&name, &password, None, &actor, now())?;
            print(format_args!("{name} has a new password"))
        }
        UserCommand::List => {
            let mut after = String::new();
            loop {
                let users = people.users(&after, 1000)?;
                let Some(last) = users.last() else { return Ok(()) };
                after.clone_from(&last.name);
                for user in users {
                    let enabled = if user.enabled { "" } else { "  disabled" };
                    print(format_args!("{:<32}  {:<8}  {:>10}{enabled}", user.name, user.role.name(), user.owner))?;
                }
            }
        }
        UserCommand::Unlock { name } => {
            people.unlock(&name, &actor, now())?;
            print(format_args!("{name} may try again"))
        }
        UserCommand::Disable { name } => change(&mut people, &name, false, &actor),
        UserCommand::Enable { name } => change(&mut people, &name, true, &actor),
    }
}

fn change(people: &mut PeopleStore, name: &str, enabled: bool, actor: &Actor) -> Outcome {
    people.change_user(name, UserChange { enabled: Some(enabled), ..UserChange::default() }, actor, now())?;
    print(format_args!("{name} is {}", if enabled { "enabled" } else { "disabled" }))
}

/// The lowest owner number that may be given: all of the ledger's are below.
fn owners_from(directory: &Path) -> Result<u32, Box<dyn std::error::Error>> {
    match SqliteReader::open(directory) {
        Err(StoreError::Missing(_)) => return Ok(OWNER_FIRST),
        reader => drop(reader?),
    }
    let state = restore(directory)?.state;
    let given = state.accounts().iter().map(|account| account.owner).filter(|owner| *owner >= OWNER_FIRST);
    Ok(given.max().map_or(OWNER_FIRST, |highest| highest.saturating_add(1)))
}

/// A new password, twice from the terminal, without showing it, or as one line from standard input.
fn ask() -> Result<Secret, Box<dyn std::error::Error>> {
    let password = match stdin().is_terminal() {
        true => {
            let first = hidden("Password: ")?;
            if hidden("Once more: ")?.reveal() != first.reveal() {
                return Err("the two passwords differ".into());
            }
            first
        }
        false => line()?,
    };
    password::check_length(&password)?;
    Ok(password)
}

fn hidden(prompt: &str) -> Result<Secret, Box<dyn std::error::Error>> {
    write!(stderr(), "{prompt}")?;
    let terminal = stdin();
    let shown = tcgetattr(&terminal)?;
    let mut hidden = shown.clone();
    hidden.local_flags.remove(LocalFlags::ECHO);
    tcsetattr(&terminal, SetArg::TCSAFLUSH, &hidden)?;
    let answer = line();
    tcsetattr(&terminal, SetArg::TCSAFLUSH, &shown)?;
    writeln!(stderr())?;
    answer
}

fn line() -> Result<Secret, Box<dyn std::error::Error>> {
    let mut text = String::new();
    stdin().lock().read_line(&mut text)?;
    let end = text.trim_end_matches(['\r', '\n']).len();
    text.truncate(end);
    Ok(Secret::new(text))
}
