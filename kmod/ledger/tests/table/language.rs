// SPDX-License-Identifier: MIT OR GPL-2.0

//! The language of the tables: what its rows mean and how they are read. `run.rs` runs them.
//!
//! One row is one item and what is expected of it, in the order of the wire struct's fields; `_` is zero or none:
//!
//! ```text
//! ledger accounts=8 holds=2                          a new ledger of this size; names begin anew
//! as alice                                           who asks: operator, alice, bob or carol
//! account A USD balance=100 -> ok                    opens an account; "-> ok" may be left out
//! #         id from to amount currency related timeout words
//! transfer  T1 A    B     100 USD      _       _       -> ok
//! hold      T2 A    B      15 USD      _       10      -> ok
//! post      T3 _    _      13 _        T2      _       -> ok
//! void      T4 _    _       _ _        T2      _       -> hold_already_posted
//! reverse   T5 _    _     all _        T1      _       -> ok moved=100
//! update    U1 A freeze_debits spending=100/60       -> ok
//! tick 10s                                           lets the time pass
//! balance A posted=113/0 held=0/0 available=87       debits/credits of the counters
//! balance A state=debits_frozen,spending_limited     the state bits; "none" if none is set
//! balance A owner=alice overdraft=5 spent=30/100     what was spent of the limit in the window it was last used in
//! read A -> not_account_owner                        what a read of the account answers
//! release                                            the journal is stored so far
//! fill 1                                             the journal is filled until one entry has room
//! chain 65 -> chain_too_long                         so many linked transfers of nothing, and the first one's result
//! ascending … end                                    the codes between them ascend strictly, but for ok
//! ```
//!
//! Words after the columns of an item: `linked` (goes together with the next row), `open` (linked, but the last),
//! `hold`, `post`, `void`, `reverse` (a second action), `up_to`, `zero`, `once`, `durable`, `unknown` (a flag that does
//! not exist), `reserved=`, `code=`, `reference=`. Of an account: `id=`, `balance=`, `overdraft=`, `type=`, `owner=`,
//! `owner_unasked=` (without the flag that it is given), `unlimited`, `unknown`, `code=`, `reference=`, `reserved=`,
//! `reserved2=`, `reserved3=`. Of an update, which has only an id and an account before them: `freeze_debits`,
//! `unfreeze_debits`, `freeze_credits`, `unfreeze_credits`, `close`, `reopen`, `overdraft=`, `spending=LIMIT/WINDOW`,
//! `owner=`, `unknown`, `code=`, `reference=`, `reserved=`, `reserved2=`, `reserved3=`, and `overdraft_unasked=`,
//! `limit_unasked=`, `window_unasked=`, `owner_unasked=` (without the change that they belong to).
//!
//! Accounts: a name, `NAME?` with a wrong digit, `missing1`, `missing2` (well formed, not there), `cash:USD`. Ids: a
//! name or `reserved`. Amounts: a number, `max` or `all` (2^64 - 1), `half` (2^63), each with `-N`. Currencies: letters
//! or number.

#[path = "run.rs"]
pub(crate) mod run;

use qenex_abi::*;

/// A row and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) number: usize,
    pub(crate) text: String,
    pub(crate) row: Row,
}

/// What a row says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Row {
    Ledger { accounts: u64, holds: u64 },
    As(User),
    Account { name: String, currency: u32, words: Vec<Word>, expected: Expected },
    Item { item: ItemRow, expected: Expected },
    Update { id: String, account: String, words: Vec<Word>, expected: Expected },
    Tick(u64),
    Balance { name: String, words: Vec<Word> },
    Read { name: String, expected: Expected },
    Release,
    Fill(u64),
    Chain { len: u64, expected: Expected },
    Ascending,
    End,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct User {
    pub(crate) uid: u32,
    pub(crate) operator: bool,
}

/// A word after the columns, with its value if it has one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Word {
    pub(crate) name: String,
    pub(crate) value: Option<String>,
}

/// The columns of an item. Names are not looked up yet.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ItemRow {
    pub(crate) id: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) amount: u64,
    pub(crate) currency: u32,
    pub(crate) related: String,
    pub(crate) timeout: u32,
    pub(crate) flags: u32,
    /// Whether the next row belongs to the same chain.
    pub(crate) goes_on: bool,
    pub(crate) words: Vec<Word>,
}

/// What is expected.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expected {
    pub(crate) code: ResultCode,
    pub(crate) moved: Option<u64>,
}

/// Reads a table. The message of an error names file, line and what is wrong there.
pub(crate) fn parse(file: &str, text: &str) -> Result<Vec<Line>, String> {
    let mut lines = Vec::new();
    for (place, text) in text.lines().enumerate() {
        let row = text.split('#').next().unwrap_or("").trim();
        if row.is_empty() {
            continue;
        }
        let number = place + 1;
        let row = parse_row(row).map_err(|problem| format!("{file}:{number}: {problem}\n    {text}"))?;
        lines.push(Line { number, text: text.to_owned(), row });
    }
    Ok(lines)
}

