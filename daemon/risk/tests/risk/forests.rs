// SPDX-License-Identifier: MIT

//! Forests and boosters.

use std::sync::atomic::AtomicBool;

use qenex_risk::boosting::{Booster, BoosterParameters};
use qenex_risk::explain::{contribution_importance, permutation_importance};
use qenex_risk::forest::{ForestParameters, IsolationForest, IsolationParameters, RandomForest, average_path};
use qenex_risk::metrics::{average_precision, log_loss, roc_auc};
use qenex_risk::random::Random;
use qenex_risk::table::{Examples, Table, TableError};
use smartcore::ensemble::random_forest_regressor::{RandomForestRegressor, RandomForestRegressorParameters};
use smartcore::linalg::basic::matrix::DenseMatrix;

use crate::common::{NEVER, days, table};

/// Rows of four numbers; the outcome is likely if the first two are both large.
fn corner(rows: usize, seed: u64) -> Examples {
    let mut random = Random::new(seed);
    let (mut table, mut outcomes) = (Table::new(["a", "b", "c", "d"]), Vec::new());
    for _ in 0..rows {
        let row: [f32; 4] = [(); 4].map(|()| random.unit() as f32);
        let likely = if row[0] > 0.6 && row[1] > 0.6 { 0.9 } else { 0.05 };
        outcomes.push(random.unit() < likely);
        table.push(&row).unwrap();
    }
    Examples::new(table, outcomes).unwrap()
}

#[test]
fn average_path_of_the_paper() {
    assert_eq!((average_path(0), average_path(1), average_path(2)), (0.0, 0.0, 1.0));
    // 2·(ln 255 + γ) − 2·255/256, which scikit-learn gives as well.
    assert!((average_path(256) - 10.244_770_920_116_851).abs() < 1e-9, "{}", average_path(256));
}

#[test]
fn isolation_of_two_values_is_one_cut() {
    let mut table = Table::new(["x"]);
    [0.0, 1.0].iter().for_each(|value| table.push(&[*value]).unwrap());
    let forest = IsolationForest::fit(&table, IsolationParameters::default()).unwrap();
    // Each row ends after one step, which is also the average.
    assert_eq!(forest.score(&[0.0]), 0.5);
    assert_eq!(forest.score(&[9.0]), 0.5);
    let mut table = Table::new(["x"]);
    [3.0, 3.0, 3.0].iter().for_each(|value| table.push(&[*value]).unwrap());
    let forest = IsolationForest::fit(&table, IsolationParameters::default()).unwrap();
    assert!((forest.score(&[3.0]) - 0.5).abs() < 1e-6, "what is all alike cannot be cut");
    assert_eq!(IsolationForest::fit(&Table::new(["x"]), IsolationParameters::default()), Err(TableError::Empty));
}

#[test]
fn isolation_finds_what_is_far_away_and_the_seed_decides() {
    let (examples, seed) = (corner(2_000, 1), |seed| IsolationParameters { seed, ..Default::default() });
    let forest = IsolationForest::fit(examples.table(), seed(1)).unwrap();
    let inside = forest.score(&[0.5; 4]);
    let outside = forest.score(&[5.0; 4]);
    assert!(inside < 0.5 && outside > 0.65, "{inside} {outside}");
    assert_eq!(forest, IsolationForest::fit(examples.table(), seed(1)).unwrap());
    assert_ne!(forest, IsolationForest::fit(examples.table(), seed(2)).unwrap());
    let mut contributions = [0.0; 4];
    forest.explain(&[0.5, 0.5, 0.5, 9.0], &mut contributions);
    assert!(contributions[3] > contributions[0].max(contributions[1]).max(contributions[2]), "{contributions:?}");
}

#[test]
fn the_random_forest_predicts_what_smartcore_predicts() {
    let examples = corner(1_500, 2);
    let parameters = ForestParameters { trees: 10, depth: 8, leaf: 2, features: 2, seed: 9 };
    let fitted = RandomForest::fit(&examples, parameters, &NEVER).unwrap();
    // The same group of trees by smartcore itself.
    let rows: Vec<f32> = examples.table().rows().flatten().copied().collect();
    let matrix = DenseMatrix::new(examples.len(), 4, rows, false).unwrap();
    let outcomes: Vec<f64> = examples.outcomes().iter().map(|outcome| f64::from(u8::from(*outcome))).collect();
    let own = RandomForestRegressorParameters::default()
        .with_n_trees(10)
        .with_max_depth(8)
        .with_min_samples_leaf(2)
        .with_m(2)
        .with_keep_samples(true)
        .with_seed(qenex_risk::random::mix(9 ^ qenex_risk::random::mix(0)));
    let theirs = RandomForestRegressor::fit(&matrix, &outcomes, own).unwrap();
    let predictions = theirs.predict(&matrix).unwrap();
    let out_of_bag = theirs.predict_oob(&matrix).unwrap();
    for (index, row) in examples.table().rows().enumerate() {
        assert!((fitted.forest.score(row) - predictions[index]).abs() < 1e-6, "{index}");
        if let Some(own) = fitted.out_of_bag[index] {
            assert_eq!(own, out_of_bag[index]);
        }
    }
}

#[test]
fn contributions_add_up_to_the_prediction() {
    let examples = corner(1_500, 3);
    let forest =
        RandomForest::fit(&examples, ForestParameters { trees: 20, ..Default::default() }, &NEVER).unwrap().forest;
    let booster = Booster::fit(&examples, BoosterParameters::default(), &NEVER).unwrap();
    for row in examples.table().rows().take(200) {
        let mut contributions = [0.0; 4];
        let base = forest.explain(row, &mut contributions);
        assert!((base + contributions.iter().sum::<f64>() - forest.score(row)).abs() < 1e-6);
        let mut contributions = [0.0; 4];
        let base = booster.explain(row, &mut contributions);
        assert!((base + contributions.iter().sum::<f64>() - booster.log_odds(row)).abs() < 1e-6);
    }
}

