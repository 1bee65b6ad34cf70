// SPDX-License-Identifier: MIT

//! What can be asked of the daemon.

use clap::{Args, Subcommand, ValueEnum};

use super::message::MessageCommand;
use super::risk::{ReviewCommand, RiskCommand};

/// What can be asked of the daemon only.
#[derive(Debug, Subcommand)]
pub(crate) enum DaemonCommand {
    /// Log in at the daemon; the password is asked for, or read from standard input
    #[command(after_help = "Example:\n  qenex login demo")]
    Login {
        /// Name of the user
        user: String,
    },

    /// End the login
    Logout,

    /// Show who is logged in
    Whoami,

    /// Hold money, and end holds
    #[command(subcommand)]
    Hold(HoldCommand),

    /// Move back what a transfer moved, all of it or a part
    #[command(after_help = "Example:\n  qenex reverse 4c476cabe7c372ab8fb971dc2c299029 10.00 USD")]
    Reverse {
        /// Id of the transfer
        transfer: String,
        #[command(flatten)]
        part: PartArgs,
    },

    /// Show what happened to an account, with the balance before and after
    Statement {
        /// Number of the account
        account: u64,
        /// From this time on, such as 2026-11-01T00:00:00Z
        #[arg(long, value_name = "TIME")]
        from: Option<String>,
        /// What happened before this time
        #[arg(long, value_name = "TIME")]
        until: Option<String>,
    },

    /// Show what was in an account at a moment
    Balance {
        /// Number of the account
        account: u64,
        /// Just before this time, such as 2026-11-01T00:00:00Z [default: now]
        #[arg(long, value_name = "TIME", conflicts_with = "sequence")]
        time: Option<String>,
        /// Just after this entry of the journal
        #[arg(long)]
        sequence: Option<u64>,
    },

    /// Search the journal
    Journal(JournalArgs),

    /// Add up all accounts of each currency
    TrialBalance,

    /// Hand in banking messages, see what became of them, fetch what this bank issues
    #[command(subcommand)]
    Message(MessageCommand),

    /// Requests that wait for a second person
    #[command(subcommand)]
    Approval(ApprovalCommand),

    /// Payments and alerts that an analyst must look at
    #[command(subcommand)]
    Review(ReviewCommand),

    /// Ask those who judge payments, teach them, and replace them
    #[command(subcommand)]
    Risk(RiskCommand),

    /// The people who may use the daemon
    #[command(subcommand)]
    User(UserCommand),

    /// The chains that prove that nothing was changed
    #[command(subcommand)]
    Audit(AuditCommand),

    /// Follow what happens, as it becomes durable
    Events(EventArgs),

    /// Watch the ledger at work: changes a second, waiting times, what is not durable yet
    Top {
        /// Seconds between two looks
        #[arg(long, value_name = "SECONDS", value_parser = interval)]
        interval: Option<f64>,
        /// Look once and print it, also where there is no terminal
        #[arg(long)]
        once: bool,
    },
}

fn interval(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|seconds| (0.1..=3600.0).contains(seconds)).ok_or("from 0.1 to 3600 seconds".into())
}

/// What to do with holds.
#[derive(Debug, Subcommand)]
pub(crate) enum HoldCommand {
    /// Hold money for a transfer that is to come
    #[command(after_help = "Example:\n  qenex hold create 292 389 100.00 USD --timeout 600")]
    Create {
        /// Number of the account that is to be debited
        from: u64,
        /// Number of the account that is to be credited
        to: u64,
        /// Amount and currency, such as 100.00 USD, as one word or two
        #[arg(required = true, value_name = "AMOUNT", num_args = 1..=2)]
        amount: Vec<String>,
        /// Seconds after which it ends by itself [default: never]
        #[arg(long, value_name = "SECONDS")]
        timeout: Option<u32>,
        /// Hold what is available if that is less
        #[arg(long)]
        up_to: bool,
        /// Idempotency key: repeating the command with it holds nothing more
        #[arg(long)]
        id: Option<String>,
    },
    /// Move what is held, all of it or a part; the rest is free again
    Post {
        /// Id of the hold
        hold: String,
        #[command(flatten)]
        part: PartArgs,
    },
    /// End a hold without moving anything
    Void {
        /// Id of the hold
        hold: String,
    },
    /// Show a hold and how it ended
    Show {
        /// Id of the hold
        hold: String,
    },
}

