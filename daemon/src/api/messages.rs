// SPDX-License-Identifier: MIT

//! Messages: handing them in, seeing what became of them, fetching what this bank issues.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use qenex_messages::calendar::Date;
use qenex_messages::mt::is_mt;
use qenex_messages::rules::Profile;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::accounts::{self, Limit};
use super::done::{Done, Shown};
use super::extract::{Caller, Json, Key, MessageText, Place, Query};
use super::history::{self, Period, PeriodOfReport};
use super::problem::{self, Conflict, Forbidden, Missing, Problem, Unprocessable};
use super::values::{AccountNumber, Amount, CurrencyCode, LedgerId, Sequence, Text, Time, Whole, amount};
use crate::bank::{Desk, Scope};
use crate::history::{HistoryError, Moment};
use crate::payments::store::{
    Direction, Filter, Kind, Message, MessageState, Payment, PaymentState, Posting, StoredFinding,
};
use crate::payments::{Archive, Clerk, Decision, Handed, PaymentError, Report};
use crate::people::{Reach, Right, now, reach};

/// Most entries of a camt.053 or camt.054, which is made whole.
const ENTRIES: usize = 10_000;

/// A message, without its text.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct MessageView {
    /// Its id in this bank.
    pub(super) id: LedgerId,
    /// As a cursor: messages after this one.
    pub(super) number: Sequence,
    /// Whether it came or goes.
    pub(super) direction: Direction,
    /// Its definition, such as `pacs.008.001.08` or `MT103`.
    pub(super) definition: String,
    /// Its identifier, given by whoever made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) reference: Option<String>,
    /// How far it is.
    pub(super) state: MessageState,
    /// When it was received or issued.
    pub(super) time: Time,
    /// Who handed it in.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    pub(super) user: String,
    /// The profile that it was judged by.
    pub(super) profile: String,
    /// How many errors were found.
    pub(super) errors: u64,
    /// How many warnings were found.
    pub(super) warnings: u64,
    /// The message that it answers, or was made because of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) answers: Option<LedgerId>,
}

impl MessageView {
    fn new(message: &Message) -> Self {
        MessageView {
            id: LedgerId(message.id),
            number: Sequence(message.number),
            direction: message.direction,
            definition: message.definition.clone(),
            reference: message.reference.clone(),
            state: message.state,
            time: Time(message.at),
            user: message.user.clone(),
            profile: message.profile.clone(),
            errors: message.errors,
            warnings: message.warnings,
            answers: message.answers.map(|(_, id)| LedgerId(id)),
        }
    }
}

/// What the ledger did for a payment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PostingView {
    /// Id in the ledger.
    pub(super) id: LedgerId,
    /// Its place in the journal.
    pub(super) sequence: Sequence,
    /// The account debited.
    pub(super) debtor_account: AccountNumber,
    /// The account credited.
    pub(super) creditor_account: AccountNumber,
    /// How much.
    pub(super) amount: Amount,
}

/// One payment of a message.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PaymentView {
    /// Its place in the message, over all groups, from 0.
    pub(super) place: u32,
    /// What it is.
    pub(super) kind: Kind,
    /// How far it is.
    pub(super) state: PaymentState,
    /// Why it was not made, or goes back: an ISO 20022 external code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) reason: Option<String>,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) explanation: Option<String>,
    /// End-to-end reference.
    pub(super) end_to_end: String,
    /// The transaction's reference between banks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) reference: Option<String>,
    /// Unique end-to-end transaction reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) uetr: Option<String>,
    /// How much.
    pub(super) amount: Amount,
    /// The currency.
    pub(super) currency: CurrencyCode,
    /// The account debited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) debtor_account: Option<AccountNumber>,
    /// The account credited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) creditor_account: Option<AccountNumber>,
    /// The day on which it is, or was, to be executed.
    #[schema(format = "date")]
    pub(super) due: String,
    /// Whether it was debited together with the other payments of its group.
    pub(super) batch: bool,
    /// What the ledger did for it.
    pub(super) postings: Vec<PostingView>,
}

