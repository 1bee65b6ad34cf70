// SPDX-License-Identifier: MIT

//! The request that each command makes.

use clap::ValueEnum;
use qenex_abi::{Id, parse_money};
use qenex_client::{Body, Method, Request};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::command::{
    ApprovalCommand, AuditCommand, DaemonCommand, HoldCommand, JournalArgs, PartArgs, Role, UserCommand,
};
use super::error::DaemonError;
use super::session;
use crate::cli::{AccountCommand, CreateArgs, TransferArgs};
use crate::error::Error;

/// The request of a command that is one.
pub(super) fn of(command: &DaemonCommand) -> Result<Request, Error> {
    Ok(match command {
        DaemonCommand::Whoami => get("/v1/sessions/current"),
        DaemonCommand::Hold(command) => hold(command)?,
        DaemonCommand::Reverse { transfer, part } => {
            post(format!("/v1/transfers/{}/reversals", segment(transfer)), Some(self::part(part)?), part.id.clone())
        }
        DaemonCommand::Statement { account, from, until } => {
            let query = [("from", from.clone()), ("until", until.clone()), ("limit", Some("1000".into()))];
            get(format!("/v1/accounts/{account}/statement{}", self::query(query)))
        }
        DaemonCommand::Balance { account, time, sequence } => {
            let query = [("time", time.clone()), ("sequence", sequence.map(|sequence| sequence.to_string()))];
            get(format!("/v1/accounts/{account}/balance{}", self::query(query)))
        }
        DaemonCommand::Journal(args) => journal(args),
        DaemonCommand::TrialBalance => get("/v1/trial-balance"),
        DaemonCommand::Approval(command) => approval(command),
        DaemonCommand::User(command) => user(command)?,
        DaemonCommand::Audit(AuditCommand::Head) => get("/v1/audit/head"),
        DaemonCommand::Audit(AuditCommand::Decisions { after }) => {
            get(format!("/v1/audit/decisions{}", query([("after", after.map(|after| after.to_string()))])))
        }
        DaemonCommand::Login { .. }
        | DaemonCommand::Logout
        | DaemonCommand::Events(_)
        | DaemonCommand::Message(_)
        | DaemonCommand::Review(_)
        | DaemonCommand::Risk(_)
        | DaemonCommand::Top { .. } => {
            return Err(Error::Usage("this is more than one request".into()));
        }
    })
}

/// The end of a login.
pub(super) fn log_out() -> Request {
    Request::new(Method::DELETE, "/v1/sessions/current")
}

/// `qenex account …`.
pub(super) fn account(command: &AccountCommand) -> Result<Request, Error> {
    Ok(match command {
        AccountCommand::Create(args) => create(args),
        AccountCommand::Show { numbers } => {
            let numbers: Vec<_> = numbers.iter().map(u64::to_string).collect();
            get(format!("/v1/accounts{}", query([("numbers", Some(numbers.join(",")))])))
        }
        AccountCommand::List { currency: Some(_), .. } => {
            return Err(Error::Usage("the daemon lists accounts of all currencies; with --device choose one".into()));
        }
        AccountCommand::List { owner, .. } => {
            get(format!("/v1/accounts{}", query([("owner", owner.map(|owner| owner.to_string()))])))
        }
    })
}

fn create(args: &CreateArgs) -> Request {
    let kind = args.account_type.to_possible_value().map(|value| value.get_name().to_owned());
    let body = object([
        ("currency", Some(json!(args.currency.alpha))),
        ("type", kind.map(Value::from)),
        ("opening_balance", args.balance.clone().map(Value::from)),
        ("overdraft_limit", args.overdraft.clone().map(Value::from)),
        ("owner", args.owner.map(Value::from)),
        ("unlimited", args.unlimited.then_some(Value::Bool(true))),
        ("reference", args.reference.map(reference)),
        ("code", (args.code != 0).then(|| args.code.into())),
    ]);
    post("/v1/accounts", Some(body), args.id.map(key))
}

