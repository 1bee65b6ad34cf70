// SPDX-License-Identifier: MIT

//! Moving money: transfers, holds and their ends, reversals, batches and chains.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use qenex_abi::{
    Currency, Id, JournalEntry, QENEX_AMOUNT_ALL, QENEX_CHAIN_MAX, QENEX_ENTRY_EXPIRE_HOLD, QENEX_ENTRY_HOLD,
    QENEX_ENTRY_POST_HOLD, QENEX_TRANSFER_HOLD, QENEX_TRANSFER_LINKED, QENEX_TRANSFER_POST_HOLD,
    QENEX_TRANSFER_REVERSE, QENEX_TRANSFER_UP_TO, QENEX_TRANSFER_VOID_HOLD, ResultCode, Transfer, TransferResult,
    parse_amount,
};
use qenex_risk::features::Context;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::App;
use super::approvals::{self, Operation};
use super::done::{Done, Shown};
use super::entry::Entry;
use super::extract::{Caller, Json, Key, OptionalJson, Place, Wait};
use super::problem::{self, Conflict, Forbidden, Missing, Problem, Unprocessable};
use super::reviews::{self, ReviewView};
use super::risk::PaymentContext;
use super::values::{AccountNumber, Amount, CurrencyCode, LedgerId, Object, Reference, Sequence, Time, Whole, amount};
use crate::bank::{Counter, Scope, derive_id};
use crate::people::Right;
use crate::risk::{Ask, Paid, Review};

/// Money from one account to another.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTransfer {
    /// The account debited: money leaves it.
    pub(super) debtor_account: AccountNumber,
    /// The account credited: money arrives.
    pub(super) creditor_account: AccountNumber,
    /// How much.
    pub(super) amount: Amount,
    /// Must be that of both accounts.
    pub(super) currency: CurrencyCode,
    /// Move less if the debtor has less available.
    #[serde(default)]
    pub(super) up_to: bool,
    /// The caller's own reference.
    pub(super) reference: Option<Reference>,
    /// The caller's own classification.
    #[serde(default)]
    #[schema(value_type = u32)]
    pub(super) code: Whole,
    /// What the channel knows of the payment.
    #[serde(default)]
    #[schema(value_type = Option<PaymentContext>)]
    pub(super) context: Option<Object<PaymentContext>>,
}

/// Money that is set aside for somebody. It leaves what the debtor has available at once.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewHold {
    /// The account that will be debited.
    pub(super) debtor_account: AccountNumber,
    /// The account that will be credited.
    pub(super) creditor_account: AccountNumber,
    /// How much.
    pub(super) amount: Amount,
    /// Must be that of both accounts.
    pub(super) currency: CurrencyCode,
    /// Hold less if the debtor has less available.
    #[serde(default)]
    pub(super) up_to: bool,
    /// Seconds after which the hold expires; without it, it never does.
    #[schema(value_type = Option<u32>, minimum = 1)]
    pub(super) timeout_seconds: Option<Whole<1>>,
    /// The caller's own reference.
    pub(super) reference: Option<Reference>,
    /// The caller's own classification.
    #[serde(default)]
    #[schema(value_type = u32)]
    pub(super) code: Whole,
    /// What the channel knows of the payment.
    #[serde(default)]
    #[schema(value_type = Option<PaymentContext>)]
    pub(super) context: Option<Object<PaymentContext>>,
}

/// How much of a hold or posting, and the caller's own data.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    /// How much; without it, all of it, or all that is left. With it, the currency is needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) amount: Option<Amount>,
    /// The currency of the amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) currency: Option<CurrencyCode>,
    /// The caller's own reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<Reference>,
    /// The caller's own classification.
    #[serde(default)]
    #[schema(value_type = u32)]
    pub(super) code: Whole,
}

/// The caller's own data of a void.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Void {
    /// The caller's own reference.
    pub(super) reference: Option<Reference>,
    /// The caller's own classification.
    #[serde(default)]
    #[schema(value_type = u32)]
    pub(super) code: Whole,
}

