// SPDX-License-Identifier: MIT

//! What is measured of risk.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, linear_buckets};
use prometheus_client::registry::{Registry, Unit};
use qenex_risk::decide::{Action, Decision};

use super::{Metrics, seconds, signed};

/// Labels of a decision.
#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct ByAction {
    action: &'static str,
    /// `before` it was posted, or right `after`.
    when: &'static str,
}

/// Labels of what people say.
#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct ByState {
    state: &'static str,
}

/// Labels of what was said of a payment.
#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct ByFraud {
    fraud: &'static str,
}

/// Labels of what waits.
#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct ByKind {
    kind: &'static str,
}

/// Labels of a distribution.
#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct Of {
    of: &'static str,
}

pub(super) struct RiskMetrics {
    decisions: Family<ByAction, Counter>,
    failures: Counter,
    seconds: Histogram,
    scores: Histogram,
    shadow: Family<ByAction, Counter>,
    open: Family<ByKind, Gauge>,
    verdicts: Family<ByState, Counter>,
    labels: Family<ByFraud, Counter>,
    precision: Gauge<f64, AtomicU64>,
    stability: Family<Of, Gauge<f64, AtomicU64>>,
    drifts: Counter,
    dismissed: Counter,
    frozen: Counter,
    dropped: Counter,
    skipped: Counter,
    followed: Gauge,
}

impl Default for RiskMetrics {
    fn default() -> Self {
        RiskMetrics {
            decisions: Family::default(),
            failures: Counter::default(),
            seconds: seconds(),
            scores: Histogram::new(linear_buckets(0.05, 0.05, 20)),
            shadow: Family::default(),
            open: Family::default(),
            verdicts: Family::default(),
            labels: Family::default(),
            precision: Gauge::default(),
            stability: Family::default(),
            drifts: Counter::default(),
            dismissed: Counter::default(),
            frozen: Counter::default(),
            dropped: Counter::default(),
            skipped: Counter::default(),
            followed: Gauge::default(),
        }
    }
}

impl RiskMetrics {
    pub(super) fn register(&self, r: &mut Registry) {
        r.register("risk_decisions", "Payments judged, by what is to be done", self.decisions.clone());
        r.register("risk_failures", "Payments that could not be judged", self.failures.clone());
        r.register_with_unit(
            "risk_decision",
            "Time for one judgement, from the request to the ledger to the decision, features included",
            Unit::Seconds,
            self.seconds.clone(),
        );
        r.register("risk_score", "Scores by the model that decides", self.scores.clone());
        r.register("risk_shadow", "What the model that is tried out would have done", self.shadow.clone());
        r.register("risk_open", "Reviews and alerts that wait for somebody", self.open.clone());
        r.register("risk_verdicts", "Reviews and alerts that somebody has decided about", self.verdicts.clone());
        r.register("risk_labels", "What became known of payments", self.labels.clone());
        r.register(
            "risk_alert_precision",
            "Share of the reviews and alerts decided about since the daemon started that were fraud",
            self.precision.clone(),
        );
        r.register(
            "risk_stability_index",
            "Population stability index against the training: of the score, and the highest of all features",
            self.stability.clone(),
        );
        r.register("risk_drifts", "Changes noticed of payments or verdicts", self.drifts.clone());
        r.register("risk_models_dismissed", "Models that the daemon itself has taken back", self.dismissed.clone());
        r.register("risk_accounts_frozen", "Accounts frozen because of a posting", self.frozen.clone());
        r.register("risk_alerts_dropped", "Alerts not kept because there are too many", self.dropped.clone());
        r.register("risk_entries_skipped", "Entries left out of the history of accounts", self.skipped.clone());
        r.register("risk_sequence", "Last entry in the history of accounts", self.followed.clone());
    }
}

fn action(action: Action) -> &'static str {
    match action {
        Action::Allow => "allow",
        Action::Review => "review",
        Action::Block => "block",
    }
}

impl Metrics {
    /// A payment was judged, before it was posted or right after.
    pub fn judged(&self, decision: &Decision, before: bool, took: Duration) {
        let when = if before { "before" } else { "after" };
        self.risk.decisions.get_or_create(&ByAction { action: action(decision.action), when }).inc();
        self.risk.seconds.observe(took.as_secs_f64());
        if decision.failure.is_some() {
            self.risk.failures.inc();
        }
        if let Some(scored) = &decision.scored {
            self.risk.scores.observe(scored.score);
        }
    }

    /// The model that is tried out has judged a payment.
    pub fn risk_shadow(&self, alert: bool) {
        let action = if alert { "review" } else { "allow" };
        self.risk.shadow.get_or_create(&ByAction { action, when: "after" }).inc();
    }

    /// So many alerts and reviews wait for somebody.
    pub fn risk_open(&self, alerts: u64, reviews: u64) {
        self.risk.open.get_or_create(&ByKind { kind: "alert" }).set(signed(alerts));
        self.risk.open.get_or_create(&ByKind { kind: "payment" }).set(signed(reviews));
    }

    /// Somebody has decided about a review or alert, which came into this state.
    pub fn risk_verdict(&self, state: &'static str) {
        self.risk.verdicts.get_or_create(&ByState { state }).inc();
    }

    /// Of so many verdicts so many said that it was fraud.
    pub fn risk_precision(&self, fraud: u64, all: u64) {
        self.risk.precision.set(fraud as f64 / all.max(1) as f64);
    }

    /// Something became known of a payment.
    pub fn risk_labelled(&self, fraud: bool) {
        self.risk.labels.get_or_create(&ByFraud { fraud: if fraud { "true" } else { "false" } }).inc();
    }

    /// The population stability index of the score, and the highest of all features.
    pub fn risk_stability(&self, score: f64, worst: f64) {
        self.risk.stability.get_or_create(&Of { of: "score" }).set(score);
        self.risk.stability.get_or_create(&Of { of: "worst" }).set(worst);
    }

    /// Payments or verdicts are not what they were.
    pub fn risk_drift(&self) {
        self.risk.drifts.inc();
    }

    /// The daemon itself has taken a model back.
    pub fn risk_dismissed(&self) {
        self.risk.dismissed.inc();
    }

    /// An account was frozen because of a posting.
    pub fn risk_frozen(&self) {
        self.risk.frozen.inc();
    }

    /// An alert was not kept.
    pub fn risk_alert_dropped(&self) {
        self.risk.dropped.inc();
    }

    /// An entry was left out of the history of accounts.
    pub fn risk_skipped(&self) {
        self.risk.skipped.inc();
    }

    /// The journal was followed up to this entry.
    pub fn risk_followed(&self, sequence: u64) {
        self.risk.followed.set(signed(sequence));
    }
}
