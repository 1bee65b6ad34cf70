// SPDX-License-Identifier: MIT

//! Server-sent events: every entry of the journal, as soon as it is durable, from wherever the reader left off.
//!
//! Entries are read when the reader takes them, so that a stream needs little memory however far behind its reader is. One
//! who takes nothing for too long is dropped; the last id that they got is where to go on.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use qenex_abi::{JournalEntry, QENEX_BATCH_MAX, ResultCode};
use serde::Deserialize;
use tokio::sync::mpsc;
use utoipa::IntoParams;

use super::App;
use super::accounts;
use super::entry::{Entry, EntryKind};
use super::extract::{Caller, Query};
use super::problem::{self, Forbidden, Missing, Problem, Unprocessable};
use super::values::{AccountNumber, Sequence, Text};
use crate::bank::{BankError, Counter, Scope};
use crate::books::Search;
use crate::metrics::Metrics;
use crate::people::{Right, Session, now};

/// Entries that are read at a time.
const PAGE: usize = 256;
/// Events that wait for a slow reader.
const WAITING: usize = 64;
/// How often it is looked whether the reader is still logged in, when nothing happens.
const TICK: Duration = Duration::from_secs(10);

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct EventQuery {
    /// Entries after this one; without it, what happens from now on. The header `Last-Event-ID` comes before it.
    after: Option<Sequence>,
    /// Only entries that touch this account.
    account: Option<AccountNumber>,
    /// Also entries that move and hold no money: openings and changes of accounts.
    #[serde(default)]
    all: bool,
}

/// Those entries that somebody with this scope may see: of accounts that are theirs.
pub(super) fn visible(
    counter: &Counter,
    entries: &[JournalEntry],
    scope: Scope,
) -> Result<Vec<JournalEntry>, BankError> {
    if scope == Scope::All {
        return Ok(entries.to_vec());
    }
    let numbers = entries.iter().flat_map(|entry| [entry.from_account, entry.to_account]).filter(|number| *number != 0);
    let mut theirs: BTreeMap<u64, bool> = numbers.map(|number| (number, false)).collect();
    let asked: Vec<u64> = theirs.keys().copied().collect();
    for piece in asked.chunks(QENEX_BATCH_MAX as usize) {
        for account in counter.bank().accounts(piece)?.accounts {
            let own = account.result == ResultCode::Ok as u32 && scope.includes(account.owner);
            theirs.insert(account.account_number, own);
        }
    }
    let is_theirs = |number: u64| theirs.get(&number).copied().unwrap_or(false);
    Ok(entries.iter().filter(|entry| is_theirs(entry.from_account) || is_theirs(entry.to_account)).copied().collect())
}

/// The next entries after `after`, up to `durable`: from the kernel while it remembers them, else from the books.
fn next_entries(counter: &mut Counter, after: u64, durable: u64) -> Result<Vec<JournalEntry>, BankError> {
    let mut entries = counter.bank().recorded_from(after + 1, PAGE)?;
    if entries.first().is_some_and(|first| first.sequence == after + 1) {
        entries.retain(|entry| entry.sequence <= durable);
        return Ok(entries);
    }
    let search = Search {
        account: None,
        reference: None,
        kinds: Vec::new(),
        currency: None,
        amount_min: 0,
        amount_max: u64::MAX,
        after,
        until: durable,
    };
    Ok(counter.books_with(after + 1)?.search(&search, PAGE, Duration::from_secs(1))?.entries)
}

/// One reader.
struct Reader {
    app: Arc<App>,
    session: Session,
    scope: Scope,
    account: Option<u64>,
    all: bool,
    reached: u64,
    checked: Instant,
}

/// Why a stream ends.
enum End {
    /// The reader is gone, or everything stops.
    Gone,
    /// The reader takes nothing.
    TooSlow,
    /// The reader is not logged in any more, or the entries cannot be read.
    Refused(&'static str),
}

impl Reader {
    /// Sends until the end.
    async fn run(mut self, sender: mpsc::Sender<Event>, last_words: tokio::sync::oneshot::Sender<Event>) {
        let end = loop {
            if let Err(end) = self.step(&sender).await {
                break end;
            }
        };
        let why = match end {
            End::Gone => "stopping",
            End::TooSlow => {
                self.app.metrics.stream_dropped();
                "too_slow"
            }
            End::Refused(why) => why,
        };
        let data = serde_json::json!({ "reason": why, "resume_after": Sequence(self.reached) });
        // Nobody may be there to hear it.
        let _ = last_words.send(Event::default().event("end").data(data.to_string()));
    }

