// SPDX-License-Identifier: MIT

//! What analysts decide, and what the ledger then does about it, once.
//!
//! *holding* → *pending* → *approving* → *approved* or *failed*; or *pending* → *rejecting* → *rejected*. Every step is
//! durable before the next begins, and the ids of what the ledger does follow from the id of the hold: however often the
//! daemon is killed in between, it is done once.

use qenex_abi::{
    Id, QENEX_AMOUNT_ALL, QENEX_ENTRY_HOLD, QENEX_TRANSFER_LINKED, QENEX_TRANSFER_POST_HOLD, QENEX_TRANSFER_VOID_HOLD,
    ResultCode, Transfer, TransferResult,
};
use qenex_risk::learn::{Label, LabelError, Source, SourceKind};

use super::RiskError;
use super::follow::DAEMON;
use super::guard::{Risk, holds, lock};
use super::store::{Item, NewReview, Review, ReviewFilter, ReviewKind, ReviewState};
use crate::bank::{BankError, Counter, Scope, derive_id};
use crate::people::{Actor, What, now};

/// An intention to hold money that is older than this was interrupted, nanoseconds.
const INTERRUPTED: u64 = 60_000_000_000;

/// The id of what is done about the hold `id`.
pub fn verdict_id(id: Id, step: &str) -> Id {
    derive_id(DAEMON, &format!("{step} {:032x}", id.to_u128()), 0)
}

/// Whether the ledger may say otherwise later, though nothing is asked differently.
fn is_temporary(result: u32) -> bool {
    use ResultCode::*;
    matches!(
        ResultCode::from_u32(result),
        Some(
            NotLive
                | ReadOnly
                | AccountsFull
                | HoldsFull
                | JournalFull
                | DurabilityUnavailable
                | OutOfMemory
                | TimedOut
        )
    )
}

fn is_done(result: &TransferResult) -> bool {
    ResultCode::from_u32(result.result).is_some_and(ResultCode::is_success)
}

/// What the ledger does when somebody has agreed.
fn postings(items: &[Item]) -> Vec<Transfer> {
    let mut asked: Vec<Transfer> = items
        .iter()
        // A hold that was asked for is there already.
        .filter(|item| !(item.held && holds(&item.transfer)))
        .map(|item| match item.held {
            true => Transfer {
                id: verdict_id(item.transfer.id, "post"),
                amount: QENEX_AMOUNT_ALL,
                flags: QENEX_TRANSFER_POST_HOLD,
                related_id: item.transfer.id,
                reference: item.transfer.reference,
                code: item.transfer.code,
                ..Transfer::default()
            },
            false => item.transfer,
        })
        .collect();
    let last = asked.len().saturating_sub(1);
    for (place, item) in asked.iter_mut().enumerate() {
        item.flags &= !QENEX_TRANSFER_LINKED;
        item.flags |= if place < last { QENEX_TRANSFER_LINKED } else { 0 };
    }
    asked
}

/// What the ledger does when somebody has refused.
fn releases(items: &[Item]) -> Vec<Transfer> {
    let release = |item: &Item| Transfer {
        id: verdict_id(item.transfer.id, "void"),
        flags: QENEX_TRANSFER_VOID_HOLD,
        related_id: item.transfer.id,
        ..Transfer::default()
    };
    items.iter().filter(|item| item.held).map(release).collect()
}

impl Risk {
    /// Somebody decides about a review: `approve` lets the payment be made, or says that an alert was none. With `labels` the
    /// verdict says what the payment was: honest if it is approved, fraud if not. The decision is kept, and is to be carried
    /// out by [`Risk::carry_out`]. A retry by the same one returns what has become of it.
    ///
    /// # Errors
    ///
    /// [`RiskError::OwnRequest`]; [`RiskError::Decided`]; [`RiskError::NoReview`].
    pub fn decide(
        &self,
        id: Id,
        approve: bool,
        labels: bool,
        note: Option<&str>,
        actor: &Actor,
    ) -> Result<Review, RiskError> {
        let at = now();
        let (review, is_new) =
            self.with_store(|store| store.decide_review(id, approve, labels, &actor.user, note, at))?;
        if is_new {
            self.reviews.put(review.id, review.kind, review.state, []);
            self.tell_counts();
            let what = if approve { What::ReviewApproved } else { What::ReviewRejected };
            let subject = format!("{:032x}", id.to_u128());
            lock(&self.people).record(at, what, actor, &subject, note.unwrap_or_default())?;
        }
        Ok(review)
    }