/// One debit for the payments of a group.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct BookingView {
    /// Place of the group in the message, from 0.
    pub(super) group: u32,
    /// The account debited.
    pub(super) debtor_account: AccountNumber,
    /// How much.
    pub(super) amount: Amount,
    /// How far it is.
    pub(super) state: crate::payments::store::BookingState,
    /// Its id in the ledger.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) id: Option<LedgerId>,
    /// Its place in the journal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) sequence: Option<Sequence>,
}

/// A step in the life of a message.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct EventView {
    /// When.
    pub(super) time: Time,
    /// What happened.
    pub(super) what: String,
    /// Who did it; empty if it was the daemon.
    pub(super) actor: String,
    /// More.
    pub(super) details: String,
}

/// A message, what was found in it, and what became of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct MessageDetail {
    /// The message.
    pub(super) message: MessageView,
    /// What is wrong with it.
    pub(super) findings: Vec<StoredFinding>,
    /// Its payments, in order; of a message that was issued, those that it carries.
    pub(super) payments: Vec<PaymentView>,
    /// Groups that were debited as one.
    pub(super) bookings: Vec<BookingView>,
    /// Its steps, oldest first.
    pub(super) events: Vec<EventView>,
}

/// A page of messages.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct MessageList {
    /// The messages, oldest first.
    pub(super) messages: Vec<MessageView>,
    /// Where to go on, as `after`; absent if there are no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) next: Option<Sequence>,
}

/// A message that this bank has issued, with its text.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct AnswerView {
    /// The message.
    pub(super) message: MessageView,
    /// Its text, XML.
    pub(super) text: String,
}

/// What this bank has issued because of a message.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct AnswerList {
    /// The messages, oldest first.
    pub(super) answers: Vec<AnswerView>,
}

/// How to judge a message.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SendQuery {
    /// The profile; without it, the one that is configured.
    #[param(value_type = Option<ProfileName>)]
    profile: Option<ProfileName>,
}

/// Name of a profile.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
pub(super) enum ProfileName {
    /// The schema and the cross checks.
    #[serde(rename = "default")]
    Default,
    /// SEPA credit transfer.
    #[serde(rename = "sepa-sct")]
    SepaSct,
    /// SEPA instant credit transfer.
    #[serde(rename = "sepa-sct-inst")]
    SepaSctInst,
    /// SEPA direct debit core.
    #[serde(rename = "sepa-sdd-core")]
    SepaSddCore,
    /// SEPA direct debit business to business.
    #[serde(rename = "sepa-sdd-b2b")]
    SepaSddB2b,
    /// Cross-border payments and reporting plus.
    #[serde(rename = "cbpr+")]
    CbprPlus,
}

impl From<ProfileName> for Profile {
    fn from(name: ProfileName) -> Profile {
        match name {
            ProfileName::Default => Profile::Default,
            ProfileName::SepaSct => Profile::SepaSct,
            ProfileName::SepaSctInst => Profile::SepaSctInst,
            ProfileName::SepaSddCore => Profile::SepaSddCore,
            ProfileName::SepaSddB2b => Profile::SepaSddB2b,
            ProfileName::CbprPlus => Profile::CbprPlus,
        }
    }
}

/// Which messages to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct MessageQuery {
    /// Those that came, or those that go.
    direction: Option<Direction>,
    /// Those whose definition begins so, such as `pacs.008`.
    #[param(value_type = Option<String>, pattern = "^[A-Za-z0-9.]{1,35}$")]
    definition: Option<DefinitionStart>,
    /// Those that are so far.
    state: Option<MessageState>,
    /// Those with this identifier.
    #[param(value_type = Option<String>, max_length = 35)]
    reference: Option<Identifier>,
    /// Those of this time or later.
    from: Option<Time>,
    /// Those before this time.
    until: Option<Time>,
    /// Those after this number.
    after: Option<Sequence>,
    /// At most so many.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 1000, default = 100)]
    limit: Option<Limit>,
}

/// How a definition begins.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct DefinitionStart(String);

impl TryFrom<String> for DefinitionStart {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.';
        match (1..=35).contains(&text.len()) && text.bytes().all(fits) {
            true => Ok(DefinitionStart(text)),
            false => Err("a definition is written like pacs.008"),
        }
    }
}

