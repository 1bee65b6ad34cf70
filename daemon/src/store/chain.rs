// SPDX-License-Identifier: MIT

//! The audit chain: each group's hash covers its entries and the hash before it, so that the last one vouches for all.

use std::fmt;
use std::str::FromStr;

use qenex_abi::{Id, JournalEntry};
use sha2::{Digest, Sha256};
use zerocopy::IntoBytes;

/// The chain's hash up to some entry. Kept elsewhere, it proves later that nothing before that entry was changed.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct ChainHead(pub [u8; 32]);

impl ChainHead {
    /// The head before the first entry: it names the ledger, so that no group fits into another ledger's chain.
    pub fn genesis(ledger_id: Id) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"qenex-audit-chain-1");
        hash.update(ledger_id.to_u128().to_le_bytes());
        ChainHead(hash.finalize().into())
    }

    /// The head after `entries`: SHA-256 of this head, the first and the last sequence number (64 bits, little-endian)
    /// and the entries as they lie in memory.
    pub fn after(&self, entries: &[JournalEntry]) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.0);
        for entry in [entries.first(), entries.last()] {
            hash.update(entry.map_or(0, |entry| entry.sequence).to_le_bytes());
        }
        hash.update(entries.as_bytes());
        ChainHead(hash.finalize().into())
    }
}

impl fmt::Display for ChainHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ChainHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Not 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a chain head is 64 hexadecimal digits")]
pub struct NoChainHead;

impl FromStr for ChainHead {
    type Err = NoChainHead;

    fn from_str(text: &str) -> Result<Self, NoChainHead> {
        let mut head = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return Err(NoChainHead);
        }
        for (byte, digits) in head.iter_mut().zip(text.as_bytes().chunks(2)) {
            let digits = std::str::from_utf8(digits).map_err(|_| NoChainHead)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| NoChainHead)?;
        }
        Ok(ChainHead(head))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_and_read() {
        let head = ChainHead::genesis(Id::from_u128(7));
        assert_eq!(head.to_string().parse(), Ok(head));
        assert_eq!("00".parse::<ChainHead>(), Err(NoChainHead));
        assert_eq!("zz".repeat(32).parse::<ChainHead>(), Err(NoChainHead));
    }

    #[test]
    fn depends_on_ledger_order_and_every_byte() {
        let genesis = ChainHead::genesis(Id::from_u128(1));
        assert_ne!(genesis, ChainHead::genesis(Id::from_u128(2)));
        let one = JournalEntry { sequence: 1, ..JournalEntry::default() };
        let two = JournalEntry { sequence: 2, ..JournalEntry::default() };
        assert_ne!(genesis.after(&[one]).after(&[two]), genesis.after(&[two]).after(&[one]));
        assert_ne!(genesis.after(&[one]), genesis.after(&[JournalEntry { crc: 1, ..one }]));
    }
}
