// SPDX-License-Identifier: MIT

//! The mark: how far the journal is durable, noted outside the journal.
//!
//! A journal cannot tell by itself that its end is missing: a write-ahead log that is cut off, or damaged in its last
//! transactions, is a valid shorter one. The mark is written after each commit and compared when the store is opened.
//! It is not synced each time (that would double the cost of a commit), so after a power cut it may be behind the
//! journal, which is no harm; it is never ahead of it.
//!
//! The file holds two slots that are written in turn, so that one of them is whole at any moment.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use qenex_abi::Id;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::{ChainHead, StoreError};

/// Name of the mark's file.
pub const FILE: &str = "durable.mark";

const MAGIC: [u8; 8] = *b"QENEXMRK";
/// Each slot has a sector of its own.
const SLOT: u64 = 4096;

/// A slot, little-endian.
#[repr(C)]
#[derive(Clone, Copy, FromBytes, Immutable, IntoBytes, KnownLayout)]
struct Slot {
    magic: [u8; 8],
    ledger_id: [u8; 16],
    sequence: u64,
    chain: [u8; 32],
    reserved: u32,
    /// CRC-32C of all bytes before it.
    crc: u32,
}

impl Slot {
    fn checksum(&self) -> u32 {
        let bytes = self.as_bytes();
        crc32c::crc32c(&bytes[..bytes.len() - size_of::<u32>()])
    }
}

/// The mark of a store, open for writing.
pub struct Mark {
    file: File,
    path: PathBuf,
    ledger_id: Id,
    slot: u64,
}

/// What a mark says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Marked {
    /// Which ledger's journal it is about.
    pub ledger_id: Id,
    /// This entry and all before it were durable.
    pub sequence: u64,
    /// The chain's head up to it.
    pub chain: ChainHead,
}

/// Reads the mark in `directory`.
///
/// # Errors
///
/// [`StoreError::Damaged`] if neither slot is whole.
pub fn read(directory: &Path) -> Result<Marked, StoreError> {
    let path = directory.join(FILE);
    let bytes = std::fs::read(&path).map_err(StoreError::io(&path))?;
    let slot = |at: u64| {
        let bytes = bytes.get(usize::try_from(at * SLOT).ok()?..)?;
        let (slot, _) = Slot::read_from_prefix(bytes).ok()?;
        (slot.magic == MAGIC && slot.crc == slot.checksum() && slot.reserved == 0).then_some(slot)
    };
    let newest = slot(0).into_iter().chain(slot(1)).max_by_key(|slot| slot.sequence);
    let slot = newest.ok_or_else(|| {
        StoreError::damaged(format!("{FILE} in {}", directory.display()), "neither of its two slots is whole")
    })?;
    Ok(Marked {
        ledger_id: Id::from_u128(u128::from_le_bytes(slot.ledger_id)),
        sequence: slot.sequence,
        chain: ChainHead(slot.chain),
    })
}

impl Mark {
    /// Makes the mark of a store, or opens it.
    ///
    /// # Errors
    ///
    /// What the file system says.
    pub fn open(directory: &Path, ledger_id: Id) -> Result<Self, StoreError> {
        let path = directory.join(FILE);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(StoreError::io(&path))?;
        Ok(Mark { file, path, ledger_id, slot: 0 })
    }

    /// Notes that everything up to `sequence` is durable. After it has been made so, not before.
    ///
    /// # Errors
    ///
    /// What the file system says.
    pub fn write(&mut self, sequence: u64, chain: ChainHead) -> Result<(), StoreError> {
        let mut slot = Slot {
            magic: MAGIC,
            ledger_id: self.ledger_id.to_u128().to_le_bytes(),
            sequence,
            chain: chain.0,
            reserved: 0,
            crc: 0,
        };
        slot.crc = slot.checksum();
        self.file.write_all_at(slot.as_bytes(), self.slot * SLOT).map_err(StoreError::io(&self.path))?;
        self.slot ^= 1;
        Ok(())
    }

    /// Writes both slots and waits until they are on the disk: at the beginning and at the end of the store's use.
    ///
    /// # Errors
    ///
    /// What the file system says.
    pub fn write_synced(&mut self, sequence: u64, chain: ChainHead) -> Result<(), StoreError> {
        self.write(sequence, chain)?;
        self.write(sequence, chain)?;
        self.file.sync_all().map_err(StoreError::io(&self.path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn survives_the_loss_of_one_slot() {
        let directory = tempfile::tempdir().expect("directory");
        let id = Id::from_u128(5);
        let mut mark = Mark::open(directory.path(), id).expect("mark");
        let chain = ChainHead::genesis(id);
        mark.write_synced(7, chain).expect("written");
        mark.write(8, chain).expect("written");
        let marked = read(directory.path()).expect("read");
        assert_eq!(marked, Marked { ledger_id: id, sequence: 8, chain });
        let path = directory.path().join(FILE);
        let whole = std::fs::read(&path).expect("read");
        for (slot, expected) in [(0, 7), (SLOT, 8)] {
            let mut bytes = whole.clone();
            bytes[slot as usize + 30] ^= 4;
            std::fs::write(&path, &bytes).expect("written");
            assert_eq!(read(directory.path()).expect("the other").sequence, expected);
        }
        std::fs::write(&path, b"short").expect("written");
        assert!(matches!(read(directory.path()), Err(StoreError::Damaged { .. })));
    }
}
