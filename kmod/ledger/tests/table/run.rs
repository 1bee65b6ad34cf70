// SPDX-License-Identifier: MIT OR GPL-2.0

//! Runs tables, and checks of every row more than it says: an accepted item gets the next sequence number, a repeated
//! one the place in history of its original, and a refused one changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use qenex_abi::*;
use qenex_ledger::{Batch, Caller, Config, Ledger};

use super::{amount, change, user, Expected, ItemRow, Line, Row, User, Word};

const START: u64 = 1_700_000_000_000_000_000;
const SECOND: u64 = 1_000_000_000;

/// How single items are sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Way {
    /// By the call for one transfer.
    Call,
    /// As batches of one.
    Batch,
}

/// A ledger and the names used on it.
struct Run {
    way: Way,
    ledger: Ledger,
    batch: Batch,
    now: u64,
    by: User,
    accounts: BTreeMap<String, u64>,
    ids: BTreeMap<String, Id>,
    /// Sequence number and time of what has this id.
    done: BTreeMap<Id, (u64, u64)>,
    /// The rows of a chain that is not complete yet.
    chain: Vec<(Transfer, Expected, String)>,
    /// Within `ascending`: the codes so far.
    ascending: Option<Vec<ResultCode>>,
    seen: BTreeSet<ResultCode>,
    /// Transfers of nothing made so far.
    filled: u64,
    /// The sequence number up to which the journal is stored.
    released: u64,
}

/// Runs a table; the codes that were seen. Panics at the first row that does not hold.
pub(crate) fn run(file: &str, lines: &[Line], way: Way) -> BTreeSet<ResultCode> {
    let mut run = Run::new(way, 64, 64);
    for line in lines {
        let place = format!("{file}:{}: {}", line.number, line.text.trim());
        if let Err(problem) = run.row(&line.row, &place) {
            panic!("{place}\n    {problem} ({way:?})");
        }
    }
    assert!(run.chain.is_empty(), "{file} ends within a chain");
    assert!(run.ascending.is_none(), "{file} ends within 'ascending'");
    run.seen
}

impl Run {
    fn new(way: Way, accounts_max: u64, holds_max: u64) -> Run {
        let config = Config {
            accounts_max,
            holds_max,
            journal_entries: Config::JOURNAL_MIN,
            ledger_id: Id::from_u128(1),
            hash_key: [0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210],
        };
        let ledger = Ledger::new(&config).expect("a small ledger");
        ledger.init();
        Run {
            way,
            ledger,
            batch: Batch::default(),
            now: START,
            by: User { uid: 0, operator: true },
            accounts: BTreeMap::new(),
            ids: BTreeMap::new(),
            done: BTreeMap::new(),
            chain: Vec::new(),
            ascending: None,
            seen: BTreeSet::new(),
            filled: 0,
            released: 0,
        }
    }

    fn row(&mut self, row: &Row, place: &str) -> Result<(), String> {
        if !self.chain.is_empty() && !matches!(row, Row::Item { .. }) {
            return Err("the chain before lacks its end".to_owned());
        }
        match row {
            Row::Ledger { accounts, holds } => {
                let seen = std::mem::take(&mut self.seen);
                *self = Run { seen, ..Run::new(self.way, *accounts, *holds) };
            }
            Row::As(user) => self.by = *user,
            Row::Account { name, currency, words, expected } => return self.open(name, *currency, words, expected),
            Row::Item { item, expected } => {
                let transfer = self.item(item)?;
                self.chain.push((transfer, expected.clone(), place.to_owned()));
                if !item.goes_on {
                    return self.send();
                }
            }
            Row::Update { id, account, words, expected } => return self.update(id, account, words, expected),
            Row::Tick(seconds) => self.now += seconds * SECOND,
            Row::Balance { name, words } => return self.balance(name, words),
            Row::Read { name, expected } => {
                let account = self.read(self.account(name)?, self.by)?;
                return self.met(expected.code, account.result);
            }
            Row::Release => {
                self.ledger.release_journal();
                self.released = self.ledger.info().sequence;
            }
            Row::Fill(room) => self.fill(*room)?,
            Row::Chain { len, expected } => return self.long_chain(*len, expected),
            Row::Ascending => self.ascending = Some(Vec::new()),
            Row::End => {
                let codes = self.ascending.take().ok_or("'end' without 'ascending'")?;
                if codes.len() < 2 {
                    return Err("nothing ascends here".to_owned());
                }
            }
        }
        Ok(())
    }

