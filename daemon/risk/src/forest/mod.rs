// SPDX-License-Identifier: MIT

//! Forests: many trees that each saw a part of the data.
//!
//! [`IsolationForest`] needs no labels and tells how unusual a row is; [`RandomForest`] learns from labels.

mod isolation;
mod random_forest;

pub use isolation::{IsolationForest, IsolationParameters, average_path};
pub use random_forest::{Fitted, ForestParameters, RandomForest};
