// SPDX-License-Identifier: MIT

//! What can be written on the command line.

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use qenex_abi::{Currency, Id, QENEX_DEVICE_PATH};

use crate::commands::{MsgCommand, Tool};
use crate::daemon::DaemonCommand;
use crate::parse;

/// The QENEX ledger from the command line.
#[derive(Debug, Parser)]
#[command(
    name = "qenex",
    version,
    after_help = "Accounts and transfers go through the daemon if somebody is logged in (qenex login), else straight to the \
                  device.\n\nExit status: 0 done (also if it had been done before), 1 refused by the ledger, 2 wrong usage, \
                  3 trouble with the device, the daemon or the output."
)]
pub(crate) struct Cli {
    /// Speak to the ledger's device, also if somebody is logged in at the daemon
    #[arg(
        long,
        global = true,
        value_name = "PATH",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = QENEX_DEVICE_PATH,
        conflicts_with = "socket"
    )]
    pub(crate) device: Option<PathBuf>,

    /// The daemon's socket [default: that of the login, or /run/qenex/api.sock]
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) socket: Option<PathBuf>,

    /// Print one JSON document instead of text
    #[arg(long, global = true)]
    pub(crate) json: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Cli {
    /// The device, named or the usual one.
    pub(crate) fn device_path(&self) -> &Path {
        self.device.as_deref().unwrap_or(Path::new(QENEX_DEVICE_PATH))
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show what the ledger is and how full it is
    Info,

    /// Open and look at accounts
    #[command(subcommand)]
    Account(AccountCommand),

    /// Move money from one account to another
    #[command(after_help = "Examples:\n  qenex transfer 195 292 100.00 USD\n  qenex transfer 195 292 \"100.00 USD\"")]
    Transfer(TransferArgs),

    #[command(flatten)]
    Daemon(DaemonCommand),

    #[command(flatten)]
    Tool(Tool),

    /// Judge, show, convert and write banking messages; needs no ledger
    #[command(subcommand)]
    Msg(MsgCommand),

    /// Write a manual page for each command into a directory
    #[command(hide = true)]
    Man {
        /// Which directory
        directory: PathBuf,
    },

    /// Print the completion script for a shell
    #[command(after_help = "Example:\n  qenex completions bash > /etc/bash_completion.d/qenex")]
    Completions {
        /// Which shell
        shell: Shell,
    },
}

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// Open an account
    #[command(after_help = "Example:\n  qenex account create --currency USD --balance 1000.00")]
    Create(CreateArgs),

    /// Show accounts, all as they were at one instant
    Show {
        /// Account numbers
        #[arg(required = true, value_name = "NUMBER")]
        numbers: Vec<u64>,
    },

    /// List the accounts that you may see
    ///
    /// Operators see every account, others their own. Accounts are read a few thousand at a time; each group is of one
    /// instant.
    List {
        /// Only accounts in this currency
        #[arg(long, value_name = "CODE", value_parser = parse::currency)]
        currency: Option<&'static Currency>,

        /// Only accounts of this user
        #[arg(long, value_name = "UID|NAME", value_parser = parse::owner)]
        owner: Option<u32>,
    },
}

/// Arguments of `account create`.
#[derive(Args, Debug)]
pub(crate) struct CreateArgs {
    /// Currency of the account, an ISO 4217 code such as USD
    #[arg(long, value_name = "CODE", value_parser = parse::currency)]
    pub(crate) currency: &'static Currency,

    /// Opening balance, such as 1000.00; for operators
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    pub(crate) balance: Option<String>,

    /// Type of the account
    #[arg(long = "type", value_name = "TYPE", value_enum, default_value_t = AccountType::Checking)]
    pub(crate) account_type: AccountType,

    /// Who owns it [default: you]; another than yourself for operators
    #[arg(long, value_name = "UID|NAME", value_parser = parse::owner)]
    pub(crate) owner: Option<u32>,

    /// How far the balance may go below zero, such as 50.00; for operators
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    pub(crate) overdraft: Option<String>,

    /// Never check debits against what is available; for the bank's own accounts, for operators
    #[arg(long)]
    pub(crate) unlimited: bool,

    /// Idempotency key, a UUID or number: repeating the command with it opens nothing more
    #[arg(long, value_parser = parse::id)]
    pub(crate) id: Option<Id>,

    /// Your own reference, a UUID or number, recorded with the account
    #[arg(long, value_parser = parse::id)]
    pub(crate) reference: Option<Id>,

    /// Your own classification, recorded with the account
    #[arg(long, value_name = "NUMBER", default_value_t = 0, hide_default_value = true)]
    pub(crate) code: u32,

    /// Print nothing but the account's number
    #[arg(short, long, conflicts_with = "json")]
    pub(crate) quiet: bool,
}

/// Arguments of `transfer`.
#[derive(Args, Debug)]
pub(crate) struct TransferArgs {
    /// Number of the account debited: money leaves it
    pub(crate) from: u64,

    /// Number of the account credited: money arrives
    pub(crate) to: u64,

    /// Amount and currency, such as 100.00 USD, as one word or two
    #[arg(required = true, value_name = "AMOUNT", num_args = 1.., allow_negative_numbers = true)]
    pub(crate) amount: Vec<String>,

