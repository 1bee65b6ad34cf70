// SPDX-License-Identifier: MIT

//! Problem documents (RFC 9457): what is answered when something is not done.
//!
//! Every kind has a name, which is the last part of its `type`. The kinds of the ledger are its result codes; the others
//! are in [`KINDS`].

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use qenex_abi::{AmountError, ResultCode};
use qenex_risk::features::FeatureError;
use qenex_risk::learn::{LabelError, LearnError};
use serde::Serialize;
use utoipa::{ToResponse, ToSchema};

use crate::bank::BankError;
use crate::people::PeopleError;
use crate::risk::RiskError;

/// The media type.
pub(super) const MEDIA_TYPE: &str = "application/problem+json";
/// What the `type` of every problem begins with; `GET` of it explains the kind.
pub(super) const TYPES: &str = "/problems/";

/// Why something was not done, ready to be answered.
#[derive(Clone, Debug)]
pub(super) struct Problem(Box<Document>);

/// Why something was not done.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct Document {
    /// Which kind of problem: `/problems/` and its name. It can be fetched.
    #[serde(rename = "type")]
    #[schema(value_type = String, format = "uri-reference", example = "/problems/exceeds_available_balance")]
    kind: String,
    /// The kind in words.
    #[schema(value_type = String)]
    title: &'static str,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What exactly is wrong here, for people.
    detail: String,
    /// Name of the ledger's result code, if it was the ledger that refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    result: Option<&'static str>,
    /// Number of the ledger's result code.
    #[serde(skip_serializing_if = "Option::is_none")]
    result_number: Option<u32>,
    /// Where in the request: a path in the body, or the name of a parameter or header.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    /// Which item of a batch or chain, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<usize>,
    /// Seconds after which to try again, with the same `Idempotency-Key`.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
}

/// A kind of problem that is not one of the ledger's.
pub(super) struct Kind {
    /// Last part of its type.
    pub(super) name: &'static str,
    /// Status that it is answered with.
    pub(super) status: u16,
    /// In words.
    pub(super) title: &'static str,
    /// What to do about it.
    pub(super) help: &'static str,
}

macro_rules! kinds {
    ($($constant:ident = $name:literal, $status:literal, $title:literal, $help:literal;)+) => {
        $(pub(super) const $constant: &Kind = &Kind { name: $name, status: $status, title: $title, help: $help };)+

        /// Every kind of problem that is not one of the ledger's.
        pub(super) const KINDS: &[&Kind] = &[$($constant,)+];
    };
}

