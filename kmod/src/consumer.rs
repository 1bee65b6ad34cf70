// SPDX-License-Identifier: MIT OR GPL-2.0

//! The consumer of the journal, and waiting for it.
//!
//! Who waits for what: the consumer for entries (woken by every change), callers for their changes to be durable (woken by
//! every acknowledgement and when the module stops waiting for nobody). Both wait in process context without any lock,
//! interruptibly.
//!
//! A ledger that is open without a consumer (module parameter `volatile`) is volatile until one attaches: entries count as
//! acknowledged as soon as they are written. From then on nothing is overwritten that a consumer has not acknowledged, and
//! while there is such a thing the module cannot be removed.

use core::ffi::c_void;

use kernel::new_mutex;
use kernel::prelude::*;
use kernel::sync::atomic::{Acquire, Atomic, Full, Relaxed, Release};
use kernel::sync::Mutex;

use qenex_abi::ResultCode;

use crate::bank::Bank;

/// As a timeout: as long as it takes. Callers cannot ask for it.
const FOREVER: u32 = u32::MAX;

extern "C" {
    fn qenex_wait_written(bank: *const c_void, after: u64, epoch: u64, timeout_ms: u32) -> isize;
    fn qenex_wait_durable(bank: *const c_void, sequence: u64, timeout_ms: u32) -> isize;
    fn qenex_wake_written();
    fn qenex_wake_durable();
    fn qenex_module_hold();
    fn qenex_module_release();
}

/// Who consumes the journal.
#[pin_data]
pub(crate) struct Consumer {
    /// Held for attaching, detaching, acknowledging and restoring, one at a time.
    #[pin]
    turn: Mutex<Turn>,
    /// Epoch of the attached consumer; 0 if there is none. Written under `turn`.
    epoch: Atomic<u64>,
    /// Whether a consumer has ever attached. Written under `turn`.
    has_been: Atomic<i32>,
    /// Whether the module holds a reference to itself. Written under `turn`.
    is_held: Atomic<i32>,
}

/// What `turn` protects.
struct Turn {
    /// The last epoch given out.
    last_epoch: u64,
}

impl Consumer {
    /// Nobody, yet.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            turn <- new_mutex!(Turn { last_epoch: 0 }, "qenex_consumer"),
            epoch: Atomic::new(0),
            has_been: Atomic::new(0),
            is_held: Atomic::new(0),
        })
    }

    /// The turn to do what is done one at a time, restoring included.
    pub(crate) fn turn(&self) -> impl Drop + '_ {
        self.turn.lock()
    }

    /// Whether a consumer has ever attached: only then can anything be durable.
    pub(crate) fn has_been(&self) -> bool {
        self.has_been.load(Acquire) != 0
    }

    /// Whether this epoch's consumer is the attached one.
    pub(crate) fn is_current(&self, epoch: u64) -> bool {
        epoch != 0 && self.epoch.load(Acquire) == epoch
    }
}

impl Bank {
    /// Makes somebody the consumer and returns the epoch of the attachment and what is acknowledged already.
    pub(crate) fn attach(&self, take_over: bool) -> Result<(u64, u64), ResultCode> {
        let consumer = &self.consumer;
        let mut turn = consumer.turn.lock();
        if consumer.epoch.load(Relaxed) != 0 && !take_over {
            return Err(ResultCode::JournalAttached);
        }
        if !consumer.has_been() {
            // The volatile ledger's last entries; from now on they wait for the consumer.
            self.ledger.release_journal();
            consumer.has_been.store(1, Release);
        }
        // OVERFLOW: one attachment at a time does not come to 2^64.
        turn.last_epoch += 1;
        consumer.epoch.store(turn.last_epoch, Release);
        // A former consumer that waits must learn that it is fenced.
        // SAFETY: has no requirements.
        unsafe { qenex_wake_written() };
        Ok((turn.last_epoch, self.ledger.acknowledged()))
    }

    /// Ends an attachment, if it has not been taken over.
    pub(crate) fn detach(&self, epoch: u64) {
        let _turn = self.consumer.turn.lock();
        if self.consumer.is_current(epoch) {
            self.consumer.epoch.store(0, Release);
        }
    }

    /// Notes what the consumer has stored.
    pub(crate) fn acknowledge(&self, epoch: u64, sequence: u64) -> Result<(), ResultCode> {
        let _turn = self.consumer.turn.lock();
        self.check_current(epoch)?;
        self.ledger.acknowledge(sequence)?;
        // SAFETY: has no requirements.
        unsafe { qenex_wake_durable() };
        self.hold_while_unacknowledged();
        Ok(())
    }

