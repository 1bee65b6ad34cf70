// SPDX-License-Identifier: MIT

//! What all requests share.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use governor::clock::DefaultClock;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use tokio::sync::{Semaphore, watch};

use super::ApiError;
use super::problem::{self, Problem};
use crate::bank::{Bank, Counter, Desk, Durable, Recent};
use crate::config::Configuration;
use crate::follow::Follower;
use crate::metrics::Metrics;
use crate::payments::{Archive, Clerk, House};
use crate::people::PeopleStore;
use crate::risk::{Risk, RiskError};
use crate::store::Identity;
use crate::store::sqlite::SqliteReader;

/// Threads that change the ledger.
const CHANGERS: usize = 2;
/// Threads that answer questions about the past.
const ANSWERERS: usize = 2;
/// Threads that look up sessions, and as many that look up messages.
const LOOKERS: usize = 2;
/// Threads that hash passwords: so many cores a flood of logins can keep busy.
const HASHERS: usize = 2;

/// What the API is served for.
pub struct Parts {
    /// The ledger.
    pub bank: Arc<dyn Bank>,
    /// Ids between the books and the ledger.
    pub recent: Arc<Recent>,
    /// What follows from the journal.
    pub follower: Arc<Follower>,
    /// Directory of the store.
    pub directory: PathBuf,
    /// Which store it is.
    pub identity: Identity,
    /// The last entry that is durable. When its sender is gone, nothing more will be.
    pub durable: watch::Receiver<u64>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
}

type Rates = RateLimiter<String, HashMapStateStore<String>, DefaultClock>;

/// What all requests share.
pub(super) struct App {
    pub(super) config: Configuration,
    /// Changes the ledger.
    pub(super) changes: Desk<Counter>,
    /// Answers questions about the past.
    pub(super) questions: Desk<Counter>,
    /// Changes what is known of people.
    pub(super) people: Desk<PeopleStore>,
    /// Looks at what is known of people.
    pub(super) sessions: Desk<PeopleStore>,
    /// Hashes passwords.
    pub(super) hashing: Desk<()>,
    /// Receives messages; one thread, so that they come one after the other.
    pub(super) clerk: Option<Desk<Clerk>>,
    /// Looks up what the clerk has written.
    pub(super) archive: Option<Desk<Archive>>,
    /// Which bank this is, if it says so.
    pub(super) house: Option<House>,
    /// Judges payments.
    pub(super) risk: Arc<Risk>,
    pub(super) follower: Arc<Follower>,
    pub(super) identity: Identity,
    pub(super) directory: PathBuf,
    pub(super) durable: watch::Receiver<u64>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) rates: Rates,
    pub(super) requests: Arc<Semaphore>,
    pub(super) streams: Arc<Semaphore>,
    /// Set when no new requests are taken.
    pub(super) stopping: watch::Receiver<bool>,
}

impl App {
    pub(super) fn new(config: Configuration, parts: Parts, stopping: watch::Receiver<bool>) -> Result<Self, ApiError> {
        let Parts { bank, recent, follower, directory, identity, durable, metrics } = parts;
        let policy = config.people.policy();
        let mut people = PeopleStore::open(&directory, policy)?;
        people.fail_pending_attempts()?;
        let lookers = (0..LOOKERS).map(|_| PeopleStore::open(&directory, policy)).collect::<Result<_, _>>()?;
        let reader = SqliteReader::open(&directory).map_err(RiskError::from)?;
        let risk = Arc::clone(&metrics);
        let awaited = Durable::new(durable.clone(), Duration::from_secs(config.api.durable_patience));
        let guarded = (Arc::clone(&bank), awaited.clone());
        let risk = Risk::open(config.risk.clone(), &directory, guarded, Box::new(reader), policy, risk)?;
        let mut counters: Vec<Counter> =
            Counter::several(CHANGERS + ANSWERERS + 1, &bank, &recent, &follower, &directory, identity)
                .into_iter()
                .map(|counter| counter.guarded(Arc::clone(&risk)))
                .collect();
        let waiting = config.api.queue;
        let house = config.payments.as_ref().map(House::new).transpose()?;
        let clerk = match (&config.payments, counters.pop()) {
            (Some(configured), Some(counter)) => {
                let metrics = Arc::clone(&metrics);
                Some(Clerk::new(configured, &directory, counter, awaited.clone(), metrics)?)
            }
            _ => None,
        };
        let archive = |configured| (0..LOOKERS).map(|_| Archive::open(configured, &directory)).collect();
        let archives = config.payments.as_ref().map(archive).transpose()?;
        let archive = archives.map(|archives| Desk::start("api-archive", archives, waiting).map_err(ApiError::Thread));
        let changers = counters.split_off(ANSWERERS);
        let clerk = clerk.map(|clerk| Desk::start("api-messages", vec![clerk], waiting).map_err(ApiError::Thread));
        let at_least_one = |number: u32| std::num::NonZeroU32::new(number).unwrap_or(std::num::NonZeroU32::MIN);
        let quota = Quota::per_second(at_least_one(config.api.rate)).allow_burst(at_least_one(config.api.burst));
        Ok(App {
            changes: Desk::start("api-changes", changers, waiting).map_err(ApiError::Thread)?,
            questions: Desk::start("api-questions", counters, waiting).map_err(ApiError::Thread)?,
            people: Desk::start("api-people", vec![people], waiting).map_err(ApiError::Thread)?,
            sessions: Desk::start("api-sessions", lookers, waiting).map_err(ApiError::Thread)?,
            hashing: Desk::start("api-hashing", vec![(); HASHERS], waiting).map_err(ApiError::Thread)?,
            rates: RateLimiter::hashmap(quota),
            requests: Arc::new(Semaphore::new(config.api.requests)),
            streams: Arc::new(Semaphore::new(config.api.streams)),
            clerk: clerk.transpose()?,
            archive: archive.transpose()?,
            house,
            risk,
            follower,
            identity,
            directory,
            durable,
            metrics,
            stopping,
            config,
        })
    }

    /// How long a part of a request may take to arrive.
    pub(super) fn arrival(&self) -> Duration {
        Duration::from_secs(self.config.api.arrival)
    }

    /// Why the daemon does not work as it should, if so.
    pub(super) fn failure(&self) -> Option<String> {
        if self.durable.has_changed().is_err() && !*self.stopping.borrow() {
            return Some("nothing is made durable any more".into());
        }
        self.follower.failure()
    }

    /// The last entry that is durable.
    pub(super) fn durable_now(&self) -> u64 {
        *self.durable.borrow()
    }

    /// Waits until entry `sequence` is durable, without a thread.
    pub(super) async fn durable(&self, sequence: u64) -> Result<(), Problem> {
        let begun = Instant::now();
        let mut durable = self.durable.clone();
        let reached = durable.wait_for(|durable| *durable >= sequence);
        match tokio::time::timeout(Duration::from_secs(self.config.api.durable_patience), reached).await {
            Ok(Ok(_)) => {
                self.metrics.durable_after(begun.elapsed());
                Ok(())
            }
            Ok(Err(_)) => Err(Problem::new(problem::STOPPING, "nothing more is made durable")),
            Err(_) => {
                let detail = format!("entry {sequence} was made, but is not durable yet");
                Err(Problem::new(problem::NOT_DURABLE_YET, detail))
            }
        }
    }
}
