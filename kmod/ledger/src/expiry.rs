// SPDX-License-Identifier: MIT OR GPL-2.0

//! The open holds in the order in which they expire, and expiring them.
//!
//! A hold is past its time as soon as the clock says so: from then on it cannot be posted or voided. Its money becomes
//! available when the timer comes round, by an entry in the journal like any other.
//!
//! # Memory ordering
//!
//! The heap is only touched under its lock. `earliest` is a copy for whoever sets the timer, written under the lock and read
//! without it or any ordering: nothing else is concluded from it. Whoever has made a hold reads its own value or a newer one,
//! since the values of one place have one order for all; a newer one is either as early, or was written by somebody who sets
//! the timer as well, or when the hold had ended. A timer that comes too early finds nothing due and is set anew.

use qenex_abi::{Id, ResultCode, Transfer, QENEX_TRANSFER_VOID_HOLD};

use crate::account::Caller;
use crate::group::Single;
use crate::ledger::Ledger;
use crate::sync::{Array, AtomicU64, LockClass, Nesting, OutOfMemory, Protected, SpinLock};

/// Never.
const NEVER: u64 = u64::MAX;

/// A hold in the queue.
#[derive(Clone, Copy, Debug, Default)]
struct Due {
    /// When, nanoseconds since 1970-01-01 UTC.
    expires: u64,
    /// Its id.
    id: Id,
    /// Its place in the table of holds.
    place: u32,
}

/// Memory that each hold takes.
#[cfg(test)]
pub(crate) const BYTES_PER_HOLD: usize = core::mem::size_of::<Due>() + core::mem::size_of::<u32>();

/// A binary heap over the places of the table of holds, from which a hold can also be taken out of the middle.
///
/// # Invariants
///
/// The first `len` of `heap` are in heap order; for each of them `at[place - 1]` is one more than where it is, and all
/// other `at` are 0. `earliest` is the first one's time, or [`NEVER`].
pub(crate) struct ExpiryQueue {
    /// Protects `heap`, `at` and `len`. Taken after the locks of accounts.
    lock: SpinLock,
    heap: Array<Protected<Due>>,
    at: Array<Protected<u32>>,
    len: Protected<usize>,
    earliest: AtomicU64,
}

impl ExpiryQueue {
    /// An empty queue for `max` holds.
    pub(crate) fn new(max: usize) -> Result<Self, OutOfMemory> {
        Ok(ExpiryQueue {
            lock: SpinLock::new(),
            heap: Array::new(max, |_| Protected::new(Due::default()))?,
            at: Array::new(max, |_| Protected::new(0))?,
            len: Protected::new(0),
            earliest: AtomicU64::new(NEVER),
        })
    }

    /// Makes the lock ready, in place.
    pub(crate) fn init(&self) {
        self.lock.init(LockClass::Expiry);
    }

    /// When the next hold expires; `u64::MAX` if none does.
    pub(crate) fn earliest(&self) -> u64 {
        self.earliest.load()
    }

    /// The id of a hold whose time has come at `now`.
    pub(crate) fn due(&self, now: u64) -> Option<Id> {
        self.lock.lock(Nesting::First);
        // SAFETY: the lock is held.
        let first = unsafe { self.get(0) };
        // SAFETY: taken above; only a copy is used below.
        unsafe { self.lock.unlock() };
        first.filter(|due| due.expires <= now).map(|due| due.id)
    }

    /// Puts a hold into the queue.
    pub(crate) fn push(&self, place: u32, expires: u64, id: Id) {
        self.lock.lock(Nesting::First);
        // SAFETY: the lock is held.
        unsafe {
            let end = self.len.copy();
            if end < self.heap.len() {
                *self.len.get() = end + 1;
                self.rise(end, Due { expires, id, place });
            }
            self.note_earliest();
            self.lock.unlock();
        }
    }

    /// Takes a hold out of the queue, if it is in it.
    pub(crate) fn remove(&self, place: u32) {
        self.lock.lock(Nesting::First);
        // SAFETY: the lock is held.
        unsafe {
            if let Some(at) = self.position(place) {
                // OVERFLOW: the hold is in the queue, so that it is not empty.
                let end = self.len.copy() - 1;
                *self.len.get() = end;
                let last = self.heap.get(end).map(|due| due.copy());
                self.set_position(place, 0);
                if let Some(last) = last.filter(|_| at != end) {
                    let at = self.rise(at, last);
                    self.sink(at, last);
                }
            }
            self.note_earliest();
            self.lock.unlock();
        }
    }

