// SPDX-License-Identifier: MIT

//! Around every request: its id, the rate of its peer, how many there are at once, its time, its place in log and metrics.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use tracing::Instrument;

use super::App;
use super::extract::{announced, read_body};
use super::problem::{self, Problem};
use crate::bank::random_id;
use crate::people::Peer;

/// A body up to so many bytes is read before anything else, so that the connection can go on whatever is answered.
const SMALL: u64 = 64 << 10;

/// The header with the id of a request.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id that the caller gave, if it is fit for a log, or a new one.
fn request_id(request: &Request) -> HeaderValue {
    let given = request.headers().get(&REQUEST_ID).filter(|value| {
        let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        (1..=64).contains(&value.len()) && value.as_bytes().iter().all(allowed)
    });
    given.cloned().unwrap_or_else(|| {
        let random = random_id().map_or(0, |id| id.low);
        HeaderValue::from_str(&format!("{random:016x}")).unwrap_or(HeaderValue::from_static("-"))
    })
}

/// Lets a request through if there is room for it, and tells of it afterwards.
pub(super) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = request_id(&request);
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("(none)", MatchedPath::as_str).to_owned();
    let peer = request.extensions().get::<Peer>().copied();
    let span = tracing::info_span!(
        "request",
        id = id.to_str().unwrap_or_default(),
        %method,
        route,
        peer = peer.map(tracing::field::display),
        user = tracing::field::Empty,
    );
    let mut response = async {
        let is_large = announced(request.headers()).is_none_or(|length| length > SMALL)
            && (request.headers().contains_key(header::CONTENT_LENGTH)
                || request.headers().contains_key(header::TRANSFER_ENCODING));
        let mut response = match with_small_body(&app, request, is_large).await {
            Err(problem) => problem.into_response(),
            Ok(request) => match admit(&app, peer.as_ref()) {
                Err(problem) => problem.into_response(),
                Ok(_permit) => answer(&app, request, next).await,
            },
        };
        if is_large && !response.status().is_success() {
            // Some of it may never have been read.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        tracing::info!(status = response.status().as_u16(), took_us = begun.elapsed().as_micros() as u64, "answered");
        response
    }
    .instrument(span)
    .await;
    response.headers_mut().insert(REQUEST_ID, id);
    // Methods are any text that a caller likes: only the usual ones are labels.
    let method = match method.as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known,
        _ => "other",
    };
    app.metrics.request(method, &route, response.status().as_u16(), begun.elapsed());
    response
}

/// The request with its body in memory, unless that is large.
async fn with_small_body(app: &App, request: Request, is_large: bool) -> Result<Request, Problem> {
    if is_large {
        return Ok(request);
    }
    let announced = announced(request.headers());
    let (parts, body) = request.into_parts();
    let bytes = read_body(body, announced, app).await?;
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

/// A place among the requests that are worked on.
fn admit(app: &App, peer: Option<&Peer>) -> Result<tokio::sync::OwnedSemaphorePermit, Problem> {
    if let Some(peer) = peer {
        app.rates.check_key(&peer.key()).map_err(|not_until| {
            let wait = not_until.wait_time_from(DefaultClock::default().now());
            Problem::new(problem::RATE_LIMITED, "this peer sends more requests than it may")
                .retry_after(wait.as_secs().max(1))
        })?;
    }
    let permit = Arc::clone(&app.requests).try_acquire_owned();
    permit.map_err(|_| Problem::new(problem::OVERLOADED, "too many requests are worked on at once"))
}

async fn answer(app: &App, request: Request, next: Next) -> Response {
    // Every part has its own, shorter, bound; this one is for what nobody thought of.
    let most = app.arrival() + Duration::from_secs(app.config.api.durable_patience + 30);
    match tokio::time::timeout(most, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(problem::TOO_SLOW, "the request took too long").into_response(),
    }
}
