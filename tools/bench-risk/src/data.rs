// SPDX-License-Identifier: MIT

//! Files that scikit-learn's side reads: rows as little-endian `f32`, outcomes as bytes.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use qenex_risk::table::Table;

use crate::Failure;

/// Writes `NAME.f32` and `NAME.y` into a folder.
///
/// # Errors
///
/// The file system's.
pub fn export(folder: &Path, name: &str, table: &Table, outcomes: &[bool]) -> Result<(), Failure> {
    let mut file = BufWriter::new(File::create(folder.join(format!("{name}.f32")))?);
    for value in table.rows().flatten() {
        file.write_all(&value.to_le_bytes())?;
    }
    file.flush()?;
    let outcomes: Vec<u8> = outcomes.iter().map(|outcome| u8::from(*outcome)).collect();
    fs::write(folder.join(format!("{name}.y")), outcomes)?;
    Ok(())
}
