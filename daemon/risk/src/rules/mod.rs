// SPDX-License-Identifier: MIT

//! Rules that people write, beside the models: limits of amount and velocity, conditions on features, lists with expiry and
//! author, suppressions.
//!
//! A [`RuleSet`] is read from TOML as a whole, checked as a whole, and replaced as a whole while payments go on:
//!
//! ```toml
//! [[limit]]
//! id = "cash-out"
//! action = "review"
//! currency = "USD"
//! window = "24h"                # without it, the one payment
//! most_sum = "15000.00"         # or most_count = 20
//!
//! [[condition]]
//! id = "new-payee-new-device"
//! action = "review"
//! when = [{ feature = "new_payee", from = 1 }, { feature = "new_device", from = 1 }]
//!
//! [[list]]
//! id = "sanctioned"
//! action = "block"              # "allow" lets pass what no rule blocks, whatever the models say
//! accounts = [4711]
//! author = "anna"
//! reason = "court order 12/26"
//! expires = 1800000000          # seconds since 1970
//!
//! [[suppression]]
//! rule = "cash-out"
//! account = 292
//! author = "anna"
//! expires = 1800000000
//! ```

mod backtest;
mod error;
mod file;
mod set;

pub use backtest::{Backtest, Past, RuleResult, backtest};
pub use error::RuleError;
pub use set::{Fired, RuleSet};
