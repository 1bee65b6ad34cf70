// SPDX-License-Identifier: MIT

//! The threads of a daemon that is open for business, and the order in which they end.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sd_notify::NotifyState;
use tokio::sync::watch;

use super::ServeError;
use crate::api::{Parts, Server};
use crate::bank::{Bank, Recent, Watched};
use crate::config::Configuration;
use crate::drain::{JournalSource, drain};
use crate::follow::{Follower, Policy};
use crate::metrics::Metrics;
use crate::restore::Restored;
use crate::store::sqlite::SqliteStore;
use crate::store::writer::Writer;
use crate::store::{Reader, Store};

/// How long the thread that tells others what is durable waits before it looks whether to stop.
const PATIENCE: Duration = Duration::from_millis(200);
/// Most ids that are kept until the books have their entries: some 60 MB.
const RECENT: usize = 1 << 20;
/// How long what the API held is waited for when it has ended.
const FAREWELL: Duration = Duration::from_secs(5);

/// The HTTP API, if it is wanted.
pub struct Front {
    /// What it is configured to.
    pub configuration: Configuration,
    /// The ledger that it works at.
    pub bank: Arc<dyn Bank>,
    /// Make the demo users and accounts.
    pub demo: bool,
}

/// A ledger and its store, brought together, neither of them behind what the other has forgotten.
pub struct Business<'a> {
    /// Directory of the store.
    pub directory: &'a Path,
    /// The store.
    pub store: SqliteStore,
    /// Who reads the store.
    pub reader: Box<dyn Reader>,
    /// The state at the end of the store.
    pub restored: Restored,
    /// The ledger's journal.
    pub source: &'a dyn JournalSource,
    /// The HTTP API.
    pub front: Option<Front>,
}

/// Stores what the ledger does, and serves the API, until `stop` is set; then lets requests that have begun end, and stores
/// and acknowledges all that was done. `ready` is called once, when everything is open. Returns the last sequence number
/// stored.
///
/// # Errors
///
/// [`ServeError`]. What was acknowledged is stored all the same.
pub fn run(business: Business<'_>, stop: &AtomicBool, ready: impl FnOnce(&Metrics)) -> Result<u64, ServeError> {
    let Business { directory, store, reader, restored, source, front } = business;
    let (identity, head) = (store.identity(), store.head().sequence);
    let follower = Arc::new(Follower::start(directory, reader, restored, Policy::default())?);
    if let Err(error) = store.make_room() {
        tracing::warn!(%error, "the write-ahead log grows with its commits, which slows them down");
    }
    let writer = Writer::start(Box::new(store))?;
    let recent = Arc::new(Recent::new(head, RECENT));
    let metrics = Arc::new(Metrics::default());
    let (tell_durable, durable) = watch::channel(head);
    let parts = |bank| Parts {
        bank,
        recent: Arc::clone(&recent),
        follower: Arc::clone(&follower),
        directory: directory.into(),
        identity,
        durable,
        metrics: Arc::clone(&metrics),
    };
    let server = match front {
        Some(Front { configuration, bank, demo }) => Some(Server::start(configuration, parts(bank), demo)?),
        None => None,
    };
    ready(&metrics);
    notify(&[NotifyState::Ready]);
    let (drained, undisturbed) = (AtomicBool::new(false), AtomicBool::new(false));
    let outcome = std::thread::scope(|scope| {
        let (drained, undisturbed) = (&drained, &undisturbed);
        let (follower, writer, recent, metrics) = (&*follower, &writer, &*recent, &*metrics);
        scope.spawn(move || {
            tell(&Told { follower, writer, recent, metrics }, tell_durable, drained, [stop, undisturbed])
        });
        scope.spawn(move || {
            while !stop.load(Ordering::Acquire) && !drained.load(Ordering::Acquire) {
                std::thread::sleep(PATIENCE / 4);
            }
            notify(&[NotifyState::Stopping]);
            // While the drain goes on, so that what they wait for becomes durable.
            if let Some(server) = server {
                server.stop();
            }
            undisturbed.store(true, Ordering::Release);
        });
        let outcome = drain(&Watched::new(source, recent), writer, undisturbed);
        drained.store(true, Ordering::Release);
        outcome
    });
    let store = writer.stop()?;
    let stopped = take(follower).map_or(Ok(()), Follower::stop);
    // The last to close the database, so that it tidies the write-ahead log away.
    drop(store);
    let sequence = outcome?;
    stopped?;
    Ok(sequence)
}

/// The follower, when nobody else has it any more.
fn take(mut follower: Arc<Follower>) -> Option<Follower> {
    for _ in 0..FAREWELL.as_millis() / 10 {
        match Arc::try_unwrap(follower) {
            Ok(follower) => return Some(follower),
            Err(shared) => follower = shared,
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    None
}

/// Who says and who is told what is durable.
struct Told<'a> {
    writer: &'a Writer,
    follower: &'a Follower,
    recent: &'a Recent,
    metrics: &'a Metrics,
}

/// Tells everybody what is durable, until it is over. A follower that ends by itself has found something wrong: then
/// `stops` are set, nothing more is made durable, and the kernel stops the business as soon as its ring is full.
fn tell(told: &Told<'_>, durable: watch::Sender<u64>, ended: &AtomicBool, stops: [&AtomicBool; 2]) {
    let Told { writer, follower, recent, metrics } = told;
    let watched = sd_notify::watchdog_enabled().is_some();
    let mut last = *durable.borrow();
    while !ended.load(Ordering::Acquire) {
        // An error ends the drain, too, which reports it.
        let now = writer.wait_durable(last + 1, PATIENCE).unwrap_or_else(|_| writer.durable()).sequence;
        if now > last {
            last = now;
            durable.send_replace(last);
            follower.durable(last);
        }
        if let Ok(books) = follower.wait_for_books(0, Duration::ZERO) {
            recent.books_reach(books);
        }
        let (commits, took) = writer.commits();
        metrics.store(commits, took);
        if follower.failure().is_some() {
            stops.iter().for_each(|stop| stop.store(true, Ordering::Release));
        } else if watched {
            notify(&[NotifyState::Watchdog]);
        }
    }
    let last = writer.durable().sequence;
    durable.send_replace(last);
    follower.durable(last);
}

/// Tells systemd, if it started this.
fn notify(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "systemd cannot be told");
    }
}
