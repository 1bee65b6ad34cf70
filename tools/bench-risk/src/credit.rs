// SPDX-License-Identifier: MIT

//! The German Credit data: 1,000 applicants, ten folds.

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use qenex_risk::credit::{CreditModel, CreditSettings};
use qenex_risk::metrics::{brier, log_loss, roc_auc};
use qenex_risk::random::{Random, mix};
use qenex_risk::table::{Examples, Table};
use serde::{Deserialize, Serialize};
use smartcore::linalg::basic::matrix::DenseMatrix;
use smartcore::xgboost::xgb_regressor::{XGRegressor, XGRegressorParameters};

use crate::Failure;
use crate::data::export;

/// What our model reaches.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Figures {
    /// Mean over the folds of the area under the curve, by our booster.
    pub auc: f64,
    /// Mean over the folds.
    pub log_loss: f64,
    /// Mean over the folds.
    pub brier: f64,
    /// The same folds by smartcore's XGRegressor.
    pub smartcore_auc: f64,
}

/// Ten folds, each with its share of those who did not pay back.
fn folds(outcomes: &[bool]) -> Vec<u8> {
    let mut folds = vec![0; outcomes.len()];
    for class in [false, true] {
        let rows: Vec<usize> = (0..outcomes.len()).filter(|row| outcomes[*row] == class).collect();
        let order = Random::new(mix(u64::from(class))).distinct(rows.len(), rows.len());
        for (place, index) in order.into_iter().enumerate() {
            folds[rows[index as usize]] = (place % 10) as u8;
        }
    }
    folds
}

/// Reads the data: a CSV file with a column `Class` of `Good` and `Bad`.
fn read(path: &Path) -> Result<(Table, Vec<bool>), Failure> {
    let text = fs::read_to_string(path)?;
    let mut lines = text.lines();
    let unquoted = |cell: &str| cell.trim_matches('"').to_owned();
    let names: Vec<String> = lines.next().ok_or("the file is empty")?.split(',').map(unquoted).collect();
    let class = names.iter().position(|name| name == "Class").ok_or("there is no column Class")?;
    let mut table =
        Table::new(names.iter().enumerate().filter(|(index, _)| *index != class).map(|(_, name)| name.as_str()));
    let mut outcomes = Vec::new();
    for line in lines {
        let cells: Vec<String> = line.split(',').map(unquoted).collect();
        let mut row = Vec::new();
        for (index, cell) in cells.iter().enumerate() {
            if index == class {
                outcomes.push(cell == "Bad");
            } else {
                row.push(cell.parse()?);
            }
        }
        table.push(&row)?;
    }
    Ok((table, outcomes))
}

/// Cross-validates, and writes rows and folds into a folder.
///
/// # Errors
///
/// Whatever goes wrong.
pub fn measure(path: &Path, folder: &Path) -> Result<Figures, Failure> {
    let (table, outcomes) = read(path)?;
    let folds = folds(&outcomes);
    export(folder, "credit", &table, &outcomes)?;
    fs::write(folder.join("credit.folds"), &folds)?;
    let cancel = AtomicBool::new(false);
    let mut sums = [0.0; 4];
    for fold in 0..10 {
        let rows =
            |inside: bool| (0..table.len()).filter(|row| (folds[*row] == fold) == inside).collect::<Vec<usize>>();
        let pick = |rows: &[usize]| rows.iter().map(|row| outcomes[*row]).collect::<Vec<bool>>();
        let (rest, test) = (rows(false), rows(true));
        let learnt = Examples::new(table.select(rest.iter().copied()), pick(&rest))?;
        let model = CreditModel::fit(&learnt, CreditSettings::default(), &cancel)?;
        let (tested, truth) = (table.select(test.iter().copied()), pick(&test));
        let probabilities = model.probabilities(&tested)?;
        let theirs = smartcore(&learnt, &tested)?;
        for (sum, value) in sums.iter_mut().zip([
            roc_auc(&probabilities, &truth).ok_or("a fold of one class")?,
            log_loss(&probabilities, &truth),
            brier(&probabilities, &truth),
            roc_auc(&theirs, &truth).ok_or("a fold of one class")?,
        ]) {
            *sum += value / 10.0;
        }
    }
    let [auc, log_loss, brier, smartcore_auc] = sums;
    Ok(Figures { auc, log_loss, brier, smartcore_auc })
}

/// Scores by smartcore's boosting, which minimises the squared error.
fn smartcore(learnt: &Examples, tested: &Table) -> Result<Vec<f64>, Failure> {
    let matrix = |table: &Table| {
        let values = table.rows().flatten().map(|value| f64::from(*value)).collect();
        DenseMatrix::new(table.len(), table.width(), values, false)
    };
    let outcomes: Vec<f64> = learnt.outcomes().iter().map(|outcome| f64::from(u8::from(*outcome))).collect();
    let parameters = XGRegressorParameters::default().with_n_estimators(100).with_max_depth(3).with_learning_rate(0.1);
    let model = XGRegressor::fit(&matrix(learnt.table())?, &outcomes, parameters)?;
    Ok(model.predict(&matrix(tested)?)?)
}
