// SPDX-License-Identifier: MIT

//! Requests to the daemon at its Unix socket, one at a time.

use std::path::{Path, PathBuf};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::{Method, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::UnixStream;
use tokio::runtime::Runtime;

use super::error::DaemonError;

/// What is asked of the daemon.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Request {
    /// GET, POST, …
    pub(super) method: Method,
    /// Path and query.
    pub(super) path: String,
    /// The document that goes with it.
    pub(super) body: Option<Value>,
    /// A message of the banking world, in the document's place.
    pub(super) message: Option<Vec<u8>>,
    /// The idempotency key, if the user gave one; otherwise the daemon makes one.
    pub(super) key: Option<String>,
}

/// What the daemon answered.
#[derive(Debug)]
pub(super) struct Answer {
    /// The document; null if none came.
    pub(super) document: Value,
    /// 202: another person must approve first.
    pub(super) is_pending: bool,
    /// The same request was answered before, and nothing was done again.
    pub(super) is_repeated: bool,
}

/// Somebody who asks the daemon.
pub(super) struct Client {
    socket: PathBuf,
    token: Option<String>,
    runtime: Runtime,
}

impl Client {
    /// One with the token of a login, or without.
    pub(super) fn new(socket: &Path, token: Option<&str>) -> Result<Self, DaemonError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
        let runtime = runtime.map_err(|source| DaemonError::Connect { socket: socket.into(), source })?;
        Ok(Client { socket: socket.into(), token: token.map(String::from), runtime })
    }

    /// Asks, and waits for the whole answer. A problem document is an error.
    pub(super) fn send(&self, request: &Request) -> Result<Answer, DaemonError> {
        self.runtime.block_on(async {
            let response = self.ask(request, "application/json").await?;
            let (status, headers) = (response.status(), response.headers().clone());
            let body = response.into_body().collect().await.map_err(no_answer)?.to_bytes();
            let document = if body.is_empty() { Ok(Value::Null) } else { serde_json::from_slice(&body) };
            let document = document.map_err(|error| DaemonError::Answer(format!("status {status}: {error}")))?;
            if !status.is_success() {
                return Err(DaemonError::Problem(document));
            }
            Ok(Answer {
                document,
                is_pending: status == StatusCode::ACCEPTED,
                is_repeated: headers.contains_key("idempotent-replayed"),
            })
        })
    }

    /// Asks for a text.
    pub(super) fn text(&self, path: &str) -> Result<String, DaemonError> {
        let request = Request { method: Method::GET, path: path.into(), body: None, message: None, key: None };
        self.runtime.block_on(async {
            let response = self.ask(&request, "*/*").await?;
            let body = response.into_body().collect().await.map_err(no_answer)?.to_bytes();
            String::from_utf8(body.to_vec()).map_err(|error| DaemonError::Answer(error.to_string()))
        })
    }

    /// Asks for a picture. A problem document is an error.
    pub(super) fn picture(&self, path: &str) -> Result<Vec<u8>, DaemonError> {
        let request = Request { method: Method::GET, path: path.into(), body: None, message: None, key: None };
        self.runtime.block_on(async {
            let response = self.ask(&request, "image/svg+xml").await?;
            let is_good = response.status().is_success();
            let body = response.into_body().collect().await.map_err(no_answer)?.to_bytes();
            match is_good {
                true => Ok(body.to_vec()),
                false => {
                    let problem =
                        serde_json::from_slice(&body).map_err(|error| DaemonError::Answer(error.to_string()))?;
                    Err(DaemonError::Problem(problem))
                }
            }
        })
    }

    /// Asks for a stream and hands over each line as it comes, until `line` returns false or the stream ends.
    pub(super) fn lines(&self, path: &str, mut line: impl FnMut(&str) -> bool) -> Result<(), DaemonError> {
        let request = Request { method: Method::GET, path: path.into(), body: None, message: None, key: None };
        self.runtime.block_on(async {
            let response = self.ask(&request, "text/event-stream").await?;
            let is_good = response.status().is_success();
            let mut body = response.into_body();
            let mut rest = Vec::new();
            while let Some(frame) = body.frame().await {
                let frame = frame.map_err(no_answer)?;
                rest.extend_from_slice(frame.data_ref().map_or(&[][..], |data| data));
                while let Some(end) = rest.iter().position(|byte| *byte == b'\n').filter(|_| is_good) {
                    let whole: Vec<u8> = rest.drain(..=end).collect();
                    if !line(String::from_utf8_lossy(&whole).trim_end()) {
                        return Ok(());
                    }
                }
            }
            if is_good {
                return Ok(());
            }
            let problem = serde_json::from_slice(&rest).map_err(|error| DaemonError::Answer(error.to_string()))?;
            Err(DaemonError::Problem(problem))
        })
    }

    async fn ask(&self, request: &Request, accept: &str) -> Result<Response<Incoming>, DaemonError> {
        let connect = |source| DaemonError::Connect { socket: self.socket.clone(), source };
        let stream = UnixStream::connect(&self.socket).await.map_err(connect)?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(no_answer)?;
        tokio::spawn(connection);
        let body = match (&request.message, &request.body) {
            (Some(message), _) => message.clone().into(),
            (None, Some(body)) => body.to_string().into(),
            (None, None) => Bytes::new(),
        };
        let mut head = hyper::Request::builder()
            .method(&request.method)
            .uri(&request.path)
            .header("host", "qenex")
            .header("accept", accept);
        if let Some(token) = &self.token {
            head = head.header("authorization", format!("Bearer {token}"));
        }
        if request.body.is_some() {
            head = head.header("content-type", "application/json");
        }
        if let Some(message) = &request.message {
            let kind = if qenex_messages::mt::is_mt(message) { "text/plain" } else { "application/xml" };
            head = head.header("content-type", kind);
        }
        if let Some(key) = &request.key {
            head = head.header("idempotency-key", key);
        }
        let whole = head.body(Full::new(body)).map_err(|error| DaemonError::Answer(error.to_string()))?;
        sender.send_request(whole).await.map_err(no_answer)
    }
}

fn no_answer(error: hyper::Error) -> DaemonError {
    DaemonError::NoAnswer(error.to_string())
}
