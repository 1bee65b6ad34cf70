// SPDX-License-Identifier: MIT

//! What is counted and measured, for Prometheus.
//!
//! Names begin with `qenex_`. Counters of what happened are kept here; what the ledger itself counts is read from it when
//! somebody asks.

mod error;
mod risk;

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, text::encode};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use qenex_abi::{Info, ResultCode};

pub use error::MetricsError;

/// Labels of a change.
#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct ByResult {
    result: &'static str,
}

/// Labels of a request.
#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct ByRoute {
    method: String,
    /// The pattern, not the path: their number is bounded.
    route: String,
    status: u16,
}

/// Labels of a login.
#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct ByOutcome {
    outcome: &'static str,
}

/// Labels of messages.
#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct ByMessage {
    definition: String,
    state: String,
}

type Seconds = Gauge<f64, AtomicU64>;

/// All that is counted and measured.
pub struct Metrics {
    registry: Registry,
    changes: Family<ByResult, Counter>,
    change_seconds: Histogram,
    durable_seconds: Histogram,
    requests: Family<ByRoute, Counter>,
    request_seconds: Histogram,
    logins: Family<ByOutcome, Counter>,
    messages: Family<ByMessage, Gauge>,
    streams: Gauge,
    streams_dropped: Counter,
    commits: Gauge,
    commit_seconds: Seconds,
    entries: Gauge,
    durable: Gauge,
    books: Gauge,
    ring: Gauge,
    ring_used: Gauge,
    accounts: Gauge,
    holds: Gauge,
    transfers: Family<ByOutcome, Gauge>,
    ready: Gauge,
    risk: risk::RiskMetrics,
}

/// From 10 µs to some 40 s.
fn seconds() -> Histogram {
    Histogram::new(exponential_buckets(1e-5, 2.0, 22))
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("qenex");
        let metrics = Metrics {
            changes: Family::default(),
            change_seconds: seconds(),
            durable_seconds: seconds(),
            requests: Family::default(),
            request_seconds: seconds(),
            logins: Family::default(),
            messages: Family::default(),
            streams: Gauge::default(),
            streams_dropped: Counter::default(),
            commits: Gauge::default(),
            commit_seconds: Seconds::default(),
            entries: Gauge::default(),
            durable: Gauge::default(),
            books: Gauge::default(),
            ring: Gauge::default(),
            ring_used: Gauge::default(),
            accounts: Gauge::default(),
            holds: Gauge::default(),
            transfers: Family::default(),
            ready: Gauge::default(),
            risk: risk::RiskMetrics::default(),
            registry: Registry::default(),
        };
        let r = &mut registry;
        r.register("changes", "Changes asked for over the API, by the ledger's result", metrics.changes.clone());
        r.register_with_unit(
            "change",
            "Time that the ledger took for a call, with the check whether it was done before",
            Unit::Seconds,
            metrics.change_seconds.clone(),
        );
        r.register_with_unit(
            "durable_wait",
            "Time from a change to its being durable",
            Unit::Seconds,
            metrics.durable_seconds.clone(),
        );
        r.register("http_requests", "Requests, by method, route and status", metrics.requests.clone());
        r.register_with_unit(
            "http_request",
            "Time from a request to its answer",
            Unit::Seconds,
            metrics.request_seconds.clone(),
        );
        r.register("logins", "Attempts to log in, by outcome", metrics.logins.clone());
        r.register("messages", "Messages that are stored, by definition and state", metrics.messages.clone());
        r.register("event_streams", "Streams of events that are open", metrics.streams.clone());
        r.register("event_streams_dropped", "Readers of events that were too slow", metrics.streams_dropped.clone());
        r.register("store_commits", "Commits to the store since the daemon started", metrics.commits.clone());
        r.register_with_unit(
            "store_commit_time",
            "Time spent in commits to the store since the daemon started, syncs included",
            Unit::Seconds,
            metrics.commit_seconds.clone(),
        );
        r.register("journal_sequence", "Last entry of the journal", metrics.entries.clone());
        r.register("durable_sequence", "Last entry that is durable", metrics.durable.clone());
        r.register("books_sequence", "Last entry in the books", metrics.books.clone());
        r.register("journal_ring_entries", "Entries that the kernel's ring takes", metrics.ring.clone());
        r.register("journal_ring_used", "Entries in the ring that are not durable yet", metrics.ring_used.clone());
        r.register("accounts", "Accounts that were opened", metrics.accounts.clone());
        r.register("holds", "Holds that are open", metrics.holds.clone());
        r.register(
            "kernel_transfers",
            "Transfers since the module was loaded, by all programs, by outcome",
            metrics.transfers.clone(),
        );
        r.register("ready", "Whether the daemon is open for business", metrics.ready.clone());
        metrics.risk.register(r);
        Metrics { registry, ..metrics }
    }
}

