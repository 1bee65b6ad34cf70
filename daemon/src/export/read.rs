// SPDX-License-Identifier: MIT

//! Reading the file.

use std::io::Read;
use std::path::Path;

use qenex_abi::{Id, JournalEntry};
use sha2::{Digest, Sha256};

use super::{END, ExportError, FORMAT, GROUP, GROUP_HEADER, HEADER, MAGIC, TRAILER};
use crate::state::State;
use crate::store::sqlite::SqliteStore;
use crate::store::{ChainHead, GROUP_MAX, Group, Store};

/// Reads an exported journal group by group, checking the chain.
pub struct Import<R> {
    from: R,
    hash: Sha256,
    ledger_id: Id,
    last: u64,
    chain: ChainHead,
}

impl<R: Read> Import<R> {
    /// Begins to read: checks the header.
    ///
    /// # Errors
    ///
    /// [`ExportError`] says what is wrong with it.
    pub fn begin(from: R) -> Result<Self, ExportError> {
        let genesis = ChainHead::genesis(Id::NONE);
        let mut import = Import { from, hash: Sha256::new(), ledger_id: Id::NONE, last: 0, chain: genesis };
        let mut header = [0; HEADER];
        import.fill(&mut header)?;
        import.hash.update(header);
        if header[..8] != MAGIC {
            return Err(import.damaged("it does not begin as an exported journal does"));
        }
        let format = u32::from_le_bytes(part(&header, 8));
        if format > FORMAT {
            return Err(ExportError::NewerFormat { found: format, known: FORMAT });
        }
        import.ledger_id = Id::from_u128(u128::from_le_bytes(part(&header, 16)));
        import.chain = ChainHead::genesis(import.ledger_id);
        if format == 0 || part(&header, 12) != [0; 4] || header[32..] != import.chain.0 {
            return Err(import.damaged("its header does not fit together"));
        }
        Ok(import)
    }

    /// Which ledger's journal it is.
    pub fn ledger_id(&self) -> Id {
        self.ledger_id
    }

    /// The next group; `None` after the last, when the whole file has been found right.
    ///
    /// # Errors
    ///
    /// [`ExportError::Damaged`] names the last entry that is right.
    pub fn next_group(&mut self) -> Result<Option<Group>, ExportError> {
        let mut mark = [0; 4];
        self.fill(&mut mark)?;
        if mark == END {
            return self.finish().map(|()| None);
        }
        let mut header = [0; GROUP_HEADER];
        header[..4].copy_from_slice(&mark);
        self.fill(&mut header[4..])?;
        let count = u32::from_le_bytes(part(&header, 4)) as usize;
        let first = u64::from_le_bytes(part(&header, 8));
        // The header's own checksum before its count is used to take memory.
        if mark != GROUP || u32::from_le_bytes(part(&header, 20)) != crc32c::crc32c(&header[..20]) {
            return Err(self.damaged("what follows is no group"));
        }
        if count == 0 || count > GROUP_MAX || self.last.checked_add(1) != Some(first) {
            return Err(self.damaged("the next group does not follow"));
        }
        let mut bytes = vec![0; count * size_of::<JournalEntry>()];
        self.fill(&mut bytes)?;
        self.hash.update(header);
        self.hash.update(&bytes);
        let (crc, head) = (u32::from_le_bytes(part(&header, 16)), ChainHead(part(&header, 24)));
        let group =
            Group::from_stored(self.chain, head, crc, &bytes).map_err(|fault| self.damaged(&fault.to_string()))?;
        if group.first() != first {
            return Err(self.damaged("the next group does not follow"));
        }
        (self.last, self.chain) = (group.last(), group.head());
        Ok(Some(group))
    }

    /// Checks the trailer, of which the mark has been read.
    fn finish(&mut self) -> Result<(), ExportError> {
        let mut trailer = [0; TRAILER];
        trailer[..4].copy_from_slice(&END);
        self.fill(&mut trailer[4..])?;
        let (signed, hash) = trailer.split_at(48);
        self.hash.update(signed);
        let last = u64::from_le_bytes(part(&trailer, 8));
        if part(&trailer, 4) != [0; 4] || last != self.last || signed[16..] != self.chain.0 {
            return Err(self.damaged("its end does not fit the entries"));
        }
        if self.hash.clone().finalize()[..] != *hash {
            return Err(self.damaged("its checksum does not fit"));
        }
        if self.from.read(&mut [0])? != 0 {
            return Err(self.damaged("something follows its end"));
        }
        Ok(())
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), ExportError> {
        self.from.read_exact(bytes).map_err(|error| match error.kind() {
            std::io::ErrorKind::UnexpectedEof => self.damaged("it is cut off"),
            _ => ExportError::Io(error),
        })
    }

    fn damaged(&self, why: &str) -> ExportError {
        ExportError::Damaged { after: self.last, why: why.into() }
    }
}

/// Makes a new store in `directory` of an exported journal. Every entry is done again on an empty ledger on the way.
/// Returns the state at its end.
///
/// Only when the file has been found right to its end is there a store: until then it is made beside, and thrown away
/// if something is wrong.
///
/// # Errors
///
/// [`ExportError`] names the entry up to which the file is right.
pub fn import(from: impl Read, directory: &Path) -> Result<State, ExportError> {
    let mut from = Import::begin(from)?;
    let unfinished = unfinished(directory);
    let imported = fill(&mut from, directory, &unfinished);
    if imported.is_err() {
        // Nothing of it is of use.
        let _ = std::fs::remove_dir_all(&unfinished);
    }
    imported
}

fn fill<R: Read>(from: &mut Import<R>, directory: &Path, unfinished: &Path) -> Result<State, ExportError> {
    use crate::store::StoreError;
    use crate::store::sqlite;

    if directory.exists() && std::fs::read_dir(directory)?.next().is_some() {
        return Err(StoreError::Exists(directory.into()).into());
    }
    if unfinished.exists() {
        std::fs::remove_dir_all(unfinished)?;
    }
    let mut store = SqliteStore::create(unfinished, from.ledger_id())?;
    let mut state = State::new(from.ledger_id());
    let mut waiting = Vec::new();
    let mut entries = 0;
    loop {
        let group = from.next_group()?;
        let ended = group.is_none();
        if let Some(group) = group {
            for entry in group.entries() {
                state.apply(entry)?;
            }
            entries += group.entries().len();
            waiting.push(group);
        }
        // Commits of some size: a file of groups of one entry each would otherwise take a sync for each.
        if ended || entries >= 8 * GROUP_MAX {
            store.append(&waiting)?;
            waiting.clear();
            entries = 0;
        }
        if ended {
            break;
        }
    }
    drop(store);
    if directory.exists() {
        std::fs::remove_dir(directory)?;
    }
    std::fs::rename(unfinished, directory)?;
    let parent = directory.parent().filter(|parent| !parent.as_os_str().is_empty());
    sqlite::sync_directory(parent.unwrap_or(Path::new(".")))?;
    Ok(state)
}

fn unfinished(directory: &Path) -> std::path::PathBuf {
    let mut name = directory.as_os_str().to_os_string();
    name.push(".unfinished");
    name.into()
}

/// `N` bytes of a header from `at` on.
fn part<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    std::array::from_fn(|i| bytes.get(at + i).copied().unwrap_or(0))
}
