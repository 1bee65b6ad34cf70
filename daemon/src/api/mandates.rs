// SPDX-License-Identifier: MIT

//! Mandates of direct debits.

use std::sync::Arc;

use axum::extract::State;
use qenex_messages::calendar::Date;
use qenex_messages::identifiers::CreditorIdentifier;
use qenex_messages::rules::sepa::mandate::MandateState as State_;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::accounts::Limit;
use super::done::{Done, Shown};
use super::extract::{Caller, Json, Key, Place, Query};
use super::messages::{Day, ask, clerk, look};
use super::problem::{self, Conflict, Forbidden, Missing, Problem, Unprocessable};
use super::values::{AccountNumber, Sequence, Text, Time};
use crate::payments::store::StoredMandate;
use crate::payments::{Amendment, NewMandate};
use crate::people::Right;

/// Which scheme a mandate is of.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
pub(super) enum Scheme {
    /// Direct debit core.
    #[serde(rename = "CORE")]
    Core,
    /// Direct debit business to business.
    #[serde(rename = "B2B")]
    B2b,
}

/// Where a mandate stands.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum MandateState {
    /// Signed, nothing collected.
    Signed,
    /// Collected under, more may follow.
    InUse,
    /// The final or only collection was made.
    Finished,
    /// Ended.
    Cancelled,
}

/// A mandate to be registered.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Registration {
    /// Creditor identifier (EPC262-08).
    #[schema(value_type = String, pattern = "^[A-Z]{2}[0-9]{2}[A-Z0-9]{3}[A-Z0-9]{1,28}$")]
    pub(super) creditor: Creditor,
    /// The creditor's reference of the mandate.
    #[schema(value_type = String, pattern = "^[ -~]{1,35}$")]
    pub(super) mandate: MandateReference,
    /// Its scheme.
    pub(super) scheme: Scheme,
    /// The account debited, if it is at this bank.
    pub(super) debtor_account: Option<AccountNumber>,
    /// The account credited, if it is at this bank.
    pub(super) creditor_account: Option<AccountNumber>,
    /// The day of its signature.
    #[schema(value_type = String, format = "date")]
    pub(super) signed: SignatureDay,
}

macro_rules! text_field {
    ($(#[$meta:meta])* $name:ident($inner:ty), $read:expr) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Deserialize)]
        #[serde(try_from = "String")]
        pub(super) struct $name(pub(super) $inner);

        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                let read: fn(String) -> Result<$inner, String> = $read;
                read(text).map($name)
            }
        }
    };
}

text_field!(
    /// A creditor identifier by its form. Whether its check digits are right is more than a schema can say.
    Creditor(String),
    |text| {
        let (country, rest) = text.split_at_checked(2).unwrap_or_default();
        let (digits, rest) = rest.split_at_checked(2).unwrap_or_default();
        let form = country.bytes().all(|byte| byte.is_ascii_uppercase())
            && digits.len() == 2
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && (4..=31).contains(&rest.len())
            && rest.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        if form { Ok(text) } else { Err("a creditor identifier is written like DE98ZZZ09999999999".into()) }
    }
);
text_field!(
    /// A reference of a mandate.
    MandateReference(String),
    |text| match (1..=35).contains(&text.len()) && text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        true => Ok(text),
        false => Err("a reference of a mandate is 1 to 35 visible ASCII characters".into()),
    }
);
text_field!(
    /// The day of a signature.
    SignatureDay(Date),
    |text| Day::read(&text).map(|day| day.0)
);

/// A mandate.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct MandateView {
    /// Its number here; also the cursor.
    pub(super) number: Sequence,
    /// Creditor identifier.
    pub(super) creditor: String,
    /// The creditor's reference of it.
    pub(super) mandate: String,
    /// Its scheme.
    pub(super) scheme: Scheme,
    /// The account debited, if it is at this bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) debtor_account: Option<AccountNumber>,
    /// The account credited, if it is at this bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) creditor_account: Option<AccountNumber>,
    /// The day of its signature.
    #[schema(format = "date")]
    pub(super) signed: String,
    /// Where it stands.
    pub(super) state: MandateState,
    /// The day of the last collection.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "date")]
    pub(super) last_collection: Option<String>,
    /// Who registered it, or handed in the message that used it first.
    pub(super) registered_by: String,
    /// When.
    pub(super) registered_at: Time,
}

/// A page of mandates.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct MandateList {
    /// The mandates, oldest first.
    pub(super) mandates: Vec<MandateView>,
    /// Where to go on, as `after`; absent if there are no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) next: Option<Sequence>,
}

/// Which mandates to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct MandateQuery {
    /// Those after this number.
    after: Option<Sequence>,
    /// At most so many.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 1000, default = 100)]
    limit: Option<Limit>,
}

fn view(mandate: &StoredMandate) -> MandateView {
    let account = |number: u64| (number != 0).then_some(AccountNumber(number));
    MandateView {
        number: Sequence(mandate.number),
        creditor: mandate.creditor.clone(),
        mandate: mandate.mandate.clone(),
        scheme: if mandate.scheme == "B2B" { Scheme::B2b } else { Scheme::Core },
        debtor_account: account(mandate.account),
        creditor_account: account(mandate.credit),
        signed: Date::from_unix_days(mandate.signed).map(|day| day.to_string()).unwrap_or_default(),
        state: match mandate.life.state() {
            State_::Signed => MandateState::Signed,
            State_::InUse => MandateState::InUse,
            State_::Finished => MandateState::Finished,
            State_::Cancelled => MandateState::Cancelled,
        },
        last_collection: mandate.life.last().map(|day| day.to_string()),
        registered_by: mandate.origin.clone(),
        registered_at: Time(mandate.at),
    }
}

