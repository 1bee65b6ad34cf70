// SPDX-License-Identifier: MIT OR GPL-2.0

//! CRC-32C (Castagnoli) of a journal entry: notices damage in memory or on the way to the store. It is no protection
//! against intent, which the audit chain of the store is.

use qenex_abi::JournalEntry;

use crate::cpu::Crc32c;

/// Words of an entry; the checksum is the upper half of the last.
pub(crate) const ENTRY_WORDS: usize = core::mem::size_of::<JournalEntry>() / 8;

const LAST: usize = ENTRY_WORDS - 1;
const _: () = assert!(LAST == 23);

/// An entry as words.
pub(crate) type EntryWords = [u64; ENTRY_WORDS];

/// How checksums are computed here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Checksum {
    hardware: Option<Crc32c>,
}

impl Checksum {
    /// The fastest way that this processor has.
    pub(crate) fn new() -> Self {
        Checksum { hardware: Crc32c::detect() }
    }

    /// Hands each word but the first to `put`, in order, to the last the checksum added: CRC-32C of the entry's bytes before
    /// it. While a word is at hand it is fed to the checksum.
    #[inline(always)]
    pub(crate) fn write(self, words: &EntryWords, mut put: impl FnMut(usize, u64)) {
        // Written out: the compiler unrolls no loop with barriers in it, and then keeps the words in memory.
        macro_rules! each {
            ($each:expr) => {
                each!($each, 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22)
            };
            ($each:expr, $($at:literal)*) => {
                $( $each($at, words[$at]); )*
            };
        }
        let last = words[LAST];
        let Some(hardware) = self.hardware else {
            let mut crc = step(!0, words[0], 64);
            let mut feed = |at, word| {
                put(at, word);
                crc = step(crc, word, 64);
            };
            each!(feed);
            put(LAST, last | u64::from(!step(crc, last, 32)) << 32);
            return;
        };
        let mut crc = hardware.word(0xffff_ffff, words[0]);
        let mut feed = |at, word| {
            put(at, word);
            crc = hardware.word(crc, word);
        };
        each!(feed);
        // CAST: the last word's lower half is the last field before the checksum.
        crc = hardware.half(crc, last as u32);
        // CAST: a remainder has 32 bits.
        put(LAST, last | u64::from(!(crc as u32)) << 32);
    }
}

/// Feeds the lower `bits` bits of `word`, 32 or 64, in memory order of a little-endian machine. By the table: for processors
/// without the instruction, which are few. The other bits are zero.
#[cold]
#[inline(never)]
fn step(crc: u32, word: u64, bits: u32) -> u32 {
    let mut rest = word ^ u64::from(crc);
    let mut done = 0;
    while done < bits {
        // CAST: the lowest byte selects the table row.
        rest = rest >> 8 ^ u64::from(TABLE[(rest & 0xff) as usize]);
        done += 8;
    }
    // CAST: after all its bits are fed, only the remainder's 32 bits are left of the word.
    rest as u32
}

/// Remainders of all bytes, for the reflected polynomial 0x82f63b78.
static TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        // CAST: below 256.
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = crc >> 1 ^ if crc & 1 == 1 { 0x82f6_3b78 } else { 0 };
            bit += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3720 B.4: 32 bytes of zeroes, of ones, ascending.
    #[test]
    fn known_values() {
        let of = |bytes: [u8; 32]| {
            let crc = bytes
                .chunks(8)
                .fold(!0, |crc, chunk| step(crc, u64::from_le_bytes(chunk.try_into().expect("eight bytes")), 64));
            !crc
        };
        assert_eq!(of([0; 32]), 0x8a91_36aa);
        assert_eq!(of([0xff; 32]), 0x62a8_ab43);
        assert_eq!(of(core::array::from_fn(|i| i as u8)), 0x46dd_794e);
    }

    #[test]
    fn the_processor_and_the_table_agree() {
        for seed in 1..100u64 {
            let mut words: EntryWords =
                core::array::from_fn(|i| seed.wrapping_mul(0x9e37_79b9_7f4a_7c15 + i as u64).rotate_left(17));
            words[LAST] &= 0xffff_ffff;
            let written = |checksum: Checksum| {
                let mut written = words;
                checksum.write(&words, |at, word| written[at] = word);
                written
            };
            assert_eq!(written(Checksum::new()), written(Checksum { hardware: None }));
            assert_eq!(written(Checksum::new())[..LAST], words[..LAST]);
        }
    }
}
