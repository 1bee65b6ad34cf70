// SPDX-License-Identifier: MIT OR GPL-2.0

//! The journal ring: the exact history of the latest changes, in order.
//!
//! A change is made in two steps, both while the locks of its accounts are held: it *reserves* sequence numbers (short,
//! under the journal's lock; this is where order and time are fixed), then *writes* its entries into the slots that
//! belong to the numbers. Slots are written by many threads at once, each its own; a reader knows from the slot itself
//! whether it holds the entry it looks for.
//!
//! # Memory ordering
//!
//! A slot is a sequence lock whose version is the entry's sequence number. The writer stores 0, then each other word with
//! release, then the sequence number with release. The reader loads the sequence number, then each other word with acquire,
//! then the sequence number again, and believes what it read only if both are the number it looks for. If it sees any word
//! of a newer entry, that word's release and acquire make the 0 stored before it visible, so that the second look finds 0 or
//! the newer number. If it sees the number it looks for in the first look, that release and acquire make all the entry's words
//! visible. The words are atomics, so that a torn read is an old or a new word, never undefined. On x86 all of this is plain
//! loads and stores.

use qenex_abi::JournalEntry;

use crate::checksum::{Checksum, EntryWords, ENTRY_WORDS};
use crate::cpu::prefetch;
use crate::index::SEQUENCE_MAX;
use crate::sync::{Array, AtomicU64, LockClass, Nesting, OutOfMemory, Protected, SpinLock};

/// One entry's place in the ring.
#[repr(C, align(64))]
struct Slot([AtomicU64; ENTRY_WORDS]);

/// Where the next change goes.
struct Head {
    /// The last sequence number given out.
    sequence: u64,
    /// The time of the last change.
    timestamp: u64,
}

/// What every change writes: a line of its own, so that threads which pass it to and fro take nothing else along.
#[repr(C, align(64))]
struct Turn {
    /// Protects `head`. The innermost lock: nothing else is taken while it is held.
    lock: SpinLock,
    head: Protected<Head>,
    /// A copy of `head.sequence` for readers without the lock.
    reserved: AtomicU64,
}

/// What only the consumer writes.
#[repr(C, align(64))]
struct Consumed {
    /// Entries up to this one may be overwritten.
    released: AtomicU64,
    /// All entries up to this one were found written; a later look starts here. Any earlier value is as true.
    seen: AtomicU64,
}

/// A run of sequence numbers that belongs to one change, and its time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reservation {
    /// The first number.
    pub(crate) sequence: u64,
    /// The time of all entries of the change.
    pub(crate) timestamp: u64,
}

/// Why no sequence numbers were given out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Unreserved {
    /// Too many entries wait to be released.
    Full,
    /// The time of the last change, which is later than the one asked for.
    Later(u64),
}

/// The ring.
///
/// # Invariants
///
/// `slots.len()` is a power of two. Entry `n` lives in slot `n & mask`, and is overwritten by no entry but
/// `n + slots.len()`, which is reserved only when `n` has been released.
pub(crate) struct Journal {
    turn: Turn,
    consumed: Consumed,
    slots: Array<Slot>,
    mask: u64,
    checksum: Checksum,
}

impl Journal {
    /// An empty ring of `entries` slots, a power of two.
    pub(crate) fn new(entries: usize) -> Result<Self, OutOfMemory> {
        debug_assert!(entries.is_power_of_two());
        Ok(Journal {
            turn: Turn {
                lock: SpinLock::new(),
                head: Protected::new(Head { sequence: 0, timestamp: 0 }),
                reserved: AtomicU64::new(0),
            },
            consumed: Consumed { released: AtomicU64::new(0), seen: AtomicU64::new(0) },
            slots: Array::new(entries, |_| Slot([const { AtomicU64::new(0) }; ENTRY_WORDS]))?,
            mask: entries as u64 - 1,
            checksum: Checksum::new(),
        })
    }

    /// Makes the lock ready, in place.
    pub(crate) fn init(&self) {
        self.turn.lock.init(LockClass::Journal);
    }

    /// How many entries the ring takes.
    pub(crate) fn capacity(&self) -> u64 {
        self.slots.len() as u64
    }

    /// The last sequence number given out. Whoever changed an account with that or a smaller number has finished with
    /// it, or still holds its lock.
    pub(crate) fn sequence(&self) -> u64 {
        self.turn.reserved.load_acquire()
    }

    /// The time of the last change.
    pub(crate) fn timestamp(&self) -> u64 {
        self.turn.lock.lock(Nesting::First);
        // SAFETY: the lock is held.
        let timestamp = unsafe { self.turn.head.get() }.timestamp;
        // SAFETY: taken above.
        unsafe { self.turn.lock.unlock() };
        timestamp
    }

