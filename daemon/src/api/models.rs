// SPDX-License-Identifier: MIT

//! Rules and models: seen, tried, put into force, taken back.

use std::sync::Arc;

use axum::extract::State;
use qenex_risk::learn::Record;
use qenex_risk::model::FraudModel;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::done::{Done, Shown};
use super::extract::{Caller, Json, Key, OptionalJson, Query};
use super::problem::{Conflict, Forbidden, Problem, Unprocessable};
use super::values::{Sequence, Time};
use crate::bank::BankError;
use crate::people::Right;
use crate::risk::{RiskStore, StoredRules, Training, try_rules};
use crate::store::sqlite::SqliteReader;

/// A set of rules.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRules {
    /// TOML.
    text: String,
}

/// The rules that are in force.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct RulesView {
    /// Counts all sets; 0 if there never was one.
    number: Sequence,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    time: Option<Time>,
    /// Who put them into force, or the file that they come from.
    author: String,
    /// TOML.
    text: String,
}

impl From<StoredRules> for RulesView {
    fn from(rules: StoredRules) -> Self {
        let StoredRules { number, at, author, text } = rules;
        RulesView { number: Sequence(number), time: (number != 0).then_some(Time(at)), author, text }
    }
}

/// Show the rules that are in force.
#[utoipa::path(get, path = "/v1/risk/rules", tag = "risk", operation_id = "showRules",
    responses((status = 200, description = "The rules.", body = RulesView), (status = 403, response = Forbidden)))]
pub(super) async fn rules(State(app): State<Arc<App>>, caller: Caller) -> Result<Shown<RulesView>, Problem> {
    caller.may(&app, Right::SeeRisk).await?;
    let risk = Arc::clone(&app.risk);
    Ok(Shown(app.questions.ask(move |_| Ok(risk.rules())).await??.into()))
}

/// Put rules into force, in place of those before.
///
/// They are checked as a whole; if anything is wrong, those before stay in force. They hold for the next payment.
#[utoipa::path(put, path = "/v1/risk/rules", tag = "risk", operation_id = "setRules", request_body = NewRules,
    responses((status = 200, description = "They are in force.", body = RulesView), (status = 403, response = Forbidden),
        (status = 422, response = Unprocessable)))]
pub(super) async fn set_rules(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(new): Json<NewRules>,
) -> Result<Shown<RulesView>, Problem> {
    caller.may(&app, Right::ManageRisk).await?;
    let (risk, actor) = (Arc::clone(&app.risk), caller.actor.clone());
    Ok(Shown(app.questions.ask(move |_| Ok(risk.set_rules(&new.text, &actor))).await??.into()))
}

/// Rules to be tried, and from when on.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Trial {
    /// TOML; without it, the rules that are in force.
    text: Option<String>,
    /// Payments before only fill the windows; without it, none.
    from: Option<Time>,
}

/// What a rule would have done.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct RuleTrial {
    /// Its id.
    rule: String,
    /// Payments that it applies to.
    fired: u64,
    /// How many of them are known to be fraud.
    fraud: u64,
    /// How many of them are known to be honest.
    honest: u64,
    /// How many of the fraud no other rule applies to.
    alone: u64,
}

/// What rules would have done.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct BacktestView {
    /// Payments looked at.
    payments: u64,
    /// How many of them are known to be fraud.
    fraud: u64,
    /// Entries of the journal that were left out.
    skipped: u64,
    /// By rule.
    rules: Vec<RuleTrial>,
}

/// Try rules on the whole journal.
#[utoipa::path(post, path = "/v1/risk/backtest", tag = "risk", operation_id = "backtestRules", request_body = Trial,
    responses((status = 200, description = "What they would have done.", body = BacktestView),
        (status = 403, response = Forbidden), (status = 422, response = Unprocessable)))]
pub(super) async fn backtest(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    Json(trial): Json<Trial>,
) -> Result<Done<BacktestView>, Problem> {
    caller.may(&app, Right::SeeRisk).await?;
    let (risk, directory) = (Arc::clone(&app.risk), app.directory.clone());
    let from = trial.from.map_or(0, |from| from.0);
    let work = move || {
        let text = match trial.text {
            Some(text) => text,
            None => risk.rules()?.text,
        };
        // Readers of its own: payments go on meanwhile.
        try_rules(&text, from, &mut SqliteReader::open(&directory)?, &RiskStore::open(&directory)?)
    };
    let found = app.questions.ask(move |_| Ok(work())).await??;
    let rule = |(rule, it): (String, qenex_risk::rules::RuleResult)| RuleTrial {
        rule,
        fired: it.fired,
        fraud: it.fraud,
        honest: it.honest,
        alone: it.alone,
    };
    let rules = found.rules.into_iter().map(rule).collect();
    let view = BacktestView { payments: found.payments, fraud: found.fraud, skipped: found.skipped, rules };
    Ok(Done::new(view, &key, false))
}

