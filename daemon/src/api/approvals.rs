// SPDX-License-Identifier: MIT

//! Four eyes: what one person asks for and a second one approves.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use qenex_abi::{Id, ResultCode, Transfer};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::accounts::{AccountChange, Limit};
use super::done::{Done, Shown};
use super::extract::{Caller, Key, Place, Query, Wait};
use super::problem::{self, Conflict, Forbidden, Missing, Problem};
use super::transfers::{self, Part};
use super::values::{AccountNumber, LedgerId, Sequence, Time, UserName};
use super::{App, accounts};
use crate::bank::Scope;
use crate::people::{Actor, Approval, ApprovalState, Right, now};

/// What can need a second person.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(tag = "operation", rename_all = "snake_case")]
pub(super) enum Operation {
    /// A change of an account, with its overdraft limit.
    OverdraftLimit {
        /// The account.
        account: AccountNumber,
        /// What to change.
        change: AccountChange,
    },
    /// A reversal of much.
    Reversal {
        /// The transfer.
        transfer: LedgerId,
        /// How much of it.
        reversal: Part,
    },
    /// Letting a user who is locked out try again.
    Unlock {
        /// The user.
        user: UserName,
    },
}

impl Operation {
    fn name(&self) -> &'static str {
        match self {
            Operation::OverdraftLimit { .. } => "overdraft_limit",
            Operation::Reversal { .. } => "reversal",
            Operation::Unlock { .. } => "unlock",
        }
    }

    /// The right that whoever asks and whoever approves must have.
    fn right(&self) -> Right {
        match self {
            Operation::OverdraftLimit { .. } => Right::ChangeAccount,
            Operation::Reversal { .. } => Right::Reverse,
            Operation::Unlock { .. } => Right::Unlock,
        }
    }
}

/// What became of something that was approved.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub(super) struct Outcome {
    /// Name of the ledger's result code, or of the problem.
    pub(super) result: String,
    /// Its place in the journal, if it is a change in the ledger.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) sequence: Option<Sequence>,
}

/// Something that a second person must approve, and how far it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ApprovalView {
    /// Its id, which is that of the change in the ledger.
    pub(super) id: LedgerId,
    /// As a cursor: approvals after this one.
    pub(super) number: Sequence,
    /// What is asked for.
    pub(super) request: Operation,
    /// How far it is.
    pub(super) state: ApprovalState,
    /// Who asked.
    pub(super) requested_by: String,
    /// When.
    pub(super) requested_at: Time,
    /// Who approved or rejected it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) decided_by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) decided_at: Option<Time>,
    /// What became of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) outcome: Option<Outcome>,
}

/// A page of approvals.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ApprovalList {
    /// The approvals, oldest first.
    pub(super) approvals: Vec<ApprovalView>,
    /// Where to go on, as `after`; absent if there are no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) next: Option<Sequence>,
}

/// Which approvals to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ApprovalQuery {
    /// Only those that are so far.
    state: Option<ApprovalState>,
    /// Those after this number.
    after: Option<Sequence>,
    /// At most so many.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 1000, default = 100)]
    limit: Option<Limit>,
}

fn operation(approval: &Approval) -> Result<Operation, Problem> {
    serde_json::from_str(&approval.request).map_err(|error| {
        tracing::error!(%error, number = approval.number, "a stored request for approval cannot be read");
        Problem::new(problem::LEDGER_FAILED, "the stored request cannot be read")
    })
}

fn view(approval: &Approval) -> Result<ApprovalView, Problem> {
    Ok(ApprovalView {
        id: LedgerId(approval.id),
        number: Sequence(approval.number),
        request: operation(approval)?,
        state: approval.state,
        requested_by: approval.requested_by.clone(),
        requested_at: Time(approval.requested_at),
        decided_by: approval.decided_by.clone(),
        decided_at: approval.decided_at.map(Time),
        outcome: approval.outcome.as_deref().and_then(|outcome| serde_json::from_str(outcome).ok()),
    })
}

/// Notes that a second person must approve, and answers so.
pub(super) async fn request(
    app: &App,
    caller: &Caller,
    key: &Key,
    id: Id,
    operation: Operation,
) -> Result<Response, Problem> {
    let actor = caller.actor.clone();
    let name = operation.name();
    let text = json!(operation).to_string();
    let approval = app.people.ask(move |people| Ok(people.request_approval(id, name, &text, &actor, now()))).await??;
    let shown = view(&approval)?;
    let location = format!("/v1/approvals/{}", shown.id);
    Ok(Done::new(shown, key, false).pending(location).into_response())
}

/// List what waits, or waited, for a second person.
#[utoipa::path(get, path = "/v1/approvals", tag = "approvals", operation_id = "listApprovals", params(ApprovalQuery),
    responses((status = 200, description = "A page of approvals.", body = ApprovalList),
        (status = 403, response = Forbidden)))]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(query): Query<ApprovalQuery>,
) -> Result<Shown<ApprovalList>, Problem> {
    caller.may(&app, Right::SeeApprovals).await?;
    let limit = Limit::or_default(query.limit);
    let after = query.after.map_or(0, |after| after.0);
    let found = app.sessions.ask(move |people| Ok(people.approvals(query.state, after, limit))).await??;
    let next = found.last().filter(|_| found.len() == limit).map(|last| Sequence(last.number));
    Ok(Shown(ApprovalList { approvals: found.iter().map(view).collect::<Result<_, _>>()?, next }))
}

