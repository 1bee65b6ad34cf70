// SPDX-License-Identifier: MIT

//! The header as a page to read: every call, struct, field with its place, number and result code.
//!
//! It is made of the header's own text, which is made of the source: what is declared there is here, in the same words.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::{Context, Result, bail};

const HEAD: &str = "\
# The calls of /dev/qenex_banking

Generated from the Rust source of qenex-abi, as [`qenex.h`](../qenex-abi/include/qenex.h) is; do not edit. To make it anew: cargo \
run -p qenex-header

A call returns 0, or -1 with errno; the field `result` of its struct then says exactly why. Everything that is not used must be \
zero. Amounts are in minor units of the currency, times nanoseconds since 1970-01-01 UTC, unless said otherwise. Layouts are the \
same for 32- and 64-bit programs.
";

/// A struct's field.
struct Field<'h> {
    ty: &'h str,
    name: &'h str,
    length: u64,
    meaning: String,
}

/// The page for a header.
///
/// # Errors
///
/// If the header has something that is not known here.
pub(crate) fn page(header: &str) -> Result<String> {
    let mut out = HEAD.to_owned();
    let mut sizes = BTreeMap::from([("uint8_t", 1), ("uint16_t", 2), ("uint32_t", 4), ("uint64_t", 8), ("int64_t", 8)]);
    // Structs are declared by section, not by need: sizes first.
    let mut structs = structs(header)?;
    while let Some(ready) =
        structs.iter().position(|(_, fields)| fields.iter().all(|field| sizes.contains_key(field.ty)))
    {
        let (name, fields) = structs.remove(ready);
        sizes.insert(name, fields.iter().map(|field| sizes[field.ty] * field.length).sum());
    }
    if let Some((name, _)) = structs.first() {
        bail!("{name} has a field of a type that is not known");
    }
    let body = header.find("#include <sys/ioctl.h>").context("the header includes nothing")?;
    let mut lines = header[body..].lines().peekable();
    let mut said = String::new();
    let mut table = false;
    while let Some(line) = lines.next() {
        if let Some(title) = line.strip_prefix("/* ---- ").and_then(|rest| rest.strip_suffix(" ---- */")) {
            write!(out, "\n## {title}\n")?;
            table = false;
        } else if line.trim_start().starts_with("/*") {
            said = comment(line, &mut lines);
        } else if let Some(definition) = line.strip_prefix("#define ") {
            let (name, value) = definition.split_once(' ').unwrap_or((definition, ""));
            if name.contains('(') || value.is_empty() {
                continue;
            }
            if !table {
                out.push_str("\n| name | value | meaning |\n| --- | --- | --- |\n");
                table = true;
            }
            writeln!(out, "| `{name}` | `{value}` | {} |", cell(&said))?;
            said.clear();
        } else if let Some(name) = line.strip_prefix("struct ").and_then(|rest| rest.strip_suffix(" {")) {
            let size = sizes.get(name).copied().unwrap_or_default();
            write!(
                out,
                "\n### struct {name}\n\n{said}\n\n{size} bytes.\n\n| at | field | type | meaning |\n| ---: | --- | --- | --- |\n"
            )?;
            let mut at = 0;
            for field in fields(&mut lines)? {
                let Field { ty, name, length, meaning } = field;
                let array = if length == 1 { String::new() } else { format!("[{length}]") };
                writeln!(out, "| {at} | `{name}` | `{ty}{array}` | {} |", cell(&meaning))?;
                at += sizes[ty] * length;
            }
            said.clear();
            table = false;
        } else if line.starts_with("enum ") {
            write!(out, "\n{said}\n\n| number | name | errno | meaning |\n| ---: | --- | --- | --- |\n")?;
            results(&mut out, &mut lines)?;
            break;
        }
    }
    Ok(out)
}

/// Result codes up to the end of the enum.
fn results<'h>(out: &mut String, lines: &mut std::iter::Peekable<impl Iterator<Item = &'h str>>) -> Result<()> {
    let mut said = String::new();
    while let Some(line) = lines.next() {
        let line = line.trim();
        if line.starts_with("/*") {
            said = comment(line, lines);
        } else if let Some((name, number)) = line.trim_end_matches(',').split_once(" = ") {
            let (meaning, errno) = said.rsplit_once(" [").with_context(|| format!("{name} has no errno"))?;
            writeln!(out, "| {number} | `{name}` | {} | {} |", errno.trim_end_matches(']'), cell(meaning))?;
        } else if line.starts_with('}') {
            return Ok(());
        }
    }
    bail!("the enum has no end")
}

fn structs(header: &str) -> Result<Vec<(&str, Vec<Field<'_>>)>> {
    let mut found = Vec::new();
    let mut lines = header.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("struct ").and_then(|rest| rest.strip_suffix(" {")) {
            found.push((name, fields(&mut lines)?));
        }
    }
    Ok(found)
}

/// Fields up to the end of the struct.
fn fields<'h>(lines: &mut std::iter::Peekable<impl Iterator<Item = &'h str>>) -> Result<Vec<Field<'h>>> {
    let (mut found, mut said) = (Vec::new(), String::new());
    while let Some(line) = lines.next() {
        let line = line.trim();
        if line.starts_with("/*") {
            said = comment(line, lines);
        } else if line.starts_with('}') {
            return Ok(found);
        } else if let Some((ty, declared)) = line.trim_end_matches(';').trim_start_matches("struct ").split_once(' ') {
            let (name, length) = match declared.split_once('[') {
                Some((name, length)) => (name, length.trim_end_matches(']').parse().context("length of an array")?),
                None => (declared, 1),
            };
            found.push(Field { ty, name, length, meaning: std::mem::take(&mut said) });
        }
    }
    bail!("a struct has no end")
}

/// The text of a comment that begins with `line`.
fn comment<'h>(line: &str, lines: &mut std::iter::Peekable<impl Iterator<Item = &'h str>>) -> String {
    let mut text = line.trim().trim_start_matches("/*").to_owned();
    while !text.trim_end().ends_with("*/") {
        let Some(next) = lines.next() else { break };
        let next = next.trim();
        let next =
            next.strip_prefix("* ").or(next.strip_prefix('*').filter(|rest| !rest.starts_with('/'))).unwrap_or(next);
        // An empty line between two paragraphs stays one.
        text.push_str(if next.is_empty() { "\n\n" } else { " " });
        text.push_str(next.trim());
    }
    let text = text.trim_end().trim_end_matches("*/").trim();
    text.split("\n\n").map(str::trim).collect::<Vec<_>>().join("\n\n")
}

/// A text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace("\n\n", " ").replace('|', "\\|")
}
