// SPDX-License-Identifier: MIT

//! Why a score is what it is: for one decision in words, and for a model as a whole.

mod importance;
mod words;

pub use importance::{Importance, contribution_importance, permutation_importance};
pub use words::{Reason, reasons};
