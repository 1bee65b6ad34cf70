// SPDX-License-Identifier: MIT

//! What can go wrong between a program and the ledger.

use std::fmt;
use std::path::PathBuf;

use nix::errno::Errno;
use qenex_abi::{QENEX_ABI_VERSION, ResultCode};

/// Why a call has not done what it was asked for.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The device cannot be opened.
    #[error("{}: {}", path.display(), errno.desc())]
    Open {
        /// Path of the device.
        path: PathBuf,
        /// Why.
        #[source]
        errno: Errno,
    },

    /// What was opened is not a QENEX device.
    #[error("{}: not a QENEX device", path.display())]
    NotQenex {
        /// Path of what was opened.
        path: PathBuf,
    },

    /// The module speaks another major version of the ABI than this program.
    #[error(
        "the module speaks version {}.{} of the ABI, this program {}.{}",
        module >> 16, module & 0xffff, QENEX_ABI_VERSION >> 16, QENEX_ABI_VERSION & 0xffff
    )]
    Version {
        /// The module's version.
        module: u32,
    },

    /// The ledger refused; nothing has changed.
    #[error(transparent)]
    Refused(#[from] Refusal),

    /// The call failed outside the ledger's rules: an interrupted wait, bad memory, a call that the module does not
    /// know.
    #[error("{call}: {}", errno.desc())]
    System {
        /// Name of the call.
        call: &'static str,
        /// Why.
        #[source]
        errno: Errno,
    },
}

impl Error {
    /// The error number, where the kernel gave one.
    pub fn errno(&self) -> Option<Errno> {
        match self {
            Error::Open { errno, .. } | Error::System { errno, .. } => Some(*errno),
            Error::Refused(refusal) => Some(refusal.errno),
            Error::NotQenex { .. } => Some(Errno::ENOTTY),
            Error::Version { .. } => None,
        }
    }

    /// The ledger's result code, if it refused with one that this version knows.
    pub fn code(&self) -> Option<ResultCode> {
        match self {
            Error::Refused(refusal) => refusal.code(),
            _ => None,
        }
    }
}

/// The ledger's "no" to a whole call.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Refusal {
    /// The error number.
    pub errno: Errno,
    /// The result code as the kernel gave it; a newer module may know more of them than this program.
    pub result: u32,
}

impl Refusal {
    /// The result code, if this version knows it.
    pub fn code(&self) -> Option<ResultCode> {
        ResultCode::from_u32(self.result)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code() {
            Some(code) => write!(f, "{code}: {}", code.meaning()),
            None => write!(f, "result {}: {}", self.result, self.errno.desc()),
        }
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_was_refused() {
        let refusal = Refusal { errno: Errno::EDQUOT, result: ResultCode::ExceedsAvailableBalance as u32 };
        let error = Error::from(refusal);
        assert_eq!(error.code(), Some(ResultCode::ExceedsAvailableBalance));
        assert_eq!(error.errno(), Some(Errno::EDQUOT));
        assert!(error.to_string().starts_with("exceeds_available_balance: "));
    }

    #[test]
    fn results_of_a_newer_module() {
        let refusal = Refusal { errno: Errno::EINVAL, result: 100_000 };
        assert_eq!(refusal.code(), None);
        assert_eq!(refusal.to_string(), "result 100000: Invalid argument");
    }

    #[test]
    fn names_both_versions() {
        let text = Error::Version { module: 0x0002_0003 }.to_string();
        assert!(text.contains("2.3") && text.contains("1.0"), "{text}");
    }
}
