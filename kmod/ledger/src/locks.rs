// SPDX-License-Identifier: MIT OR GPL-2.0

//! Sets of locks, and the order in which they are taken.
//!
//! The order, which keeps every two threads from waiting for each other:
//!
//! 1. the lock of openings,
//! 2. the buckets of the id index, by number ascending,
//! 3. the accounts, by index ascending,
//! 4. the queue of holds that expire, or the head of the journal.
//!
//! The lock of the free places for holds is taken alone. No lock is held across an allocation, a wait or a look at user
//! memory; the longest any is held is one chain.

use crate::accounts::AccountTable;
use crate::index::IdIndex;
use crate::sync::Nesting;

/// Numbers of locks of one class, ascending, each once.
pub(crate) struct LockSet<const MAX: usize> {
    len: usize,
    numbers: [u64; MAX],
}

impl<const MAX: usize> LockSet<MAX> {
    /// The empty set.
    pub(crate) const fn new() -> Self {
        LockSet { len: 0, numbers: [0; MAX] }
    }

    /// Empties the set.
    pub(crate) fn clear(&mut self) {
        self.len = 0;
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The numbers, ascending.
    pub(crate) fn numbers(&self) -> &[u64] {
        self.numbers.get(..self.len).unwrap_or(&[])
    }

    /// Adds a number. The set has room: it is made for the most that its user adds.
    pub(crate) fn insert(&mut self, number: u64) {
        let Err(at) = self.numbers().binary_search(&number) else { return };
        if self.len < MAX {
            self.numbers.copy_within(at..self.len, at + 1);
            self.numbers[at] = number;
            self.len += 1;
        }
    }

    /// The place of a number in the set.
    pub(crate) fn position(&self, number: u64) -> Option<usize> {
        self.numbers().binary_search(&number).ok()
    }

    /// How the lock at `place` nests: a set for at most two says so, a larger one is taken between `nest_begin` and
    /// `nest_end`.
    fn nesting(place: usize) -> Nesting {
        match (MAX, place) {
            (3.., _) => Nesting::Many,
            (_, 0) => Nesting::First,
            _ => Nesting::Second,
        }
    }

    /// Takes the locks of these buckets.
    pub(crate) fn lock_buckets(&self, index: &IdIndex) {
        for (place, number) in self.numbers().iter().enumerate() {
            // CAST: bucket numbers are u32.
            if let Some(bucket) = index.bucket(*number as u32) {
                bucket.lock.lock(Self::nesting(place));
            }
        }
    }

    /// Opens the locks of these buckets.
    ///
    /// # Safety
    ///
    /// [`Self::lock_buckets`] was called, and nothing that the locks protect is used afterwards.
    pub(crate) unsafe fn unlock_buckets(&self, index: &IdIndex) {
        for number in self.numbers() {
            // CAST: bucket numbers are u32.
            if let Some(bucket) = index.bucket(*number as u32) {
                // SAFETY: taken by `lock_buckets`, by this function's contract.
                unsafe { bucket.lock.unlock() };
            }
        }
    }

    /// Takes the locks of these accounts, all of which are open.
    pub(crate) fn lock_accounts(&self, accounts: &AccountTable) {
        for (place, number) in self.numbers().iter().enumerate() {
            if let Some(slot) = accounts.place(*number) {
                slot.lock.lock(Self::nesting(place));
            }
        }
    }

    /// Opens the locks of these accounts.
    ///
    /// # Safety
    ///
    /// [`Self::lock_accounts`] was called, and nothing that the locks protect is used afterwards.
    pub(crate) unsafe fn unlock_accounts(&self, accounts: &AccountTable) {
        for number in self.numbers() {
            if let Some(slot) = accounts.place(*number) {
                // SAFETY: taken by `lock_accounts`, by this function's contract.
                unsafe { slot.lock.unlock() };
            }
        }
    }
}
