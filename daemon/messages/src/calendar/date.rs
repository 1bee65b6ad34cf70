// SPDX-License-Identifier: MIT

//! Days of the Gregorian calendar.

use std::fmt;
use std::str::FromStr;

/// A day that exists, from 0001-01-01 to 9999-12-31.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// A text that is no day.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0:?} is no day: write 2026-11-30")]
pub struct NoDate(pub String);

impl Date {
    /// The day with these numbers, if it exists.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Date> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let last = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        let exists = (1..=9999).contains(&year) && (1..=last).contains(&day);
        if exists { Some(Date { year, month, day }) } else { None }
    }

    /// The day `days` after 1970-01-01; `None` beyond the years 1 to 9999.
    pub fn from_unix_days(days: i64) -> Option<Date> {
        // Years begin in March, so that the leap day is the last; eras of 400 years repeat.
        let shifted = days.checked_add(719_468)?;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * march_month + 2) / 5 + 1;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Date::new(u16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }

    /// Days since 1970-01-01.
    pub fn unix_days(self) -> i64 {
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = i64::from(self.year) - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year - 719_468
    }

    /// The day `days` later, or earlier if negative; `None` beyond the years 1 to 9999.
    pub fn plus_days(self, days: i64) -> Option<Date> {
        Date::from_unix_days(self.unix_days().checked_add(days)?)
    }

    /// The same day of the month `months` later, or the last of that month if it is shorter.
    pub fn plus_months(self, months: u16) -> Option<Date> {
        let total = u32::from(self.year) * 12 + u32::from(self.month) - 1 + u32::from(months);
        let year = u16::try_from(total / 12).ok()?;
        let month = u8::try_from(total % 12 + 1).ok()?;
        (28..=self.day).rev().chain([self.day]).find_map(|day| Date::new(year, month, day))
    }

    /// The day of the week.
    pub fn weekday(self) -> Weekday {
        // 1970-01-01 was a Thursday.
        match (self.unix_days() + 3).rem_euclid(7) {
            0 => Weekday::Monday,
            1 => Weekday::Tuesday,
            2 => Weekday::Wednesday,
            3 => Weekday::Thursday,
            4 => Weekday::Friday,
            5 => Weekday::Saturday,
            _ => Weekday::Sunday,
        }
    }

    /// The year.
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    pub fn day(self) -> u8 {
        self.day
    }
}

impl FromStr for Date {
    type Err = NoDate;

    /// Reads `2026-11-30`; of a date and time, or a date with time zone, the day counts as it is written.
    fn from_str(text: &str) -> Result<Date, NoDate> {
        let no_date = || NoDate(text.to_string());
        let trimmed = text.trim_matches([' ', '\t', '\r', '\n']);
        let (day, rest) = trimmed.split_at_checked(10).ok_or_else(no_date)?;
        let mut numbers = day.split('-').map(|number| {
            let digits = number.bytes().all(|byte| byte.is_ascii_digit());
            if digits { number.parse::<u16>().ok() } else { None }
        });
        let mut next = || numbers.next().flatten().ok_or_else(no_date);
        let (year, month, day) = (next()?, next()?, next()?);
        let (month, day) = (u8::try_from(month).map_err(|_| no_date())?, u8::try_from(day).map_err(|_| no_date())?);
        if !matches!(rest.bytes().next(), None | Some(b'T' | b'Z' | b'+' | b'-')) {
            return Err(no_date());
        }
        Date::new(year, month, day).ok_or_else(no_date)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}
