// SPDX-License-Identifier: MIT

//! Ending the work at a chosen step, as a crash would: for tests of what comes after.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::PaymentError;

/// How many steps are left. A step is a call of the ledger or a commit to the database of messages.
#[derive(Clone, Debug)]
pub struct Interruption(Arc<AtomicU64>);

impl Interruption {
    /// The first `steps` steps are made, and none after them.
    pub fn after(steps: u64) -> Self {
        Interruption(Arc::new(AtomicU64::new(steps)))
    }

    /// Whether the end has come.
    pub fn has_come(&self) -> bool {
        self.0.load(Ordering::Acquire) == 0
    }

    /// One more step, if it may be made.
    pub(super) fn step(&self) -> Result<(), PaymentError> {
        let left = self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| left.checked_sub(1));
        left.map(drop).map_err(|_| PaymentError::Interrupted)
    }
}
