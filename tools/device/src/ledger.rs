// SPDX-License-Identifier: MIT

//! The ledger as an object.

use std::fs::{File, OpenOptions};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::path::Path;
use std::time::Duration;

use nix::errno::Errno;
use qenex_abi::{
    Account, AccountRequest, DurableRequest, GoLiveRequest, Id, Info, JournalEntry, QENEX_ABI_VERSION, QENEX_BATCH_MAX,
    RestoreAccount, RestoreBeginRequest, RestoreEnd, RestoreHold, ResultCode, Transfer, TransferRequest,
    TransferResult, UpdateRequest,
};

use crate::error::{Error, Refusal};
use crate::ioctl;

/// An open device.
#[derive(Debug)]
pub struct Ledger {
    device: File,
}

/// Answer of [`Ledger::accounts`].
#[derive(Clone, Debug, Default)]
pub struct AccountsRead {
    /// The point of history at which all of them were read.
    pub sequence: u64,
    /// One for each number asked for, in that order. Each has a `result` of its own.
    pub accounts: Vec<Account>,
}

/// Answer of [`Ledger::batch`].
#[derive(Clone, Debug, Default)]
pub struct BatchOutcome {
    /// How many items were accepted.
    pub accepted: u32,
    /// Highest sequence number among the results; zero if nothing was posted.
    pub sequence: u64,
    /// One for each item, in order.
    pub results: Vec<TransferResult>,
}

impl Ledger {
    /// Opens the device, usually [`qenex_abi::QENEX_DEVICE_PATH`], and checks that its module speaks this version of
    /// the ABI.
    ///
    /// # Errors
    ///
    /// [`Error::Open`], [`Error::NotQenex`], [`Error::Version`].
    pub fn open(path: impl AsRef<Path>) -> Result<Ledger, Error> {
        let path = path.as_ref();
        let device = OpenOptions::new().read(true).write(true).open(path).map_err(|error| Error::Open {
            path: path.to_path_buf(),
            errno: error.raw_os_error().map_or(Errno::EINVAL, Errno::from_raw),
        })?;
        let ledger = Ledger { device };
        let info = ledger.info().map_err(|error| match error {
            // No QENEX module lacks this call, and no other driver has it.
            Error::System { errno: Errno::ENOTTY, .. } => Error::NotQenex { path: path.to_path_buf() },
            other => other,
        })?;
        if info.abi_version >> 16 != QENEX_ABI_VERSION >> 16 {
            return Err(Error::Version { module: info.abi_version });
        }
        Ok(ledger)
    }

    /// What the module is and how full it is.
    ///
    /// # Errors
    ///
    /// [`Error::System`].
    pub fn info(&self) -> Result<Info, Error> {
        let mut info = Info::default();
        ioctl::info(self.as_fd(), &mut info).map_err(|errno| Error::System { call: "QENEX_INFO", errno })?;
        Ok(info)
    }

    /// Opens an account. The answer is `request` with its output fields filled; `result` is `ok`, or `exists` if the
    /// account was opened by an earlier call with the same id.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`], [`Error::System`].
    pub fn create_account(&self, request: &AccountRequest) -> Result<AccountRequest, Error> {
        // So that an answer that never came is not taken for a refusal.
        let mut request = AccountRequest { result: 0, ..*request };
        let outcome = ioctl::create_account(self.as_fd(), &mut request);
        check("QENEX_CREATE_ACCOUNT", outcome, request.result)?;
        Ok(request)
    }

    /// Reads up to [`qenex_abi::QENEX_BATCH_MAX`] accounts at one instant.
    ///
    /// An account that is unknown, or that the caller may not see, has a `result` other than `ok` and is no error.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`], as for no or too many numbers; [`Error::System`].
    pub fn accounts(&self, numbers: &[u64]) -> Result<AccountsRead, Error> {
        let mut accounts = vec![Account::default(); numbers.len()];
        let (request, outcome) = ioctl::get_accounts(self.as_fd(), numbers, &mut accounts);
        check("QENEX_GET_ACCOUNTS", outcome, request.result)?;
        Ok(AccountsRead { sequence: request.sequence, accounts })
    }

    /// Moves money once. In the answer `id` is the id of the posting and the output fields are filled; `result` is
    /// `ok`, or `exists` if an earlier call with the same id did it.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`], [`Error::System`].
    pub fn transfer(&self, item: Transfer) -> Result<TransferRequest, Error> {
        let mut request = TransferRequest::new(item);
        let outcome = ioctl::transfer(self.as_fd(), &mut request);
        check("QENEX_TRANSFER", outcome, request.result)?;
        Ok(request)
    }

    /// Moves money up to [`qenex_abi::QENEX_BATCH_MAX`] times. Each item has a result of its own; a refused item is no
    /// error of the call.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`], as for no or too many items; [`Error::System`].
    pub fn batch(&self, items: &[Transfer]) -> Result<BatchOutcome, Error> {
        let mut results = vec![TransferResult::default(); items.len()];
        let (request, outcome) = ioctl::batch(self.as_fd(), items, &mut results);
        check("QENEX_BATCH", outcome, request.result)?;
        Ok(BatchOutcome { accepted: request.accepted, sequence: request.sequence, results })
    }

    /// What is on record under each of up to [`qenex_abi::QENEX_BATCH_MAX`] ids; `None` where there is nothing, or
    /// nothing that the caller may see.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`], as for no or too many ids; [`Error::System`].
    pub fn transfers_by_id(&self, ids: &[Id]) -> Result<Vec<Option<JournalEntry>>, Error> {
        let mut entries = vec![JournalEntry::default(); ids.len()];
        let (request, outcome) = ioctl::get_transfers_by_id(self.as_fd(), ids, &mut entries);
        check("QENEX_GET_TRANSFERS", outcome, request.result)?;
        Ok(entries.into_iter().map(|entry| Some(entry).filter(|entry| entry.sequence != 0)).collect())
    }

