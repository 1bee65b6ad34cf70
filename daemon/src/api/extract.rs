// SPDX-License-Identifier: MIT

//! The parts of a request, read and checked. What is wrong is a problem document that says where.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequest, FromRequestParts, Path as AxumPath, Query as AxumQuery, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::App;
use super::problem::{self, Problem};
use super::values::{Object, Text};
use crate::bank::{Scope, random_id};
use crate::people::{Actor, Peer, Reach, Right, Session, What, now, reach};

/// Whoever is logged in.
pub(super) struct Caller {
    pub(super) session: Session,
    pub(super) actor: Actor,
}

impl Caller {
    /// Whose accounts the right reaches to.
    ///
    /// A refusal is recorded before it is told.
    pub(super) async fn may(&self, app: &App, right: Right) -> Result<Scope, Problem> {
        match reach(self.session.role, right) {
            Reach::All => Ok(Scope::All),
            Reach::Own => Ok(Scope::Owner(self.session.owner)),
            Reach::No => {
                let actor = self.actor.clone();
                let role = self.session.role;
                app.people
                    .ask(move |people| Ok(people.record(now(), What::Refused, &actor, right.name(), role.name())))
                    .await??;
                let detail = format!("the role {} has no right to {}", role.name(), right.name());
                Err(Problem::new(problem::NOT_ALLOWED, detail))
            }
        }
    }
}

fn peer(parts: &Parts) -> Result<Peer, Problem> {
    let peer = parts.extensions.get::<Peer>().copied();
    peer.ok_or_else(|| Problem::new(problem::LEDGER_FAILED, "the connection has no peer"))
}

/// The other end of the connection, logged in or not.
pub(super) struct Connected(pub(super) Peer);

impl<S: Sync> FromRequestParts<S> for Connected {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Connected(peer(parts)?))
    }
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let peer = peer(parts)?;
        let header = parts.headers.get(header::AUTHORIZATION);
        let missing = || Problem::new(problem::LOGIN_REQUIRED, "there is no header Authorization: Bearer TOKEN");
        let token = header.and_then(|header| header.to_str().ok()).and_then(|text| {
            let (scheme, token) = text.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
        });
        let token = token.ok_or_else(missing)?;
        let session = app.sessions.ask(move |people| Ok(people.session(&token, &peer, now()))).await??;
        let session = session.ok_or_else(|| {
            Problem::new(problem::SESSION_INVALID, "the token is unknown, has expired or was revoked")
        })?;
        tracing::Span::current().record("user", session.user.as_str());
        let actor = Actor { user: session.user.clone(), peer };
        Ok(Caller { session, actor })
    }
}

/// The idempotency key of a request, the caller's or a new one.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) text: String,
    /// Whether the caller gave it, so that it may have been used before.
    pub(super) given: bool,
}

/// The header.
pub(super) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

impl<S: Sync> FromRequestParts<S> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(text) = single(&parts.headers, &IDEMPOTENCY_KEY)? else {
            let id = random_id().map_err(|error| Problem::new(problem::LEDGER_FAILED, error.to_string()))?;
            return Ok(Key { text: format!("{:032x}", id.to_u128()), given: false });
        };
        let well_formed = (1..=255).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        match well_formed {
            true => Ok(Key { text: text.into(), given: true }),
            false => Err(Problem::new(problem::INVALID_HEADER, "a key is 1 to 255 visible ASCII characters")
                .at(IDEMPOTENCY_KEY.as_str())),
        }
    }
}

/// The only value of a header.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Problem> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let wrong = |why: &str| Problem::new(problem::INVALID_HEADER, why).at(name.as_str());
    if values.next().is_some() {
        return Err(wrong("the header is there twice"));
    }
    value.to_str().map(Some).map_err(|_| wrong("the header has characters other than visible ASCII"))
}

/// Whether the caller wants to wait until the change is durable: yes, unless `Prefer: respond-async` is there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wait(pub(super) bool);

impl<S: Sync> FromRequestParts<S> for Wait {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let preferences = parts.headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
        let mut preferences = preferences.flat_map(|value| value.split(',')).map(str::trim);
        Ok(Wait(!preferences.any(|preference| preference.eq_ignore_ascii_case("respond-async"))))
    }
}

/// A part of the path.
pub(super) struct Place<T>(pub(super) T);

impl<T: Text + Send, S: Send + Sync> FromRequestParts<S> for Place<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let text = AxumPath::<String>::from_request_parts(parts, state).await;
        let text = text.map_err(|error| Problem::new(problem::INVALID_PARAMETER, error.body_text()).at("path"))?;
        T::read(&text.0).map(Place).map_err(|why| Problem::new(problem::INVALID_PARAMETER, why).at("path"))
    }
}

/// The query.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let wrong = |error: QueryRejection| Problem::new(problem::INVALID_PARAMETER, error.body_text()).at("query");
        AxumQuery::try_from_uri(&parts.uri).map(|query| Query(query.0)).map_err(wrong)
    }
}

