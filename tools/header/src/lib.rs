// SPDX-License-Identifier: MIT

//! The C header of QENEX, its page for readers and the same for other languages, made from the Rust source of qenex-abi,
//! so that there is one place where the boundary to the kernel is written down.

#![forbid(unsafe_code)]

mod clients;
mod comment;
mod expression;
mod names;
mod number;
mod reference;
mod render;
pub mod source;

use std::path::PathBuf;

use anyhow::Result;

pub use names::struct_name;

/// Where the header belongs.
pub fn header_path() -> PathBuf {
    repository().join("qenex-abi/include/qenex.h")
}

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The header as the source wants it now.
///
/// # Errors
///
/// If the source declares or refers to something that has no place in C.
pub fn generate() -> Result<String> {
    render::header(&source::Source::read(&source::directory())?)
}

/// A file that is made of the source.
pub struct Product {
    /// Where it belongs.
    pub path: PathBuf,
    /// Its text as the source wants it now.
    pub text: String,
}

/// Everything that is made of the source.
///
/// # Errors
///
/// As [`generate`].
pub fn products() -> Result<Vec<Product>> {
    let source = source::Source::read(&source::directory())?;
    let header = render::header(&source)?;
    let page = reference::page(&header)?;
    let product = |path: &str, text| Product { path: repository().join(path), text };
    Ok(vec![
        Product { path: header_path(), text: header },
        product("docs/abi.md", page),
        product("tools/clients/python/qenex/abi.py", clients::python(&source)?),
        product("tools/clients/go/abi.go", clients::go(&source)?),
    ])
}