/// `qenex transfer`.
pub(super) fn transfer(args: &TransferArgs) -> Result<Request, Error> {
    let (amount, currency) = money(&args.amount)?;
    let context = object([
        ("channel", args.channel.clone().map(Value::from)),
        ("country", args.country.clone().map(Value::from)),
        ("device", args.customer_device.clone().map(Value::from)),
    ]);
    let is_known = context.as_object().is_some_and(|known| !known.is_empty());
    let body = object([
        ("debtor_account", Some(args.from.to_string().into())),
        ("creditor_account", Some(args.to.to_string().into())),
        ("amount", Some(amount)),
        ("currency", Some(currency)),
        ("up_to", args.up_to.then_some(Value::Bool(true))),
        ("reference", args.reference.map(reference)),
        ("code", (args.code != 0).then(|| args.code.into())),
        ("context", is_known.then_some(context)),
    ]);
    Ok(post("/v1/transfers", Some(body), args.id.map(key)))
}

fn hold(command: &HoldCommand) -> Result<Request, Error> {
    Ok(match command {
        HoldCommand::Create { from, to, amount, timeout, up_to, id } => {
            let (amount, currency) = money(amount)?;
            let body = object([
                ("debtor_account", Some(from.to_string().into())),
                ("creditor_account", Some(to.to_string().into())),
                ("amount", Some(amount)),
                ("currency", Some(currency)),
                ("timeout_seconds", timeout.map(Value::from)),
                ("up_to", up_to.then_some(Value::Bool(true))),
            ]);
            post("/v1/holds", Some(body), id.clone())
        }
        HoldCommand::Post { hold, part } => {
            post(format!("/v1/holds/{}/post", segment(hold)), Some(self::part(part)?), part.id.clone())
        }
        HoldCommand::Void { hold } => post(format!("/v1/holds/{}/void", segment(hold)), None, None),
        HoldCommand::Show { hold } => get(format!("/v1/holds/{}", segment(hold))),
    })
}

fn part(part: &PartArgs) -> Result<Value, Error> {
    if part.amount.is_empty() {
        return Ok(json!({}));
    }
    let (amount, currency) = money(&part.amount)?;
    Ok(json!({ "amount": amount, "currency": currency }))
}

fn journal(args: &JournalArgs) -> Request {
    let query = query([
        ("account", args.account.map(|number| number.to_string())),
        ("from", args.from.clone()),
        ("until", args.until.clone()),
        ("amount_min", args.amount_min.clone()),
        ("amount_max", args.amount_max.clone()),
        ("currency", args.currency.clone()),
        ("reference", args.reference.clone()),
        ("kind", args.kind.clone()),
        ("after", args.after.map(|after| after.to_string())),
        ("limit", Some(args.limit.to_string())),
    ]);
    get(format!("/v1/journal{query}"))
}

fn approval(command: &ApprovalCommand) -> Request {
    let of = |id: &str, what: &str| format!("/v1/approvals/{}{what}", segment(id));
    match command {
        ApprovalCommand::List { state } => {
            let state = state.and_then(|state| state.to_possible_value()).map(|value| value.get_name().to_owned());
            get(format!("/v1/approvals{}", query([("state", state)])))
        }
        ApprovalCommand::Show { id } => get(of(id, "")),
        ApprovalCommand::Approve { id } => post(of(id, "/approve"), None, None),
        ApprovalCommand::Reject { id } => post(of(id, "/reject"), None, None),
    }
}

fn user(command: &UserCommand) -> Result<Request, DaemonError> {
    let password = |name: &str| session::password(name).map_err(DaemonError::Password);
    let change = |name: &str, body| Request::new(Method::PATCH, format!("/v1/users/{}", segment(name))).json(body);
    Ok(match command {
        UserCommand::List => get("/v1/users"),
        UserCommand::Show { name } => get(format!("/v1/users/{}", segment(name))),
        UserCommand::Add { name, role, uid } => {
            let body = object([
                ("name", Some(name.clone().into())),
                ("role", Some(self::role(*role))),
                ("password", Some(password(name)?.into())),
                ("uid", uid.map(Value::from)),
            ]);
            post("/v1/users", Some(body), None)
        }
        UserCommand::Role { name, role } => change(name, json!({ "role": self::role(*role) })),
        UserCommand::Password { name } => change(name, json!({ "password": password(name)? })),
        UserCommand::Disable { name } => change(name, json!({ "enabled": false })),
        UserCommand::Enable { name } => change(name, json!({ "enabled": true })),
        UserCommand::Unlock { name } => post(format!("/v1/users/{}/unlock", segment(name)), None, None),
    })
}

fn role(role: Role) -> Value {
    role.to_possible_value().map_or(Value::Null, |value| value.get_name().into())
}

pub(super) fn get(path: impl Into<String>) -> Request {
    Request::get(path)
}