/// The body, JSON.
pub(super) struct Json<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Problem> {
        check_media_type(request.headers())?;
        parse::<Object<T>>(&body(request, app).await?).map(|Object(value)| Json(value))
    }
}

/// The body, JSON; nothing at all, or null, stands for an empty object.
pub(super) struct OptionalJson<T>(pub(super) T);

impl<T: DeserializeOwned + Default> FromRequest<Arc<App>> for OptionalJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Problem> {
        let has_type = request.headers().contains_key(header::CONTENT_TYPE);
        if has_type {
            check_media_type(request.headers())?;
        }
        let bytes = body(request, app).await?;
        match (bytes.is_empty(), has_type) {
            (true, false) => Ok(OptionalJson(T::default())),
            (false, false) => Err(wrong_media_type()),
            _ => parse::<Option<Object<T>>>(&bytes).map(|part| OptionalJson(part.unwrap_or_default().0)),
        }
    }
}

fn wrong_media_type() -> Problem {
    Problem::new(problem::UNSUPPORTED_MEDIA_TYPE, "the body must be application/json").at("content-type")
}

fn check_media_type(headers: &HeaderMap) -> Result<(), Problem> {
    let text = single(headers, &header::CONTENT_TYPE)?.ok_or_else(wrong_media_type)?;
    let mut parts = text.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|media_type| media_type.eq_ignore_ascii_case("application/json"));
    let is_utf8 = parts.all(|parameter| {
        let charset = parameter.split_once('=').filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
        charset.is_none_or(|(_, value)| value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8"))
    });
    if is_json && is_utf8 { Ok(()) } else { Err(wrong_media_type()) }
}

/// The body, a message of the banking world, not read yet: first it is asked whether the caller may send one.
pub(super) struct MessageText(pub(super) UnreadText);

/// A body that is a text.
pub(super) struct UnreadText(Request);

impl FromRequest<Arc<App>> for MessageText {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &Arc<App>) -> Result<Self, Problem> {
        Ok(MessageText(UnreadText(request)))
    }
}

impl UnreadText {
    /// Reads it.
    pub(super) async fn read(self, app: &App) -> Result<Bytes, Problem> {
        let wrong = || {
            let detail = "a message is application/xml, text/xml or text/plain";
            Problem::new(problem::UNSUPPORTED_MEDIA_TYPE, detail).at("content-type")
        };
        let text = single(self.0.headers(), &header::CONTENT_TYPE)?.ok_or_else(wrong)?;
        let media_type = text.split(';').next().unwrap_or_default().trim();
        let taken = ["application/xml", "text/xml", "text/plain"];
        if !taken.iter().any(|known| media_type.eq_ignore_ascii_case(known)) {
            return Err(wrong());
        }
        body(self.0, app).await
    }
}

/// How long the body is, if the request says so.
pub(super) fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn body(request: Request, app: &App) -> Result<Bytes, Problem> {
    let announced = announced(request.headers());
    read_body(request.into_body(), announced, app).await
}

/// Reads a body, if it is not too large and not too slow.
pub(super) async fn read_body(body: Body, announced: Option<u64>, app: &App) -> Result<Bytes, Problem> {
    let most = app.config.api.body;
    let too_large = || Problem::new(problem::BODY_TOO_LARGE, format!("at most {most} bytes"));
    if announced.is_some_and(|length| length > most as u64) {
        return Err(too_large());
    }
    let arrival = tokio::time::timeout(app.arrival(), to_bytes(body, most)).await;
    match arrival {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) if is_too_large(&error) => Err(too_large()),
        Ok(Err(_)) => Err(Problem::new(problem::MALFORMED_JSON, "the body ends too early")),
        Err(_) => Err(Problem::new(problem::BODY_LATE, "the daemon has waited for it long enough")),
    }
}

fn is_too_large(error: &axum::Error) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    std::iter::from_fn(|| {
        let this = cause?;
        cause = this.source();
        Some(this)
    })
    .any(|cause| cause.is::<http_body_util::LengthLimitError>())
}

/// Reads JSON, and says what is wrong and where.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        explain(&error.into_inner()).at(path)
    })?;
    json.end().map_err(|error| explain(&error))?;
    Ok(value)
}

fn explain(error: &serde_json::Error) -> Problem {
    let text = error.to_string();
    if error.classify() != Category::Data {
        return Problem::new(problem::MALFORMED_JSON, text);
    }
    let kinds = [
        ("unknown field", problem::UNKNOWN_FIELD),
        ("missing field", problem::MISSING_FIELD),
        ("duplicate field", problem::DUPLICATE_FIELD),
        ("invalid type", problem::WRONG_TYPE),
    ];
    let kind =
        kinds.iter().find(|(prefix, _)| text.starts_with(prefix)).map_or(problem::INVALID_VALUE, |(_, kind)| kind);
    Problem::new(kind, text)
}
