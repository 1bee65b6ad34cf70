// SPDX-License-Identifier: MIT OR GPL-2.0

//! The timer that ends holds whose time has come.

use core::ffi::c_void;

use kernel::sync::Arc;

use qenex_ledger::Ledger;

use crate::bank::Bank;
use crate::caller;

/// Holds ended in one go, before others may run.
const BATCH: usize = 64;

/// Nanoseconds from one round to the next, at least.
const PAUSE: u64 = 10_000_000;

extern "C" {
    fn qenex_expiry_start(bank: *const c_void);
    fn qenex_expiry_at(when: u64);
    fn qenex_expiry_stop();
}

/// The running timer.
///
/// # Invariants
///
/// The C side holds a pointer to this bank from `start` to `drop`.
pub(crate) struct Timer {
    bank: Arc<Bank>,
}

impl Timer {
    /// Starts the timer; one at a time.
    pub(crate) fn start(bank: Arc<Bank>) -> Self {
        let pointer: *const Bank = &*bank;
        // SAFETY: the bank lives as long as the timer, which stops in `drop`.
        // INVARIANT: the C side has the pointer from here on.
        unsafe { qenex_expiry_start(pointer.cast()) };
        Timer { bank }
    }

    /// The ledger whose holds expire.
    pub(crate) fn ledger(&self) -> &Ledger {
        &self.bank.ledger
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        // SAFETY: started in `start`; the device is gone, so that no call uses the timer any more.
        unsafe { qenex_expiry_stop() };
    }
}

/// Sees to it that the timer runs when the next hold expires. After every call that may have made a hold.
pub(crate) fn note(ledger: &Ledger) {
    let next = ledger.next_expiry();
    if next != u64::MAX {
        // SAFETY: the timer is started before the device is registered.
        unsafe { qenex_expiry_at(next) };
    }
}

/// Called by the timer: ends what is due and returns when to come back.
///
/// # Safety
///
/// `bank` is the pointer that `Timer::start` gave.
#[no_mangle]
unsafe extern "C" fn qenex_expire(bank: *const c_void) -> u64 {
    // SAFETY: the bank lives until the timer has stopped, by the type invariant of `Timer`.
    expire(unsafe { &*bank.cast() })
}

/// Ends what is due and returns when to come back.
pub(crate) fn expire(bank: &Bank) -> u64 {
    while bank.ledger.expire_holds(caller::now(), BATCH) == BATCH {
        bank.note_change();
        kernel::task::might_sleep();
    }
    bank.note_change();
    match bank.ledger.next_expiry() {
        u64::MAX => u64::MAX,
        // What is due and could not be ended, because the journal is full or the ledger closed, is not tried without a pause.
        next => next.max(caller::now().saturating_add(PAUSE)),
    }
}
