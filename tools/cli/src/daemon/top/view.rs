// SPDX-License-Identifier: MIT

//! What two looks at the metrics say about the time between them.

use std::time::Duration;

use super::metrics::{Metrics, quantile};

/// Fuller than this, the ring is near to refusing changes.
const RING_ALERT: f64 = 0.5;
/// Books further behind than this are slow to answer questions about the past.
const BOOKS_ALERT: f64 = 100_000.0;
/// A commit that takes longer than this, in seconds, keeps callers waiting.
const COMMIT_ALERT: f64 = 0.25;

/// A feature that is further from the training than this has shifted much.
const DRIFT_ALERT: f64 = 0.25;

/// Rates a second, and how things stand at the end.
#[derive(Clone, Debug, Default)]
pub(super) struct View {
    /// Open for business.
    pub(super) is_ready: bool,
    /// Changes that the journal got.
    pub(super) journal: f64,
    /// Transfers that the kernel accepted, from whomever.
    pub(super) accepted: f64,
    /// Transfers that it refused.
    pub(super) refused: f64,
    /// Transfers that were retries.
    pub(super) repeated: f64,
    /// Requests to the API.
    pub(super) requests: f64,
    /// Requests to the API that were answered with a status of 500 or more.
    pub(super) failed: f64,
    /// Half of the changes took the ledger no longer, seconds; 99 of 100.
    pub(super) change: [Option<f64>; 2],
    /// The same for becoming durable.
    pub(super) durable: [Option<f64>; 2],
    /// The same for whole requests.
    pub(super) request: [Option<f64>; 2],
    /// Commits of the store.
    pub(super) commits: f64,
    /// A commit took so long on the average, seconds.
    pub(super) commit_time: Option<f64>,
    /// Failed logins.
    pub(super) failed_logins: f64,
    /// The last entry.
    pub(super) sequence: f64,
    /// Entries that are not durable yet.
    pub(super) durable_lag: f64,
    /// Entries that are not in the books yet.
    pub(super) books_lag: f64,
    /// Share of the ring that is in use, 0 to 1.
    pub(super) ring: f64,
    /// Accounts that there are.
    pub(super) accounts: f64,
    /// Holds that are open.
    pub(super) holds: f64,
    /// Payments judged.
    pub(super) judged: f64,
    /// Half of the judgements took no longer, seconds; 99 of 100.
    pub(super) judgement: [Option<f64>; 2],
    /// Payments that could not be judged.
    pub(super) not_judged: f64,
    /// Payments that are held until somebody has looked at them.
    pub(super) reviews: f64,
    /// Postings that somebody should look at.
    pub(super) risk_alerts: f64,
    /// Accounts that were frozen meanwhile.
    pub(super) frozen: f64,
    /// Population stability index of the score.
    pub(super) drift: f64,
}

impl View {
    /// What happened between `before` and `now`.
    pub(super) fn between(before: &Metrics, now: &Metrics, time: Duration) -> View {
        let seconds = time.as_secs_f64().max(0.001);
        // A daemon that was started anew counts from zero.
        let rate = |before: f64, now: f64| (now - before).max(0.0) / seconds;
        let of = |name: &str| rate(before.sum(name), now.sum(name));
        let with = |name: &str, label: &str| rate(before.sum_with(name, label), now.sum_with(name, label));
        let quantiles = |name: &str| {
            let (before, now) = (before.buckets(name), now.buckets(name));
            [0.5, 0.99].map(|share| quantile(&before, &now, share))
        };
        let commits = of("qenex_store_commits");
        let (sequence, ring) = (now.sum("qenex_journal_sequence"), now.sum("qenex_journal_ring_entries"));
        View {
            is_ready: now.sum("qenex_ready") > 0.0,
            journal: of("qenex_journal_sequence"),
            accepted: with("qenex_kernel_transfers", "outcome=\"accepted\""),
            refused: with("qenex_kernel_transfers", "outcome=\"refused\""),
            repeated: with("qenex_kernel_transfers", "outcome=\"repeated\""),
            requests: of("qenex_http_requests_total"),
            failed: with("qenex_http_requests_total", "status=\"5"),
            change: quantiles("qenex_change_seconds"),
            durable: quantiles("qenex_durable_wait_seconds"),
            request: quantiles("qenex_http_request_seconds"),
            commits,
            commit_time: (commits > 0.0).then(|| of("qenex_store_commit_time_seconds") / commits),
            failed_logins: of("qenex_logins_total") - with("qenex_logins_total", "outcome=\"ok\""),
            sequence,
            durable_lag: (sequence - now.sum("qenex_durable_sequence")).max(0.0),
            books_lag: (sequence - now.sum("qenex_books_sequence")).max(0.0),
            ring: if ring > 0.0 { now.sum("qenex_journal_ring_used") / ring } else { 0.0 },
            accounts: now.sum("qenex_accounts"),
            holds: now.sum("qenex_holds"),
            judged: of("qenex_risk_decisions_total"),
            judgement: quantiles("qenex_risk_decision_seconds"),
            not_judged: of("qenex_risk_failures_total"),
            reviews: now.sum_with("qenex_risk_open", "kind=\"payment\""),
            risk_alerts: now.sum_with("qenex_risk_open", "kind=\"alert\""),
            frozen: of("qenex_risk_accounts_frozen_total"),
            drift: now.sum_with("qenex_risk_stability_index", "of=\"score\""),
        }
    }

