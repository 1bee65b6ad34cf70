// SPDX-License-Identifier: MIT

//! Bringing the ledger back: the newest good snapshot, then the journal after it, everything verified on the way.

mod error;

use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

pub use error::RestoreError;

use crate::snapshot::{Snapshot, SnapshotError, Snapshots};
use crate::state::State;
use crate::store::sqlite::SqliteReader;
use crate::store::{ChainHead, Reader, StoreError, Walk};

/// Groups that are read ahead of the one being applied.
const AHEAD: usize = 8;

/// The state of a store at some entry, and how it was come by.
#[derive(Debug)]
pub struct Restored {
    /// The state.
    pub state: State,
    /// The audit chain's head up to its last entry.
    pub chain: ChainHead,
    /// Sequence number of the snapshot that it was made from; 0 if from the first entry.
    pub snapshot: u64,
    /// Snapshots that could not be used, for the log.
    pub damaged: Vec<SnapshotError>,
    /// Entries replayed after the snapshot.
    pub replayed: u64,
    /// How long it took.
    pub elapsed: Duration,
}

/// The state at the end of the store in `directory`.
///
/// # Errors
///
/// [`RestoreError`] names the first entry that is wrong, if one is.
pub fn restore(directory: &Path) -> Result<Restored, RestoreError> {
    restore_until(directory, u64::MAX)
}

/// The state after entry `sequence`, or at the end of the store if that is before it.
///
/// # Errors
///
/// [`RestoreError`] names the first entry that is wrong, if one is.
pub fn restore_until(directory: &Path, sequence: u64) -> Result<Restored, RestoreError> {
    let mut reader = SqliteReader::open(directory)?;
    from_parts(&mut reader, &Snapshots::of_store(directory), sequence)
}

/// The state of what `reader` reads after entry `until`, from one of `snapshots` if one helps.
///
/// # Errors
///
/// [`RestoreError`] names the first entry that is wrong, if one is.
pub fn from_parts(reader: &mut dyn Reader, snapshots: &Snapshots, until: u64) -> Result<Restored, RestoreError> {
    let begun = Instant::now();
    let (identity, head) = (reader.identity(), reader.head()?);
    if let Some(newest) = snapshots.list()?.last().filter(|newest| **newest > head.sequence) {
        return Err(RestoreError::SnapshotAhead { snapshot: *newest, journal: head.sequence });
    }
    let found = snapshots.newest(until)?;
    let (mut state, mut chain) = match found.snapshot {
        None => (State::new(identity.ledger_id), ChainHead::genesis(identity.ledger_id)),
        Some(Snapshot { state, .. }) if state.ledger_id() != identity.ledger_id => {
            let (found, expected) = (state.ledger_id().to_u128(), identity.ledger_id.to_u128());
            return Err(StoreError::OtherLedger { found, expected }.into());
        }
        Some(Snapshot { state, chain }) => (state, chain),
    };
    let snapshot = state.sequence();
    if snapshot == head.sequence && chain != head.chain {
        return Err(RestoreError::OtherHistory(snapshot));
    }
    replay(reader, &mut state, &mut chain, until).map_err(|error| match error {
        // Right after the snapshot it is the snapshot that does not fit.
        RestoreError::Store(StoreError::Chain { first, .. }) if snapshot != 0 && first == snapshot + 1 => {
            RestoreError::OtherHistory(snapshot)
        }
        error => error,
    })?;
    let replayed = state.sequence() - snapshot;
    Ok(Restored { state, chain, snapshot, damaged: found.damaged, replayed, elapsed: begun.elapsed() })
}

/// Applies what follows on `state`, up to entry `until`. Reading and checking the chain goes on beside the applying.
///
/// If `until` is in the middle of a group, `chain` is the head before that group.
///
/// # Errors
///
/// [`RestoreError`] names the first entry that is wrong; `state` is as before it.
pub fn replay(
    reader: &mut dyn Reader,
    state: &mut State,
    chain: &mut ChainHead,
    until: u64,
) -> Result<(), RestoreError> {
    let after = state.sequence();
    let start = *chain;
    let (sender, receiver) = mpsc::sync_channel(AHEAD);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for group in Walk::after(reader, after, start).until(until) {
                // Nobody listens any more: an entry was wrong.
                if sender.send(group).is_err() {
                    return;
                }
            }
        });
        for group in receiver {
            let group = group?;
            for entry in group.entries() {
                if entry.sequence > until {
                    return Ok(());
                }
                state.apply(entry)?;
            }
            *chain = group.head();
        }
        Ok(())
    })
}