    /// Idempotency key, a UUID or number: repeating the command with it moves nothing more
    #[arg(long, value_parser = parse::id)]
    pub(crate) id: Option<Id>,

    /// Your own reference, a UUID (such as the payment's UETR) or number, recorded with the posting
    #[arg(long, value_parser = parse::id)]
    pub(crate) reference: Option<Id>,

    /// Your own classification, recorded with the posting
    #[arg(long, value_name = "NUMBER", default_value_t = 0, hide_default_value = true)]
    pub(crate) code: u32,

    /// Move what is available if that is less
    #[arg(long)]
    pub(crate) up_to: bool,

    /// At the daemon: how it was asked for, by which it is judged: online, mobile, card (also in an online store), api; for
    /// operators branch and batch, too
    #[arg(long, conflicts_with = "device")]
    pub(crate) channel: Option<String>,

    /// At the daemon: where from, such as US
    #[arg(long, value_name = "CODE", conflicts_with = "device")]
    pub(crate) country: Option<String>,

    /// At the daemon: whatever identifies the customer's device
    #[arg(long, value_name = "TEXT", conflicts_with = "device")]
    pub(crate) customer_device: Option<String>,

    /// At the device, return only when the transfer is stored and survives a loss of power; needs a running qenexd. At the daemon it is always so
    #[arg(long)]
    pub(crate) durable: bool,
}

/// Types of account that can be opened.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
#[repr(u32)]
pub(crate) enum AccountType {
    /// A customer's current account
    Checking = qenex_abi::QENEX_ACCOUNT_CHECKING,
    /// A customer's savings account
    Savings = qenex_abi::QENEX_ACCOUNT_SAVINGS,
    /// A loan to a customer
    Loan = qenex_abi::QENEX_ACCOUNT_LOAN,
    /// Settlement with another bank or a payment system
    Settlement = qenex_abi::QENEX_ACCOUNT_SETTLEMENT,
    /// The bank's income
    Income = qenex_abi::QENEX_ACCOUNT_INCOME,
    /// The bank's expense
    Expense = qenex_abi::QENEX_ACCOUNT_EXPENSE,
    /// Money whose owner or purpose is being found out
    Suspense = qenex_abi::QENEX_ACCOUNT_SUSPENSE,
    /// The bank's liquidity in one currency
    Liquidity = qenex_abi::QENEX_ACCOUNT_LIQUIDITY,
}

/// Shells that there are completions for.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Shell {
    /// Bash
    Bash,
    /// Z shell
    Zsh,
    /// Fish
    Fish,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::names;

    fn transfer(words: &[&str]) -> TransferArgs {
        let words = ["qenex", "transfer"].iter().chain(words);
        match Cli::try_parse_from(words).expect("valid arguments").command {
            Command::Transfer(args) => args,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn amounts_as_one_or_two_words() {
        assert_eq!(transfer(&["195", "292", "100.00 USD"]).amount, ["100.00 USD"]);
        assert_eq!(transfer(&["195", "292", "100.00", "USD"]).amount, ["100.00", "USD"]);
        // So that the error is about the amount, not about an unknown option.
        assert_eq!(transfer(&["195", "292", "-100.00", "USD"]).amount, ["-100.00", "USD"]);
    }

    #[test]
    fn options_after_the_amount() {
        let args = transfer(&["195", "292", "100.00", "USD", "--up-to", "--id", "7"]);
        assert_eq!(args.amount, ["100.00", "USD"]);
        assert!(args.up_to);
        assert_eq!(args.id, Some(Id::from_u128(7)));
    }

    #[test]
    fn global_options_anywhere() {
        for words in [["qenex", "--json", "info"], ["qenex", "info", "--json"]] {
            assert!(Cli::try_parse_from(words).expect("valid arguments").json);
        }
        let cli = Cli::try_parse_from(["qenex", "info"]).expect("valid arguments");
        assert_eq!(cli.device_path(), Path::new("/dev/qenex_banking"));
        let cli = Cli::try_parse_from(["qenex", "--device", "info"]).expect("valid arguments");
        assert_eq!(cli.device.as_deref(), Some(Path::new("/dev/qenex_banking")));
        let cli = Cli::try_parse_from(["qenex", "info", "--device=/dev/other"]).expect("valid arguments");
        assert_eq!(cli.device_path(), Path::new("/dev/other"));
    }

    #[test]
    fn type_names_are_those_of_the_output() {
        for value in AccountType::value_variants() {
            let written = value.to_possible_value().expect("every type can be written");
            assert_eq!(written.get_name(), names::account_type(*value as u32));
        }
    }

    #[test]
    fn refuses_nonsense() {
        for words in [
            &["qenex"][..],
            &["qenex", "transfer", "195", "292"],
            &["qenex", "transfer", "x", "292", "1 USD"],
            &["qenex", "transfer", "-195", "292", "1 USD"],
            &["qenex", "account", "show"],
            &["qenex", "account", "create"],
            &["qenex", "account", "create", "--currency", "XXX"],
            &["qenex", "account", "create", "--currency", "USD", "--type", "cash"],
            &["qenex", "account", "create", "--currency", "USD", "--quiet", "--json"],
            &["qenex", "completions", "tcsh"],
        ] {
            assert!(Cli::try_parse_from(words).is_err(), "{words:?}");
        }
    }
}
