// SPDX-License-Identifier: MIT

//! From scores to probabilities.

use proptest::prelude::*;
use qenex_risk::calibration::{Calibration, CalibrationError};
use qenex_risk::random::Random;

proptest! {
    #[test]
    fn probabilities_never_fall(rows in prop::collection::vec((0u32..50, any::<bool>(), 0.1f64..10.0), 1..200)) {
        let scores: Vec<f64> = rows.iter().map(|row| f64::from(row.0) / 50.0).collect();
        let outcomes: Vec<bool> = rows.iter().map(|row| row.1).collect();
        let weights: Vec<f64> = rows.iter().map(|row| row.2).collect();
        let calibration = Calibration::fit(&scores, &outcomes, &weights).unwrap();
        calibration.check().unwrap();
        let mut last = 0.0;
        for step in -10..=120 {
            let probability = calibration.probability(f64::from(step) / 100.0);
            prop_assert!((0.0..=1.0).contains(&probability) && probability >= last);
            last = probability;
        }
    }
}

#[test]
fn what_is_known_is_found() {
    // Fraud happens with the square of the score.
    let mut random = Random::new(7);
    let scores: Vec<f64> = (0..50_000).map(|_| random.unit()).collect();
    let outcomes: Vec<bool> = scores.iter().map(|score| random.unit() < score * score).collect();
    let calibration = Calibration::fit(&scores, &outcomes, &vec![1.0; scores.len()]).unwrap();
    for score in [0.1, 0.3, 0.5, 0.7, 0.9] {
        assert!((calibration.probability(score) - score * score).abs() < 0.04, "{score}");
    }
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let scores = [0.2, 0.2, 0.5, 0.5, 0.5, 0.9];
    let outcomes = [true, false, false, true, false, true];
    let one = Calibration::fit(&scores, &outcomes, &[1.0; 6]).unwrap();
    let reversed = |values: &[f64]| values.iter().rev().copied().collect::<Vec<f64>>();
    let backwards: Vec<bool> = outcomes.iter().rev().copied().collect();
    assert_eq!(one, Calibration::fit(&reversed(&scores), &backwards, &[1.0; 6]).unwrap());
}

#[test]
fn nothing_to_calibrate_by_is_an_error() {
    assert_eq!(Calibration::fit(&[], &[], &[]), Err(CalibrationError::Empty));
    assert_eq!(Calibration::fit(&[0.5], &[true], &[0.0]), Err(CalibrationError::Empty));
    assert_eq!(Calibration::fit(&[0.5, f64::NAN], &[true, false], &[1.0; 2]), Err(CalibrationError::NotFinite(1)));
}
