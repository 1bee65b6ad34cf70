// SPDX-License-Identifier: MIT

//! What is reported, when, and whether it is right.

use serde::{Deserialize, Serialize};

use crate::chance::Chance;
use crate::config::Config;
use crate::fraud::Typology;

/// Somebody says that a payment was fraud: a customer, or another bank.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Nanoseconds since 1970 at which it arrives.
    pub time: u64,
}

/// What will be reported of a payment.
pub(crate) fn report(config: &Config, time: u64, fraud: Option<Typology>, chance: &mut Chance) -> Option<Report> {
    let (probability, days) = match fraud {
        // Nobody is robbed by these, so others notice, later.
        Some(Typology::Mule | Typology::Structuring | Typology::Ring) => (config.reported, 4.0),
        Some(Typology::Scam | Typology::Instalments) => (config.reported, 3.0),
        Some(_) => (config.reported, 1.5),
        None => (config.misreported, 8.0),
    };
    // Both are drawn in any case, so that more reports do not change what happens afterwards.
    let (reported, delay) = (chance.unit(), chance.lognormal(days, 0.6).min(30.0));
    (reported < probability).then(|| Report { time: time + (delay * 86_400e9) as u64 })
}
