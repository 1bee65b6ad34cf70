// SPDX-License-Identifier: MIT

//! The journal, for the one who makes it durable.

use std::os::fd::AsFd;
use std::path::Path;
use std::time::Duration;

use qenex_abi::{AckRequest, AttachRequest, JournalEntry, QENEX_JOURNAL_TAKE_OVER, ResultCode, WaitRequest};

use crate::error::Error;
use crate::ioctl::{self, Ring};
use crate::ledger::{Ledger, check, milliseconds};

/// The attached consumer of the journal: one at a time, a ledger operator. Dropping it detaches.
#[derive(Debug)]
pub struct Journal {
    // Before the device: the mapping keeps the device open.
    ring: Ring,
    ledger: Ledger,
    entries: u64,
    epoch: u64,
    acknowledged: u64,
}

impl Journal {
    /// Opens the device and attaches to its journal. With `take_over` also if somebody else is attached, who is fenced.
    ///
    /// # Errors
    ///
    /// As [`Ledger::open`]; [`Error::Refused`] with `journal_attached` or `operator_right_required`; [`Error::System`].
    pub fn attach(path: impl AsRef<Path>, take_over: bool) -> Result<Journal, Error> {
        let ledger = Ledger::open(path)?;
        let flags = if take_over { QENEX_JOURNAL_TAKE_OVER } else { 0 };
        let mut request = AttachRequest { flags, ..AttachRequest::default() };
        let outcome = ioctl::attach(ledger.as_fd(), &mut request);
        check("QENEX_JOURNAL_ATTACH", outcome, request.result)?;
        let len = usize::try_from(request.ring_size).unwrap_or(usize::MAX);
        let ring = Ring::map(ledger.as_fd(), len).map_err(|errno| Error::System { call: "mmap", errno })?;
        let AttachRequest { entries, epoch, acknowledged, .. } = request;
        Ok(Journal { ring, ledger, entries, epoch, acknowledged })
    }

    /// The device, for the other calls.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Which attachment this is; grows with each.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// What was acknowledged already when this consumer attached.
    pub fn acknowledged_at_attach(&self) -> u64 {
        self.acknowledged
    }

    /// Waits until an entry after `after` is written; the last one that is. `None` when the time is over.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] with `journal_fenced` if another consumer has taken over; [`Error::System`] with `EINTR` if a signal
    /// came.
    pub fn wait(&self, after: u64, timeout: Duration) -> Result<Option<u64>, Error> {
        let mut request = WaitRequest { after, timeout_ms: milliseconds(timeout), ..WaitRequest::default() };
        let outcome = ioctl::wait_written(self.ledger.as_fd(), &mut request);
        if request.result == ResultCode::TimedOut as u32 {
            return Ok(None);
        }
        check("QENEX_JOURNAL_WAIT", outcome, request.result)?;
        Ok(Some(request.written))
    }

    /// The entry with this sequence number, which is written and not acknowledged; `None` if that is not so.
    pub fn entry(&self, sequence: u64) -> Option<JournalEntry> {
        let place = usize::try_from(sequence.checked_rem(self.entries)?).ok()?;
        self.ring.entry(place).filter(|entry| entry.sequence == sequence)
    }

    /// Tells the kernel that everything up to `sequence` is stored durably.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] with `journal_fenced`, `acknowledged_too_much` or `acknowledged_already`; [`Error::System`].
    pub fn acknowledge(&self, sequence: u64) -> Result<(), Error> {
        let mut request = AckRequest { sequence, ..AckRequest::default() };
        let outcome = ioctl::acknowledge(self.ledger.as_fd(), &mut request);
        check("QENEX_JOURNAL_ACK", outcome, request.result)
    }
}
