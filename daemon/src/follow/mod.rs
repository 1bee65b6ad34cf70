// SPDX-License-Identifier: MIT

//! What follows from the journal, kept up to date while it grows: the verified state, the books and the snapshots.
//!
//! One thread of its own does it from what the store has made durable. Appending never waits for it: when it is slow it
//! is merely behind. The state that it holds is an independent second opinion on every entry the kernel wrote; if it
//! disagrees the thread ends with the entry's number, and the daemon must stop the business.

mod error;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub use error::FollowError;

use crate::books::Books;
use crate::restore::{Restored, replay};
use crate::snapshot::{Snapshot, Snapshots};
use crate::state::State;
use crate::store::{ChainHead, Reader};

/// So long the books rest when they hold everything, unless somebody waits for them: each step is a transaction, and one for
/// every commit of a busy journal would cost more than the commit.
const REST: Duration = Duration::from_millis(50);

/// When snapshots are taken and how many are kept.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// A snapshot after so many entries: what a restart has to replay at most, about ten seconds for ten million.
    pub every: u64,
    /// So many are kept: the second newest helps if the newest is damaged.
    pub keep: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Policy { every: 5_000_000, keep: 3 }
    }
}

/// The thread that follows.
pub struct Follower {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<Result<(), FollowError>>>,
}

struct Shared {
    /// Read by whoever asks for balances of now and of the past.
    state: RwLock<State>,
    news: Mutex<News>,
    changed: Condvar,
}

#[derive(Default)]
struct News {
    /// The last entry that is durable.
    durable: u64,
    /// The books are wanted up to here.
    books_wanted: u64,
    books: u64,
    /// How often the books were made anew.
    editions: u64,
    stop: bool,
    failed: Option<String>,
}

impl Shared {
    fn news(&self) -> MutexGuard<'_, News> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Follower {
    /// Follows the store in `directory`, read by `reader`, from where `restored` stands.
    ///
    /// # Errors
    ///
    /// [`FollowError::Books`] if the books cannot be opened.
    pub fn start(
        directory: &Path,
        reader: Box<dyn Reader>,
        restored: Restored,
        policy: Policy,
    ) -> Result<Self, FollowError> {
        let books = match Books::open(directory, reader.identity()) {
            // They follow from the journal, and a power cut may have left them half begun.
            Err(error) if error.is_damage() => {
                tracing::warn!(%error, "the books are made anew from the journal");
                Books::rebuild(directory, reader.identity())?
            }
            books => books?,
        };
        let news = News { durable: restored.state.sequence(), books: books.sequence(), ..News::default() };
        let shared =
            Arc::new(Shared { state: RwLock::new(restored.state), news: Mutex::new(news), changed: Condvar::new() });
        let work = Work {
            shared: Arc::clone(&shared),
            directory: directory.into(),
            reader,
            books,
            rebuilt: false,
            rested: Instant::now(),
            chain: restored.chain,
            last_snapshot: restored.snapshot,
            policy,
        };
        let thread = std::thread::Builder::new()
            .name("store-follower".into())
            .spawn(move || {
                let shared = Arc::clone(&work.shared);
                let outcome = work.run();
                if let Err(error) = &outcome {
                    shared.news().failed = Some(error.to_string());
                }
                shared.changed.notify_all();
                outcome
            })
            .map_err(FollowError::Thread)?;
        Ok(Follower { shared, thread: Some(thread) })
    }

    /// Tells that all entries up to `sequence` are durable.
    pub fn durable(&self, sequence: u64) {
        let mut news = self.shared.news();
        news.durable = news.durable.max(sequence);
        self.shared.changed.notify_all();
    }

    /// Looks at the state, which may be a moment behind what is durable. While `look` runs the state stands still, so
    /// it should not take long.
    pub fn with_state<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.shared.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits until the books hold entry `sequence`, or for `timeout`. Returns the last entry in the books.
    ///
    /// # Errors
    ///
    /// [`FollowError::Ended`] if the thread has ended.
    pub fn wait_for_books(&self, sequence: u64, timeout: Duration) -> Result<u64, FollowError> {
        let mut news = self.shared.news();
        news.books_wanted = news.books_wanted.max(sequence);
        self.shared.changed.notify_all();
        let waited = self
            .shared
            .changed
            .wait_timeout_while(news, timeout, |news| news.books < sequence && news.failed.is_none());
        let news = waited.unwrap_or_else(PoisonError::into_inner).0;
        match &news.failed {
            Some(why) => Err(FollowError::Ended(why.clone())),
            None => Ok(news.books),
        }
    }

    /// How often the books were made anew since the start. Whoever reads them must open them again when it has changed:
    /// the file that is open is not the one that grows.
    pub fn editions_of_books(&self) -> u64 {
        self.shared.news().editions
    }