/// A model.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ModelView {
    /// Its name, which follows from its bytes.
    version: String,
    /// Version of the library that made it.
    crate_version: String,
    /// Time of the first payment that it learnt from.
    from: Time,
    /// Time of the last one.
    to: Time,
    /// Payments that it learnt from.
    rows: u64,
    /// How many of them were fraud; 0 if it learnt without labels.
    fraud: u64,
    /// Seed of its random numbers.
    seed: Sequence,
    /// SHA-256 of what it learnt from.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    data: String,
}

impl ModelView {
    fn new(model: &FraudModel) -> Self {
        let about = model.about();
        ModelView {
            version: model.version(),
            crate_version: about.crate_version.clone(),
            from: Time(about.from),
            to: Time(about.to),
            rows: about.rows,
            fraud: about.positives,
            seed: Sequence(about.settings.seed),
            data: about.data.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}

/// A change of the model that decides.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ChangeView {
    /// When.
    time: Time,
    /// Who did it.
    by: String,
    /// Version of the model that decided before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    from: Option<String>,
    /// Version of the model that decides since then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    to: Option<String>,
    /// Why.
    why: String,
}

impl From<Record> for ChangeView {
    fn from(record: Record) -> Self {
        let Record { time, by, from, to, why, .. } = record;
        ChangeView { time: Time(time), by, from, to, why }
    }
}

/// How far a training is.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum TrainingState {
    /// None was begun since the daemon started.
    Idle,
    /// One goes on.
    Running,
    /// The last one has made a model.
    Done,
    /// The last one has made none.
    Failed,
}

/// A training.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct TrainingView {
    /// How far it is.
    state: TrainingState,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    time: Option<Time>,
    /// Version of the model that it has made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    version: Option<String>,
    /// Why it has made none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    why: Option<String>,
}

impl From<Training> for TrainingView {
    fn from(training: Training) -> Self {
        let (state, time, version, why) = match training {
            Training::Idle => (TrainingState::Idle, None, None, None),
            Training::Running { since, .. } => (TrainingState::Running, Some(since), None, None),
            Training::Done { at, version } => (TrainingState::Done, Some(at), Some(version), None),
            Training::Failed { at, why } => (TrainingState::Failed, Some(at), None, Some(why)),
        };
        TrainingView { state, time: time.map(Time), version, why }
    }
}

/// How far a feature is from what it was in the training.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct DriftView {
    /// Its name, or `score`.
    feature: String,
    /// Population stability index: from 0.1 on something has shifted a little, from 0.25 on much.
    index: f64,
}

/// The models, and how good they are.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ModelList {
    /// The model that decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    champion: Option<ModelView>,
    /// The model that is tried out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    challenger: Option<ModelView>,
    /// Whether it would be promoted now.
    promote: bool,
    /// Why, or why not.
    comparison: String,
    /// How far a training is.
    training: TrainingView,
    /// Payments that are remembered.
    examples: usize,
    /// Payments of which it is known what they were.
    labels: usize,
    /// How far payments are from what they were in the training, the furthest first.
    drift: Vec<DriftView>,
    /// Of how many payments that is, the latest whole period of them.
    drift_payments: u64,
    /// The latest changes of the model that decides, the last first.
    changes: Vec<ChangeView>,
}

/// Show the models.
///
/// Which one decides, which one is tried out, how they compare, and how far the world is from their training.
#[utoipa::path(get, path = "/v1/risk/models", tag = "risk", operation_id = "listModels",
    responses((status = 200, description = "The models.", body = ModelList), (status = 403, response = Forbidden)))]
pub(super) async fn list(State(app): State<Arc<App>>, caller: Caller) -> Result<Shown<ModelList>, Problem> {
    caller.may(&app, Right::SeeRisk).await?;
    let risk = Arc::clone(&app.risk);
    let models = app.questions.ask(move |_| Ok(risk.models())).await??;
    let (promote, comparison) = match models.judgement {
        Ok(judgement) => (judgement.promote, judgement.why),
        Err(why) => (false, why.to_string()),
    };
    let drift = |(feature, index): (String, f64)| DriftView { feature, index };
    Ok(Shown(ModelList {
        champion: models.champion.as_deref().map(ModelView::new),
        challenger: models.challenger.as_deref().map(ModelView::new),
        promote,
        comparison,
        training: models.training.into(),
        examples: models.examples.0,
        labels: models.examples.1,
        drift: models.drift.0.into_iter().map(drift).collect(),
        drift_payments: models.drift.1,
        changes: models.changes.into_iter().map(ChangeView::from).collect(),
    }))
}

