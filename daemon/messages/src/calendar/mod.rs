// SPDX-License-Identifier: MIT

//! Days, and on which of them banks settle.

mod date;
mod target;

pub use date::{Date, Weekday};
pub use target::{closing_day, is_business_day, next_business_day};
