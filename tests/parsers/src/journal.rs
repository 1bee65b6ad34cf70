// SPDX-License-Identifier: MIT

//! Entries of the journal as they come from a store: as they are, and with their checksums and numbers made right.

use qenex_abi::{Id, JournalEntry};
use qenexd::state::{State, entry_checksum};
use qenexd::store::{ChainHead, Group};
use zerocopy::IntoBytes;

use crate::bytes::Bytes;

/// Entries with these bytes that follow each other, each with its checksum.
pub(crate) fn entries(input: &mut Bytes<'_>, most: usize) -> Vec<JournalEntry> {
    let mut entries: Vec<JournalEntry> = Vec::new();
    while !input.is_empty() && entries.len() < most {
        let mut entry: JournalEntry = input.next();
        // Small numbers are more likely to mean something.
        entry.sequence = entries.len() as u64 + 1;
        entry.timestamp = entry.timestamp.max(entries.last().map_or(0, |last| last.timestamp));
        entry.crc = entry_checksum(&entry);
        entries.push(entry);
    }
    entries
}

pub(crate) fn run(input: &[u8]) {
    let genesis = ChainHead::genesis(Id::from_u128(7));
    // As it is: nothing but what a store wrote is taken.
    let crc = crc32c::crc32c(input);
    assert!(input.len() < 192 || Group::from_stored(genesis, genesis, crc, input).is_err());

    let entries = entries(&mut Bytes(input), 64);
    let Ok(group) = Group::seal(genesis, entries) else { return };
    let again = Group::from_stored(genesis, group.head(), crc32c::crc32c(group.bytes()), group.bytes());
    assert_eq!(again.expect("what was sealed is taken").entries().as_bytes(), group.bytes());

    let mut state = State::new(Id::from_u128(7));
    for entry in group.entries() {
        let (before, sequence) = (state.digest(), state.sequence());
        if state.apply(entry).is_err() {
            assert!(state.digest() == before && state.sequence() == sequence, "what is refused has changed something");
            break;
        }
        assert_eq!((state.unbalanced(), state.unbalanced_anew()), (None, None));
    }
}
