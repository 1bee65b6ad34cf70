// SPDX-License-Identifier: MIT

//! Writing the file.

use std::io::Write;

use sha2::{Digest, Sha256};

use super::{END, ExportError, FORMAT, GROUP, GROUP_HEADER, HEADER, MAGIC};
use crate::store::{ChainHead, Reader, Walk};

/// Writes all that is in the store now, verifying the chain on the way. Returns the last sequence number and the
/// chain's head up to it. What is appended meanwhile is left out.
///
/// # Errors
///
/// [`ExportError::Store`] if the store is damaged: a file is made of a good journal only.
pub fn export(reader: &mut dyn Reader, to: &mut dyn Write) -> Result<(u64, ChainHead), ExportError> {
    let (identity, end) = (reader.identity(), reader.head()?);
    let mut to = Hashed { to, hash: Sha256::new() };
    let mut header = [0; HEADER];
    header[..8].copy_from_slice(&MAGIC);
    header[8..12].copy_from_slice(&FORMAT.to_le_bytes());
    header[16..32].copy_from_slice(&identity.ledger_id.to_u128().to_le_bytes());
    header[32..].copy_from_slice(&ChainHead::genesis(identity.ledger_id).0);
    to.write(&header)?;
    let (mut last, mut chain) = (0, ChainHead::genesis(identity.ledger_id));
    for group in Walk::from_start(reader).until(end.sequence) {
        let group = group?;
        let mut header = [0; GROUP_HEADER];
        header[..4].copy_from_slice(&GROUP);
        // CAST: a group holds at most 8,192 entries.
        header[4..8].copy_from_slice(&(group.entries().len() as u32).to_le_bytes());
        header[8..16].copy_from_slice(&group.first().to_le_bytes());
        header[16..20].copy_from_slice(&group.crc().to_le_bytes());
        let crc = crc32c::crc32c(&header[..20]);
        header[20..24].copy_from_slice(&crc.to_le_bytes());
        header[24..].copy_from_slice(&group.head().0);
        to.write(&header)?;
        to.write(group.bytes())?;
        (last, chain) = (group.last(), group.head());
    }
    let mut trailer = [0; 48];
    trailer[..4].copy_from_slice(&END);
    trailer[8..16].copy_from_slice(&last.to_le_bytes());
    trailer[16..].copy_from_slice(&chain.0);
    to.write(&trailer)?;
    let hash = to.hash.finalize();
    to.to.write_all(&hash)?;
    to.to.flush()?;
    Ok((last, chain))
}

/// Hashes what it writes.
struct Hashed<'a> {
    to: &'a mut dyn Write,
    hash: Sha256,
}

impl Hashed<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        self.hash.update(bytes);
        Ok(self.to.write_all(bytes)?)
    }
}
