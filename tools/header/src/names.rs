// SPDX-License-Identifier: MIT

//! What things are called in C.

use std::collections::BTreeSet;

use anyhow::{Result, bail};

/// The names of the wire structs.
pub(crate) struct Names {
    structs: BTreeSet<String>,
}

impl Names {
    pub(crate) fn new(structs: impl IntoIterator<Item = String>) -> Names {
        Names { structs: structs.into_iter().collect() }
    }

    /// What `link` of the Rust documentation is in C.
    ///
    /// # Errors
    ///
    /// If it is nothing there.
    pub(crate) fn resolve(&self, link: &str) -> Result<String> {
        let link = link.strip_prefix("crate::").unwrap_or(link);
        let (name, field) = link.split_once("::").map_or((link, None), |(name, field)| (name, Some(field)));
        Ok(match (name, field) {
            (name, Some(field)) if self.structs.contains(name) => format!("{field} of {}", struct_name(name)),
            (name, None) if self.structs.contains(name) => struct_name(name),
            (name, None) if name.starts_with("QENEX_") => name.to_string(),
            ("ResultCode", None) => "enum qenex_result".to_string(),
            ("AccountNumber", None) => "\"Account numbers\" above".to_string(),
            _ => bail!("nothing in C is called {link}"),
        })
    }
}

/// `TransferRequest` is `struct qenex_transfer_request`.
pub fn struct_name(rust: &str) -> String {
    let mut name = "struct qenex".to_string();
    for c in rust.chars() {
        if c.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(c.to_ascii_lowercase());
    }
    name
}
