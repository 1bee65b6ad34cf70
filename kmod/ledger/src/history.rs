// SPDX-License-Identifier: MIT OR GPL-2.0

//! Reading what the journal ring still holds.

use qenex_abi::{AccountNumber, Id, JournalEntry, QENEX_BATCH_MAX};

use crate::account::Caller;
use crate::index::{Key, Spot, SEQUENCE_MAX};
use crate::ledger::Ledger;
use crate::sync::Nesting;

impl Ledger {
    /// What is on record under an id, as far as the journal reaches, if `caller` may see it.
    pub fn recorded(&self, id: Id, caller: &Caller) -> Option<JournalEntry> {
        let key = self.index.key(id);
        let bucket = self.index.bucket_of(key)?;
        bucket.lock.lock(Nesting::First);
        // SAFETY: the bucket's lock is held.
        let entry = unsafe { self.find(key, id) };
        // SAFETY: taken above; the entry is a copy.
        unsafe { bucket.lock.unlock() };
        entry.filter(|entry| self.may_see(entry, caller))
    }

    /// Reads entries in order, from sequence number `first` on or the oldest that the ring holds, into `entries`, leaving
    /// out those that `caller` may not see. Returns how many were read and where to go on. No more are looked at than there
    /// is room for, or [`QENEX_BATCH_MAX`], so that a caller who may see few does not keep a processor for the length of the
    /// ring.
    pub fn recorded_from(&self, first: u64, entries: &mut [JournalEntry], caller: &Caller) -> (usize, u64) {
        let last = self.journal.sequence().min(SEQUENCE_MAX);
        let oldest = last.saturating_sub(self.journal.capacity()).saturating_add(1);
        let mut sequence = first.max(oldest);
        let most = u64::from(QENEX_BATCH_MAX).max(entries.len() as u64);
        let last = last.min(sequence.saturating_add(most - 1));
        let mut found = 0;
        while sequence <= last {
            let Some(place) = entries.get_mut(found) else { break };
            match self.journal.read(sequence) {
                Some(entry) if self.may_see(&entry, caller) => {
                    *place = entry;
                    found += 1;
                }
                Some(_) => {}
                // Not written yet: later. Overwritten meanwhile: the next one may still be there.
                None if self.journal.sequence().saturating_sub(sequence) < self.journal.capacity() => break,
                None => {}
            }
            // OVERFLOW: not above the last number, which is bounded far below 2^64.
            sequence = sequence.wrapping_add(1);
        }
        (found, sequence)
    }

    /// What is on record under an id: in the journal, or an open hold that is older.
    ///
    /// # Safety
    ///
    /// The lock of the key's bucket is held.
    pub(crate) unsafe fn find(&self, key: Key, id: Id) -> Option<JournalEntry> {
        // SAFETY: the bucket's lock is held, by this function's contract.
        unsafe { self.find_at(self.index.at(key)?, id) }
    }

    /// The same for an id that belongs here.
    ///
    /// # Safety
    ///
    /// The bucket's lock is held.
    #[inline(always)]
    pub(crate) unsafe fn find_at(&self, spot: Spot<'_>, id: Id) -> Option<JournalEntry> {
        // SAFETY: the bucket's lock is held, by this function's contract.
        if unsafe { spot.bucket.hold.copy() == 0 && self.index.is_empty(spot) } {
            return None;
        }
        // SAFETY: as above.
        unsafe { self.look_for(spot, id) }
    }

    /// The long way to find an entry.
    ///
    /// # Safety
    ///
    /// The bucket's lock is held.
    #[inline(never)]
    unsafe fn look_for(&self, spot: Spot<'_>, id: Id) -> Option<JournalEntry> {
        // SAFETY: the bucket's lock is held, by this function's contract.
        let entry = unsafe { self.index.find(spot, id, &self.journal) };
        // SAFETY: as above.
        entry.or_else(|| unsafe { self.holds.find(id, spot.bucket) }.map(|(_, hold)| hold.entry()))
    }

    fn may_see(&self, entry: &JournalEntry, caller: &Caller) -> bool {
        let owns = |number| {
            let slot = AccountNumber::new(number).and_then(|number| self.accounts.get(number.index()));
            slot.is_some_and(|slot| {
                slot.lock.lock(Nesting::First);
                // SAFETY: the account's lock is held.
                let state = unsafe { slot.state.copy() };
                // SAFETY: taken above; the state is a copy.
                unsafe { slot.lock.unlock() };
                state.owner == caller.uid
            })
        };
        caller.operator || entry.actor == caller.uid || owns(entry.from_account) || owns(entry.to_account)
    }
}
