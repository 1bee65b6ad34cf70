// SPDX-License-Identifier: MIT

//! Reading one field by its format.

use super::table::format;
use super::{Field, checks, party};
use crate::mt::envelope::{RawField, Source};
use crate::mt::layout::Kind;
use crate::mt::report::{Place, Report, quoted};

/// Reads a field and checks its parts. `place` is where its tag stands.
pub(in crate::mt) fn read(
    raw: &RawField<'_>,
    kind: Kind,
    place: Place,
    source: &Source<'_>,
    report: &mut Report<'_>,
) -> Field {
    let content = String::from_utf8_lossy(raw.content).replace("\r\n", "\n");
    let mut field = Field { tag: raw.tag.to_string(), content, place, ..Field::default() };
    let Some(format) = format(raw.tag) else { return field };
    let line_place = |at: usize| {
        let before = raw.content.get(..at).unwrap_or_default();
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        field.place.within(&format!("line[{line}]"), source.position(raw.content_at + at))
    };
    let parts = match format.notation.matches(raw.content) {
        Ok(parts) => parts,
        Err(mismatch) => {
            let tail = raw.content.get(mismatch.at..).unwrap_or_default();
            let number_before = raw.content.get(mismatch.at.saturating_sub(12)..mismatch.at).unwrap_or_default();
            let digits = |byte: &u8| byte.is_ascii_digit() || *byte == b',';
            let too_long = format.text.contains('d')
                && number_before.len() == 12
                && number_before.iter().all(digits)
                && tail.first().is_some_and(digits);
            let code = if too_long { "T43" } else { "mt-format" };
            report.error(code, &line_place(mismatch.at), "field format", || {
                let found =
                    if tail.is_empty() { "it ends".to_string() } else { format!("{} stands there", quoted(tail)) };
                format!(":{}: is {}; there must be {}, but {found}", raw.tag, shown(format.text), mismatch.expected)
            });
            return field;
        }
    };
    let places: Vec<Place> = parts.iter().map(|part| line_place(part.from)).collect();
    for part in &parts {
        // A format has only sets of ASCII, so that nothing is replaced here.
        let value = String::from_utf8_lossy(raw.content.get(part.from..part.to).unwrap_or_default()).into_owned();
        field.parts.push((part.name, value.replace("\r\n", "\n")));
    }
    checks::check(&field, &places, kind, report);
    party::check(&field, &places, report);
    field
}

/// A format as the handbook writes it, without the names of parts.
fn shown(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_inclusive(['=', ' ']) {
        if let Some(named) = word.strip_suffix('=') {
            out.push_str(named.trim_end_matches(|character: char| character.is_ascii_lowercase()));
        } else {
            out.push_str(word.trim_end());
        }
    }
    out.replace('~', "")
}
