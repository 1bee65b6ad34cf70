// SPDX-License-Identifier: MIT

//! Text tables and JSON documents on standard output.

use std::io::{self, Write};

use serde::Serialize;

use crate::error::Error;

/// Where a column's text stands.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Align {
    /// At the left, for words.
    Left,
    /// At the right, for numbers.
    Right,
}

/// A table that can be printed in pieces: the header comes with the first, and a column never becomes narrower.
#[derive(Debug)]
pub(crate) struct Table<const N: usize> {
    columns: [(&'static str, Align); N],
    widths: [usize; N],
    begun: bool,
}

impl<const N: usize> Table<N> {
    /// An empty table with these columns.
    pub(crate) fn new(columns: [(&'static str, Align); N]) -> Self {
        Table { columns, widths: columns.map(|(title, _)| title.len()), begun: false }
    }

    /// Prints more rows.
    pub(crate) fn print(&mut self, out: &mut impl Write, rows: &[[String; N]]) -> io::Result<()> {
        for row in rows {
            for (width, cell) in self.widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        if !self.begun && !rows.is_empty() {
            self.begun = true;
            self.line(out, &self.columns.map(|(title, _)| title.to_string()))?;
        }
        rows.iter().try_for_each(|row| self.line(out, row))
    }

    /// Whether no row has been printed.
    pub(crate) fn is_empty(&self) -> bool {
        !self.begun
    }

    fn line(&self, out: &mut impl Write, cells: &[String; N]) -> io::Result<()> {
        let mut line = String::new();
        for (at, cell) in cells.iter().enumerate() {
            let gap = if at == 0 { "" } else { "  " };
            let width = self.widths[at];
            line += &match self.columns[at].1 {
                Align::Left => format!("{gap}{cell:<width$}"),
                Align::Right => format!("{gap}{cell:>width$}"),
            };
        }
        writeln!(out, "{}", line.trim_end())
    }
}

/// Prints facts one a line, the values under each other.
pub(crate) fn print_facts(out: &mut impl Write, facts: &[(&str, String)]) -> io::Result<()> {
    let width = facts.iter().map(|(name, _)| name.len()).max().unwrap_or(0) + 1;
    facts.iter().try_for_each(|(name, value)| {
        let name = format!("{name}:");
        writeln!(out, "{name:<width$}  {value}")
    })
}

/// Prints one JSON document.
pub(crate) fn print_json(out: &mut impl Write, document: &impl Serialize) -> Result<(), Error> {
    serde_json::to_writer_pretty(&mut *out, document)?;
    writeln!(out)?;
    Ok(())
}

/// One JSON document `{"name": [ … ]}` that is written item by item, for lists that need not fit in memory.
#[derive(Debug)]
pub(crate) struct JsonList<W: Write> {
    out: W,
    empty: bool,
}

impl<W: Write> JsonList<W> {
    /// Begins the document.
    pub(crate) fn begin(mut out: W, name: &str) -> Result<JsonList<W>, Error> {
        write!(out, "{{{name:?}: [")?;
        Ok(JsonList { out, empty: true })
    }

    /// Writes one more item, on a line of its own.
    pub(crate) fn push(&mut self, item: &impl Serialize) -> Result<(), Error> {
        self.out.write_all(if self.empty { b"\n" } else { b",\n" })?;
        self.empty = false;
        serde_json::to_writer(&mut self.out, item)?;
        Ok(())
    }

    /// Ends the document.
    pub(crate) fn end(mut self) -> Result<(), Error> {
        writeln!(self.out, "{}]}}", if self.empty { "" } else { "\n" })?;
        self.out.flush()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_aligned() {
        let mut table = Table::new([("NUMBER", Align::Right), ("TYPE", Align::Left), ("STATE", Align::Left)]);
        let mut out = Vec::new();
        table.print(&mut out, &[]).expect("memory takes it");
        assert!(out.is_empty());
        let row = |number: &str, kind: &str| [number.to_string(), kind.to_string(), "open".to_string()];
        table.print(&mut out, &[row("1", "checking"), row("12345678", "cash")]).expect("memory takes it");
        table.print(&mut out, &[row("7", "x")]).expect("memory takes it");
        let text = String::from_utf8(out).expect("text");
        assert_eq!(
            text,
            "  NUMBER  TYPE      STATE\n       1  checking  open\n12345678  cash      open\n       7  x         open\n"
        );
    }

    #[test]
    fn facts_are_aligned() {
        let mut out = Vec::new();
        print_facts(&mut out, &[("State", "live".to_string()), ("Sequence", "7".to_string())]).expect("memory");
        assert_eq!(String::from_utf8(out).expect("text"), "State:     live\nSequence:  7\n");
    }

    #[test]
    fn lists_are_valid_json() {
        for items in [vec![], vec![1], vec![1, 2, 3]] {
            let mut out = Vec::new();
            let mut list = JsonList::begin(&mut out, "items").expect("memory takes it");
            for item in &items {
                list.push(item).expect("memory takes it");
            }
            list.end().expect("memory takes it");
            let document: serde_json::Value = serde_json::from_slice(&out).expect("valid");
            assert_eq!(document, serde_json::json!({ "items": items }));
        }
    }
}
