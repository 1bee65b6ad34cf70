// SPDX-License-Identifier: MIT

//! How good the model is that decides, and lending.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use qenex_abi::ResultCode;
use qenex_risk::credit::Bound;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::App;
use super::done::{Done, Shown};
use super::extract::{Caller, Json, Key, Place};
use super::models::TrainingView;
use super::problem::{self, Conflict, Forbidden, Missing, Problem, Unprocessable};
use super::risk::{ReasonView, reason};
use super::transfers::minor_units;
use super::values::{Amount, CurrencyCode, Sequence, Text, amount};
use crate::people::Right;
use crate::risk::{Applications, Plot};

/// How good the model is that decides.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ReportView {
    /// Version of the model.
    model: String,
    /// Payments that it is measured by.
    payments: usize,
    /// How many of them were fraud.
    fraud: usize,
    /// Whether all of them came after its training. Otherwise it has learnt from some of them, and is not as good as this
    /// says.
    later: bool,
    /// Average precision.
    average_precision: f64,
    /// Area under the receiver operating characteristic.
    roc_auc: f64,
    /// Share of the fraud among the one payment of a hundred that looks worst.
    recall: f64,
    /// Mean squared error of the probabilities.
    brier: f64,
    /// Expected calibration error.
    calibration_error: f64,
}

/// Show how good the model is that decides.
#[utoipa::path(get, path = "/v1/risk/report", tag = "risk", operation_id = "riskReport",
    responses((status = 200, description = "How good it is.", body = ReportView), (status = 403, response = Forbidden),
        (status = 409, response = Conflict)))]
pub(super) async fn report(State(app): State<Arc<App>>, caller: Caller) -> Result<Shown<ReportView>, Problem> {
    caller.may(&app, Right::SeeRisk).await?;
    let risk = Arc::clone(&app.risk);
    let report = app.questions.ask(move |_| Ok(risk.report())).await??;
    Ok(Shown(ReportView {
        model: report.model,
        payments: report.rows,
        fraud: report.frauds,
        later: report.later,
        average_precision: report.average_precision,
        roc_auc: report.roc_auc,
        recall: report.recall,
        brier: report.brier,
        calibration_error: report.calibration_error,
    }))
}

/// Name of a picture.
pub(super) struct PlotName(Plot);

impl Text for PlotName {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "precision-recall.svg" => Ok(PlotName(Plot::PrecisionRecall)),
            "calibration.svg" => Ok(PlotName(Plot::Calibration)),
            "importance.svg" => Ok(PlotName(Plot::Importance)),
            _ => Err("there are precision-recall.svg, calibration.svg and importance.svg".into()),
        }
    }
}

/// Fetch a picture of how good the model is that decides.
#[utoipa::path(get, path = "/v1/risk/report/{plot}", tag = "risk", operation_id = "riskPlot",
    params(("plot" = String, Path, description = "Which one.",
        pattern = "^(precision-recall|calibration|importance)[.]svg$")),
    responses((status = 200, description = "The picture.", content_type = "image/svg+xml", body = String),
        (status = 403, response = Forbidden), (status = 404, response = Missing), (status = 409, response = Conflict)))]
pub(super) async fn plot(
    State(app): State<Arc<App>>,
    caller: Caller,
    Place(PlotName(plot)): Place<PlotName>,
) -> Result<Response, Problem> {
    caller.may(&app, Right::SeeRisk).await?;
    let risk = Arc::clone(&app.risk);
    let svg = app.questions.ask(move |_| Ok(risk.plot(plot))).await??;
    Ok((StatusCode::OK, [(header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"))], svg).into_response())
}

/// An application for credit.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Application {
    /// Each column of the model with its number.
    application: BTreeMap<String, f64>,
    /// Income of a month.
    income: Amount,
    /// Its currency.
    currency: CurrencyCode,
}

/// What keeps a limit from being higher.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum BoundName {
    /// The probability of default is too high for any loan.
    Probability,
    /// The loss to be expected.
    ExpectedLoss,
    /// The income.
    Income,
    /// The bank's highest limit.
    Most,
}

/// What a model says of an application.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct AssessmentView {
    /// Probability that the loan will not be paid back.
    probability: f64,
    /// How much can be lent; 0 for nothing.
    limit: Amount,
    /// The currency of both amounts.
    currency: CurrencyCode,
    /// What is expected to be lost if all of it is used.
    expected_loss: Amount,
    /// What keeps the limit from being higher.
    bound_by: BoundName,
    /// What moved the probability most, up or down.
    reasons: Vec<ReasonView>,
    /// Version of the model.
    model: String,
}

/// Ask how much somebody can be lent.
#[utoipa::path(post, path = "/v1/risk/credit", tag = "risk", operation_id = "assessCredit", request_body = Application,
    responses((status = 200, description = "Probability of default, and a limit.", body = AssessmentView),
        (status = 403, response = Forbidden), (status = 409, response = Conflict), (status = 422, response = Unprocessable)))]
