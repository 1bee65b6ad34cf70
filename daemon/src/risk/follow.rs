// SPDX-License-Identifier: MIT

//! Following the journal: history, judgement of what nobody asked about before, examples to learn from.
//!
//! Entries are taken from the ledger itself, so that a payment is judged with all that was posted before it, whether that is
//! durable yet or not; what the ledger's ring has forgotten comes from the store. At the start history and examples are made
//! anew from the whole journal, and contexts from what was kept beside it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use qenex_abi::{
    Id, JournalEntry, QENEX_ACCOUNT_CASH, QENEX_ACCOUNT_CHECKING, QENEX_ACCOUNT_SAVINGS, QENEX_ACCOUNT_UNLIMITED,
    QENEX_ENTRY_HOLD, QENEX_ENTRY_POST_HOLD, QENEX_UPDATE_FREEZE_DEBITS, ResultCode, UpdateRequest,
};
use qenex_risk::decide::{Action, Decision};
use qenex_risk::features::{Context, Event, Payment, Row, available};
use qenex_risk::learn::Example;

use super::guard::{Judged, Risk, lock};
use super::store::{Item, JudgedRow, NewReview, ReviewKind, ReviewState};
use super::{RiskError, rules};
use crate::bank::{Bank, derive_id};
use crate::people::{What, now};
use crate::store::Reader;

/// In place of a user, where ids are derived for the daemon itself: no user can be called so.
pub(super) const DAEMON: &str = "(risk)";
/// How often it is looked for new entries when nobody asks for a judgement.
const TICK: Duration = Duration::from_millis(20);
/// How often what was judged is written.
const WRITE: Duration = Duration::from_millis(200);
/// How often it is looked whether the file of rules has changed.
const RULES: Duration = Duration::from_secs(2);
/// Entries read at once.
const PIECE: usize = 1024;
/// Bytes that are read of the store at once.
const READ_BYTES: usize = 4 << 20;
/// Rows of what was judged that are read at once.
const ROWS: usize = 8192;

/// Where the journal is followed.
pub(super) struct Follow {
    reader: Box<dyn Reader>,
}

impl Follow {
    pub(super) fn new(reader: Box<dyn Reader>) -> Self {
        Follow { reader }
    }

    /// The next entries after `sequence`, at most `most`; none if there are no more.
    fn next(&mut self, bank: &dyn Bank, sequence: u64, most: usize) -> Result<Vec<JournalEntry>, RiskError> {
        let next = sequence + 1;
        let entries = bank.recorded_from(next, most)?;
        if entries.first().is_none_or(|first| first.sequence == next) {
            return Ok(entries);
        }
        // The ring has forgotten it, so it is stored.
        let groups = self.reader.groups(next, READ_BYTES)?;
        let entries = groups.iter().flat_map(|group| group.entries()).filter(|entry| entry.sequence >= next);
        Ok(entries.take(most).copied().collect())
    }
}

/// The payment that a hold sets money aside for.
fn held(entry: &JournalEntry, context: Context) -> Payment {
    Payment {
        time: entry.timestamp,
        from: entry.from_account,
        to: entry.to_account,
        amount: entry.amount,
        currency: entry.currency,
        available: Some(available(&entry.from_after).saturating_add_unsigned(entry.amount)),
        context,
    }
}

impl Risk {
    /// Follows the journal, at most `most` entries. Returns whether there may be more.
    ///
    /// # Errors
    ///
    /// [`RiskError::Bank`]; [`RiskError::Journal`].
    pub(super) fn follow_some(&self, most: usize) -> Result<bool, RiskError> {
        let mut follow = lock(&self.follow);
        let mut left = most;
        while left > 0 {
            let after = self.followed.load(Ordering::Acquire);
            let entries = follow.next(&*self.bank, after, left.min(PIECE))?;
            if entries.is_empty() {
                return Ok(false);
            }
            left = left.saturating_sub(entries.len());
            for entry in &entries {
                self.follow_entry(entry)?;
                self.followed.store(entry.sequence, Ordering::Release);
            }
        }
        Ok(true)
    }

