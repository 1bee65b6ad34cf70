// SPDX-License-Identifier: MIT

//! A ledger inside this process, in the kernel's place: for tests, and for trying clients without a kernel.
//!
//! The ledger is the very source that the kernel module is made of. Everything else is the daemon's own: store, books,
//! restore and API.

#![forbid(unsafe_code)]

mod in_process;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use qenexd::config::Configuration;
use qenexd::metrics::Metrics;
use qenexd::restore::from_parts;
use qenexd::serve::business::{self, Business, Front};
use qenexd::snapshot::Snapshots;
use qenexd::store::sqlite::SqliteStore;
use qenexd::store::{Store, StoreError};

pub use in_process::InProcess;

/// Anything that can go wrong.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// How to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The API's configuration.
    pub configuration: Configuration,
    /// Make the demo users and accounts.
    pub demo: bool,
    /// Entries of the ring, a power of two: so many changes are remembered by id.
    pub journal_entries: u64,
}

/// Brings the ledger of the store in `directory` back, or makes a new one, and serves it until `stop` is set.
///
/// # Errors
///
/// What is wrong with the store, or the daemon's own errors.
pub fn serve(
    directory: &Path,
    options: Options,
    stop: &AtomicBool,
    ready: impl FnOnce(&Metrics),
) -> Result<u64, Error> {
    serve_beside(directory, options, stop, |_| {}, ready)
}

/// The same, and hands the ledger itself over, for whoever uses it beside the daemon, as programs use the kernel's device.
///
/// # Errors
///
/// As [`serve`].
pub fn serve_beside(
    directory: &Path,
    options: Options,
    stop: &AtomicBool,
    device: impl FnOnce(&Arc<InProcess>),
    ready: impl FnOnce(&Metrics),
) -> Result<u64, Error> {
    let store = match SqliteStore::open(directory, None) {
        Err(StoreError::Missing(_)) => SqliteStore::create(directory, InProcess::random_id()?)?,
        store => store?,
    };
    let mut reader = store.reader()?;
    let restored = from_parts(&mut *reader, &Snapshots::of_store(directory), u64::MAX)?;
    let bank = Arc::new(InProcess::restore(options.journal_entries, &restored.state, &mut *reader)?);
    device(&bank);
    let Options { configuration, demo, .. } = options;
    let source = Arc::clone(&bank);
    let front = Some(Front { configuration, bank, demo });
    let business = Business { directory, store, reader, restored, source: &*source, front };
    Ok(business::run(business, stop, ready)?)
}
