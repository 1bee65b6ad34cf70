// SPDX-License-Identifier: MIT

//! Accounts: opening, seeing, changing.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use qenex_abi::{
    Account, AccountNumber as Number, AccountRequest, Currency, Id, QENEX_ACCOUNT_CLOSED, QENEX_ACCOUNT_CREDITS_FROZEN,
    QENEX_ACCOUNT_DEBITS_FROZEN, QENEX_ACCOUNT_OWNER_GIVEN, QENEX_ACCOUNT_SPENDING_LIMITED, QENEX_ACCOUNT_UNLIMITED,
    QENEX_UPDATE_CLOSE, QENEX_UPDATE_FREEZE_CREDITS, QENEX_UPDATE_FREEZE_DEBITS, QENEX_UPDATE_OVERDRAFT_LIMIT,
    QENEX_UPDATE_OWNER, QENEX_UPDATE_REOPEN, QENEX_UPDATE_SPENDING_LIMIT, QENEX_UPDATE_UNFREEZE_CREDITS,
    QENEX_UPDATE_UNFREEZE_DEBITS, ResultCode, UpdateRequest,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::approvals::{self, Operation};
use super::done::{Done, Shown};
use super::extract::{Caller, Json, Key, Place, Query, Wait};
use super::problem::{self, Conflict, Forbidden, Missing, Problem, Unprocessable};
use super::transfers::minor_units;
use super::values::{
    AccountNumber, AccountNumbers, Amount, Balance, CurrencyCode, Object, Reference, Sequence, Time, Whole, amount,
    balance, reference, units,
};
use crate::bank::{BankError, Counter, Scope, derive_id};
use crate::people::Right;

/// What an account is for.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum AccountType {
    /// A customer's current account.
    #[default]
    Checking,
    /// A customer's savings account.
    Savings,
    /// A loan to a customer.
    Loan,
    /// Settlement with another bank or a payment system.
    Settlement,
    /// The bank's income.
    Income,
    /// The bank's expense.
    Expense,
    /// Money whose owner or purpose is being found out.
    Suspense,
    /// Liquidity of the bank in one currency.
    Liquidity,
    /// The bank's cash in one currency; the kernel's own, nobody opens one.
    Cash,
}

impl AccountType {
    const ALL: [AccountType; 9] = [
        AccountType::Checking,
        AccountType::Savings,
        AccountType::Loan,
        AccountType::Settlement,
        AccountType::Income,
        AccountType::Expense,
        AccountType::Suspense,
        AccountType::Liquidity,
        AccountType::Cash,
    ];

    /// The type with this number.
    fn from_number(number: u32) -> AccountType {
        usize::try_from(number).ok().and_then(|place| Self::ALL.get(place)).copied().unwrap_or(AccountType::Suspense)
    }
}

/// An account to be opened.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAccount {
    /// Its currency, for good.
    pub(super) currency: CurrencyCode,
    /// What it is for. Customers open checking and savings accounts for themselves.
    #[serde(default, rename = "type")]
    pub(super) account_type: AccountType,
    /// Owner number of whom it belongs to; without it, of the caller.
    #[schema(value_type = Option<u32>)]
    pub(super) owner: Option<Whole>,
    /// Posted from the currency's cash account in the same step. For operators.
    pub(super) opening_balance: Option<Amount>,
    /// How far the balance may go below zero. For operators, and not while overdraft limits need a second person.
    pub(super) overdraft_limit: Option<Amount>,
    /// Debits are never checked against what is available. For operators, for the bank's own accounts.
    #[serde(default)]
    pub(super) unlimited: bool,
    /// The caller's own reference.
    pub(super) reference: Option<Reference>,
    /// The caller's own classification.
    #[serde(default)]
    #[schema(value_type = u32)]
    pub(super) code: Whole,
}

