// SPDX-License-Identifier: MIT

//! C and Rust agree on every size, offset, constant and ioctl number, for 64- and 32-bit programs.
//!
//! What is compared comes from the parser that makes the header, so that a new field or constant is compared without
//! anyone having to think of it.

mod support;

use std::fmt::Write as _;

use qenex_abi::ResultCode;
use qenex_header::struct_name;
use support::{C, CXX, assert_clean, compile, run};

struct StructLayout {
    name: &'static str,
    size: usize,
    align: usize,
    /// Name, offset and size.
    fields: Vec<(&'static str, usize, usize)>,
}

fn size_of_field<S, F>(_: fn(&S) -> &F) -> usize {
    size_of::<F>()
}

fn number(value: impl Into<u64>) -> u64 {
    value.into()
}

include!(concat!(env!("OUT_DIR"), "/layout.rs"));

fn result_name(code: ResultCode) -> String {
    format!("QENEX_{}", code.name().to_ascii_uppercase())
}

/// What Rust says, one fact a line.
fn rust_facts() -> Vec<String> {
    let mut facts = Vec::new();
    for layout in structs() {
        let c = struct_name(layout.name);
        facts.push(format!("{c} {} {}", layout.size, layout.align));
        facts.extend(layout.fields.iter().map(|(field, offset, size)| format!("{c} {field} {offset} {size}")));
    }
    facts.extend(numbers().iter().map(|(name, value)| format!("{name} {value}")));
    facts.extend(STRINGS.iter().map(|(name, value)| format!("{name} {value}")));
    for code in ResultCode::ALL {
        facts.push(format!("{} {} {} {}", result_name(*code), *code as u32, code.name(), code.meaning()));
    }
    facts
}

/// A program for C and C++ that prints the same.
fn program() -> String {
    let mut body = String::new();
    for layout in structs() {
        let c = struct_name(layout.name);
        line(&mut body, &format!("printf(\"{c} %zu %zu\\n\", sizeof({c}), alignof({c}));"));
        for (field, ..) in &layout.fields {
            let member = format!("sizeof((({c} *)0)->{field})");
            line(&mut body, &format!("printf(\"{c} {field} %zu %zu\\n\", offsetof({c}, {field}), {member});"));
        }
    }
    for (name, _) in numbers() {
        line(&mut body, &format!("printf(\"{name} %llu\\n\", (unsigned long long)({name}));"));
    }
    for (name, _) in STRINGS {
        line(&mut body, &format!("printf(\"{name} %s\\n\", {name});"));
    }
    for code in ResultCode::ALL {
        let name = result_name(*code);
        let number = format!("(unsigned){name}");
        line(
            &mut body,
            &format!(
                "printf(\"{name} %u %s %s\\n\", {number}, qenex_result_name({number}), qenex_result_meaning({number}));"
            ),
        );
    }
    format!(
        "#include <stdalign.h>\n#include <stddef.h>\n#include <stdio.h>\n#include <qenex.h>\n\
         int main(void)\n{{\n{body}\treturn 0;\n}}\n"
    )
}

fn line(body: &mut String, statement: &str) {
    writeln!(body, "\t{statement}").expect("a string takes text");
}

#[test]
fn c_and_cxx_agree_with_rust() {
    let expected = rust_facts();
    assert!(expected.len() > 200, "the parser lost something");
    for language in [C, CXX] {
        let found = run(language, &program());
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found, expected, "{language:?}");
        }
        assert_eq!(found.len(), expected.len());
    }
}

/// An unknown result is not a reason to crash.
#[test]
fn unknown_results_have_a_name() {
    let source = "#include <stdio.h>\n#include <qenex.h>\n\
        int main(void) { puts(qenex_result_name(4000000000u)); puts(qenex_result_meaning(4000000000u)); return 0; }\n";
    for language in [C, CXX] {
        assert_eq!(run(language, source), ["unknown", "unknown"]);
    }
}

/// Every field begins where the one before it ends. Rust here aligns every integer to its own size; a compiler that
/// aligns some to less, as 32-bit ones do with 64-bit integers, then has no reason for another layout.
#[test]
fn no_padding_under_any_alignment() {
    for layout in structs() {
        let mut end = 0;
        for (field, offset, size) in &layout.fields {
            assert_eq!(*offset, end, "{}.{field}", layout.name);
            end += size;
        }
        assert_eq!(end, layout.size, "{}", layout.name);
        assert_eq!(layout.size % 8, 0, "{}", layout.name);
    }
}

/// The same by a 32-bit compiler, where there is one. The C library's 32-bit headers are not needed: `stdint.h` is the
/// compiler's own when freestanding, and `sys/ioctl.h` is replaced by the kernel's part of it.
#[test]
fn same_layout_for_32_bit_programs() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let system = directory.path().join("sys");
    std::fs::create_dir(&system).expect("the directory takes another");
    std::fs::write(system.join("ioctl.h"), "#include <asm-generic/ioctl.h>\n").expect("the directory takes a file");
    let include = format!("-isystem{}", directory.path().display());
    let options = ["-m32", "-ffreestanding", "-fsyntax-only", include.as_str()];

    let probe = "#include <stdint.h>\n#include <sys/ioctl.h>\n_Static_assert(sizeof(void *) == 4, \"\");\n";
    let output = compile(C, directory.path(), probe, &options);
    if !output.status.success() {
        eprintln!("no 32-bit compiler here: {}", String::from_utf8_lossy(&output.stderr));
        return;
    }

    let mut source = "#include <stddef.h>\n#include <qenex.h>\n".to_string();
    for layout in structs() {
        let c = struct_name(layout.name);
        writeln!(source, "_Static_assert(sizeof({c}) == {}, \"size of {c}\");", layout.size).expect("text");
        for (field, offset, _) in &layout.fields {
            writeln!(source, "_Static_assert(offsetof({c}, {field}) == {offset}, \"{c}.{field}\");").expect("text");
        }
    }
    for (name, value) in numbers() {
        writeln!(source, "_Static_assert(({name}) == {value}u, \"{name}\");").expect("text");
    }
    // A number of 64 bits has no suffix u on a 32-bit machine.
    let source = source.replace(&format!("{}u", u64::MAX), &format!("{}ULL", u64::MAX));
    assert_clean(C, &compile(C, directory.path(), &source, &options));
}