kinds! {
    MALFORMED_JSON = "malformed_json", 400, "The body is no JSON", "Send one JSON value in UTF-8. NaN and Infinity are none.";
    UNKNOWN_FIELD = "unknown_field", 400, "A field is unknown", "Fields are those of /openapi.json; the name may be mistyped.";
    MISSING_FIELD = "missing_field", 400, "A field is missing", "Give it; /openapi.json says which are required.";
    DUPLICATE_FIELD = "duplicate_field", 400, "A field is there twice", "Give it once: two readers could take two different values.";
    WRONG_TYPE = "wrong_type", 400, "A value has the wrong type", "Amounts and account numbers are strings, never JSON numbers.";
    INVALID_VALUE = "invalid_value", 400, "A value has the wrong form", "The detail says which form it must have.";
    INVALID_PARAMETER = "invalid_parameter", 400, "A parameter in the URL is wrong", "The detail says which form it must have.";
    INVALID_HEADER = "invalid_header", 400, "A header is wrong", "The detail says which form it must have.";
    AMOUNT_EMPTY = "amount_empty", 400, "An amount is empty", "Write it like 100.00.";
    AMOUNT_NEGATIVE = "amount_negative", 400, "An amount is negative", "Swap debtor and creditor instead.";
    AMOUNT_EXPONENT = "amount_exponent", 400, "An amount has an exponent", "Write 1000 instead of 1e3.";
    AMOUNT_SEPARATOR = "amount_separator", 400, "An amount has separators", "No thousands separators, and a point before the decimals: 1000.00.";
    AMOUNT_NOT_A_NUMBER = "amount_not_a_number", 400, "An amount is no number", "Digits with a decimal point, like 100.00.";
    AMOUNT_MISSING_DIGITS = "amount_missing_digits", 400, "An amount lacks digits", "Digits on both sides of the decimal point, like 0.50.";
    AMOUNT_TOO_MANY_DECIMALS = "amount_too_many_decimals", 422, "An amount has too many decimals", "No more than the currency has: 2 for USD, 0 for JPY.";
    AMOUNT_TOO_LARGE = "amount_too_large", 422, "An amount is too large", "The ledger holds up to 2^64 - 1 minor units.";
    CURRENCY_NEEDED = "currency_needed", 422, "An amount has no currency", "Give the currency with the amount.";
    NOTHING_ASKED = "nothing_asked", 422, "The request asks for nothing", "Name at least one thing to change.";
    PASSWORD_LENGTH = "password_length", 422, "A password is too short or too long", "12 to 256 characters.";
    OWNER_NUMBER = "owner_number", 422, "An owner number cannot be given", "It is taken, zero, or in the range that no Unix user has.";
    PERIOD_BACKWARDS = "period_backwards", 422, "A period ends before it begins", "Swap the two moments.";
    NOT_OPEN_YET = "not_open_yet", 422, "The account was not open yet", "Ask for a later moment.";
    IN_THE_FUTURE = "in_the_future", 422, "The entry is not there yet", "Ask for an earlier moment.";
    NOT_A_MESSAGE = "not_a_message", 422, "This is no message", "Send one ISO 20022 message in UTF-8, or one SWIFT MT message, of a definition that is known.";
    UNKNOWN_REASON = "unknown_reason", 422, "The reason is none of those that there are", "The detail names them.";
    NOT_JUDGED = "payment_not_judged", 422, "The payment cannot be judged", "The detail says what is wrong with it.";
    BAD_RULES = "bad_rules", 422, "The rules are not taken", "The detail says which one is wrong; those before stay in force.";
    BAD_MODEL = "bad_model", 422, "The model is not taken", "It is damaged, or made for something else.";
    BAD_APPLICATION = "bad_application", 422, "The application cannot be judged", "It has exactly the columns of the model, all numbers.";
    BAD_LABEL = "bad_label", 422, "The label is not taken", "The detail says why.";
    CREDITOR_IDENTIFIER = "creditor_identifier", 422, "This is no creditor identifier", "Look for a typing mistake: it has check digits.";
    TOO_MANY_ENTRIES = "too_many_entries", 422, "There are too many entries", "Ask for a shorter period.";
    LOGIN_REQUIRED = "login_required", 401, "Who are you?", "Log in with POST /v1/sessions and send Authorization: Bearer with the token.";
    SESSION_INVALID = "session_invalid", 401, "The session is not valid", "It is unknown, has expired, was ended, or belongs to another peer. Log in again.";
    WRONG_PASSWORD = "wrong_password", 401, "User name or password is wrong", "After five failures within 15 minutes no more are taken.";
    NOT_ALLOWED = "not_allowed", 403, "The role has no right to this", "Somebody with another role must do it.";
    NOT_ACCOUNT_OWNER = "not_your_account", 403, "The account is not yours", "Customers see and debit their own accounts only.";
    PEER_NOT_ALLOWED = "peer_not_allowed", 403, "This Unix user may not connect", "The configuration names those who may, as api.peers.";
    OWN_REQUEST = "own_request", 403, "Another person must approve", "Whoever asks for something cannot approve it.";
    APPROVAL_REQUIRED = "approval_required", 403, "A second person must approve this", "Ask for it by itself, so that it can be approved: not in a batch, nor when opening an account.";
    NOT_FOUND = "not_found", 404, "There is nothing here", "Paths are those of /openapi.json.";
    NO_SUCH_USER = "no_such_user", 404, "There is no such user", "Names are in lower case.";
    NO_SUCH_APPROVAL = "no_such_approval", 404, "There is no such approval", "GET /v1/approvals lists them.";
    NO_SUCH_TRANSFER = "no_such_transfer", 404, "There is no such transfer", "It is unknown, or not one of your accounts.";
    NO_SUCH_MESSAGE = "no_such_message", 404, "There is no such message", "It is unknown, or not one of yours.";
    NO_SUCH_MANDATE = "no_such_mandate", 404, "There is no such mandate", "GET /v1/mandates lists them.";
    NO_SUCH_REVIEW = "no_such_review", 404, "There is no such review", "It is unknown, or not one of your payments.";
    NO_SUCH_PAYMENT = "no_such_payment", 404, "There is no such payment", "It was not judged, or so long ago that it is forgotten.";
    METHOD_NOT_ALLOWED = "method_not_allowed", 405, "The method has no meaning here", "The header Allow says which have.";
    BODY_LATE = "body_late", 408, "The body did not arrive in time", "Send it faster, or less of it.";
    USER_EXISTS = "user_exists", 409, "There is such a user already", "Names are never given twice.";
    DECIDED = "already_decided", 409, "Somebody has decided before", "GET shows who and when.";
    LAST_ADMIN = "last_admin", 409, "Nobody would be left to manage users", "Make another administrator first.";
    KEY_REUSED = "idempotency_key_reused", 409, "The idempotency key was used for another request", "Make a new key for a new request.";
    NO_PAYMENTS = "payments_not_configured", 409, "This bank exchanges no messages", "The configuration must say which bank this is, as [payments].";
    MESSAGE_STATE = "message_state", 409, "The message is not in a state for this", "GET shows how far it is.";
    MANDATE_EXISTS = "mandate_exists", 409, "There is such a mandate already", "A creditor gives each mandate a reference of its own.";
    UNDER_REVIEW = "under_review", 409, "The hold is under review", "An analyst decides about it, in the queue of reviews.";
    LABELLED = "already_labelled", 409, "It is known what the payment was", "Somebody whose word counts at least as much has said so.";
    CANNOT_LEARN = "cannot_learn", 409, "There is not enough to learn from", "Fraud and honest payments must both be known, and enough of them.";
    NOT_PROMOTED = "not_promoted", 409, "The model stays as it is", "The detail says why.";
    NO_MODEL = "no_model", 409, "There is no model", "Train one, and promote it.";
    TRAINING = "training", 409, "A model is being trained", "Wait until it is done.";
    BODY_TOO_LARGE = "body_too_large", 413, "The body is too large", "Send less at a time.";
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type", 415, "The body is of the wrong type", "Send Content-Type: application/json; for a message, application/xml or text/plain.";
    LOCKED_OUT = "locked_out", 429, "Too many failed logins", "Wait as long as Retry-After says, or ask an administrator to unlock.";
    LABEL_FLOOD = "label_flood", 429, "Too many labels from one source", "No more are believed within a day.";
    RATE_LIMITED = "rate_limited", 429, "Too many requests", "Wait as long as Retry-After says.";
    OVERLOADED = "overloaded", 503, "Too much to do", "Nothing was done. Try again after Retry-After, with the same Idempotency-Key.";
    TOO_SLOW = "too_slow", 503, "It took too long", "Whether it was done is not certain: try again with the same Idempotency-Key.";
    NOT_DURABLE_YET = "not_durable_yet", 503, "Done, but not durable yet", "Try again with the same Idempotency-Key to learn when it is.";
    BOOKS_BEHIND = "books_behind", 503, "The books lag behind", "Nothing was done. Try again after Retry-After, with the same Idempotency-Key.";
    LEDGER_FAILED = "ledger_failed", 503, "The ledger does not answer", "Whether it was done is not certain: try again with the same Idempotency-Key.";
    STOPPING = "stopping", 503, "The daemon is stopping", "Try again when it is back, with the same Idempotency-Key.";
}