    fn caller(&self) -> Caller {
        Caller { uid: self.by.uid, operator: self.by.operator }
    }

    /// A code was seen; it should be the expected one, and be higher than the one before if codes ascend here.
    fn met(&mut self, expected: ResultCode, result: u32) -> Result<(), String> {
        let code = ResultCode::from_u32(result).ok_or(format!("result {result} is none"))?;
        if code != expected {
            return Err(format!("expected {expected}, got {code}"));
        }
        self.seen.insert(code);
        if let Some(codes) = self.ascending.as_mut().filter(|_| code != ResultCode::Ok) {
            if codes.last().is_some_and(|last| *last >= code) {
                return Err(format!("{code} is not after {:?}", codes.last()));
            }
            codes.push(code);
        }
        Ok(())
    }

    fn id(&mut self, name: &str) -> Id {
        match name {
            "_" => Id::NONE,
            "reserved" => Id::reserved(1 << 40),
            _ => {
                let next = self.ids.len() as u64 + 1;
                *self.ids.entry(name.to_owned()).or_insert(Id { low: next, high: 7 })
            }
        }
    }

    fn account(&self, name: &str) -> Result<u64, String> {
        let missing = |n: u64| AccountNumber::from_index(AccountNumber::INDEX_MAX - n).map_or(0, AccountNumber::get);
        if name == "_" {
            return Ok(0);
        }
        if let Some(number) = name.strip_prefix("missing") {
            return number.parse().map(missing).map_err(|_| format!("'{name}' lacks its number"));
        }
        if let Some(typed) = name.strip_suffix('?') {
            return self.account(typed).map(|number| number + 10);
        }
        if let Some(alpha) = name.strip_prefix("cash:") {
            let currency = Currency::from_alpha(alpha).ok_or(format!("'{alpha}' is no currency"))?;
            let all = (1..=self.ledger.info().accounts).filter_map(AccountNumber::from_index);
            for number in all.map(AccountNumber::get) {
                let account = self.read(number, user("operator")?)?;
                if account.account_type == QENEX_ACCOUNT_CASH && account.currency == u32::from(currency.numeric) {
                    return Ok(number);
                }
            }
        }
        self.accounts.get(name).copied().ok_or(format!("no account is named '{name}'"))
    }

    fn read(&self, number: u64, by: User) -> Result<Account, String> {
        let mut account = [Account::default()];
        let caller = Caller { uid: by.uid, operator: by.operator };
        self.ledger
            .read_accounts(&[number], &mut account, &caller)
            .map_err(|code| format!("the read failed: {code}"))?;
        Ok(account[0])
    }

    /// Everything that a refusal must not change.
    fn state(&self) -> (Vec<Account>, u64, u64) {
        let info = self.ledger.info();
        let numbers: Vec<u64> =
            (1..=info.accounts).filter_map(AccountNumber::from_index).map(AccountNumber::get).collect();
        let mut accounts = vec![Account::default(); numbers.len()];
        let caller = Caller { uid: 0, operator: true };
        self.ledger.read_accounts(&numbers, &mut accounts, &caller).expect("nobody disturbs");
        (accounts, info.holds, info.sequence)
    }

