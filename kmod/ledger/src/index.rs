// SPDX-License-Identifier: MIT OR GPL-2.0

//! From an id to what is on record under it.
//!
//! The index is a hash table whose chains run through the journal: a head names the newest entry with that hash, and
//! each entry's link names the next older one. So an entry that leaves the ring leaves the index with it: a chain ends
//! at the first entry that is not in the ring any more, and nothing ever has to be removed.
//!
//! An entry that settles or reverses another one is in two chains, that of its own id and that of the other's. Walking
//! the chain of a hold or posting from the newest end therefore meets everything that was done to it before it meets
//! the thing itself, and no state has to be kept beside the history.
//!
//! # Locking
//!
//! A bucket is one cache line: its lock, the open holds with that hash and seven chain heads. Whoever looks an id up to
//! act on it holds the lock of its bucket until the act is done; two threads with the same id meet there. Links are
//! written by the thread that reserved the entry, under the locks of both chains' buckets; they are read under the
//! lock of one, and validated as the journal's slots are, because the entry they belong to may be overwritten meanwhile.

use qenex_abi::{
    Id, JournalEntry, QENEX_ENTRY_EXPIRE_HOLD, QENEX_ENTRY_POST_HOLD, QENEX_ENTRY_REVERSAL, QENEX_ENTRY_VOID_HOLD,
};

use crate::cpu::prefetch;
use crate::journal::Journal;
use crate::sync::{Array, AtomicU64, LockClass, OutOfMemory, Protected, SpinLock};

/// Chain heads in a bucket: what fits in its cache line.
const HEADS: usize = 7;

/// Where an id belongs: its hash. Bits 0 to 15 choose the head in a bucket, those from 20 on the bucket, and the topmost ones
/// are the tag.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Key(u64);

impl Key {
    /// Of no id.
    pub(crate) const NONE: Key = Key(0);

    /// Which head of its bucket.
    fn head(self) -> usize {
        // CAST: below HEADS.
        (((self.0 & 0xffff) * HEADS as u64) >> 16) as usize
    }

    /// Bits of the hash that tell most other ids of the chain apart without a look at them.
    fn tag(self) -> u64 {
        self.0 >> (64 - Reference::TAG_BITS)
    }
}

/// An id's key, and the bucket that it names.
#[derive(Clone, Copy)]
pub(crate) struct Spot<'a> {
    key: Key,
    pub(crate) bucket: &'a Bucket,
}

impl Spot<'_> {
    /// Makes `place` the head of the chain and returns the head before.
    ///
    /// # Safety
    ///
    /// The caller holds the bucket's lock.
    #[inline(always)]
    unsafe fn push(self, place: Reference) -> Reference {
        let Some(head) = self.bucket.heads.get(self.key.head()) else { return Reference::NONE };
        let before = Reference(head.load());
        head.store(place.0);
        before
    }
}

/// The last sequence number that there can be: what a [`Reference`] has room for. 53 bits last 28 years at ten million changes
/// a second.
pub(crate) const SEQUENCE_MAX: u64 = u64::MAX >> (Reference::TAG_BITS + 1);

/// A place in a chain: an entry's sequence number, which of its two links goes on, and the tag of the id.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Reference(u64);

impl Reference {
    const NONE: Reference = Reference(0);
    const TAG_BITS: u32 = 10;

    fn new(sequence: u64, related: bool, tag: u64) -> Self {
        Reference(sequence << (Self::TAG_BITS + 1) | u64::from(related) << Self::TAG_BITS | tag)
    }

    fn sequence(self) -> u64 {
        self.0 >> (Self::TAG_BITS + 1)
    }

    fn is_related(self) -> bool {
        self.0 >> Self::TAG_BITS & 1 == 1
    }

    fn tag(self) -> u64 {
        self.0 & ((1 << Self::TAG_BITS) - 1)
    }
}

/// One line of the table.
#[repr(C, align(64))]
pub(crate) struct Bucket {
    /// Protects `hold` and `heads`, and the holds that hang on them.
    pub(crate) lock: SpinLock,
    /// The first open hold whose id belongs here, see [`crate::holds`]; 0 is none.
    pub(crate) hold: Protected<u32>,
    /// Each a [`Reference`]. Atomics only so that [`IdIndex::prefetch_chain`] may peek at them without the lock.
    heads: [AtomicU64; HEADS],
}

