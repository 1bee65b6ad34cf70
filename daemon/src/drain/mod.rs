// SPDX-License-Identifier: MIT

//! The drain: entries from the kernel's journal to the store, and back the word that they are durable.
//!
//! Two threads. One reads what is new and queues it for the writer; when the queue is full it stops reading, the
//! kernel's ring fills and the kernel refuses new transfers. The other waits for commits and acknowledges each at once,
//! while the first one is reading on. An entry is acknowledged only after the commit that holds it has returned.

mod error;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use qenex_abi::JournalEntry;

pub use error::{DrainError, SourceError};

use crate::store::writer::Writer;

/// Most entries that are asked of the source at a time.
pub const PIECE: usize = crate::store::GROUP_MAX;
/// How long one waits before looking whether to stop.
const PATIENCE: Duration = Duration::from_millis(100);

/// Where entries come from: the kernel's journal, or something in its place in tests.
///
/// Both calls may be made at the same time, each from one thread.
pub trait JournalSource: Sync {
    /// Waits until there are entries after `after`, or for `timeout`, and puts up to `max` of them into `entries`,
    /// which is empty: in order, without a gap, beginning with `after + 1`. None when the time is over.
    ///
    /// # Errors
    ///
    /// [`SourceError`] ends the drain.
    fn wait(
        &self,
        after: u64,
        max: usize,
        timeout: Duration,
        entries: &mut Vec<JournalEntry>,
    ) -> Result<(), SourceError>;

    /// All entries up to `sequence` are durable: the source may forget them and tell those who wait for them.
    ///
    /// # Errors
    ///
    /// [`SourceError`] ends the drain.
    fn acknowledge(&self, sequence: u64) -> Result<(), SourceError>;
}

/// Drains `source` into `writer` until `stop` is set or something fails, then waits until all that was written by then is
/// durable and acknowledged. Returns the last sequence number acknowledged.
///
/// # Errors
///
/// [`DrainError`]; what was acknowledged is durable all the same.
pub fn drain(source: &dyn JournalSource, writer: &Writer, stop: &AtomicBool) -> Result<u64, DrainError> {
    let begun = writer.durable().sequence;
    // What was stored, but not acknowledged any more, before an earlier end.
    source.acknowledge(begun)?;
    let reading_ended = AtomicBool::new(false);
    // Set also when the other one fails: neither can go on alone.
    let failed = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let acknowledging = scope.spawn(|| {
            let outcome = acknowledge(source, writer, begun, &reading_ended);
            failed.store(outcome.is_err(), Ordering::Release);
            outcome
        });
        let read = read(source, writer, begun, || stop.load(Ordering::Acquire) || failed.load(Ordering::Acquire));
        // Also after an error: what is in the queue is none the worse for it.
        let flushed = writer.flush();
        reading_ended.store(true, Ordering::Release);
        let acknowledged = acknowledging.join().unwrap_or(Err(DrainError::Panicked));
        let acknowledged = acknowledged?;
        flushed?;
        read?;
        Ok(acknowledged)
    })
}

/// Reads and queues until `stop`, and then what has been written by then.
fn read(source: &dyn JournalSource, writer: &Writer, begun: u64, stop: impl Fn() -> bool) -> Result<(), DrainError> {
    let mut last = begun;
    loop {
        // In this order: what was written before the stop is read.
        let stopping = stop();
        let mut entries = Vec::new();
        source.wait(last, PIECE, if stopping { Duration::ZERO } else { PATIENCE }, &mut entries)?;
        let is_all = entries.len() < PIECE;
        // The store would refuse it as well; here the one to blame is known.
        if let Some(first) = entries.first().filter(|first| first.sequence != last + 1) {
            return Err(DrainError::Gap { expected: last + 1, found: first.sequence });
        }
        last = entries.last().map_or(last, |entry| entry.sequence);
        writer.submit(entries)?;
        if stopping && is_all {
            return Ok(());
        }
    }
}

/// Acknowledges each commit until reading has ended and nothing more becomes durable.
fn acknowledge(
    source: &dyn JournalSource,
    writer: &Writer,
    begun: u64,
    reading_ended: &AtomicBool,
) -> Result<u64, DrainError> {
    let mut acknowledged = begun;
    loop {
        // In this order: what is durable when reading has ended is all there will be.
        let ended = reading_ended.load(Ordering::Acquire);
        let durable = if ended { Ok(writer.durable()) } else { writer.wait_durable(acknowledged + 1, PATIENCE) };
        // After an error of the writer, what it had made durable before is acknowledged still.
        let sequence = durable.as_ref().unwrap_or(&writer.durable()).sequence;
        if sequence > acknowledged {
            source.acknowledge(sequence)?;
            acknowledged = sequence;
        }
        durable?;
        if ended {
            return Ok(acknowledged);
        }
    }
}
