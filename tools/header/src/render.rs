// SPDX-License-Identifier: MIT

//! The text of the header.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::{Context, Result, bail, ensure};
use qenex_abi::{QENEX_IOCTLS, ResultCode, ioctl_nr};

use crate::comment::comment;
use crate::expression::expression;
use crate::names::{Names, struct_name};
use crate::source::{Field, Item, Kind, Source};

/// What the header is about, before everything else.
const ABOUT: &str = "\
QENEX: the calls of /dev/qenex_banking.

Generated from the Rust source of qenex-abi; do not edit. To make it anew: cargo run -p qenex-header

A struct has the same layout for 32- and 64-bit programs. Set everything that is not used to zero, the reserved
fields above all: they are checked, so that a later version may give them a meaning. A designated initialiser or
memset does it.

Amounts are in minor units of the ISO 4217 currency (cents for 840, yen for 392), times are nanoseconds since
1970-01-01 UTC, unless said otherwise.

A call returns 0, or -1 with errno; the field `result` then says exactly why, see enum qenex_result.

Account numbers: a dense index from 1 followed by two ISO 7064 MOD 97-10 check digits, 02 to 98, so that the whole is
1 modulo 97. Every single wrong digit and every swap of two neighbours is noticed, and a mistyped number is refused
instead of reaching another customer.";

const BEGIN: &str = "\
#ifndef QENEX_H
#define QENEX_H

#include <stdint.h>
#include <sys/ioctl.h>
";

/// The header for `source`.
pub(crate) fn header(source: &Source) -> Result<String> {
    let names = Names::new(source.struct_names().map(str::to_string));
    let mut out = format!("/* SPDX-License-Identifier: MIT */\n{}{BEGIN}", comment(ABOUT, 0, &names)?);
    let mut ioctls = Vec::new();
    for module in source.modules.iter().filter(|module| !module.items.is_empty()) {
        if module.name != "lib" {
            // The first words of the module's documentation: `Moving money: the item of …`.
            let title = module.doc.split(['.', ':', ',', '\n']).next().unwrap_or(&module.name);
            write!(out, "\n/* ---- {title} ---- */\n")?;
        }
        for item in &module.items {
            match item {
                Item::Struct { name, doc, fields } => out += &structure(name, doc, fields, &names)?,
                Item::Number { name, doc, scalar, value } => {
                    let value = expression(value, *scalar).with_context(|| name.clone())?;
                    out += &define(name, doc, &value, &names)?;
                }
                Item::Text { name, doc, value } => out += &define(name, doc, &string(value), &names)?,
                Item::Ioctl { name, doc } => {
                    out += &define(name, doc, &ioctl(name)?, &names)?;
                    ioctls.push(name.as_str());
                }
            }
        }
    }
    let listed: Vec<_> = QENEX_IOCTLS.iter().map(|(_, name, _)| *name).collect();
    ensure!(ioctls == listed, "QENEX_IOCTLS lists {listed:?}, declared are {ioctls:?}");
    out += &results(source, &names)?;
    out += "\n#endif /* QENEX_H */\n";
    Ok(out)
}

fn define(name: &str, doc: &str, value: &str, names: &Names) -> Result<String> {
    let comment = comment(doc, 0, names).with_context(|| name.to_string())?;
    // A long "or" goes on one line per operand.
    let value = if value.len() > 80 { value.replace(" | ", " | \\\n\t") } else { value.to_string() };
    Ok(format!("\n{comment}#define {name} {value}\n"))
}

fn structure(name: &str, doc: &str, fields: &[Field], names: &Names) -> Result<String> {
    let mut out = format!("\n{}{} {{\n", comment(doc, 0, names).with_context(|| name.to_string())?, struct_name(name));
    for field in fields {
        let kind = match &field.kind {
            Kind::Scalar(scalar) => format!("{}int{}_t", if scalar.signed { "" } else { "u" }, scalar.bits),
            Kind::Struct(name) => struct_name(name),
        };
        out += &comment(&field.doc, 1, names).with_context(|| format!("{name}.{}", field.name))?;
        let length = field.len.map_or(String::new(), |len| format!("[{len}]"));
        writeln!(out, "\t{kind} {}{length};", field.name)?;
    }
    Ok(out + "};\n")
}

fn ioctl(name: &str) -> Result<String> {
    let Some((number, _, argument)) = QENEX_IOCTLS.iter().find(|(_, listed, _)| *listed == name) else {
        bail!("{name} is not in QENEX_IOCTLS");
    };
    let macro_name = match number >> 30 {
        0 => return Ok(format!("_IO('Q', {})", ioctl_nr(*number))),
        1 => "_IOW",
        2 => "_IOR",
        _ => "_IOWR",
    };
    Ok(format!("{macro_name}('Q', {}, struct {argument})", ioctl_nr(*number)))
}

fn result_name(code: ResultCode) -> String {
    format!("QENEX_{}", code.name().to_ascii_uppercase())
}

fn results(source: &Source, names: &Names) -> Result<String> {
    let mut taken: BTreeSet<String> = source
        .modules
        .iter()
        .flat_map(|module| &module.items)
        .filter_map(|item| match item {
            Item::Number { name, .. } | Item::Text { name, .. } | Item::Ioctl { name, .. } => Some(name.clone()),
            Item::Struct { .. } => None,
        })
        .collect();
    let mut out = "\n/* ---- Results ---- */\n\n".to_string();
    out += &comment(
        "Outcome of a call or of one item of a batch, and the errno with which a single call reports it. The name \
         states the rule that was broken. The codes are in order of precedence: if several rules are broken, the first \
         that applies to the call is returned.",
        0,
        names,
    )?;
    out += "enum qenex_result {\n";
    for code in ResultCode::ALL {
        let name = result_name(*code);
        ensure!(taken.insert(name.clone()), "{name} is the name of a constant as well");
        let errno = match code.errno() {
            0 => "no error".to_string(),
            number => source.errno_name(number).with_context(|| format!("no name for errno {number}"))?.to_string(),
        };
        out += &comment(&format!("{} [{errno}]", code.meaning()), 1, names)?;
        writeln!(out, "\t{name} = {},", *code as u32)?;
    }
    out += "};\n";
    out += &look_up("qenex_result_name", "The name of a result code, such as `amount_must_not_be_zero`.", |code| {
        code.name().to_string()
    });
    out += &look_up("qenex_result_meaning", "What a result code means, in a sentence or two.", |code| {
        code.meaning().to_string()
    });
    Ok(out)
}

fn look_up(function: &str, doc: &str, text: impl Fn(ResultCode) -> String) -> String {
    let cases: String = ResultCode::ALL
        .iter()
        .map(|code| format!("\tcase {}:\n\t\treturn {};\n", result_name(*code), string(&text(*code))))
        .collect();
    format!(
        "\n/* {doc} */\nstatic inline const char *{function}(uint32_t result)\n{{\n\tswitch (result) {{\n{cases}\
         \tdefault:\n\t\treturn \"unknown\";\n\t}}\n}}\n"
    )
}

fn string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