async fn find(app: &App, id: LedgerId) -> Result<Approval, Problem> {
    Ok(app.sessions.ask(move |people| Ok(people.approval(id.0))).await??)
}

/// Show what waits, or waited, for a second person.
#[utoipa::path(get, path = "/v1/approvals/{id}", tag = "approvals", operation_id = "showApproval",
    params(("id" = LedgerId, Path, description = "Its id.")),
    responses((status = 200, description = "How far it is.", body = ApprovalView),
        (status = 403, response = Forbidden), (status = 404, response = Missing)))]
pub(super) async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Place(id): Place<LedgerId>,
) -> Result<Shown<ApprovalView>, Problem> {
    caller.may(&app, Right::SeeApprovals).await?;
    Ok(Shown(view(&find(&app, id).await?)?))
}

/// Approve, as the second person.
///
/// It is carried out at once; if the ledger takes no changes at the moment, when it does.
#[utoipa::path(post, path = "/v1/approvals/{id}/approve", tag = "approvals", operation_id = "approve",
    params(("id" = LedgerId, Path, description = "Its id.")),
    responses((status = 200, description = "It is approved, now or by you before; the state says what became of it.", body = ApprovalView),
        (status = 403, response = Forbidden), (status = 404, response = Missing), (status = 409, response = Conflict)))]
pub(super) async fn approve(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    Place(id): Place<LedgerId>,
) -> Result<Done<ApprovalView>, Problem> {
    caller.may(&app, Right::Approve).await?;
    let waiting = find(&app, id).await?;
    caller.may(&app, operation(&waiting)?.right()).await?;
    let actor = caller.actor.clone();
    let approval = app.people.ask(move |people| Ok(people.approve(id.0, &actor, now()))).await??;
    let approval = carry_out(&app, approval, &caller.actor).await?;
    Ok(Done::new(view(&approval)?, &key, false))
}

/// Reject, or take back what you asked for.
#[utoipa::path(post, path = "/v1/approvals/{id}/reject", tag = "approvals", operation_id = "reject",
    params(("id" = LedgerId, Path, description = "Its id.")),
    responses((status = 200, description = "It will not be done.", body = ApprovalView),
        (status = 403, response = Forbidden), (status = 404, response = Missing), (status = 409, response = Conflict)))]
pub(super) async fn reject(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    Place(id): Place<LedgerId>,
) -> Result<Done<ApprovalView>, Problem> {
    caller.may(&app, Right::Approve).await?;
    let waiting = find(&app, id).await?;
    caller.may(&app, operation(&waiting)?.right()).await?;
    let actor = caller.actor.clone();
    let approval = app.people.ask(move |people| Ok(people.reject(id.0, &actor, now()))).await??;
    Ok(Done::new(view(&approval)?, &key, false))
}

/// Does what was approved. If the moment stands against it, it stays approved and is tried again.
async fn carry_out(app: &App, approval: Approval, actor: &Actor) -> Result<Approval, Problem> {
    if approval.state != ApprovalState::Approved {
        return Ok(approval);
    }
    let id = approval.id;
    let outcome = match operation(&approval)? {
        Operation::OverdraftLimit { account, change } => {
            let changed = accounts::change_with(app, account, &change, id, true, Wait(true)).await;
            changed.map(|(_, _, sequence)| Some(Sequence(sequence)))
        }
        Operation::Reversal { transfer, reversal } => match transfers::reversal(transfer, &reversal) {
            Ok(item) => {
                let item = Transfer { id, ..item };
                let made = transfers::make(app, item, true, Scope::All, Wait(true)).await;
                made.map(|(entry, _)| Some(entry.sequence))
            }
            Err(problem) => Err(problem),
        },
        Operation::Unlock { user } => {
            let by = actor.clone();
            let unlocked = app.people.ask(move |people| Ok(people.unlock(&user.0, &by, now()))).await?;
            unlocked.map(|()| None).map_err(Problem::from)
        }
    };
    let (done, outcome) = match outcome {
        Ok(sequence) => (true, Outcome { result: ResultCode::Ok.name().into(), sequence }),
        Err(problem) if problem.status().is_server_error() => {
            tracing::warn!(id = %LedgerId(id), problem = problem.name(), "approved, and to be carried out later");
            return Ok(approval);
        }
        Err(problem) => (false, Outcome { result: problem.name().into(), sequence: None }),
    };
    let (text, by) = (json!(outcome).to_string(), actor.clone());
    Ok(app.people.ask(move |people| Ok(people.conclude(id, done, &text, &by, now()))).await??)
}

/// Carries out, from time to time, what was approved and could not be done then: also what a crash interrupted.
pub(super) async fn catch_up(app: Arc<App>) {
    loop {
        let waiting = app.people.ask(|people| Ok(people.approvals(Some(ApprovalState::Approved), 0, 100))).await;
        for approval in waiting.ok().and_then(Result::ok).unwrap_or_default() {
            let user = approval.decided_by.clone().unwrap_or_default();
            let actor = Actor { user, peer: crate::people::Peer::CommandLine { uid: 0 } };
            if let Err(problem) = carry_out(&app, approval, &actor).await {
                tracing::warn!(problem = problem.name(), "what was approved cannot be carried out now");
            }
        }
        let mut stopping = app.stopping.clone();
        let stopped = stopping.wait_for(|stopping| *stopping);
        if tokio::time::timeout(Duration::from_secs(5), stopped).await.is_ok() {
            return;
        }
    }
}
