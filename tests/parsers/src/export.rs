// SPDX-License-Identifier: MIT

//! Exported journals: as they are; made of any entries, with every checksum right; and then with one byte changed.

use qenex_abi::Id;
use qenexd::export::{ExportError, Import};
use qenexd::store::{ChainHead, Group};
use sha2::{Digest, Sha256};

use crate::bytes::Bytes;
use crate::journal::entries;

pub(crate) fn run(input: &[u8]) {
    let _ = read(input);
    let mut input = Bytes(input);
    let (change, at, length) = (input.next::<u8>(), input.next::<u16>(), 1 + input.below(8) as usize);
    let entries = entries(&mut input, 32);
    let Some(mut file) = written(entries, length) else { return };
    let count = read(&file).expect("what is right is taken");
    assert!(count > 0);
    let at = usize::from(at) % file.len();
    file[at] ^= change;
    assert_eq!(read(&file).is_ok(), change == 0, "byte {at} of {} ^ {change}", file.len());
    // Nor is a part of it taken, or more than it.
    file[at] ^= change;
    assert!(read(&file[..at]).is_err());
    file.push(change);
    assert!(read(&file).is_err());
}

/// How many entries a file has, if all of it is right.
fn read(bytes: &[u8]) -> Result<usize, ExportError> {
    let mut import = Import::begin(bytes)?;
    let mut count = 0;
    while let Some(group) = import.next_group()? {
        count += group.entries().len();
    }
    Ok(count)
}

/// The file as the table in `daemon/src/export` says it; `None` if the entries make no group.
fn written(entries: Vec<qenex_abi::JournalEntry>, length: usize) -> Option<Vec<u8>> {
    let id = Id::from_u128(7);
    let mut head = ChainHead::genesis(id);
    let mut file = b"QENEXJNL".to_vec();
    file.extend(1u32.to_le_bytes());
    file.extend([0; 4]);
    file.extend(id.to_u128().to_le_bytes());
    file.extend(head.0);
    let mut last = 0;
    for part in entries.chunks(length) {
        let group = Group::seal(head, part.to_vec()).ok()?;
        let mut header = b"GRP ".to_vec();
        header.extend((part.len() as u32).to_le_bytes());
        header.extend(group.first().to_le_bytes());
        header.extend(crc32c::crc32c(group.bytes()).to_le_bytes());
        header.extend(crc32c::crc32c(&header).to_le_bytes());
        (head, last) = (group.head(), group.last());
        file.extend(header);
        file.extend(head.0);
        file.extend(group.bytes());
    }
    (last > 0).then_some(())?;
    file.extend(b"END ");
    file.extend([0; 4]);
    file.extend(last.to_le_bytes());
    file.extend(head.0);
    let hash = Sha256::digest(&file);
    file.extend(hash);
    Some(file)
}
