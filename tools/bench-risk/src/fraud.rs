// SPDX-License-Identifier: MIT

//! Fraud in a simulated bank: trained on what was reported of days 20 to 60, tested on the truth of the days after.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use qenex_risk::explain::{Importance, permutation_importance};
use qenex_risk::features::{Event, FEATURES, Feature, History, Payment, Row, names};
use qenex_risk::forest::{ForestParameters, IsolationForest, IsolationParameters, RandomForest};
use qenex_risk::metrics::{at_budget, average_precision, expected_calibration_error, roc_auc};
use qenex_risk::model::{FraudModel, TrainSettings, train};
use qenex_risk::random::mix;
use qenex_risk::table::{Examples, Table, TableError};
use qenex_simulator::{Config, Simulator, Truth, Typology};
use serde::{Deserialize, Serialize};

use crate::data::export;
use crate::{Failure, plot};

/// Nanoseconds.
pub const DAY: u64 = 86_400_000_000_000;
/// Isolation forests of which the mean is taken.
const SEEDS: u64 = 10;
/// First day learnt from, first day tested on.
const DAYS: (u64, u64) = (20, 60);

/// A payment, what it looked like when it was made, and the truth.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The payment.
    pub payment: Payment,
    /// Its features.
    pub row: Row,
    /// What nobody knew.
    pub truth: Truth,
}

/// What our models reach.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Figures {
    /// Rows learnt from and tested on, and the share of fraud in the latter.
    pub rows: (usize, usize),
    /// As above.
    pub base_rate: f64,
    /// Average precision of the model that serves.
    pub served: f64,
    /// Average precision of its random forest alone.
    pub forest: f64,
    /// Average precision of the best single rule, and the rule.
    pub rule: (f64, String),
    /// Average precision of the best single feature, used as a score, and the feature.
    pub feature: (f64, String),
    /// Area under the curve of the isolation forest, mean of some seeds.
    pub isolation: f64,
    /// Average precision of the isolation forest.
    pub isolation_precision: f64,
    /// Recall if one payment in a hundred is an alert, and the precision of the alerts.
    pub at_budget: (f64, f64),
    /// Expected calibration error of the served probabilities.
    pub calibration: f64,
    /// Seconds that the training took.
    pub seconds: f64,
    /// Recall at that budget by form of fraud.
    pub typologies: Vec<(String, f64, usize)>,
}

/// Simulates, and looks at each payment before it is made.
///
/// # Errors
///
/// What is wrong with the configuration, or what the features refuse.
pub fn simulate(config: Config) -> Result<Vec<Seen>, Failure> {
    let (mut history, mut seen) = (History::new(), Vec::new());
    for step in Simulator::new(config)? {
        if let (Event::Paid(payment), Some(truth)) = (step.event, step.truth) {
            seen.push(Seen { payment, row: history.look(&payment)?, truth });
        }
        history.apply(&step.event)?;
    }
    Ok(seen)
}

/// The rows of payments.
///
/// # Errors
///
/// A value that is not finite.
pub fn table<'a>(seen: impl IntoIterator<Item = &'a Seen>) -> Result<Table, TableError> {
    let mut table = Table::new(names());
    seen.into_iter().try_for_each(|payment| table.push(&payment.row))?;
    Ok(table)
}

/// The bank of the measurement.
pub fn config() -> Config {
    Config { customers: 1_500, days: 90, ..Config::default() }
}

/// Trains, tests, and writes rows and pictures into a folder.
///
/// # Errors
///
/// Whatever goes wrong.
pub fn measure(folder: &Path) -> Result<(Figures, FraudModel), Failure> {
    let config = config();
    let seen = simulate(config)?;
    let (from, cut) = (config.start + DAYS.0 * DAY, config.start + DAYS.1 * DAY);
    let train_on: Vec<&Seen> = seen.iter().filter(|seen| (from..cut).contains(&seen.payment.time)).collect();
    let test_on: Vec<&Seen> = seen.iter().filter(|seen| seen.payment.time >= cut).collect();
    let (rows, test) = (table(train_on.iter().copied())?, table(test_on.iter().copied())?);
    // What is known ten days after the last payment: late and noisy, for all models alike.
    let known = |seen: &&Seen| seen.truth.report.is_some_and(|report| report.time < cut + 10 * DAY);
    let labels: Vec<bool> = train_on.iter().map(known).collect();
    let truth: Vec<bool> = test_on.iter().map(|seen| seen.truth.fraud.is_some()).collect();

    let settings = TrainSettings::default();
    let cancel = AtomicBool::new(false);
    let examples = Examples::new(rows.clone(), labels.clone())?;
    let start = std::time::Instant::now();
    let model = train(&rows, Some(&examples), (from, cut - 1), settings, &cancel)?;
    let seconds = start.elapsed().as_secs_f64();

    let isolation =
        IsolationForest::fit(&rows, IsolationParameters { seed: mix(settings.seed), ..Default::default() })?;
    let wide = |table: &Table| table.with_column("isolation", |row| isolation.score(row) as f32);
    let (wide_rows, wide_test) = (wide(&rows)?, wide(&test)?);
    export(folder, "fraud-train", &wide_rows, &labels)?;
    export(folder, "fraud-test", &wide_test, &truth)?;

    let wide_examples = Examples::new(wide_rows, labels.clone())?;
    let own = ForestParameters { seed: mix(settings.seed ^ 1), ..settings.forest };
    let forest = RandomForest::fit(&wide_examples, own, &cancel)?.forest;
    let alone: Vec<f64> = wide_test.rows().map(|row| forest.score(row)).collect();

    let scored: Vec<_> = test_on.iter().map(|seen| model.score(&seen.row)).collect();
    let scores: Vec<f64> = scored.iter().map(|scored| scored.score).collect();
    let probabilities: Vec<f64> = scored.iter().map(|scored| scored.probability.unwrap_or(scored.score)).collect();
    let unusual: Vec<f64> = scored.iter().map(|scored| scored.isolation).collect();
    let precision = |scores: &[f64]| average_precision(scores, &truth).ok_or("no fraud in the test");

    let best = at_budget(&scores, &truth, truth.len() / 100).ok_or("no fraud in the test")?;
    let typologies = Typology::ALL.into_iter().filter_map(|typology| {
        let of: Vec<f64> = scores
            .iter()
            .zip(&test_on)
            .filter(|(_, seen)| seen.truth.fraud == Some(typology))
            .map(|(s, _)| *s)
            .collect();
        let found = of.iter().filter(|score| **score >= best.threshold).count();
        (!of.is_empty()).then(|| (format!("{typology:?}"), found as f64 / of.len() as f64, of.len()))
    });
    let importance = importance(&model, &test, &truth)?;
    plot::fraud(folder, &scores, &probabilities, &truth, &importance)?;
    let figures = Figures {
        rows: (train_on.len(), test_on.len()),
        base_rate: truth.iter().filter(|fraud| **fraud).count() as f64 / truth.len() as f64,
        served: precision(&scores)?,
        forest: precision(&alone)?,
        rule: best_rule(&rows, &labels, &test, &truth),
        feature: best_feature(&test, &truth),
        isolation: isolation_auc(&rows, &test, &truth)?,
        isolation_precision: precision(&unusual)?,
        at_budget: (best.recall, best.hits as f64 / best.alerts.max(1) as f64),
        calibration: expected_calibration_error(&probabilities, &truth, 20),
        seconds,
        typologies: typologies.collect(),
    };
    Ok((figures, model))
}

