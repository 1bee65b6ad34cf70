// SPDX-License-Identifier: MIT OR GPL-2.0

//! The open holds.
//!
//! A hold may stay open longer than the journal remembers it, so what is needed to settle it is kept here. Places come
//! from a fixed table and are taken before any other lock; an open hold hangs on the bucket of its id and is
//! protected by that bucket's lock.

use qenex_abi::{Id, JournalEntry, RestoreHold, QENEX_ENTRY_HOLD};

use crate::expiry::ExpiryQueue;
use crate::index::Bucket;
use crate::sync::{Array, AtomicU64, LockClass, Nesting, OutOfMemory, Protected, SpinLock};

/// A hold that is neither posted, voided nor expired.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Hold {
    /// The id under which it was made.
    pub(crate) id: Id,
    /// Sequence number of its entry.
    pub(crate) sequence: u64,
    /// When it was made, nanoseconds since 1970-01-01 UTC.
    pub(crate) timestamp: u64,
    /// Number of the account that will be debited.
    pub(crate) from_account: u64,
    /// Number of the account that will be credited.
    pub(crate) to_account: u64,
    /// Minor units held.
    pub(crate) amount: u64,
    /// When it expires, nanoseconds since 1970-01-01 UTC; 0 is never.
    pub(crate) expires: u64,
    /// The caller's reference.
    pub(crate) reference: Id,
    /// ISO 4217 numeric code.
    pub(crate) currency: u32,
    /// Flags of the request.
    pub(crate) flags: u32,
    /// The caller's code.
    pub(crate) code: u32,
    /// Seconds after which it expires, as asked for.
    pub(crate) timeout: u32,
}

impl Hold {
    /// The hold that this entry made.
    pub(crate) fn of(entry: &JournalEntry) -> Hold {
        let lifetime = u64::from(entry.timeout).saturating_mul(1_000_000_000);
        Hold {
            id: entry.id,
            sequence: entry.sequence,
            timestamp: entry.timestamp,
            from_account: entry.from_account,
            to_account: entry.to_account,
            amount: entry.amount,
            expires: if entry.timeout == 0 { 0 } else { entry.timestamp.saturating_add(lifetime) },
            reference: entry.reference,
            currency: entry.currency,
            flags: entry.flags,
            code: entry.code,
            timeout: entry.timeout,
        }
    }

    /// The hold as it was saved.
    pub(crate) fn from_saved(saved: &RestoreHold) -> Hold {
        Hold {
            id: saved.id,
            sequence: saved.sequence,
            timestamp: saved.timestamp,
            from_account: saved.from_account,
            to_account: saved.to_account,
            amount: saved.amount,
            expires: saved.expires,
            reference: saved.reference,
            currency: saved.currency,
            flags: saved.flags,
            code: saved.code,
            timeout: saved.timeout,
        }
    }

    /// The hold as it is saved.
    pub(crate) fn to_saved(self) -> RestoreHold {
        RestoreHold {
            id: self.id,
            sequence: self.sequence,
            timestamp: self.timestamp,
            from_account: self.from_account,
            to_account: self.to_account,
            amount: self.amount,
            expires: self.expires,
            reference: self.reference,
            currency: self.currency,
            flags: self.flags,
            code: self.code,
            timeout: self.timeout,
        }
    }

    /// What its entry said, as far as a retry is compared with it: for a hold whose entry has left the journal.
    pub(crate) fn entry(&self) -> JournalEntry {
        JournalEntry {
            sequence: self.sequence,
            timestamp: self.timestamp,
            id: self.id,
            from_account: self.from_account,
            to_account: self.to_account,
            amount: self.amount,
            requested: self.amount,
            reference: self.reference,
            currency: self.currency,
            flags: self.flags,
            code: self.code,
            timeout: self.timeout,
            kind: QENEX_ENTRY_HOLD,
            ..JournalEntry::default()
        }
    }
}

/// A place in the table.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    hold: Hold,
    /// The next place of the same bucket, or of the free list; 0 is none.
    next: u32,
}

/// Memory that each place takes, its part of the queue of expiry included.
#[cfg(test)]
pub(crate) const BYTES_PER_HOLD: usize = core::mem::size_of::<Place>() + crate::expiry::BYTES_PER_HOLD;

/// All places for holds. They are numbered from 1.
pub(crate) struct HoldTable {
    places: Array<Protected<Place>>,
    /// Protects `free` and the places on the free list. Taken alone.
    lock: SpinLock,
    free: Protected<u32>,
    open: AtomicU64,
    /// The open holds that expire.
    expiry: ExpiryQueue,
}

