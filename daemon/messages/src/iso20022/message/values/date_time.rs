// SPDX-License-Identifier: MIT

//! Points in time.

use std::fmt;
use std::str::FromStr;

use crate::calendar::Date;
use crate::iso20022::schema::{FacetError, Simple};

/// A date with a time, with or without time zone, as it is written: `2026-11-30T10:30:00+01:00`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DateTime(String);

impl DateTime {
    /// A point in time in UTC, given in seconds since 1970-01-01; `None` beyond the years 1 to 9999.
    pub fn from_unix_seconds(seconds: i64) -> Option<DateTime> {
        let date = Date::from_unix_days(seconds.div_euclid(86_400))?;
        let of_day = seconds.rem_euclid(86_400);
        let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
        Some(DateTime(format!("{date}T{hour:02}:{minute:02}:{second:02}Z")))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The day, as it is written.
    pub fn date(&self) -> Option<Date> {
        self.0.parse().ok()
    }
}

impl FromStr for DateTime {
    type Err = FacetError;

    fn from_str(text: &str) -> Result<DateTime, FacetError> {
        static FORM: Simple = Simple::DateTime;
        FORM.check(text)?;
        Ok(DateTime(text.trim().to_string()))
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

super::written!(DateTime, |source| {
    DateTime::from_unix_seconds(i64::try_from(source() % 4_000_000_000).unwrap_or_default())
        .unwrap_or_else(|| DateTime(String::new()))
});
