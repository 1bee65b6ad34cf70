// SPDX-License-Identifier: MIT

//! Characters and names (XML 1.0, fifth edition, 2.2 and 2.3).

use super::XmlError;

/// Whether XML allows the character at all.
pub fn is_character(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// The text of some bytes, if they are UTF-8 and all characters are allowed.
pub(super) fn text(bytes: &[u8]) -> Result<&str, XmlError> {
    let text = std::str::from_utf8(bytes).map_err(|_| XmlError::Utf8)?;
    // Of one byte only control characters are forbidden; of more bytes U+FFFE and U+FFFF, which begin with EF BF.
    let suspect = |byte: &u8| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r') || *byte == 0xEF;
    // Without an early end, so that many bytes are compared at once.
    if bytes.iter().fold(false, |found, byte| found | suspect(byte)) {
        if let Some(character) = text.chars().find(|character| !is_character(*character)) {
            return Err(XmlError::Character(character));
        }
    }
    Ok(text)
}

/// Whether a text is a name without a colon.
pub fn is_name(text: &str) -> bool {
    // Most names, a little faster.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if text.bytes().all(plain) && text.bytes().next().is_some_and(|first| !first.is_ascii_digit()) {
        return true;
    }
    let mut characters = text.chars();
    characters.next().is_some_and(starts_name) && characters.all(continues_name)
}

fn starts_name(character: char) -> bool {
    matches!(character,
        'A'..='Z' | '_' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
        | '\u{10000}'..='\u{EFFFF}')
}

fn continues_name(character: char) -> bool {
    starts_name(character)
        || matches!(character, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// Whether a byte is white space of XML.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}