/// The most that may be spent in each window of time.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SpendingLimit {
    /// The most that may be debited in one window; zero takes the limit away.
    pub(super) amount: Amount,
    /// Length of a window. Windows begin at multiples of it since 1970-01-01 UTC: one of 86,400 is a day.
    #[schema(value_type = u32, minimum = 1)]
    pub(super) window_seconds: Whole<1>,
}

/// What to change of an account; nothing where a field is absent.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountChange {
    /// Whether it refuses debits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) debits_frozen: Option<bool>,
    /// Whether it refuses credits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) credits_frozen: Option<bool>,
    /// How far the balance may go below zero. A second person may have to approve.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) overdraft_limit: Option<Amount>,
    /// The most that may be spent in each window of time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<SpendingLimit>)]
    pub(super) spending_limit: Option<Object<SpendingLimit>>,
    /// Owner number of whom it belongs to from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u32>)]
    pub(super) owner: Option<Whole>,
    /// Close it (only with a balance of zero and no hold), or open it again. Nothing else can be changed with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) closed: Option<bool>,
    /// The caller's own reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<Reference>,
    /// The caller's own classification.
    #[serde(default)]
    #[schema(value_type = u32)]
    pub(super) code: Whole,
}

/// An account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct AccountView {
    /// Its number.
    pub(super) number: AccountNumber,
    /// What it is for.
    #[serde(rename = "type")]
    pub(super) account_type: AccountType,
    /// Its currency.
    pub(super) currency: CurrencyCode,
    /// Owner number of whom it belongs to.
    pub(super) owner: u32,
    /// Credits less debits posted.
    pub(super) balance: Balance,
    /// What can be debited now: balance less holds, and the overdraft limit.
    pub(super) available: Balance,
    /// Sum of all debits posted.
    pub(super) debits_posted: Amount,
    /// Sum of all credits posted.
    pub(super) credits_posted: Amount,
    /// Sum of the open holds that will debit it.
    pub(super) debits_held: Amount,
    /// Sum of the open holds that will credit it.
    pub(super) credits_held: Amount,
    /// How far the balance may go below zero.
    pub(super) overdraft_limit: Amount,
    /// Whether debits are never checked against what is available.
    pub(super) unlimited: bool,
    /// Whether it refuses debits.
    pub(super) debits_frozen: bool,
    /// Whether it refuses credits.
    pub(super) credits_frozen: bool,
    /// Whether there is a spending limit.
    pub(super) spending_limited: bool,
    /// Whether it is closed.
    pub(super) closed: bool,
    /// When it was opened.
    pub(super) opened: Time,
    /// The reference given at its opening.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) reference: Option<Reference>,
    /// The code given at its opening.
    pub(super) code: u32,
    /// The last entry of the journal that changed it.
    pub(super) sequence: Sequence,
    /// Its IBAN, if the bank's country and code are configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) iban: Option<String>,
}

impl AccountView {
    fn new(app: &App, account: &Account) -> AccountView {
        let currency = account.currency;
        let is = |bit: u32| account.flags & bit != 0;
        let posted = i128::from(account.credits_posted) - i128::from(account.debits_posted);
        AccountView {
            number: AccountNumber(account.account_number),
            account_type: AccountType::from_number(account.account_type),
            currency: CurrencyCode::from_numeric(currency),
            owner: account.owner,
            balance: balance(posted, currency),
            available: balance(
                posted - i128::from(account.debits_held) + i128::from(account.overdraft_limit),
                currency,
            ),
            debits_posted: amount(account.debits_posted, currency),
            credits_posted: amount(account.credits_posted, currency),
            debits_held: amount(account.debits_held, currency),
            credits_held: amount(account.credits_held, currency),
            overdraft_limit: amount(account.overdraft_limit, currency),
            unlimited: is(QENEX_ACCOUNT_UNLIMITED),
            debits_frozen: is(QENEX_ACCOUNT_DEBITS_FROZEN),
            credits_frozen: is(QENEX_ACCOUNT_CREDITS_FROZEN),
            spending_limited: is(QENEX_ACCOUNT_SPENDING_LIMITED),
            closed: is(QENEX_ACCOUNT_CLOSED),
            opened: Time(account.opened),
            reference: reference(account.reference),
            code: account.code,
            sequence: Sequence(account.sequence),
            iban: app.house.as_ref().and_then(|house| house.iban(account.account_number)).map(|iban| iban.to_string()),
        }
    }
}

