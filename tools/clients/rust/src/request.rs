// SPDX-License-Identifier: MIT

//! What is asked of the daemon.

use hyper::Method;
use serde_json::Value;

/// What is asked of the daemon.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// GET, POST, …
    pub method: Method,
    /// Path and query.
    pub path: String,
    /// What goes with it.
    pub body: Option<Body>,
    /// The idempotency key: with it a change is made once, however often it is sent. Without one the daemon makes one, and
    /// sending again is another change.
    pub key: Option<String>,
}

/// What goes with a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// A document.
    Json(Value),
    /// A text as it is, such as a message of the banking world.
    Text {
        /// Its media type.
        kind: &'static str,
        /// The text.
        bytes: Vec<u8>,
    },
}

impl Request {
    /// One with nothing but method and path.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Request { method, path: path.into(), body: None, key: None }
    }

    /// A question.
    pub fn get(path: impl Into<String>) -> Self {
        Request::new(Method::GET, path)
    }

    /// A change.
    pub fn post(path: impl Into<String>) -> Self {
        Request::new(Method::POST, path)
    }

    /// The same with a document.
    #[must_use]
    pub fn json(self, document: Value) -> Self {
        Request { body: Some(Body::Json(document)), ..self }
    }

    /// The same with an idempotency key.
    #[must_use]
    pub fn key(self, key: impl Into<String>) -> Self {
        Request { key: Some(key.into()), ..self }
    }
}
