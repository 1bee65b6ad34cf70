// SPDX-License-Identifier: MIT

//! The past: balances at a moment, statements, search, and the trial balance of now.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::State;
use qenex_abi::{Counters, Currency};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::accounts::{self, Limit, no_account, signed};
use super::done::Shown;
use super::entry::{Entry, EntryKind};
use super::extract::{Caller, Place, Query};
use super::problem::{self, Forbidden, Missing, Problem, Unprocessable};
use super::transfers::minor_units;
use super::values::{AccountNumber, Amount, Balance, CurrencyCode, Reference, Sequence, Time, amount, units};
use crate::bank::{BankError, Counter, Scope};
use crate::books::Search;
use crate::history::{History, HistoryError, Moment, Statement, trial_balance};
use crate::people::Right;

/// How long a search looks before it answers with what it has found.
const BUDGET: Duration = Duration::from_millis(250);
/// How long a statement waits for books that lag behind.
const PATIENCE: Duration = Duration::from_secs(3);

/// What was in an account at a moment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct BalanceAt {
    /// Just after this entry of the journal.
    pub(super) sequence: Sequence,
    /// Credits less debits posted.
    pub(super) balance: Balance,
    /// Sum of all debits posted.
    pub(super) debits_posted: Amount,
    /// Sum of all credits posted.
    pub(super) credits_posted: Amount,
    /// Sum of the open holds that will debit the account.
    pub(super) debits_held: Amount,
    /// Sum of the open holds that will credit the account.
    pub(super) credits_held: Amount,
}

impl BalanceAt {
    fn new(sequence: u64, counters: &Counters, currency: u32) -> BalanceAt {
        BalanceAt {
            sequence: Sequence(sequence),
            balance: signed(crate::state::balance(counters), currency),
            debits_posted: amount(counters.debits_posted, currency),
            credits_posted: amount(counters.credits_posted, currency),
            debits_held: amount(counters.debits_held, currency),
            credits_held: amount(counters.credits_held, currency),
        }
    }
}

/// The balance of an account in the past.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PastBalance {
    /// The account.
    pub(super) account: AccountNumber,
    /// Its currency.
    pub(super) currency: CurrencyCode,
    /// What was in it.
    pub(super) at: BalanceAt,
}

/// One entry as an account saw it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct StatementLine {
    /// The entry.
    pub(super) entry: Entry,
    /// What it changed in the balance: negative for a debit, zero for a hold.
    pub(super) change: Balance,
    /// The balance after it.
    pub(super) balance: Balance,
}

/// What happened to an account in a period.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct StatementView {
    /// The account.
    pub(super) account: AccountNumber,
    /// Its currency.
    pub(super) currency: CurrencyCode,
    /// Before the first line.
    pub(super) opening: BalanceAt,
    /// Every entry that changed the account, holds included, in order.
    pub(super) lines: Vec<StatementLine>,
    /// After the last line.
    pub(super) closing: BalanceAt,
    /// There is more in the period: ask again with this as `from_sequence`. The closing balance is the next opening one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) next: Option<Sequence>,
}

/// The accounts of one currency added up.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct TrialBalanceLine {
    /// The currency.
    pub(super) currency: CurrencyCode,
    /// How many accounts.
    pub(super) accounts: Sequence,
    /// Sum of the balances of all accounts with a debit balance.
    pub(super) debit_balances: Balance,
    /// Sum of the balances of all accounts with a credit balance.
    pub(super) credit_balances: Balance,
    /// Sum of all debits posted.
    pub(super) debits_posted: Balance,
    /// Sum of all credits posted.
    pub(super) credits_posted: Balance,
    /// Sum of what open holds will debit.
    pub(super) held: Balance,
    /// Whether debits and credits are equal, as they must be.
    pub(super) balances: bool,
}

/// The whole ledger added up.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct TrialBalanceView {
    /// Just after this entry of the journal.
    pub(super) sequence: Sequence,
    /// One line for each currency.
    pub(super) currencies: Vec<TrialBalanceLine>,
}

