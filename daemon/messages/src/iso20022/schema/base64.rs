// SPDX-License-Identifier: MIT

//! `xs:base64Binary` (XML Schema 1.0 part 2, 3.2.16).

use super::{FacetError, Length};

/// Judges base64 without white space around it; single spaces within are allowed.
pub(super) fn check(text: &str, length: Length) -> Result<(), FacetError> {
    let malformed = FacetError::Form("base64 text");
    let mut digits = 0_usize;
    let mut padding = 0_usize;
    let mut last = 0_u8;
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        match byte {
            b'=' => padding += 1,
            _ if padding > 0 => return Err(malformed),
            _ => {
                last = value(byte).ok_or(malformed)?;
                digits += 1;
            }
        }
    }
    // The bits that the padding leaves over must be zero.
    let complete = match padding {
        0 => digits % 4 == 0,
        1 => digits % 4 == 3 && last & 0b11 == 0,
        2 => digits % 4 == 2 && last & 0b1111 == 0,
        _ => false,
    };
    if complete { length.check(digits / 4 * 3 + (digits % 4).saturating_sub(1)) } else { Err(malformed) }
}

fn value(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}
