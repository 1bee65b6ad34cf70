// SPDX-License-Identifier: MIT

//! Compiles the tables in `schema/` into static Rust values, so that nothing is read or allocated for them at run time.

#![forbid(unsafe_code)]

#[path = "build/emit.rs"]
mod emit;
#[path = "build/notation.rs"]
mod notation;
#[path = "build/pattern.rs"]
mod pattern;
#[path = "build/scope.rs"]
mod scope;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// The folder with the tables.
const TABLES: &str = "schema";

fn main() {
    println!("cargo:rerun-if-changed={TABLES}");
    println!("cargo:rerun-if-changed=build");
    let mut common = Vec::new();
    let mut messages = Vec::new();
    for path in tables() {
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let table = notation::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        match table.message {
            None => common.extend(table.types),
            Some(message) => messages.push((message, table.types)),
        }
    }
    let schemas =
        messages.into_iter().map(|(message, own)| scope::Schema::new(message, own, &common)).collect::<Vec<_>>();
    let source = emit::source(&scope::shared(&common), &schemas, &codes());
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(out.join("tables.rs"), source).expect("the output folder can be written");
}

/// The external code sets.
fn codes() -> BTreeMap<String, Vec<String>> {
    let text = fs::read_to_string(Path::new(TABLES).join("external.codes")).expect("the external codes are there");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let mut words = line.split(' ').map(String::from);
            (words.next().expect("split yields a first word"), words.collect())
        })
        .collect()
}

/// The table files in a fixed order.
fn tables() -> Vec<PathBuf> {
    let entries = fs::read_dir(Path::new(TABLES)).expect("the folder of the tables is there");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("the folder of the tables can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    paths.sort();
    paths
}
