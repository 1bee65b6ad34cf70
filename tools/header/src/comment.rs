// SPDX-License-Identifier: MIT

//! Rust documentation as C comments.

use anyhow::{Result, bail, ensure};

use crate::names::Names;

/// Columns that the header keeps to.
const WIDTH: usize = 100;

/// `doc` as a comment before a declaration that is indented by `tabs`.
///
/// # Errors
///
/// If a link names something that the header does not have.
pub(crate) fn comment(doc: &str, tabs: usize, names: &Names) -> Result<String> {
    let text = resolve_links(doc, names)?;
    ensure!(!text.contains("*/") && !text.contains("/*"), "a comment cannot hold: {text}");
    let indent = "\t".repeat(tabs);
    // A tab counts for eight columns.
    let room = WIDTH - 8 * tabs;
    let lines = wrap(&text, room - " * ".len());
    Ok(match lines.as_slice() {
        [] => String::new(),
        [line] if line.len() + "/*  */".len() <= room => format!("{indent}/* {line} */\n"),
        lines => {
            let body: String =
                lines.iter().map(|line| format!("{indent} * {line}").trim_end().to_string() + "\n").collect();
            format!("{indent}/*\n{body}{indent} */\n")
        }
    })
}

/// Replaces ``[`Name`]``, and the names of types, by what C calls them.
fn resolve_links(doc: &str, names: &Names) -> Result<String> {
    let mut text = String::new();
    let mut rest = doc;
    while let Some((before, after)) = rest.split_once("[`") {
        let Some((link, after)) = after.split_once("`]") else { bail!("a link without an end: {doc}") };
        text.push_str(before);
        text.push_str(&names.resolve(link)?);
        rest = after;
    }
    text.push_str(rest);
    for (rust, c) in [
        ("a enum", "an enum"),
        ("A enum", "An enum"),
        ("`u16`", "`uint16_t`"),
        ("`u32`", "`uint32_t`"),
        ("`u64`", "`uint64_t`"),
        ("`i64`", "`int64_t`"),
    ] {
        text = text.replace(rust, c);
    }
    Ok(text)
}

/// Fills paragraphs and list items to `width` columns.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut hanging = "";
    // Whether the next word begins a line of its own.
    let mut fresh = true;
    for source in text.lines() {
        let source = source.trim();
        if source.is_empty() {
            lines.push(String::new());
            (fresh, hanging) = (true, "");
            continue;
        }
        if source.starts_with("* ") {
            (fresh, hanging) = (true, "  ");
        }
        for word in source.split(' ') {
            match lines.last_mut() {
                Some(line) if !fresh && line.chars().count() + 1 + word.chars().count() <= width => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ if fresh => lines.push(word.to_string()),
                _ => lines.push(format!("{hanging}{word}")),
            }
            fresh = false;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_paragraphs_and_lists() {
        let text = "one two\nthree four\n\n* five six seven\n* eight";
        assert_eq!(wrap(text, 9), ["one two", "three", "four", "", "* five", "  six", "  seven", "* eight"]);
    }

    #[test]
    fn links_must_resolve() {
        let names = Names::new(["Transfer".to_string()]);
        let doc = "See [`crate::Transfer`] and [`QENEX_BATCH`].";
        assert_eq!(resolve_links(doc, &names).expect("known"), "See struct qenex_transfer and QENEX_BATCH.");
        assert!(resolve_links("See [`Vec`].", &names).is_err());
    }
}