/// An identifier of a message.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Identifier(String);

impl TryFrom<String> for Identifier {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.chars().count() <= 35 { Ok(Identifier(text)) } else { Err("an identifier has at most 35 characters") }
    }
}

/// A decision about payments that were asked back.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewDecision {
    /// Whether they go back.
    pub(super) accept: bool,
    /// If not, why: AC04, AM04, ARDT, CUST, LEGL, NOAS, NOOR or RNPR.
    #[schema(value_type = Option<String>, pattern = "^[A-Z0-9]{4}$")]
    pub(super) reason: Option<ReasonCode>,
}

/// Why payments are asked back.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRecall {
    /// AC03, AM09, CUST, DUPL, FRAD or TECH.
    #[schema(value_type = String, pattern = "^[A-Z0-9]{4}$")]
    pub(super) reason: ReasonCode,
}

/// A collection that is given back to its debtor.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRefund {
    /// Its place in the message, from 0.
    #[schema(value_type = u32)]
    pub(super) place: Whole,
    /// Why: MD06 as the debtor wants it, MD01 as it was not authorised, or another reason for returns of the scheme.
    #[schema(value_type = String, pattern = "^[A-Z0-9]{4}$")]
    pub(super) reason: ReasonCode,
}

/// A code of four letters and digits.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct ReasonCode(String);

impl TryFrom<String> for ReasonCode {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        match text.len() == 4 && text.bytes().all(fits) {
            true => Ok(ReasonCode(text)),
            false => Err("a reason is a code of four capital letters and digits"),
        }
    }
}

impl From<PaymentError> for Problem {
    fn from(error: PaymentError) -> Self {
        let detail = error.to_string();
        let kind = match error {
            PaymentError::NotConfigured => problem::NO_PAYMENTS,
            PaymentError::NoMessage(_) => problem::NOT_A_MESSAGE,
            PaymentError::NotForCustomers(_) => problem::NOT_ALLOWED,
            PaymentError::OtherRequest => problem::KEY_REUSED,
            PaymentError::NoSuchMessage => problem::NO_SUCH_MESSAGE,
            PaymentError::NoSuchMandate => problem::NO_SUCH_MANDATE,
            PaymentError::MandateExists => problem::MANDATE_EXISTS,
            PaymentError::State(_) => problem::MESSAGE_STATE,
            PaymentError::Value(_) => problem::UNKNOWN_REASON,
            PaymentError::TooManyEntries(_) => problem::TOO_MANY_ENTRIES,
            PaymentError::Bank(error) => return error.into(),
            PaymentError::History(error) => return error.into(),
            PaymentError::Interrupted => problem::STOPPING,
            PaymentError::Config(_)
            | PaymentError::OwnAccount { .. }
            | PaymentError::Sqlite(_)
            | PaymentError::Database(_)
            | PaymentError::Stored(..)
            | PaymentError::Answer(_) => {
                tracing::error!(%detail, "messages cannot be dealt with");
                return Problem::new(problem::LEDGER_FAILED, "the daemon's log says why");
            }
        };
        Problem::new(kind, detail)
    }
}

/// The desk of the clerk, if this is a bank that exchanges messages.
pub(super) fn clerk(app: &App) -> Result<&Desk<Clerk>, Problem> {
    app.clerk.as_ref().ok_or_else(|| PaymentError::NotConfigured.into())
}

/// What the clerk says.
pub(super) async fn ask<T: Send + 'static>(
    app: &App,
    work: impl FnOnce(&mut Clerk) -> Result<T, PaymentError> + Send + 'static,
) -> Result<T, Problem> {
    Ok(clerk(app)?.ask(move |clerk| Ok(work(clerk))).await??)
}

/// What the archive says.
pub(super) async fn look<T: Send + 'static>(
    app: &App,
    work: impl FnOnce(&mut Archive) -> Result<T, PaymentError> + Send + 'static,
) -> Result<T, Problem> {
    let archive = app.archive.as_ref().ok_or(PaymentError::NotConfigured)?;
    Ok(archive.ask(move |archive| Ok(work(archive))).await??)
}

