// SPDX-License-Identifier: MIT

//! Comparing each reversal with its original, which may be any earlier posting.
//!
//! Remembering every posting of a ledger's life would take more memory than there is; few of them are ever reversed. So
//! a first pass collects the ids of those that are, and the second one remembers only these.

use std::collections::HashMap;

use qenex_abi::{Id, JournalEntry, QENEX_ENTRY_POST_HOLD, QENEX_ENTRY_POSTING, QENEX_ENTRY_REVERSAL};

use super::AuditError;
use crate::store::{Reader, StoreError, Walk};

struct Original {
    sequence: u64,
    from_account: u64,
    to_account: u64,
    /// Minor units that have not been reversed.
    left: u64,
}

/// The originals of all reversals.
pub(super) struct Reversals {
    /// `None` until the posting with this id is come to.
    originals: HashMap<Id, Option<Original>>,
    count: u64,
}

impl Reversals {
    /// Finds out what is reversed in the store. What is wrong with the store is left to the audit, which names it in
    /// order.
    pub(super) fn collect(reader: &mut dyn Reader) -> Result<Self, StoreError> {
        let mut originals = HashMap::new();
        for group in Walk::from_start(reader).map_while(Result::ok) {
            for entry in group.entries().iter().filter(|entry| entry.kind == QENEX_ENTRY_REVERSAL) {
                originals.insert(entry.related_id, None);
            }
        }
        Ok(Reversals { originals, count: 0 })
    }

    /// Notes an original, checks a reversal.
    pub(super) fn check(&mut self, entry: &JournalEntry) -> Result<(), AuditError> {
        match entry.kind {
            QENEX_ENTRY_POSTING | QENEX_ENTRY_POST_HOLD if !self.originals.is_empty() => {
                if let Some(original) = self.originals.get_mut(&entry.id) {
                    *original = Some(Original {
                        sequence: entry.sequence,
                        from_account: entry.from_account,
                        to_account: entry.to_account,
                        left: entry.amount,
                    });
                }
                Ok(())
            }
            QENEX_ENTRY_REVERSAL => self.check_reversal(entry),
            _ => Ok(()),
        }
    }

    fn check_reversal(&mut self, entry: &JournalEntry) -> Result<(), AuditError> {
        let sequence = entry.sequence;
        let Some(Some(original)) = self.originals.get_mut(&entry.related_id) else {
            return Err(AuditError::NoOriginal { sequence, original: entry.related_id.to_u128() });
        };
        if (entry.from_account, entry.to_account) != (original.to_account, original.from_account) {
            return Err(AuditError::OtherWay { sequence, original: original.sequence });
        }
        original.left = original.left.checked_sub(entry.amount).ok_or(AuditError::ReversedTooMuch {
            sequence,
            original: original.sequence,
            excess: entry.amount - original.left.min(entry.amount),
        })?;
        self.count += 1;
        Ok(())
    }

    /// How many reversals were checked.
    pub(super) fn count(&self) -> u64 {
        self.count
    }
}
