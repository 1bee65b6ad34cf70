// SPDX-License-Identifier: MIT

//! For auditors: the heads of the two chains, and the log of decisions.

use std::sync::Arc;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::accounts::Limit;
use super::done::Shown;
use super::extract::{Caller, Query};
use super::problem::{Forbidden, Problem};
use super::values::{LedgerId, Sequence, Time};
use crate::bank::BankError;
use crate::people::{Decision, Right};
use crate::store::Reader;
use crate::store::sqlite::SqliteReader;

/// The head of a chain of hashes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ChainHeadView {
    /// Number of the last entry; 0 before the first.
    pub(super) sequence: Sequence,
    /// SHA-256 that vouches for it and everything before it.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub(super) head: String,
}

/// The heads of both chains. Keep them somewhere else: they show later that nothing was changed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct AuditHead {
    /// Which ledger it is.
    pub(super) ledger: LedgerId,
    /// The journal; as `SEQUENCE:HEAD` for `qenexd verify --head`.
    pub(super) journal: ChainHeadView,
    /// The log of decisions.
    pub(super) decisions: ChainHeadView,
}

/// One decision: somebody was let in or not, allowed something or not, changed or approved.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct DecisionView {
    /// Its number, from 1, without a gap.
    pub(super) number: Sequence,
    /// When.
    pub(super) timestamp: Time,
    /// What was decided.
    #[schema(value_type = crate::people::What)]
    pub(super) what: String,
    /// Who asked for it.
    pub(super) actor: String,
    /// Whom or what it is about.
    pub(super) subject: String,
    /// Where it came from.
    pub(super) peer: String,
    /// More, for people.
    pub(super) details: String,
    /// SHA-256 that vouches for it and all before it.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub(super) hash: String,
}

/// A page of the log of decisions.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct DecisionList {
    /// The decisions, oldest first.
    pub(super) decisions: Vec<DecisionView>,
    /// Where to go on, as `after`; absent if there are no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) next: Option<Sequence>,
}

/// Which decisions to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct DecisionQuery {
    /// Those after this number.
    after: Option<Sequence>,
    /// At most so many.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 1000, default = 100)]
    limit: Option<Limit>,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Show the heads of the audit chains.
#[utoipa::path(get, path = "/v1/audit/head", tag = "audit", operation_id = "auditHead",
    responses((status = 200, description = "The heads.", body = AuditHead), (status = 403, response = Forbidden)))]
pub(super) async fn head(State(app): State<Arc<App>>, caller: Caller) -> Result<Shown<AuditHead>, Problem> {
    caller.may(&app, Right::SeeAuditHead).await?;
    let directory = app.directory.clone();
    let stored = |error: crate::store::StoreError| BankError::System(error.to_string());
    let journal =
        app.questions.ask(move |_| SqliteReader::open(&directory).and_then(|mut reader| reader.head()).map_err(stored));
    let journal = journal.await?;
    let decisions = app.sessions.ask(|people| Ok(people.decision_head())).await??;
    Ok(Shown(AuditHead {
        ledger: LedgerId(app.identity.ledger_id),
        journal: ChainHeadView { sequence: Sequence(journal.sequence), head: hex(&journal.chain.0) },
        decisions: ChainHeadView { sequence: Sequence(decisions.number), head: hex(&decisions.hash) },
    }))
}

/// List decisions.
#[utoipa::path(get, path = "/v1/audit/decisions", tag = "audit", operation_id = "listDecisions", params(DecisionQuery),
    responses((status = 200, description = "A page of the log.", body = DecisionList),
        (status = 403, response = Forbidden)))]
pub(super) async fn decisions(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(query): Query<DecisionQuery>,
) -> Result<Shown<DecisionList>, Problem> {
    caller.may(&app, Right::SeeDecisions).await?;
    let limit = Limit::or_default(query.limit);
    let after = query.after.map_or(0, |after| after.0);
    let found = app.sessions.ask(move |people| Ok(people.decisions(after, limit))).await??;
    let next = found.last().filter(|_| found.len() == limit).map(|last| Sequence(last.number));
    let view = |decision: Decision| DecisionView {
        number: Sequence(decision.number),
        timestamp: Time(decision.at),
        what: decision.what,
        actor: decision.actor,
        subject: decision.subject,
        peer: decision.peer,
        details: decision.details,
        hash: hex(&decision.hash),
    };
    Ok(Shown(DecisionList { decisions: found.into_iter().map(view).collect(), next }))
}
