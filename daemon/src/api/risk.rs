// SPDX-License-Identifier: MIT

//! What a payment is judged, was judged, and turned out to be.

use std::sync::Arc;

use axum::extract::State;
use qenex_abi::{Counters, ResultCode};
use qenex_risk::decide::{Action, Decision};
use qenex_risk::features::{Channel, Context, Country, Feature, Payment, available};
use qenex_risk::learn::{Source, SourceKind};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::App;
use super::accounts::no_account;
use super::done::{Done, Shown};
use super::extract::{Caller, Json, Key, Place};
use super::problem::{self, Conflict, Forbidden, Missing, Problem, Unprocessable};
use super::transfers::minor_units;
use super::values::{AccountNumber, Amount, CurrencyCode, LedgerId, Object, Time, amount};
use crate::bank::{BankError, Scope};
use crate::people::{Right, What, now};
use crate::risk::RiskError;

/// How a payment was asked for.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ChannelName {
    /// Not told.
    Unknown,
    /// At a counter. For operators.
    Branch,
    /// By web banking.
    Online,
    /// By the app of a telephone.
    Mobile,
    /// With a card, also in an online store.
    Card,
    /// By a customer's program; what holds if nothing is said.
    Api,
    /// By a file of payments or a standing order. For operators.
    Batch,
}

impl From<ChannelName> for Channel {
    fn from(name: ChannelName) -> Channel {
        match name {
            ChannelName::Unknown => Channel::Unknown,
            ChannelName::Branch => Channel::Branch,
            ChannelName::Online => Channel::Online,
            ChannelName::Mobile => Channel::Mobile,
            ChannelName::Card => Channel::Card,
            ChannelName::Api => Channel::Api,
            ChannelName::Batch => Channel::Batch,
        }
    }
}

impl From<Channel> for ChannelName {
    fn from(channel: Channel) -> ChannelName {
        match channel {
            Channel::Unknown => ChannelName::Unknown,
            Channel::Branch => ChannelName::Branch,
            Channel::Online => ChannelName::Online,
            Channel::Mobile => ChannelName::Mobile,
            Channel::Card => ChannelName::Card,
            Channel::Api => ChannelName::Api,
            Channel::Batch => ChannelName::Batch,
        }
    }
}

/// Two letters of ISO 3166.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct CountryCode(Country);

impl TryFrom<String> for CountryCode {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Country::try_from(text).map(CountryCode)
    }
}

/// Whatever identifies a device; only a hash of it is kept.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Device(u64);

impl TryFrom<String> for Device {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if !(1..=256).contains(&text.chars().count()) {
            return Err("what identifies a device has 1 to 256 characters");
        }
        let hash = Sha256::new().chain_update(b"qenex-device-1").chain_update(text).finalize();
        Ok(Device(hash.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))))
    }
}

/// What the channel knows of a payment and the ledger does not.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PaymentContext {
    /// How it was asked for; `api` if nothing is said.
    pub(super) channel: Option<ChannelName>,
    /// Where from, ISO 3166-1 alpha-2.
    #[schema(value_type = Option<String>, pattern = "^[A-Z]{2}$")]
    pub(super) country: Option<CountryCode>,
    /// Whatever identifies the device; only a hash of it is kept.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 256)]
    pub(super) device: Option<Device>,
}

impl PaymentContext {
    /// What is noted of a payment by somebody with this scope.
    pub(super) fn known(&self, scope: Scope) -> Result<Context, Problem> {
        if scope != Scope::All && matches!(self.channel, Some(ChannelName::Branch | ChannelName::Batch)) {
            let detail = "customers pay online, by mobile, card or api";
            return Err(Problem::new(problem::NOT_ALLOWED, detail).at("context.channel"));
        }
        Ok(Context {
            channel: self.channel.map_or(Channel::Api, Channel::from),
            country: self.country.map(|country| country.0),
            device: self.device.map(|device| device.0),
        })
    }
}

/// What is done with a payment.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ActionName {
    /// It is posted.
    Allow,
    /// Its money is held until somebody has looked at it.
    Review,
    /// The same, but it looks as if it should be rejected.
    Block,
}

impl From<Action> for ActionName {
    fn from(action: Action) -> Self {
        match action {
            Action::Allow => ActionName::Allow,
            Action::Review => ActionName::Review,
            Action::Block => ActionName::Block,
        }
    }
}