/// Hand a message in.
///
/// It is judged and stored with what is wrong with it; if nothing is, what it asks for is done, durably. Its state says how
/// far that is, its answers what became of each payment. The same message sent again, with the same key or another one, is
/// not done again.
#[utoipa::path(post, path = "/v1/messages", tag = "messages", operation_id = "sendMessage", params(SendQuery),
    request_body(description = "The text of one ISO 20022 message, or of one SWIFT MT message.",
        content((String = "application/xml"), (String = "text/plain"))),
    responses(
        (status = 201, description = "It is stored, whether it is acceptable or not.", body = MessageView),
        (status = 200, description = "It was received before.", body = MessageView),
        (status = 403, response = Forbidden), (status = 409, response = Conflict),
        (status = 422, response = Unprocessable)))]
pub(super) async fn send(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    Query(query): Query<SendQuery>,
    MessageText(request): MessageText,
) -> Result<Done<MessageView>, Problem> {
    let scope = caller.may(&app, Right::SendMessages).await?;
    clerk(&app)?;
    let text = request.read(&app).await?;
    let handed = Handed {
        text: text.to_vec(),
        profile: query.profile.map(Profile::from),
        scope,
        exchange: reach(caller.session.role, Right::ExchangeMessages) == Reach::All,
        user: caller.session.user.clone(),
        key: key.text.clone(),
    };
    let (message, replayed) = ask(&app, move |clerk| clerk.receive(&handed)).await?;
    tracing::info!(id = %LedgerId(message.id), definition = message.definition, state = message.state.name(), "message");
    let location = format!("/v1/messages/{}", LedgerId(message.id));
    Ok(Done::new(MessageView::new(&message), &key, replayed).created(location))
}

/// List messages.
///
/// Those that the caller may see, oldest first. With `direction=out` and the cursor, what is to be sent to others can be
/// fetched as it is issued.
#[utoipa::path(get, path = "/v1/messages", tag = "messages", operation_id = "listMessages", params(MessageQuery),
    responses((status = 200, description = "A page of messages.", body = MessageList),
        (status = 403, response = Forbidden), (status = 409, response = Conflict)))]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(query): Query<MessageQuery>,
) -> Result<Shown<MessageList>, Problem> {
    let scope = caller.may(&app, Right::SeeMessages).await?;
    let limit = Limit::or_default(query.limit);
    let filter = Filter {
        direction: query.direction,
        definition: query.definition.map(|start| start.0),
        state: query.state,
        reference: query.reference.map(|reference| reference.0),
        from: query.from.map(|time| time.0),
        until: query.until.map(|time| time.0),
        owner: match scope {
            Scope::All => None,
            Scope::Owner(owner) => Some(owner),
        },
        answers: None,
        after: query.after.map_or(0, |after| after.0),
    };
    let found = look(&app, move |archive| archive.store().messages(&filter, limit)).await?;
    let next = found.last().filter(|_| found.len() == limit).map(|last| Sequence(last.number));
    Ok(Shown(MessageList { messages: found.iter().map(MessageView::new).collect(), next }))
}

/// The message, if the caller may see it.
async fn visible(app: &App, caller: &Caller, id: LedgerId) -> Result<Message, Problem> {
    let scope = caller.may(app, Right::SeeMessages).await?;
    let found = look(app, move |archive| archive.store().message(id.0)).await?;
    let theirs = |message: &Message| match scope {
        Scope::All => true,
        Scope::Owner(owner) => message.owner == Some(owner),
    };
    found.filter(theirs).ok_or_else(|| PaymentError::NoSuchMessage.into())
}