/// Accounts, all read at one instant.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct AccountList {
    /// The accounts, by number.
    pub(super) accounts: Vec<AccountView>,
    /// All of them are as they were just after this entry of the journal.
    pub(super) sequence: Sequence,
    /// Where to go on, as `after`; absent if there are no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) next: Option<AccountNumber>,
}

/// Which accounts to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AccountQuery {
    /// These accounts, at one instant. Without it, all that the caller may see, page by page.
    numbers: Option<AccountNumbers>,
    /// Accounts with higher numbers than this.
    after: Option<AccountNumber>,
    /// Accounts of this owner.
    owner: Option<u32>,
    /// At most so many.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 1000, default = 100)]
    limit: Option<Limit>,
}

/// Most items of a page.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "u16")]
pub(super) struct Limit(u16);

impl TryFrom<u16> for Limit {
    type Error = &'static str;

    fn try_from(number: u16) -> Result<Self, Self::Error> {
        if (1..=1000).contains(&number) { Ok(Limit(number)) } else { Err("limit is 1 to 1000") }
    }
}

impl Limit {
    /// The number, or 100 if there is none.
    pub(super) fn or_default(limit: Option<Limit>) -> usize {
        limit.map_or(100, |limit| limit.0.into())
    }
}

fn optional_units(given: Option<&Amount>, currency: &Currency, at: &str) -> Result<u64, Problem> {
    given.map_or(Ok(0), |amount| minor_units(amount, currency).map_err(|problem| problem.at(at)))
}

/// Open an account.
#[utoipa::path(post, path = "/v1/accounts", tag = "accounts", operation_id = "openAccount",
    request_body = NewAccount,
    responses(
        (status = 201, description = "It is open.", body = AccountView),
        (status = 200, description = "It was opened before, by a request with the same idempotency key.", body = AccountView),
        (status = 403, response = Forbidden), (status = 409, response = Conflict),
        (status = 422, response = Unprocessable)))]
pub(super) async fn open(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    wait: Wait,
    Json(new): Json<NewAccount>,
) -> Result<Done<AccountView>, Problem> {
    let scope = caller.may(&app, Right::OpenAccount).await?;
    let currency =
        new.currency.known().ok_or_else(|| Problem::refused(ResultCode::CurrencyUnknown as u32).at("currency"))?;
    let opening_balance = optional_units(new.opening_balance.as_ref(), currency, "opening_balance")?;
    let overdraft_limit = optional_units(new.overdraft_limit.as_ref(), currency, "overdraft_limit")?;
    let owner = new.owner.map_or(caller.session.owner, |owner| owner.0);
    let customers = matches!(new.account_type, AccountType::Checking | AccountType::Savings);
    if scope != Scope::All
        && !(customers && scope.includes(owner) && opening_balance == 0 && overdraft_limit == 0 && !new.unlimited)
    {
        let detail = "customers open checking and savings accounts for themselves, without money or overdraft";
        return Err(Problem::new(problem::NOT_ALLOWED, detail));
    }
    if app.config.four_eyes.overdraft_limit && (overdraft_limit != 0 || new.unlimited && customers) {
        let detail = "open it without an overdraft, then set the limit with PATCH";
        return Err(Problem::new(problem::APPROVAL_REQUIRED, detail).at("overdraft_limit"));
    }
    let request = AccountRequest {
        id: derive_id(&caller.session.user, &key.text, 0),
        initial_balance: opening_balance,
        overdraft_limit,
        currency: currency.numeric.into(),
        account_type: new.account_type as u32,
        flags: QENEX_ACCOUNT_OWNER_GIVEN | if new.unlimited { QENEX_ACCOUNT_UNLIMITED } else { 0 },
        owner,
        reference: new.reference.map_or(Id::NONE, |reference| reference.0),
        code: new.code.0,
        ..AccountRequest::default()
    };
    let (account, replayed) = open_with(&app, request, key.given, wait).await?;
    let location = format!("/v1/accounts/{}", account.number);
    Ok(Done::new(account, &key, replayed).created(location).waited(wait))
}