impl Metrics {
    /// A call to the ledger was answered with this result after this time.
    pub fn change(&self, result: u32, took: Duration) {
        self.changed(result);
        self.change_seconds.observe(took.as_secs_f64());
    }

    /// An item was answered with this result.
    pub fn changed(&self, result: u32) {
        let result = ResultCode::from_u32(result).map_or("unknown", ResultCode::name);
        self.changes.get_or_create(&ByResult { result }).inc();
    }

    /// A change was waited for so long.
    pub fn durable_after(&self, took: Duration) {
        self.durable_seconds.observe(took.as_secs_f64());
    }

    /// A request was answered.
    pub fn request(&self, method: &str, route: &str, status: u16, took: Duration) {
        let labels = ByRoute { method: method.into(), route: route.into(), status };
        self.requests.get_or_create(&labels).inc();
        self.request_seconds.observe(took.as_secs_f64());
    }

    /// An attempt to log in ended so.
    pub fn login(&self, outcome: &'static str) {
        self.logins.get_or_create(&ByOutcome { outcome }).inc();
    }

    /// So many more messages are stored of this definition and in this state.
    pub fn messages(&self, definition: &str, state: &str, count: u64) {
        let labels = ByMessage { definition: definition.into(), state: state.into() };
        self.messages.get_or_create(&labels).inc_by(signed(count));
    }

    /// A message of this definition has come from one state into another.
    pub fn message_moved(&self, definition: &str, from: &str, to: &str) {
        let labels = ByMessage { definition: definition.into(), state: from.into() };
        self.messages.get_or_create(&labels).dec();
        self.messages(definition, to, 1);
    }

    /// A stream of events was opened.
    pub fn stream_opened(&self) {
        self.streams.inc();
    }

    /// A stream of events has ended.
    pub fn stream_closed(&self) {
        self.streams.dec();
    }

    /// A reader of events was too slow.
    pub fn stream_dropped(&self) {
        self.streams_dropped.inc();
    }

    /// The store has made so many commits, which took so long.
    pub fn store(&self, commits: u64, took: Duration) {
        self.commits.set(signed(commits));
        self.commit_seconds.set(took.as_secs_f64());
    }

    /// Everything as text, with what the ledger, the store and the books say now.
    ///
    /// # Errors
    ///
    /// [`MetricsError`].
    pub fn text(&self, info: Option<&Info>, durable: u64, books: u64) -> Result<String, MetricsError> {
        self.ready.set(i64::from(info.is_some()));
        self.durable.set(signed(durable));
        self.books.set(signed(books));
        if let Some(info) = info {
            self.entries.set(signed(info.sequence));
            self.ring.set(signed(info.journal_entries));
            self.ring_used.set(signed(info.sequence.saturating_sub(durable)));
            self.accounts.set(signed(info.accounts));
            self.holds.set(signed(info.holds));
            for (outcome, count) in [
                ("accepted", info.transfers_accepted),
                ("refused", info.transfers_refused),
                ("repeated", info.transfers_repeated),
            ] {
                self.transfers.get_or_create(&ByOutcome { outcome }).set(signed(count));
            }
        }
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_is_in_the_text() {
        let metrics = Metrics::default();
        metrics.change(ResultCode::Ok as u32, Duration::from_micros(30));
        metrics.request("GET", "/v1/accounts/{number}", 200, Duration::from_millis(1));
        metrics.store(3, Duration::from_millis(12));
        let info = Info { sequence: 10, journal_entries: 64, ..Info::default() };
        let text = metrics.text(Some(&info), 7, 5).expect("text");
        for line in [
            "qenex_changes_total{result=\"ok\"} 1",
            "qenex_http_requests_total{method=\"GET\",route=\"/v1/accounts/{number}\",status=\"200\"} 1",
            "qenex_journal_ring_used 3",
            "qenex_books_sequence 5",
            "qenex_store_commits 3",
            "qenex_change_seconds_count 1",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
    }
}
