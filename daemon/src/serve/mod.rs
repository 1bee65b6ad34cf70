// SPDX-License-Identifier: MIT

//! Being the daemon: give the kernel what the store holds, then store what the kernel does.
//!
//! 1. Attach to the journal. From here on the kernel lets no change be forgotten that is not stored.
//! 2. Open the store, or make one, and bring its state back, everything verified.
//! 3. An empty kernel is given the state and opened for business. One that has the state already, because only this daemon
//!    was restarted, goes on from the last stored entry. Anything else is refused: never open for business on doubt.
//! 4. Drain the journal until told to stop.

mod device;
mod error;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use qenex_abi::{Info, JournalEntry, QENEX_STATE_LIVE};
use qenex_device::Journal;

pub use error::ServeError;

use crate::drain::drain;
use crate::follow::{Follower, Policy};
use crate::restore::{Restored, from_parts};
use crate::snapshot::Snapshots;
use crate::store::sqlite::SqliteStore;
use crate::store::writer::Writer;
use crate::store::{Head, Reader, Store, StoreError};

/// What to serve.
#[derive(Clone, Debug)]
pub struct Config {
    /// The kernel's device.
    pub device: PathBuf,
    /// Directory of the store; made if there is none.
    pub store: PathBuf,
    /// Take the journal from another consumer, who is fenced.
    pub take_over: bool,
}

/// How long the thread that tells the follower waits before it looks whether to stop.
const PATIENCE: Duration = Duration::from_millis(200);

/// Serves until `stop` is set, by others or because an entry was found to be wrong, then stores and acknowledges all that was read. `ready` is called once, when the ledger
/// is open for business. Returns the last sequence number stored.
///
/// # Errors
///
/// [`ServeError`] in one line that says what to do. What was acknowledged is stored all the same.
pub fn serve(config: &Config, stop: &AtomicBool, ready: impl FnOnce(&Restored)) -> Result<u64, ServeError> {
    // The journal first: whoever has it has the right to the store.
    let journal = Journal::attach(&config.device, config.take_over)?;
    let info = journal.ledger().info()?;
    let store = open_store(config, &info)?;
    let mut reader = store.reader()?;
    let restored = from_parts(&mut *reader, &Snapshots::of_store(&config.store), u64::MAX)?;
    if is_empty(&info) {
        give_back(&journal, &restored, &mut *reader, info.journal_entries)?;
    } else {
        check_continues(&journal, &info, store.head(), &restored)?;
    }
    ready(&restored);
    let follower = Follower::start(&config.store, reader, restored, Policy::default())?;
    let writer = Writer::start(Box::new(store))?;
    let ended = AtomicBool::new(false);
    let outcome = std::thread::scope(|scope| {
        scope.spawn(|| tell(&follower, &writer, &ended, stop));
        let outcome = drain(&device::Source::new(&journal), &writer, stop);
        ended.store(true, Ordering::Release);
        outcome
    });
    writer.stop()?;
    let stopped = follower.stop();
    let sequence = outcome?;
    stopped?;
    Ok(sequence)
}

/// The ledger's store, or a new one. After a take-over the other daemon still has it, until it learns that it is fenced.
fn open_store(config: &Config, info: &Info) -> Result<SqliteStore, ServeError> {
    let directory = &config.store;
    let begun = Instant::now();
    loop {
        return match SqliteStore::open(directory, None) {
            Err(StoreError::Missing(_)) if is_empty(info) => Ok(SqliteStore::create(directory, info.ledger_id)?),
            Err(StoreError::Missing(_)) => Err(ServeError::NeverStored(info.sequence)),
            Err(StoreError::InUse { .. }) if config.take_over && begun.elapsed() < FENCED_WITHIN => {
                sleep(PATIENCE);
                continue;
            }
            store => Ok(store?),
        };
    }
}

/// A daemon that is alive learns within this time that it is fenced, and lets its store go.
const FENCED_WITHIN: Duration = Duration::from_secs(10);

fn is_empty(info: &Info) -> bool {
    info.sequence == 0 && info.accounts == 0
}

/// Gives an empty kernel the state, and the latest entries, by which it remembers ids.
fn give_back(
    journal: &Journal,
    restored: &Restored,
    reader: &mut dyn Reader,
    remembered: u64,
) -> Result<(), ServeError> {
    let ledger = journal.ledger();
    let state = &restored.state;
    ledger.restore_begin()?;
    ledger.restore_accounts(state.accounts())?;
    ledger.restore_holds(&state.holds())?;
    let first = state.sequence().saturating_sub(remembered).saturating_add(1);
    let mut given = first;
    for group in latest(reader, first)? {
        // The first group may begin before what is remembered.
        let entries: Vec<_> = group.into_iter().filter(|entry| entry.sequence >= given).collect();
        if let Some(last) = entries.last() {
            given = last.sequence.saturating_add(1);
            ledger.restore_transfers(&entries)?;
        }
    }
    ledger.go_live(state.end(), state.digest().0)?;
    Ok(())
}

/// The groups from the one with entry `first` on. The chain was checked when the state was made.
fn latest(reader: &mut dyn Reader, first: u64) -> Result<Vec<Vec<JournalEntry>>, ServeError> {
    let mut groups = Vec::new();
    let mut next = first;
    loop {
        let more = reader.groups(next, READ_BYTES)?;
        let Some(last) = more.last() else { return Ok(groups) };
        next = last.last().saturating_add(1);
        groups.extend(more.iter().map(|group| group.entries().to_vec()));
    }
}

/// Bytes that are read of the store at once.
const READ_BYTES: usize = 16 << 20;

/// Checks that the kernel's ledger is the store's, and lacks nothing that the store has, nor the store what the kernel
/// has forgotten.
fn check_continues(journal: &Journal, info: &Info, head: Head, restored: &Restored) -> Result<(), ServeError> {
    if info.ledger_id != restored.state.ledger_id() {
        return Err(ServeError::OtherLedger {
            kernel: info.ledger_id.to_u128(),
            store: restored.state.ledger_id().to_u128(),
        });
    }
    if info.state != QENEX_STATE_LIVE {
        return Err(ServeError::HalfRestored);
    }
    let acknowledged = journal.acknowledged_at_attach();
    if head.sequence < acknowledged {
        return Err(ServeError::StoreBehind { store: head.sequence, acknowledged });
    }
    if head.sequence > info.sequence {
        return Err(ServeError::StoreAhead { store: head.sequence, kernel: info.sequence });
    }
    Ok(())
}

/// Tells the follower what is durable, until it is over. A follower that ends by itself has found something wrong: then
/// nothing more is made durable, and the kernel stops the business as soon as its ring is full.
fn tell(follower: &Follower, writer: &Writer, ended: &AtomicBool, stop: &AtomicBool) {
    let mut told = 0;
    while !ended.load(Ordering::Acquire) {
        // An error ends the drain, too, which reports it.
        let durable = writer.wait_durable(told + 1, PATIENCE).unwrap_or_else(|_| writer.durable()).sequence;
        if durable > told {
            told = durable;
            follower.durable(told);
        }
        if follower.failure().is_some() {
            stop.store(true, Ordering::Release);
        }
    }
    follower.durable(writer.durable().sequence);
}