#[test]
fn importance_is_that_of_the_columns_that_matter() {
    let (train, test) = (corner(3_000, 4), corner(1_000, 5));
    let booster = Booster::fit(&train, BoosterParameters { features: 1.0, ..Default::default() }, &NEVER).unwrap();
    let lost = permutation_importance(test.table(), test.outcomes(), 1, |row| booster.log_odds(row));
    let named = |index: usize| lost[index].column.as_str();
    assert!(matches!((named(0), named(1)), ("a", "b") | ("b", "a")), "{lost:?}");
    assert!(lost[1].value > 0.2 && lost[2].value.abs() < 0.05, "{lost:?}");
    let names = test.table().names();
    let moved = contribution_importance(names, test.table().rows(), |row, out| {
        booster.explain(row, out);
    });
    assert!(moved[1].value > 3.0 * moved[2].value, "{moved:?}");
}

#[test]
fn a_booster_learns_probabilities_and_the_seed_decides() {
    let (train, test) = (corner(4_000, 6), corner(2_000, 7));
    let fit =
        |seed| Booster::fit(&train, BoosterParameters { seed, features: 0.6, ..Default::default() }, &NEVER).unwrap();
    let booster = fit(1);
    let probabilities: Vec<f64> = test.table().rows().map(|row| booster.probability(row)).collect();
    // Who knew the truth would lose 0.9·−ln 0.9 … on each row: 0.219 on average.
    let loss = log_loss(&probabilities, test.outcomes());
    assert!(loss < 0.25, "{loss}");
    assert!(booster.probability(&[0.9, 0.9, 0.5, 0.5]) > 0.75 && booster.probability(&[0.1; 4]) < 0.1);
    assert_eq!(booster, fit(1));
    assert_ne!(booster, fit(2));
}

#[test]
fn weights_count() {
    let examples = corner(2_000, 8);
    // Without the weight of what is positive, nothing is.
    let weights = examples.outcomes().iter().map(|outcome| if *outcome { 0.01 } else { 1.0 }).collect();
    let light = Examples::weighted(examples.table().clone(), examples.outcomes().to_vec(), weights).unwrap();
    let row = [0.9, 0.9, 0.5, 0.5];
    let forest = |examples| RandomForest::fit(examples, ForestParameters { trees: 10, ..Default::default() }, &NEVER);
    assert!(forest(&light).unwrap().forest.score(&row) < forest(&examples).unwrap().forest.score(&row) / 3.0);
    let booster = |examples| Booster::fit(examples, BoosterParameters::default(), &NEVER).unwrap().probability(&row);
    assert!(booster(&light) < booster(&examples) / 3.0);
}

#[test]
fn on_the_simulated_bank_labels_help_much_and_isolation_some() {
    let (train, train_outcomes) = table(days(10, 30));
    let (test, outcomes) = table(days(30, 45));
    let isolation = IsolationForest::fit(&train, IsolationParameters::default()).unwrap();
    let unusual: Vec<f64> = test.rows().map(|row| isolation.score(row)).collect();
    assert!(roc_auc(&unusual, &outcomes).unwrap() > 0.8);
    let examples = Examples::new(train, train_outcomes).unwrap();
    let parameters = ForestParameters { trees: 20, depth: 10, ..Default::default() };
    let forest = RandomForest::fit(&examples, parameters, &NEVER).unwrap().forest;
    let scores: Vec<f64> = test.rows().map(|row| forest.score(row)).collect();
    let (labelled, alone) = (average_precision(&scores, &outcomes), average_precision(&unusual, &outcomes));
    assert!(labelled.unwrap() > 0.6 && labelled > alone, "{labelled:?} {alone:?}");
}

#[test]
fn what_nothing_can_be_learnt_from_is_refused() {
    let mut table = Table::new(["a", "b"]);
    assert_eq!(table.push(&[1.0]), Err(TableError::Width { row: 0, found: 1, expected: 2 }));
    let wrong = table.push(&[1.0, f32::INFINITY]);
    assert_eq!(wrong, Err(TableError::NotFinite { row: 0, column: "b".to_owned(), value: f32::INFINITY }));
    assert!(matches!(table.push(&[f32::NAN, 1.0]), Err(TableError::NotFinite { .. })));
    assert_eq!(Examples::new(table.clone(), Vec::new()), Err(TableError::Empty));
    [1.0, 2.0].iter().for_each(|value| table.push(&[*value, 0.0]).unwrap());
    let one_class = Examples::new(table.clone(), vec![true, true]);
    assert_eq!(one_class, Err(TableError::OneClass { positive: 2, negative: 0 }));
    let one_class = Examples::new(table.clone(), vec![false, false]);
    assert_eq!(one_class, Err(TableError::OneClass { positive: 0, negative: 2 }));
    let short = Examples::new(table.clone(), vec![true]);
    assert_eq!(short, Err(TableError::Count { rows: 2, found: 1, what: "outcomes" }));
    let weights = Examples::weighted(table, vec![true, false], vec![1.0, f64::NAN]);
    assert_eq!(weights, Err(TableError::Weights));
}

#[test]
fn training_can_be_cancelled() {
    let (examples, cancel) = (corner(100, 9), AtomicBool::new(true));
    assert_eq!(Booster::fit(&examples, BoosterParameters::default(), &cancel), Err(TableError::Cancelled));
    let forest = RandomForest::fit(&examples, ForestParameters::default(), &cancel);
    assert_eq!(forest.err(), Some(TableError::Cancelled));
}
