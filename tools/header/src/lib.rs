// SPDX-License-Identifier: MIT

//! The C header of QENEX, made from the Rust source of qenex-abi, so that there is one place where the boundary to
//! the kernel is written down.

#![forbid(unsafe_code)]

mod comment;
mod expression;
mod names;
mod reference;
mod render;
pub mod source;

use std::path::PathBuf;

use anyhow::Result;

pub use names::struct_name;

/// Where the header belongs.
pub fn header_path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../qenex-abi/include/qenex.h")
}

/// Where the page about the calls belongs.
pub fn reference_path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/abi.md")
}

/// The page about the calls as the source wants it now.
///
/// # Errors
///
/// As [`generate`].
pub fn reference() -> Result<String> {
    reference::page(&generate()?)
}

/// The header as the source wants it now.
///
/// # Errors
///
/// If the source declares or refers to something that has no place in C.
pub fn generate() -> Result<String> {
    render::header(&source::Source::read(&source::directory())?)
}
