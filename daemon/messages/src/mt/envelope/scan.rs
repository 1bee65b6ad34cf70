// SPDX-License-Identifier: MIT

//! Messages and blocks in the bytes of a file.

use memchr::memmem;

use super::Source;
use crate::mt::MtRefusal;

/// Most bytes of one message: FIN carries 10 000 characters, this leaves room for any envelope.
const MESSAGE: usize = 1 << 20;

/// Most blocks of one message.
const BLOCKS: usize = 16;

/// A block as it stands in the file.
pub(in crate::mt) struct RawBlock<'s> {
    /// The character before the colon.
    pub(in crate::mt) id: u8,
    /// Where it begins.
    pub(in crate::mt) at: usize,
    /// What is between the colon and the closing brace.
    pub(in crate::mt) content: &'s [u8],
    /// Where that begins.
    pub(in crate::mt) content_at: usize,
    /// Whether a text block ends with a line that is `-}`.
    pub(in crate::mt) ends_with_line: bool,
}

/// The blocks of a message.
pub(in crate::mt) struct Raw<'s> {
    pub(in crate::mt) at: usize,
    pub(in crate::mt) blocks: Vec<RawBlock<'s>>,
}

/// The message that begins at `at` or after separators and white space there, and where it ends; `None` at the end.
///
/// Messages of a file stand one after the other, or are separated by `$` (RJE).
pub(in crate::mt) fn next<'s>(source: &Source<'s>, at: usize) -> Result<Option<(Raw<'s>, usize)>, MtRefusal> {
    let bytes = source.bytes;
    let mut at = skip(bytes, at, b"$ \t\r\n");
    if at >= bytes.len() {
        return Ok(None);
    }
    let mut raw = Raw { at, blocks: Vec::new() };
    loop {
        match bytes.get(at..).unwrap_or_default() {
            [b'{', id, b':', ..] => {
                // A second basic header begins the next message.
                if *id == b'1' && !raw.blocks.is_empty() {
                    return Ok(Some((raw, at)));
                }
                if raw.blocks.len() == BLOCKS {
                    return refuse(source, "mt-too-large", at, format!("more than {BLOCKS} blocks in one message"));
                }
                let (block, end) = block(source, raw.at, at, *id)?;
                raw.blocks.push(block);
                at = end;
            }
            [] | [b'$', ..] if !raw.blocks.is_empty() => return Ok(Some((raw, at))),
            [b' ' | b'\t' | b'\r' | b'\n', ..] => at = skip(bytes, at, b" \t\r\n"),
            [b'{'] | [b'{', _] => return unfinished(source, at),
            _ => {
                let text = "a block must begin here, such as {1:F01DEUTDEFFAXXX0000000000}".to_string();
                return refuse(source, "mt-block", at, text);
            }
        }
    }
}

/// The block at `at`, and where it ends.
fn block<'s>(source: &Source<'s>, message: usize, at: usize, id: u8) -> Result<(RawBlock<'s>, usize), MtRefusal> {
    let content_at = at + 3;
    let limit = source.bytes.len().min(message.saturating_add(MESSAGE));
    let rest = source.bytes.get(content_at..limit).unwrap_or_default();
    let cut = || {
        if limit < source.bytes.len() {
            refuse(source, "mt-too-large", at, format!("a message of more than {MESSAGE} bytes"))
        } else {
            unfinished(source, at)
        }
    };
    let of_lines = id == b'4' && !rest.starts_with(b"{");
    let length = if of_lines { memmem::find(rest, b"-}") } else { closing(rest) };
    let Some(length) = length else { return cut() };
    let content = rest.get(..length).unwrap_or_default();
    let ends_with_line = content.ends_with(b"\n");
    let end = content_at + length + if of_lines { 2 } else { 1 };
    Ok((RawBlock { id, at, content, content_at, ends_with_line }, end))
}

/// The brace that closes a block which may have blocks in it.
fn closing(bytes: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    for at in memchr::memchr2_iter(b'{', b'}', bytes) {
        if bytes.get(at) == Some(&b'{') {
            depth += 1;
        } else if depth == 0 {
            return Some(at);
        } else {
            depth -= 1;
        }
    }
    None
}

fn skip(bytes: &[u8], at: usize, which: &[u8]) -> usize {
    at + bytes.get(at..).unwrap_or_default().iter().take_while(|byte| which.contains(byte)).count()
}

fn unfinished<T>(source: &Source<'_>, at: usize) -> Result<T, MtRefusal> {
    refuse(source, "mt-unfinished", at, "the file ends within this block: it was cut off".into())
}

fn refuse<T>(source: &Source<'_>, code: &'static str, at: usize, text: String) -> Result<T, MtRefusal> {
    Err(MtRefusal { code, at: source.position(at), text })
}