fn payment_view(payment: Payment, postings: &[Posting]) -> PaymentView {
    let account = |number: u64| (number != 0).then_some(AccountNumber(number));
    let currency = payment.currency;
    let posting = |posting: &Posting| PostingView {
        id: LedgerId(posting.transfer),
        sequence: Sequence(posting.sequence),
        debtor_account: AccountNumber(posting.debit),
        creditor_account: AccountNumber(posting.credit),
        amount: amount(posting.amount, currency),
    };
    PaymentView {
        place: payment.place,
        kind: payment.kind,
        state: payment.state,
        reason: payment.reason,
        explanation: payment.explanation,
        end_to_end: payment.end_to_end,
        reference: payment.reference,
        uetr: payment.uetr,
        amount: amount(payment.amount, currency),
        currency: CurrencyCode::from_numeric(currency),
        debtor_account: account(payment.debit),
        creditor_account: account(payment.credit),
        due: Date::from_unix_days(payment.due).map(|day| day.to_string()).unwrap_or_default(),
        batch: payment.batch,
        postings: postings.iter().map(posting).collect(),
    }
}

/// Show a message.
///
/// What was found in it, its payments with the postings that they made, and its steps.
#[utoipa::path(get, path = "/v1/messages/{id}", tag = "messages", operation_id = "showMessage",
    params(("id" = LedgerId, Path, description = "Its id.")),
    responses((status = 200, description = "The message.", body = MessageDetail),
        (status = 403, response = Forbidden), (status = 404, response = Missing), (status = 409, response = Conflict)))]
pub(super) async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Place(id): Place<LedgerId>,
) -> Result<Shown<MessageDetail>, Problem> {
    let message = visible(&app, &caller, id).await?;
    let (number, out) = (message.number, message.direction == Direction::Out);
    let detail = look(&app, move |archive| {
        let store = archive.store();
        let payments = if out { store.payments_sent_in(number)? } else { store.payments(number)? };
        let mut shown = Vec::with_capacity(payments.len());
        for payment in payments {
            let postings = store.postings(payment.number)?;
            shown.push(payment_view(payment, &postings));
        }
        let bookings = store.bookings(number)?.into_iter().map(|booking| BookingView {
            group: booking.part,
            debtor_account: AccountNumber(booking.account),
            amount: amount(booking.amount, booking.currency),
            state: booking.state,
            id: booking.posted.map(|(id, _)| LedgerId(id)),
            sequence: booking.posted.map(|(_, sequence)| Sequence(sequence)),
        });
        let events = store.events(number)?.into_iter().map(|event| EventView {
            time: Time(event.at),
            what: event.what,
            actor: event.actor,
            details: event.details,
        });
        Ok(MessageDetail {
            message: MessageView::new(&message),
            findings: store.findings(number)?,
            payments: shown,
            bookings: bookings.collect(),
            events: events.collect(),
        })
    });
    Ok(Shown(detail.await?))
}

/// A text as it is.
fn plain(text: Vec<u8>) -> Response {
    let kind = if is_mt(&text) { "text/plain; charset=utf-8" } else { "application/xml" };
    (StatusCode::OK, [(header::CONTENT_TYPE, HeaderValue::from_static(kind))], Bytes::from(text)).into_response()
}

/// Fetch the text of a message.
///
/// Byte for byte as it was received or issued.
#[utoipa::path(get, path = "/v1/messages/{id}/original", tag = "messages", operation_id = "originalMessage",
    params(("id" = LedgerId, Path, description = "Its id.")),
    responses(
        (status = 200, description = "The text.", content((String = "application/xml"), (String = "text/plain"))),
        (status = 403, response = Forbidden), (status = 404, response = Missing), (status = 409, response = Conflict)))]
pub(super) async fn original(
    State(app): State<Arc<App>>,
    caller: Caller,
    Place(id): Place<LedgerId>,
) -> Result<Response, Problem> {
    let message = visible(&app, &caller, id).await?;
    Ok(plain(look(&app, move |archive| archive.store().original(message.number)).await?))
}

/// Fetch what was issued because of a message.
///
/// Its answers, with their texts, and what went on to other banks. Customers get what is for them.
#[utoipa::path(get, path = "/v1/messages/{id}/answers", tag = "messages", operation_id = "answersToMessage",
    params(("id" = LedgerId, Path, description = "Its id.")),
    responses((status = 200, description = "The messages.", body = AnswerList),
        (status = 403, response = Forbidden), (status = 404, response = Missing), (status = 409, response = Conflict)))]