    /// Gives out the next `count` sequence numbers at the time `now`, or the last change's if that is later.
    ///
    /// # Errors
    ///
    /// [`Unreserved::Full`] if that many slots are not released yet, or there are no more numbers. With `exact`,
    /// [`Unreserved::Later`] if the time would not be `now`: for changes that were checked against the time.
    #[inline(always)]
    pub(crate) fn reserve(&self, count: u64, now: u64, exact: bool) -> Result<Reservation, Unreserved> {
        self.turn.lock.lock(Nesting::First);
        // SAFETY: the lock is held.
        let head = unsafe { self.turn.head.get() };
        let last = head.sequence.checked_add(count).filter(|last| *last <= SEQUENCE_MAX);
        let reservation = match last {
            Some(last) if last.saturating_sub(self.consumed.released.load_acquire()) <= self.capacity() => {
                if exact && head.timestamp > now {
                    Err(Unreserved::Later(head.timestamp))
                } else {
                    head.timestamp = head.timestamp.max(now);
                    // OVERFLOW: not above `last`.
                    let sequence = head.sequence + 1;
                    head.sequence = last;
                    self.turn.reserved.store_release(last);
                    Ok(Reservation { sequence, timestamp: head.timestamp })
                }
            }
            _ => Err(Unreserved::Full),
        };
        // SAFETY: taken above; `head` is not used any more.
        unsafe { self.turn.lock.unlock() };
        reservation
    }

    /// Makes `sequence` the last number given out, and `timestamp` its time: for a ledger that is being restored.
    pub(crate) fn restore(&self, sequence: u64, timestamp: u64) {
        self.turn.lock.lock(Nesting::First);
        // SAFETY: the lock is held.
        *unsafe { self.turn.head.get() } = Head { sequence, timestamp };
        self.turn.reserved.store_release(sequence);
        // SAFETY: taken above.
        unsafe { self.turn.lock.unlock() };
    }

    /// Writes a reserved entry, checksum added, and makes it visible to readers.
    ///
    /// Only for the thread that reserved `entry.sequence`, once.
    #[inline(always)]
    pub(crate) fn write(&self, entry: &JournalEntry) {
        let Some(slot) = self.slot(entry.sequence) else { return };
        slot.0[0].store(0);
        self.checksum.write(&words_of(entry), |at, word| slot.0[at].store_release(word));
        slot.0[0].store_release(entry.sequence);
    }

    /// Has the slot brought near into which the entry with this number will be written.
    #[inline]
    pub(crate) fn prefetch(&self, sequence: u64) {
        if let Some(slot) = self.slot(sequence) {
            for line in slot.0.chunks(8) {
                prefetch(line.as_ptr());
            }
        }
    }

    /// The entry with this number, or `None` if it is not (or no longer, or not yet) in the ring.
    pub(crate) fn read(&self, sequence: u64) -> Option<JournalEntry> {
        let slot = self.slot(sequence)?;
        if sequence == 0 || slot.0[0].load_acquire() != sequence {
            return None;
        }
        let words: EntryWords = core::array::from_fn(|i| slot.0[i].load_acquire());
        if words[0] != sequence || slot.0[0].load() != sequence {
            return None;
        }
        Some(zerocopy::transmute!(words))
    }

    /// Whether the entry with this number is in the ring.
    pub(crate) fn holds(&self, sequence: u64) -> bool {
        self.slot(sequence).is_some_and(|slot| slot.0[0].load_acquire() == sequence)
    }

    /// The last number such that it and all before it are written.
    pub(crate) fn written(&self) -> u64 {
        let mut sequence = self.consumed.seen.load_acquire().max(self.released());
        while self.holds(sequence.wrapping_add(1)) {
            sequence = sequence.wrapping_add(1);
        }
        self.consumed.seen.store_release(sequence);
        sequence
    }

    /// The last number whose slot may be overwritten.
    pub(crate) fn released(&self) -> u64 {
        self.consumed.released.load_acquire()
    }

    /// Lets the slots of all entries up to `sequence` be overwritten. Calls are made one at a time, with numbers that
    /// have been written.
    pub(crate) fn release(&self, sequence: u64) {
        self.consumed.released.store_release(sequence);
    }

    /// Where the slots are, and how many bytes they take.
    pub(crate) fn memory(&self) -> (*const u8, usize) {
        (self.slots.as_ptr().cast(), core::mem::size_of_val::<[Slot]>(&self.slots))
    }

    fn slot(&self, sequence: u64) -> Option<&Slot> {
        // CAST: masked to the ring's length, which is a usize.
        self.slots.get((sequence & self.mask) as usize)
    }
}

/// The entry as words, its checksum left out. Field by field, so that an entry which is only made to be written never is in
/// memory but where it is written to.
#[inline(always)]
fn words_of(entry: &JournalEntry) -> EntryWords {
    let pair = |low: u32, high: u32| u64::from(low) | u64::from(high) << 32;
    let kind = u32::from(entry.kind) | u32::from(entry.account_flags) << 16;
    [
        entry.sequence,
        entry.timestamp,
        entry.id.low,
        entry.id.high,
        entry.from_account,
        entry.to_account,
        entry.amount,
        entry.requested,
        entry.related_id.low,
        entry.related_id.high,
        entry.reference.low,
        entry.reference.high,
        pair(entry.currency, entry.flags),
        pair(entry.code, entry.timeout),
        pair(kind, entry.actor),
        entry.from_after.debits_posted,
        entry.from_after.credits_posted,
        entry.from_after.debits_held,
        entry.from_after.credits_held,
        entry.to_after.debits_posted,
        entry.to_after.credits_posted,
        entry.to_after.debits_held,
        entry.to_after.credits_held,
        pair(entry.owner, 0),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_entrys_memory() {
        let bytes: [u8; 192] = core::array::from_fn(|i| i as u8 ^ 0x5a);
        let mut entry: JournalEntry = zerocopy::transmute!(bytes);
        entry.crc = 0;
        let memory: &EntryWords = zerocopy::transmute_ref!(&entry);
        assert_eq!(words_of(&entry), *memory);
    }
}