impl Problem {
    /// A problem of this kind.
    pub(super) fn new(kind: &'static Kind, detail: impl Into<String>) -> Self {
        let problem = Problem(Box::new(Document {
            kind: format!("{TYPES}{}", kind.name),
            title: kind.title,
            status: kind.status,
            detail: detail.into(),
            result: None,
            result_number: None,
            at: None,
            item: None,
            retry_after: None,
        }));
        if matches!(kind.status, 429 | 503) { problem.retry_after(1) } else { problem }
    }

    /// The ledger's "no" with this result code, which is not one of success.
    pub(super) fn refused(result: u32) -> Self {
        let code = ResultCode::from_u32(result);
        let name = code.map_or("unknown_result", ResultCode::name);
        let status = code.map_or(422, status);
        let problem = Problem(Box::new(Document {
            kind: format!("{TYPES}{name}"),
            title: "The ledger refused",
            status,
            detail: code.map_or_else(|| format!("result {result}"), |code| code.meaning().into()),
            result: Some(name),
            result_number: Some(result),
            at: None,
            item: None,
            retry_after: None,
        }));
        if status == 503 { problem.retry_after(1) } else { problem }
    }

    /// The same, of this item.
    pub(super) fn item(mut self, item: usize) -> Self {
        self.0.item = Some(item);
        self
    }

    /// The same, at this place of the request.
    pub(super) fn at(mut self, at: impl Into<String>) -> Self {
        self.0.at = Some(at.into());
        self
    }

