// SPDX-License-Identifier: MIT

//! Metrics against values that scikit-learn 1.9.1 gives for the same numbers.

use qenex_risk::metrics::{
    at_budget, average_precision, brier, expected_calibration_error, log_loss, precision_recall, reliability, roc_auc,
};

const SCORES: [f64; 8] = [0.1, 0.4, 0.35, 0.8, 0.35, 0.9, 0.05, 0.4];
const OUTCOMES: [bool; 8] = [false, false, true, true, false, true, false, true];

fn near(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-12, "{a} is not {b}");
}

#[test]
fn values_of_scikit_learn() {
    near(roc_auc(&SCORES, &OUTCOMES).unwrap(), 0.875);
    near(average_precision(&SCORES, &OUTCOMES).unwrap(), 0.854_166_666_666_666_6);
    near(log_loss(&SCORES, &OUTCOMES), 0.424_109_909_156_086_4);
    near(brier(&SCORES, &OUTCOMES), 0.140_937_5);
}

#[test]
fn the_order_of_equal_scores_does_not_matter() {
    let (mut scores, mut outcomes) = (SCORES.to_vec(), OUTCOMES.to_vec());
    scores.reverse();
    outcomes.reverse();
    assert_eq!(roc_auc(&scores, &outcomes), roc_auc(&SCORES, &OUTCOMES));
    assert_eq!(average_precision(&scores, &outcomes), average_precision(&SCORES, &OUTCOMES));
    assert_eq!(roc_auc(&[0.5; 4], &[true, false, false, false]), Some(0.5));
    assert_eq!(average_precision(&[0.5; 4], &[true, false, false, false]), Some(0.25));
}

#[test]
fn one_class_has_no_order() {
    assert_eq!(roc_auc(&SCORES, &[true; 8]), None);
    assert_eq!(roc_auc(&[], &[]), None);
    assert_eq!(average_precision(&SCORES, &[false; 8]), None);
    assert!(precision_recall(&SCORES, &[false; 8]).is_empty());
    assert_eq!(at_budget(&SCORES, &[false; 8], 2), None);
}

#[test]
fn a_budget_is_never_exceeded() {
    let best = at_budget(&SCORES, &OUTCOMES, 3).unwrap();
    // The third and fourth score are equal: both are alerts, or none.
    assert_eq!((best.alerts, best.hits, best.recall, best.threshold), (2, 2, 0.5, 0.8));
    assert_eq!(at_budget(&SCORES, &OUTCOMES, 4).unwrap().alerts, 4);
    assert_eq!(at_budget(&SCORES, &OUTCOMES, 0).unwrap().alerts, 0);
}

#[test]
fn calibration_is_seen() {
    let probabilities: Vec<f64> = (0..1000).map(|row| if row < 500 { 0.1 } else { 0.6 }).collect();
    let outcomes: Vec<bool> = (0..1000).map(|row| if row < 500 { row % 10 == 0 } else { row % 10 < 6 }).collect();
    near(expected_calibration_error(&probabilities, &outcomes, 2), 0.0);
    assert_eq!(reliability(&probabilities, &outcomes, 2).len(), 2);
    let wrong: Vec<f64> = probabilities.iter().map(|p| p / 2.0).collect();
    near(expected_calibration_error(&wrong, &outcomes, 2), 0.175);
}
