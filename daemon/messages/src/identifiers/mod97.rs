// SPDX-License-Identifier: MIT

//! ISO 7064 MOD 97-10 over digits and letters, where `A` is 10 and `Z` is 35.

/// The remainder of the number that the characters stand for. Letters may be of either case; other characters are
/// skipped.
pub(super) fn remainder(characters: impl Iterator<Item = u8>) -> u32 {
    characters.fold(0, |remainder, byte| match byte {
        b'0'..=b'9' => (remainder * 10 + u32::from(byte - b'0')) % 97,
        b'A'..=b'Z' => (remainder * 100 + u32::from(byte - b'A') + 10) % 97,
        b'a'..=b'z' => (remainder * 100 + u32::from(byte - b'a') + 10) % 97,
        _ => remainder,
    })
}

/// The check digits, 02 to 98, that make the number of these characters with two digits after it 1 modulo 97.
pub(super) fn check_digits(characters: impl Iterator<Item = u8>) -> u32 {
    98 - remainder(characters.chain(*b"00"))
}
