// SPDX-License-Identifier: MIT

//! How good predictions were, once the truth is known.
//!
//! With one payment in a hundred fraudulent, accuracy says nothing: what counts is the order ([`ranking`]) and whether the
//! probabilities are right ([`probability`]).

pub mod probability;
pub mod ranking;

pub use probability::{brier, expected_calibration_error, log_loss, reliability};
pub use ranking::{at_budget, average_precision, precision_recall, roc_auc};