    /// Notes one entry.
    fn follow_entry(&self, entry: &JournalEntry) -> Result<(), RiskError> {
        let known = lock(&self.waiting).remove(&entry.id);
        if entry.kind == QENEX_ENTRY_HOLD {
            return self.follow_hold(entry, known);
        }
        let (mut context, mut was_looked_at) =
            (Context::default(), known.is_some() || self.reviews.of(entry.id).is_some());
        let mut is_reviewed = false;
        if let Some(known) = &known {
            context = known.payment.context;
        } else if entry.kind == QENEX_ENTRY_POST_HOLD {
            // What was known when the money was held.
            is_reviewed = self.reviews.of(entry.related_id).is_some_and(|known| known.kind == ReviewKind::Payment);
            if let Some(row) = self.judged(entry.related_id)? {
                (context, was_looked_at) = (row.context, row.before);
            }
        }
        let Some(event) = Event::from_entry(entry, context) else { return Ok(()) };
        let Event::Paid(payment) = event else {
            self.apply(&event, entry.sequence);
            return Ok(());
        };
        // The example of a payment that was reviewed is from the moment at which its money was held.
        if !is_reviewed {
            let (decision, row) = match known {
                Some(Judged { decision, row, .. }) => (decision, row),
                None => {
                    let begun = Instant::now();
                    let (decision, row) = self.with_engine(|engine| engine.decide_always(&payment));
                    if !was_looked_at {
                        self.metrics.judged(&decision, false, begun.elapsed());
                    }
                    (decision, row)
                }
            };
            self.note(entry, &payment, &decision, row, was_looked_at);
            if !was_looked_at {
                self.after_the_fact(entry, &payment, &decision);
            }
        }
        self.apply(&event, entry.sequence);
        Ok(())
    }

    /// Notes money that was set aside: of a payment under review it is the example to learn from, whatever becomes of it.
    fn follow_hold(&self, entry: &JournalEntry, known: Option<Judged>) -> Result<(), RiskError> {
        let is_review = self.reviews.of(entry.id).is_some_and(|known| known.kind == ReviewKind::Payment);
        if known.is_none() && !is_review {
            return Ok(());
        }
        let context = match &known {
            Some(known) => known.payment.context,
            None => self.judged(entry.id)?.map(|row| row.context).unwrap_or_default(),
        };
        let payment = held(entry, context);
        let (decision, row) = match known {
            Some(Judged { decision, row, .. }) => (decision, row),
            None => self.with_engine(|engine| engine.decide_always(&payment)),
        };
        if is_review {
            self.note(entry, &payment, &decision, row, true);
        } else {
            self.keep(judged_row(entry.id, Some(entry.sequence), &payment, &decision, true));
        }
        Ok(())
    }

    /// Keeps what was decided, and the example.
    fn note(&self, entry: &JournalEntry, payment: &Payment, decision: &Decision, row: Option<Row>, before: bool) {
        let is_plain = payment.context == Context::default() && decision.action == Action::Allow;
        // Of a posting that came by the device and was nothing special, nothing is known that the journal does not say.
        if before || !is_plain || decision.failure.is_some() {
            self.keep(judged_row(entry.id, Some(entry.sequence), payment, decision, before));
        }
        let Some(row) = row else { return };
        let example = Example {
            posting: entry.id.to_u128(),
            time: entry.timestamp,
            account: payment.from,
            amount: payment.amount,
            action: decision.action,
            row,
        };
        let noticed = lock(&self.mind).notice(example, decision, &self.metrics);
        if noticed.shadow_alert && decision.action == Action::Allow {
            self.alert(entry, decision, "the model that is tried out would have had this payment looked at");
        }
        if noticed.must_go {
            self.dismiss();
        }
        if noticed.has_drifted {
            self.train_by_itself("what payments look like has changed");
        }
    }

    fn apply(&self, event: &Event, sequence: u64) {
        if let Err(error) = self.change_engine(|engine| engine.apply(event)) {
            self.metrics.risk_skipped();
            tracing::debug!(%error, sequence, "an entry is left out of the history of its accounts");
        }
    }

    /// What was kept of a payment.
    pub(super) fn judged(&self, id: Id) -> Result<Option<JudgedRow>, RiskError> {
        let unwritten = lock(&self.unwritten).iter().rev().find(|row| row.posting == id).cloned();
        match unwritten {
            Some(row) => Ok(Some(row)),
            None => self.with_store(|store| store.judged(id)),
        }
    }