    fn open(&mut self, name: &str, currency: u32, words: &[Word], expected: &Expected) -> Result<(), String> {
        let mut request = AccountRequest { currency, ..AccountRequest::default() };
        for word in words {
            match word.name.as_str() {
                "id" => request.id = self.id(word.text()?),
                "balance" => request.initial_balance = word.number()?,
                "overdraft" => request.overdraft_limit = word.number()?,
                "type" => request.account_type = u32::try_from(word.number()?).map_err(|_| "no such type")?,
                "owner" => {
                    request.owner = user(word.text()?)?.uid;
                    request.flags |= QENEX_ACCOUNT_OWNER_GIVEN;
                }
                "owner_unasked" => request.owner = user(word.text()?)?.uid,
                "unlimited" => request.flags |= QENEX_ACCOUNT_UNLIMITED,
                "unknown" => request.flags |= 1 << 31,
                "code" => request.code = u32::try_from(word.number()?).map_err(|_| "the code is too large")?,
                "reference" => request.reference = Id::from_u128(word.number()?.into()),
                "reserved" => request.reserved = 1,
                "reserved2" => request.reserved2 = 1,
                "reserved3" => request.reserved3[1] = 1,
                _ => unreachable!("checked by the parser"),
            }
        }
        let before = self.state();
        let code = self.ledger.create_account(&mut request, &self.caller(), self.now);
        if code as u32 != request.result {
            return Err(format!("returned {code}, but {} is in the request", request.result));
        }
        match code {
            ResultCode::Ok => {
                self.accounts.insert(name.to_owned(), request.account_number);
                self.done.insert(request.id, (request.sequence, request.timestamp));
            }
            ResultCode::Exists => {
                let original = (self.done[&request.id], self.accounts[name]);
                if ((request.sequence, request.timestamp), request.account_number) != original {
                    return Err(format!("exists as {original:?}, told {request:?}"));
                }
            }
            _ if self.state() != before => return Err("the refusal left something".to_owned()),
            _ => {}
        }
        self.met(expected.code, request.result)
    }

    fn update(&mut self, id: &str, account: &str, words: &[Word], expected: &Expected) -> Result<(), String> {
        let (id, account_number) = (self.id(id), self.account(account)?);
        let mut request = UpdateRequest { id, account_number, ..UpdateRequest::default() };
        for word in words {
            let short = || u32::try_from(word.number()?).map_err(|_| format!("'{}' is too large", word.name));
            match word.name.as_str() {
                "overdraft" => {
                    request.overdraft_limit = word.number()?;
                    request.changes |= QENEX_UPDATE_OVERDRAFT_LIMIT;
                }
                "spending" => {
                    let (limit, window) = word.text()?.split_once('/').ok_or("a limit is LIMIT/WINDOW")?;
                    request.spending_limit = amount(limit)?;
                    request.spending_window = u32::try_from(amount(window)?).map_err(|_| "the window is too long")?;
                    request.changes |= QENEX_UPDATE_SPENDING_LIMIT;
                }
                "owner" => {
                    request.owner = user(word.text()?)?.uid;
                    request.changes |= QENEX_UPDATE_OWNER;
                }
                "unknown" => request.changes |= 1 << 31,
                "code" => request.code = short()?,
                "reference" => request.reference = Id::from_u128(word.number()?.into()),
                "reserved" => request.reserved = 1,
                "reserved2" => request.reserved2 = 1,
                "reserved3" => request.reserved3[2] = 1,
                "overdraft_unasked" => request.overdraft_limit = word.number()?,
                "limit_unasked" => request.spending_limit = word.number()?,
                "window_unasked" => request.spending_window = short()?,
                "owner_unasked" => request.owner = user(word.text()?)?.uid,
                name => request.changes |= change(name).expect("checked by the parser"),
            }
        }
        let before = self.state();
        let code = self.ledger.update_account(&mut request, &self.caller(), self.now);
        if code as u32 != request.result {
            return Err(format!("returned {code}, but {} is in the request", request.result));
        }
        let told = (request.sequence, request.timestamp);
        match code {
            ResultCode::Ok => {
                if request.sequence != before.2 + 1 || request.timestamp < self.now {
                    return Err(format!("expected sequence number {}: {request:?}", before.2 + 1));
                }
                self.done.insert(request.id, told);
            }
            ResultCode::Exists if self.done[&request.id] != told => {
                return Err(format!("exists as {:?}, told {request:?}", self.done[&request.id]));
            }
            ResultCode::Exists => {}
            _ if told != (0, 0) => return Err(format!("refused, but told {request:?}")),
            _ if self.state() != before => return Err("the refusal left something".to_owned()),
            _ => {}
        }
        self.met(expected.code, request.result)
    }

