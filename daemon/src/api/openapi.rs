// SPDX-License-Identifier: MIT

//! The OpenAPI document, made from the handlers, and the router, made from the same list.

use std::sync::Arc;

use axum::Router;
use axum::routing::{delete, get, patch, post, put};
use serde_json::{Map, Value, json};
use utoipa::OpenApi;

use super::messages::ProfileName;
use super::problem::{
    BadRequest, Conflict, Document, Forbidden, Late, LoginRequired, Missing, TooLarge, TooMany, Unavailable,
    Unprocessable, WrongMediaType,
};
use super::values::AccountNumbers;
use super::{
    App, accounts, approvals, audit, events, history, mandates, messages, models, report, reviews, risk, sessions,
    system, transfers, users,
};

macro_rules! routes {
    ($($method:ident $path:literal $module:ident :: $handler:ident;)+) => {
        #[derive(OpenApi)]
        #[openapi(
            paths($($module::$handler),+),
            components(schemas(AccountNumbers, ProfileName, Document), responses(BadRequest, LoginRequired, Forbidden, Missing, Conflict, Late, TooLarge, WrongMediaType,
                Unprocessable, TooMany, Unavailable))
        )]
        struct Operations;

        /// Method and path of every operation.
        #[cfg(test)]
        const ROUTES: &[(&str, &str)] = &[$((stringify!($method), $path)),+];

        /// Every operation.
        pub(super) fn router() -> Router<Arc<App>> {
            Router::new()$(.route($path, $method($module::$handler)))+
        }
    };
}

routes! {
    post "/v1/sessions" sessions::log_in;
    get "/v1/sessions/current" sessions::show;
    delete "/v1/sessions/current" sessions::log_out;
    put "/v1/sessions/current/password" sessions::change_password;
    post "/v1/users" users::add;
    get "/v1/users" users::list;
    get "/v1/users/{name}" users::show;
    patch "/v1/users/{name}" users::change;
    post "/v1/users/{name}/unlock" users::unlock;
    delete "/v1/users/{name}/sessions" users::end_sessions;
    get "/v1/approvals" approvals::list;
    get "/v1/approvals/{id}" approvals::show;
    post "/v1/approvals/{id}/approve" approvals::approve;
    post "/v1/approvals/{id}/reject" approvals::reject;
    post "/v1/accounts" accounts::open;
    get "/v1/accounts" accounts::list;
    get "/v1/accounts/{number}" accounts::show;
    patch "/v1/accounts/{number}" accounts::change;
    get "/v1/accounts/{number}/balance" history::balance;
    get "/v1/accounts/{number}/statement" history::statement_of;
    post "/v1/transfers" transfers::transfer;
    get "/v1/transfers/{id}" transfers::show;
    post "/v1/transfers/{id}/reversals" transfers::reverse;
    post "/v1/holds" transfers::hold;
    get "/v1/holds/{id}" transfers::show_hold;
    post "/v1/holds/{id}/post" transfers::post_hold;
    post "/v1/holds/{id}/void" transfers::void_hold;
    post "/v1/batches" transfers::batch;
    post "/v1/chains" transfers::chain;
    post "/v1/messages" messages::send;
    get "/v1/messages" messages::list;
    get "/v1/messages/{id}" messages::show;
    get "/v1/messages/{id}/original" messages::original;
    get "/v1/messages/{id}/answers" messages::answers;
    post "/v1/messages/{id}/decision" messages::decide;
    post "/v1/messages/{id}/recall" messages::recall;
    post "/v1/messages/{id}/refund" messages::refund;
    get "/v1/accounts/{number}/camt.053" messages::camt053;
    get "/v1/accounts/{number}/camt.054" messages::camt054;
    post "/v1/mandates" mandates::register;
    get "/v1/mandates" mandates::list;
    patch "/v1/mandates/{id}" mandates::amend;
    post "/v1/mandates/{id}/cancel" mandates::cancel;
    get "/v1/risk/reviews" reviews::list;
    get "/v1/risk/reviews/{id}" reviews::show;
    post "/v1/risk/reviews/{id}/approve" reviews::approve;
    post "/v1/risk/reviews/{id}/reject" reviews::reject;
    post "/v1/risk/score" risk::score;
    get "/v1/risk/payments/{id}" risk::show;
    post "/v1/risk/payments/{id}/label" risk::label;
    post "/v1/risk/sources/distrust" risk::distrust;
    get "/v1/risk/rules" models::rules;
    put "/v1/risk/rules" models::set_rules;
    post "/v1/risk/backtest" models::backtest;
    get "/v1/risk/models" models::list;
    post "/v1/risk/train" models::train;
    post "/v1/risk/promote" models::promote;
    post "/v1/risk/rollback" models::rollback;
    get "/v1/risk/importance" models::importance;
    get "/v1/risk/report" report::report;
    get "/v1/risk/report/{plot}" report::plot;
    post "/v1/risk/credit" report::lend;
    post "/v1/risk/credit/train" report::train;
    get "/v1/journal" history::search;
    get "/v1/events" events::events;
    get "/v1/trial-balance" history::trial;
    get "/v1/audit/head" audit::head;
    get "/v1/audit/decisions" audit::decisions;
    get "/healthz" system::health;
    get "/readyz" system::ready;
    get "/metrics" system::metrics;
    get "/openapi.json" system::openapi;
    get "/problems/{name}" system::explain;
}