/// One item of a batch or chain.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Item {
    /// Money from one account to another.
    Transfer {
        /// The account debited.
        debtor_account: AccountNumber,
        /// The account credited.
        creditor_account: AccountNumber,
        /// How much.
        amount: Amount,
        /// Must be that of both accounts.
        currency: CurrencyCode,
        /// Move less if the debtor has less available.
        #[serde(default)]
        up_to: bool,
        /// The caller's own reference.
        reference: Option<Reference>,
        /// The caller's own classification.
        #[serde(default)]
        #[schema(value_type = u32)]
        code: Whole,
        /// This item and the next one happen together or not at all. Not in a chain, all of which does.
        #[serde(default)]
        linked: bool,
        /// What the channel knows of the payment.
        #[serde(default)]
        #[schema(value_type = Option<PaymentContext>)]
        context: Option<Object<PaymentContext>>,
    },
    /// Money that is set aside.
    Hold {
        /// The account that will be debited.
        debtor_account: AccountNumber,
        /// The account that will be credited.
        creditor_account: AccountNumber,
        /// How much.
        amount: Amount,
        /// Must be that of both accounts.
        currency: CurrencyCode,
        /// Hold less if the debtor has less available.
        #[serde(default)]
        up_to: bool,
        /// Seconds after which the hold expires.
        #[schema(value_type = Option<u32>, minimum = 1)]
        timeout_seconds: Option<Whole<1>>,
        /// The caller's own reference.
        reference: Option<Reference>,
        /// The caller's own classification.
        #[serde(default)]
        #[schema(value_type = u32)]
        code: Whole,
        /// As of a transfer.
        #[serde(default)]
        linked: bool,
        /// What the channel knows of the payment.
        #[serde(default)]
        #[schema(value_type = Option<PaymentContext>)]
        context: Option<Object<PaymentContext>>,
    },
    /// The posting of a hold.
    PostHold {
        /// Id of the hold.
        hold: LedgerId,
        /// How much; without it, all of it.
        amount: Option<Amount>,
        /// The currency of the amount.
        currency: Option<CurrencyCode>,
        /// The caller's own reference.
        reference: Option<Reference>,
        /// The caller's own classification.
        #[serde(default)]
        #[schema(value_type = u32)]
        code: Whole,
        /// As of a transfer.
        #[serde(default)]
        linked: bool,
    },
    /// The release of a hold.
    VoidHold {
        /// Id of the hold.
        hold: LedgerId,
        /// The caller's own reference.
        reference: Option<Reference>,
        /// The caller's own classification.
        #[serde(default)]
        #[schema(value_type = u32)]
        code: Whole,
        /// As of a transfer.
        #[serde(default)]
        linked: bool,
    },
    /// Money of a posting moved back.
    Reversal {
        /// Id of the posting.
        transfer: LedgerId,
        /// How much; without it, all that is left.
        amount: Option<Amount>,
        /// The currency of the amount.
        currency: Option<CurrencyCode>,
        /// The caller's own reference.
        reference: Option<Reference>,
        /// The caller's own classification.
        #[serde(default)]
        #[schema(value_type = u32)]
        code: Whole,
        /// As of a transfer.
        #[serde(default)]
        linked: bool,
    },
}

/// Many items, each with a result of its own.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Batch {
    /// The items, done in order.
    #[schema(value_type = Vec<Item>, min_items = 1, max_items = 8192)]
    pub(super) items: Vec<Object<Item>>,
}

/// Items that happen together or not at all.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Chain {
    /// The items, done in order.
    #[schema(value_type = Vec<Item>, min_items = 1, max_items = 64)]
    pub(super) items: Vec<Object<Item>>,
}

/// What became of one item of a batch.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ItemOutcome {
    /// Its id.
    pub(super) id: LedgerId,
    /// Name of the ledger's result code: `ok`, `exists` if it was done before, or why it was refused; or `under_review`.
    #[schema(value_type = String, example = "ok")]
    pub(super) result: &'static str,
    /// Number of the result code; absent if it is under review.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) result_number: Option<u32>,
    /// The review, if somebody must look at the item first: its money is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) review: Option<LedgerId>,
    /// Its place in the journal, if it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) sequence: Option<Sequence>,
    /// When it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) timestamp: Option<Time>,
    /// What moved, was held or released; of an item that names no currency, not told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) amount: Option<Amount>,
}

/// What became of a batch.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct BatchOutcome {
    /// How many items were done, now or before.
    pub(super) done: usize,
    /// Whether all that was done survives a power cut.
    pub(super) durable: bool,
    /// One for each item, in order.
    pub(super) items: Vec<ItemOutcome>,
}

/// What became of a chain: its entries.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ChainOutcome {
    /// One for each item, in order.
    pub(super) entries: Vec<Entry>,
}

/// What became of a change: its entry, or the review that it became.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[allow(dead_code, clippy::large_enum_variant, reason = "it stands for an answer in the OpenAPI document")]
pub(super) enum EntryOrReview {
    /// Its entry.
    Entry(Entry),
    /// Somebody had to look at it.
    Review(ReviewView),
}

