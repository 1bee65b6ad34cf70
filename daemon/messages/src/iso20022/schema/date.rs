// SPDX-License-Identifier: MIT

//! Lexical forms of the date and time types (XML Schema 1.0 part 2, 3.2.7 to 3.2.10).
//!
//! Each function judges a text without white space around it and returns `None` if it is not of the type. A time zone
//! is optional everywhere.

/// `2026-11-30`, which must exist.
pub(super) fn date(text: &str) -> Option<()> {
    let (year, rest) = year(text.as_bytes())?;
    zone(day(year, rest)?)
}

/// `2026-11`.
pub(super) fn year_month(text: &str) -> Option<()> {
    let (_, rest) = year(text.as_bytes())?;
    let (month, rest) = two(rest)?;
    if (1..=12).contains(&month) { zone(rest) } else { None }
}

/// `2026-11-30T10:30:00.123`.
pub(super) fn date_time(text: &str) -> Option<()> {
    let (year, rest) = year(text.as_bytes())?;
    zone(clock(day(year, rest)?.strip_prefix(b"T")?)?)
}

/// `10:30:00`.
pub(super) fn time(text: &str) -> Option<()> {
    zone(clock(text.as_bytes())?)
}

/// Four digits or more, without needless zeros, and the hyphen after them. Only whether it is a leap year matters.
fn year(text: &[u8]) -> Option<(bool, &[u8])> {
    let unsigned = text.strip_prefix(b"-").unwrap_or(text);
    let length = unsigned.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = unsigned.split_at(length);
    let needless = length > 4 && digits.first() == Some(&b'0');
    // There is no year zero.
    if length < 4 || needless || digits.iter().all(|digit| *digit == b'0') {
        return None;
    }
    // 10,000 is a multiple of 400, so that the last four digits decide.
    let last = digits[length - 4..].iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    Some((last % 4 == 0 && (last % 100 != 0 || last % 400 == 0), rest.strip_prefix(b"-")?))
}

/// Month and day, which must exist.
fn day(leap: bool, text: &[u8]) -> Option<&[u8]> {
    let (month, rest) = two(text)?;
    let (day, rest) = two(rest.strip_prefix(b"-")?)?;
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    if (1..=last).contains(&day) { Some(rest) } else { None }
}

/// Hours, minutes and seconds. Midnight may be written as 24:00:00 of the day before.
fn clock(text: &[u8]) -> Option<&[u8]> {
    let (hour, rest) = two(text)?;
    let (minute, rest) = two(rest.strip_prefix(b":")?)?;
    let (second, mut rest) = two(rest.strip_prefix(b":")?)?;
    let mut fraction = false;
    if let Some(after) = rest.strip_prefix(b".") {
        let length = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if length == 0 {
            return None;
        }
        fraction = after[..length].iter().any(|digit| *digit != b'0');
        rest = &after[length..];
    }
    let midnight = hour == 24 && minute == 0 && second == 0 && !fraction;
    if (hour < 24 || midnight) && minute < 60 && second < 60 { Some(rest) } else { None }
}

/// Nothing, `Z`, or an offset of up to 14 hours, and then the end.
fn zone(text: &[u8]) -> Option<()> {
    match text {
        [] | [b'Z'] => Some(()),
        [b'+' | b'-', rest @ ..] => {
            let (hour, rest) = two(rest)?;
            let (minute, rest) = two(rest.strip_prefix(b":")?)?;
            let within = hour < 14 && minute < 60 || hour == 14 && minute == 0;
            if rest.is_empty() && within { Some(()) } else { None }
        }
        _ => None,
    }
}

/// A number of exactly two digits.
fn two(text: &[u8]) -> Option<(u32, &[u8])> {
    match text {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9', rest @ ..] => {
            Some((u32::from(tens - b'0') * 10 + u32::from(ones - b'0'), rest))
        }
        _ => None,
    }
}