/// How much of something.
#[derive(Args, Debug)]
pub(crate) struct PartArgs {
    /// Amount and currency, such as 10.00 USD, as one word or two [default: all]
    #[arg(value_name = "AMOUNT", num_args = 0..=2)]
    pub(crate) amount: Vec<String>,
    /// Idempotency key: repeating the command with it moves nothing more
    #[arg(long)]
    pub(crate) id: Option<String>,
}

/// What to look for in the journal.
#[derive(Args, Debug)]
pub(crate) struct JournalArgs {
    /// Only entries of this account
    #[arg(long, value_name = "NUMBER")]
    pub(crate) account: Option<u64>,
    /// From this time on, such as 2026-11-01T00:00:00Z
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<String>,
    /// Before this time
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
    /// Of this amount or more; with --currency
    #[arg(long, value_name = "AMOUNT", requires = "currency")]
    pub(crate) amount_min: Option<String>,
    /// Of this amount or less; with --currency
    #[arg(long, value_name = "AMOUNT", requires = "currency")]
    pub(crate) amount_max: Option<String>,
    /// In this currency
    #[arg(long, value_name = "CODE")]
    pub(crate) currency: Option<String>,
    /// With this reference, a UUID
    #[arg(long, value_name = "UUID")]
    pub(crate) reference: Option<String>,
    /// Of this kind, such as posting, hold or reversal
    #[arg(long)]
    pub(crate) kind: Option<String>,
    /// After this entry
    #[arg(long, value_name = "SEQUENCE")]
    pub(crate) after: Option<u64>,
    /// At most so many
    #[arg(long, value_name = "NUMBER", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) limit: u32,
}

/// What to do with requests that wait for a second person.
#[derive(Debug, Subcommand)]
pub(crate) enum ApprovalCommand {
    /// List them
    List {
        /// Only those in this state
        #[arg(long, value_enum)]
        state: Option<ApprovalState>,
    },
    /// Show one
    Show {
        /// Its id
        id: String,
    },
    /// Have it carried out
    Approve {
        /// Its id
        id: String,
    },
    /// Have it not carried out
    Reject {
        /// Its id
        id: String,
    },
}

/// State of a request that needs a second person.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ApprovalState {
    /// Nobody has decided
    Pending,
    /// Decided for, being carried out
    Approved,
    /// Decided against
    Rejected,
    /// Carried out
    #[value(name = "carried_out")]
    CarriedOut,
    /// Decided for, and refused by the ledger
    Failed,
}

/// What to do with people.
#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// List them
    List,
    /// Show one
    Show {
        /// Their name
        name: String,
    },
    /// Add one; the password is asked for, or read from standard input
    Add {
        /// Their name
        name: String,
        /// What they may do
        #[arg(long, value_enum)]
        role: Role,
        /// The Unix user whose accounts are theirs, too
        #[arg(long)]
        uid: Option<u32>,
    },
    /// Change what somebody may do
    Role {
        /// Their name
        name: String,
        /// What they may do
        #[arg(value_enum)]
        role: Role,
    },
    /// Set somebody's password, which is asked for, or read from standard input
    Password {
        /// Their name
        name: String,
    },
    /// Let somebody log in no more, and end what logins there are
    Disable {
        /// Their name
        name: String,
    },
    /// Let somebody log in again
    Enable {
        /// Their name
        name: String,
    },
    /// Let somebody try again who was locked out by wrong passwords
    Unlock {
        /// Their name
        name: String,
    },
}

/// What somebody may do.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Role {
    /// Everything, people included
    Admin,
    /// All accounts
    Operator,
    /// Looking at everything
    Auditor,
    /// Their own accounts
    Customer,
}

/// What to look at in the audit chains.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Show the heads of the chains, to be kept elsewhere
    Head,
    /// List decisions: logins, refusals, approvals, changes of people
    Decisions {
        /// After this one
        #[arg(long, value_name = "NUMBER")]
        after: Option<u64>,
    },
}

/// What to follow.
#[derive(Args, Debug)]
pub(crate) struct EventArgs {
    /// After this entry, however long ago it was [default: now]
    #[arg(long, value_name = "SEQUENCE")]
    pub(crate) after: Option<u64>,
    /// Only this account
    #[arg(long, value_name = "NUMBER")]
    pub(crate) account: Option<u64>,
    /// End after so many
    #[arg(long, value_name = "NUMBER")]
    pub(crate) count: Option<u64>,
}