/// What became of a chain: its entries, or the review that it became.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[allow(dead_code, clippy::large_enum_variant, reason = "it stands for an answer in the OpenAPI document")]
pub(super) enum ChainOrReview {
    /// Its entries.
    Chain(ChainOutcome),
    /// Somebody had to look at it.
    Review(ReviewView),
}

/// How far a hold is.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum HoldState {
    /// Money is held.
    Open,
    /// It was posted, in full or in part.
    Posted,
    /// It was voided.
    Voided,
    /// It has expired.
    Expired,
}

/// A hold and how it ended.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Hold {
    /// How far it is.
    pub(super) state: HoldState,
    /// The hold.
    pub(super) hold: Entry,
    /// What ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) end: Option<Entry>,
}

fn currency(code: CurrencyCode) -> Result<&'static Currency, Problem> {
    code.known().ok_or_else(|| Problem::refused(ResultCode::CurrencyUnknown as u32).at("currency"))
}

/// An amount of a currency in minor units.
pub(super) fn minor_units(amount: &Amount, currency: &Currency) -> Result<u64, Problem> {
    parse_amount(&amount.0, currency).map_err(|error| Problem::from(error).at("amount"))
}

/// An amount, or all of it.
fn partial(amount: Option<&Amount>, code: Option<CurrencyCode>) -> Result<(u64, u32), Problem> {
    let currency = code.map(currency).transpose()?;
    match (amount, currency) {
        (Some(amount), Some(currency)) => {
            // The largest number is that which means all of it.
            let minor = minor_units(amount, currency)?;
            match minor {
                QENEX_AMOUNT_ALL => Err(Problem::new(problem::AMOUNT_TOO_LARGE, "leave it out to mean all of it")),
                _ => Ok((minor, currency.numeric.into())),
            }
        }
        (Some(_), None) => Err(Problem::new(problem::CURRENCY_NEEDED, "an amount needs its currency").at("currency")),
        (None, currency) => Ok((QENEX_AMOUNT_ALL, currency.map_or(0, |currency| currency.numeric.into()))),
    }
}

fn flag(set: bool, flag: u32) -> u32 {
    if set { flag } else { 0 }
}

fn own(reference: Option<Reference>) -> Id {
    reference.map_or(Id::NONE, |reference| reference.0)
}

impl Item {
    /// Whether it is linked to the next one, and what it asks of the ledger.
    fn transfer(&self) -> Result<Transfer, Problem> {
        match self {
            Item::Transfer {
                debtor_account,
                creditor_account,
                amount,
                currency: code,
                up_to,
                reference,
                code: own_code,
                linked,
                ..
            } => {
                let known = currency(*code)?;
                Ok(Transfer {
                    from_account: debtor_account.0,
                    to_account: creditor_account.0,
                    amount: minor_units(amount, known)?,
                    currency: known.numeric.into(),
                    flags: flag(*up_to, QENEX_TRANSFER_UP_TO) | flag(*linked, QENEX_TRANSFER_LINKED),
                    reference: own(*reference),
                    code: own_code.0,
                    ..Transfer::default()
                })
            }
            Item::Hold {
                debtor_account,
                creditor_account,
                amount,
                currency: code,
                up_to,
                timeout_seconds,
                reference,
                code: own_code,
                linked,
                ..
            } => {
                let known = currency(*code)?;
                Ok(Transfer {
                    from_account: debtor_account.0,
                    to_account: creditor_account.0,
                    amount: minor_units(amount, known)?,
                    currency: known.numeric.into(),
                    flags: QENEX_TRANSFER_HOLD
                        | flag(*up_to, QENEX_TRANSFER_UP_TO)
                        | flag(*linked, QENEX_TRANSFER_LINKED),
                    reference: own(*reference),
                    code: own_code.0,
                    timeout: timeout_seconds.map_or(0, |seconds| seconds.0),
                    ..Transfer::default()
                })
            }
            Item::PostHold { hold, amount, currency, reference, code, linked } => {
                let (amount, currency) = partial(amount.as_ref(), *currency)?;
                Ok(Transfer {
                    amount,
                    currency,
                    flags: QENEX_TRANSFER_POST_HOLD | flag(*linked, QENEX_TRANSFER_LINKED),
                    related_id: hold.0,
                    reference: own(*reference),
                    code: code.0,
                    ..Transfer::default()
                })
            }
            Item::VoidHold { hold, reference, code, linked } => Ok(Transfer {
                flags: QENEX_TRANSFER_VOID_HOLD | flag(*linked, QENEX_TRANSFER_LINKED),
                related_id: hold.0,
                reference: own(*reference),
                code: code.0,
                ..Transfer::default()
            }),
            Item::Reversal { transfer, amount, currency, reference, code, linked } => {
                let (amount, currency) = partial(amount.as_ref(), *currency)?;
                Ok(Transfer {
                    amount,
                    currency,
                    flags: QENEX_TRANSFER_REVERSE | flag(*linked, QENEX_TRANSFER_LINKED),
                    related_id: transfer.0,
                    reference: own(*reference),
                    code: code.0,
                    ..Transfer::default()
                })
            }
        }
    }
}

