// SPDX-License-Identifier: MIT

//! Risk of fraud and of credit: what payments look like, how bad they are, what is done about it, and how that gets better.
//!
//! One directory for each concept; where something can go wrong, `error.rs` says what.
//!
//! | directory | holds | needs |
//! | --- | --- | --- |
//! | `features/` | what a payment looks like, seen from the past of its accounts | nothing else |
//! | `table/` | rows of finite numbers to learn from | nothing else |
//! | `metrics/` | how good predictions were | nothing else |
//! | `trees/` | decision trees in one array: walked, stored, explained | nothing else |
//! | `forest/` | isolation forest and random forest | `trees`, `table` |
//! | `boosting/` | gradient boosting with log-loss | `trees`, `table` |
//! | `calibration/` | from scores to probabilities | nothing else |
//! | `model/` | the model for fraud, its training and its file | all of these, `learn/drift` |
//! | `explain/` | reasons in words, importance | `features`, `metrics` |
//! | `rules/` | what people demand, beside the models | `features` |
//! | `decide/` | from a payment to a decision | `model`, `rules`, `explain` |
//! | `learn/` | labels, champion and challenger, drift | `model` |
//! | `credit/` | probability of default, limits | `boosting`, `model/file.rs` |
//! | `random.rs` | random numbers that are the same everywhere | nothing else |

#![forbid(unsafe_code)]

pub mod boosting;
pub mod calibration;
pub mod credit;
pub mod decide;
pub mod explain;
pub mod features;
pub mod forest;
pub mod learn;
pub mod metrics;
pub mod model;
pub mod random;
pub mod rules;
pub mod table;
pub mod trees;
