// SPDX-License-Identifier: MIT

//! Requests to the daemon at its Unix socket, one at a time.

use std::path::{Path, PathBuf};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::{Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::UnixStream;
use tokio::runtime::Runtime;

use crate::error::ApiError;
use crate::request::{Body, Request};

/// What the daemon answered.
#[derive(Debug)]
pub struct Answer {
    /// The document; null if none came.
    pub document: Value,
    /// 202: another person must approve first.
    pub is_pending: bool,
    /// The same request was answered before, and nothing was done again.
    pub is_repeated: bool,
}

/// Somebody who asks the daemon.
pub struct Client {
    socket: PathBuf,
    token: Option<String>,
    runtime: Runtime,
}

impl Client {
    /// One with the token of a login, or without. It connects anew for each request.
    ///
    /// # Errors
    ///
    /// [`ApiError::Connect`].
    pub fn new(socket: &Path, token: Option<&str>) -> Result<Self, ApiError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
        let runtime = runtime.map_err(|source| ApiError::Connect { socket: socket.into(), source })?;
        Ok(Client { socket: socket.into(), token: token.map(String::from), runtime })
    }

    /// Logs in; afterwards every request is this user's. Returns the session's document.
    ///
    /// # Errors
    ///
    /// [`ApiError`].
    pub fn log_in(&mut self, user: &str, password: &str) -> Result<Value, ApiError> {
        let credentials = serde_json::json!({ "user": user, "password": password });
        let session = self.send(&Request::post("/v1/sessions").json(credentials))?.document;
        let token = session["token"].as_str().ok_or_else(|| ApiError::Answer("there is no token in it".into()))?;
        self.token = Some(token.to_owned());
        Ok(session)
    }

    /// Asks, and waits for the whole answer. A problem document is an error.
    ///
    /// # Errors
    ///
    /// [`ApiError`].
    pub fn send(&self, request: &Request) -> Result<Answer, ApiError> {
        self.runtime.block_on(async {
            let response = self.ask(request, "application/json").await?;
            let (status, headers) = (response.status(), response.headers().clone());
            let body = response.into_body().collect().await.map_err(no_answer)?.to_bytes();
            let document = if body.is_empty() { Ok(Value::Null) } else { serde_json::from_slice(&body) };
            let document = document.map_err(|error| ApiError::Answer(format!("status {status}: {error}")))?;
            if !status.is_success() {
                return Err(ApiError::Problem(document));
            }
            Ok(Answer {
                document,
                is_pending: status == StatusCode::ACCEPTED,
                is_repeated: headers.contains_key("idempotent-replayed"),
            })
        })
    }

    /// Asks for a text.
    ///
    /// # Errors
    ///
    /// [`ApiError`].
    pub fn text(&self, path: &str) -> Result<String, ApiError> {
        let request = Request::get(path);
        self.runtime.block_on(async {
            let response = self.ask(&request, "*/*").await?;
            let body = response.into_body().collect().await.map_err(no_answer)?.to_bytes();
            String::from_utf8(body.to_vec()).map_err(|error| ApiError::Answer(error.to_string()))
        })
    }

    /// Asks for a picture. A problem document is an error.
    ///
    /// # Errors
    ///
    /// [`ApiError`].
    pub fn picture(&self, path: &str) -> Result<Vec<u8>, ApiError> {
        let request = Request::get(path);
        self.runtime.block_on(async {
            let response = self.ask(&request, "image/svg+xml").await?;
            let is_good = response.status().is_success();
            let body = response.into_body().collect().await.map_err(no_answer)?.to_bytes();
            match is_good {
                true => Ok(body.to_vec()),
                false => {
                    let problem = serde_json::from_slice(&body).map_err(|error| ApiError::Answer(error.to_string()))?;
                    Err(ApiError::Problem(problem))
                }
            }
        })
    }

    /// Asks for a stream and hands over each line as it comes, until `line` returns false or the stream ends.
    ///
    /// # Errors
    ///
    /// [`ApiError`].
    pub fn lines(&self, path: &str, mut line: impl FnMut(&str) -> bool) -> Result<(), ApiError> {
        let request = Request::get(path);
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
            let problem = serde_json::from_slice(&rest).map_err(|error| ApiError::Answer(error.to_string()))?;
            Err(ApiError::Problem(problem))
        })
    }

    async fn ask(&self, request: &Request, accept: &str) -> Result<Response<Incoming>, ApiError> {
        let connect = |source| ApiError::Connect { socket: self.socket.clone(), source };
        let stream = UnixStream::connect(&self.socket).await.map_err(connect)?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(no_answer)?;
        tokio::spawn(connection);
        let (kind, body) = match &request.body {
            Some(Body::Json(document)) => (Some("application/json"), document.to_string().into()),
            Some(Body::Text { kind, bytes }) => (Some(*kind), bytes.clone().into()),
            None => (None, Bytes::new()),
        };
        let mut head = hyper::Request::builder()
            .method(&request.method)
            .uri(&request.path)
            .header("host", "qenex")
            .header("accept", accept);
        if let Some(token) = &self.token {
            head = head.header("authorization", format!("Bearer {token}"));
        }
        if let Some(kind) = kind {
            head = head.header("content-type", kind);
        }
        if let Some(key) = &request.key {
            head = head.header("idempotency-key", key);
        }
        let whole = head.body(Full::new(body)).map_err(|error| ApiError::Answer(error.to_string()))?;
        sender.send_request(whole).await.map_err(no_answer)
    }
}

fn no_answer(error: hyper::Error) -> ApiError {
    ApiError::NoAnswer(error.to_string())
}
