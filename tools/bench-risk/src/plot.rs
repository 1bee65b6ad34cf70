// SPDX-License-Identifier: MIT

//! Pictures to look at, in files.

use std::fs;
use std::path::Path;

use qenex_risk::explain::{Importance, calibration_plot, importance_plot, precision_recall_plot};

use crate::Failure;

/// Precision and recall, calibration, and importance.
///
/// # Errors
///
/// The file system's.
pub fn fraud(
    folder: &Path,
    scores: &[f64],
    probabilities: &[f64],
    truth: &[bool],
    importance: &[Importance],
) -> Result<(), Failure> {
    fs::write(folder.join("precision-recall.svg"), precision_recall_plot(scores, truth))?;
    fs::write(folder.join("calibration.svg"), calibration_plot(probabilities, truth))?;
    let title = "Fraud: average precision lost when a feature is shuffled";
    Ok(fs::write(folder.join("importance.svg"), importance_plot(title, importance))?)
}
