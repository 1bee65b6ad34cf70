// SPDX-License-Identifier: MIT

//! What is simulated.

use std::fmt::{self, Display};

/// Size and character of a simulation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Config {
    /// Of all random numbers.
    pub seed: u64,
    /// Number of customers, 100 to 10 million; each makes about 1.3 payments a day.
    pub customers: usize,
    /// Number of days.
    pub days: u32,
    /// Nanoseconds since 1970 at which the first day begins.
    pub start: u64,
    /// How much fraud: 1 makes about one payment in a hundred fraudulent.
    pub fraud: f64,
    /// From this day on, counted from 0, there is fraud of a form not seen before.
    pub drift_day: Option<u32>,
    /// Share of the fraud that is ever reported.
    pub reported: f64,
    /// Share of the honest payments that are reported as fraud all the same.
    pub misreported: f64,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            seed: 1,
            customers: 2_000,
            days: 90,
            // 2026-01-01, a Thursday.
            start: 1_767_225_600_000_000_000,
            fraud: 1.0,
            drift_day: None,
            reported: 0.92,
            misreported: 0.000_4,
        }
    }
}

/// What cannot be simulated.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConfigError(&'static str);

impl Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// Whether this can be simulated.
    ///
    /// # Errors
    ///
    /// What is out of range.
    pub fn check(&self) -> Result<(), ConfigError> {
        if !(100..=10_000_000).contains(&self.customers) {
            return Err(ConfigError("there must be 100 to 10,000,000 customers"));
        }
        if !(0.0..=50.0).contains(&self.fraud) {
            return Err(ConfigError("fraud must be 0 to 50 times the usual"));
        }
        if [self.reported, self.misreported].iter().any(|share| !(0.0..=1.0).contains(share)) {
            return Err(ConfigError("shares must be 0 to 1"));
        }
        // Accounts are up to ten years old when it begins, and time must not overflow.
        if self.start < 4_000 * 86_400_000_000_000 || self.start > u64::MAX / 2 || self.days > 36_500 {
            return Err(ConfigError("the simulation must begin after 1981 and end within a hundred years"));
        }
        Ok(())
    }
}