    /// Up to `count` of the changes from `first_sequence` on that the kernel still remembers and the caller may see,
    /// and the sequence number at which to go on.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`], as for a count of zero or too large; [`Error::System`].
    pub fn transfers_from(&self, first_sequence: u64, count: usize) -> Result<(Vec<JournalEntry>, u64), Error> {
        let mut entries = vec![JournalEntry::default(); count];
        let (request, outcome) = ioctl::get_transfers_from(self.as_fd(), first_sequence, &mut entries);
        check("QENEX_GET_TRANSFERS", outcome, request.result)?;
        entries.truncate(usize::try_from(request.found).unwrap_or(0));
        Ok((entries, request.next_sequence))
    }

    /// Changes an account's state, limits or owner. In the answer `id` is the id of the update and the output fields are
    /// filled.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`], [`Error::System`].
    pub fn update_account(&self, request: &UpdateRequest) -> Result<UpdateRequest, Error> {
        let mut request = UpdateRequest { result: 0, ..*request };
        let outcome = ioctl::update_account(self.as_fd(), &mut request);
        check("QENEX_UPDATE_ACCOUNT", outcome, request.result)?;
        Ok(request)
    }

    /// Waits until everything up to `sequence` is durable; what is durable then.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] with `timed_out`, or `durability_unavailable` if there never was a consumer; [`Error::System`]
    /// with `EINTR` if a signal came.
    pub fn wait_durable(&self, sequence: u64, timeout: Duration) -> Result<u64, Error> {
        let mut request = DurableRequest { sequence, timeout_ms: milliseconds(timeout), ..DurableRequest::default() };
        let outcome = ioctl::wait_durable(self.as_fd(), &mut request);
        check("QENEX_WAIT_DURABLE", outcome, request.result)?;
        Ok(request.durable)
    }

    /// Closes an empty ledger for business, to be restored. For ledger operators, as all of the restoring.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] with `ledger_not_empty`; [`Error::System`].
    pub fn restore_begin(&self) -> Result<(), Error> {
        let mut request = RestoreBeginRequest::default();
        let outcome = ioctl::restore_begin(self.as_fd(), &mut request);
        check("QENEX_RESTORE_BEGIN", outcome, request.result)
    }

    /// Restores accounts, by number from the first on.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`], [`Error::System`].
    pub fn restore_accounts(&self, accounts: &[RestoreAccount]) -> Result<(), Error> {
        self.restore(accounts)
    }

    /// Restores open holds, by sequence number.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`], [`Error::System`].
    pub fn restore_holds(&self, holds: &[RestoreHold]) -> Result<(), Error> {
        self.restore(holds)
    }

    /// Restores the latest changes, by sequence number, so that their ids are remembered.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`], [`Error::System`].
    pub fn restore_transfers(&self, entries: &[JournalEntry]) -> Result<(), Error> {
        self.restore(entries)
    }

    /// Opens a restored ledger for business, if its digest is this one.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] with `digest_mismatch` if it is not; [`Error::System`].
    pub fn go_live(&self, end: RestoreEnd, digest: [u8; 32]) -> Result<(), Error> {
        let mut request = GoLiveRequest { end, digest, ..GoLiveRequest::default() };
        let outcome = ioctl::go_live(self.as_fd(), &mut request);
        check("QENEX_GO_LIVE", outcome, request.result)
    }

    fn restore<T: ioctl::Restorable>(&self, items: &[T]) -> Result<(), Error> {
        for piece in items.chunks(PIECE) {
            let (request, outcome) = ioctl::restore(self.as_fd(), piece);
            check(T::NAME, outcome, request.result)?;
        }
        Ok(())
    }
}

impl AsFd for Ledger {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.device.as_fd()
    }
}

impl AsRawFd for Ledger {
    fn as_raw_fd(&self) -> RawFd {
        self.device.as_raw_fd()
    }
}

/// Most items that one call takes.
const PIECE: usize = QENEX_BATCH_MAX as usize;

/// A time as the calls take it; the longest there is if it does not fit.
pub(crate) fn milliseconds(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}

/// A failed call with a result code was refused by the ledger; without one it did not get that far.
pub(crate) fn check(call: &'static str, outcome: Result<(), Errno>, result: u32) -> Result<(), Error> {
    match outcome {
        Ok(()) => Ok(()),
        Err(errno) if result == ResultCode::Ok as u32 => Err(Error::System { call, errno }),
        Err(errno) => Err(Refusal { errno, result }.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_device() {
        let error = Ledger::open("/dev/qenex_no_such_device").expect_err("there is none");
        assert!(matches!(error, Error::Open { errno: Errno::ENOENT, .. }), "{error:?}");
        assert_eq!(error.to_string(), "/dev/qenex_no_such_device: No such file or directory");
    }

    #[test]
    fn other_devices() {
        let error = Ledger::open("/dev/null").expect_err("not a ledger");
        assert!(matches!(error, Error::NotQenex { .. }), "{error:?}");
    }

    #[test]
    fn tells_refusal_from_trouble() {
        let refused = check("CALL", Err(Errno::EPERM), ResultCode::NotAccountOwner as u32).expect_err("refused");
        assert_eq!(refused.code(), Some(ResultCode::NotAccountOwner));
        let trouble = check("CALL", Err(Errno::EFAULT), 0).expect_err("trouble");
        assert!(matches!(trouble, Error::System { errno: Errno::EFAULT, .. }));
        assert!(check("CALL", Ok(()), ResultCode::Exists as u32).is_ok());
    }
}
