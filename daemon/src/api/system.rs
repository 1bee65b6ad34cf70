// SPDX-License-Identifier: MIT

//! For those who run the daemon: health, readiness, metrics, and what this API is.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use qenex_abi::{QENEX_STATE_LIVE, ResultCode};
use serde::Serialize;
use utoipa::ToSchema;

use super::App;
use super::done::{Shown, json};
use super::extract::Place;
use super::problem::{self, KINDS, Missing, Problem, TYPES, status};
use super::values::Text;

/// How the daemon is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Health {
    /// `ok`.
    #[schema(value_type = String, example = "ok")]
    status: &'static str,
}

/// What a kind of problem means.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProblemKind {
    /// As in problem documents.
    #[serde(rename = "type")]
    #[schema(value_type = String, format = "uri-reference")]
    kind: String,
    /// In words.
    title: String,
    /// What to do about it.
    help: String,
    /// The status of the answer.
    status: u16,
    /// Number of the ledger's result code, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    result_number: Option<u32>,
}

/// Name of a kind of problem.
pub(super) struct KindName(String);

impl Text for KindName {
    fn read(text: &str) -> Result<Self, String> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
        match (1..=64).contains(&text.len()) && text.bytes().all(allowed) {
            true => Ok(KindName(text.into())),
            false => Err("a name is 1 to 64 of a-z and _".into()),
        }
    }
}

/// Whether the daemon works.
///
/// What follows the journal agrees with the ledger, and entries are being made durable. If not, restart the daemon.
#[utoipa::path(get, path = "/healthz", tag = "system", operation_id = "health", security(()),
    responses((status = 200, description = "It does.", body = Health)))]
pub(super) async fn health(State(app): State<Arc<App>>) -> Result<Shown<Health>, Problem> {
    if let Some(why) = app.failure() {
        return Err(Problem::new(problem::LEDGER_FAILED, why));
    }
    Ok(Shown(Health { status: "ok" }))
}

/// Whether the daemon is open for business.
///
/// If not, send requests elsewhere or wait.
#[utoipa::path(get, path = "/readyz", tag = "system", operation_id = "ready", security(()),
    responses((status = 200, description = "It is.", body = Health)))]
pub(super) async fn ready(State(app): State<Arc<App>>) -> Result<Shown<Health>, Problem> {
    if let Some(why) = app.failure() {
        return Err(Problem::new(problem::LEDGER_FAILED, why));
    }
    if *app.stopping.borrow() {
        return Err(Problem::new(problem::STOPPING, "no new requests, please"));
    }
    let info = app.changes.ask(|counter| counter.bank().info()).await?;
    match info.state {
        QENEX_STATE_LIVE => Ok(Shown(Health { status: "ok" })),
        _ => Err(Problem::refused(ResultCode::NotLive as u32)),
    }
}

/// Metrics for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "system", operation_id = "metrics", security(()),
    responses((status = 200, description = "OpenMetrics text.", body = String,
        content_type = "application/openmetrics-text")))]
pub(super) async fn metrics(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    let info = app.changes.ask(|counter| counter.bank().info()).await.ok();
    let books = app.follower.wait_for_books(0, Duration::ZERO).unwrap_or(0);
    let text = app.metrics.text(info.as_ref(), app.durable_now(), books);
    let text = text.map_err(|error| Problem::new(problem::LEDGER_FAILED, error.to_string()))?;
    let media_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok((StatusCode::OK, [(header::CONTENT_TYPE, media_type)], text).into_response())
}

/// This document.
#[utoipa::path(get, path = "/openapi.json", tag = "system", operation_id = "openapi", security(()),
    responses((status = 200, description = "OpenAPI 3.1.", body = Object)))]
pub(super) async fn openapi(Extension(document): Extension<Arc<serde_json::Value>>) -> Response {
    json(StatusCode::OK, &*document)
}

/// What a kind of problem means.
#[utoipa::path(get, path = "/problems/{name}", tag = "system", operation_id = "explainProblem", security(()),
    params(("name" = String, Path, description = "Last part of the problem's type.", pattern = "^[a-z_]{1,64}$")),
    responses((status = 200, description = "Its meaning.", body = ProblemKind), (status = 404, response = Missing)))]
pub(super) async fn explain(Place(KindName(name)): Place<KindName>) -> Result<Shown<ProblemKind>, Problem> {
    let kind = format!("{TYPES}{name}");
    if let Some(known) = KINDS.iter().find(|known| known.name == name) {
        let (title, help) = (known.title.into(), known.help.into());
        return Ok(Shown(ProblemKind { kind, title, help, status: known.status, result_number: None }));
    }
    let code = ResultCode::ALL.iter().find(|code| code.name() == name && !code.is_success());
    let code = code.ok_or_else(|| Problem::new(problem::NOT_FOUND, format!("there is no problem {name}")))?;
    Ok(Shown(ProblemKind {
        kind,
        title: "The ledger refused".into(),
        help: code.meaning().into(),
        status: status(*code),
        result_number: Some(*code as u32),
    }))
}

/// Nothing is there.
pub(super) async fn nothing() -> Problem {
    Problem::new(problem::NOT_FOUND, "there is nothing at this path")
}

/// The method has no meaning; the header `Allow` is put in by the router.
pub(super) async fn no_method() -> Problem {
    Problem::new(problem::METHOD_NOT_ALLOWED, "the header Allow says which methods have a meaning here")
}