/// A reversal, as the ledger takes it.
pub(super) fn reversal(transfer: LedgerId, part: &Part) -> Result<Transfer, Problem> {
    let Part { amount, currency, reference, code } = part.clone();
    Item::Reversal { transfer, amount, currency, reference, code, linked: false }.transfer()
}

/// What became of one change.
pub(super) enum Made {
    /// It was done, now or before.
    Entry(Entry, bool),
    /// Somebody must look at it first, or had to: the review, and whether it was there before.
    Review(Box<Review>, bool),
}

/// Makes one change that is no payment, or about which nobody is asked, and shows its entry.
pub(super) async fn make(
    app: &App,
    item: Transfer,
    keyed: bool,
    scope: Scope,
    wait: Wait,
) -> Result<(Entry, bool), Problem> {
    match make_judged(app, item, Context::default(), keyed, scope, "", wait).await? {
        Made::Entry(entry, replayed) => Ok((entry, replayed)),
        Made::Review(..) => Err(Problem::new(problem::UNDER_REVIEW, "an analyst must decide first")),
    }
}

/// Makes one change, if nobody must look at it first.
async fn make_judged(
    app: &App,
    item: Transfer,
    context: Context,
    keyed: bool,
    scope: Scope,
    user: &str,
    wait: Wait,
) -> Result<Made, Problem> {
    let begun = Instant::now();
    let user = user.to_owned();
    let (paid, entry) = app
        .changes
        .ask(move |counter| {
            let known = keyed && counter.risk().is_some_and(|risk| risk.review_of(item.id).is_some());
            let ask = Ask { contexts: &[context], keyed, scope, user: &user };
            let paid = counter.pay(&[item], &ask)?.into_iter().next().unwrap_or(Paid::Done(TransferResult::default()));
            let is_there = match paid {
                Paid::Done(result) => is_done(&result),
                Paid::Review(_) => true,
            };
            Ok(((paid, known), if is_there { counter.recorded(item.id)? } else { None }))
        })
        .await?;
    let (paid, known) = paid;
    let result = match paid {
        Paid::Done(result) => result,
        Paid::Review(id) => {
            if let Some(hold) = entry.filter(|_| wait.0) {
                app.durable(hold.sequence).await?;
            }
            return Ok(Made::Review(Box::new(reviews::find(app, id).await?), known));
        }
    };
    app.metrics.change(result.result, begun.elapsed());
    let Some(entry) = entry else { return Err(Problem::refused(result.result)) };
    tracing::info!(id = %LedgerId(entry.id), sequence = entry.sequence, "posted");
    if wait.0 {
        app.durable(entry.sequence).await?;
    }
    Ok(Made::Entry(Entry::new(&entry, app.durable_now()), result.result == ResultCode::Exists as u32))
}

async fn make_new(
    app: &App,
    caller: &Caller,
    key: &Key,
    wait: Wait,
    (item, context): (&Item, &PaymentContext),
    place: &str,
) -> Result<Response, Problem> {
    let scope = caller.may(app, Right::Debit).await?;
    let item = Transfer { id: derive_id(&caller.session.user, &key.text, 0), ..item.transfer()? };
    let context = context.known(scope)?;
    match make_judged(app, item, context, key.given, scope, &caller.session.user, wait).await? {
        Made::Entry(entry, replayed) => {
            let location = format!("{place}/{}", entry.id);
            Ok(Done::new(entry, key, replayed).created(location).waited(wait).into_response())
        }
        Made::Review(review, known) => Ok(reviews::answer(&review, caller, key, known)),
    }
}

