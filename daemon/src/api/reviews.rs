// SPDX-License-Identifier: MIT

//! The queue of the analysts: payments that are held, holds that nobody may post yet, alerts about postings.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use qenex_abi::Id;
use qenex_risk::decide::Decision;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::accounts::Limit;
use super::done::{Done, Shown};
use super::extract::{Caller, Key, OptionalJson, Place, Query};
use super::problem::{Conflict, Forbidden, Missing, Problem};
use super::risk::JudgementView;
use super::values::{AccountNumber, Amount, CurrencyCode, LedgerId, Sequence, Time, amount};
use crate::bank::Scope;
use crate::people::{Reach, Right, reach};
use crate::risk::{Item, Review, ReviewFilter, ReviewKind, ReviewState, RiskError};

/// One payment of a review.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ReviewItem {
    /// Its id.
    pub(super) id: LedgerId,
    /// The account debited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) debtor_account: Option<AccountNumber>,
    /// The account credited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) creditor_account: Option<AccountNumber>,
    /// How much was asked for; of an item that names no currency, not told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) amount: Option<Amount>,
    /// The currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) currency: Option<CurrencyCode>,
    /// Whether its money is held.
    pub(super) held: bool,
}

impl ReviewItem {
    fn new(item: &Item) -> Self {
        let Item { transfer, held } = item;
        let account = |number: u64| (number != 0).then_some(AccountNumber(number));
        let has_currency = transfer.currency != 0;
        ReviewItem {
            id: LedgerId(transfer.id),
            debtor_account: account(transfer.from_account),
            creditor_account: account(transfer.to_account),
            amount: has_currency.then(|| amount(transfer.amount, transfer.currency)),
            currency: has_currency.then(|| CurrencyCode::from_numeric(transfer.currency)),
            held: *held,
        }
    }
}

/// Something that somebody must look at, and how far it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ReviewView {
    /// Its id, which is that of the hold, or of the posting that the alert is about.
    pub(super) id: LedgerId,
    /// As a cursor: reviews after this one.
    pub(super) number: Sequence,
    /// What it is.
    #[serde(rename = "kind")]
    pub(super) review_kind: ReviewKind,
    /// How far it is.
    pub(super) state: ReviewState,
    /// Since when.
    pub(super) time: Time,
    /// What was asked for, in order; several that happen together or not at all.
    pub(super) payments: Vec<ReviewItem>,
    /// Who asked for it, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) requested_by: Option<String>,
    /// Why it is to be looked at. Not for those whose payment it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) decision: Option<JudgementView>,
    /// Who has decided about it. Not for those whose payment it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) decided_by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) decided_at: Option<Time>,
    /// What they said about it. Not for those whose payment it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) note: Option<String>,
    /// Name of the ledger's result code, where it has failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) outcome: Option<String>,
}

impl ReviewView {
    /// A review as somebody with or without insight sees it: whoever wants to commit fraud must not learn by what it is
    /// found.
    fn new(review: &Review, insight: bool) -> Self {
        let currency = review.items.first().map_or(0, |item| item.transfer.currency);
        let decision: Option<Decision> = serde_json::from_str(&review.decision).ok();
        ReviewView {
            id: LedgerId(review.id),
            number: Sequence(review.number),
            review_kind: review.kind,
            state: review.state,
            time: Time(review.at),
            payments: review.items.iter().map(ReviewItem::new).collect(),
            requested_by: (!review.user.is_empty()).then(|| review.user.clone()),
            decision: decision.filter(|_| insight).map(|decision| JudgementView::new(&decision, currency)),
            decided_by: review.decided_by.clone().filter(|_| insight),
            decided_at: review.decided_at.map(Time),
            note: review.note.clone().filter(|_| insight),
            outcome: review.outcome.clone(),
        }
    }
}

/// A page of reviews.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ReviewList {
    /// The reviews, oldest first.
    pub(super) reviews: Vec<ReviewView>,
    /// Where to go on, as `after`; absent if there are no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) next: Option<Sequence>,
}

/// Which reviews to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ReviewQuery {
    /// Only those that are so far.
    state: Option<ReviewState>,
    /// Those after this number.
    after: Option<Sequence>,
    /// At most so many.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 1000, default = 100)]
    limit: Option<Limit>,
}

/// What is said with a decision.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Verdict {
    /// For others who look at it later.
    #[schema(value_type = Option<String>, max_length = 1000)]
    pub(super) note: Option<Note>,
    /// False if the verdict says nothing about what the payment was, such as one that its payer has taken back. Otherwise it
    /// becomes a label: honest if it was approved, fraud if it was rejected.
    pub(super) label: Option<bool>,
}

/// A text for people.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Note(pub(super) String);

impl TryFrom<String> for Note {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.chars().count() <= 1000 {
            true => Ok(Note(text)),
            false => Err("at most 1000 characters"),
        }
    }
}

fn insight(caller: &Caller) -> bool {
    reach(caller.session.role, Right::SeeRisk) == Reach::All
}

/// The review with this id.
pub(super) async fn find(app: &App, id: Id) -> Result<Review, Problem> {
    let risk = Arc::clone(&app.risk);
    Ok(app.questions.ask(move |_| Ok(risk.with_store(|store| store.review(id)))).await??)
}

/// The answer to a payment that somebody must look at first: 202 while nobody has decided.
pub(super) fn answer(review: &Review, caller: &Caller, key: &Key, known: bool) -> Response {
    let location = format!("/v1/risk/reviews/{}", LedgerId(review.id));
    let view = ReviewView::new(review, insight(caller));
    let is_open = !matches!(review.state, ReviewState::Approved | ReviewState::Rejected | ReviewState::Failed);
    let mut response = Done::new(view, key, known).pending(location).into_response();
    if !is_open {
        *response.status_mut() = StatusCode::OK;
    }
    response
}