/// Opens an account, now or before.
pub(super) async fn open_with(
    app: &App,
    request: AccountRequest,
    keyed: bool,
    wait: Wait,
) -> Result<(AccountView, bool), Problem> {
    let begun = Instant::now();
    let (answer, account) = app
        .changes
        .ask(move |counter| {
            let answer = counter.open_account(&request, keyed)?;
            Ok((answer, account(counter, answer.account_number)?))
        })
        .await?;
    app.metrics.change(answer.result, begun.elapsed());
    let Some(account) = account else { return Err(Problem::refused(answer.result)) };
    if wait.0 {
        // The opening balance is the next entry.
        app.durable(answer.sequence + u64::from(answer.initial_balance != 0)).await?;
    }
    Ok((AccountView::new(app, &account), answer.result == ResultCode::Exists as u32))
}

/// The account with this number, if there is one.
fn account(counter: &Counter, number: u64) -> Result<Option<Account>, BankError> {
    if number == 0 {
        return Ok(None);
    }
    let read = counter.bank().accounts(&[number])?;
    Ok(read.accounts.into_iter().find(|account| account.result == ResultCode::Ok as u32))
}

/// What is told of an account that is not there, or not the caller's: whether there is one is not told.
pub(super) fn no_account(number: u64) -> Problem {
    match Number::new(number) {
        None => Problem::refused(ResultCode::AccountNumberInvalid as u32),
        Some(_) => Problem::refused(ResultCode::AccountNotFound as u32),
    }
}

/// The account with this number, if the caller may see it.
pub(super) async fn visible(app: &App, caller: &Caller, number: AccountNumber) -> Result<Account, Problem> {
    let scope = caller.may(app, Right::SeeAccounts).await?;
    let found = app.changes.ask(move |counter| account(counter, number.0)).await?;
    found.filter(|account| scope.includes(account.owner)).ok_or_else(|| no_account(number.0))
}

/// Show an account.
#[utoipa::path(get, path = "/v1/accounts/{number}", tag = "accounts", operation_id = "showAccount",
    params(("number" = AccountNumber, Path, description = "Its number.")),
    responses((status = 200, description = "The account as it is now.", body = AccountView),
        (status = 404, response = Missing), (status = 422, response = Unprocessable)))]
pub(super) async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Place(number): Place<AccountNumber>,
) -> Result<Shown<AccountView>, Problem> {
    Ok(Shown(AccountView::new(&app, &visible(&app, &caller, number).await?)))
}

