// SPDX-License-Identifier: MIT

//! What a payment looks like, seen from the past of the accounts in it.
//!
//! [`History`] follows the ledger event by event; [`History::look`] describes a payment by what happened before it, and
//! changes nothing. Training and serving use the same function, and whoever gives the same events in the same order gets
//! the same numbers to the last bit. A row holds only finite numbers: what is missing has a value of its own, told at each
//! [`Feature`].

mod account;
mod error;
mod history;
mod journal;
mod partners;
mod payment;
mod schema;
mod window;

pub use error::FeatureError;
pub use history::{History, Row};
pub use journal::available;
pub use payment::{Channel, Context, Country, Event, MOST_AMOUNT, Payment};
pub use schema::{FEATURES, Feature, names, schema_hash};
pub use window::{Total, Window};