/// List payments and alerts that somebody must look at, or had to.
///
/// Customers see their own payments, without the reasons.
#[utoipa::path(get, path = "/v1/risk/reviews", tag = "risk", operation_id = "listReviews", params(ReviewQuery),
    responses((status = 200, description = "A page of reviews.", body = ReviewList), (status = 403, response = Forbidden)))]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(query): Query<ReviewQuery>,
) -> Result<Shown<ReviewList>, Problem> {
    let scope = caller.may(&app, Right::SeeReviews).await?;
    let limit = Limit::or_default(query.limit);
    let filter = ReviewFilter {
        state: query.state,
        owner: match scope {
            Scope::All => None,
            Scope::Owner(owner) => Some(owner),
        },
        after: query.after.map_or(0, |after| after.0),
    };
    let risk = Arc::clone(&app.risk);
    let found = app.questions.ask(move |_| Ok(risk.with_store(|store| store.reviews(&filter, limit)))).await??;
    let next = found.last().filter(|_| found.len() == limit).map(|last| Sequence(last.number));
    let insight = insight(&caller);
    Ok(Shown(ReviewList { reviews: found.iter().map(|review| ReviewView::new(review, insight)).collect(), next }))
}

/// Show a review.
#[utoipa::path(get, path = "/v1/risk/reviews/{id}", tag = "risk", operation_id = "showReview",
    params(("id" = LedgerId, Path, description = "Its id.")),
    responses((status = 200, description = "How far it is.", body = ReviewView),
        (status = 403, response = Forbidden), (status = 404, response = Missing)))]
pub(super) async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Place(id): Place<LedgerId>,
) -> Result<Shown<ReviewView>, Problem> {
    let scope = caller.may(&app, Right::SeeReviews).await?;
    let review = find(&app, id.0).await?;
    let theirs = match scope {
        Scope::All => true,
        Scope::Owner(owner) => review.owner == Some(owner),
    };
    match theirs {
        true => Ok(Shown(ReviewView::new(&review, insight(&caller)))),
        false => Err(RiskError::NoReview.into()),
    }
}

/// Let a payment be made, or say that an alert was none.
///
/// The money that is held is posted at once; if the ledger takes no changes at the moment, when it does. Whoever asked for the
/// payment cannot approve it.
#[utoipa::path(post, path = "/v1/risk/reviews/{id}/approve", tag = "risk", operation_id = "approveReview",
    params(("id" = LedgerId, Path, description = "Its id.")), request_body = Option<Verdict>,
    responses((status = 200, description = "It is decided, now or by you before; the state says what became of it.", body = ReviewView),
        (status = 403, response = Forbidden), (status = 404, response = Missing), (status = 409, response = Conflict)))]
pub(super) async fn approve(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    Place(id): Place<LedgerId>,
    OptionalJson(verdict): OptionalJson<Verdict>,
) -> Result<Done<ReviewView>, Problem> {
    decide(&app, &caller, &key, id, true, verdict).await
}

/// Refuse a payment, or say that an alert was right.
///
/// The money that is held is released.
#[utoipa::path(post, path = "/v1/risk/reviews/{id}/reject", tag = "risk", operation_id = "rejectReview",
    params(("id" = LedgerId, Path, description = "Its id.")), request_body = Option<Verdict>,
    responses((status = 200, description = "It is decided, now or by you before; the state says what became of it.", body = ReviewView),
        (status = 403, response = Forbidden), (status = 404, response = Missing), (status = 409, response = Conflict)))]
pub(super) async fn reject(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    Place(id): Place<LedgerId>,
    OptionalJson(verdict): OptionalJson<Verdict>,
) -> Result<Done<ReviewView>, Problem> {
    decide(&app, &caller, &key, id, false, verdict).await
}

async fn decide(
    app: &App,
    caller: &Caller,
    key: &Key,
    id: LedgerId,
    approve: bool,
    verdict: Verdict,
) -> Result<Done<ReviewView>, Problem> {
    caller.may(app, Right::DecideReviews).await?;
    let (risk, actor) = (Arc::clone(&app.risk), caller.actor.clone());
    let review = app
        .changes
        .ask(move |counter| {
            let note = verdict.note.as_ref().map(|note| note.0.as_str());
            let decided = risk.decide(id.0, approve, verdict.label.unwrap_or(true), note, &actor);
            Ok(decided.and_then(|review| match risk.carry_out(counter, review.clone()) {
                // It is decided, and is carried out later.
                Err(error) => {
                    tracing::warn!(%error, review = %id, "a verdict is carried out later");
                    Ok(review)
                }
                done => done,
            }))
        })
        .await??;
    Ok(Done::new(ReviewView::new(&review, insight(caller)), key, false))
}

/// Carries out, from time to time, what was decided and could not be done then: also what a crash interrupted.
pub(super) async fn catch_up(app: Arc<App>) {
    loop {
        let risk = Arc::clone(&app.risk);
        match app.changes.ask(move |counter| Ok(risk.go_on(counter))).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "what was decided cannot be carried out now"),
            Err(error) => tracing::warn!(%error, "what was decided cannot be carried out now"),
        }
        let mut stopping = app.stopping.clone();
        let stopped = stopping.wait_for(|stopping| *stopping);
        if tokio::time::timeout(Duration::from_secs(5), stopped).await.is_ok() {
            return;
        }
    }
}
