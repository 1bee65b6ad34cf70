// SPDX-License-Identifier: MIT

//! The fields of a text block.

use super::{RawBlock, Source};
use crate::mt::report::{Place, Report, quoted};

/// A field as it stands in the file: tag, content, and where both begin.
pub(in crate::mt) struct RawField<'s> {
    pub(in crate::mt) tag: &'s str,
    pub(in crate::mt) content: &'s [u8],
    pub(in crate::mt) at: usize,
    pub(in crate::mt) content_at: usize,
}

/// Cuts the text at lines that begin with a tag between colons.
pub(in crate::mt) fn split<'s>(
    block: &RawBlock<'s>,
    source: &Source<'_>,
    place: &Place,
    report: &mut Report<'_>,
) -> Vec<RawField<'s>> {
    const RULE: &str = "FIN text block";
    let text = block.content;
    let within = |at: usize| place.within("4", source.position(block.content_at + at));
    if !block.ends_with_line {
        report.error("mt-end", &within(text.len()), RULE, || "the text must end with -} on a line of its own".into());
    }
    let bare =
        memchr::memchr_iter(b'\n', text).find(|at| at.checked_sub(1).and_then(|at| text.get(at)) != Some(&b'\r'));
    if let Some(at) = bare {
        report.warning("mt-line-end", &within(at), RULE, || {
            "lines must end with carriage return and line feed; here they end with line feed alone".into()
        });
    }
    let mut fields: Vec<RawField<'s>> = Vec::new();
    let mut line_at = 0;
    while line_at < text.len() {
        let rest = text.get(line_at..).unwrap_or_default();
        let next = memchr::memchr(b'\n', rest).map_or(text.len(), |end| line_at + end + 1);
        if let Some(tag) = tag(rest) {
            let content_at = line_at + tag.len() + 2;
            fields.push(RawField {
                tag,
                content: text.get(content_at..).unwrap_or_default(),
                at: block.content_at + line_at,
                content_at: block.content_at + content_at,
            });
        } else if rest.first() == Some(&b':') {
            report.error("T13", &within(line_at), RULE, || {
                let line = text.get(line_at..next).unwrap_or_default();
                format!("{} begins with a colon but not with a tag such as :32A:", quoted(line))
            });
        } else if fields.is_empty() && line_at > 0 {
            report.error("mt-block", &within(line_at), RULE, || "text stands before the first field".into());
        }
        if line_at == 0 && !matches!(rest, [b'\n', ..] | [b'\r', b'\n', ..]) {
            report.error("mt-block", &within(0), RULE, || "the first field must begin on a new line".into());
        }
        line_at = next;
    }
    // Each field ends where the next begins; the line break before that is not part of it.
    let ends: Vec<usize> = fields.iter().skip(1).map(|field| field.at).collect();
    let last = block.content_at + text.len();
    for (field, end) in fields.iter_mut().zip(ends.into_iter().chain([last])) {
        let content = field.content.get(..end.saturating_sub(field.content_at)).unwrap_or(field.content);
        let content = content.strip_suffix(b"\n").unwrap_or(content);
        field.content = content.strip_suffix(b"\r").unwrap_or(content);
    }
    fields
}

/// The tag that a line begins with: two digits, and a letter or none.
fn tag(line: &[u8]) -> Option<&str> {
    let rest = line.strip_prefix(b":")?;
    let end = memchr::memchr(b':', rest.get(..4).unwrap_or(rest))?;
    let tag = rest.get(..end)?;
    let of_form = match tag {
        [a, b] => a.is_ascii_digit() && b.is_ascii_digit(),
        [a, b, option] => a.is_ascii_digit() && b.is_ascii_digit() && option.is_ascii_uppercase(),
        _ => false,
    };
    if of_form { std::str::from_utf8(tag).ok() } else { None }
}