    /// A posting that looks bad and is there already. Of what the bank's cash pays, such as opening balances, nobody is told.
    fn after_the_fact(&self, entry: &JournalEntry, payment: &Payment, decision: &Decision) {
        if decision.action == Action::Allow {
            return;
        }
        let account = self.bank.accounts(&[payment.from]).ok().and_then(|read| read.accounts.first().copied());
        let account = account.filter(|account| account.result == ResultCode::Ok as u32).unwrap_or_default();
        if account.account_type == QENEX_ACCOUNT_CASH {
            return;
        }
        self.alert(entry, decision, "");
        // The bank's own accounts go on, whatever they look like.
        let is_customers = account.flags & QENEX_ACCOUNT_UNLIMITED == 0
            && matches!(account.account_type, QENEX_ACCOUNT_CHECKING | QENEX_ACCOUNT_SAVINGS);
        if is_customers && self.settings.freeze.after(decision.action) {
            if let Err(error) = self.freeze(entry.id, payment.from) {
                tracing::error!(%error, account = payment.from, "an account cannot be frozen");
            }
        }
    }

    /// Has somebody look at a posting.
    fn alert(&self, entry: &JournalEntry, decision: &Decision, why: &str) {
        if self.reviews.open().0 >= self.settings.alerts {
            self.metrics.risk_alert_dropped();
            return;
        }
        let mut told = decision.clone();
        if !why.is_empty() {
            told.failure = Some(why.to_owned());
        }
        let review = NewReview {
            id: entry.id,
            kind: ReviewKind::Alert,
            state: ReviewState::Pending,
            at: now(),
            user: String::new(),
            owner: None,
            decision: json(&told),
            items: vec![Item {
                transfer: qenex_abi::Transfer {
                    id: entry.id,
                    from_account: entry.from_account,
                    to_account: entry.to_account,
                    amount: entry.amount,
                    currency: entry.currency,
                    reference: entry.reference,
                    code: entry.code,
                    ..qenex_abi::Transfer::default()
                },
                held: false,
            }],
        };
        match self.with_store(|store| store.add_review(&review)) {
            Ok(_) => self.reviews.put(entry.id, ReviewKind::Alert, ReviewState::Pending, [entry.id]),
            Err(error) => tracing::error!(%error, "an alert cannot be kept"),
        }
        self.tell_counts();
    }

    /// Has the kernel refuse debits of an account.
    fn freeze(&self, posting: Id, account: u64) -> Result<(), RiskError> {
        let posting = format!("{:032x}", posting.to_u128());
        let request = UpdateRequest {
            id: derive_id(DAEMON, &format!("freeze {posting}"), 0),
            account_number: account,
            changes: QENEX_UPDATE_FREEZE_DEBITS,
            ..UpdateRequest::default()
        };
        let answer = self.bank.update_account(&request)?;
        let result = ResultCode::from_u32(answer.result);
        if result == Some(ResultCode::Ok) {
            self.metrics.risk_frozen();
            self.record(What::AccountFrozen, DAEMON, &account.to_string(), &format!("because of posting {posting}"))?;
        }
        tracing::warn!(account, posting, result = result.map_or("unknown", ResultCode::name), "an account is frozen");
        Ok(())
    }

    /// Makes history and examples anew from the journal, and judges what came while nobody looked. Returns how many entries
    /// there are.
    pub(super) fn rebuild(&self) -> Result<u64, RiskError> {
        let mut follow = lock(&self.follow);
        let head = follow.reader.head()?.sequence;
        let progress = self.with_store(|store| {
            store.journal_ends(head)?;
            store.progress()
        })?;
        // Of a journal that was never followed all is history.
        let until = progress.unwrap_or(head);
        let mut rows: VecDeque<JudgedRow> = VecDeque::new();
        let (mut row_after, mut next) = (0, 1);
        while next <= until {
            let groups = follow.reader.groups(next, READ_BYTES)?;
            let Some(last) = groups.last().map(|group| group.last()) else { break };
            for entry in groups.iter().flat_map(|group| group.entries()) {
                if entry.sequence < next || entry.sequence > until {
                    continue;
                }
                if rows.back().is_none_or(|row| row.sequence < Some(entry.sequence)) && row_after < u64::MAX {
                    let more = self.with_store(|store| store.judged_after(row_after, ROWS))?;
                    row_after = more.last().and_then(|row| row.sequence).unwrap_or(u64::MAX);
                    rows.extend(more);
                }
                while rows.front().is_some_and(|row| row.sequence < Some(entry.sequence)) {
                    rows.pop_front();
                }
                let is_here = rows.front().is_some_and(|row| row.sequence == Some(entry.sequence));
                let row = if is_here { rows.pop_front() } else { None };
                self.remember(entry, row)?;
                self.followed.store(entry.sequence, Ordering::Release);
            }
            next = last + 1;
        }
        Ok(head)
    }

