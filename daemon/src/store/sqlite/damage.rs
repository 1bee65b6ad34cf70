// SPDX-License-Identifier: MIT

//! Whether a database is damaged, or merely cannot go on.

use rusqlite::ErrorCode;

/// Whether the database itself is wrong: not a disk that is full, or a file that somebody else holds.
pub fn is_damage(error: &rusqlite::Error) -> bool {
    match error.sqlite_error_code() {
        // Among the unknown is a table that is not there any more.
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::Unknown) => true,
        // What is never written twice: an index is not that of its table.
        Some(ErrorCode::ConstraintViolation) => true,
        // Not from SQLite: a column has another type.
        None => true,
        Some(_) => false,
    }
}

/// What to do about a database that follows from nothing else.
pub fn remedy(error: &rusqlite::Error, file: &str) -> String {
    match is_damage(error) {
        true => format!("restore {file} from a backup"),
        false => "check disk space and the disk's health".into(),
    }
}