    /// Has the ledger do what was decided, now or before. If the moment stands against it, the review stays as it is and is
    /// tried again.
    ///
    /// # Errors
    ///
    /// [`RiskError::Bank`]; [`RiskError::Sqlite`].
    pub fn carry_out(&self, counter: &mut Counter, review: Review) -> Result<Review, RiskError> {
        let approving = match review.state {
            ReviewState::Approving => true,
            ReviewState::Rejecting => false,
            _ => return Ok(review),
        };
        let asked = match (review.kind, approving) {
            (ReviewKind::Alert, _) => Vec::new(),
            (_, true) => postings(&review.items),
            (_, false) => releases(&review.items),
        };
        let results = if asked.is_empty() { Vec::new() } else { counter.transfer(&asked, true, Scope::All)? };
        if results.iter().any(|result| is_temporary(result.result)) {
            return Ok(review);
        }
        self.wait_durable(&results)?;
        // Of a chain it is the item that stood against it that counts.
        let linked = ResultCode::LinkedItemFailed as u32;
        let refused = results.iter().find(|result| !is_done(result) && result.result != linked);
        let refused = refused.or(results.iter().find(|result| !is_done(result)));
        let refused = refused.and_then(|result| ResultCode::from_u32(result.result));
        let (state, outcome) = match (approving, refused) {
            (true, None) => (ReviewState::Approved, None),
            (true, Some(code)) => {
                let voids = releases(&review.items);
                let results = counter.transfer(&voids, true, Scope::All)?;
                if results.iter().any(|result| is_temporary(result.result)) {
                    return Ok(review);
                }
                self.wait_durable(&results)?;
                (ReviewState::Failed, Some(code.name()))
            }
            // It has ended by itself, or its owner has taken it back: nothing is held any more.
            (
                false,
                None | Some(ResultCode::HoldAlreadyVoided | ResultCode::HoldExpired | ResultCode::HoldNotFound),
            ) => (ReviewState::Rejected, None),
            (false, Some(code)) => (ReviewState::Failed, Some(code.name())),
        };
        self.conclude(&review, state, outcome)?;
        self.with_store(|store| store.review(review.id))
    }

    /// Waits until all of this is durable: only then is it noted as done.
    pub(super) fn wait_durable(&self, results: &[TransferResult]) -> Result<(), BankError> {
        let last = results.iter().map(|result| result.sequence).max().unwrap_or(0);
        self.durable.wait(last).map(drop)
    }

    fn conclude(&self, review: &Review, state: ReviewState, outcome: Option<&str>) -> Result<(), RiskError> {
        let by = review.decided_by.clone().unwrap_or_default();
        let (subject, what) = (
            format!("{:032x}", review.id.to_u128()),
            match state {
                ReviewState::Failed => What::Failed,
                _ => What::CarriedOut,
            },
        );
        let details = format!("review {} by {by} {}", state.name(), outcome.unwrap_or_default());
        self.record(what, DAEMON, &subject, details.trim_end())?;
        self.with_store(|store| store.set_review(review.id, state, outcome))?;
        self.reviews.put(review.id, review.kind, state, []);
        let was_fraud = matches!(state, ReviewState::Rejected);
        if review.labels && state != ReviewState::Failed {
            let items = review.items.iter().filter(|item| item.held || review.kind == ReviewKind::Alert);
            for item in items {
                let by = Source { kind: SourceKind::Analyst, name: by.clone() };
                // The queue is the analyst's work: what stands against the label is no reason to undo the verdict.
                if let Err(error) = self.label(item.transfer.id, was_fraud, by) {
                    tracing::warn!(%error, review = subject, "the verdict is not learnt from");
                }
            }
            let changed = lock(&self.mind).verdict(was_fraud);
            if changed {
                self.train_by_itself("verdicts are not what they were");
            }
            let (right, all) = lock(&self.mind).verdicts;
            self.metrics.risk_precision(right, all);
        }
        self.metrics.risk_verdict(state.name());
        Ok(())
    }