/// A page of the journal.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct EntryList {
    /// The entries, in order. Fewer than the limit does not mean that there are no more: see `next`.
    pub(super) entries: Vec<Entry>,
    /// Where to go on, as `after`; absent if there are no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) next: Option<Sequence>,
}

/// Which moment.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct MomentQuery {
    /// Just before the first entry of this time or later. Without time and sequence: now.
    time: Option<Time>,
    /// Just after this entry. If it is given, the time does not count.
    sequence: Option<Sequence>,
}

/// Which period.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PeriodQuery {
    /// Entries of this time or later. Without it: from the first.
    from: Option<Time>,
    /// Entries before this time. Without it: up to the last.
    until: Option<Time>,
    /// Entries after this one. If it is given, `from` does not count.
    from_sequence: Option<Sequence>,
    /// Entries up to this one. If it is given, `until` does not count.
    until_sequence: Option<Sequence>,
    /// At most so many.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 1000, default = 100)]
    limit: Option<Limit>,
}

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchQuery {
    /// Those that touch this account. Customers must give one of theirs.
    account: Option<AccountNumber>,
    /// Those of this time or later.
    from: Option<Time>,
    /// Those before this time.
    until: Option<Time>,
    /// Those of at least this amount; needs the currency.
    amount_min: Option<Amount>,
    /// Those of at most this amount; needs the currency.
    amount_max: Option<Amount>,
    /// Those of this currency.
    currency: Option<CurrencyCode>,
    /// Those with this reference.
    reference: Option<Reference>,
    /// Those of this kind.
    kind: Option<EntryKind>,
    /// Those after this one.
    after: Option<Sequence>,
    /// At most so many.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 1000, default = 100)]
    limit: Option<Limit>,
}

impl From<HistoryError> for Problem {
    fn from(error: HistoryError) -> Self {
        let detail = error.to_string();
        match error {
            HistoryError::NoAccount(number) => no_account(number),
            HistoryError::NotOpenYet { .. } => Problem::new(problem::NOT_OPEN_YET, detail),
            HistoryError::Future { .. } => Problem::new(problem::IN_THE_FUTURE, detail),
            HistoryError::Backwards => Problem::new(problem::PERIOD_BACKWARDS, detail),
            HistoryError::Behind { .. } => Problem::new(problem::BOOKS_BEHIND, detail),
            HistoryError::Books(_) | HistoryError::Missing { .. } => BankError::Books(detail).into(),
        }
    }
}

/// A period, as somebody asks for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Period {
    pub(super) from: Moment,
    pub(super) until: Option<Moment>,
    pub(super) limit: usize,
}

/// Which period of an account a report is about.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PeriodOfReport {
    /// Entries of this time or later. Without it: from the first.
    pub(super) from: Option<Time>,
    /// Entries before this time. Without it: up to the last.
    pub(super) until: Option<Time>,
}

/// The statement of a period, or of its first part, and whether there is more.
pub(super) fn statement(
    counter: &mut Counter,
    account: u64,
    period: Period,
    durable: u64,
) -> Result<Result<(Statement, bool), HistoryError>, BankError> {
    let deadline = Instant::now() + PATIENCE;
    counter.books_with(durable)?;
    loop {
        let books = counter.books()?;
        let end = books.sequence();
        let sequence = |books: &crate::books::Books, moment: Moment| match moment {
            Moment::Sequence(sequence) => Ok(sequence),
            Moment::Time(time) => books.last_before(time),
        };
        let first = sequence(books, period.from)?;
        let last = period.until.map_or(Ok(durable.min(end)), |until| sequence(books, until))?;
        if last < first {
            return Ok(Err(HistoryError::Backwards));
        }
        let beyond = books.nth_of(account, first, last, period.limit + 1)?;
        let last_of_page = beyond.map_or(last, |beyond| beyond - 1);
        // Opened apart from the counter's own, whose borrow would last too long.
        let follower = Arc::clone(counter.follower());
        let books = counter.books()?;
        let answer = follower.with_state(|state| {
            let history = History::of_lagging_books(books, state);
            history.statement(account, Moment::Sequence(first), Moment::Sequence(last_of_page))
        });
        match answer {
            // Somebody uses the account meanwhile: its next entry is about to come.
            Err(HistoryError::Behind { state, .. }) if Instant::now() < deadline => {
                counter.books_with(state)?;
            }
            answer => return Ok(answer.map(|statement| (statement, beyond.is_some()))),
        }
    }
}

