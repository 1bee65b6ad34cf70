// SPDX-License-Identifier: MIT OR GPL-2.0

//! The table of all accounts.
//!
//! It grows by segments of fixed size, so that an account never moves and its place follows from its index. A segment is
//! made before the account that needs it is opened, outside all locks.
//!
//! # Memory ordering
//!
//! Two things are published here without a lock. A *segment* is put into its `OnceArray` when all its places are made and
//! their locks are ready; `OnceArray` stores with release and looks with acquire, so that whoever finds it finds that. Of two
//! threads that make one, one is first and the other drops its own. An *account* is published by `count`: its opener writes
//! state and opening data, then stores `count` with release, under the lock of openings, so that `count` only grows. A reader
//! loads `count` with acquire, and of an index that is covered sees the opening data, which nobody writes any more, without a
//! lock; the state it reads under the account's lock. That the segment of a covered index is seen, too, follows: its opener
//! found it, or stored it, before it stored `count`.

use crate::account::{AccountMore, AccountOpening, AccountSlot, AccountState};
use crate::sync::{spin_hint, Array, AtomicU64, LockClass, OnceArray, OutOfMemory, Protected, SpinLock};

/// Accounts in a segment: 256 KiB of state. Under shuttle and miri so few that a test opens several segments.
const SEGMENT: usize = if cfg!(any(shuttle, miri)) { 2 } else { 4096 };

/// All accounts.
///
/// # Invariants
///
/// The first `count` places are open and their segments exist. A place's opening data is written before `count` covers
/// it and never again.
pub(crate) struct AccountTable {
    states: Array<OnceArray<AccountSlot>>,
    more: Array<OnceArray<AccountMore>>,
    count: AtomicU64,
    max: u64,
}

impl AccountTable {
    /// An empty table with room for `max` accounts.
    pub(crate) fn new(max: u64) -> Result<Self, OutOfMemory> {
        // CAST: the configuration bounds `max` well below usize.
        let segments = (max as usize).div_ceil(SEGMENT);
        Ok(AccountTable {
            states: Array::new(segments, |_| OnceArray::new())?,
            more: Array::new(segments, |_| OnceArray::new())?,
            count: AtomicU64::new(0),
            max,
        })
    }

    /// How many accounts are open or were.
    pub(crate) fn count(&self) -> u64 {
        self.count.load_acquire()
    }

    /// How many there can be.
    pub(crate) fn max(&self) -> u64 {
        self.max
    }

    /// Makes the segments that hold the next `more` places. In process context, without locks. Asking for more than
    /// `max` is no error here: the opening itself is refused.
    pub(crate) fn make_room(&self, more: u64) -> Result<(), OutOfMemory> {
        let end = self.count().saturating_add(more).min(self.max);
        let Some(last) = end.checked_sub(1) else { return Ok(()) };
        // Of an earlier segment this thread knows that it exists, because the places in it are counted.
        for place in [self.count().min(last), last] {
            // CAST: below `max`.
            let segment = place as usize / SEGMENT;
            let (Some(states), Some(more)) = (self.states.get(segment), self.more.get(segment)) else {
                return Ok(());
            };
            if more.get().is_none() {
                more.set(Array::new(SEGMENT, |_| AccountMore::default())?);
            }
            if states.get().is_none() {
                let made = Array::new(SEGMENT, |_| AccountSlot {
                    lock: SpinLock::new(),
                    state: Protected::new(AccountState::default()),
                })?;
                for slot in made.iter() {
                    slot.lock.init(LockClass::Account);
                }
                states.set(made);
            }
            // Another thread may have been quicker, and not have finished yet.
            while more.get().is_none() || states.get().is_none() {
                spin_hint();
            }
        }
        Ok(())
    }

    /// The account with this index (from 1, as in its number), if it is open.
    #[inline]
    pub(crate) fn get(&self, index: u64) -> Option<&AccountSlot> {
        // OVERFLOW: 0 becomes the highest of all, which is never counted.
        let place = index.wrapping_sub(1);
        if place >= self.count() {
            return None;
        }
        // CAST: counted, so below `max`.
        self.at(place as usize)
    }

    /// The place of the account with this index, open or not, if its segment exists.
    #[inline]
    pub(crate) fn place(&self, index: u64) -> Option<&AccountSlot> {
        // CAST: a too large index has no segment.
        self.at(usize::try_from(index.checked_sub(1)?).ok()?)
    }

    #[inline(always)]
    fn at(&self, place: usize) -> Option<&AccountSlot> {
        self.states.get(place / SEGMENT)?.get()?.get(place % SEGMENT)
    }

    /// The rest of the account with this index, open or not, if its segment exists.
    #[inline]
    pub(crate) fn more(&self, index: u64) -> Option<&AccountMore> {
        // CAST: a too large index has no segment.
        let place = usize::try_from(index.checked_sub(1)?).ok()?;
        self.more.get(place / SEGMENT)?.get()?.get(place % SEGMENT)
    }

    /// What was said of the account when it was opened.
    pub(crate) fn opening(&self, index: u64) -> Option<AccountOpening> {
        if index > self.count() {
            return None;
        }
        // SAFETY: the place is counted, so nobody writes it any more (type invariant).
        Some(unsafe { self.more(index)?.opening.copy() })
    }

    /// Counts one more account: from now on it is found.
    ///
    /// # Safety
    ///
    /// The caller holds the lock of openings and has written state and opening data of the place.
    pub(crate) unsafe fn publish(&self, index: u64) {
        self.count.store_release(index);
    }
}