/// Move money.
///
/// Done at once and completely, or not at all.
#[utoipa::path(post, path = "/v1/transfers", tag = "transfers", operation_id = "transfer",
    request_body = NewTransfer,
    responses(
        (status = 201, description = "Money has moved.", body = Entry),
        (status = 202, description = "Somebody must look at the payment first; its money is held.", body = ReviewView),
        (status = 200, description = "It was done before, by a request with the same idempotency key.", body = EntryOrReview),
        (status = 403, response = Forbidden), (status = 409, response = Conflict),
        (status = 422, response = Unprocessable)))]
pub(super) async fn transfer(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    wait: Wait,
    Json(new): Json<NewTransfer>,
) -> Result<Response, Problem> {
    let NewTransfer { debtor_account, creditor_account, amount, currency, up_to, reference, code, context } = new;
    let item = Item::Transfer {
        debtor_account,
        creditor_account,
        amount,
        currency,
        up_to,
        reference,
        code,
        linked: false,
        context: None,
    };
    make_new(&app, &caller, &key, wait, (&item, &context.unwrap_or_default().0), "/v1/transfers").await
}

/// Hold money.
#[utoipa::path(post, path = "/v1/holds", tag = "holds", operation_id = "hold",
    request_body = NewHold,
    responses(
        (status = 201, description = "Money is held.", body = Entry),
        (status = 202, description = "Money is held, and somebody must agree before it can be posted.", body = ReviewView),
        (status = 200, description = "It was done before, by a request with the same idempotency key.", body = EntryOrReview),
        (status = 403, response = Forbidden), (status = 409, response = Conflict),
        (status = 422, response = Unprocessable)))]
pub(super) async fn hold(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    wait: Wait,
    Json(new): Json<NewHold>,
) -> Result<Response, Problem> {
    let NewHold {
        debtor_account,
        creditor_account,
        amount,
        currency,
        up_to,
        timeout_seconds,
        reference,
        code,
        context,
    } = new;
    let item = Item::Hold {
        debtor_account,
        creditor_account,
        amount,
        currency,
        up_to,
        timeout_seconds,
        reference,
        code,
        linked: false,
        context: None,
    };
    make_new(&app, &caller, &key, wait, (&item, &context.unwrap_or_default().0), "/v1/holds").await
}

async fn settle(app: &App, caller: &Caller, key: &Key, wait: Wait, item: &Item) -> Result<Done<Entry>, Problem> {
    let scope = caller.may(app, Right::Debit).await?;
    let item = Transfer { id: derive_id(&caller.session.user, &key.text, 0), ..item.transfer()? };
    let (entry, replayed) = make(app, item, key.given, scope, wait).await?;
    Ok(Done::new(entry, key, replayed).waited(wait))
}

/// Post a hold, in full or in part.
///
/// What is not posted is released. A hold ends once.
#[utoipa::path(post, path = "/v1/holds/{id}/post", tag = "holds", operation_id = "postHold",
    params(("id" = LedgerId, Path, description = "Id of the hold.")), request_body = Option<Part>,
    responses(
        (status = 200, description = "Money has moved, now or by an earlier request with the same key.", body = Entry),
        (status = 403, response = Forbidden), (status = 404, response = Missing),
        (status = 409, response = Conflict), (status = 422, response = Unprocessable)))]
pub(super) async fn post_hold(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    wait: Wait,
    Place(hold): Place<LedgerId>,
    OptionalJson(part): OptionalJson<Part>,
) -> Result<Done<Entry>, Problem> {
    let Part { amount, currency, reference, code } = part;
    let item = Item::PostHold { hold, amount, currency, reference, code, linked: false };
    settle(&app, &caller, &key, wait, &item).await
}

/// Void a hold.
#[utoipa::path(post, path = "/v1/holds/{id}/void", tag = "holds", operation_id = "voidHold",
    params(("id" = LedgerId, Path, description = "Id of the hold.")), request_body = Option<Void>,
    responses(
        (status = 200, description = "What was held is released, now or by an earlier request with the same key.", body = Entry),
        (status = 403, response = Forbidden), (status = 404, response = Missing),
        (status = 409, response = Conflict), (status = 422, response = Unprocessable)))]
pub(super) async fn void_hold(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    wait: Wait,
    Place(hold): Place<LedgerId>,
    OptionalJson(void): OptionalJson<Void>,
) -> Result<Done<Entry>, Problem> {
    let Void { reference, code } = void;
    let item = Item::VoidHold { hold, reference, code, linked: false };
    settle(&app, &caller, &key, wait, &item).await
}