/// Show what was in an account at a moment.
#[utoipa::path(get, path = "/v1/accounts/{number}/balance", tag = "history", operation_id = "balanceAt",
    params(("number" = AccountNumber, Path, description = "Number of the account."), MomentQuery),
    responses((status = 200, description = "The balance then.", body = PastBalance),
        (status = 404, response = Missing), (status = 422, response = Unprocessable)))]
pub(super) async fn balance(
    State(app): State<Arc<App>>,
    caller: Caller,
    Place(number): Place<AccountNumber>,
    Query(query): Query<MomentQuery>,
) -> Result<Shown<PastBalance>, Problem> {
    let account = accounts::visible(&app, &caller, number).await?;
    let durable = app.durable_now();
    let moment = query.sequence.map(|sequence| Moment::Sequence(sequence.0));
    let moment = moment.or(query.time.map(|time| Moment::Time(time.0)));
    let found = app.questions.ask(move |counter| {
        // A period without lines: its beginning is its end.
        let at = match moment.unwrap_or(Moment::Sequence(durable)) {
            Moment::Sequence(sequence) => sequence,
            Moment::Time(time) => counter.books_with(durable)?.last_before(time)?,
        };
        let period = Period { from: Moment::Sequence(at), until: Some(Moment::Sequence(at)), limit: 1 };
        statement(counter, number.0, period, durable)
    });
    let (statement, _) = found.await??;
    let closing = statement.closing;
    Ok(Shown(PastBalance {
        account: number,
        currency: CurrencyCode::from_numeric(account.currency),
        at: BalanceAt::new(closing.sequence, &closing.counters, account.currency),
    }))
}

/// Show what happened to an account in a period.
///
/// Every line is proven before it is shown: its checksum is that which the kernel wrote, and its balances follow on those of
/// the line before.
#[utoipa::path(get, path = "/v1/accounts/{number}/statement", tag = "history", operation_id = "statement",
    params(("number" = AccountNumber, Path, description = "Number of the account."), PeriodQuery),
    responses((status = 200, description = "The statement, or its first part.", body = StatementView),
        (status = 404, response = Missing), (status = 422, response = Unprocessable)))]
pub(super) async fn statement_of(
    State(app): State<Arc<App>>,
    caller: Caller,
    Place(number): Place<AccountNumber>,
    Query(query): Query<PeriodQuery>,
) -> Result<Shown<StatementView>, Problem> {
    let account = accounts::visible(&app, &caller, number).await?;
    let durable = app.durable_now();
    let either = |sequence: Option<Sequence>, time: Option<Time>| {
        sequence.map(|sequence| Moment::Sequence(sequence.0)).or(time.map(|time| Moment::Time(time.0)))
    };
    let period = Period {
        from: either(query.from_sequence, query.from).unwrap_or(Moment::Sequence(0)),
        until: either(query.until_sequence, query.until),
        limit: Limit::or_default(query.limit),
    };
    let (found, more) = app.questions.ask(move |counter| statement(counter, number.0, period, durable)).await??;
    let currency = account.currency;
    let line = |line: &crate::history::Line| StatementLine {
        entry: Entry::new(&line.entry, durable),
        change: signed(line.change, currency),
        balance: signed(crate::state::balance(&line.after), currency),
    };
    Ok(Shown(StatementView {
        account: number,
        currency: CurrencyCode::from_numeric(currency),
        opening: BalanceAt::new(found.opening.sequence, &found.opening.counters, currency),
        lines: found.lines.iter().map(line).collect(),
        closing: BalanceAt::new(found.closing.sequence, &found.closing.counters, currency),
        next: more.then_some(Sequence(found.closing.sequence)),
    }))
}

