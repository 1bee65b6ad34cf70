// SPDX-License-Identifier: MIT

//! The daemon's API on a ledger inside this process.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread::JoinHandle;
use std::time::Duration;

use api_sandbox::{Options, serve};
use qenexd::config::{Configuration, Payments};

/// A daemon, and the place where its users keep their logins.
pub(crate) struct Daemon {
    pub(crate) directory: tempfile::TempDir,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Daemon {
    /// A daemon with the demo users, of this bank or of the one that `--demo` makes.
    pub(crate) fn start(payments: Option<Payments>) -> Daemon {
        let directory = tempfile::tempdir().expect("a directory");
        let stop = Arc::new(AtomicBool::new(false));
        let (sender, receiver) = channel();
        let mut configuration = Configuration::default();
        configuration.api.socket = directory.path().join("api.sock");
        // The least there is: what is tested here is not how slow it is.
        configuration.people.iterations = 100_000;
        configuration.payments = payments;
        let (store, stopping) = (directory.path().join("store"), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            let options = Options { configuration, demo: true, journal_entries: 16_384 };
            serve(&store, options, &stopping, |_| sender.send(()).expect("somebody waits")).expect("a clean end");
        });
        receiver.recv_timeout(Duration::from_secs(60)).expect("it is ready");
        Daemon { directory, stop, thread: Some(thread) }
    }

    /// Where it listens.
    pub(crate) fn socket(&self) -> PathBuf {
        self.directory.path().join("api.sock")
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        let ended = self.thread.take().map(JoinHandle::join);
        assert!(std::thread::panicking() || !matches!(ended, Some(Err(_))), "the daemon ends well");
    }
}
