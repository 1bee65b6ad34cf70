// SPDX-License-Identifier: MIT

//! The kernel's journal as a source for the drain.

use std::time::Duration;

use qenex_abi::{JournalEntry, ResultCode};
use qenex_device::{Errno, Error, Journal};

use crate::drain::{JournalSource, SourceError};

/// The attached journal.
pub(crate) struct Source<'a> {
    journal: &'a Journal,
}

impl<'a> Source<'a> {
    /// The source that this journal is.
    pub(crate) fn new(journal: &'a Journal) -> Self {
        Source { journal }
    }
}

impl JournalSource for Source<'_> {
    fn wait(
        &self,
        after: u64,
        max: usize,
        timeout: Duration,
        entries: &mut Vec<JournalEntry>,
    ) -> Result<(), SourceError> {
        let written = match self.journal.wait(after, timeout) {
            Ok(Some(written)) => written,
            // A signal: whoever set it off tells what to do.
            Ok(None) | Err(Error::System { errno: Errno::EINTR, .. }) => return Ok(()),
            Err(error) => return Err(explain(&error)),
        };
        let max = u64::try_from(max).unwrap_or(u64::MAX);
        for sequence in after.saturating_add(1)..=written.min(after.saturating_add(max)) {
            let entry = self.journal.entry(sequence);
            entries.push(entry.ok_or_else(|| SourceError(format!("entry {sequence} is not in the ring")))?);
        }
        Ok(())
    }

    fn acknowledge(&self, sequence: u64) -> Result<(), SourceError> {
        self.journal.acknowledge(sequence).map_err(|error| explain(&error))
    }
}

fn explain(error: &Error) -> SourceError {
    let fenced = error.code() == Some(ResultCode::JournalFenced);
    SourceError(if fenced { "another daemon has taken the journal over".into() } else { error.to_string() })
}