    /// Sends a page, or waits for one.
    async fn step(&mut self, sender: &mpsc::Sender<Event>) -> Result<(), End> {
        if self.checked.elapsed() >= TICK {
            let session = self.session.clone();
            let good = self.app.sessions.ask(move |people| Ok(people.is_good(&session, now()))).await;
            if !matches!(good, Ok(Ok(true))) {
                return Err(End::Refused("session_invalid"));
            }
            self.checked = Instant::now();
        }
        let durable = self.wait(sender).await?;
        if durable <= self.reached {
            return Ok(());
        }
        let (after, scope) = (self.reached, self.scope);
        let page = self.app.questions.ask(move |counter| {
            let entries = next_entries(counter, after, durable)?;
            let last = entries.last().map_or(after, |entry| entry.sequence);
            Ok((last, visible(counter, &entries, scope)?))
        });
        let (last, entries) = match page.await {
            Ok(page) => page,
            Err(BankError::Busy | BankError::Behind { .. }) => {
                tokio::time::sleep(Duration::from_millis(100)).await;
                return Ok(());
            }
            Err(_) => return Err(End::Refused("ledger_failed")),
        };
        for entry in entries {
            let kind = EntryKind::from_number(entry.kind);
            let moves = !matches!(kind, EntryKind::Open | EntryKind::Update | EntryKind::IdUsedUp);
            let of_account =
                self.account.is_none_or(|number| entry.from_account == number || entry.to_account == number);
            if of_account && (moves || self.all) {
                let event = Event::default().id(entry.sequence.to_string()).event(name(kind));
                let data = serde_json::to_string(&Entry::new(&entry, durable));
                let data = data.map_err(|_| End::Refused("ledger_failed"))?;
                self.send(sender, event.data(data)).await?;
                self.reached = entry.sequence;
            }
        }
        if last > self.reached {
            // Nothing for this reader, but they need not begin here again.
            self.send(sender, Event::default().id(last.to_string()).comment("")).await?;
            self.reached = last;
        }
        Ok(())
    }

    /// Waits until there is something new, for a while; what is durable then.
    async fn wait(&mut self, sender: &mpsc::Sender<Event>) -> Result<u64, End> {
        let (mut durable, mut stopping) = (self.app.durable.clone(), self.app.stopping.clone());
        let reached = self.reached;
        tokio::select! {
            more = durable.wait_for(|durable| *durable > reached) => match more {
                Ok(more) => Ok(*more),
                Err(_) => Err(End::Gone),
            },
            _ = stopping.wait_for(|stopping| *stopping) => Err(End::Gone),
            () = sender.closed() => Err(End::Gone),
            () = tokio::time::sleep(TICK) => Ok(reached),
        }
    }

    async fn send(&self, sender: &mpsc::Sender<Event>, event: Event) -> Result<(), End> {
        let patience = Duration::from_secs(self.app.config.api.stream_patience);
        match tokio::time::timeout(patience, sender.send(event)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => Err(End::TooSlow),
        }
    }
}

fn name(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Open => "open",
        EntryKind::Posting => "posting",
        EntryKind::Hold => "hold",
        EntryKind::PostHold => "post_hold",
        EntryKind::VoidHold => "void_hold",
        EntryKind::ExpireHold => "expire_hold",
        EntryKind::Reversal => "reversal",
        EntryKind::IdUsedUp => "id_used_up",
        EntryKind::Update => "update",
    }
}

/// Counts a stream while it is open.
struct Open(Arc<Metrics>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.stream_closed();
    }
}

/// Follow the journal.
///
/// Server-sent events: `id` is the sequence number, `event` the kind, `data` the entry. After a break, go on with
/// `Last-Event-ID` or `after`. The stream's last event, if it is not just cut off, is `end` with the reason and
/// `resume_after`.
#[utoipa::path(get, path = "/v1/events", tag = "history", operation_id = "events",
    params(EventQuery, ("Last-Event-ID" = Option<Sequence>, Header, description = "Entries after this one.")),
    responses((status = 200, description = "Events, for as long as the reader takes them.", body = String,
            content_type = "text/event-stream"),
        (status = 403, response = Forbidden), (status = 404, response = Missing),
        (status = 422, response = Unprocessable)))]
pub(super) async fn events(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(query): Query<EventQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let scope = caller.may(&app, Right::SeeAccounts).await?;
    if let Some(number) = query.account {
        accounts::visible(&app, &caller, number).await?;
    }
    let last = headers.get("last-event-id").map(|value| value.to_str().unwrap_or_default());
    let last = last.map(Sequence::read).transpose();
    let last = last.map_err(|why| Problem::new(problem::INVALID_HEADER, why).at("last-event-id"))?;
    let permit = Arc::clone(&app.streams).try_acquire_owned();
    let permit = permit.map_err(|_| Problem::new(problem::OVERLOADED, "too many streams of events are open"))?;
    app.metrics.stream_opened();
    let open = Open(Arc::clone(&app.metrics));
    let reader = Reader {
        session: caller.session,
        scope,
        account: query.account.map(|number| number.0),
        all: query.all,
        reached: last.or(query.after).map_or(app.durable_now(), |after| after.0),
        checked: Instant::now(),
        app,
    };
    let (sender, receiver) = mpsc::channel(WAITING);
    let (last_words, last_heard) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        reader.run(sender, last_words).await;
        drop((permit, open));
    });
    let events = stream::unfold((receiver, Some(last_heard)), |(mut receiver, last_heard)| async move {
        if let Some(event) = receiver.recv().await {
            return Some((Ok::<_, Infallible>(event), (receiver, last_heard)));
        }
        let event = last_heard?.await.ok()?;
        Some((Ok(event), (receiver, None)))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}
