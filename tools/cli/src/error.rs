// SPDX-License-Identifier: MIT

//! What the user is told when something went wrong, and the exit status.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use qenex_abi::ResultCode;
use qenex_client::ApiError;
use qenex_device::Errno;
use serde_json::json;

use crate::commands::MsgError;
use crate::daemon::DaemonError;

/// Why a command has not done what it was asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The command line makes no sense.
    #[error("{0}")]
    Usage(String),

    /// The kernel or the ledger said no.
    #[error(transparent)]
    Device(#[from] qenex_device::Error),

    /// Some of the accounts asked for cannot be shown. The others, and in JSON these as well, are printed already.
    #[error("{}", lines(.0))]
    Accounts(Vec<(u64, String)>),

    /// A command about messages has not come to a good end.
    #[error(transparent)]
    Message(#[from] MsgError),

    /// The daemon.
    #[error(transparent)]
    Daemon(#[from] DaemonError),

    /// A program that does the work cannot be run.
    #[error("{}: {source}", program.display())]
    Program {
        /// Which one.
        program: PathBuf,
        /// Why.
        source: io::Error,
    },

    /// The answer cannot be written.
    #[error("the ledger has done what was asked, but the answer cannot be written: {0}")]
    Output(#[from] io::Error),
}

/// One line for each account.
fn lines(accounts: &[(u64, String)]) -> String {
    let lines: Vec<_> = accounts.iter().map(|(number, reason)| format!("account {number}: {reason}")).collect();
    lines.join("\n")
}

impl From<ApiError> for Error {
    fn from(error: ApiError) -> Self {
        Error::Daemon(error.into())
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Error {
        Error::Output(error.into())
    }
}

impl Error {
    /// Tells the user, and as a JSON document the script if `json`. Returns the exit status.
    pub(crate) fn report(&self, json: bool) -> ExitCode {
        // Whoever closed the pipe, as `head` does, has all that was wanted.
        if matches!(self, Error::Output(error) | Error::Message(MsgError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe)
        {
            return ExitCode::SUCCESS;
        }
        if matches!(self, Error::Message(error) if error.is_told()) {
            return ExitCode::from(self.status());
        }
        for line in self.to_string().lines() {
            eprintln!("qenex: {line}");
        }
        if let Some(hint) = self.hint() {
            eprintln!("qenex: {hint}");
        }
        if json && !matches!(self, Error::Accounts(_) | Error::Output(_)) {
            // Standard error has it all, if this cannot be written.
            let _ = writeln!(io::stdout(), "{:#}", self.document());
        }
        ExitCode::from(self.status())
    }

    fn status(&self) -> u8 {
        match self {
            Error::Accounts(_) | Error::Device(qenex_device::Error::Refused(_)) => 1,
            Error::Usage(_) => 2,
            Error::Message(error) => error.status(),
            Error::Daemon(error) => error.status(),
            Error::Device(_) | Error::Program { .. } | Error::Output(_) => 3,
        }
    }

    fn document(&self) -> serde_json::Value {
        // What the daemon says is a document already.
        if let Error::Daemon(DaemonError::Api(ApiError::Problem(problem))) = self {
            return problem.clone();
        }
        let (kind, result) = match self {
            Error::Usage(_) => ("usage", None),
            Error::Device(qenex_device::Error::Refused(refusal)) => ("refused", Some(refusal.result)),
            Error::Accounts(_) => ("refused", None),
            Error::Message(_) => ("message", None),
            Error::Daemon(_) => ("daemon", None),
            Error::Device(_) => ("device", None),
            Error::Program { .. } => ("program", None),
            Error::Output(_) => ("output", None),
        };
        let errno = match self {
            Error::Device(error) => error.errno(),
            _ => None,
        };
        json!({
            "error": {
                "kind": kind,
                "result": result.map(crate::names::result),
                "result_number": result,
                "errno": errno.map(|errno| format!("{errno:?}")),
                "message": self.to_string(),
                "hint": self.hint(),
            }
        })
    }

    /// What the user can do about it, if that is not plain from the error.
    fn hint(&self) -> Option<&'static str> {
        match self {
            Error::Device(qenex_device::Error::Open { errno, .. }) => match errno {
                Errno::ENOENT | Errno::ENODEV | Errno::ENXIO => {
                    Some("is the module loaded? try: modprobe qenex_banking")
                }
                Errno::EACCES | Errno::EPERM => Some(
                    "only root and members of group qenex may use the ledger; \
                     try: usermod -aG qenex YOUR_NAME, and log in again",
                ),
                _ => None,
            },
            Error::Daemon(error) => error.hint(),
            Error::Program { .. } => Some("is qenexd installed beside qenex, or on the PATH?"),
            Error::Device(qenex_device::Error::NotQenex { .. }) => Some("name the ledger's device with --device"),
            Error::Device(qenex_device::Error::Version { .. }) => Some("use the qenex that came with the module"),
            Error::Device(qenex_device::Error::Refused(refusal)) => refusal.code().and_then(refusal_hint),
            _ => None,
        }
    }
}

/// What the user can do about a refusal.
fn refusal_hint(code: ResultCode) -> Option<&'static str> {
    Some(match code {
        ResultCode::NotLive => "is qenexd running? It opens the ledger; `qenex info` shows the state",
        ResultCode::ReadOnly => "ask a ledger operator why the ledger is read-only",
        ResultCode::CountTooLarge => "ask for fewer at a time",
        ResultCode::IdUsedUp
        | ResultCode::ExistsWithDifferentFlags
        | ResultCode::ExistsWithDifferentRelatedId
        | ResultCode::ExistsWithDifferentFromAccount
        | ResultCode::ExistsWithDifferentToAccount
        | ResultCode::ExistsWithDifferentAmount
        | ResultCode::ExistsWithDifferentCurrency
        | ResultCode::ExistsWithDifferentTimeout
        | ResultCode::ExistsWithDifferentCode
        | ResultCode::ExistsWithDifferentReference
        | ResultCode::ExistsWithDifferentAccountType
        | ResultCode::ExistsWithDifferentOwner
        | ResultCode::ExistsWithDifferentOverdraftLimit
        | ResultCode::ExistsWithDifferentSpendingLimit => "something else was done with this --id; give a new one",
        ResultCode::OperatorRightRequired | ResultCode::NotAccountOwner => {
            "ask the owner or a ledger operator, or run it as root"
        }
        ResultCode::FromAccountInvalid | ResultCode::ToAccountInvalid | ResultCode::AccountNumberInvalid => {
            "look for a typing mistake in the account number"
        }
        ResultCode::FromAccountNotFound | ResultCode::ToAccountNotFound | ResultCode::AccountNotFound => {
            "`qenex account list` shows the accounts that you may see"
        }
        ResultCode::AccountsMustHaveSameCurrency | ResultCode::CurrencyMustBeThatOfAccounts => {
            "`qenex account show` tells the currency of an account"
        }
        ResultCode::ExceedsAvailableBalance => {
            "`qenex account show` tells what is available; --up-to moves no more than that"
        }
        ResultCode::AccountsFull => "load the module with a larger max_accounts",
        ResultCode::HoldsFull => "load the module with a larger max_holds",
        ResultCode::JournalFull => "is the daemon running? it makes changes durable and room for new ones",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use qenex_device::Refusal;

    use super::*;

    fn refused(code: ResultCode) -> Error {
        Error::Device(Refusal { errno: Errno::from_raw(code.errno()), result: code as u32 }.into())
    }

    fn not_opened(errno: Errno) -> Error {
        Error::Device(qenex_device::Error::Open { path: "/dev/qenex_banking".into(), errno })
    }

    #[test]
    fn exit_statuses() {
        assert_eq!(refused(ResultCode::ExceedsAvailableBalance).status(), 1);
        assert_eq!(Error::Accounts(vec![]).status(), 1);
        assert_eq!(Error::Usage(String::new()).status(), 2);
        assert_eq!(not_opened(Errno::ENOENT).status(), 3);
        assert_eq!(Error::Output(io::Error::other("full")).status(), 3);
    }

    #[test]
    fn tells_what_to_do() {
        assert_eq!(not_opened(Errno::ENOENT).to_string(), "/dev/qenex_banking: No such file or directory");
        assert!(not_opened(Errno::ENOENT).hint().expect("a hint").contains("modprobe qenex_banking"));
        assert!(not_opened(Errno::EACCES).hint().expect("a hint").contains("group qenex"));
        assert!(refused(ResultCode::ExceedsAvailableBalance).hint().expect("a hint").contains("--up-to"));
        assert!(refused(ResultCode::AmountMustNotBeZero).hint().is_none());
    }

    #[test]
    fn every_conflicting_id_has_a_hint() {
        for code in ResultCode::ALL.iter().filter(|code| code.name().starts_with("exists_with_different_")) {
            assert!(refusal_hint(*code).is_some(), "{code}");
        }
    }

    #[test]
    fn documents() {
        let document = refused(ResultCode::ExceedsAvailableBalance).document();
        assert_eq!(document["error"]["kind"], "refused");
        assert_eq!(document["error"]["result"], "exceeds_available_balance");
        assert_eq!(document["error"]["errno"], "EDQUOT");
        let document = Error::Usage("no".to_string()).document();
        assert_eq!(document["error"]["kind"], "usage");
        assert!(document["error"]["result"].is_null());
    }
}