/// Operations that take no idempotency key, although they post: each login makes a session of its own.
const WITHOUT_KEY: [&str; 1] = ["logIn"];
/// Operations that can be answered before the change is durable.
const WITH_PREFERENCE: [&str; 9] =
    ["openAccount", "changeAccount", "transfer", "reverse", "hold", "postHold", "voidHold", "batch", "chain"];

/// The document, complete.
pub(super) fn document() -> Value {
    let mut document = serde_json::to_value(Operations::openapi()).unwrap_or_default();
    document["openapi"] = json!("3.1.0");
    document["info"] = json!({
        "title": "QENEX",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "A bank's ledger inside the Linux kernel, over HTTP. Amounts are decimal strings, numbers that do not \
                        fit into 53 bits are strings. See daemon/API.md.",
        "license": { "name": "MIT", "identifier": "MIT" },
    });
    document["servers"] = json!([{ "url": "/" }]);
    document["security"] = json!([{ "token": [] }]);
    document["components"]["securitySchemes"] = json!({
        "token": { "type": "http", "scheme": "bearer", "description": "The token that POST /v1/sessions gives." },
    });
    document["components"]["headers"] = headers();
    if let Some(responses) = document["components"]["responses"].as_object_mut() {
        for (name, response) in responses {
            response["headers"] = pick(match name.as_str() {
                "TooMany" | "Unavailable" => &["X-Request-Id", "Retry-After"],
                "LoginRequired" => &["X-Request-Id", "WWW-Authenticate"],
                _ => &["X-Request-Id"],
            });
        }
    }
    let paths = document["paths"].as_object_mut();
    for (path, operations) in paths.into_iter().flatten() {
        for (method, operation) in operations.as_object_mut().into_iter().flatten() {
            complete(path, method, operation);
        }
    }
    widen(&mut document);
    // Of each kind of item no other fields than its own.
    let schemas = document["components"]["schemas"].as_object_mut();
    for schema in schemas.into_iter().flatten().filter(|(name, _)| *name == "Item").map(|(_, schema)| schema) {
        for kind in schema["oneOf"].as_array_mut().into_iter().flatten() {
            kind["additionalProperties"] = json!(false);
        }
    }
    document
}

/// What is 32 bits here has no sign, which the format `int32` would give it.
fn widen(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if fields.get("format").is_some_and(|format| format == "int32") {
                fields.remove("format");
                fields.entry("maximum").or_insert(json!(u32::MAX));
            }
            fields.values_mut().for_each(widen);
        }
        Value::Array(items) => items.iter_mut().for_each(widen),
        _ => {}
    }
}