    /// The same, to be tried again after so many seconds.
    pub(super) fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// The status of the answer.
    pub(super) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE)
    }

    /// The kind's name.
    pub(super) fn name(&self) -> &str {
        self.0.kind.strip_prefix(TYPES).unwrap_or(&self.0.kind)
    }
}

/// The status with which the ledger's refusal is answered.
pub(super) fn status(code: ResultCode) -> u16 {
    use ResultCode::*;
    match code {
        Ok | Exists => 200,
        // Try again: nothing is wrong with the request.
        NotLive
        | ReadOnly
        | AccountsFull
        | HoldsFull
        | JournalFull
        | DurabilityUnavailable
        | ReadContended
        | OutOfMemory
        | JournalAttached
        | JournalNotAttached
        | JournalFenced
        | TimedOut => 503,
        AccountNotFound | HoldNotFound | OriginalNotFound => 404,
        OperatorRightRequired | NotAccountOwner | AccountIsTheKernels => 403,
        ExistsWithDifferentFlags
        | ExistsWithDifferentRelatedId
        | ExistsWithDifferentFromAccount
        | ExistsWithDifferentToAccount
        | ExistsWithDifferentAmount
        | ExistsWithDifferentCurrency
        | ExistsWithDifferentTimeout
        | ExistsWithDifferentCode
        | ExistsWithDifferentReference
        | ExistsWithDifferentAccountType
        | ExistsWithDifferentOwner
        | ExistsWithDifferentOverdraftLimit
        | ExistsWithDifferentSpendingLimit
        | IdUsedUp
        | HoldAlreadyPosted
        | HoldAlreadyVoided
        | HoldExpired
        | OriginalAlreadyReversed
        | AccountIsClosed
        | AccountIsOpen
        | FromAccountClosed
        | ToAccountClosed
        | FromAccountFrozen
        | ToAccountFrozen
        | LimitBelowUsed
        | AccountHasBalance
        | AccountHasHolds => 409,
        _ => 422,
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self.0).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if let Some(seconds) = self.0.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.0.status == 401 {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<BankError> for Problem {
    fn from(error: BankError) -> Self {
        let detail = error.to_string();
        match error {
            BankError::Refused(result) => Problem::refused(result),
            BankError::NotOwner { item } => Problem::new(NOT_ACCOUNT_OWNER, detail).item(item),
            BankError::System(_) | BankError::Books(_) => {
                tracing::error!(%detail, "the ledger or its books do not answer");
                Problem::new(LEDGER_FAILED, "the daemon's log says why")
            }
            BankError::UnderReview { item } => Problem::new(UNDER_REVIEW, detail).item(item),
            BankError::Risk(_) => {
                tracing::error!(%detail, "payments cannot be judged");
                Problem::new(LEDGER_FAILED, "the daemon's log says why")
            }
            BankError::Behind { .. } => Problem::new(BOOKS_BEHIND, detail),
            BankError::NotDurableYet(_) => Problem::new(NOT_DURABLE_YET, detail),
            BankError::Busy => Problem::new(OVERLOADED, detail),
            BankError::Stopping => Problem::new(STOPPING, detail),
        }
    }
}

impl From<PeopleError> for Problem {
    fn from(error: PeopleError) -> Self {
        let detail = error.to_string();
        let kind = match error {
            PeopleError::WrongPassword => WRONG_PASSWORD,
            PeopleError::LockedOut { seconds } => return Problem::new(LOCKED_OUT, detail).retry_after(seconds),
            PeopleError::LoginsPending => OVERLOADED,
            PeopleError::NoUser(_) => NO_SUCH_USER,
            PeopleError::UserExists(_) => USER_EXISTS,
            PeopleError::BadName => INVALID_VALUE,
            PeopleError::BadPassword { .. } => PASSWORD_LENGTH,
            PeopleError::BadOwner(_) => OWNER_NUMBER,
            PeopleError::NoApproval => NO_SUCH_APPROVAL,
            PeopleError::OwnRequest => OWN_REQUEST,
            PeopleError::Decided(_) => DECIDED,
            PeopleError::OtherRequest => KEY_REUSED,
            PeopleError::LastAdmin => LAST_ADMIN,
            PeopleError::StoredPassword(_)
            | PeopleError::Sqlite(_)
            | PeopleError::Database(_)
            | PeopleError::Random(_) => {
                tracing::error!(%detail, "the database of people does not answer");
                return Problem::new(LEDGER_FAILED, "the daemon's log says why");
            }
        };
        Problem::new(kind, detail)
    }
}

impl From<RiskError> for Problem {
    fn from(error: RiskError) -> Self {
        let detail = error.to_string();
        let kind = match error {
            RiskError::Payment(FeatureError::UnknownAccount(_)) => {
                return Problem::refused(ResultCode::AccountNotFound as u32);
            }
            RiskError::Payment(_) => NOT_JUDGED,
            RiskError::Label(LabelError::UnknownPosting(_)) | RiskError::NoPayment => NO_SUCH_PAYMENT,
            RiskError::Label(LabelError::AlreadyLabelled { .. }) => LABELLED,
            RiskError::Label(LabelError::Flood { .. }) => return Problem::new(LABEL_FLOOD, detail).retry_after(3600),
            RiskError::Label(LabelError::BeforePosting) => BAD_LABEL,
            RiskError::Learn(LearnError::Table(_)) | RiskError::Train(_) => CANNOT_LEARN,
            RiskError::Learn(_) => NOT_PROMOTED,
            RiskError::Model(_) => BAD_MODEL,
            RiskError::Rules(_) | RiskError::Policy(_) => BAD_RULES,
            RiskError::Credit(_) => BAD_APPLICATION,
            RiskError::Training => TRAINING,
            RiskError::NoModel => NO_MODEL,
            RiskError::NoReview => NO_SUCH_REVIEW,
            RiskError::OwnRequest => OWN_REQUEST,
            RiskError::Decided(_) => DECIDED,
            RiskError::Bank(error) => return error.into(),
            RiskError::People(error) => return error.into(),
            RiskError::Journal(_)
            | RiskError::Sqlite(_)
            | RiskError::Database(_)
            | RiskError::Stored(..)
            | RiskError::Io { .. }
            | RiskError::Thread(_) => {
                tracing::error!(%detail, "risk cannot be dealt with");
                return Problem::new(LEDGER_FAILED, "the daemon's log says why");
            }
        };
        Problem::new(kind, detail)
    }
}

impl From<AmountError> for Problem {
    fn from(error: AmountError) -> Self {
        let kind = match error {
            AmountError::Empty => AMOUNT_EMPTY,
            AmountError::Negative => AMOUNT_NEGATIVE,
            AmountError::Exponent => AMOUNT_EXPONENT,
            AmountError::Separator => AMOUNT_SEPARATOR,
            AmountError::MissingDigits => AMOUNT_MISSING_DIGITS,
            AmountError::TooManyDecimals { .. } => AMOUNT_TOO_MANY_DECIMALS,
            AmountError::TooLarge => AMOUNT_TOO_LARGE,
            AmountError::CurrencyUnknown => return Problem::refused(ResultCode::CurrencyUnknown as u32),
            _ => AMOUNT_NOT_A_NUMBER,
        };
        Problem::new(kind, error.to_string())
    }
}

macro_rules! responses {
    ($($name:ident, $description:literal;)+) => {
        $(
            #[derive(ToResponse)]
            #[response(description = $description, content_type = "application/problem+json")]
            #[allow(dead_code, reason = "it stands for an answer in the OpenAPI document")]
            pub(super) struct $name(Document);
        )+
    };
}

responses! {
    BadRequest, "The request has not the form that it must have.";
    LoginRequired, "Nobody is logged in, or the session is not valid any more.";
    Forbidden, "The role has no right to this, the account is somebody else's, or a second person must approve.";
    Missing, "What the path or the body names is not there.";
    Conflict, "What is there stands against it: a state, or the same idempotency key with another request.";
    Late, "The body did not arrive in time.";
    TooLarge, "The body is too large.";
    WrongMediaType, "The body is of another media type.";
    Unprocessable, "A rule of the ledger forbids it; nothing was changed.";
    TooMany, "Too many requests or failed logins.";
    Unavailable, "Not now; try again with the same idempotency key.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_not_those_of_results() {
        for (place, kind) in KINDS.iter().enumerate() {
            assert!(KINDS[place + 1..].iter().all(|other| other.name != kind.name), "{}", kind.name);
            assert!(ResultCode::ALL.iter().all(|code| code.name() != kind.name), "{}", kind.name);
        }
    }

    #[test]
    fn every_refusal_has_a_status_of_refusal() {
        for code in ResultCode::ALL {
            assert_eq!(status(*code) < 400, code.is_success(), "{code}");
        }
    }
}
