// SPDX-License-Identifier: MIT

//! The first payments after a promotion.

/// Counts alerts of a new champion. If there are far more than there should be, it must go: something was different in
/// training.
#[derive(Clone, Copy, Debug)]
pub struct Probation {
    expected: f64,
    seen: u64,
    alerts: u64,
}

/// Fewest payments before anything is concluded.
const FEWEST: u64 = 200;
/// So many times the expected share of alerts is too many.
const TIMES: f64 = 3.0;
/// And so many standard deviations: once in a thousand million.
const DEVIATIONS: f64 = 6.0;

impl Probation {
    /// `expected` is the share of payments that should be alerts.
    pub fn new(expected: f64) -> Probation {
        Probation { expected: expected.clamp(1e-6, 1.0), seen: 0, alerts: 0 }
    }

    /// Notes a payment; true if the champion must go.
    pub fn add(&mut self, alert: bool) -> bool {
        self.seen += 1;
        self.alerts += u64::from(alert);
        let mean = self.expected * self.seen as f64;
        let deviation = (mean * (1.0 - self.expected)).sqrt().max(1.0);
        let alerts = self.alerts as f64;
        self.seen >= FEWEST && alerts > TIMES * mean && alerts > mean + DEVIATIONS * deviation
    }

    /// Share of alerts so far; 0 at first.
    pub fn share(&self) -> f64 {
        self.alerts as f64 / self.seen.max(1) as f64
    }
}
