// SPDX-License-Identifier: MIT

//! Waiting, on a thread, for what the ledger has made to become durable.

use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::BankError;

/// How often it is looked.
const TICK: Duration = Duration::from_micros(200);

/// What is durable, and for how long it is waited for.
#[derive(Clone)]
pub struct Durable {
    last: watch::Receiver<u64>,
    patience: Duration,
}

impl Durable {
    /// `last` is the last entry that is durable; when its sender is gone, nothing more will be.
    pub fn new(last: watch::Receiver<u64>, patience: Duration) -> Self {
        Durable { last, patience }
    }

    /// Waits until entry `sequence` is durable, and tells how long that took.
    ///
    /// # Errors
    ///
    /// [`BankError::NotDurableYet`] if it takes too long; [`BankError::Stopping`] if nothing more is made durable.
    pub fn wait(&self, sequence: u64) -> Result<Duration, BankError> {
        let begun = Instant::now();
        while *self.last.borrow() < sequence {
            if self.last.has_changed().is_err() {
                return Err(BankError::Stopping);
            }
            if begun.elapsed() > self.patience {
                return Err(BankError::NotDurableYet(sequence));
            }
            std::thread::sleep(TICK);
        }
        Ok(begun.elapsed())
    }
}