pub(super) async fn lend(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    Json(asked): Json<Application>,
) -> Result<Done<AssessmentView>, Problem> {
    caller.may(&app, Right::SeeRisk).await?;
    let currency = asked.currency.known();
    let currency = currency.ok_or_else(|| Problem::refused(ResultCode::CurrencyUnknown as u32).at("currency"))?;
    let income = minor_units(&asked.income, currency).map_err(|problem| problem.at("income"))?;
    let risk = Arc::clone(&app.risk);
    let (assessment, model) = app.questions.ask(move |_| Ok(risk.lend(&asked.application, income))).await??;
    let (proposal, code) = (assessment.proposal, currency.numeric.into());
    let view = AssessmentView {
        probability: assessment.probability,
        limit: amount(proposal.limit, code),
        currency: asked.currency,
        expected_loss: amount(proposal.expected_loss, code),
        bound_by: match proposal.bound_by {
            Bound::Probability => BoundName::Probability,
            Bound::ExpectedLoss => BoundName::ExpectedLoss,
            Bound::Income => BoundName::Income,
            Bound::Most => BoundName::Most,
        },
        reasons: assessment.reasons.into_iter().map(reason).collect(),
        model,
    };
    Ok(Done::new(view, &key, false))
}

/// Applications of the past, to learn from.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PastApplications {
    /// Names of the columns.
    #[schema(min_items = 1, max_items = 1000)]
    columns: Vec<String>,
    /// One row of numbers for each application, in the order of the columns.
    rows: Vec<Vec<f64>>,
    /// For each application, whether the loan was not paid back.
    defaults: Vec<bool>,
    /// Seed of the random numbers; 1 if nothing is said.
    seed: Option<Sequence>,
}

/// Train the model for credit.
///
/// It goes on in a thread of low priority; the model is the one that is asked from then on.
#[utoipa::path(post, path = "/v1/risk/credit/train", tag = "risk", operation_id = "trainCredit",
    request_body = PastApplications,
    responses((status = 200, description = "It has begun.", body = TrainingView), (status = 403, response = Forbidden),
        (status = 409, response = Conflict), (status = 422, response = Unprocessable)))]
pub(super) async fn train(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    Json(past): Json<PastApplications>,
) -> Result<Done<TrainingView>, Problem> {
    caller.may(&app, Right::ManageRisk).await?;
    let mut names = past.columns.clone();
    names.sort_unstable();
    names.dedup();
    let is_named = |name: &String| (1..=64).contains(&name.chars().count()) && !name.contains(char::is_control);
    if names.len() != past.columns.len() || !(1..=1000).contains(&names.len()) || !names.iter().all(is_named) {
        let detail = "1 to 1000 columns, each with a name of its own of 1 to 64 characters";
        return Err(Problem::new(problem::BAD_APPLICATION, detail).at("columns"));
    }
    let (risk, actor, seed) = (Arc::clone(&app.risk), caller.actor.clone(), past.seed.map_or(1, |seed| seed.0));
    let applications = Applications { columns: past.columns, rows: past.rows, defaults: past.defaults };
    let training = app.questions.ask(move |_| Ok(risk.train_credit(&applications, seed, &actor))).await??;
    Ok(Done::new(training.into(), &key, false))
}
