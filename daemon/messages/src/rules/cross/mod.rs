// SPDX-License-Identifier: MIT

//! What must hold in any message: values that mean something, counts and sums, identifiers that are unique, parts that
//! need or exclude each other, statements that add up.

mod address;
mod duplicates;
mod exchange;
mod presence;
mod statement;
mod totals;
mod values;

pub(super) use exchange::closed;

use super::report::Report;
use crate::iso20022::record::{Element, Part};

/// What is remembered of the message so far, and of the messages before it.
#[derive(Debug, Default)]
pub(super) struct State {
    totals: totals::Totals,
    duplicates: duplicates::Duplicates,
    statement: statement::Statement,
}

impl State {
    /// A message begins.
    pub(super) fn begin(&mut self) {
        self.totals = totals::Totals::default();
        self.statement = statement::Statement::default();
        self.duplicates.begin();
    }
}

/// Checks a part.
pub(super) fn check(state: &mut State, message: &str, part: &Part<'_>, element: Element<'_>, report: &mut Report<'_>) {
    values::check(element, report);
    address::check(element, report);
    totals::check(&mut state.totals, message, part, element, report);
    duplicates::check(&mut state.duplicates, message, element, report);
    presence::check(message, part, element, report);
    exchange::check(message, part, element, report);
    statement::check(&mut state.statement, message, element, report);
}
