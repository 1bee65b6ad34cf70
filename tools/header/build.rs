// SPDX-License-Identifier: MIT

//! Writes `layout.rs` for the tests: every struct and constant that the parser finds, asked from the compiler.

#![forbid(unsafe_code)]

#[path = "src/source.rs"]
#[allow(dead_code, unreachable_pub)]
mod source;

use std::fmt::Write as _;
use std::path::PathBuf;

use source::{Item, Source};

fn main() -> anyhow::Result<()> {
    let directory = source::directory();
    println!("cargo::rerun-if-changed={}", directory.display());
    let source = Source::read(&directory)?;

    let mut structs = String::new();
    let mut numbers = String::new();
    let mut strings = String::new();
    for item in source.modules.iter().flat_map(|module| &module.items) {
        match item {
            Item::Struct { name, fields, .. } => {
                let rust = format!("qenex_abi::{name}");
                writeln!(
                    structs,
                    "StructLayout {{ name: {name:?}, size: size_of::<{rust}>(), align: align_of::<{rust}>(), \
                     fields: vec!["
                )?;
                for field in fields {
                    let field = &field.name;
                    writeln!(
                        structs,
                        "(\"{field}\", ::core::mem::offset_of!({rust}, {field}), \
                         size_of_field(|s: &{rust}| &s.{field})),"
                    )?;
                }
                writeln!(structs, "] }},")?;
            }
            Item::Text { name, .. } => writeln!(strings, "({name:?}, qenex_abi::{name}),")?,
            Item::Number { name, .. } | Item::Ioctl { name, .. } => {
                writeln!(numbers, "({name:?}, number(qenex_abi::{name})),")?;
            }
        }
    }
    let out = PathBuf::from(std::env::var("OUT_DIR")?).join("layout.rs");
    std::fs::write(
        out,
        format!(
            "fn structs() -> Vec<StructLayout> {{ vec![\n{structs}] }}\n\
             fn numbers() -> Vec<(&'static str, u64)> {{ vec![\n{numbers}] }}\n\
             const STRINGS: &[(&str, &str)] = &[\n{strings}];\n"
        ),
    )?;
    Ok(())
}