/// Why a score is what it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ReasonView {
    /// Name of the feature, or `isolation`.
    pub(super) feature: String,
    /// Its value.
    pub(super) value: f64,
    /// By how much it moved the score; positive towards fraud.
    pub(super) contribution: f64,
    /// In words.
    pub(super) text: String,
}

/// A rule that applies.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct RuleView {
    /// Its id.
    pub(super) rule: String,
    /// What it demands.
    pub(super) action: ActionName,
    /// Why it applies.
    pub(super) text: String,
}

/// What is to be done with a payment, and why.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct JudgementView {
    /// What is to be done.
    pub(super) action: ActionName,
    /// How bad it looks, 0 to 1; good for ordering. Absent without a model.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) score: Option<f64>,
    /// Calibrated probability of fraud. Absent from a model that had no labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) probability: Option<f64>,
    /// How unusual it is, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) isolation: Option<f64>,
    /// What letting it pass is expected to lose: probability × amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) expected_loss: Option<Amount>,
    /// What moved the score up most, strongest first.
    pub(super) reasons: Vec<ReasonView>,
    /// Rules that apply.
    pub(super) rules: Vec<RuleView>,
    /// Version of the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) model: Option<String>,
    /// Why it could not be judged, or is looked at all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) failure: Option<String>,
}

impl JudgementView {
    pub(super) fn new(decision: &Decision, currency: u32) -> Self {
        let Decision { action, scored, expected_loss, reasons, rules, model, failure } = decision.clone();
        let rule = |fired: qenex_risk::rules::Fired| RuleView {
            rule: fired.rule,
            action: fired.action.into(),
            text: fired.text,
        };
        JudgementView {
            action: action.into(),
            score: scored.map(|scored| scored.score),
            probability: scored.and_then(|scored| scored.probability),
            isolation: scored.map(|scored| scored.isolation),
            expected_loss: expected_loss.map(|loss| amount(loss, currency)),
            reasons: reasons.into_iter().map(reason).collect(),
            rules: rules.into_iter().map(rule).collect(),
            model,
            failure,
        }
    }
}

pub(super) fn reason(reason: qenex_risk::explain::Reason) -> ReasonView {
    let qenex_risk::explain::Reason { feature, value, contribution, text } = reason;
    ReasonView { feature, value, contribution, text }
}

/// A payment that nobody has asked for.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Question {
    /// The account that would be debited.
    debtor_account: AccountNumber,
    /// The account that would be credited.
    creditor_account: AccountNumber,
    /// How much.
    amount: Amount,
    /// The currency.
    currency: CurrencyCode,
    /// What the channel would know.
    #[serde(default)]
    #[schema(value_type = Option<PaymentContext>)]
    context: Option<Object<PaymentContext>>,
}

/// A number that a payment looks like.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct FeatureView {
    /// Its name.
    name: &'static str,
    /// What it measures.
    #[schema(value_type = String)]
    words: &'static str,
    /// Its value.
    value: f64,
    /// By how much it moved the score of the model that decides. Absent without a model.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    contribution: Option<f64>,
}

/// What a payment is judged, and what it looks like.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Assessed {
    /// What would be done, and why.
    decision: JudgementView,
    /// What it looks like.
    features: Vec<FeatureView>,
}

fn features(app: &App, row: &qenex_risk::features::Row) -> Vec<FeatureView> {
    let contributions = app.risk.champion().map(|model| model.explain(row).1);
    let view = |(place, feature): (usize, &Feature)| FeatureView {
        name: feature.name(),
        words: feature.words(),
        value: f64::from(row[place]),
        contribution: contributions.as_ref().and_then(|all| all.get(place)).copied(),
    };
    Feature::ALL.iter().enumerate().map(view).collect()
}

/// Ask what a payment would be judged.
///
/// Nothing is posted, held or noted.
#[utoipa::path(post, path = "/v1/risk/score", tag = "risk", operation_id = "scorePayment", request_body = Question,
    responses((status = 200, description = "What would be done, and why.", body = Assessed),
        (status = 403, response = Forbidden), (status = 404, response = Missing), (status = 422, response = Unprocessable)))]