    /// What somebody should see to.
    pub(super) fn alerts(&self) -> Vec<String> {
        let mut alerts = Vec::new();
        let mut alert = |is_so: bool, text: String| {
            if is_so {
                alerts.push(text);
            }
        };
        alert(!self.is_ready, "the ledger is not open for business".into());
        let percent = self.ring * 100.0;
        alert(self.ring > RING_ALERT, format!("the journal's ring is {percent:.0} % full: the store is too slow"));
        alert(self.failed > 0.0, format!("{:.1} requests a second fail", self.failed));
        alert(self.books_lag > BOOKS_ALERT, format!("the books are {:.0} entries behind", self.books_lag));
        let slow = self.commit_time.filter(|time| *time > COMMIT_ALERT);
        alert(slow.is_some(), format!("a commit takes {}", time(slow)));
        alert(self.failed_logins > 1.0, format!("{:.1} logins a second fail", self.failed_logins));
        alert(self.reviews > 0.0, format!("{:.0} payments wait for an analyst: qenex review list", self.reviews));
        alert(self.risk_alerts > 0.0, format!("{:.0} postings look bad: qenex review list", self.risk_alerts));
        alert(self.not_judged > 0.0, format!("{:.1} payments a second cannot be judged", self.not_judged));
        alert(self.frozen > 0.0, "an account was frozen because of a posting".into());
        let drift = self.drift;
        alert(
            drift > DRIFT_ALERT,
            format!("payments are not what the model has learnt from (stability index {drift:.2})"),
        );
        alerts
    }

    /// Everything, for people.
    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        let rate = |rate: f64| format!("{rate:.1}/s");
        let times = |times: [Option<f64>; 2]| format!("half within {}, 99 % within {}", time(times[0]), time(times[1]));
        vec![
            ("Open for business", if self.is_ready { "yes" } else { "no" }.into()),
            ("Last entry", format!("{:.0}", self.sequence)),
            ("Entries", rate(self.journal)),
            ("Transfers accepted", rate(self.accepted)),
            ("Transfers refused", rate(self.refused)),
            ("Transfers repeated", rate(self.repeated)),
            ("Requests", rate(self.requests)),
            ("Requests failed", rate(self.failed)),
            ("Change in the ledger", times(self.change)),
            ("Until durable", times(self.durable)),
            ("Request", times(self.request)),
            ("Commits of the store", rate(self.commits)),
            ("One commit", time(self.commit_time)),
            ("Ring in use", format!("{:.1} %", self.ring * 100.0)),
            ("Not durable yet", format!("{:.0} entries", self.durable_lag)),
            ("Not in the books yet", format!("{:.0} entries", self.books_lag)),
            ("Accounts", format!("{:.0}", self.accounts)),
            ("Open holds", format!("{:.0}", self.holds)),
            ("Payments judged", rate(self.judged)),
            ("One judgement", times(self.judgement)),
            ("Under review", format!("{:.0} payments, {:.0} alerts", self.reviews, self.risk_alerts)),
        ]
    }
}

/// Seconds as people read them.
fn time(seconds: Option<f64>) -> String {
    match seconds {
        None => "-".into(),
        Some(seconds) if seconds.is_infinite() => "longer".into(),
        Some(seconds) if seconds < 0.001 => format!("{:.0} µs", seconds * 1e6),
        Some(seconds) if seconds < 1.0 => format!("{:.1} ms", seconds * 1e3),
        Some(seconds) => format!("{seconds:.1} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_and_alerts() {
        let metrics = |sequence: u32, durable: u32, ready: u32| {
            Metrics::parse(&format!(
                "qenex_ready {ready}\nqenex_journal_sequence {sequence}\nqenex_durable_sequence {durable}\n\
                 qenex_journal_ring_entries 1000\nqenex_journal_ring_used {}\n\
                 qenex_http_requests_total{{method=\"GET\",status=\"503\"}} {sequence}\n",
                sequence - durable
            ))
            .expect("samples")
        };
        let view = View::between(&metrics(100, 100, 1), &metrics(900, 200, 1), Duration::from_secs(4));
        assert_eq!((view.journal, view.durable_lag, view.ring, view.failed), (200.0, 700.0, 0.7, 200.0));
        assert_eq!(view.alerts().len(), 2, "{:?}", view.alerts());
        // Started anew.
        let view = View::between(&metrics(900, 900, 1), &metrics(10, 10, 0), Duration::from_secs(1));
        assert_eq!((view.journal, view.alerts()), (0.0, vec!["the ledger is not open for business".to_owned()]));
    }

    #[test]
    fn times_for_people() {
        let texts = [0.000_04, 0.002_56, 2.62144, f64::INFINITY].map(|seconds| time(Some(seconds)));
        assert_eq!(texts, ["40 µs", "2.6 ms", "2.6 s", "longer"]);
    }
}
