// SPDX-License-Identifier: MIT

//! The ids between what the books know and what the kernel is sure to remember.
//!
//! A change must not be made if its id is on record anywhere. The kernel looks in its ring, which forgets an entry only
//! after it was acknowledged; the books hold everything up to their watermark *B*. In between are entries that were
//! acknowledged but are not in the books yet: their ids are here, because the drain notes each id when it reads the entry,
//! before the entry can become durable and be acknowledged.
//!
//! So a change is made in this order:
//!
//! 1. [`Recent::pin`] the books' watermark *B*: no id of an entry after *B* leaves this memory until the pin is dropped.
//! 2. Look the id up in the books, which hold at least all entries up to *B*.
//! 3. In [`Recent::unless_noted`], with acknowledgements held back: look it up here, then ask the kernel.
//!
//! An earlier entry with that id is either up to *B*, and step 2 finds it; or it was read by the drain before step 3, and
//! is found here; or it was not read, and so is not acknowledged and cannot be while step 3 lasts: then it is in the
//! ring, and the kernel finds it itself. There is no fourth place.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use qenex_abi::{Id, JournalEntry};

use crate::drain::{JournalSource, SourceError};

/// Ids of the latest entries.
pub struct Recent {
    /// Held for reading while the kernel is asked, for writing while entries are acknowledged.
    acknowledging: RwLock<()>,
    ids: Mutex<Ids>,
    most: usize,
}

#[derive(Default)]
struct Ids {
    /// Every entry after this one that the drain has read is here.
    complete_after: u64,
    /// The last entry that the drain has read.
    read: u64,
    order: VecDeque<(u64, Id)>,
    set: HashSet<Id>,
    /// Watermarks that are pinned, and how often.
    pins: BTreeMap<u64, usize>,
}

/// What stands against making a change now.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Noted {
    /// One of the ids is that of an entry which the books lack yet.
    Known,
    /// The books must reach this entry first.
    BooksNeeded(u64),
}

impl Recent {
    /// Nothing yet; the drain goes on after entry `read`. At most `most` ids are kept, some 60 bytes each; when there are
    /// more, changes wait until the books have caught up.
    pub fn new(read: u64, most: usize) -> Self {
        let ids = Ids { complete_after: read, read, ..Ids::default() };
        Recent { acknowledging: RwLock::new(()), ids: Mutex::new(ids), most }
    }

    fn ids(&self) -> MutexGuard<'_, Ids> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what the drain has read.
    fn note(&self, entries: &[JournalEntry]) {
        let mut ids = self.ids();
        for entry in entries {
            ids.order.push_back((entry.sequence, entry.id));
            ids.set.insert(entry.id);
            ids.read = entry.sequence;
        }
        if ids.order.len() > self.most {
            ids.order.clear();
            ids.set.clear();
            ids.complete_after = ids.read;
        }
    }

    /// The books reach to entry `sequence`: ids up to there are not needed any more, unless pinned.
    pub fn books_reach(&self, sequence: u64) {
        let mut ids = self.ids();
        let until = ids.pins.keys().next().map_or(sequence, |pinned| sequence.min(*pinned));
        while let Some((_, id)) = ids.order.front().copied().filter(|(first, _)| *first <= until) {
            ids.order.pop_front();
            ids.set.remove(&id);
        }
        // Not beyond what was read: nothing of what comes is missing.
        ids.complete_after = ids.complete_after.max(until.min(ids.read));
    }

    /// Keeps the ids of all entries after `books` until the pin is dropped.
    pub(crate) fn pin(&self, books: u64) -> Pin<'_> {
        *self.ids().pins.entry(books).or_default() += 1;
        Pin { recent: self, books }
    }

    /// Does `change` unless one of `new` may be on record.
    pub(crate) fn unless_noted<T>(&self, pin: &Pin<'_>, new: &[Id], change: impl FnOnce() -> T) -> Result<T, Noted> {
        let _held_back = self.acknowledging.read().unwrap_or_else(PoisonError::into_inner);
        {
            let ids = self.ids();
            if ids.complete_after > pin.books {
                return Err(Noted::BooksNeeded(ids.complete_after));
            }
            if new.iter().any(|id| ids.set.contains(id)) {
                return Err(Noted::Known);
            }
        }
        Ok(change())
    }
}

/// A watermark of the books that is relied on.
pub(crate) struct Pin<'a> {
    recent: &'a Recent,
    books: u64,
}

impl Drop for Pin<'_> {
    fn drop(&mut self) {
        let mut ids = self.recent.ids();
        if let Some(count) = ids.pins.get_mut(&self.books) {
            *count -= 1;
            if *count == 0 {
                ids.pins.remove(&self.books);
            }
        }
    }
}

/// A journal whose ids are noted as the drain reads them.
pub struct Watched<'a> {
    source: &'a dyn JournalSource,
    recent: &'a Recent,
}

impl<'a> Watched<'a> {
    /// The same journal, noted in `recent`.
    pub fn new(source: &'a dyn JournalSource, recent: &'a Recent) -> Self {
        Watched { source, recent }
    }
}

impl JournalSource for Watched<'_> {
    fn wait(
        &self,
        after: u64,
        max: usize,
        timeout: Duration,
        entries: &mut Vec<JournalEntry>,
    ) -> Result<(), SourceError> {
        self.source.wait(after, max, timeout, entries)?;
        self.recent.note(entries);
        Ok(())
    }

    fn acknowledge(&self, sequence: u64) -> Result<(), SourceError> {
        let _nobody_asks = self.recent.acknowledging.write().unwrap_or_else(PoisonError::into_inner);
        self.source.acknowledge(sequence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(sequence: u64) -> JournalEntry {
        JournalEntry { sequence, id: Id { low: sequence, high: 1 }, ..JournalEntry::default() }
    }

    fn id(sequence: u64) -> Id {
        entry(sequence).id
    }

    #[test]
    fn what_was_read_is_known_until_the_books_have_it() {
        let recent = Recent::new(10, 100);
        recent.note(&[entry(11), entry(12)]);
        {
            let pin = recent.pin(10);
            assert_eq!(recent.unless_noted(&pin, &[id(12)], || ()), Err(Noted::Known));
            assert_eq!(recent.unless_noted(&pin, &[id(13)], || 7), Ok(7));
            // Pinned: still there although the books have it.
            recent.books_reach(12);
            assert_eq!(recent.unless_noted(&pin, &[id(12)], || ()), Err(Noted::Known));
        }
        recent.books_reach(12);
        let pin = recent.pin(12);
        assert_eq!(recent.unless_noted(&pin, &[id(12)], || ()), Ok(()), "it is in the books");
        let early = recent.pin(11);
        assert_eq!(recent.unless_noted(&early, &[id(99)], || ()), Err(Noted::BooksNeeded(12)));
    }

    #[test]
    fn too_many_wait_for_the_books() {
        let recent = Recent::new(0, 2);
        recent.note(&[entry(1), entry(2), entry(3)]);
        let pin = recent.pin(0);
        assert_eq!(recent.unless_noted(&pin, &[id(9)], || ()), Err(Noted::BooksNeeded(3)));
    }

    #[test]
    fn books_ahead_of_the_drain_hide_nothing() {
        let recent = Recent::new(5, 10);
        recent.books_reach(9);
        recent.note(&[entry(6)]);
        let pin = recent.pin(5);
        assert_eq!(recent.unless_noted(&pin, &[id(6)], || ()), Err(Noted::Known));
    }
}