/// Whether a second person must approve that so much is moved back.
fn needs_approval(app: &App, item: &Transfer, original: Option<&JournalEntry>) -> bool {
    let Some(most) = app.config.four_eyes.reversal_above else { return false };
    let amount = match item.amount {
        QENEX_AMOUNT_ALL => original.map_or(0, |original| original.amount),
        amount => amount,
    };
    let code = original.map_or(item.currency, |original| original.currency);
    let exponent = Currency::from_numeric(code).map_or(0, |currency| u32::from(currency.exponent));
    u128::from(amount) > u128::from(most) * 10_u128.pow(exponent)
}

async fn original(app: &App, id: Id) -> Result<Option<JournalEntry>, Problem> {
    Ok(app.changes.ask(move |counter| counter.recorded(id)).await?)
}

/// Reverse a transfer, in full or in part.
///
/// Reversals of one transfer never exceed it in total. Large ones must be approved by a second person: then the answer is
/// 202 with the approval to wait for.
#[utoipa::path(post, path = "/v1/transfers/{id}/reversals", tag = "transfers", operation_id = "reverse",
    params(("id" = LedgerId, Path, description = "Id of the transfer, or of the posting of a hold.")),
    request_body = Option<Part>,
    responses(
        (status = 201, description = "Money has moved back.", body = Entry),
        (status = 200, description = "It was done before, by a request with the same idempotency key.", body = Entry),
        (status = 202, description = "A second person must approve.", body = approvals::ApprovalView),
        (status = 403, response = Forbidden), (status = 404, response = Missing),
        (status = 409, response = Conflict), (status = 422, response = Unprocessable)))]
pub(super) async fn reverse(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    wait: Wait,
    Place(transfer): Place<LedgerId>,
    OptionalJson(part): OptionalJson<Part>,
) -> Result<Response, Problem> {
    let scope = caller.may(&app, Right::Reverse).await?;
    let id = derive_id(&caller.session.user, &key.text, 0);
    let item = Transfer { id, ..reversal(transfer, &part)? };
    let original = original(&app, transfer.0).await?;
    if original.is_some() && needs_approval(&app, &item, original.as_ref()) {
        let operation = Operation::Reversal { transfer, reversal: part };
        return approvals::request(&app, &caller, &key, id, operation).await;
    }
    let (entry, replayed) = make(&app, item, key.given, scope, wait).await?;
    let location = format!("/v1/transfers/{}", entry.id);
    Ok(Done::new(entry, &key, replayed).created(location).waited(wait).into_response())
}

/// The items of a batch or chain.
#[derive(Clone)]
struct Prepared {
    /// As the ledger takes them.
    items: Vec<Transfer>,
    /// What the channel knows of each.
    contexts: Vec<Context>,
    /// Whose accounts they may debit.
    scope: Scope,
}

async fn prepare(app: &App, caller: &Caller, key: &Key, items: &[Object<Item>]) -> Result<Prepared, Problem> {
    if items.len() > app.config.api.batch || items.is_empty() {
        let detail = format!("1 to {} items at a time", app.config.api.batch);
        return Err(Problem::new(problem::INVALID_VALUE, detail).at("items"));
    }
    let scope = caller.may(app, Right::Debit).await?;
    let (mut prepared, mut contexts) = (Vec::with_capacity(items.len()), Vec::with_capacity(items.len()));
    for (place, Object(item)) in items.iter().enumerate() {
        let number = u32::try_from(place).unwrap_or(u32::MAX);
        let transfer = item.transfer().map_err(|problem| problem.item(place))?;
        if let Item::Reversal { transfer: of, .. } = item {
            caller.may(app, Right::Reverse).await?;
            let original = original(app, of.0).await?;
            if needs_approval(app, &transfer, original.as_ref()) {
                let detail = "a reversal of so much must be asked for by itself";
                return Err(Problem::new(problem::APPROVAL_REQUIRED, detail).item(place));
            }
        }
        let context = match item {
            Item::Transfer { context, .. } | Item::Hold { context, .. } => context.unwrap_or_default().0.known(scope),
            _ => Ok(Context::default()),
        };
        contexts.push(context.map_err(|problem| problem.item(place))?);
        prepared.push(Transfer { id: derive_id(&caller.session.user, &key.text, number), ..transfer });
    }
    Ok(Prepared { items: prepared, contexts, scope })
}

