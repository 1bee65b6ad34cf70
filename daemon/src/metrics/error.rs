// SPDX-License-Identifier: MIT

//! What can go wrong with metrics.

use thiserror::Error;

/// They cannot be written as text.
#[derive(Debug, Error)]
#[error("metrics cannot be written: {0}")]
pub struct MetricsError(#[from] std::fmt::Error);
