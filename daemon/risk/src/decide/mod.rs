// SPDX-License-Identifier: MIT

//! From a payment to a decision: features, model, rules, policy.

mod engine;
mod error;
mod policy;

pub use engine::{Decision, Engine};
pub use error::PolicyError;
pub use policy::{Action, Policy, Thresholds};
