// SPDX-License-Identifier: MIT

//! A group of entries.

use qenex_abi::JournalEntry;
use zerocopy::{FromZeros, IntoBytes};

use super::ChainHead;
use crate::state::entry_checksum;

/// Most entries in a group: as many as in the largest batch.
pub const GROUP_MAX: usize = 8192;

/// A run of entries with their place in the chain.
///
/// # Invariants
///
/// There is at least one entry and at most [`GROUP_MAX`]; their sequence numbers have no gap, their times do not go
/// back, their checksums are right, and `head` is `previous` chained with them.
#[derive(Clone, Debug)]
pub struct Group {
    entries: Vec<JournalEntry>,
    previous: ChainHead,
    head: ChainHead,
}

/// Why entries are no group.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NoGroup {
    /// None, or more than [`GROUP_MAX`].
    #[error("a group holds 1 to {GROUP_MAX} entries, not {0}")]
    Size(usize),
    /// A sequence number is not one more than that before it.
    #[error("entry {found} stands where entry {expected} belongs")]
    Gap {
        /// One more than the number before.
        expected: u64,
        /// The number there.
        found: u64,
    },
    /// Time goes back.
    #[error("the time of entry {0} is before that of the entry before it")]
    TimeWentBack(u64),
    /// The bytes of an entry are not those that were written.
    #[error("the checksum of entry {0} does not fit its bytes")]
    Checksum(u64),
    /// The stored bytes are no whole entries.
    #[error("{0} bytes are no whole entries")]
    Torn(usize),
    /// The stored checksum of the whole group does not fit.
    #[error("the checksum of the group does not fit its bytes")]
    GroupChecksum,
    /// The stored hash does not fit.
    #[error("the chain head does not fit the entries and the head before it")]
    Chain,
}

impl Group {
    /// Makes a group of `entries`, the next after `previous`.
    ///
    /// # Errors
    ///
    /// [`NoGroup`] says which entry is wrong.
    pub fn seal(previous: ChainHead, entries: Vec<JournalEntry>) -> Result<Self, NoGroup> {
        check(&entries)?;
        let head = previous.after(&entries);
        Ok(Group { entries, previous, head })
    }

    /// Takes a group from where it was stored, if everything about it fits.
    ///
    /// # Errors
    ///
    /// [`NoGroup`] says what does not.
    pub fn from_stored(previous: ChainHead, head: ChainHead, crc: u32, bytes: &[u8]) -> Result<Self, NoGroup> {
        if bytes.len() % size_of::<JournalEntry>() != 0 {
            return Err(NoGroup::Torn(bytes.len()));
        }
        let count = bytes.len() / size_of::<JournalEntry>();
        if count == 0 || count > GROUP_MAX {
            return Err(NoGroup::Size(count));
        }
        let mut entries = vec![JournalEntry::new_zeroed(); count];
        entries.as_mut_bytes().copy_from_slice(bytes);
        // That of each entry first: it names the one that is damaged.
        check(&entries)?;
        if crc32c::crc32c(bytes) != crc {
            return Err(NoGroup::GroupChecksum);
        }
        let group = Group::seal_checked(previous, entries);
        if group.head != head {
            return Err(NoGroup::Chain);
        }
        Ok(group)
    }

    fn seal_checked(previous: ChainHead, entries: Vec<JournalEntry>) -> Self {
        let head = previous.after(&entries);
        Group { entries, previous, head }
    }

    /// The entries.
    pub fn entries(&self) -> &[JournalEntry] {
        &self.entries
    }

    /// The entries as they are stored.
    pub fn bytes(&self) -> &[u8] {
        self.entries.as_bytes()
    }

    /// Sequence number of the first entry.
    pub fn first(&self) -> u64 {
        self.entries.first().map_or(0, |entry| entry.sequence)
    }

    /// Sequence number of the last entry.
    pub fn last(&self) -> u64 {
        self.entries.last().map_or(0, |entry| entry.sequence)
    }

    /// Time of the last entry, nanoseconds since 1970-01-01 UTC.
    pub fn timestamp(&self) -> u64 {
        self.entries.last().map_or(0, |entry| entry.timestamp)
    }

    /// The chain's head before it.
    pub fn previous(&self) -> ChainHead {
        self.previous
    }

    /// The chain's head after it.
    pub fn head(&self) -> ChainHead {
        self.head
    }

    /// CRC-32C of [`Self::bytes`].
    pub fn crc(&self) -> u32 {
        crc32c::crc32c(self.bytes())
    }
}

fn check(entries: &[JournalEntry]) -> Result<(), NoGroup> {
    let Some(first) = entries.first().filter(|_| entries.len() <= GROUP_MAX) else {
        return Err(NoGroup::Size(entries.len()));
    };
    let (mut expected, mut time) = (first.sequence, first.timestamp);
    for entry in entries {
        // The checksum first: of damaged bytes nothing else can be said.
        if entry.crc != entry_checksum(entry) {
            return Err(NoGroup::Checksum(expected));
        }
        if entry.sequence != expected {
            return Err(NoGroup::Gap { expected, found: entry.sequence });
        }
        if entry.timestamp < time {
            return Err(NoGroup::TimeWentBack(entry.sequence));
        }
        time = entry.timestamp;
        expected = expected.wrapping_add(1);
    }
    Ok(())
}
