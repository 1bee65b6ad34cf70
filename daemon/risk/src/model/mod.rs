// SPDX-License-Identifier: MIT

//! The model for fraud, and the file that it lives in.

mod error;
pub(crate) mod file;
mod fraud;
mod train;

pub use error::ModelError;
pub use file::FORMAT;
pub use fraud::{About, FraudModel, Scored};
pub use train::{TrainError, TrainSettings, train};
