// SPDX-License-Identifier: MIT

//! The calendar of T2, formerly TARGET2, by which payments in euro settle.

use super::{Date, Weekday};

/// Why T2 is closed on a day, or `None` if it is open.
pub fn closing_day(date: Date) -> Option<&'static str> {
    match date.weekday() {
        Weekday::Saturday => return Some("a Saturday"),
        Weekday::Sunday => return Some("a Sunday"),
        _ => {}
    }
    match (date.month(), date.day()) {
        (1, 1) => return Some("New Year's Day"),
        (5, 1) => return Some("Labour Day"),
        (12, 25) => return Some("Christmas Day"),
        (12, 26) => return Some("26 December"),
        _ => {}
    }
    match date.unix_days() - easter_sunday(date.year())?.unix_days() {
        -2 => Some("Good Friday"),
        1 => Some("Easter Monday"),
        _ => None,
    }
}

/// Whether payments in euro settle on a day.
pub fn is_business_day(date: Date) -> bool {
    closing_day(date).is_none()
}

/// The day itself if T2 is open, else the next one on which it is.
pub fn next_business_day(date: Date) -> Option<Date> {
    // At most four days in a row are closed.
    (0..8).filter_map(|days| date.plus_days(days)).find(|day| is_business_day(*day))
}

/// Easter Sunday of the Gregorian calendar (the computation of Meeus, Jones and Butcher).
fn easter_sunday(year: u16) -> Option<Date> {
    let year_number = u32::from(year);
    let a = year_number % 19;
    let (b, c) = (year_number / 100, year_number % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l + 90 - 7 * m) / 25;
    let day = (h + l + 33 * month + 19 - 7 * m) % 32;
    // From 1583 on this is a day of March or April.
    Date::new(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}