async fn run(app: &App, caller: &Caller, key: &Key, prepared: &Prepared) -> Result<Vec<Paid>, Problem> {
    let begun = Instant::now();
    let (prepared, keyed, user) = (prepared.clone(), key.given, caller.session.user.clone());
    let work = move |counter: &mut Counter| {
        let Prepared { items, contexts, scope } = prepared;
        counter.pay(&items, &Ask { contexts: &contexts, keyed, scope, user: &user })
    };
    let results = app.changes.ask(work).await?;
    let took = begun.elapsed();
    let mut done = results.iter().filter_map(|paid| match paid {
        Paid::Done(result) => Some(result.result),
        Paid::Review(_) => None,
    });
    if let Some(first) = done.next() {
        app.metrics.change(first, took);
        done.for_each(|result| app.metrics.changed(result));
    }
    Ok(results)
}

fn is_done(result: &TransferResult) -> bool {
    ResultCode::from_u32(result.result).is_some_and(ResultCode::is_success)
}

/// Do many things.
///
/// Each item has its own result; a refused item does not stop the others. Items with `linked` happen together with the next
/// one or not at all. A retry with the same key does what was refused before and may be done now; what was done stays done
/// once.
#[utoipa::path(post, path = "/v1/batches", tag = "transfers", operation_id = "batch",
    request_body = Batch,
    responses(
        (status = 200, description = "Each item has its result.", body = BatchOutcome),
        (status = 403, response = Forbidden), (status = 422, response = Unprocessable)))]
pub(super) async fn batch(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    wait: Wait,
    Json(batch): Json<Batch>,
) -> Result<Done<BatchOutcome>, Problem> {
    let prepared = prepare(&app, &caller, &key, &batch.items).await?;
    let results = run(&app, &caller, &key, &prepared).await?;
    let last = results.iter().filter_map(|paid| done(paid)).map(|result| result.sequence).max().unwrap_or(0);
    if wait.0 && last > 0 {
        app.durable(last).await?;
    }
    let outcome = |(item, paid): (&Transfer, &Paid)| {
        let result = match paid {
            Paid::Done(result) => result,
            Paid::Review(review) => {
                return ItemOutcome {
                    id: LedgerId(item.id),
                    result: "under_review",
                    result_number: None,
                    review: Some(LedgerId(*review)),
                    sequence: None,
                    timestamp: None,
                    amount: None,
                };
            }
        };
        let done = is_done(result);
        ItemOutcome {
            id: LedgerId(item.id),
            result: ResultCode::from_u32(result.result).map_or("unknown_result", ResultCode::name),
            result_number: Some(result.result),
            review: None,
            sequence: done.then_some(Sequence(result.sequence)),
            timestamp: done.then_some(Time(result.timestamp)),
            amount: (done && item.currency != 0).then(|| amount(result.moved, item.currency)),
        }
    };
    let exists = |paid: &Paid| done(paid).is_some_and(|result| result.result == ResultCode::Exists as u32);
    let replayed = !results.is_empty() && results.iter().all(exists);
    let outcome = BatchOutcome {
        done: results.iter().filter(|paid| done(paid).is_some()).count(),
        durable: last <= app.durable_now(),
        items: prepared.items.iter().zip(&results).map(outcome).collect(),
    };
    Ok(Done::new(outcome, &key, replayed).waited(wait))
}

/// What was done.
fn done(paid: &Paid) -> Option<&TransferResult> {
    match paid {
        Paid::Done(result) if is_done(result) => Some(result),
        _ => None,
    }
}

/// Do several things together.
///
/// All items happen or none does, and nobody sees part of it: an exchange through two liquidity accounts, a payment with its
/// fee.
#[utoipa::path(post, path = "/v1/chains", tag = "transfers", operation_id = "chain",
    request_body = Chain,
    responses(
        (status = 201, description = "All of it has happened.", body = ChainOutcome),
        (status = 202, description = "Somebody must look at it first; money of what looks bad is held.", body = ReviewView),
        (status = 200, description = "It was done before, by a request with the same idempotency key.", body = ChainOrReview),
        (status = 403, response = Forbidden), (status = 404, response = Missing),
        (status = 409, response = Conflict), (status = 422, response = Unprocessable)))]