/// What all operations of a sort have in common.
fn complete(path: &str, method: &str, operation: &mut Value) {
    let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
    let is_api = path.starts_with("/v1/");
    let keyed = is_api && matches!(method, "post" | "patch") && !WITHOUT_KEY.contains(&id.as_str());
    let preference = WITH_PREFERENCE.contains(&id.as_str());
    let mut parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    if keyed {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "Names this request of this user for ever: sent again, it is not done again. Made by the server \
                            and answered if absent.",
            "schema": { "type": "string", "pattern": "^[!-~]{1,255}$" },
        }));
    }
    if preference {
        parameters.push(json!({
            "name": "Prefer", "in": "header", "required": false,
            "description": "With `respond-async` the answer does not wait until the change is durable.",
            "schema": { "type": "string", "examples": ["respond-async"] },
        }));
    }
    let has_body = operation.get("requestBody").is_some();
    if let Some(responses) = operation["responses"].as_object_mut() {
        let mut common = vec![("429", "TooMany"), ("503", "Unavailable")];
        if !parameters.is_empty() || has_body {
            common.push(("400", "BadRequest"));
        }
        if is_api {
            common.push(("401", "LoginRequired"));
        }
        if has_body {
            common.extend([("408", "Late"), ("413", "TooLarge"), ("415", "WrongMediaType")]);
        }
        if keyed {
            common.push(("409", "Conflict"));
        }
        for (status, name) in common {
            let reference = json!({ "$ref": format!("#/components/responses/{name}") });
            responses.entry(status).or_insert(reference);
        }
        for (status, response) in responses.iter_mut().filter(|(status, _)| status.starts_with('2')) {
            let mut names = vec!["X-Request-Id"];
            if keyed {
                names.push("Idempotency-Key");
            }
            if keyed && status == "200" {
                names.push("Idempotent-Replayed");
            }
            if preference && status != "202" {
                names.push("Preference-Applied");
            }
            if matches!(status.as_str(), "201" | "202") && id != "chain" {
                names.push("Location");
            }
            response["headers"] = pick(&names);
        }
    }
    if !parameters.is_empty() {
        operation["parameters"] = Value::Array(parameters);
    }
}

fn pick(names: &[&str]) -> Value {
    let reference = |name: &&str| ((*name).to_owned(), json!({ "$ref": format!("#/components/headers/{name}") }));
    Value::Object(names.iter().map(reference).collect::<Map<_, _>>())
}

fn headers() -> Value {
    let text = |description: &str, schema: Value| json!({ "description": description, "schema": schema });
    json!({
        "X-Request-Id": text("Id of this request, in the log too. One that is sent is taken over.",
            json!({ "type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$" })),
        "Idempotency-Key": text("The key of this request, the caller's or a new one.",
            json!({ "type": "string", "pattern": "^[!-~]{1,255}$" })),
        "Idempotent-Replayed": text("It was done by an earlier request.", json!({ "type": "string", "const": "true" })),
        "Preference-Applied": text("The answer did not wait until the change is durable.",
            json!({ "type": "string", "const": "respond-async" })),
        "Location": text("Where what was made can be seen.", json!({ "type": "string", "format": "uri-reference" })),
        "Retry-After": text("Seconds to wait.", json!({ "type": "integer", "minimum": 1 })),
        "WWW-Authenticate": text("How to log in.", json!({ "type": "string", "const": "Bearer" })),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_route_is_documented_and_every_document_has_a_route() {
        let document = document();
        let documented: BTreeSet<(String, String)> = document["paths"]
            .as_object()
            .expect("paths")
            .iter()
            .flat_map(|(path, operations)| {
                operations.as_object().expect("operations").keys().map(move |method| (method.clone(), path.clone()))
            })
            .collect();
        let routed: BTreeSet<(String, String)> =
            ROUTES.iter().map(|(method, path)| ((*method).into(), (*path).into())).collect();
        assert_eq!(documented, routed);
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn references(value: &Value, found: &mut BTreeSet<String>) {
            match value {
                Value::Object(fields) => {
                    for (name, field) in fields {
                        match field {
                            Value::String(to) if name == "$ref" => drop(found.insert(to.clone())),
                            _ => references(field, found),
                        }
                    }
                }
                Value::Array(items) => items.iter().for_each(|item| references(item, found)),
                _ => {}
            }
        }
        let document = document();
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        assert!(found.len() > 30, "{found:?}");
        for reference in found {
            let pointer = reference.strip_prefix('#').expect("a local reference");
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    }
}
