// SPDX-License-Identifier: MIT

//! Times with their offset to UTC.

use serde::{Deserialize, Serialize};

use super::amounts::date_text;
use crate::calendar::Date;
use crate::mt::field::{Field, short_date};
use crate::mt::message::member::Value;

/// On which side of UTC.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sign {
    /// East.
    Plus,
    /// West.
    Minus,
}

/// When something must or did happen (field 13C).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct TimeIndication {
    /// What happens: `CLSTIME`, `RNCTIME` or `SNDTIME`.
    pub code: String,
    /// When, `HHMM`.
    pub time: String,
    /// Side of UTC.
    pub sign: Sign,
    /// Offset to UTC, `HHMM`.
    pub offset: String,
}

/// When an entry was made (field 13D).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct DateTimeIndication {
    /// On which day.
    pub date: Date,
    /// When, `HHMM`.
    pub time: String,
    /// Side of UTC.
    pub sign: Sign,
    /// Offset to UTC, `HHMM`.
    pub offset: String,
}

impl Sign {
    fn read(field: &Field) -> Option<Sign> {
        match field.part("sign")? {
            "+" => Some(Sign::Plus),
            "-" => Some(Sign::Minus),
            _ => None,
        }
    }

    fn text(self) -> &'static str {
        match self {
            Sign::Plus => "+",
            Sign::Minus => "-",
        }
    }
}

impl Value for TimeIndication {
    fn read(field: &Field) -> Option<TimeIndication> {
        let part = |name| field.part(name).map(str::to_string);
        Some(TimeIndication {
            code: part("code")?,
            time: part("time")?,
            sign: Sign::read(field)?,
            offset: part("offset")?,
        })
    }

    fn content(&self) -> String {
        format!("/{}/{}{}{}", self.code, self.time, self.sign.text(), self.offset)
    }
}

impl Value for DateTimeIndication {
    fn read(field: &Field) -> Option<DateTimeIndication> {
        let part = |name| field.part(name).map(str::to_string);
        let date = short_date(field.part("date")?)?;
        Some(DateTimeIndication { date, time: part("time")?, sign: Sign::read(field)?, offset: part("offset")? })
    }

    fn content(&self) -> String {
        format!("{}{}{}{}", date_text(self.date), self.time, self.sign.text(), self.offset)
    }
}