pub(super) async fn score(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    Json(question): Json<Question>,
) -> Result<Done<Assessed>, Problem> {
    let scope = caller.may(&app, Right::SeeRisk).await?;
    let currency = question.currency.known();
    let currency = currency.ok_or_else(|| Problem::refused(ResultCode::CurrencyUnknown as u32).at("currency"))?;
    let amount = minor_units(&question.amount, currency)?;
    let context = question.context.unwrap_or_default().0.known(scope)?;
    let numbers = [question.debtor_account.0, question.creditor_account.0];
    let risk = Arc::clone(&app.risk);
    let read = app.changes.ask(move |counter| counter.bank().accounts(&numbers)).await?;
    let missing = read.accounts.iter().find(|account| account.result != ResultCode::Ok as u32);
    if let Some(missing) = missing {
        return Err(no_account(missing.account_number).at(missing.account_number.to_string()));
    }
    let debtor = read.accounts.first().copied().unwrap_or_default();
    let counters = Counters {
        debits_posted: debtor.debits_posted,
        credits_posted: debtor.credits_posted,
        debits_held: debtor.debits_held,
        credits_held: debtor.credits_held,
    };
    let payment = Payment {
        time: now(),
        from: numbers[0],
        to: numbers[1],
        amount,
        currency: currency.numeric.into(),
        available: Some(available(&counters)),
        context,
    };
    let (decision, row) = app.questions.ask(move |_| Ok(risk.score(&payment))).await??;
    let decision = JudgementView::new(&decision, payment.currency);
    Ok(Done::new(Assessed { decision, features: features(&app, &row) }, &key, false))
}

/// A payment that was judged.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct JudgedPayment {
    /// Its id in the ledger.
    id: LedgerId,
    /// When.
    time: Time,
    /// The account debited.
    debtor_account: AccountNumber,
    /// The account credited.
    creditor_account: AccountNumber,
    /// How much.
    amount: Amount,
    /// The currency.
    currency: CurrencyCode,
    /// How it was asked for.
    channel: ChannelName,
    /// Where from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    country: Option<String>,
    /// Whether it was judged before it was posted.
    before: bool,
    /// What was to be done, and why.
    decision: JudgementView,
    /// What is known of it: whether it was fraud.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    fraud: Option<bool>,
    /// What it looked like, if that is remembered, and what the model that decides now makes of it.
    features: Vec<FeatureView>,
}

/// Show what a payment was judged, and why.
#[utoipa::path(get, path = "/v1/risk/payments/{id}", tag = "risk", operation_id = "explainPayment",
    params(("id" = LedgerId, Path, description = "Its id in the ledger.")),
    responses((status = 200, description = "What was decided, and why.", body = JudgedPayment),
        (status = 403, response = Forbidden), (status = 404, response = Missing)))]
pub(super) async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Place(id): Place<LedgerId>,
) -> Result<Shown<JudgedPayment>, Problem> {
    caller.may(&app, Right::SeeRisk).await?;
    let risk = Arc::clone(&app.risk);
    let found = app
        .questions
        .ask(move |counter| {
            let entry = counter.recorded(id.0)?;
            let id = entry.map_or(id.0, |entry| risk.example_of(entry.id, entry.related_id));
            Ok(risk.payment(id))
        })
        .await??;
    let (judged, decision, row, fraud) = found;
    Ok(Shown(JudgedPayment {
        id: LedgerId(judged.posting),
        time: Time(judged.at),
        debtor_account: AccountNumber(judged.debtor),
        creditor_account: AccountNumber(judged.creditor),
        amount: amount(judged.amount, judged.currency),
        currency: CurrencyCode::from_numeric(judged.currency),
        channel: judged.context.channel.into(),
        country: judged.context.country.map(String::from),
        before: judged.before,
        decision: JudgementView::new(&decision, judged.currency),
        fraud,
        features: row.map_or_else(Vec::new, |row| features(&app, &row)),
    }))
}

/// Who says something of a payment.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum SourceName {
    /// A customer claims it.
    Customer,
    /// Another bank or a card scheme wants the money back.
    Chargeback,
    /// An analyst of the bank has looked at it.
    Analyst,
}

/// What became known of a payment.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewLabel {
    /// Whether it was fraud.
    fraud: bool,
    /// Who says so; without it, the caller: an analyst, or a customer of their own payments.
    source: Option<SourceName>,
    /// Name of the bank or scheme, or of the customer; without it, the caller's.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64)]
    name: Option<SourceId>,
}

/// Name of a source.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct SourceId(String);

impl TryFrom<String> for SourceId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match (1..=64).contains(&text.chars().count()) {
            true => Ok(SourceId(text)),
            false => Err("the name of a source has 1 to 64 characters"),
        }
    }
}