    /// Takes what became known of a payment, whose example has this id.
    ///
    /// # Errors
    ///
    /// [`RiskError::Label`]; nothing was taken then.
    pub fn label(&self, posting: Id, fraud: bool, by: Source) -> Result<Label, RiskError> {
        // What was posted a moment ago must be among what is remembered.
        self.follow_some(usize::MAX)?;
        let label = Label { posting: posting.to_u128(), fraud, by, time: now() };
        let mut mind = lock(&self.mind);
        let time = mind.learner.window().get(label.posting).map_or(0, |example| example.time);
        // The ledger's clock may be ahead of this one's by the time between two looks at it.
        let label = Label { time: label.time.max(time), ..label };
        mind.learner.label(label.clone())?;
        self.with_store(|store| store.add_label(&label))?;
        self.metrics.risk_labelled(fraud);
        Ok(label)
    }

    /// The id of the example that a posting is, if it is one: of a payment that was reviewed it is that of the hold.
    pub fn example_of(&self, posting: Id, related: Id) -> Id {
        let is_reviewed = self.reviews.of(related).is_some_and(|known| known.kind == ReviewKind::Payment);
        if is_reviewed { related } else { posting }
    }

    /// Takes back all labels of a source. Returns how many that were.
    ///
    /// # Errors
    ///
    /// [`RiskError::Sqlite`].
    pub fn distrust(&self, source: &Source, actor: &Actor) -> Result<usize, RiskError> {
        lock(&self.people).record(now(), What::LabelsForgotten, actor, &source.to_string(), "")?;
        self.with_store(|store| store.forget_labels(source))?;
        Ok(lock(&self.mind).learner.distrust(source))
    }

    /// Takes the labels of the database again.
    pub(super) fn load_labels(&self) -> Result<(), RiskError> {
        let mut after = 0;
        loop {
            let more = self.with_store(|store| store.labels_after(after, 8192))?;
            let Some((last, _)) = more.last() else { return Ok(()) };
            after = *last;
            let mut mind = lock(&self.mind);
            for (_, label) in more {
                match mind.learner.label(label) {
                    // Of payments that are too long ago.
                    Ok(()) | Err(LabelError::UnknownPosting(_)) => {}
                    Err(error) => tracing::warn!(%error, "a label is left out"),
                }
            }
        }
    }

    /// Goes on with what was interrupted: verdicts that are to be carried out, and money that was about to be held.
    ///
    /// # Errors
    ///
    /// [`RiskError::Bank`]; [`RiskError::Sqlite`].
    pub fn go_on(&self, counter: &mut Counter) -> Result<(), RiskError> {
        for state in [ReviewState::Approving, ReviewState::Rejecting] {
            let filter = ReviewFilter { state: Some(state), ..ReviewFilter::default() };
            for review in self.with_store(|store| store.reviews(&filter, 100))? {
                self.carry_out(counter, review)?;
            }
        }
        let filter = ReviewFilter { state: Some(ReviewState::Holding), ..ReviewFilter::default() };
        let holding = self.with_store(|store| store.reviews(&filter, 100))?;
        for review in holding.into_iter().filter(|review| review.at.saturating_add(INTERRUPTED) < now()) {
            let entry = counter.recorded(review.id)?;
            if entry.is_some_and(|entry| entry.kind == QENEX_ENTRY_HOLD) {
                self.is_held(&review)?;
            } else {
                // Nobody was answered: whoever asked asks again, and is judged again.
                self.is_not_held(&review)?;
            }
        }
        Ok(())
    }

    /// A review is noted, and its money is about to be held.
    pub(crate) fn noted(&self, review: &NewReview) {
        self.reviews.put(review.id, review.kind, review.state, review.items.iter().map(|item| item.transfer.id));
    }

    /// The money of a review is held.
    pub(crate) fn is_held(&self, review: &Review) -> Result<(), RiskError> {
        let state = self.with_store(|store| store.hold_review(review.id))?;
        self.reviews.put(review.id, review.kind, state, []);
        self.tell_counts();
        Ok(())
    }

    /// The money of a review could not be held.
    pub(crate) fn is_not_held(&self, review: &Review) -> Result<(), RiskError> {
        self.with_store(|store| store.drop_review(review.id))?;
        self.reviews.forget(review.id, review.items.iter().map(|item| item.transfer.id));
        Ok(())
    }
}