fn parse_row(text: &str) -> Result<Row, String> {
    let (left, right) = match text.split_once("->") {
        Some((left, right)) => (left, Some(right)),
        None => (text, None),
    };
    let mut fields = left.split_whitespace();
    let verb = fields.next().ok_or("nothing before '->'")?;
    let mut next = |what: &str| fields.next().ok_or(format!("'{verb}' lacks {what}"));
    let must_expect = || right.map(expected).ok_or(format!("'{verb}' lacks '-> result'"))?;
    let row = match verb {
        "ledger" => {
            let (mut accounts, mut holds) = (64, 64);
            for word in words(fields.by_ref()) {
                match word.name.as_str() {
                    "accounts" => accounts = word.number()?,
                    "holds" => holds = word.number()?,
                    _ => return Err(word.unknown(verb)),
                }
            }
            Row::Ledger { accounts, holds }
        }
        "as" => Row::As(user(next("who")?)?),
        "account" => {
            let (name, currency) = (next("a name")?.to_owned(), currency(next("a currency")?)?);
            let words = words(fields.by_ref());
            const KNOWN: &[&str] = &[
                "id",
                "balance",
                "overdraft",
                "type",
                "owner",
                "owner_unasked",
                "unlimited",
                "unknown",
                "code",
                "reference",
                "reserved",
                "reserved2",
                "reserved3",
            ];
            if let Some(word) = words.iter().find(|word| !KNOWN.contains(&word.name.as_str())) {
                return Err(word.unknown(verb));
            }
            let expected = right.map_or(Ok(Expected { code: ResultCode::Ok, moved: None }), expected)?;
            Row::Account { name, currency, words, expected }
        }
        "transfer" | "hold" | "post" | "void" | "reverse" => {
            let mut item = ItemRow {
                id: next("an id")?.to_owned(),
                from: next("the account debited")?.to_owned(),
                to: next("the account credited")?.to_owned(),
                amount: amount(next("an amount")?)?,
                currency: currency(next("a currency")?)?,
                related: next("a related id")?.to_owned(),
                timeout: u32::try_from(amount(next("a timeout")?)?).map_err(|_| "the timeout is too long")?,
                flags: action(verb).unwrap_or(0),
                goes_on: false,
                words: Vec::new(),
            };
            for word in words(fields.by_ref()) {
                match word.name.as_str() {
                    "linked" => (item.goes_on, item.flags) = (true, item.flags | QENEX_TRANSFER_LINKED),
                    "open" => item.flags |= QENEX_TRANSFER_LINKED,
                    "up_to" => item.flags |= QENEX_TRANSFER_UP_TO,
                    "zero" => item.flags |= QENEX_TRANSFER_ZERO_AMOUNT,
                    "once" => item.flags |= QENEX_TRANSFER_ID_ONCE,
                    "durable" => item.flags |= QENEX_TRANSFER_DURABLE,
                    "unknown" => item.flags |= 1 << 31,
                    "reserved" | "code" | "reference" => item.words.push(word),
                    other => item.flags |= action(other).ok_or_else(|| word.unknown(verb))?,
                }
            }
            Row::Item { item, expected: must_expect()? }
        }
        "update" => {
            let (id, account) = (next("an id")?.to_owned(), next("an account")?.to_owned());
            let words = words(fields.by_ref());
            const KNOWN: &[&str] = &[
                "overdraft",
                "spending",
                "owner",
                "unknown",
                "code",
                "reference",
                "reserved",
                "reserved2",
                "reserved3",
                "overdraft_unasked",
                "limit_unasked",
                "window_unasked",
                "owner_unasked",
            ];
            let unknown = |word: &&Word| !KNOWN.contains(&word.name.as_str()) && change(&word.name).is_none();
            if let Some(word) = words.iter().find(unknown) {
                return Err(word.unknown(verb));
            }
            Row::Update { id, account, words, expected: must_expect()? }
        }
        "tick" => {
            let text = next("how long")?;
            let seconds = text.strip_suffix('s').ok_or(format!("'{text}' is not a time such as 10s"))?;
            Row::Tick(amount(seconds)?)
        }
        "balance" => {
            let name = next("a name")?.to_owned();
            let words = words(fields.by_ref());
            const KNOWN: &[&str] = &["posted", "held", "available", "state", "owner", "overdraft", "spent"];
            if let Some(word) = words.iter().find(|word| !KNOWN.contains(&word.name.as_str())) {
                return Err(word.unknown(verb));
            }
            Row::Balance { name, words }
        }
        "read" => Row::Read { name: next("a name")?.to_owned(), expected: must_expect()? },
        "release" => Row::Release,
        "fill" => Row::Fill(amount(next("how many entries are to have room")?)?),
        "chain" => Row::Chain { len: amount(next("a length")?)?, expected: must_expect()? },
        "ascending" => Row::Ascending,
        "end" => Row::End,
        _ => return Err(format!("'{verb}' is no row")),
    };
    match fields.next() {
        Some(extra) => Err(format!("'{extra}' is too much for '{verb}'")),
        None => Ok(row),
    }
}

