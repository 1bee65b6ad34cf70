// SPDX-License-Identifier: MIT

//! Users, for those who look after them.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::accounts::Limit;
use super::approvals::{self, Operation};
use super::done::{Done, Shown};
use super::extract::{Caller, Json, Key, Place, Query};
use super::problem::{Conflict, Forbidden, Missing, Problem, Unprocessable};
use super::values::{Time, UserName, Whole};
use crate::bank::derive_id;
use crate::people::{NewUser, OWNER_FIRST, Right, Role, Secret, User, UserChange, now, password};

/// A user to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AddedUser {
    /// Never given twice.
    name: UserName,
    /// What they are.
    role: Role,
    /// 12 to 256 characters.
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 256)]
    password: Secret,
    /// The Unix user that they are: accounts of that uid are theirs. Without it they get an owner number that no Unix user
    /// has.
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 2147483647)]
    uid: Option<Whole>,
}

/// What to change of a user; nothing where a field is absent.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangedUser {
    /// The new role.
    role: Option<Role>,
    /// Whether they may log in.
    enabled: Option<bool>,
    /// A new password, 12 to 256 characters.
    #[schema(value_type = Option<String>, format = Password, min_length = 12, max_length = 256)]
    password: Option<Secret>,
}

/// A user.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UserView {
    /// Their name.
    name: String,
    /// What they are.
    role: Role,
    /// Owner number: accounts of this owner are theirs.
    owner: u32,
    /// Whether they may log in.
    enabled: bool,
    /// When they were added.
    created: Time,
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        let User { name, role, owner, enabled, created } = user;
        UserView { name, role, owner, enabled, created: Time(created) }
    }
}

/// A page of users.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UserList {
    /// The users, by name.
    users: Vec<UserView>,
    /// Where to go on, as `after`; absent if there are no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next: Option<String>,
}

/// Which users to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct UserQuery {
    /// Users with names after this.
    after: Option<UserName>,
    /// At most so many.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 1000, default = 100)]
    limit: Option<Limit>,
}

/// The lowest owner number that may be given: all of the ledger's are below, whatever happened to the list of users.
pub(super) fn owners_from(app: &App) -> u32 {
    app.follower.with_state(|state| {
        let given = state.accounts().iter().map(|account| account.owner).filter(|owner| *owner >= OWNER_FIRST);
        given.max().map_or(OWNER_FIRST, |highest| highest.saturating_add(1))
    })
}

/// Add a user.
#[utoipa::path(post, path = "/v1/users", tag = "users", operation_id = "addUser", request_body = AddedUser,
    responses((status = 201, description = "They can log in.", body = UserView),
        (status = 403, response = Forbidden), (status = 409, response = Conflict),
        (status = 422, response = Unprocessable)))]
pub(super) async fn add(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    Json(new): Json<AddedUser>,
) -> Result<Response, Problem> {
    caller.may(&app, Right::ManageUsers).await?;
    password::check_length(&new.password)?;
    let request = derive_id(&caller.session.user, &key.text, 0).to_u128().to_be_bytes();
    let iterations = app.config.people.iterations;
    let secret = new.password;
    let password = app.hashing.ask(move |()| Ok(password::hash(&secret, iterations))).await??;
    let new =
        NewUser { name: new.name.0, role: new.role, uid: new.uid.map(|uid| uid.0), password, request: Some(request) };
    let from = owners_from(&app);
    let user = app.people.ask(move |people| Ok(people.add_user(&new, from, &caller.actor, now()))).await??;
    let location = format!("/v1/users/{}", user.name);
    Ok(Done::new(UserView::from(user), &key, false).created(location).into_response())
}

/// List users.
#[utoipa::path(get, path = "/v1/users", tag = "users", operation_id = "listUsers", params(UserQuery),
    responses((status = 200, description = "A page of users.", body = UserList), (status = 403, response = Forbidden)))]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(query): Query<UserQuery>,
) -> Result<Shown<UserList>, Problem> {
    caller.may(&app, Right::SeeDecisions).await?;
    let limit = Limit::or_default(query.limit);
    let after = query.after.map_or(String::new(), |after| after.0);
    let users = app.sessions.ask(move |people| Ok(people.users(&after, limit))).await??;
    let next = users.last().filter(|_| users.len() == limit).map(|last| last.name.clone());
    Ok(Shown(UserList { users: users.into_iter().map(UserView::from).collect(), next }))
}

