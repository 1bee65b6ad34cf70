// SPDX-License-Identifier: MIT

//! The model, its training and its file.

use qenex_risk::features::FEATURES;
use qenex_risk::metrics::{average_precision, expected_calibration_error};
use qenex_risk::model::{FORMAT, FraudModel, ModelError, TrainError, train};
use qenex_risk::random::Random;
use qenex_risk::table::{Examples, Table};
use sha2::{Digest, Sha256};

use crate::common::{NEVER, days, fit, model, quick, table};

#[test]
fn the_same_data_and_seed_give_the_same_bytes() {
    let again = fit(days(10, 30), quick(1));
    assert_eq!(again.to_bytes(), model().to_bytes());
    assert_eq!(again.version(), model().version());
    assert_ne!(fit(days(10, 12), quick(1)).version(), fit(days(10, 12), quick(2)).version());
    assert_ne!(fit(days(10, 12), quick(1)).about().data, fit(days(10, 13), quick(1)).about().data);
}

#[test]
fn it_finds_fraud_and_its_probabilities_are_right() {
    let (_, outcomes) = table(days(30, 45));
    let scored: Vec<_> = days(30, 45).map(|seen| model().score(&seen.row)).collect();
    let scores: Vec<f64> = scored.iter().map(|scored| scored.score).collect();
    let probabilities: Vec<f64> = scored.iter().map(|scored| scored.probability.unwrap()).collect();
    assert!(average_precision(&scores, &outcomes).unwrap() > 0.65);
    assert!(expected_calibration_error(&probabilities, &outcomes, 20) < 0.01);
    // The threshold for a share of alerts gives about that share on later payments.
    let threshold = model().threshold(0.02);
    let alerts = scores.iter().filter(|score| **score >= threshold).count() as f64 / scores.len() as f64;
    assert!((0.01..0.04).contains(&alerts), "{alerts}");
    assert_eq!(model().threshold(0.0), f64::INFINITY);
    assert!(model().threshold(1.0) <= scores.iter().copied().fold(1.0, f64::min) + 0.01);
}

#[test]
fn contributions_add_up_to_the_score() {
    for seen in days(30, 31) {
        let (base, contributions) = model().explain(&seen.row);
        assert_eq!(contributions.len(), FraudModel::columns().len());
        let sum = base + contributions.iter().sum::<f64>();
        assert!((sum - model().score(&seen.row).score).abs() < 1e-6, "{sum}");
    }
}

#[test]
fn without_labels_it_only_says_what_is_unusual() {
    let (table, _) = table(days(10, 20));
    let cold = train(&table, None, (0, 1), quick(1), &NEVER).unwrap();
    assert!(!cold.is_supervised());
    let scored = cold.score(&days(20, 21).next().unwrap().row);
    assert_eq!((scored.probability, scored.score), (None, scored.isolation));
    assert_eq!(FraudModel::from_bytes(&cold.to_bytes().unwrap()).unwrap(), cold);
}

#[test]
fn a_file_gives_back_the_same_model() {
    let bytes = model().to_bytes().unwrap();
    let back = FraudModel::from_bytes(&bytes).unwrap();
    assert_eq!(&back, model());
    for seen in days(30, 31) {
        assert_eq!(back.score(&seen.row), model().score(&seen.row));
    }
}

#[test]
fn every_damage_is_refused() {
    let bytes = model().to_bytes().unwrap();
    let mut random = Random::new(1);
    for _ in 0..300 {
        let mut damaged = bytes.clone();
        match random.below(4) {
            0 => damaged.truncate(random.below(bytes.len())),
            1 => damaged.extend((0..=random.below(9)).map(|_| 7)),
            2 => {
                let at = random.below(bytes.len());
                damaged[at] ^= 1 << random.below(8);
            }
            _ => {
                // The head more often than its share.
                let at = random.below(88);
                damaged[at] = damaged[at].wrapping_add(1 + random.below(255) as u8);
            }
        }
        assert!(FraudModel::from_bytes(&damaged).is_err());
    }
}

/// With a checksum that fits, so that what is inside is looked at.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let checksum = Sha256::new().chain_update(&bytes[..56]).chain_update(&bytes[88..]).finalize();
    bytes[56..88].copy_from_slice(&checksum);
    bytes
}

#[test]
fn damage_under_a_right_checksum_never_breaks_anything() {
    let bytes = model().to_bytes().unwrap();
    let row = days(30, 31).next().unwrap().row;
    let mut random = Random::new(2);
    for _ in 0..200 {
        let mut damaged = bytes.clone();
        for _ in 0..=random.below(3) {
            let at = 88 + random.below(bytes.len() - 88);
            damaged[at] = random.next_u64() as u8;
        }
        // What passes must be able to judge and to explain.
        if let Ok(model) = FraudModel::from_bytes(&sealed(damaged)) {
            assert!(!model.score(&row).score.is_nan());
            model.explain(&row);
        }
    }
}

#[test]
fn foreign_files_are_told_apart() {
    let bytes = model().to_bytes().unwrap();
    assert_eq!(FraudModel::from_bytes(b""), Err(ModelError::Foreign));
    assert_eq!(FraudModel::from_bytes(b"PK\x03\x04 something else"), Err(ModelError::Foreign));
    let mut newer = bytes.clone();
    newer[8] = 9;
    assert_eq!(FraudModel::from_bytes(&newer), Err(ModelError::Format { found: 9, known: FORMAT }));
    let mut schema = bytes.clone();
    schema[24] ^= 1;
    assert_eq!(FraudModel::from_bytes(&sealed(schema)), Err(ModelError::Schema));
    let mut credit = bytes.clone();
    credit[12] = 2;
    assert!(matches!(FraudModel::from_bytes(&sealed(credit)), Err(ModelError::Kind { .. })));
    assert!(matches!(FraudModel::from_bytes(&bytes[..50]), Err(ModelError::Damaged(_))));
}

#[test]
fn rows_of_something_else_are_refused() {
    let mut other = Table::new(["a", "b"]);
    other.push(&[1.0, 2.0]).unwrap();
    other.push(&[2.0, 1.0]).unwrap();
    let examples = Examples::new(other.clone(), vec![true, false]).unwrap();
    assert_eq!(train(&other, Some(&examples), (0, 1), quick(1), &NEVER), Err(TrainError::Columns(2)));
    const { assert!(FEATURES > 2) }
}
