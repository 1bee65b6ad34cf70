// SPDX-License-Identifier: MIT

//! Being the daemon: give the kernel what the store holds, then store what the kernel does.
//!
//! 1. Attach to the journal. From here on the kernel lets no change be forgotten that is not stored.
//! 2. Open the store, or make one, and bring its state back, everything verified.
//! 3. An empty kernel is given the state and opened for business. One that has the state already, because only this daemon
//!    was restarted, goes on from the last stored entry. Anything else is refused: never open for business on doubt.
//! 4. Drain the journal, and serve the API, until told to stop: [`business`].

pub mod business;
mod device;
mod error;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::sleep;
use std::time::{Duration, Instant};

use qenex_abi::{Info, JournalEntry, QENEX_STATE_LIVE};
use qenex_device::{Journal, Ledger};

pub use error::ServeError;

use crate::beside;
use crate::config::Configuration;
use crate::restore::{Restored, from_parts};
use crate::snapshot::Snapshots;
use crate::store::sqlite::SqliteStore;
use crate::store::{Head, Reader, Store, StoreError};
use business::{Business, Front};

/// What to serve.
#[derive(Clone, Debug)]
pub struct Config {
    /// The kernel's device.
    pub device: PathBuf,
    /// Directory of the store; made if there is none.
    pub store: PathBuf,
    /// Take the journal from another consumer, who is fenced.
    pub take_over: bool,
    /// The HTTP API, if it is to be served, and whether with the demo users and accounts.
    pub api: Option<(Configuration, bool)>,
}

/// How long a store that is in use is waited for before it is tried again.
const PATIENCE: Duration = Duration::from_millis(200);

/// What was brought back, for the log.
#[derive(Clone, Debug)]
pub struct Brought {
    /// Accounts that there are.
    pub accounts: usize,
    /// Holds that are open.
    pub holds: usize,
    /// The last entry.
    pub sequence: u64,
    /// Entries replayed after the snapshot.
    pub replayed: u64,
    /// How long it took.
    pub elapsed: Duration,
    /// Snapshots that could not be used.
    pub damaged: Vec<String>,
}

impl Brought {
    fn of(restored: &Restored) -> Self {
        Brought {
            accounts: restored.state.accounts().len(),
            holds: restored.state.holds().len(),
            sequence: restored.state.sequence(),
            replayed: restored.replayed,
            elapsed: restored.elapsed,
            damaged: restored.damaged.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Serves until `stop` is set, by others or because an entry was found to be wrong, then stores and acknowledges all that
/// was read. `ready` is called once, when the ledger is open for business and the API is served. Returns the last sequence
/// number stored.
///
/// # Errors
///
/// [`ServeError`] in one line that says what to do. What was acknowledged is stored all the same.
pub fn serve(config: &Config, stop: &AtomicBool, ready: impl FnOnce(&Brought)) -> Result<u64, ServeError> {
    // The journal first: whoever has it has the right to the store.
    let journal = Journal::attach(&config.device, config.take_over)?;
    let info = journal.ledger().info()?;
    let store = open_store(config, &info)?;
    let mut reader = store.reader()?;
    let restored = from_parts(&mut *reader, &Snapshots::of_store(&config.store), u64::MAX)?;
    if config.api.is_some() {
        beside::check_all(&config.store)?;
    }
    if is_empty(&info) {
        give_back(&journal, &restored, &mut *reader, info.journal_entries)?;
    } else {
        check_continues(&journal, &info, store.head(), &restored)?;
    }
    let front = match &config.api {
        // A file of its own: the journal's is for its consumer.
        Some((configuration, demo)) => Some(Front {
            configuration: configuration.clone(),
            bank: Arc::new(Ledger::open(&config.device)?),
            demo: *demo,
        }),
        None => None,
    };
    let brought = Brought::of(&restored);
    let source = device::Source::new(&journal);
    let business = Business { directory: &config.store, store, reader, restored, source: &source, front };
    business::run(business, stop, |_| ready(&brought))
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
