// SPDX-License-Identifier: MIT

//! The digest of a state, defined in `qenex-abi` (`restore.rs`): what kernel and store must agree on.

use std::fmt;

use sha2::{Digest as _, Sha256};
use zerocopy::IntoBytes;

use super::State;

/// SHA-256 of a state. Two ledgers with one digest are in the same state.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

// The structs are hashed as they lie in memory, which the definition wants little-endian.
#[cfg(not(target_endian = "little"))]
compile_error!("QENEX runs on little-endian machines only");

impl State {
    /// The digest: of all accounts by number, all open holds by sequence number, and where the ledger stands.
    pub fn digest(&self) -> Digest {
        let mut hash = Sha256::new();
        hash.update(self.accounts.as_slice().as_bytes());
        hash.update(self.holds().as_slice().as_bytes());
        hash.update(self.end().as_bytes());
        Digest(hash.finalize().into())
    }
}
