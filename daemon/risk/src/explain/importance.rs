// SPDX-License-Identifier: MIT

//! Which columns matter to a model.

use crate::metrics::average_precision;
use crate::random::{Random, mix};
use crate::table::Table;

/// How much a column matters.
#[derive(Clone, Debug, PartialEq)]
pub struct Importance {
    /// Its name.
    pub column: String,
    /// How much, in the unit of the method.
    pub value: f64,
}

fn ranked(names: &[String], values: impl IntoIterator<Item = f64>) -> Vec<Importance> {
    let pairs = names.iter().zip(values);
    let mut all: Vec<Importance> = pairs.map(|(name, value)| Importance { column: name.clone(), value }).collect();
    all.sort_by(|a, b| b.value.total_cmp(&a.value));
    all
}

/// How much average precision is lost when a column is shuffled, the most important first. What two columns both tell is
/// missed in neither, so the values of a group of related columns are too low.
///
/// `score` must accept the table's rows. Empty if no outcome is positive.
pub fn permutation_importance(
    table: &Table,
    outcomes: &[bool],
    seed: u64,
    score: impl Fn(&[f32]) -> f64,
) -> Vec<Importance> {
    let scores: Vec<f64> = table.rows().map(&score).collect();
    let Some(whole) = average_precision(&scores, outcomes) else { return Vec::new() };
    let lost = (0..table.width()).map(|column| {
        let mut random = Random::new(mix(seed ^ mix(column as u64)));
        let order = random.distinct(table.len(), table.len());
        let mut row = vec![0.0; table.width()];
        let shuffled = (0..table.len()).map(|index| {
            row.copy_from_slice(table.row(index));
            row[column] = table.get(order[index] as usize, column);
            score(&row)
        });
        let shuffled: Vec<f64> = shuffled.collect();
        whole - average_precision(&shuffled, outcomes).unwrap_or(whole)
    });
    let lost: Vec<f64> = lost.collect();
    ranked(table.names(), lost)
}

/// Mean size of each column's contribution to the score over rows, the most important first.
///
/// `explain` adds the contributions of a row, one for each of the columns that `names` names.
pub fn contribution_importance<'a>(
    names: &[String],
    rows: impl Iterator<Item = &'a [f32]>,
    explain: impl Fn(&[f32], &mut [f64]),
) -> Vec<Importance> {
    let mut sums = vec![0.0; names.len()];
    let (mut contributions, mut count) = (vec![0.0; names.len()], 0usize);
    for row in rows {
        contributions.fill(0.0);
        explain(row, &mut contributions);
        sums.iter_mut().zip(&contributions).for_each(|(sum, contribution)| *sum += contribution.abs());
        count += 1;
    }
    ranked(names, sums.into_iter().map(|sum| sum / count.max(1) as f64))
}