pub(super) async fn answers(
    State(app): State<Arc<App>>,
    caller: Caller,
    Place(id): Place<LedgerId>,
) -> Result<Shown<AnswerList>, Problem> {
    let message = visible(&app, &caller, id).await?;
    let owner = match caller.may(&app, Right::SeeMessages).await? {
        Scope::All => None,
        Scope::Owner(owner) => Some(owner),
    };
    let filter = Filter { answers: Some(message.number), owner, ..Filter::default() };
    let answers = look(&app, move |archive| {
        let store = archive.store();
        let mut answers = Vec::new();
        for answer in store.messages(&filter, 1000)? {
            let text = String::from_utf8_lossy(&store.original(answer.number)?).into_owned();
            answers.push(AnswerView { message: MessageView::new(&answer), text });
        }
        Ok(answers)
    });
    Ok(Shown(AnswerList { answers: answers.await? }))
}

/// Decide about payments that another bank asks back.
#[utoipa::path(post, path = "/v1/messages/{id}/decision", tag = "messages", operation_id = "decideRecall",
    params(("id" = LedgerId, Path, description = "Id of the camt.056.")), request_body = NewDecision,
    responses((status = 200, description = "It is decided, and answered.", body = MessageView),
        (status = 403, response = Forbidden), (status = 404, response = Missing), (status = 409, response = Conflict),
        (status = 422, response = Unprocessable)))]
pub(super) async fn decide(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    Place(id): Place<LedgerId>,
    Json(new): Json<NewDecision>,
) -> Result<Done<MessageView>, Problem> {
    caller.may(&app, Right::ExchangeMessages).await?;
    let decision = match (new.accept, new.reason) {
        (true, None) => Decision::Accept,
        (false, Some(reason)) => Decision::Reject(reason.0),
        _ => {
            let detail = "whoever accepts gives no reason, whoever rejects does";
            return Err(Problem::new(problem::UNKNOWN_REASON, detail).at("reason"));
        }
    };
    let user = caller.session.user.clone();
    let message = ask(&app, move |clerk| clerk.decide(id.0, &decision, &user)).await?;
    Ok(Done::new(MessageView::new(&message), &key, false))
}

/// Ask payments back from another bank.
///
/// Issues a camt.056 for the payments of a pacs.008 that was issued here, except those that came back.
#[utoipa::path(post, path = "/v1/messages/{id}/recall", tag = "messages", operation_id = "recallMessage",
    params(("id" = LedgerId, Path, description = "Id of the pacs.008.")), request_body = NewRecall,
    responses((status = 201, description = "The camt.056 is issued.", body = MessageView),
        (status = 200, description = "It was issued before, by a request with the same key.", body = MessageView),
        (status = 403, response = Forbidden), (status = 404, response = Missing), (status = 409, response = Conflict),
        (status = 422, response = Unprocessable)))]
pub(super) async fn recall(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    Place(id): Place<LedgerId>,
    Json(new): Json<NewRecall>,
) -> Result<Done<MessageView>, Problem> {
    caller.may(&app, Right::ExchangeMessages).await?;
    let (user, text) = (caller.session.user.clone(), key.text.clone());
    let (message, replayed) = ask(&app, move |clerk| clerk.recall(id.0, &new.reason.0, &user, &text)).await?;
    let location = format!("/v1/messages/{}", LedgerId(message.id));
    Ok(Done::new(MessageView::new(&message), &key, replayed).created(location))
}

/// Give a collection back to its debtor.
///
/// One that another bank's customer made by a pacs.003: the debtor is credited, and a pacs.004 issued.
#[utoipa::path(post, path = "/v1/messages/{id}/refund", tag = "messages", operation_id = "refundCollection",
    params(("id" = LedgerId, Path, description = "Id of the pacs.003.")), request_body = NewRefund,
    responses((status = 200, description = "It is given back, now or before.", body = MessageView),
        (status = 403, response = Forbidden), (status = 404, response = Missing), (status = 409, response = Conflict),
        (status = 422, response = Unprocessable)))]
