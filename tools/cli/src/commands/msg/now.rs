// SPDX-License-Identifier: MIT

//! The time, and random references.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use qenex_messages::calendar::Date;
use qenex_messages::identifiers::Uetr;
use qenex_messages::iso20022::message::{DateTime, Text};

use super::error::MsgError;

/// Seconds since 1970-01-01 UTC.
fn seconds() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    i64::try_from(since).unwrap_or(i64::MAX)
}

/// The time in UTC.
pub(super) fn time() -> Result<DateTime, MsgError> {
    DateTime::from_unix_seconds(seconds()).ok_or_else(|| MsgError::Usage("the clock is wrong".into()))
}

/// Today in UTC.
pub(super) fn today() -> Result<Date, MsgError> {
    Date::from_unix_days(seconds().div_euclid(86_400)).ok_or_else(|| MsgError::Usage("the clock is wrong".into()))
}

/// The identifier that was given, or one of the time and four random bytes.
pub(super) fn message_id(given: Option<&str>) -> Result<Text<35>, MsgError> {
    let text = match given {
        Some(given) => given.to_string(),
        None => format!("QENEX-{}-{:08X}", seconds(), u32::from_le_bytes(random()?)),
    };
    Text::new(text).map_err(|error| MsgError::Usage(format!("the message identifier {error}")))
}

/// A reference that nobody else has.
pub(super) fn uetr() -> Result<Uetr, MsgError> {
    Ok(Uetr::from_random(random()?))
}

fn random<const N: usize>() -> Result<[u8; N], MsgError> {
    const SOURCE: &str = "/dev/urandom";
    let mut bytes = [0; N];
    let read = File::open(SOURCE).and_then(|mut file| file.read_exact(&mut bytes));
    read.map_err(|error| MsgError::File { path: Path::new(SOURCE).into(), error })?;
    Ok(bytes)
}
