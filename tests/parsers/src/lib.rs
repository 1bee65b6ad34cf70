// SPDX-License-Identifier: MIT

//! Whatever decodes bytes that come from elsewhere: callers of the device, files, clients of the API.
//!
//! Each target takes any bytes and panics if what must hold does not. `fuzz/run` gives them random ones for hours; `corpus/` has
//! what is worth trying each time, which the tests of this crate do.
//!
//! Where a checksum would keep random bytes out, the target makes it right: what lies behind it is decoded, too.

#![forbid(unsafe_code)]

mod abi;
mod bytes;
mod calls;
mod export;
mod http;
mod journal;
mod restoring;
mod snapshot;
mod tokens;

/// A target.
pub type Target = fn(&[u8]);

/// All targets by name.
pub const TARGETS: [(&str, Target); 8] = [
    ("abi", abi::run),
    ("calls", calls::run),
    ("restoring", restoring::run),
    ("journal", journal::run),
    ("snapshot", snapshot::run),
    ("export", export::run),
    ("http", http::run),
    ("tokens", tokens::run),
];