    fn item(&mut self, row: &ItemRow) -> Result<Transfer, String> {
        let mut item = Transfer {
            id: self.id(&row.id),
            from_account: self.account(&row.from)?,
            to_account: self.account(&row.to)?,
            amount: row.amount,
            currency: row.currency,
            flags: row.flags,
            related_id: self.id(&row.related),
            timeout: row.timeout,
            ..Transfer::default()
        };
        for word in &row.words {
            match word.name.as_str() {
                "reserved" => item.reserved = word.number()?,
                "code" => item.code = u32::try_from(word.number()?).map_err(|_| "the code is too large")?,
                "reference" => item.reference = Id::from_u128(word.number()?.into()),
                _ => unreachable!("checked by the parser"),
            }
        }
        Ok(item)
    }

    /// Sends the chain, or the item, and checks every result.
    fn send(&mut self) -> Result<(), String> {
        let chain = std::mem::take(&mut self.chain);
        let items: Vec<Transfer> = chain.iter().map(|(item, ..)| *item).collect();
        let mut results = vec![TransferResult::default(); items.len()];
        let before = self.state();
        let caller = self.caller();
        match items[..] {
            [item] if self.way == Way::Call => {
                let mut request = TransferRequest::new(item);
                self.ledger.transfer(&mut request, &caller, self.now);
                results[0] = request.outcome();
            }
            _ => {
                self.batch.run(&self.ledger, &items, &mut results, &caller, self.now);
            }
        }
        let mut sequence = before.2;
        for ((item, expected, place), result) in chain.iter().zip(&results) {
            let checked = self.met(expected.code, result.result).and_then(|()| {
                let found = (result.sequence, result.timestamp);
                if expected.code == ResultCode::Ok {
                    sequence += 1;
                    self.done.insert(item.id, found);
                    if result.sequence != sequence || result.timestamp < self.now {
                        return Err(format!("expected sequence number {sequence}: {result:?}"));
                    }
                } else if expected.code == ResultCode::Exists {
                    if self.done[&item.id] != found {
                        return Err(format!("exists as {:?}, told {result:?}", self.done[&item.id]));
                    }
                } else if found != (0, 0) || result.moved != 0 {
                    return Err(format!("refused, but told {result:?}"));
                }
                let plain = item.flags & !(QENEX_TRANSFER_LINKED | QENEX_TRANSFER_HOLD | QENEX_TRANSFER_DURABLE) == 0;
                let moved = expected.moved.or((expected.code == ResultCode::Ok && plain).then_some(item.amount));
                match moved {
                    Some(moved) if moved != result.moved => Err(format!("expected {moved} to move: {result:?}")),
                    _ => Ok(()),
                }
            });
            checked.map_err(|problem| format!("{place}\n    {problem}"))?;
        }
        let after = self.state();
        if sequence == before.2 && (&after.0, after.1) != (&before.0, before.1) {
            return Err("the refusal left something".to_owned());
        }
        let used_up = items.iter().any(|item| item.flags & QENEX_TRANSFER_ID_ONCE != 0);
        if after.2 != sequence && !used_up {
            return Err(format!("the journal is at {}, not at {sequence}", after.2));
        }
        Ok(())
    }

