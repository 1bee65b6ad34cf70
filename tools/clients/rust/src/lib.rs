// SPDX-License-Identifier: MIT

//! QENEX from Rust: [`device`] is the ledger in the kernel, [`Client`] the daemon's HTTP API.

#![forbid(unsafe_code)]

mod client;
mod error;
mod request;

pub use client::{Answer, Client};
pub use error::ApiError;
pub use hyper::Method;
pub use qenex_device as device;
pub use request::{Body, Request};
