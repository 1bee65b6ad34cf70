// SPDX-License-Identifier: MIT

//! The attributes of a start tag (XML 1.0, 3.1 and 3.3.3).

use super::characters::{self, is_space};
use super::{XmlError, reader};

/// Calls `take` with name and value of each attribute in the bytes between an element's name and the end of its tag.
pub(super) fn parse(bytes: &[u8], mut take: impl FnMut(&str, String) -> Result<(), XmlError>) -> Result<(), XmlError> {
    let mut rest = characters::text(bytes)?;
    loop {
        let trimmed = rest.trim_start_matches(|character| u8::try_from(character).is_ok_and(is_space));
        if trimmed.is_empty() {
            return Ok(());
        }
        if trimmed.len() == rest.len() {
            return Err(XmlError::ill_formed("there must be white space before an attribute"));
        }
        let (name, after) = trimmed.split_once('=').ok_or_else(|| XmlError::ill_formed("an attribute has no value"))?;
        let after = after.trim_ascii_start();
        let quote = after.chars().next().filter(|quote| matches!(quote, '"' | '\''));
        let quote = quote.ok_or_else(|| XmlError::ill_formed("the value of an attribute is not quoted"))?;
        let (raw, after) = after[1..]
            .split_once(quote)
            .ok_or_else(|| XmlError::ill_formed("the value of an attribute does not end"))?;
        take(name.trim_ascii_end(), value(raw)?)?;
        rest = after;
    }
}

/// The value of an attribute: references resolved, white space that is written as such replaced by spaces.
fn value(raw: &str) -> Result<String, XmlError> {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(['&', '<', '\t', '\r', '\n']) {
        out.push_str(&rest[..at]);
        rest = match rest.as_bytes()[at] {
            b'<' => return Err(XmlError::ill_formed("the value of an attribute contains <")),
            b'&' => {
                let (name, after) = rest[at + 1..]
                    .split_once(';')
                    .ok_or_else(|| XmlError::ill_formed("a reference does not end: write &amp; for &"))?;
                out.push(reader::reference(name)?);
                after
            }
            b'\r' if rest[at + 1..].starts_with('\n') => {
                out.push(' ');
                &rest[at + 2..]
            }
            _ => {
                out.push(' ');
                &rest[at + 1..]
            }
        };
    }
    out.push_str(rest);
    Ok(out)
}