fn action(name: &str) -> Option<u32> {
    match name {
        "hold" => Some(QENEX_TRANSFER_HOLD),
        "post" => Some(QENEX_TRANSFER_POST_HOLD),
        "void" => Some(QENEX_TRANSFER_VOID_HOLD),
        "reverse" => Some(QENEX_TRANSFER_REVERSE),
        _ => None,
    }
}

/// The changes of an update that need no value.
pub(crate) fn change(name: &str) -> Option<u32> {
    match name {
        "freeze_debits" => Some(QENEX_UPDATE_FREEZE_DEBITS),
        "unfreeze_debits" => Some(QENEX_UPDATE_UNFREEZE_DEBITS),
        "freeze_credits" => Some(QENEX_UPDATE_FREEZE_CREDITS),
        "unfreeze_credits" => Some(QENEX_UPDATE_UNFREEZE_CREDITS),
        "close" => Some(QENEX_UPDATE_CLOSE),
        "reopen" => Some(QENEX_UPDATE_REOPEN),
        _ => None,
    }
}

fn expected(text: &str) -> Result<Expected, String> {
    let mut fields = text.split_whitespace();
    let name = fields.next().ok_or("nothing after '->'")?;
    let code = ResultCode::ALL.iter().find(|code| code.name() == name);
    let code = *code.ok_or(format!("'{name}' is no result code"))?;
    let mut moved = None;
    for word in words(&mut fields) {
        match word.name.as_str() {
            "moved" => moved = Some(word.number()?),
            _ => return Err(word.unknown("->")),
        }
    }
    Ok(Expected { code, moved })
}

fn words<'a>(fields: impl Iterator<Item = &'a str>) -> Vec<Word> {
    let word = |field: &str| match field.split_once('=') {
        Some((name, value)) => Word { name: name.to_owned(), value: Some(value.to_owned()) },
        None => Word { name: field.to_owned(), value: None },
    };
    fields.map(word).collect()
}

impl Word {
    fn unknown(&self, verb: &str) -> String {
        format!("'{}' is no word of '{verb}'", self.name)
    }

    pub(crate) fn text(&self) -> Result<&str, String> {
        self.value.as_deref().ok_or(format!("'{}' lacks a value", self.name))
    }

    pub(crate) fn number(&self) -> Result<u64, String> {
        amount(self.text()?)
    }
}

/// The users of the tables.
pub(crate) fn user(name: &str) -> Result<User, String> {
    match name {
        "operator" => Ok(User { uid: 0, operator: true }),
        "alice" => Ok(User { uid: 1000, operator: false }),
        "bob" => Ok(User { uid: 1001, operator: false }),
        "carol" => Ok(User { uid: 1002, operator: false }),
        _ => Err(format!("'{name}' is nobody")),
    }
}

/// A number, `_`, or a large one and how much below it.
pub(crate) fn amount(text: &str) -> Result<u64, String> {
    let number = |text: &str| match text {
        "_" => Ok(0),
        "max" | "all" => Ok(u64::MAX),
        "half" => Ok(1 << 63),
        _ => text.parse().map_err(|_| format!("'{text}' is no amount")),
    };
    match text.split_once('-') {
        None => number(text),
        Some((whole, less)) => number(whole)?.checked_sub(number(less)?).ok_or(format!("'{text}' is below zero")),
    }
}

fn currency(text: &str) -> Result<u32, String> {
    let letters = || Currency::from_alpha(text).map(|currency| u32::from(currency.numeric));
    match text {
        "_" => Ok(0),
        _ => text.parse().ok().or_else(letters).ok_or(format!("'{text}' is no currency")),
    }
}

/// Rows that are wrong, and what is said of them.
#[test]
fn bad_rows_are_named() {
    let problem = |row: &str| parse("some.table", row).expect_err("a bad row");
    for (row, part) in [
        ("transfre T1 A B 1 USD _ _ -> ok", "'transfre' is no row"),
        ("transfer T1 A B 1 USD _ -> ok", "'transfer' lacks a timeout"),
        ("transfer T1 A B 1 USD _ _", "'transfer' lacks '-> result'"),
        ("transfer T1 A B 1 USD _ _ -> fine", "'fine' is no result code"),
        ("transfer T1 A B one USD _ _ -> ok", "'one' is no amount"),
        ("transfer T1 A B 1-2 USD _ _ -> ok", "'1-2' is below zero"),
        ("transfer T1 A B 1 US$ _ _ -> ok", "'US$' is no currency"),
        ("transfer T1 A B 1 USD _ _ linkd -> ok", "'linkd' is no word of 'transfer'"),
        ("transfer T1 A B 1 USD _ _ -> ok moved", "'moved' lacks a value"),
        ("account A USD blance=1", "'blance' is no word of 'account'"),
        ("update U1 A freeze -> ok", "'freeze' is no word of 'update'"),
        ("update U1 A freeze_debits", "'update' lacks '-> result'"),
        ("as mallory", "'mallory' is nobody"),
        ("tick 10", "'10' is not a time such as 10s"),
        ("release now", "'now' is too much for 'release'"),
        ("-> ok", "nothing before '->'"),
    ] {
        let problem = problem(row);
        assert!(problem.starts_with("some.table:1: ") && problem.contains(part), "{row}: {problem}");
    }
}
