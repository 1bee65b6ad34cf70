// SPDX-License-Identifier: MIT

//! The HTTP API: accounts, transfers, history, people, for programs that are not to open the device themselves.
//!
//! HTTP/1.1 and JSON over a Unix socket, and a loopback address if wanted. Connections live on an asynchronous runtime of
//! their own; the ledger, the books and the database of people are worked at by threads with bounded queues
//! ([`crate::bank::Desk`]), so that no request can hold up another one's connection, and overload is told, never stored.
//!
//! What every client needs to know is in `daemon/API.md`, and at `/openapi.json`, which is made from the handlers here.
//!
//! | file | holds |
//! | --- | --- |
//! | `listen.rs`, `guard.rs` | connections; what is around every request |
//! | `extract.rs`, `values.rs` | reading requests |
//! | `problem.rs`, `done.rs`, `entry.rs` | answers |
//! | `sessions.rs`, `users.rs`, `approvals.rs`, `audit.rs` | people |
//! | `accounts.rs`, `transfers.rs`, `history.rs`, `events.rs` | the bank |
//! | `messages.rs`, `mandates.rs` | messages of the banking world |
//! | `reviews.rs`, `risk.rs`, `models.rs`, `report.rs` | payments under review; scores and labels; models and rules; how good they are, and lending |
//! | `system.rs`, `openapi.rs` | health, metrics, and the document |
//! | `demo.rs` | users and accounts to try things out with |

mod accounts;
mod app;
mod approvals;
mod audit;
mod demo;
mod done;
mod entry;
mod error;
mod events;
mod extract;
mod guard;
mod history;
mod listen;
mod mandates;
mod messages;
mod models;
mod openapi;
mod problem;
mod report;
mod reviews;
mod risk;
mod sessions;
mod system;
mod transfers;
mod users;
mod values;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use axum::{Extension, Router, middleware};
use tokio::sync::watch;

use app::App;
pub use app::Parts;
pub use error::ApiError;

use crate::config::{Configuration, Payments};

/// Threads of the runtime on which connections live.
const RUNNERS: usize = 2;

/// The API, being served.
pub struct Server {
    stopping: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
    /// Follows the journal for those who judge payments, until it is told to stop.
    judging: Option<(Arc<AtomicBool>, JoinHandle<()>)>,
}

impl Server {
    /// Begins to serve. With `demo`, first makes the demo users and accounts; the bank is one if it is not configured.
    ///
    /// # Errors
    ///
    /// [`ApiError`] in one line that says what to do.
    pub fn start(mut configuration: Configuration, parts: Parts, demo: bool) -> Result<Self, ApiError> {
        configuration.check()?;
        if demo {
            configuration.payments.get_or_insert_with(Payments::demo);
        }
        let unix = match listen::handed()? {
            Some(handed) => handed,
            None => bind(&configuration.api.socket)?,
        };
        let loopback = configuration.api.listen.map(listen::loopback).transpose()?;
        let (stopping, stopped) = watch::channel(false);
        let app = Arc::new(App::new(configuration, parts, stopped.clone())?);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(RUNNERS)
            .thread_name("api")
            .enable_all()
            .build()
            .map_err(ApiError::Thread)?;
        let router = router(&app);
        let stop = Arc::new(AtomicBool::new(false));
        let judging = Some((Arc::clone(&stop), app.risk.start(stop)?));
        let serve = async move {
            if demo {
                if let Err(problem) = demo::prepare(&app).await {
                    tracing::error!(problem = problem.name(), "the demo users and accounts cannot be made");
                }
            }
            tokio::spawn(approvals::catch_up(Arc::clone(&app)));
            tokio::spawn(messages::catch_up(Arc::clone(&app)));
            tokio::spawn(reviews::catch_up(Arc::clone(&app)));
            tokio::spawn(forget_peers(Arc::clone(&app)));
            if let Err(error) = listen::serve(app, router, unix, loopback, stopped).await {
                tracing::error!(%error, "the API has ended");
            }
        };
        let thread = std::thread::Builder::new().name("api".into()).spawn(move || {
            runtime.block_on(serve);
            // What does not end by itself is cut off.
            runtime.shutdown_timeout(Duration::from_secs(1));
        });
        Ok(Server { stopping, thread: Some(thread.map_err(ApiError::Thread)?), judging })
    }

    /// Takes no more requests, lets those that have begun end, and ends.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.stopping.send_replace(true);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        if let Some((stop, thread)) = self.judging.take() {
            stop.store(true, Ordering::Release);
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

/// Makes the socket. A daemon that was fenced, or is about to stop, lets it go within this time.
fn bind(socket: &Path) -> Result<listen::Unix, ApiError> {
    const WITHIN: Duration = Duration::from_secs(10);
    let begun = Instant::now();
    loop {
        match listen::unix(socket) {
            Err(ApiError::SocketInUse(_)) if begun.elapsed() < WITHIN => {
                std::thread::sleep(Duration::from_millis(200));
            }
            made => return made,
        }
    }
}

/// Everything around and behind the operations.
fn router(app: &Arc<App>) -> Router {
    openapi::router()
        .fallback(system::nothing)
        .method_not_allowed_fallback(system::no_method)
        .layer(Extension(Arc::new(openapi::document())))
        .layer(middleware::from_fn_with_state(Arc::clone(app), guard::guard))
        .with_state(Arc::clone(app))
}

/// Forgets, from time to time, the rates of peers that have been quiet.
async fn forget_peers(app: Arc<App>) {
    let mut stopping = app.stopping.clone();
    while tokio::time::timeout(Duration::from_secs(60), stopping.wait_for(|stopping| *stopping)).await.is_err() {
        app.rates.retain_recent();
    }
}