/// Show a user.
#[utoipa::path(get, path = "/v1/users/{name}", tag = "users", operation_id = "showUser",
    params(("name" = UserName, Path, description = "Their name.")),
    responses((status = 200, description = "The user.", body = UserView),
        (status = 403, response = Forbidden), (status = 404, response = Missing)))]
pub(super) async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Place(name): Place<UserName>,
) -> Result<Shown<UserView>, Problem> {
    caller.may(&app, Right::SeeDecisions).await?;
    let user = app.sessions.ask(move |people| Ok(people.user(&name.0))).await??;
    Ok(Shown(user.into()))
}

/// Change a user.
///
/// Their sessions end, so that they log in again with what they may do now. To ask for what is so already changes nothing.
#[utoipa::path(patch, path = "/v1/users/{name}", tag = "users", operation_id = "changeUser",
    params(("name" = UserName, Path, description = "Their name.")), request_body = ChangedUser,
    responses((status = 200, description = "The user as they are now.", body = UserView),
        (status = 403, response = Forbidden), (status = 404, response = Missing), (status = 409, response = Conflict),
        (status = 422, response = Unprocessable)))]
pub(super) async fn change(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    Place(name): Place<UserName>,
    Json(change): Json<ChangedUser>,
) -> Result<Done<UserView>, Problem> {
    caller.may(&app, Right::ManageUsers).await?;
    let iterations = app.config.people.iterations;
    let hashed = match change.password {
        Some(secret) => {
            password::check_length(&secret)?;
            Some(app.hashing.ask(move |()| Ok(password::hash(&secret, iterations))).await??)
        }
        None => None,
    };
    let user = app
        .people
        .ask(move |people| {
            let wanted = UserChange { role: change.role, enabled: change.enabled, password: hashed.as_deref() };
            Ok(people.change_user(&name.0, wanted, &caller.actor, now()))
        })
        .await??;
    Ok(Done::new(user.into(), &key, false))
}

/// End all sessions of a user.
#[utoipa::path(delete, path = "/v1/users/{name}/sessions", tag = "users", operation_id = "endSessions",
    params(("name" = UserName, Path, description = "Their name.")),
    responses((status = 204, description = "Their tokens are not good any more."),
        (status = 403, response = Forbidden), (status = 404, response = Missing)))]
pub(super) async fn end_sessions(
    State(app): State<Arc<App>>,
    caller: Caller,
    Place(name): Place<UserName>,
) -> Result<StatusCode, Problem> {
    caller.may(&app, Right::ManageUsers).await?;
    app.people.ask(move |people| Ok(people.end_sessions_of(&name.0, &caller.actor, now()))).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// Let a user who is locked out try again.
///
/// A second person may have to approve: then the answer is 202 with the approval to wait for.
#[utoipa::path(post, path = "/v1/users/{name}/unlock", tag = "users", operation_id = "unlock",
    params(("name" = UserName, Path, description = "Their name.")),
    responses((status = 200, description = "Their failed logins are forgotten.", body = UserView),
        (status = 202, description = "A second person must approve.", body = approvals::ApprovalView),
        (status = 403, response = Forbidden), (status = 404, response = Missing), (status = 409, response = Conflict)))]
pub(super) async fn unlock(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    Place(name): Place<UserName>,
) -> Result<Response, Problem> {
    caller.may(&app, Right::Unlock).await?;
    let asked = name.clone();
    let user = app.sessions.ask(move |people| Ok(people.user(&asked.0))).await??;
    if app.config.four_eyes.unlock {
        let id = derive_id(&caller.session.user, &key.text, 0);
        return approvals::request(&app, &caller, &key, id, Operation::Unlock { user: name }).await;
    }
    app.people.ask(move |people| Ok(people.unlock(&name.0, &caller.actor, now()))).await??;
    Ok(Done::new(UserView::from(user), &key, false).into_response())
}