    /// Why the thread has ended by itself, if it has.
    pub fn failure(&self) -> Option<String> {
        self.shared.news().failed.clone()
    }

    /// Brings state and snapshots up to what is durable, and ends the thread. The books go on next time.
    ///
    /// # Errors
    ///
    /// What the thread found wrong.
    pub fn stop(mut self) -> Result<(), FollowError> {
        self.shared.news().stop = true;
        self.shared.changed.notify_all();
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(outcome)) => outcome,
            _ => Err(FollowError::Ended("it has panicked".into())),
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.shared.news().stop = true;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Work {
    shared: Arc<Shared>,
    directory: PathBuf,
    reader: Box<dyn Reader>,
    books: Books,
    /// Whether the books were made anew since the start.
    rebuilt: bool,
    /// When the books have rested.
    rested: Instant,
    chain: ChainHead,
    last_snapshot: u64,
    policy: Policy,
}

impl Work {
    fn run(mut self) -> Result<(), FollowError> {
        loop {
            let (durable, wanted, stop) = {
                let news = self.shared.news();
                (news.durable, news.books_wanted, news.stop)
            };
            let mut busy = self.apply(durable)?;
            self.take_snapshot(stop)?;
            if stop && !busy {
                return Ok(());
            }
            let behind = self.books.sequence() < durable.max(wanted);
            let rest = self.rested.saturating_duration_since(Instant::now());
            if !stop && behind && (rest.is_zero() || self.books.sequence() < wanted) {
                // A bounded step, then the state again.
                let more = self.write_books(durable)? && self.books.sequence() < durable;
                self.rested = Instant::now() + if more { Duration::ZERO } else { REST };
                busy |= more;
            }
            if !busy {
                let news = self.shared.news();
                let waiting = |news: &mut News| !news.stop && news.durable <= durable && news.books_wanted <= wanted;
                let patience = if behind && !rest.is_zero() { rest } else { Duration::from_secs(60) };
                drop(self.shared.changed.wait_timeout_while(news, patience, waiting));
            }
        }
    }

    /// Writes some of the books. When they turn out to be damaged they are made anew, once: they follow from the journal,
    /// so nothing is lost. The second time it is the disk that is not to be trusted.
    fn write_books(&mut self, durable: u64) -> Result<bool, FollowError> {
        let mut news_of_edition = 0;
        let busy = match self.books.step(&mut *self.reader, durable) {
            Err(error) if error.is_damage() && !self.rebuilt => {
                tracing::warn!(%error, "the books are made anew from the journal");
                self.books = Books::rebuild(&self.directory, self.reader.identity())?;
                self.rebuilt = true;
                news_of_edition = 1;
                true
            }
            step => step?,
        };
        let mut news = self.shared.news();
        news.books = self.books.sequence();
        news.editions += news_of_edition;
        self.shared.changed.notify_all();
        Ok(busy)
    }

    /// Applies what is durable, some of it at a time, because whoever looks at the state waits meanwhile. Returns
    /// whether there was something.
    fn apply(&mut self, durable: u64) -> Result<bool, FollowError> {
        const PIECE: u64 = 65_536;
        let before = self.shared.state.read().unwrap_or_else(PoisonError::into_inner).sequence();
        if durable <= before {
            return Ok(false);
        }
        // Whole groups only: the chain has heads between groups, none within.
        let until = self.end_of_group(durable.min(before + PIECE))?;
        let mut state = self.shared.state.write().unwrap_or_else(PoisonError::into_inner);
        replay(&mut *self.reader, &mut state, &mut self.chain, until)?;
        Ok(state.sequence() > before)
    }

    /// The last entry of the group that holds entry `sequence`.
    fn end_of_group(&mut self, sequence: u64) -> Result<u64, FollowError> {
        Ok(self.reader.groups(sequence, 1)?.first().map_or(sequence, |group| group.last()))
    }

    /// Takes a snapshot if it is time: after so many entries, or at the end if there is something new.
    fn take_snapshot(&mut self, stop: bool) -> Result<(), FollowError> {
        let sequence = self.shared.state.read().unwrap_or_else(PoisonError::into_inner).sequence();
        let new = sequence - self.last_snapshot;
        if new == 0 || (new < self.policy.every && !stop) {
            return Ok(());
        }
        let snapshots = Snapshots::of_store(&self.directory);
        // Only this thread changes the state, so that it stands still; others may look at it meanwhile.
        let state = self.shared.state.read().unwrap_or_else(PoisonError::into_inner).clone();
        snapshots.save(&Snapshot { state, chain: self.chain })?;
        self.last_snapshot = sequence;
        snapshots.prune(self.policy.keep)?;
        Ok(())
    }
}