    /// Notes an entry that was followed before.
    fn remember(&self, entry: &JournalEntry, row: Option<JudgedRow>) -> Result<(), RiskError> {
        let is_review = |id| self.reviews.of(id).is_some_and(|known| known.kind == ReviewKind::Payment);
        let mut context = row.as_ref().map(|row| row.context).unwrap_or_default();
        let action = row.as_ref().map_or(Action::Allow, |row| row.action);
        if entry.kind == QENEX_ENTRY_HOLD {
            if is_review(entry.id) {
                self.learn_again(entry, &held(entry, context), action);
            }
            return Ok(());
        }
        if entry.kind == QENEX_ENTRY_POST_HOLD && row.is_none() {
            context =
                self.with_store(|store| store.judged(entry.related_id))?.map(|row| row.context).unwrap_or_default();
        }
        let Some(event) = Event::from_entry(entry, context) else { return Ok(()) };
        if let (Event::Paid(payment), false) = (&event, is_review(entry.related_id)) {
            self.learn_again(entry, payment, action);
        }
        self.apply(&event, entry.sequence);
        Ok(())
    }

    fn learn_again(&self, entry: &JournalEntry, payment: &Payment, action: Action) {
        let row = self.with_engine(|engine| engine.history().look(payment));
        if let Ok(row) = row {
            lock(&self.mind).learner.observe(Example {
                posting: entry.id.to_u128(),
                time: entry.timestamp,
                account: payment.from,
                amount: payment.amount,
                action,
                row,
            });
        }
    }

    /// Follows the journal, in a thread of its own, until `stop` is set.
    ///
    /// # Errors
    ///
    /// [`RiskError::Thread`].
    pub fn start(self: &Arc<Self>, stop: Arc<AtomicBool>) -> Result<JoinHandle<()>, RiskError> {
        let risk = Arc::clone(self);
        let work = move || {
            let (mut written, mut looked) = (Instant::now(), Instant::now());
            loop {
                let ending = stop.load(Ordering::Acquire);
                let more = risk.follow_some(PIECE).unwrap_or_else(|error| {
                    tracing::error!(%error, "the journal cannot be followed");
                    false
                });
                risk.metrics.risk_followed(risk.followed.load(Ordering::Acquire));
                if ending && !more || written.elapsed() >= WRITE {
                    if let Err(error) = risk.write() {
                        tracing::error!(%error, "what was judged cannot be kept");
                    }
                    written = Instant::now();
                }
                if ending && !more {
                    risk.trainer.end();
                    return;
                }
                if looked.elapsed() >= RULES {
                    looked = Instant::now();
                    if let Err(error) = rules::take_file(&risk) {
                        tracing::error!(%error, "the file of rules is not taken; the rules before stay in force");
                    }
                    risk.tell_drift();
                    risk.train_if_due();
                }
                if !more {
                    std::thread::sleep(TICK);
                }
            }
        };
        std::thread::Builder::new().name("risk-follower".into()).spawn(work).map_err(RiskError::Thread)
    }

    /// Appends to the log of decisions, in the name of the daemon or of somebody at it.
    pub(super) fn record(&self, what: What, by: &str, subject: &str, details: &str) -> Result<(), RiskError> {
        let actor = crate::people::Actor { user: by.into(), peer: crate::people::Peer::CommandLine { uid: 0 } };
        Ok(lock(&self.people).record(now(), what, &actor, subject, details)?)
    }
}

/// A decision as it is stored.
pub(crate) fn json(decision: &Decision) -> String {
    // Nothing in it is a map with keys that are no text.
    serde_json::to_string(decision).unwrap_or_default()
}

/// What is kept of a payment that was judged.
pub(super) fn judged_row(
    posting: Id,
    sequence: Option<u64>,
    payment: &Payment,
    decision: &Decision,
    before: bool,
) -> JudgedRow {
    let is_special = decision.action > Action::Allow || decision.failure.is_some() || !decision.rules.is_empty();
    JudgedRow {
        posting,
        sequence,
        at: payment.time,
        debtor: payment.from,
        creditor: payment.to,
        amount: payment.amount,
        currency: payment.currency,
        context: payment.context,
        before,
        action: decision.action,
        score: decision.scored.map(|scored| scored.score),
        probability: decision.scored.and_then(|scored| scored.probability),
        model: decision.model.clone(),
        decision: is_special.then(|| json(decision)),
    }
}