    /// Waits until an entry after `after` is written and returns the last one that is.
    pub(crate) fn wait_written(&self, epoch: u64, after: u64, timeout_ms: u32) -> Result<Result<u64, ResultCode>> {
        if let Err(code) = self.check_current(epoch) {
            return Ok(Err(code));
        }
        // SAFETY: the pointer is that of this bank, which lives until the call returns.
        let waited = unsafe { qenex_wait_written(self.as_pointer(), after, epoch, timeout_ms.min(FOREVER - 1)) };
        if waited < 0 {
            return Err(ERESTARTSYS);
        }
        if let Err(code) = self.check_current(epoch) {
            return Ok(Err(code));
        }
        Ok(match waited {
            0 => Err(ResultCode::TimedOut),
            _ => Ok(self.ledger.journal_written()),
        })
    }

    /// Waits until a change is durable.
    pub(crate) fn wait_durable(&self, sequence: u64, timeout_ms: Option<u32>) -> Result<Result<(), ResultCode>> {
        if !self.consumer.has_been() {
            return Ok(Err(ResultCode::DurabilityUnavailable));
        }
        let timeout_ms = timeout_ms.map_or(FOREVER, |timeout_ms| timeout_ms.min(FOREVER - 1));
        // SAFETY: the pointer is that of this bank, which lives until the call returns.
        let waited = unsafe { qenex_wait_durable(self.as_pointer(), sequence, timeout_ms) };
        match waited {
            ..=-1 => Err(EINTR),
            0 => Ok(Err(ResultCode::TimedOut)),
            _ => Ok(Ok(())),
        }
    }

    /// Everything up to this sequence number is durable: nothing as long as nobody has consumed the journal.
    pub(crate) fn durable(&self) -> u64 {
        if self.consumer.has_been() {
            self.ledger.acknowledged()
        } else {
            0
        }
    }

    /// Whether the consumer of this epoch has something to do; `None` if it is fenced.
    pub(crate) fn has_work(&self, epoch: u64) -> Option<bool> {
        self.check_current(epoch).ok()?;
        Some(self.ledger.journal_written() > self.ledger.acknowledged())
    }

    /// After every call that may have changed something.
    pub(crate) fn note_change(&self) {
        if !self.consumer.has_been() {
            self.keep_volatile_going();
            return;
        }
        // SAFETY: has no requirements.
        unsafe { qenex_wake_written() };
        // A full barrier, which pairs with the one in `hold_while_unacknowledged`: either this sees that the module is not
        // held, or that sees the change.
        if self.consumer.is_held.fetch_add(0, Full) == 0 && self.ledger.sequence() > self.ledger.acknowledged() {
            let _turn = self.consumer.turn.lock();
            self.hold_while_unacknowledged();
        }
    }

    /// Holds the module while something is not acknowledged. Under `turn`, and with a file of it open.
    fn hold_while_unacknowledged(&self) {
        let is_held = &self.consumer.is_held;
        if self.ledger.sequence() <= self.ledger.acknowledged() && is_held.load(Relaxed) != 0 {
            is_held.store(0, Relaxed);
            // SAFETY: held below, once.
            unsafe { qenex_module_release() };
        }
        // A full barrier, which pairs with the one in `note_change`.
        let held = is_held.fetch_add(0, Full);
        if self.ledger.sequence() > self.ledger.acknowledged() && held == 0 {
            is_held.store(1, Relaxed);
            // SAFETY: a file is open, by this function's contract, so that the module is not going.
            unsafe { qenex_module_hold() };
        }
    }

    /// Acknowledges what is written, on behalf of nobody. From time to time is enough: it takes the lock.
    fn keep_volatile_going(&self) {
        let unacknowledged = self.ledger.sequence().saturating_sub(self.ledger.acknowledged());
        if unacknowledged > qenex_ledger::Config::JOURNAL_MIN / 4 {
            let _turn = self.consumer.turn.lock();
            if !self.consumer.has_been() {
                self.ledger.release_journal();
            }
        }
    }

    fn check_current(&self, epoch: u64) -> Result<(), ResultCode> {
        match epoch {
            0 => Err(ResultCode::JournalNotAttached),
            _ if !self.consumer.is_current(epoch) => Err(ResultCode::JournalFenced),
            _ => Ok(()),
        }
    }

    fn as_pointer(&self) -> *const c_void {
        core::ptr::from_ref(self).cast()
    }
}

/// Whether an entry after this one is written, or the consumer of this epoch is fenced.
///
/// # Safety
///
/// `bank` is a pointer that a function of this file gave to the waiting function that calls.
#[no_mangle]
unsafe extern "C" fn qenex_is_written(bank: *const c_void, after: u64, epoch: u64) -> bool {
    // SAFETY: the bank lives until the wait is over, by this function's contract.
    let bank: &Bank = unsafe { &*bank.cast() };
    bank.ledger.journal_written() > after || !bank.consumer.is_current(epoch)
}

/// Whether this change is durable.
///
/// # Safety
///
/// As for [`qenex_is_written`].
#[no_mangle]
unsafe extern "C" fn qenex_is_durable(bank: *const c_void, sequence: u64) -> bool {
    // SAFETY: the bank lives until the wait is over, by this function's contract.
    let bank: &Bank = unsafe { &*bank.cast() };
    bank.ledger.acknowledged() >= sequence
}
