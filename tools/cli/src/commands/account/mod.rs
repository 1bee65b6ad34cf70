// SPDX-License-Identifier: MIT

//! `qenex account`.

mod create;
mod list;
mod show;
mod table;

pub(crate) use create::create;
pub(crate) use list::{Filter, list};
pub(crate) use show::show;
