// SPDX-License-Identifier: MIT

//! Why a score is what it is: for one decision in words, and for a model as a whole.

mod importance;
mod plot;
mod words;

pub use importance::{Importance, contribution_importance, permutation_importance};
pub use plot::{calibration_plot, importance_plot, precision_recall_plot};
pub use words::{Reason, reasons};