impl HoldTable {
    /// A table for `max` holds, below 2^32.
    pub(crate) fn new(max: usize) -> Result<Self, OutOfMemory> {
        // CAST: `max` is below 2^32. Place i is followed by i + 1; the last one by none.
        let place = |i: usize| Protected::new(Place { hold: Hold::default(), next: ((i + 2) % (max + 1)) as u32 });
        Ok(HoldTable {
            places: Array::new(max, place)?,
            lock: SpinLock::new(),
            free: Protected::new(u32::from(max > 0)),
            open: AtomicU64::new(0),
            expiry: ExpiryQueue::new(max)?,
        })
    }

    /// Makes the lock ready, in place.
    pub(crate) fn init(&self) {
        self.lock.init(LockClass::Holds);
        self.expiry.init();
    }

    /// The open holds in the order in which they expire.
    pub(crate) fn expiry(&self) -> &ExpiryQueue {
        &self.expiry
    }

    /// The hold in a place, while the ledger is being restored: nobody else uses the table then.
    pub(crate) fn restored(&self, place: u64) -> Option<Hold> {
        let cell = self.place(u32::try_from(place).ok()?)?;
        // SAFETY: a ledger that is being restored takes no changes, and the calls of the restoring come one at a time.
        Some(unsafe { cell.copy() }.hold)
    }

    /// How many holds are open.
    pub(crate) fn count(&self) -> u64 {
        self.open.load()
    }

    /// How many there can be.
    pub(crate) fn max(&self) -> u64 {
        self.places.len() as u64
    }

    /// Takes a free place. Without other locks held.
    pub(crate) fn reserve(&self) -> Option<u32> {
        self.lock.lock(Nesting::First);
        // SAFETY: the lock is held.
        let free = unsafe { self.free.get() };
        let number = *free;
        let taken = self.place(number).map(|place| {
            // SAFETY: a place on the free list is protected by the lock, which is held.
            *free = unsafe { place.copy() }.next;
            number
        });
        // SAFETY: taken above; `free` is not used any more.
        unsafe { self.lock.unlock() };
        taken
    }

    /// Gives back a place that holds nothing. Without other locks held.
    pub(crate) fn give_back(&self, number: u32) {
        let Some(place) = self.place(number) else { return };
        self.lock.lock(Nesting::First);
        // SAFETY: the lock is held.
        let free = unsafe { self.free.get() };
        // SAFETY: the place belongs to the caller until it is on the list, then to the lock.
        unsafe { place.get() }.next = *free;
        *free = number;
        // SAFETY: taken above; `free` is not used any more.
        unsafe { self.lock.unlock() };
    }

    /// Opens `hold` in a place taken with [`Self::reserve`].
    ///
    /// # Safety
    ///
    /// The caller holds the lock of `bucket`, which is that of the hold's id.
    pub(crate) unsafe fn open(&self, number: u32, hold: Hold, bucket: &Bucket) {
        let Some(place) = self.place(number) else { return };
        // SAFETY: the bucket's lock is held, by this function's contract.
        let first = unsafe { bucket.hold.get() };
        // SAFETY: the place belongs to the caller, who reserved it.
        *unsafe { place.get() } = Place { hold, next: *first };
        *first = number;
        self.open.fetch_add(1);
        if hold.expires != 0 {
            self.expiry.push(number, hold.expires, hold.id);
        }
    }

    /// The open hold with this id and its place.
    ///
    /// # Safety
    ///
    /// The caller holds the lock of `bucket`, which is that of `id`.
    pub(crate) unsafe fn find(&self, id: Id, bucket: &Bucket) -> Option<(u32, Hold)> {
        // SAFETY: the bucket's lock is held, by this function's contract.
        let mut number = unsafe { bucket.hold.copy() };
        while let Some(cell) = self.place(number) {
            // SAFETY: the bucket's lock protects the places that hang on it.
            let place = unsafe { cell.copy() };
            if place.hold.id == id {
                return Some((number, place.hold));
            }
            number = place.next;
        }
        None
    }

    /// Takes an ended hold off its bucket. The place then belongs to the caller, who gives it back when the locks are
    /// open again.
    ///
    /// # Safety
    ///
    /// The caller holds the lock of `bucket`, on which the hold hangs.
    pub(crate) unsafe fn close(&self, number: u32, bucket: &Bucket) {
        let Some(ended) = self.place(number) else { return };
        // SAFETY: the bucket's lock protects the places that hang on it.
        let next = unsafe { ended.copy() }.next;
        // SAFETY: the bucket's lock is held, by this function's contract.
        let mut before = unsafe { bucket.hold.get() };
        while *before != number {
            let Some(place) = self.place(*before) else { return };
            // SAFETY: as above; the reference to the place before is not used any more.
            before = &mut unsafe { place.get() }.next;
        }
        *before = next;
        self.open.fetch_add(u64::MAX);
        self.expiry.remove(number);
    }

    fn place(&self, number: u32) -> Option<&Protected<Place>> {
        self.places.get((number as usize).checked_sub(1)?)
    }
}
