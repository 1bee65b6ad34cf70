// SPDX-License-Identifier: MIT

//! The HTTP API on the real ledger, inside this process, with the real store, writer, follower and books.

mod approvals;
mod events;
mod formats;
mod harness;
mod idempotency;
mod input;
mod learning;
mod limits;
mod logins;
mod messages;
mod programs;
mod property;
mod reviews;
mod rights;