    /// Puts `due` at `at` or, if it is earlier than those above, further up. Returns where it came to be.
    ///
    /// # Safety
    ///
    /// The lock is held.
    unsafe fn rise(&self, mut at: usize, due: Due) -> usize {
        // SAFETY: the lock is held, by this function's contract.
        unsafe {
            while at > 0 {
                let above = (at - 1) / 2;
                let Some(parent) = self.get(above).filter(|parent| parent.expires > due.expires) else { break };
                self.set(at, parent);
                at = above;
            }
            self.set(at, due);
        }
        at
    }

    /// Moves `due`, which is at `at`, below those that are earlier.
    ///
    /// # Safety
    ///
    /// The lock is held.
    unsafe fn sink(&self, mut at: usize, due: Due) {
        // SAFETY: the lock is held, by this function's contract.
        unsafe {
            loop {
                let left = 2 * at + 1;
                let (Some(mut child), mut below) = (self.get(left), left) else { break };
                if let Some(right) = self.get(left + 1).filter(|right| right.expires < child.expires) {
                    (child, below) = (right, left + 1);
                }
                if child.expires >= due.expires {
                    break;
                }
                self.set(at, child);
                at = below;
            }
            self.set(at, due);
        }
    }

    /// # Safety
    ///
    /// The lock is held.
    unsafe fn get(&self, at: usize) -> Option<Due> {
        // SAFETY: the lock is held, by this function's contract.
        unsafe { (at < self.len.copy()).then(|| self.heap.get(at).map(|due| due.copy()))? }
    }

    /// # Safety
    ///
    /// The lock is held.
    unsafe fn set(&self, at: usize, due: Due) {
        if let Some(cell) = self.heap.get(at) {
            // SAFETY: the lock is held, by this function's contract.
            unsafe {
                *cell.get() = due;
                // CAST: as many as places, whose numbers are u32.
                self.set_position(due.place, at as u32 + 1);
            }
        }
    }

    /// # Safety
    ///
    /// The lock is held.
    unsafe fn position(&self, place: u32) -> Option<usize> {
        let cell = self.at.get((place as usize).checked_sub(1)?)?;
        // SAFETY: the lock is held, by this function's contract.
        (unsafe { cell.copy() } as usize).checked_sub(1)
    }

    /// # Safety
    ///
    /// The lock is held.
    unsafe fn set_position(&self, place: u32, at: u32) {
        if let Some(cell) = (place as usize).checked_sub(1).and_then(|place| self.at.get(place)) {
            // SAFETY: the lock is held, by this function's contract.
            *unsafe { cell.get() } = at;
        }
    }

    /// # Safety
    ///
    /// The lock is held.
    unsafe fn note_earliest(&self) {
        // SAFETY: the lock is held, by this function's contract.
        let first = unsafe { self.get(0) };
        self.earliest.store(first.map_or(NEVER, |due| due.expires));
    }
}

impl Ledger {
    /// When the next hold expires, nanoseconds since 1970-01-01 UTC; `u64::MAX` if none does.
    pub fn next_expiry(&self) -> u64 {
        self.holds.expiry().earliest()
    }

    /// Ends up to `max` holds whose time has come at `now`. Returns how many; fewer than `max` if there are no more, or if
    /// the journal has no room for them now.
    pub fn expire_holds(&self, now: u64, max: usize) -> usize {
        let mut ended = 0;
        while ended < max && self.closed_for_changes().is_none() {
            let Some(id) = self.holds.expiry().due(now) else { break };
            let item = Transfer { related_id: id, flags: QENEX_TRANSFER_VOID_HOLD, ..Transfer::default() };
            let mut group = Single::single();
            group.expire(self, &item, &Caller::LEDGER, now);
            let refused = group.outcomes().any(|(_, outcome)| outcome.result == ResultCode::JournalFull as u32);
            if refused {
                break;
            }
            // Whoever was quicker has ended the hold; it is out of the queue all the same.
            ended += 1;
        }
        ended
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;

    #[test]
    fn in_order_of_expiry_whatever_is_taken_out() {
        let queue = ExpiryQueue::new(64).expect("memory");
        let mut seed = 1u64;
        for round in 0..200 {
            let mut waiting = std::collections::BTreeMap::new();
            for place in 1..=64u32 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let expires = (seed >> 40) % 50;
                queue.push(place, expires, Id { low: u64::from(place), high: round });
                waiting.insert(place, expires);
                if seed % 3 == 0 {
                    let gone = (seed >> 8) as u32 % place + 1;
                    queue.remove(gone);
                    waiting.remove(&gone);
                }
            }
            while let Some(earliest) = waiting.values().min().copied() {
                assert_eq!(queue.earliest(), earliest);
                let id = queue.due(earliest).expect("one is due");
                assert_eq!(queue.due(earliest.wrapping_sub(1)).filter(|_| earliest > 0), None);
                let place = id.low as u32;
                assert_eq!(waiting.remove(&place), Some(earliest));
                queue.remove(place);
            }
            assert_eq!(queue.earliest(), NEVER);
        }
    }
}
