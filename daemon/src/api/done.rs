// SPDX-License-Identifier: MIT

//! The answer to a change that was made, now or before.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::extract::{IDEMPOTENCY_KEY, Key, Wait};

/// Says that this was done by an earlier request.
pub(super) const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// Says that the caller's preference was followed.
pub(super) const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// The answer to a change.
pub(super) struct Done<T> {
    status: StatusCode,
    body: T,
    key: String,
    replayed: bool,
    asynchronous: bool,
    location: Option<String>,
}

impl<T> Done<T> {
    /// It was done with status 200, now or before.
    pub(super) fn new(body: T, key: &Key, replayed: bool) -> Self {
        let (key, location) = (key.text.clone(), None);
        Done { status: StatusCode::OK, body, key, replayed, asynchronous: false, location }
    }

    /// Something new is at `location`.
    pub(super) fn created(self, location: String) -> Self {
        let status = if self.replayed { StatusCode::OK } else { StatusCode::CREATED };
        Done { status, location: Some(location), ..self }
    }

    /// It will be done, and how far it is can be seen at `location`.
    pub(super) fn pending(self, location: String) -> Self {
        Done { status: StatusCode::ACCEPTED, location: Some(location), ..self }
    }

    /// Whether it was waited for.
    pub(super) fn waited(self, wait: Wait) -> Self {
        Done { asynchronous: !wait.0, ..self }
    }
}

impl<T: Serialize> IntoResponse for Done<T> {
    fn into_response(self) -> Response {
        let mut response = json(self.status, &self.body);
        let headers = response.headers_mut();
        let mut put = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        put(IDEMPOTENCY_KEY, &self.key);
        if self.replayed {
            put(REPLAYED, "true");
        }
        if self.asynchronous {
            put(PREFERENCE_APPLIED, "respond-async");
        }
        if let Some(location) = self.location {
            put(header::LOCATION, &location);
        }
        response
    }
}

/// An answer with a JSON body.
pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    let bytes = match serde_json::to_vec(body) {
        Ok(bytes) => bytes,
        // Only maps with keys that are no text cannot be written, and there are none.
        Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    (status, [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], bytes).into_response()
}

/// A plain answer with a JSON body.
pub(super) struct Shown<T>(pub(super) T);

impl<T: Serialize> IntoResponse for Shown<T> {
    fn into_response(self) -> Response {
        json(StatusCode::OK, &self.0)
    }
}
