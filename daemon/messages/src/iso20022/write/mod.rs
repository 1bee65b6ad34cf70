// SPDX-License-Identifier: MIT

//! Writing XML.

mod writer;

pub use writer::Writer;
