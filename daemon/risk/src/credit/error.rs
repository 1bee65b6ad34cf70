// SPDX-License-Identifier: MIT

//! What can be wrong with an application, or with learning from them.

use thiserror::Error;

use crate::calibration::CalibrationError;
use crate::table::TableError;

/// Why there is no assessment, or no model.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum CreditError {
    /// The application says nothing about something the model needs.
    #[error("the application lacks {0}")]
    Missing(String),
    /// The application says something the model does not know.
    #[error("the application has {0}, which the model does not know")]
    Unknown(String),
    /// Not a number that a model can use.
    #[error("{column} is {value}")]
    NotFinite {
        /// Which.
        column: String,
        /// What it is.
        value: f64,
    },
    /// An income or a limit that cannot be one.
    #[error("{0}")]
    Policy(&'static str),
    /// The examples.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The predictions that calibrate.
    #[error(transparent)]
    Calibration(#[from] CalibrationError),
}