/// Area under the curve of isolation forests; one alone may be some hundredths away from the mean.
fn isolation_auc(rows: &Table, test: &Table, truth: &[bool]) -> Result<f64, Failure> {
    let mut sum = 0.0;
    for seed in 0..SEEDS {
        let forest = IsolationForest::fit(rows, IsolationParameters { seed, ..Default::default() })?;
        let scores: Vec<f64> = test.rows().map(|row| forest.score(row)).collect();
        sum += roc_auc(&scores, truth).ok_or("no fraud in the test")?;
    }
    Ok(sum / SEEDS as f64)
}

/// Which features the model needs, on a part of the test that is small enough.
fn importance(model: &FraudModel, test: &Table, truth: &[bool]) -> Result<Vec<Importance>, Failure> {
    let chosen: Vec<usize> = (0..test.len()).filter(|row| truth[*row] || row % 8 == 0).collect();
    let outcomes: Vec<bool> = chosen.iter().map(|row| truth[*row]).collect();
    let part = test.select(chosen);
    Ok(permutation_importance(&part, &outcomes, 1, |values| {
        let mut row: Row = [0.0; FEATURES];
        row.copy_from_slice(values);
        model.score(&row).score
    }))
}

/// The best rule of one feature and one threshold, or of a new payee and one threshold: chosen by what was known in
/// training, judged by the truth. A rule says yes or no; so its average precision has one step.
fn best_rule(rows: &Table, labels: &[bool], test: &Table, truth: &[bool]) -> (f64, String) {
    let mut best = (0.0, 0, 0.0, 1.0f32, false);
    for column in 0..rows.width() {
        let mut values: Vec<f32> = (0..rows.len()).map(|row| rows.get(row, column)).collect();
        values.sort_by(f32::total_cmp);
        values.dedup();
        let step = (values.len() / 60).max(1);
        for threshold in values.iter().step_by(step) {
            for (sign, new_only) in [(1.0f32, false), (-1.0, false), (1.0, true), (-1.0, true)] {
                let fires = rule(rows, column, *threshold, sign, new_only);
                let value = average_precision(&fires, labels).unwrap_or(0.0);
                if value > best.0 {
                    best = (value, column, *threshold, sign, new_only);
                }
            }
        }
    }
    let (_, column, threshold, sign, new_only) = best;
    let fires = rule(test, column, threshold, sign, new_only);
    let way = if sign > 0.0 { "≥" } else { "≤" };
    let also = if new_only { " and a new payee" } else { "" };
    let name = Feature::ALL.get(column).map_or("", |feature| feature.name());
    (average_precision(&fires, truth).unwrap_or(0.0), format!("{name} {way} {threshold:.2}{also}"))
}

/// The best feature if payments are ordered by it alone, chosen by the truth itself: more than any rule of it can reach.
fn best_feature(test: &Table, truth: &[bool]) -> (f64, String) {
    let mut best = (0.0, String::new());
    for (column, feature) in Feature::ALL.iter().enumerate() {
        for sign in [1.0, -1.0] {
            let scores: Vec<f64> = test.rows().map(|row| sign * f64::from(row[column])).collect();
            let value = average_precision(&scores, truth).unwrap_or(0.0);
            if value > best.0 {
                best = (value, feature.name().to_owned());
            }
        }
    }
    best
}

fn rule(table: &Table, column: usize, threshold: f32, sign: f32, new_only: bool) -> Vec<f64> {
    let fires =
        |row: &[f32]| sign * row[column] >= sign * threshold && (!new_only || row[Feature::NewPayee as usize] > 0.5);
    table.rows().map(|row| f64::from(u8::from(fires(row)))).collect()
}