/// Register a mandate.
#[utoipa::path(post, path = "/v1/mandates", tag = "mandates", operation_id = "registerMandate", request_body = Registration,
    responses((status = 201, description = "It is registered.", body = MandateView),
        (status = 200, description = "It was registered before.", body = MandateView),
        (status = 403, response = Forbidden), (status = 409, response = Conflict),
        (status = 422, response = Unprocessable)))]
pub(super) async fn register(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    Json(new): Json<Registration>,
) -> Result<Done<MandateView>, Problem> {
    caller.may(&app, Right::ExchangeMessages).await?;
    clerk(&app)?;
    check_creditor(&new.creditor)?;
    let new = NewMandate {
        creditor: new.creditor.0,
        mandate: new.mandate.0,
        scheme: match new.scheme {
            Scheme::Core => "CORE",
            Scheme::B2b => "B2B",
        },
        account: new.debtor_account.map_or(0, |number| number.0),
        credit: new.creditor_account.map_or(0, |number| number.0),
        signed: new.signed.0,
    };
    let user = caller.session.user.clone();
    let (mandate, replayed) = ask(&app, move |clerk| clerk.register_mandate(&new, &user)).await?;
    let location = format!("/v1/mandates?after={}&limit=1", mandate.number.saturating_sub(1));
    Ok(Done::new(view(&mandate), &key, replayed).created(location))
}

/// List mandates.
#[utoipa::path(get, path = "/v1/mandates", tag = "mandates", operation_id = "listMandates", params(MandateQuery),
    responses((status = 200, description = "A page of mandates.", body = MandateList),
        (status = 403, response = Forbidden), (status = 409, response = Conflict)))]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(query): Query<MandateQuery>,
) -> Result<Shown<MandateList>, Problem> {
    caller.may(&app, Right::SeeMandates).await?;
    let (after, limit) = (query.after.map_or(0, |after| after.0), Limit::or_default(query.limit));
    let found = look(&app, move |archive| archive.store().mandates(after, limit)).await?;
    let next = found.last().filter(|_| found.len() == limit).map(|last| Sequence(last.number));
    Ok(Shown(MandateList { mandates: found.iter().map(view).collect(), next }))
}

/// What is changed in a mandate.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    /// Another creditor identifier (EPC262-08).
    #[schema(value_type = Option<String>, pattern = "^[A-Z]{2}[0-9]{2}[A-Z0-9]{3}[A-Z0-9]{1,28}$")]
    pub(super) creditor: Option<Creditor>,
    /// Another reference.
    #[schema(value_type = Option<String>, pattern = "^[ -~]{1,35}$")]
    pub(super) mandate: Option<MandateReference>,
    /// Another account debited, at this bank.
    pub(super) debtor_account: Option<AccountNumber>,
}

/// Change a mandate.
///
/// Its names, or the account debited, as debtor and creditor have agreed. What was collected under it stays.
#[utoipa::path(patch, path = "/v1/mandates/{id}", tag = "mandates", operation_id = "amendMandate",
    params(("id" = Sequence, Path, description = "Its number.")), request_body = Change,
    responses((status = 200, description = "It is so, now or before.", body = MandateView),
        (status = 403, response = Forbidden), (status = 404, response = Missing), (status = 409, response = Conflict),
        (status = 422, response = Unprocessable)))]
pub(super) async fn amend(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    Place(number): Place<Sequence>,
    Json(new): Json<Change>,
) -> Result<Done<MandateView>, Problem> {
    caller.may(&app, Right::ExchangeMessages).await?;
    clerk(&app)?;
    if let Some(creditor) = &new.creditor {
        check_creditor(creditor)?;
    }
    let change = Amendment {
        creditor: new.creditor.map(|creditor| creditor.0),
        mandate: new.mandate.map(|mandate| mandate.0),
        account: new.debtor_account.map(|number| number.0),
    };
    let user = caller.session.user.clone();
    let (mandate, replayed) = ask(&app, move |clerk| clerk.amend_mandate(number.0, &change)).await?;
    tracing::info!(mandate = mandate.number, user, "a mandate was changed");
    Ok(Done::new(view(&mandate), &key, replayed))
}

fn check_creditor(creditor: &Creditor) -> Result<(), Problem> {
    let read = creditor.0.parse::<CreditorIdentifier>();
    read.map(drop).map_err(|error| Problem::new(problem::CREDITOR_IDENTIFIER, format!("it {error}")).at("creditor"))
}

/// End a mandate.
///
/// Nothing is collected under it any more.
#[utoipa::path(post, path = "/v1/mandates/{id}/cancel", tag = "mandates", operation_id = "cancelMandate",
    params(("id" = Sequence, Path, description = "Its number.")),
    responses((status = 200, description = "It is cancelled, now or before.", body = MandateView),
        (status = 403, response = Forbidden), (status = 404, response = Missing), (status = 409, response = Conflict)))]
pub(super) async fn cancel(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    Place(number): Place<Sequence>,
) -> Result<Done<MandateView>, Problem> {
    caller.may(&app, Right::ExchangeMessages).await?;
    let mandate = ask(&app, move |clerk| clerk.cancel_mandate(number.0)).await?;
    Ok(Done::new(view(&mandate), &key, false))
}
