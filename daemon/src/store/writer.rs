// SPDX-License-Identifier: MIT

//! The one thread that appends to the store.
//!
//! Whoever has entries puts them into a bounded queue. While one commit is on its way to the disk the queue fills; all
//! that is in it when the commit is done goes into the next one. So one entry alone waits for one fsync, and many
//! entries share it, without a timer in between. When the queue is full, [`Writer::submit`] waits: that is the
//! back-pressure which in the end fills the kernel's ring and makes the kernel refuse new transfers rather than lose
//! any.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use qenex_abi::JournalEntry;

use super::{GROUP_MAX, Group, Head, Store, StoreError};

/// Most entries that wait in the queue: a bound for memory, 192 bytes each.
const QUEUE: usize = 32 * GROUP_MAX;
/// Most entries in one commit: larger ones are not faster, and everybody in them waits for the whole.
const COMMIT: usize = 16 * GROUP_MAX;

/// The thread that appends, and its queue.
pub struct Writer {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<Box<dyn Store>>>,
}

struct Shared {
    state: Mutex<Queue>,
    /// Something to write, or an end.
    work: Condvar,
    /// Room in the queue, something durable, or an error.
    news: Condvar,
}

struct Queue {
    waiting: VecDeque<Vec<JournalEntry>>,
    entries: usize,
    /// Sequence number of the last entry queued.
    submitted: u64,
    durable: Head,
    /// Commits made, and the time that they took.
    commits: (u64, Duration),
    /// Why nothing more can be stored.
    failed: Option<String>,
    stopping: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        // Whoever panicked did so between changes that are whole in themselves.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writer {
    /// Starts the thread that appends to `store`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stopped`] if the system gives no thread.
    pub fn start(store: Box<dyn Store>) -> Result<Self, StoreError> {
        let queue = Queue {
            waiting: VecDeque::new(),
            entries: 0,
            submitted: store.head().sequence,
            durable: store.head(),
            commits: (0, Duration::ZERO),
            failed: None,
            stopping: false,
        };
        let shared = Arc::new(Shared { state: Mutex::new(queue), work: Condvar::new(), news: Condvar::new() });
        let for_thread = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || run(store, &for_thread))
            .map_err(|error| StoreError::Stopped(format!("no thread: {error}")))?;
        Ok(Writer { shared, thread: Some(thread) })
    }

    /// Queues entries, the next ones after those queued before. Waits while the queue is full.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stopped`] if nothing more can be stored.
    pub fn submit(&self, entries: Vec<JournalEntry>) -> Result<(), StoreError> {
        if entries.is_empty() {
            return Ok(());
        }
        let mut queue = self.shared.lock();
        while queue.failed.is_none() && queue.entries > 0 && queue.entries + entries.len() > QUEUE {
            queue = self.shared.news.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        if let Some(why) = &queue.failed {
            return Err(StoreError::Stopped(why.clone()));
        }
        queue.entries += entries.len();
        queue.submitted = entries.last().map_or(queue.submitted, |entry| entry.sequence);
        queue.waiting.push_back(entries);
        self.shared.work.notify_one();
        Ok(())
    }

    /// The end of what is durable.
    pub fn durable(&self) -> Head {
        self.shared.lock().durable
    }

    /// How many commits were made, and how long they took in all, sealing and syncs included.
    pub fn commits(&self) -> (u64, Duration) {
        self.shared.lock().commits
    }

    /// Waits until entry `sequence` is durable, or for `timeout`, whichever is first. Returns what is durable then.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stopped`] if nothing more can be stored and `sequence` is not durable.
    pub fn wait_durable(&self, sequence: u64, timeout: Duration) -> Result<Head, StoreError> {
        // `None` is so far away that it is never.
        let until = Instant::now().checked_add(timeout);
        let mut queue = self.shared.lock();
        while queue.durable.sequence < sequence {
            if let Some(why) = &queue.failed {
                return Err(StoreError::Stopped(why.clone()));
            }
            let left = until.map_or(Duration::from_secs(3600), |until| until.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                break;
            }
            queue = self.shared.news.wait_timeout(queue, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        Ok(queue.durable)
    }

    /// Waits until all that is queued is durable.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stopped`] if something of it cannot be stored.
    pub fn flush(&self) -> Result<Head, StoreError> {
        let submitted = self.shared.lock().submitted;
        self.wait_durable(submitted, Duration::MAX)
    }

    /// Writes what is queued, ends the thread and gives the store back.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stopped`] if something queued could not be stored.
    pub fn stop(mut self) -> Result<Box<dyn Store>, StoreError> {
        self.shared.lock().stopping = true;
        self.shared.work.notify_one();
        let store = self.thread.take().and_then(|thread| thread.join().ok());
        if let Some(why) = &self.shared.lock().failed {
            return Err(StoreError::Stopped(why.clone()));
        }
        store.ok_or_else(|| StoreError::Stopped("the thread that writes has panicked".into()))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.shared.lock().stopping = true;
        self.shared.work.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Says that the thread has ended, also if it panicked, so that nobody waits for ever.
struct Farewell<'a>(&'a Shared);

impl Drop for Farewell<'_> {
    fn drop(&mut self) {
        self.0.lock().failed.get_or_insert_with(|| "the thread that writes has ended".into());
        self.0.news.notify_all();
    }
}

fn run(mut store: Box<dyn Store>, shared: &Shared) -> Box<dyn Store> {
    let farewell = Farewell(shared);
    loop {
        let taken = {
            let mut queue = shared.lock();
            while queue.waiting.is_empty() && !queue.stopping {
                queue = shared.work.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
            if queue.waiting.is_empty() {
                // Asked to stop, and all is written: no error.
                std::mem::forget(farewell);
                return store;
            }
            take(&mut queue)
        };
        shared.news.notify_all();
        let begun = Instant::now();
        let outcome = seal(store.head(), taken).and_then(|groups| store.append(&groups));
        let mut queue = shared.lock();
        queue.commits = (queue.commits.0 + 1, queue.commits.1 + begun.elapsed());
        // Also after an error: the commit itself may have succeeded.
        queue.durable = store.head();
        if let Err(error) = outcome {
            queue.failed = Some(error.to_string());
            drop(queue);
            return store;
        }
        drop(queue);
        shared.news.notify_all();
    }
}

/// What goes into the next commit.
fn take(queue: &mut Queue) -> Vec<Vec<JournalEntry>> {
    let (mut taken, mut count) = (Vec::new(), 0);
    while let Some(entries) = queue.waiting.pop_front() {
        count += entries.len();
        taken.push(entries);
        if count >= COMMIT {
            break;
        }
    }
    queue.entries -= count;
    taken
}

/// Cuts entries into groups and chains them.
fn seal(head: Head, taken: Vec<Vec<JournalEntry>>) -> Result<Vec<Group>, StoreError> {
    let (mut chain, mut groups) = (head.chain, Vec::new());
    let mut close = |entries: Vec<JournalEntry>| -> Result<(), StoreError> {
        let group = Group::seal(chain, entries)?;
        chain = group.head();
        groups.push(group);
        Ok(())
    };
    let mut open: Vec<JournalEntry> = Vec::new();
    for entries in taken {
        if open.is_empty() && entries.len() <= GROUP_MAX {
            open = entries;
        } else {
            let mut rest = entries.as_slice();
            while !rest.is_empty() {
                let (now, later) = rest.split_at(rest.len().min(GROUP_MAX - open.len()));
                open.extend_from_slice(now);
                rest = later;
                if open.len() == GROUP_MAX {
                    close(std::mem::take(&mut open))?;
                }
            }
        }
        if open.len() == GROUP_MAX {
            close(std::mem::take(&mut open))?;
        }
    }
    if !open.is_empty() {
        close(open)?;
    }
    Ok(groups)
}