pub(super) fn post(path: impl Into<String>, body: Option<Value>, key: Option<String>) -> Request {
    Request { body: body.map(Body::Json), key, ..Request::post(path) }
}

/// Amount and currency as the API takes them. Both are looked at here, so that a mistake is found before anything is sent.
pub(super) fn money(words: &[String]) -> Result<(Value, Value), Error> {
    let text = words.join(" ");
    let (_, currency) = parse_money(&text).map_err(|error| Error::Usage(format!("{text:?}: {error}")))?;
    let amount = text.replace(currency.alpha, "");
    Ok((amount.trim().into(), currency.alpha.into()))
}

/// An object of what there is.
pub(super) fn object<const N: usize>(fields: [(&str, Option<Value>); N]) -> Value {
    let there = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(there.collect::<Map<_, _>>())
}

/// A query of what there is.
pub(super) fn query<const N: usize>(fields: [(&str, Option<String>); N]) -> String {
    let there = fields.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", segment(&value?))));
    let there: Vec<_> = there.collect();
    if there.is_empty() { String::new() } else { format!("?{}", there.join("&")) }
}

/// A text within a path or query: what has a meaning there is written as `%XX` (RFC 3986).
pub(super) fn segment(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~,".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn key(id: Id) -> String {
    Uuid::from_u128(id.to_u128()).to_string()
}

fn reference(id: Id) -> Value {
    key(id).into()
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::{Cli, Command};

    fn request(line: &str) -> Request {
        let words = std::iter::once("qenex").chain(line.split(' '));
        match Cli::try_parse_from(words).expect("valid arguments").command {
            Command::Daemon(command) => of(&command).expect("one request"),
            Command::Account(command) => account(&command).expect("one request"),
            Command::Transfer(args) => transfer(&args).expect("one request"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn changes() {
        let transfer = request("transfer 292 389 25.00 USD --id 7 --up-to --code 4");
        assert_eq!((transfer.method, transfer.path.as_str()), (Method::POST, "/v1/transfers"));
        assert_eq!(transfer.key.as_deref(), Some("00000000-0000-0000-0000-000000000007"));
        let body = json!({ "debtor_account": "292", "creditor_account": "389", "amount": "25.00", "currency": "USD",
            "up_to": true, "code": 4 });
        assert_eq!(transfer.body, Some(Body::Json(body)));
        let hold = request("hold create 292 389 USD 5.00 --timeout 60 --id k");
        assert_eq!(hold.key.as_deref(), Some("k"));
        let body = json!({ "debtor_account": "292", "creditor_account": "389", "amount": "5.00", "currency": "USD",
            "timeout_seconds": 60 });
        assert_eq!(hold.body, Some(Body::Json(body)));
        assert_eq!(request("hold post ab").body, Some(Body::Json(json!({}))));
        assert_eq!(
            request("reverse ab 1.00 USD").body,
            Some(Body::Json(json!({ "amount": "1.00", "currency": "USD" })))
        );
        let account = request("account create --currency EUR --type savings --balance 5.00");
        assert_eq!(
            account.body,
            Some(Body::Json(json!({ "currency": "EUR", "type": "savings", "opening_balance": "5.00" })))
        );
        let role = request("user role anna auditor");
        assert_eq!((role.method, role.body), (Method::PATCH, Some(Body::Json(json!({ "role": "auditor" })))));
        assert_eq!(request("user unlock anna").path, "/v1/users/anna/unlock");
    }

    #[test]
    fn questions() {
        assert_eq!(request("account show 292 389").path, "/v1/accounts?numbers=292,389");
        assert_eq!(
            request("balance 292 --time 2026-11-01T00:00:00+01:00").path,
            "/v1/accounts/292/balance?time=2026-11-01T00%3A00%3A00%2B01%3A00"
        );
        assert_eq!(request("journal --kind hold --limit 5").path, "/v1/journal?kind=hold&limit=5");
        assert_eq!(request("approval list --state pending").path, "/v1/approvals?state=pending");
        // A name cannot lead to another path.
        assert_eq!(request("user show ../sessions?x").path, "/v1/users/..%2Fsessions%3Fx");
    }

    #[test]
    fn wrong_amounts_are_found_before_anything_is_sent() {
        for words in ["1.005 USD", "-1 USD", "1 XXX", "1"] {
            let words: Vec<_> = words.split(' ').map(String::from).collect();
            assert!(matches!(money(&words), Err(Error::Usage(_))), "{words:?}");
        }
    }
}
