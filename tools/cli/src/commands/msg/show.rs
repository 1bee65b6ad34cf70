// SPDX-License-Identifier: MIT

//! `qenex msg show`.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use qenex_messages::iso20022::validate::Options;
use qenex_messages::judge;
use qenex_messages::rules::Profile;
use serde_json::{Value, json};

use super::error::MsgError;
use super::{input, kind, mt, output};

/// Shows a message.
pub(super) fn run(path: &Path, json: bool) -> Result<(), MsgError> {
    let bytes = input::read(path)?;
    let verdict = judge(bytes.as_slice(), Profile::Schema, &Options::default());
    let Some(definition) = verdict.messages.last() else { return Err(output::refused(path, &verdict)) };
    if !verdict.is_valid() {
        return Err(output::refused(path, &verdict));
    }
    let shown =
        if qenex_messages::mt::is_mt(&bytes) { mt::show(&bytes)? } else { vec![kind::show(definition, &bytes)?] };
    let mut out = BufWriter::new(io::stdout().lock());
    let document = |shown: &kind::Shown| json!({ "message": shown.definition, "content": shown.document, "not_shown": shown.unread });
    match shown.as_slice() {
        [one] if json => writeln!(out, "{:#}", document(one))?,
        several if json => writeln!(out, "{:#}", json!(several.iter().map(document).collect::<Vec<_>>()))?,
        several => several.iter().try_for_each(|shown| {
            writeln!(out, "message: {}", shown.definition)?;
            lines(&mut out, "", &shown.document)?;
            shown.unread.iter().try_for_each(|path| writeln!(out, "not shown: {path}"))
        })?,
    }
    out.flush()?;
    Ok(())
}

/// One line for each value, its place before it.
fn lines(out: &mut impl Write, place: &str, value: &Value) -> io::Result<()> {
    match value {
        Value::Object(fields) => fields.iter().try_for_each(|(name, value)| {
            let place = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
            lines(out, &place, value)
        }),
        Value::Array(values) => values
            .iter()
            .enumerate()
            .try_for_each(|(index, value)| lines(out, &format!("{place}[{}]", index + 1), value)),
        // What the message does not have.
        Value::Null => Ok(()),
        Value::String(text) => writeln!(out, "{place}: {text}"),
        other => writeln!(out, "{place}: {other}"),
    }
}
