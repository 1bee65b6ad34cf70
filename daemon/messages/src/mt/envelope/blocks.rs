// SPDX-License-Identifier: MIT

//! Blocks of tagged values: user header and trailers.

use super::{RawBlock, Source};
use crate::identifiers::Uetr;
use crate::mt::notation::Notation;
use crate::mt::report::{Place, Report, quoted};

/// A value in braces with its tag, such as `{108:REF1}`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tagged {
    /// The tag.
    pub tag: String,
    /// The value, empty in `{PDE:}`.
    pub value: String,
    /// Where it is.
    pub place: Place,
}

/// Tags of the user header and their formats.
const USER: &[(&str, &str)] = &[
    ("103", "3!c"),
    ("106", "6!n12!c4!n6!n"),
    ("108", "16x"),
    ("111", "3!n"),
    ("113", "4!x"),
    ("115", "32x"),
    ("119", "8c"),
    ("121", "36x"),
    ("165", "/3!c/34x"),
    ("423", "12!n[3n]"),
    ("424", "16x"),
    ("433", "/3!a/[20x]"),
    ("434", "/3!a/[20x]"),
];

/// Tags of trailers and their formats; an empty one may stand alone.
const TRAILERS: &[(&str, &str)] = &[
    ("CHK", "12!h"),
    ("DLM", ""),
    ("MAC", "8!h"),
    ("MRF", "6!n4!n6!n12!c4!n6!n"),
    ("PDE", "[4!n6!n12!c4!n6!n]"),
    ("PDM", "[4!n6!n12!c4!n6!n]"),
    ("SYS", "[4!n6!n12!c4!n6!n]"),
    ("TNG", ""),
];

/// Values of the user header.
pub(in crate::mt) fn user(
    block: &RawBlock<'_>,
    source: &Source<'_>,
    place: &Place,
    report: &mut Report<'_>,
) -> Vec<Tagged> {
    let fields = tagged(block, source, place, report);
    check(&fields, USER, "FIN user header", report);
    for field in fields.iter().filter(|field| field.tag == "121") {
        if let Err(error) = field.value.parse::<Uetr>() {
            report.error("mt-uetr", &field.place, "FIN user header, field 121", || {
                format!("the reference {error}: write a version 4 UUID in lower case")
            });
        }
    }
    fields
}

/// Trailers.
pub(in crate::mt) fn trailers(
    block: &RawBlock<'_>,
    source: &Source<'_>,
    place: &Place,
    report: &mut Report<'_>,
) -> Vec<Tagged> {
    let fields = tagged(block, source, place, report);
    check(&fields, TRAILERS, "FIN trailers", report);
    fields
}

fn check(fields: &[Tagged], table: &[(&str, &'static str)], rule: &'static str, report: &mut Report<'_>) {
    for (index, field) in fields.iter().enumerate() {
        if fields.iter().take(index).any(|earlier| earlier.tag == field.tag) {
            report.error("mt-tag-repeated", &field.place, rule, || format!("{} is there twice", field.tag));
        }
        let Some((_, format)) = table.iter().find(|(tag, _)| *tag == field.tag) else {
            report.warning("mt-tag-unknown", &field.place, rule, || {
                format!("{} is not known", quoted(field.tag.as_bytes()))
            });
            continue;
        };
        let Ok(notation) = Notation::new(format) else { continue };
        if notation.matches(field.value.as_bytes()).is_err() {
            report.error("mt-format", &field.place, rule, || {
                format!("{} is not of the format {format}", quoted(field.value.as_bytes()))
            });
        }
    }
}

/// The tagged values of a block, those in braces within braces refused.
pub(super) fn tagged(block: &RawBlock<'_>, source: &Source<'_>, place: &Place, report: &mut Report<'_>) -> Vec<Tagged> {
    let mut fields = Vec::new();
    let mut rest = block.content;
    let mut at = block.content_at;
    while !rest.is_empty() {
        let line = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        rest = rest.get(line..).unwrap_or_default();
        at += line;
        if rest.is_empty() {
            break;
        }
        let end = memchr::memchr(b'}', rest).unwrap_or(rest.len());
        let inner = rest.get(1..end).unwrap_or_default();
        let colon = memchr::memchr(b':', inner);
        match (rest.first(), colon) {
            (Some(b'{'), Some(colon)) if !inner.contains(&b'{') => {
                let (tag, value) = inner.split_at(colon);
                let tag = String::from_utf8_lossy(tag).into_owned();
                let value = String::from_utf8_lossy(value.get(1..).unwrap_or_default()).into_owned();
                let place =
                    place.within(&format!("{}/{}", char::from(block.id), tag.escape_debug()), source.position(at));
                fields.push(Tagged { tag, value, place });
            }
            _ => {
                let place = place.within(&char::from(block.id).escape_debug().to_string(), source.position(at));
                report.error("mt-block", &place, "FIN message structure", || {
                    format!("{} is no value in braces such as {{108:REFERENCE}}", quoted(rest))
                });
                return fields;
            }
        }
        at += (end + 1).min(rest.len());
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    fields
}