pub(super) async fn refund(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    Place(id): Place<LedgerId>,
    Json(new): Json<NewRefund>,
) -> Result<Done<MessageView>, Problem> {
    caller.may(&app, Right::ExchangeMessages).await?;
    let user = caller.session.user.clone();
    let (message, replayed) = ask(&app, move |clerk| clerk.refund(id.0, new.place.0, &new.reason.0, &user)).await?;
    Ok(Done::new(MessageView::new(&message), &key, replayed))
}

/// Fetch the statement of an account as camt.053.
///
/// What was booked, with the balances before and after. It says what the statement in JSON says, without holds.
#[utoipa::path(get, path = "/v1/accounts/{number}/camt.053", tag = "messages", operation_id = "camt053",
    params(("number" = AccountNumber, Path, description = "Number of the account."), PeriodOfReport),
    responses((status = 200, description = "The statement.", content_type = "application/xml", body = String),
        (status = 403, response = Forbidden), (status = 404, response = Missing), (status = 409, response = Conflict),
        (status = 422, response = Unprocessable)))]
pub(super) async fn camt053(
    State(app): State<Arc<App>>,
    caller: Caller,
    Place(number): Place<AccountNumber>,
    Query(period): Query<PeriodOfReport>,
) -> Result<Response, Problem> {
    report(&app, &caller, number, &period, Report::Statement).await
}

/// Fetch the notification of an account's entries as camt.054.
#[utoipa::path(get, path = "/v1/accounts/{number}/camt.054", tag = "messages", operation_id = "camt054",
    params(("number" = AccountNumber, Path, description = "Number of the account."), PeriodOfReport),
    responses((status = 200, description = "The notification.", content_type = "application/xml", body = String),
        (status = 403, response = Forbidden), (status = 404, response = Missing), (status = 409, response = Conflict),
        (status = 422, response = Unprocessable)))]
pub(super) async fn camt054(
    State(app): State<Arc<App>>,
    caller: Caller,
    Place(number): Place<AccountNumber>,
    Query(period): Query<PeriodOfReport>,
) -> Result<Response, Problem> {
    report(&app, &caller, number, &period, Report::Notification).await
}

async fn report(
    app: &App,
    caller: &Caller,
    number: AccountNumber,
    asked: &PeriodOfReport,
    kind: Report,
) -> Result<Response, Problem> {
    clerk(app)?;
    let account = accounts::visible(app, caller, number).await?;
    let durable = app.durable_now();
    let (from, until) = (asked.from.map_or(account.opened, |time| time.0), asked.until.map_or(now(), |time| time.0));
    if until < from {
        return Err(HistoryError::Backwards.into());
    }
    let period = Period {
        from: asked.from.map_or(Moment::Sequence(0), |time| Moment::Time(time.0)),
        until: asked.until.map(|time| Moment::Time(time.0)),
        limit: ENTRIES,
    };
    let found = app.questions.ask(move |counter| history::statement(counter, number.0, period, durable)).await?;
    let (found, more) = found?;
    if more {
        return Err(PaymentError::TooManyEntries(ENTRIES).into());
    }
    let text = look(app, move |archive| archive.report(kind, &account, &found, (from, until))).await?;
    Ok(plain(text.into_bytes()))
}

/// Goes on, from time to time, with what waits for its day or was interrupted.
pub(super) async fn catch_up(app: Arc<App>) {
    loop {
        let Ok(desk) = clerk(&app) else { return };
        match desk.ask(|clerk| Ok(clerk.work())).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::warn!(%error, "messages cannot be dealt with now"),
            Err(error) => tracing::warn!(%error, "messages cannot be dealt with now"),
        }
        let mut stopping = app.stopping.clone();
        let stopped = stopping.wait_for(|stopping| *stopping);
        if tokio::time::timeout(std::time::Duration::from_secs(5), stopped).await.is_ok() {
            return;
        }
    }
}

/// A day, as dates of ISO 8601 are written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Day(pub(super) Date);

impl Text for Day {
    fn read(text: &str) -> Result<Self, String> {
        let day = if text.len() == 10 { text.parse().ok() } else { None };
        day.map(Day).ok_or_else(|| "a day is written like 2026-11-30".into())
    }
}