/// How to train.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTraining {
    /// Learn only what is usual, not what fraud is: for as long as nothing is known of it.
    #[serde(default)]
    unlabelled: bool,
    /// Seed of the random numbers; 1 if nothing is said.
    seed: Option<Sequence>,
}

/// Train a model.
///
/// It goes on in a thread of low priority; the model is then tried out in shadow.
#[utoipa::path(post, path = "/v1/risk/train", tag = "risk", operation_id = "trainModel", request_body = Option<NewTraining>,
    responses((status = 200, description = "It has begun.", body = TrainingView), (status = 403, response = Forbidden),
        (status = 409, response = Conflict)))]
pub(super) async fn train(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    OptionalJson(new): OptionalJson<NewTraining>,
) -> Result<Done<TrainingView>, Problem> {
    caller.may(&app, Right::ManageRisk).await?;
    let (risk, actor) = (Arc::clone(&app.risk), caller.actor.clone());
    let seed = new.seed.map_or(1, |seed| seed.0);
    let training = app.questions.ask(move |_| Ok(risk.train(!new.unlabelled, seed, &actor))).await??;
    Ok(Done::new(training.into(), &key, false))
}

/// Let the model that is tried out decide.
///
/// It must be better than the one that decides on later payments, beyond chance, and its probabilities no worse. Where no
/// model decides there is nothing to compare with.
#[utoipa::path(post, path = "/v1/risk/promote", tag = "risk", operation_id = "promoteModel",
    responses((status = 200, description = "It decides.", body = ChangeView), (status = 403, response = Forbidden),
        (status = 409, response = Conflict)))]
pub(super) async fn promote(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
) -> Result<Done<ChangeView>, Problem> {
    caller.may(&app, Right::ManageRisk).await?;
    let (risk, actor) = (Arc::clone(&app.risk), caller.actor.clone());
    let record = app.questions.ask(move |_| Ok(risk.promote(&actor))).await??;
    Ok(Done::new(record.into(), &key, false))
}

/// Why to go back.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Back {
    /// For others who look at it later.
    #[schema(value_type = Option<String>, max_length = 1000)]
    why: Option<super::reviews::Note>,
}

/// Go back to the model that decided before.
#[utoipa::path(post, path = "/v1/risk/rollback", tag = "risk", operation_id = "rollBackModel", request_body = Option<Back>,
    responses((status = 200, description = "It decides again.", body = ChangeView), (status = 403, response = Forbidden),
        (status = 409, response = Conflict)))]
pub(super) async fn rollback(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    OptionalJson(back): OptionalJson<Back>,
) -> Result<Done<ChangeView>, Problem> {
    caller.may(&app, Right::ManageRisk).await?;
    let (risk, actor) = (Arc::clone(&app.risk), caller.actor.clone());
    let why = back.why.map_or_else(|| "somebody has asked for it".to_owned(), |why| why.0);
    let record = app.questions.ask(move |_| Ok(risk.rollback(&why, &actor))).await??;
    Ok(Done::new(record.into(), &key, false))
}

/// How to measure.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Method {
    /// Mean size of the contributions to the score.
    #[default]
    Contribution,
    /// Average precision that is lost when the feature is shuffled; needs labels.
    Permutation,
}

/// How to measure importance.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ImportanceQuery {
    /// How.
    method: Option<Method>,
}

/// How much a feature matters.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ImportanceView {
    /// Its name, or `isolation`.
    feature: String,
    /// How much, in the unit of the method.
    value: f64,
}

/// Which features matter.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ImportanceList {
    /// How it was measured.
    method: Method,
    /// The features, the most important first.
    importance: Vec<ImportanceView>,
}

/// Show which features matter to the model that decides.
#[utoipa::path(get, path = "/v1/risk/importance", tag = "risk", operation_id = "importance", params(ImportanceQuery),
    responses((status = 200, description = "The features, the most important first.", body = ImportanceList),
        (status = 403, response = Forbidden), (status = 409, response = Conflict)))]
pub(super) async fn importance(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(query): Query<ImportanceQuery>,
) -> Result<Shown<ImportanceList>, Problem> {
    caller.may(&app, Right::SeeRisk).await?;
    let (risk, method) = (Arc::clone(&app.risk), query.method.unwrap_or_default());
    let found =
        app.questions.ask(move |_| Ok::<_, BankError>(risk.importance(method == Method::Permutation))).await??;
    let view = |one: qenex_risk::explain::Importance| ImportanceView { feature: one.column, value: one.value };
    Ok(Shown(ImportanceList { method, importance: found.into_iter().map(view).collect() }))
}