/// List accounts.
///
/// Those that the caller may see, by number. A page is read at one instant.
#[utoipa::path(get, path = "/v1/accounts", tag = "accounts", operation_id = "listAccounts", params(AccountQuery),
    responses((status = 200, description = "A page of accounts.", body = AccountList),
        (status = 404, response = Missing), (status = 422, response = Unprocessable)))]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(query): Query<AccountQuery>,
) -> Result<Shown<AccountList>, Problem> {
    let scope = caller.may(&app, Right::SeeAccounts).await?;
    let limit = Limit::or_default(query.limit);
    let after = query.after.map_or(0, |number| number.0);
    let owner = match scope {
        Scope::Owner(own) => Some(own),
        Scope::All => query.owner,
    };
    let wanted = query.owner;
    if let Some(AccountNumbers(numbers)) = query.numbers {
        let read = app.changes.ask(move |counter| counter.bank().accounts(&numbers)).await?;
        let unseen = |account: &&Account| account.result != ResultCode::Ok as u32 || !scope.includes(account.owner);
        if let Some(unseen) = read.accounts.iter().find(unseen) {
            return Err(no_account(unseen.account_number).at(unseen.account_number.to_string()));
        }
        let accounts = read.accounts.iter().map(|account| AccountView::new(&app, account)).collect();
        return Ok(Shown(AccountList { accounts, sequence: Sequence(read.sequence), next: None }));
    }
    let durable = app.durable_now();
    let (accounts, sequence, next) = match owner {
        Some(owner) => app.questions.ask(move |counter| of_owner(counter, owner, after, limit, durable)).await?,
        None => app.changes.ask(move |counter| page(counter, after, limit)).await?,
    };
    // A customer who asks for somebody else's gets nothing.
    let accounts = accounts.iter().filter(|account| wanted.is_none_or(|wanted| account.owner == wanted));
    Ok(Shown(AccountList {
        accounts: accounts.map(|account| AccountView::new(&app, account)).collect(),
        sequence: Sequence(sequence),
        next: next.map(AccountNumber),
    }))
}

type Page = (Vec<Account>, u64, Option<u64>);

/// The next accounts of all.
fn page(counter: &Counter, after: u64, limit: usize) -> Result<Page, BankError> {
    let opened = counter.bank().info()?.accounts;
    let first = after / 100 + 1;
    let last = opened.min(first.saturating_add(limit as u64).saturating_sub(1));
    let numbers: Vec<u64> = (first..=last).filter_map(Number::from_index).map(Number::get).collect();
    if numbers.is_empty() {
        return Ok((Vec::new(), counter.bank().info()?.sequence, None));
    }
    let read = counter.bank().accounts(&numbers)?;
    let next = numbers.last().copied().filter(|_| last < opened);
    let there = read.accounts.into_iter().filter(|account| account.result == ResultCode::Ok as u32).collect();
    Ok((there, read.sequence, next))
}

/// The next accounts of one owner. The books say which they may be, the ledger which they are.
fn of_owner(counter: &mut Counter, owner: u32, after: u64, limit: usize, durable: u64) -> Result<Page, BankError> {
    let numbers = counter.books_with(durable)?.once_owned(owner, after, limit)?;
    if numbers.is_empty() {
        return Ok((Vec::new(), counter.bank().info()?.sequence, None));
    }
    let read = counter.bank().accounts(&numbers)?;
    let next = numbers.last().copied().filter(|_| numbers.len() == limit);
    let theirs = |account: &Account| account.result == ResultCode::Ok as u32 && account.owner == owner;
    Ok((read.accounts.into_iter().filter(theirs).collect(), read.sequence, next))
}

impl AccountChange {
    /// What it asks of the ledger, of an account of this currency.
    fn request(&self, number: AccountNumber, currency: u32, id: Id) -> Result<UpdateRequest, Problem> {
        let known =
            Currency::from_numeric(currency).ok_or_else(|| Problem::refused(ResultCode::CurrencyUnknown as u32))?;
        let mut request = UpdateRequest {
            id,
            account_number: number.0,
            code: self.code.0,
            reference: self.reference.map_or(Id::NONE, |reference| reference.0),
            ..UpdateRequest::default()
        };
        for (asked, yes, no) in [
            (self.debits_frozen, QENEX_UPDATE_FREEZE_DEBITS, QENEX_UPDATE_UNFREEZE_DEBITS),
            (self.credits_frozen, QENEX_UPDATE_FREEZE_CREDITS, QENEX_UPDATE_UNFREEZE_CREDITS),
            (self.closed, QENEX_UPDATE_CLOSE, QENEX_UPDATE_REOPEN),
        ] {
            request.changes |= asked.map_or(0, |asked| if asked { yes } else { no });
        }
        if let Some(limit) = &self.overdraft_limit {
            request.changes |= QENEX_UPDATE_OVERDRAFT_LIMIT;
            request.overdraft_limit = minor_units(limit, known).map_err(|problem| problem.at("overdraft_limit"))?;
        }
        if let Some(Object(limit)) = &self.spending_limit {
            request.changes |= QENEX_UPDATE_SPENDING_LIMIT;
            request.spending_limit =
                minor_units(&limit.amount, known).map_err(|problem| problem.at("spending_limit.amount"))?;
            // In the ledger a window of zero takes the limit away.
            request.spending_window = if request.spending_limit == 0 { 0 } else { limit.window_seconds.0 };
        }
        if let Some(owner) = self.owner {
            request.changes |= QENEX_UPDATE_OWNER;
            request.owner = owner.0;
        }
        if request.changes == 0 {
            return Err(Problem::new(problem::NOTHING_ASKED, "name something to change"));
        }
        Ok(request)
    }
}

