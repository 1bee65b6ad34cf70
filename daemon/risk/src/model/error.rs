// SPDX-License-Identifier: MIT

//! What can be wrong with a model from outside. The caller keeps the model it has, or trains anew.

use thiserror::Error;

/// Why a model cannot be loaded.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
pub enum ModelError {
    /// Not such a file at all.
    #[error("this is no QENEX risk model")]
    Foreign,
    /// Cut off, or changed.
    #[error("the model is damaged: {0}")]
    Damaged(String),
    /// Made by a later version.
    #[error("the model has format {found}, this program knows {known}")]
    Format {
        /// Of the file.
        found: u32,
        /// The one this program knows.
        known: u32,
    },
    /// Made for other features.
    #[error("the model was made for other features than this program computes: it must be trained anew")]
    Schema,
    /// Of another kind.
    #[error("the file holds a model for {found}, not for {wanted}")]
    Kind {
        /// In the file.
        found: String,
        /// Asked for.
        wanted: &'static str,
    },
}
