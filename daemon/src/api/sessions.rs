// SPDX-License-Identifier: MIT

//! Logging in and out.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::App;
use super::done::{Shown, json};
use super::extract::{Caller, Connected, Json};
use super::problem::{self, LoginRequired, Problem, Unprocessable};
use super::values::Time;
use crate::people::{Actor, Attempt, PeopleError, Role, Secret, now, password};

/// How long a login waits for others of the same user or peer that are being checked.
const PATIENCE: Duration = Duration::from_secs(10);

/// Who logs in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Credentials {
    /// Name of the user.
    #[schema(min_length = 1, max_length = 256)]
    user: String,
    /// Their password.
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 256)]
    password: Secret,
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NewSession {
    /// To be sent as `Authorization: Bearer` with every request, and kept secret. Good from the same peer only.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    token: String,
    /// Name of the user.
    user: String,
    /// What they are.
    role: Role,
    /// Owner number: whose accounts are theirs.
    owner: u32,
    /// When the session ends.
    expires: Time,
}

/// Whoever is logged in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Me {
    /// Name of the user.
    user: String,
    /// What they are.
    role: Role,
    /// Owner number: whose accounts are theirs.
    owner: u32,
    /// When the session ends.
    expires: Time,
}

/// A new password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PasswordChange {
    /// The password until now.
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 256)]
    current: Secret,
    /// The new one, 12 to 256 characters.
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 256)]
    new: Secret,
}

fn too_long(secret: &Secret) -> bool {
    !(1..=password::MAX).contains(&secret.reveal().chars().count())
}

/// Begins to check a password, as soon as there is room among the attempts that may yet fail.
async fn begin(app: &App, actor: &Actor) -> Result<Attempt, Problem> {
    let until = Instant::now() + PATIENCE;
    loop {
        let who = actor.clone();
        match app.people.ask(move |people| Ok(people.begin_login(&who, now()))).await? {
            Err(PeopleError::LoginsPending) if Instant::now() < until => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            begun => return Ok(begun?),
        }
    }
}

/// Checks a password. `None` if it is wrong; else the attempt, and a stronger hash if there is to be one.
async fn check(app: &App, attempt: Attempt, password: Secret) -> Result<(Attempt, Option<Option<String>>), Problem> {
    let iterations = app.config.people.iterations;
    let checked = app.hashing.ask(move |()| {
        let right = password::verify(&password, attempt.stored.as_deref(), attempt.work);
        let weak = attempt.stored.as_deref().is_some_and(|stored| password::is_weaker(stored, iterations));
        let rehashed = match right && weak {
            true => Some(password::hash(&password, iterations)),
            false => None,
        };
        Ok(rehashed.transpose().map(|rehashed| (attempt, right.then_some(rehashed))))
    });
    Ok(checked.await??)
}

/// Log in.
///
/// After five failures within 15 minutes, of a user or from a peer, no more attempts are taken for a while.
#[utoipa::path(post, path = "/v1/sessions", tag = "sessions", operation_id = "logIn", request_body = Credentials,
    security(()),
    responses((status = 201, description = "Logged in.", body = NewSession), (status = 401, response = LoginRequired)))]
pub(super) async fn log_in(
    State(app): State<Arc<App>>,
    Connected(peer): Connected,
    Json(Credentials { user, password }): Json<Credentials>,
) -> Result<Response, Problem> {
    if user.is_empty() || user.chars().count() > 256 || too_long(&password) {
        return Err(Problem::new(problem::INVALID_VALUE, "name and password have 1 to 256 characters each"));
    }
    let actor = Actor { user, peer };
    let attempt = begin(&app, &actor).await.inspect_err(|problem| {
        app.metrics.login(if problem.name() == problem::LOCKED_OUT.name { "locked_out" } else { "failed" });
    })?;
    let (attempt, right) = check(&app, attempt, password).await?;
    let login = match right {
        Some(rehashed) => {
            let accepted = app
                .people
                .ask(move |people| {
                    let login = people.accept_login(&attempt, rehashed.as_deref(), now());
                    if matches!(login, Err(PeopleError::WrongPassword)) {
                        return Ok(people.refuse_login(&attempt, now()).and(login));
                    }
                    Ok(login)
                })
                .await?;
            accepted?
        }
        None => {
            app.metrics.login("wrong_password");
            app.people.ask(move |people| Ok(people.refuse_login(&attempt, now()))).await??;
            return Err(PeopleError::WrongPassword.into());
        }
    };
    app.metrics.login("ok");
    let session = NewSession {
        token: login.token.reveal().into(),
        user: login.session.user,
        role: login.session.role,
        owner: login.session.owner,
        expires: Time(login.session.expires),
    };
    let mut response = json(StatusCode::CREATED, &session);
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, HeaderValue::from_static("/v1/sessions/current"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Log out.
#[utoipa::path(delete, path = "/v1/sessions/current", tag = "sessions", operation_id = "logOut",
    responses((status = 204, description = "The token is not good any more.")))]
pub(super) async fn log_out(State(app): State<Arc<App>>, caller: Caller) -> Result<StatusCode, Problem> {
    let Caller { session, actor } = caller;
    app.people.ask(move |people| Ok(people.end_session(&session, &actor, now()))).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// Show who is logged in.
#[utoipa::path(get, path = "/v1/sessions/current", tag = "sessions", operation_id = "showSession",
    responses((status = 200, description = "You.", body = Me)))]
pub(super) async fn show(caller: Caller) -> Shown<Me> {
    let session = caller.session;
    Shown(Me { user: session.user, role: session.role, owner: session.owner, expires: Time(session.expires) })
}

/// Change your password.
///
/// All other sessions of yours end. The current password is asked for, and a wrong one counts as a failed login.
#[utoipa::path(put, path = "/v1/sessions/current/password", tag = "sessions", operation_id = "changePassword",
    request_body = PasswordChange,
    responses((status = 204, description = "It is changed."), (status = 422, response = Unprocessable)))]
pub(super) async fn change_password(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(PasswordChange { current, new }): Json<PasswordChange>,
) -> Result<StatusCode, Problem> {
    if too_long(&current) {
        return Err(Problem::new(problem::INVALID_VALUE, "a password has 1 to 256 characters").at("current"));
    }
    password::check_length(&new)?;
    let attempt = begin(&app, &caller.actor).await?;
    let (attempt, right) = check(&app, attempt, current).await?;
    if right.is_none() {
        app.people.ask(move |people| Ok(people.refuse_login(&attempt, now()))).await??;
        return Err(PeopleError::WrongPassword.into());
    }
    let iterations = app.config.people.iterations;
    let hashed = app.hashing.ask(move |()| Ok(password::hash(&new, iterations))).await??;
    let Caller { session, actor } = caller;
    app.people
        .ask(move |people| {
            Ok(people
                .withdraw(&attempt)
                .and_then(|()| people.set_password(&session.user, &hashed, Some(&session), &actor, now())))
        })
        .await??;
    Ok(StatusCode::NO_CONTENT)
}
