// SPDX-License-Identifier: MIT

//! Messages of the banking world: ISO 20022 read, written and judged; the identifiers in them; the rules of schemes.
#![forbid(unsafe_code)]

pub mod amount;
pub mod calendar;
pub mod finding;
pub mod identifiers;
pub mod iso20022;
mod judge;
pub mod mt;
pub mod rules;
pub mod translate;
pub mod xml;

pub use judge::{Verdict, judge};