impl Bucket {
    /// The newest place in the chain of `key`.
    #[inline]
    fn head(&self, key: Key) -> Reference {
        self.heads.get(key.head()).map_or(Reference::NONE, |head| Reference(head.load()))
    }
}

/// The older neighbours of an entry in the chains of its own id and of the id it settles or reverses.
///
/// A sequence lock like the journal's slot: `sequence` is 0 while it is written.
struct Link {
    sequence: AtomicU64,
    own: AtomicU64,
    related: AtomicU64,
}

/// Memory that each entry of the journal takes in the index.
#[cfg(test)]
pub(crate) const BYTES_PER_ENTRY: usize = core::mem::size_of::<Link>() + core::mem::size_of::<Bucket>() / 4;

/// What is on record about an id.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct History {
    /// The entry with that id.
    pub(crate) entry: Option<JournalEntry>,
    /// Kind of the entry that ended it, if it is a hold that has ended.
    pub(crate) ended_by: Option<u16>,
    /// How much of it has been reversed.
    pub(crate) reversed: u64,
}

/// The index.
pub(crate) struct IdIndex {
    buckets: Array<Bucket>,
    links: Array<Link>,
    /// One less than how many there are, powers of two.
    bucket_mask: u32,
    link_mask: u64,
    /// Makes the hash unpredictable, so that nobody can choose ids that all fall into one chain.
    hash_key: [u64; 2],
}

impl IdIndex {
    /// An index for a journal of `entries` slots, a power of two.
    pub(crate) fn new(entries: usize, hash_key: [u64; 2]) -> Result<Self, OutOfMemory> {
        debug_assert!(entries.is_power_of_two());
        let bucket = |_| Bucket {
            lock: SpinLock::new(),
            hold: Protected::new(0),
            heads: [const { AtomicU64::new(Reference::NONE.0) }; HEADS],
        };
        let link = |_| Link { sequence: AtomicU64::new(0), own: AtomicU64::new(0), related: AtomicU64::new(0) };
        // One bucket for four entries: chains of 0.57 entries on average when the ring is full.
        let buckets = (entries / 4).max(1);
        Ok(IdIndex {
            buckets: Array::new(buckets, bucket)?,
            links: Array::new(entries, link)?,
            // CAST: below 2^32: a quarter of the ring.
            bucket_mask: (buckets - 1) as u32,
            link_mask: entries as u64 - 1,
            hash_key,
        })
    }

    /// Makes the locks ready, in place.
    pub(crate) fn init(&self) {
        for bucket in self.buckets.iter() {
            bucket.lock.init(LockClass::Bucket);
        }
    }

    /// Where `id` belongs.
    #[inline]
    pub(crate) fn key(&self, id: Id) -> Key {
        let product = u128::from(id.low ^ self.hash_key[0]) * u128::from(id.high ^ self.hash_key[1]);
        // CAST: folds the halves of the product.
        let folded = product as u64 ^ (product >> 64) as u64;
        Key(folded.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ folded >> 32)
    }

    /// The number of the bucket of `key`.
    #[inline(always)]
    pub(crate) fn number(&self, key: Key) -> u64 {
        key.0 >> 20 & u64::from(self.bucket_mask)
    }

    /// The bucket of `key`.
    #[inline(always)]
    pub(crate) fn bucket_of(&self, key: Key) -> Option<&Bucket> {
        // CAST: masked to a u32.
        self.bucket(self.number(key) as u32)
    }

    /// The bucket with this number.
    #[inline]
    pub(crate) fn bucket(&self, number: u32) -> Option<&Bucket> {
        self.buckets.get(number as usize)
    }

