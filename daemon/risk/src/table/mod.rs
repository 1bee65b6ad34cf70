// SPDX-License-Identifier: MIT

//! Rows of numbers to learn from: all finite, all of one width, with named columns.

mod error;

pub use error::TableError;

/// Rows of finite numbers, one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    names: Vec<String>,
    values: Vec<f32>,
}

impl Table {
    /// No rows yet.
    pub fn new<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Table {
        Table { names: names.into_iter().map(Into::into).collect(), values: Vec::new() }
    }

    /// Appends a row.
    ///
    /// # Errors
    ///
    /// [`TableError::Width`] and [`TableError::NotFinite`]; the table is as it was.
    pub fn push(&mut self, row: &[f32]) -> Result<(), TableError> {
        if row.len() != self.width() {
            return Err(TableError::Width { row: self.len(), found: row.len(), expected: self.width() });
        }
        if let Some(column) = row.iter().position(|value| !value.is_finite()) {
            let column_name = self.names[column].clone();
            return Err(TableError::NotFinite { row: self.len(), column: column_name, value: row[column] });
        }
        self.values.extend_from_slice(row);
        Ok(())
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        if self.names.is_empty() { 0 } else { self.values.len() / self.names.len() }
    }

    /// No rows.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Values in each row.
    pub fn width(&self) -> usize {
        self.names.len()
    }

    /// Of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Row `index`, which must be below [`Table::len`].
    pub fn row(&self, index: usize) -> &[f32] {
        &self.values[index * self.width()..][..self.width()]
    }

    /// All rows in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f32]> {
        // An empty table has no width to cut by.
        self.values.chunks_exact(self.width().max(1))
    }

    /// Value in row and column, both in range.
    pub fn get(&self, row: usize, column: usize) -> f32 {
        self.values[row * self.width() + column]
    }

    /// A table of some of the rows.
    pub fn select(&self, rows: impl IntoIterator<Item = usize>) -> Table {
        let mut values = Vec::new();
        for row in rows {
            values.extend_from_slice(self.row(row));
        }
        Table { names: self.names.clone(), values }
    }

    /// The same rows with one more column, whose values are made of each row.
    ///
    /// # Errors
    ///
    /// [`TableError::NotFinite`].
    pub fn with_column(&self, name: &str, value: impl Fn(&[f32]) -> f32) -> Result<Table, TableError> {
        let mut wider = Table::new(self.names.iter().map(String::as_str).chain([name]));
        let mut longer = Vec::with_capacity(self.width() + 1);
        for row in self.rows() {
            longer.clear();
            longer.extend_from_slice(row);
            longer.push(value(row));
            wider.push(&longer)?;
        }
        Ok(wider)
    }
}

/// What a classifier learns from: rows, what became of each, and how much each counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Examples {
    table: Table,
    outcomes: Vec<bool>,
    weights: Vec<f64>,
}

impl Examples {
    /// Rows that all count the same.
    ///
    /// # Errors
    ///
    /// As [`Examples::weighted`].
    pub fn new(table: Table, outcomes: Vec<bool>) -> Result<Examples, TableError> {
        let weights = vec![1.0; outcomes.len()];
        Examples::weighted(table, outcomes, weights)
    }

    /// Rows with weights.
    ///
    /// # Errors
    ///
    /// [`TableError::Empty`], [`TableError::Count`], [`TableError::Weights`], [`TableError::OneClass`].
    pub fn weighted(table: Table, outcomes: Vec<bool>, weights: Vec<f64>) -> Result<Examples, TableError> {
        if table.is_empty() {
            return Err(TableError::Empty);
        }
        for (found, what) in [(outcomes.len(), "outcomes"), (weights.len(), "weights")] {
            if found != table.len() {
                return Err(TableError::Count { rows: table.len(), found, what });
            }
        }
        let total: f64 = weights.iter().sum();
        if weights.iter().any(|weight| !weight.is_finite() || *weight < 0.0) || !total.is_finite() || total <= 0.0 {
            return Err(TableError::Weights);
        }
        let positive = outcomes.iter().filter(|outcome| **outcome).count();
        if positive == 0 || positive == outcomes.len() {
            return Err(TableError::OneClass { positive, negative: outcomes.len() - positive });
        }
        Ok(Examples { table, outcomes, weights })
    }

    /// The rows.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// What became of each row.
    pub fn outcomes(&self) -> &[bool] {
        &self.outcomes
    }

    /// How much each row counts.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Number of rows, at least two.
    #[expect(clippy::len_without_is_empty, reason = "never empty")]
    pub fn len(&self) -> usize {
        self.outcomes.len()
    }
}