pub(super) async fn chain(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    wait: Wait,
    Json(chain): Json<Chain>,
) -> Result<Response, Problem> {
    if chain.items.len() > QENEX_CHAIN_MAX as usize {
        let detail = format!("a chain has at most {QENEX_CHAIN_MAX} items");
        return Err(Problem::new(problem::INVALID_VALUE, detail).at("items"));
    }
    let mut prepared = prepare(&app, &caller, &key, &chain.items).await?;
    let last = prepared.items.len() - 1;
    for (place, item) in prepared.items.iter_mut().enumerate() {
        item.flags = item.flags & !QENEX_TRANSFER_LINKED | flag(place < last, QENEX_TRANSFER_LINKED);
    }
    let known = key.given && app.risk.review_of(prepared.items[0].id).is_some();
    let paid = run(&app, &caller, &key, &prepared).await?;
    let mut results = Vec::with_capacity(paid.len());
    for paid in paid {
        match paid {
            Paid::Done(result) => results.push(result),
            Paid::Review(id) => {
                let review = reviews::find(&app, id).await?;
                return Ok(reviews::answer(&review, &caller, &key, known));
            }
        }
    }
    let items = prepared.items;
    let failed = |result: &TransferResult| !is_done(result) && result.result != ResultCode::LinkedItemFailed as u32;
    if let Some(place) = results.iter().position(failed) {
        return Err(Problem::refused(results[place].result).item(place));
    }
    if !results.iter().all(is_done) {
        let detail = "some items were done before under this key, in another chain";
        return Err(Problem::new(problem::KEY_REUSED, detail));
    }
    let last = results.iter().map(|result| result.sequence).max().unwrap_or(0);
    if wait.0 {
        app.durable(last).await?;
    }
    let replayed = results.iter().all(|result| result.result == ResultCode::Exists as u32);
    let ids: Vec<Id> = items.iter().map(|item| item.id).collect();
    let entries =
        app.changes.ask(move |counter| ids.iter().map(|id| counter.recorded(*id)).collect::<Result<Vec<_>, _>>());
    let durable = app.durable_now();
    let entries = entries.await?.iter().flatten().map(|entry| Entry::new(entry, durable)).collect();
    let done = Done::new(ChainOutcome { entries }, &key, replayed).waited(wait);
    let mut response = done.into_response();
    if !replayed {
        *response.status_mut() = StatusCode::CREATED;
    }
    Ok(response)
}

/// The entry under an id, if the caller may see it.
async fn visible(app: &App, caller: &Caller, id: LedgerId) -> Result<JournalEntry, Problem> {
    let scope = caller.may(app, Right::SeeAccounts).await?;
    let entry = app
        .questions
        .ask(move |counter| {
            let entry = counter.recorded(id.0)?;
            let Some(entry) = entry else { return Ok(None) };
            Ok(super::events::visible(counter, &[entry], scope)?.into_iter().next())
        })
        .await?;
    entry.ok_or_else(|| Problem::new(problem::NO_SUCH_TRANSFER, format!("nothing is on record under {id}")))
}

/// Show a transfer.
///
/// Whatever is on record under the id: a posting, hold, the end of a hold, reversal, or change of an account.
#[utoipa::path(get, path = "/v1/transfers/{id}", tag = "transfers", operation_id = "showTransfer",
    params(("id" = LedgerId, Path, description = "Its id.")),
    responses((status = 200, description = "The entry of the journal.", body = Entry),
        (status = 404, response = Missing)))]
pub(super) async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Place(id): Place<LedgerId>,
) -> Result<Shown<Entry>, Problem> {
    let entry = visible(&app, &caller, id).await?;
    Ok(Shown(Entry::new(&entry, app.durable_now())))
}

/// Show a hold and how it ended.
#[utoipa::path(get, path = "/v1/holds/{id}", tag = "holds", operation_id = "showHold",
    params(("id" = LedgerId, Path, description = "Its id.")),
    responses((status = 200, description = "The hold.", body = Hold), (status = 404, response = Missing)))]
pub(super) async fn show_hold(
    State(app): State<Arc<App>>,
    caller: Caller,
    Place(id): Place<LedgerId>,
) -> Result<Shown<Hold>, Problem> {
    let entry = visible(&app, &caller, id).await?;
    if entry.kind != QENEX_ENTRY_HOLD {
        return Err(Problem::new(problem::NO_SUCH_TRANSFER, format!("what is on record under {id} is no hold")));
    }
    let durable = app.durable_now();
    let end = app.questions.ask(move |counter| Ok(counter.books_with(durable)?.end_of_hold(id.0)?)).await?;
    let state = match end.map(|end| end.kind) {
        None => HoldState::Open,
        Some(QENEX_ENTRY_POST_HOLD) => HoldState::Posted,
        Some(QENEX_ENTRY_EXPIRE_HOLD) => HoldState::Expired,
        Some(_) => HoldState::Voided,
    };
    let end = end.map(|end| Entry::new(&end, durable));
    Ok(Shown(Hold { state, hold: Entry::new(&entry, durable), end }))
}