/// Makes a change of an account, now or before.
pub(super) async fn change_with(
    app: &App,
    number: AccountNumber,
    change: &AccountChange,
    id: Id,
    keyed: bool,
    wait: Wait,
) -> Result<(AccountView, bool, u64), Problem> {
    let begun = Instant::now();
    let before = app.changes.ask(move |counter| account(counter, number.0)).await?;
    let before = before.ok_or_else(|| no_account(number.0))?;
    let request = change.request(number, before.currency, id)?;
    let (answer, account) = app
        .changes
        .ask(move |counter| Ok((counter.update_account(&request, keyed)?, account(counter, number.0)?)))
        .await?;
    app.metrics.change(answer.result, begun.elapsed());
    match ResultCode::from_u32(answer.result) {
        Some(ResultCode::Ok | ResultCode::Exists) => {}
        _ => return Err(Problem::refused(answer.result)),
    }
    if wait.0 {
        app.durable(answer.sequence).await?;
    }
    let account = account.ok_or_else(|| no_account(number.0))?;
    Ok((AccountView::new(app, &account), answer.result == ResultCode::Exists as u32, answer.sequence))
}

/// Change an account.
///
/// Freeze or unfreeze it, set its limits, give it to somebody else, close it or open it again. An overdraft limit may have
/// to be approved by a second person: then the answer is 202 with the approval to wait for.
#[utoipa::path(patch, path = "/v1/accounts/{number}", tag = "accounts", operation_id = "changeAccount",
    params(("number" = AccountNumber, Path, description = "Its number.")), request_body = AccountChange,
    responses(
        (status = 200, description = "It is changed, now or by an earlier request with the same key.", body = AccountView),
        (status = 202, description = "A second person must approve.", body = approvals::ApprovalView),
        (status = 403, response = Forbidden), (status = 404, response = Missing),
        (status = 409, response = Conflict), (status = 422, response = Unprocessable)))]
pub(super) async fn change(
    State(app): State<Arc<App>>,
    caller: Caller,
    key: Key,
    wait: Wait,
    Place(number): Place<AccountNumber>,
    Json(change): Json<AccountChange>,
) -> Result<Response, Problem> {
    caller.may(&app, Right::ChangeAccount).await?;
    let id = derive_id(&caller.session.user, &key.text, 0);
    if change.overdraft_limit.is_some() && app.config.four_eyes.overdraft_limit {
        // What can be seen to be wrong is told now, not to the second person.
        let account = visible(&app, &caller, number).await?;
        change.request(number, account.currency, id)?;
        let operation = Operation::OverdraftLimit { account: number, change };
        return approvals::request(&app, &caller, &key, id, operation).await;
    }
    let (account, replayed, _) = change_with(&app, number, &change, id, key.given, wait).await?;
    Ok(Done::new(account, &key, replayed).waited(wait).into_response())
}

/// Minor units of an account's currency, for lines of statements.
pub(super) fn signed(minor: i128, currency: u32) -> Balance {
    Balance(units(minor, currency))
}
