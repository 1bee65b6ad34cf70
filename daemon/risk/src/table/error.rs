// SPDX-License-Identifier: MIT

//! What can be wrong with rows to learn from.

use thiserror::Error;

/// Why rows are not accepted, or cannot be learnt from.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum TableError {
    /// A row is too short or too long.
    #[error("row {row} has {found} values, {expected} are needed")]
    Width {
        /// Counted from 0.
        row: usize,
        /// Of the row.
        found: usize,
        /// Of the table.
        expected: usize,
    },
    /// A value is not a number that models can use.
    #[error("row {row}: {column} is {value}, which no model may see")]
    NotFinite {
        /// Counted from 0.
        row: usize,
        /// Name of the column.
        column: String,
        /// What stands there.
        value: f32,
    },
    /// There is one outcome for each row, and one weight.
    #[error("{rows} rows, but {found} {what}")]
    Count {
        /// In the table.
        rows: usize,
        /// How many of `what`.
        found: usize,
        /// What is not one for each row.
        what: &'static str,
    },
    /// Nothing can be learnt where everything is alike.
    #[error("the training set has {positive} positive and {negative} negative rows: both kinds are needed")]
    OneClass {
        /// Rows with outcome true.
        positive: usize,
        /// Rows with outcome false.
        negative: usize,
    },
    /// A weight is negative, infinite or not a number, or all are zero.
    #[error("weights must be finite and not negative, and not all zero")]
    Weights,
    /// No row.
    #[error("there are no rows")]
    Empty,
    /// The trainer was told to stop.
    #[error("training was cancelled")]
    Cancelled,
    /// The library that trains says no.
    #[error("training failed: {0}")]
    Trainer(String),
}