/// A label that was taken.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct LabelView {
    /// The payment, by the id under which it is remembered.
    id: LedgerId,
    /// Whether it was fraud.
    fraud: bool,
    /// Who says so.
    source: SourceName,
    /// Their name.
    name: String,
    /// When.
    time: Time,
}

fn kind(source: SourceName) -> SourceKind {
    match source {
        SourceName::Customer => SourceKind::Customer,
        SourceName::Chargeback => SourceKind::Chargeback,
        SourceName::Analyst => SourceKind::Analyst,
    }
}

/// Say what a payment was.
///
/// Models learn from it. An analyst's word counts most, then a chargeback, then a customer's claim; of each source no more
/// than can be right are believed within a day.
#[utoipa::path(post, path = "/v1/risk/payments/{id}/label", tag = "risk", operation_id = "labelPayment",
    params(("id" = LedgerId, Path, description = "Its id in the ledger.")), request_body = NewLabel,
    responses((status = 200, description = "It is taken.", body = LabelView),
        (status = 403, response = Forbidden), (status = 404, response = Missing), (status = 409, response = Conflict),
        (status = 422, response = Unprocessable)))]
pub(super) async fn label(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    Place(id): Place<LedgerId>,
    Json(new): Json<NewLabel>,
) -> Result<Done<LabelView>, Problem> {
    let scope = caller.may(&app, Right::LabelPayments).await?;
    let source = match scope {
        Scope::Owner(_) => {
            if !matches!(new.source, None | Some(SourceName::Customer)) || new.name.is_some() {
                let detail = "customers speak for themselves";
                return Err(Problem::new(problem::NOT_ALLOWED, detail).at("source"));
            }
            SourceName::Customer
        }
        Scope::All => new.source.unwrap_or(SourceName::Analyst),
    };
    let own = caller.session.user.clone();
    // Nobody speaks in the name of another analyst.
    let name = match source {
        SourceName::Analyst => own,
        _ => new.name.map_or(own, |name| name.0),
    };
    let by = Source { kind: kind(source), name: name.clone() };
    let risk = Arc::clone(&app.risk);
    let label = app
        .questions
        .ask(move |counter| {
            let Some(entry) = counter.recorded(id.0)? else { return Ok(Err(RiskError::NoPayment)) };
            if let Scope::Owner(owner) = scope {
                let read = counter.bank().accounts(&[entry.from_account])?;
                if read.accounts.iter().all(|account| account.owner != owner) {
                    return Ok(Err(RiskError::NoPayment));
                }
            }
            Ok(risk.label(risk.example_of(entry.id, entry.related_id), new.fraud, by))
        })
        .await??;
    let (actor, details) =
        (caller.actor.clone(), format!("{} by {:?} {name}", if new.fraud { "fraud" } else { "honest" }, source));
    let subject = format!("{id}");
    app.people.ask(move |people| Ok(people.record(now(), What::PaymentLabelled, &actor, &subject, &details))).await??;
    let id = LedgerId(qenex_abi::Id::from_u128(label.posting));
    Ok(Done::new(LabelView { id, fraud: label.fraud, source, name, time: Time(label.time) }, &key, false))
}

/// A source that is not to be believed.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Distrusted {
    /// What kind of source it is.
    source: SourceName,
    /// Its name.
    #[schema(value_type = String, min_length = 1, max_length = 64)]
    name: SourceId,
}

/// What was taken back.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Forgotten {
    /// How many labels.
    labels: usize,
}

/// Take back all that a source has said.
///
/// For one that was found to be wrong, or worse.
#[utoipa::path(post, path = "/v1/risk/sources/distrust", tag = "risk", operation_id = "distrustSource",
    request_body = Distrusted,
    responses((status = 200, description = "None of its labels counts any more.", body = Forgotten),
        (status = 403, response = Forbidden)))]
pub(super) async fn distrust(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    Json(distrusted): Json<Distrusted>,
) -> Result<Done<Forgotten>, Problem> {
    caller.may(&app, Right::ManageRisk).await?;
    let (risk, actor) = (Arc::clone(&app.risk), caller.actor.clone());
    let source = Source { kind: kind(distrusted.source), name: distrusted.name.0 };
    let labels = app.questions.ask(move |_| Ok::<_, BankError>(risk.distrust(&source, &actor))).await??;
    Ok(Done::new(Forgotten { labels }, &key, false))
}