    /// Where `id` belongs, looked up.
    #[inline(always)]
    pub(crate) fn spot(&self, id: Id) -> Option<Spot<'_>> {
        self.at(self.key(id))
    }

    /// The bucket of `key`.
    #[inline(always)]
    pub(crate) fn at(&self, key: Key) -> Option<Spot<'_>> {
        Some(Spot { key, bucket: self.bucket_of(key)? })
    }

    /// Has the first link brought near that a look at `spot` will follow.
    #[inline(always)]
    pub(crate) fn prefetch_chain(&self, spot: Spot<'_>) {
        let head = spot.bucket.head(spot.key);
        if head != Reference::NONE {
            if let Some(link) = self.link(head.sequence()) {
                prefetch(link);
            }
        }
    }

    /// Whether nothing in the journal can be on record under an id that belongs here: most often so for an id that is new.
    ///
    /// # Safety
    ///
    /// The caller holds the bucket's lock.
    #[inline(always)]
    pub(crate) unsafe fn is_empty(&self, spot: Spot<'_>) -> bool {
        let mut empty = true;
        // SAFETY: the lock is held, by this function's contract.
        unsafe {
            self.walk(spot, |place| {
                empty = place.is_related();
                !empty
            });
        }
        empty
    }

    /// The entry with this id, if it is in the journal.
    ///
    /// # Safety
    ///
    /// The caller holds the bucket's lock.
    pub(crate) unsafe fn find(&self, spot: Spot<'_>, id: Id, journal: &Journal) -> Option<JournalEntry> {
        let mut found = None;
        // SAFETY: the lock is held, by this function's contract.
        unsafe {
            self.walk(spot, |place| {
                if !place.is_related() {
                    found = journal.read(place.sequence()).filter(|entry| entry.id == id);
                }
                found.is_some()
            });
        }
        found
    }

    /// What has been done under this id and to it, as far as the journal reaches.
    ///
    /// # Safety
    ///
    /// The caller holds the bucket's lock.
    pub(crate) unsafe fn history(&self, spot: Spot<'_>, id: Id, journal: &Journal) -> History {
        let mut history = History::default();
        // SAFETY: the lock is held, by this function's contract.
        unsafe {
            self.walk(spot, |place| {
                let Some(entry) = journal.read(place.sequence()) else { return false };
                if !place.is_related() {
                    history.entry = Some(entry).filter(|entry| entry.id == id);
                } else if entry.related_id == id {
                    match entry.kind {
                        QENEX_ENTRY_POST_HOLD | QENEX_ENTRY_VOID_HOLD | QENEX_ENTRY_EXPIRE_HOLD => {
                            history.ended_by = Some(entry.kind);
                        }
                        // What was reversed never exceeds the original, so the sum is in range.
                        QENEX_ENTRY_REVERSAL => history.reversed = history.reversed.saturating_add(entry.amount),
                        _ => {}
                    }
                }
                history.entry.is_some()
            });
        }
        history
    }

    /// Shows `visit` the places in the chain of `spot` that may belong to the id it was made from, newest first, until it
    /// returns true or the chain ends.
    ///
    /// # Safety
    ///
    /// The caller holds the bucket's lock.
    #[inline(always)]
    unsafe fn walk(&self, spot: Spot<'_>, mut visit: impl FnMut(Reference) -> bool) {
        let mut place = spot.bucket.head(spot.key);
        while place != Reference::NONE {
            if place.tag() == spot.key.tag() && visit(place) {
                return;
            }
            let Some(next) = self.next(place) else { return };
            place = next;
        }
    }

    /// The next older place of a chain, or `None` if the entry has left the ring.
    fn next(&self, place: Reference) -> Option<Reference> {
        let link = self.link(place.sequence())?;
        if link.sequence.load_acquire() != place.sequence() {
            return None;
        }
        let next = if place.is_related() { link.related.load_acquire() } else { link.own.load_acquire() };
        (link.sequence.load() == place.sequence()).then_some(Reference(next))
    }

    /// Puts the entry with this sequence number at the head of the chain of its own id, and of the id it settles or
    /// reverses.
    ///
    /// # Safety
    ///
    /// The caller has reserved the number, holds the locks of both buckets, and calls this once for each number,
    /// in ascending order.
    #[inline(always)]
    pub(crate) unsafe fn insert(&self, sequence: u64, own: Spot<'_>, related: Option<Spot<'_>>) {
        let Some(link) = self.link(sequence) else { return };
        link.sequence.store(0);
        // SAFETY: the locks are held, by this function's contract.
        let own_next = unsafe { own.push(Reference::new(sequence, false, own.key.tag())) };
        link.own.store_release(own_next.0);
        if let Some(related) = related {
            // SAFETY: the locks are held, by this function's contract.
            let related_next = unsafe { related.push(Reference::new(sequence, true, related.key.tag())) };
            link.related.store_release(related_next.0);
        }
        link.sequence.store_release(sequence);
    }

    #[inline(always)]
    fn link(&self, sequence: u64) -> Option<&Link> {
        // CAST: masked to the table's length, a power of two.
        self.links.get((sequence & self.link_mask) as usize)
    }
}