    fn balance(&self, name: &str, words: &[Word]) -> Result<(), String> {
        let account = self.read(self.account(name)?, user("operator")?)?;
        for word in words {
            let (wanted, found) = match word.name.as_str() {
                "posted" => (word.text()?, format!("{}/{}", account.debits_posted, account.credits_posted)),
                "held" => (word.text()?, format!("{}/{}", account.debits_held, account.credits_held)),
                "available" => (word.text()?, account.available.to_string()),
                "state" => (word.text()?, state_names(account.flags)),
                "owner" => {
                    let owner = user(word.text()?)?.uid;
                    (
                        word.text()?,
                        if owner == account.owner { word.text()?.to_owned() } else { account.owner.to_string() },
                    )
                }
                "overdraft" => (word.text()?, account.overdraft_limit.to_string()),
                _ => {
                    let index = AccountNumber::new(account.account_number).ok_or("no account")?.index();
                    let saved = self.ledger.saved_account(index).ok_or("no account")?;
                    (word.text()?, format!("{}/{}", saved.spent, saved.spending_limit))
                }
            };
            if wanted != found {
                return Err(format!("expected {}={wanted}, found {found}", word.name));
            }
        }
        Ok(())
    }

    /// Two accounts between which nothing can be moved by the operator.
    fn two_accounts(&self) -> Result<(u64, u64, u32), String> {
        let (mut accounts, ..) = self.state();
        let shut = QENEX_ACCOUNT_DEBITS_FROZEN | QENEX_ACCOUNT_CREDITS_FROZEN | QENEX_ACCOUNT_CLOSED;
        accounts.retain(|account| account.flags & shut == 0);
        let pair = accounts.iter().find_map(|from| {
            let fits = |to: &&Account| to.currency == from.currency && to.account_number > from.account_number;
            Some((from.account_number, accounts.iter().find(fits)?.account_number, from.currency))
        });
        pair.ok_or("there are no two accounts of one currency".to_owned())
    }

    fn nothing(&mut self, linked: bool) -> Result<Transfer, String> {
        let (from_account, to_account, currency) = self.two_accounts()?;
        self.filled += 1;
        let id = Id { low: self.filled, high: 8 };
        let flags = QENEX_TRANSFER_ZERO_AMOUNT | if linked { QENEX_TRANSFER_LINKED } else { 0 };
        Ok(Transfer { id, from_account, to_account, currency, flags, ..Transfer::default() })
    }

    fn fill(&mut self, room: u64) -> Result<(), String> {
        let operator = Caller { uid: 0, operator: true };
        let item = self.nothing(false)?;
        let used = self.ledger.info().sequence - self.released;
        let count = (Config::JOURNAL_MIN - used).checked_sub(room).ok_or("it is fuller than that already")?;
        for _ in 0..count {
            self.filled += 1;
            let id = Id { low: self.filled, high: 8 };
            let mut request = TransferRequest::new(Transfer { id, ..item });
            match self.ledger.transfer(&mut request, &operator, self.now) {
                ResultCode::Ok => {}
                code => return Err(format!("cannot be filled: {code}")),
            }
        }
        Ok(())
    }

    fn long_chain(&mut self, len: u64, expected: &Expected) -> Result<(), String> {
        let items = (1..=len).map(|place| self.nothing(place < len)).collect::<Result<Vec<_>, _>>()?;
        let mut results = vec![TransferResult::default(); items.len()];
        self.batch.run(&self.ledger, &items, &mut results, &Caller { uid: 0, operator: true }, self.now);
        let accepted = expected.code == ResultCode::Ok;
        let rest = if accepted { ResultCode::Ok } else { ResultCode::LinkedItemFailed };
        if let Some(result) = results.iter().skip(1).find(|result| result.result != rest as u32) {
            return Err(format!("expected {rest} of all but the first: {result:?}"));
        }
        self.met(expected.code, results[0].result)
    }
}

/// The state bits that are set, by name.
fn state_names(flags: u32) -> String {
    let bits = [
        (QENEX_ACCOUNT_DEBITS_FROZEN, "debits_frozen"),
        (QENEX_ACCOUNT_CREDITS_FROZEN, "credits_frozen"),
        (QENEX_ACCOUNT_CLOSED, "closed"),
        (QENEX_ACCOUNT_SPENDING_LIMITED, "spending_limited"),
    ];
    let names: Vec<&str> = bits.into_iter().filter(|(bit, _)| flags & bit != 0).map(|(_, name)| name).collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(",")
    }
}
