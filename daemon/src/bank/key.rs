// SPDX-License-Identifier: MIT

//! From the idempotency key of a request to the ids of its changes.

use qenex_abi::Id;
use sha2::{Digest, Sha256};

/// Begins what is hashed, so that no other use of SHA-256 here gives the same ids.
const DOMAIN: &[u8] = b"qenex-idempotency-1";

/// The id of the `item`-th change that `user` asks for under `key`.
///
/// It depends on nothing else, so that a retry has the same id however much later it comes, and two users never have the
/// same one.
pub fn derive_id(user: &str, key: &str, item: u32) -> Id {
    let mut hash = Sha256::new_with_prefix(DOMAIN);
    for part in [user.as_bytes(), key.as_bytes()] {
        // The length first: ("ab", "c") is not ("a", "bc").
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.update(item.to_le_bytes());
    allowed(hash.finalize().into())
}

/// An id that nobody has used.
///
/// # Errors
///
/// If the system has no randomness.
pub fn random_id() -> Result<Id, getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(allowed(bytes))
}

/// The first half as an id, which is neither "none" nor one of those that only the kernel makes.
fn allowed(hash: [u8; 32]) -> Id {
    let half = |at: usize| hash[at..at + 8].iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
    // The top bit of an id of the kernel's is set, the lowest bit of "none" is not.
    Id { high: half(0) & (u64::MAX >> 1), low: half(8) | 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_counts() {
        let id = derive_id("anna", "k1", 0);
        assert_eq!(id, derive_id("anna", "k1", 0));
        for other in [derive_id("bert", "k1", 0), derive_id("anna", "k2", 0), derive_id("anna", "k1", 1)] {
            assert_ne!(id, other);
        }
        assert_ne!(derive_id("ab", "c", 0), derive_id("a", "bc", 0));
    }

    #[test]
    fn never_an_id_that_is_refused() {
        for hash in [[0; 32], [0xff; 32]] {
            let id = allowed(hash);
            assert!(!id.is_none() && !id.is_reserved(), "{id:?}");
        }
    }
}
