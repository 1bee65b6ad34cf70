// SPDX-License-Identifier: MIT

//! The one thread that appends to the store.
//!
//! Whoever has entries puts them into a bounded queue. While one commit is on its way to the disk the queue fills; all
//! that is in it when the commit is done goes into the next one. So one entry alone waits for one fsync, and many
//! entries share it, without a timer in between. When the queue is full, [`Writer::submit`] waits: that is the
//! back-pressure which in the end fills the kernel's ring and makes the kernel refuse new transfers rather than lose
//! any.
//!
//! Under load the queue fills whole groups. These are hashed and chained by whoever submits, while the thread is busy with
//! the commit before; the thread itself chains what is less than a group.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use qenex_abi::JournalEntry;

use super::seal::Sealer;
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
    /// Locked before `state` if both are: groups come into the queue in the order in which they were chained.
    sealer: Mutex<Sealer>,
    state: Mutex<Queue>,
    /// Something to write, or an end.
    work: Condvar,
    /// Room in the queue, something durable, or an error.
    news: Condvar,
}

struct Queue {
    /// Groups that are ready for the next commit.
    sealed: VecDeque<Group>,
    /// How many entries wait, those that are in no group yet included.
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

    /// The sealer. Unlike the queue it may have been left half changed.
    fn sealer(&self) -> Result<MutexGuard<'_, Sealer>, StoreError> {
        self.sealer.lock().map_err(|_| StoreError::Stopped("a thread has panicked that was chaining entries".into()))
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
            sealed: VecDeque::new(),
            entries: 0,
            submitted: store.head().sequence,
            durable: store.head(),
            commits: (0, Duration::ZERO),
            failed: None,
            stopping: false,
        };
        let shared = Arc::new(Shared {
            sealer: Mutex::new(Sealer::new(store.head().chain)),
            state: Mutex::new(queue),
            work: Condvar::new(),
            news: Condvar::new(),
        });
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
        drop(queue);
        let (count, last) = (entries.len(), entries.last().map(|entry| entry.sequence));
        let mut sealer = self.shared.sealer()?;
        let outcome = sealer.add(entries);
        let mut queue = self.shared.lock();
        let full = outcome.map_err(|error| {
            let error = StoreError::from(error);
            queue.failed.get_or_insert_with(|| error.to_string());
            self.shared.news.notify_all();
            error
        })?;
        queue.sealed.extend(full);
        queue.entries += count;
        queue.submitted = last.unwrap_or(queue.submitted);
        self.shared.work.notify_one();
        Ok(())
    }

    /// The end of what is durable.
    pub fn durable(&self) -> Head {
        self.shared.lock().durable
    }

    /// How many commits were made, and how long they took in all, syncs included.
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
        {
            let mut queue = shared.lock();
            while queue.entries == 0 && !queue.stopping {
                queue = shared.work.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
            if queue.entries == 0 {
                // Asked to stop, and all is written: no error.
                std::mem::forget(farewell);
                return store;
            }
        }
        let begun = Instant::now();
        let outcome = take(shared).and_then(|groups| {
            shared.news.notify_all();
            store.append(&groups)
        });
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

/// What goes into the next commit: all that waits, up to [`COMMIT`].
fn take(shared: &Shared) -> Result<Vec<Group>, StoreError> {
    let ready: usize = shared.lock().sealed.iter().map(|group| group.entries().len()).sum();
    let sealer = match ready {
        0 => Some(shared.sealer()?),
        COMMIT.. => None,
        // What is ready need not wait while more is being chained: that comes into the next commit.
        _ => shared.sealer.try_lock().ok(),
    };
    if let Some(mut sealer) = sealer {
        let rest = sealer.close()?;
        shared.lock().sealed.extend(rest);
    }
    let mut queue = shared.lock();
    let (mut groups, mut count) = (Vec::new(), 0);
    while count < COMMIT {
        let Some(group) = queue.sealed.pop_front() else { break };
        count += group.entries().len();
        groups.push(group);
    }
    queue.entries -= count;
    Ok(groups)
}
