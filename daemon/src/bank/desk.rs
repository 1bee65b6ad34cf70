// SPDX-License-Identifier: MIT

//! Threads that work off a bounded queue, for callers that must not block.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::BankError;

/// Whoever asked has most likely given up by then.
const PATIENCE: Duration = Duration::from_secs(10);

type Job<S> = Box<dyn FnOnce(&mut S) + Send>;

/// Threads that each have their own `S`, and one queue for all of them.
pub struct Desk<S> {
    queue: Option<SyncSender<(Instant, Job<S>)>>,
    threads: Vec<JoinHandle<()>>,
}

impl<S: 'static> Desk<S> {
    /// Starts as many threads as `states` has items. At most `waiting` jobs wait.
    ///
    /// # Errors
    ///
    /// If the system gives no thread.
    pub fn start(name: &str, states: Vec<S>, waiting: usize) -> std::io::Result<Self>
    where
        S: Send,
    {
        let (sender, receiver) = sync_channel(waiting);
        let receiver = Arc::new(Mutex::new(receiver));
        let start = |mut state: S| {
            let receiver = Arc::clone(&receiver);
            std::thread::Builder::new().name(name.into()).spawn(move || {
                while let Some(job) = next(&receiver) {
                    job(&mut state);
                }
            })
        };
        let threads = states.into_iter().map(start).collect::<Result<_, _>>()?;
        Ok(Desk { queue: Some(sender), threads })
    }

    /// Has `work` done on one of the threads, and waits for its answer without blocking.
    ///
    /// # Errors
    ///
    /// [`BankError::Busy`] if the queue is full, or `work` did not come to its front in time; then it was not begun.
    /// [`BankError::Stopping`] if there are no threads any more.
    pub async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut S) -> Result<T, BankError> + Send + 'static,
    ) -> Result<T, BankError> {
        let (answer, answered) = oneshot::channel();
        let job: Job<S> = Box::new(move |state| {
            // Nobody may be waiting any more, which is their business.
            let _ = answer.send(work(state));
        });
        let queue = self.queue.as_ref().ok_or(BankError::Stopping)?;
        match queue.try_send((Instant::now(), job)) {
            Err(TrySendError::Full(_)) => return Err(BankError::Busy),
            Err(TrySendError::Disconnected(_)) => return Err(BankError::Stopping),
            Ok(()) => {}
        }
        // The job was thrown away unbegun, or its thread has panicked in it.
        answered.await.unwrap_or(Err(BankError::Busy))
    }
}

/// The next job that has not waited too long.
fn next<S>(receiver: &Mutex<Receiver<(Instant, Job<S>)>>) -> Option<Job<S>> {
    loop {
        let (queued, job) = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()?;
        if queued.elapsed() < PATIENCE {
            return Some(job);
        }
    }
}

impl<S> Drop for Desk<S> {
    /// Works off what is queued and ends the threads.
    fn drop(&mut self) {
        self.queue = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}
