// SPDX-License-Identifier: MIT

//! Running C and C++ compilers on the header.

#![allow(dead_code)]

use std::path::Path;
use std::process::{Command, Output};

/// What every program has to be clean under.
pub(crate) const WARNINGS: &[&str] = &["-Wall", "-Wextra", "-Werror", "-pedantic"];

/// A language that the header is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Language {
    /// Variable that names another compiler.
    variable: &'static str,
    /// Compiler if the variable is not set.
    compiler: &'static str,
    /// What the compiler calls the language.
    name: &'static str,
    /// Option for its version.
    standard: &'static str,
}

/// C11, the oldest C that the header is for.
pub(crate) const C: Language = Language { variable: "CC", compiler: "gcc", name: "c", standard: "-std=c11" };
/// C++17, the oldest C++ that the header is for.
pub(crate) const CXX: Language = Language { variable: "CXX", compiler: "g++", name: "c++", standard: "-std=c++17" };

/// Compiles `source`, written into `directory`, with `options` more.
pub(crate) fn compile(language: Language, directory: &Path, source: &str, options: &[&str]) -> Output {
    let file = directory.join("program.txt");
    std::fs::write(&file, source).expect("the directory takes a file");
    let header = qenex_header::header_path();
    let include = header.parent().expect("the header is in a directory");
    let compiler = std::env::var(language.variable).unwrap_or_else(|_| language.compiler.to_string());
    Command::new(&compiler)
        .args([language.standard, "-x", language.name])
        .args(WARNINGS)
        .arg("-I")
        .arg(include)
        .args(options)
        .arg(&file)
        .output()
        .unwrap_or_else(|error| panic!("{compiler} is needed for this test: {error}"))
}

/// Compiles `source`, which must succeed, runs it, and returns its lines.
pub(crate) fn run(language: Language, source: &str) -> Vec<String> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let program = directory.path().join("program");
    let output = compile(language, directory.path(), source, &["-o", program.to_str().expect("a plain path")]);
    assert_clean(language, &output);
    let output = Command::new(&program).output().expect("the program starts");
    assert!(output.status.success(), "{language:?}: {output:?}");
    String::from_utf8(output.stdout).expect("text").lines().map(str::to_string).collect()
}

/// Fails unless the compiler was content.
pub(crate) fn assert_clean(language: Language, output: &Output) {
    assert!(output.status.success(), "{language:?}:\n{}", String::from_utf8_lossy(&output.stderr));
}