/// Search the journal.
///
/// All conditions must hold. A page may be short because looking took too long: as long as there is `next`, go on with it.
#[utoipa::path(get, path = "/v1/journal", tag = "history", operation_id = "search", params(SearchQuery),
    responses((status = 200, description = "A page of entries.", body = EntryList),
        (status = 403, response = Forbidden), (status = 404, response = Missing),
        (status = 422, response = Unprocessable)))]
pub(super) async fn search(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(query): Query<SearchQuery>,
) -> Result<Shown<EntryList>, Problem> {
    match query.account {
        Some(number) => drop(accounts::visible(&app, &caller, number).await?),
        None if caller.may(&app, Right::SeeAccounts).await? != Scope::All => {
            let detail = "customers search the entries of one of their accounts";
            return Err(Problem::new(problem::NOT_ACCOUNT_OWNER, detail).at("account"));
        }
        None => {}
    }
    let unknown = || Problem::refused(qenex_abi::ResultCode::CurrencyUnknown as u32).at("currency");
    let currency = query.currency.map(|code| code.known().ok_or_else(unknown)).transpose()?;
    let bound = |given: Option<&Amount>, none: u64, at: &str| match (given, currency) {
        (None, _) => Ok(none),
        (Some(amount), Some(currency)) => minor_units(amount, currency).map_err(|problem| problem.at(at)),
        (Some(_), None) => Err(Problem::new(problem::CURRENCY_NEEDED, "an amount needs its currency").at("currency")),
    };
    let mut search = Search {
        account: query.account.map(|number| number.0),
        reference: query.reference.map(|reference| reference.0),
        kinds: query.kind.map(EntryKind::number).into_iter().collect(),
        currency: currency.map(|currency: &Currency| currency.numeric.into()),
        amount_min: bound(query.amount_min.as_ref(), 0, "amount_min")?,
        amount_max: bound(query.amount_max.as_ref(), u64::MAX, "amount_max")?,
        after: query.after.map_or(0, |after| after.0),
        until: 0,
    };
    let durable = app.durable_now();
    search.until = durable;
    let limit = Limit::or_default(query.limit);
    let (from, until) = (query.from, query.until);
    let found = app
        .questions
        .ask(move |counter| {
            let books = counter.books_with(durable)?;
            if let Some(time) = from {
                search.after = search.after.max(books.last_before(time.0)?);
            }
            if let Some(time) = until {
                search.until = search.until.min(books.last_before(time.0)?);
            }
            Ok(books.search(&search, limit, BUDGET)?)
        })
        .await?;
    Ok(Shown(EntryList {
        entries: found.entries.iter().map(|entry| Entry::new(entry, durable)).collect(),
        next: (!found.complete).then_some(Sequence(found.reached)),
    }))
}

/// Add up all accounts.
#[utoipa::path(get, path = "/v1/trial-balance", tag = "history", operation_id = "trialBalance",
    responses((status = 200, description = "The trial balance.", body = TrialBalanceView),
        (status = 403, response = Forbidden)))]
pub(super) async fn trial(State(app): State<Arc<App>>, caller: Caller) -> Result<Shown<TrialBalanceView>, Problem> {
    caller.may(&app, Right::SeeTrialBalance).await?;
    let durable = app.durable_now();
    let (sequence, lines) = app
        .questions
        .ask(move |counter| {
            // Books never go ahead of the state by more than a step: so what was durable is in it.
            counter.books_with(durable)?;
            Ok(counter.follower().with_state(|state| (state.sequence(), trial_balance(state))))
        })
        .await?;
    let sum = |amount: u128, currency: u32| Balance(units(i128::try_from(amount).unwrap_or(i128::MAX), currency));
    let currencies = lines.iter().map(|line| TrialBalanceLine {
        currency: CurrencyCode::from_numeric(line.currency),
        accounts: Sequence(line.accounts),
        debit_balances: sum(line.debit_balances, line.currency),
        credit_balances: sum(line.credit_balances, line.currency),
        debits_posted: sum(line.debits_posted, line.currency),
        credits_posted: sum(line.credits_posted, line.currency),
        held: sum(line.held, line.currency),
        balances: line.balances(),
    });
    Ok(Shown(TrialBalanceView { sequence: Sequence(sequence), currencies: currencies.collect() }))
}
