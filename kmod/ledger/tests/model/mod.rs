// SPDX-License-Identifier: MIT OR GPL-2.0

//! A ledger as a book-keeper would describe it, to compare the real one with.
//!
//! It shares nothing with the ledger but the wire structs and the names of the result codes, and it is built the other
//! way round wherever that is possible, so that the same mistake is unlikely to be made twice:
//!
//! * Arithmetic is on `i128`, which no sum of `u64` leaves; whether a counter overflows is asked afterwards.
//! * All rules are asked always. An item collects *every* code that speaks against it, and the one with the smallest
//!   number is its result: the documented order of precedence *is* the order of the enum, and no check is placed.
//! * Nothing is remembered of a hold or a posting but its event in the log; what became of it is looked up among the
//!   later events that name it.
//! * A chain is done item by item for real and taken back if one fails.

// Each test uses a part of the model.
#![allow(dead_code)]

use std::collections::{BTreeMap, BTreeSet};

use qenex_abi::*;

/// Most items in a chain.
const CHAIN_MAX: usize = 64;
/// The types that only the bank itself opens start here (loans and below are customers').
const CUSTOMER_TYPES: std::ops::RangeInclusive<u32> = 0..=2;
/// The cash account's type, which nobody may ask for; all known types are below.
const CASH: u32 = 8;
/// The types of which a debit is the normal thing: loan, expense, cash.
const DEBIT_NORMAL: [u32; 3] = [2, 5, 8];
/// Nanoseconds in a second.
const SECOND: u64 = 1_000_000_000;

/// Who asks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Who {
    /// User id.
    pub(crate) uid: u32,
    /// Whether with the operator right.
    pub(crate) operator: bool,
}

/// How much fits in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Accounts, cash accounts included.
    pub(crate) accounts: u64,
    /// Open holds.
    pub(crate) holds: u64,
    /// Entries that are remembered.
    pub(crate) window: u64,
}

/// An account.
#[derive(Clone, Debug)]
pub(crate) struct Book {
    pub(crate) owner: u32,
    pub(crate) currency: u32,
    pub(crate) kind: u32,
    pub(crate) unlimited: bool,
    pub(crate) debits_frozen: bool,
    pub(crate) credits_frozen: bool,
    pub(crate) closed: bool,
    pub(crate) limit: Option<Limit>,
    pub(crate) overdraft: i128,
    pub(crate) debits: i128,
    pub(crate) credits: i128,
    pub(crate) debits_held: i128,
    pub(crate) credits_held: i128,
    pub(crate) changed: u64,
    pub(crate) opened: u64,
    pub(crate) reference: Id,
    pub(crate) code: u32,
}

impl Book {
    /// What is there to be spent; means nothing on an unlimited account.
    pub(crate) fn available(&self) -> i128 {
        self.credits - self.debits - self.debits_held + self.overdraft
    }

    fn counters(&self) -> Counters {
        let fit = |value: i128| u64::try_from(value).expect("the model's counters stay in range");
        Counters {
            debits_posted: fit(self.debits),
            credits_posted: fit(self.credits),
            debits_held: fit(self.debits_held),
            credits_held: fit(self.credits_held),
        }
    }
}

/// A limit on spending. How much of it is used is not remembered: it follows from the events.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    pub(crate) most: u64,
    /// In seconds.
    pub(crate) window: u32,
    /// The event that set it.
    pub(crate) since: u64,
}

impl Limit {
    /// When the window began that this time belongs to, in seconds.
    fn begin_of(&self, time: u64) -> u64 {
        time / SECOND / u64::from(self.window) * u64::from(self.window)
    }
}

/// What an event was.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum What {
    Opening,
    Posting,
    Hold,
    HoldPosted,
    HoldVoided,
    HoldExpired,
    Reversal,
    IdUsedUp,
    Update,
}

impl What {
    fn kind(self) -> u16 {
        match self {
            What::Opening => 1,
            What::Posting => 2,
            What::Hold => 3,
            What::HoldPosted => 4,
            What::HoldVoided => 5,
            What::HoldExpired => 6,
            What::Reversal => 7,
            What::IdUsedUp => 8,
            What::Update => 9,
        }
    }
}

/// Something that happened: what the journal's entry should say. `id` is zero until it is known which one was made.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) what: What,
    pub(crate) entry: JournalEntry,
}

/// The answer to an item.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Answer {
    pub(crate) code: ResultCode,
    pub(crate) sequence: u64,
    pub(crate) timestamp: u64,
    pub(crate) moved: u64,
}

impl Answer {
    fn refused(code: ResultCode) -> Answer {
        Answer { code, sequence: 0, timestamp: 0, moved: 0 }
    }
}

/// The answer to an opening.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Opened {
    pub(crate) code: ResultCode,
    pub(crate) number: u64,
    pub(crate) sequence: u64,
    pub(crate) timestamp: u64,
}

/// What an item would do.
struct Act {
    what: What,
    from: u64,
    to: u64,
    moved: u64,
    requested: u64,
    currency: u32,
    /// The sequence number of the hold that ends, and how much is let go.
    ends: Option<(u64, u64)>,
}

/// The ledger.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    limits: Limits,
    /// By number.
    pub(crate) books: BTreeMap<u64, Book>,
    /// The cash account's number, by currency.
    cash: BTreeMap<u32, u64>,
    /// Everything that happened; the event with sequence number `n` at `n - 1`.
    pub(crate) log: Vec<Event>,
    /// All events of an id, oldest first.
    names: BTreeMap<Id, Vec<u64>>,
    /// All events that settle or reverse what has this id, oldest first.
    about: BTreeMap<Id, Vec<u64>>,
    /// Sequence numbers of the holds that are open.
    pub(crate) open_holds: BTreeSet<u64>,
    /// The time of the last change.
    time: u64,
    /// Events up to this one have been stored.
    released: u64,
    /// How often each code was the answer.
    pub(crate) seen: BTreeMap<ResultCode, u64>,
}

/// The number of the account with this index, check digits by the book: append 00, take modulo 97, subtract from 98.
pub(crate) fn account_number(index: u64) -> u64 {
    let digits = u128::from(index) * 100;
    u64::try_from(digits + 98 - digits % 97).expect("18 digits")
}

/// Whether the check digits of a number are right and it is not too long.
fn is_well_formed(number: u64) -> bool {
    number >= 100 && number / 100 < 10_u64.pow(16) && account_number(number / 100) == number
}

impl Model {
    pub(crate) fn new(limits: Limits) -> Model {
        Model {
            limits,
            books: BTreeMap::new(),
            cash: BTreeMap::new(),
            log: Vec::new(),
            names: BTreeMap::new(),
            about: BTreeMap::new(),
            open_holds: BTreeSet::new(),
            time: 0,
            released: 0,
            seen: BTreeMap::new(),
        }
    }

    /// The last sequence number.
    pub(crate) fn sequence(&self) -> u64 {
        self.log.len() as u64
    }

    /// The time of the last change.
    pub(crate) fn time(&self) -> u64 {
        self.time
    }

    /// Everything so far has been stored.
    pub(crate) fn release(&mut self) {
        self.released = self.sequence();
    }

    /// Entries that can still be written before some are released.
    pub(crate) fn room(&self) -> u64 {
        self.limits.window - (self.sequence() - self.released)
    }

    /// The event with this number.
    pub(crate) fn event(&self, sequence: u64) -> &Event {
        &self.log[usize::try_from(sequence - 1).expect("small")]
    }

    /// The ledger made this id for an event that came without one.
    pub(crate) fn adopt(&mut self, sequence: u64, id: Id) {
        let event = &mut self.log[usize::try_from(sequence - 1).expect("small")];
        assert!(event.entry.id.is_none() && id.is_reserved(), "an id of its own for {event:?}: {id:?}");
        event.entry.id = id;
        let name = self.names.entry(id).or_default();
        assert!(name.is_empty(), "{id:?} was made twice");
        name.push(sequence);
    }

    /// Opens an account.
    pub(crate) fn open(&mut self, request: &AccountRequest, who: Who, now: u64) -> Opened {
        let opened = self.try_open(request, who, now);
        *self.seen.entry(opened.code).or_default() += 1;
        opened
    }

    fn try_open(&mut self, request: &AccountRequest, who: Who, now: u64) -> Opened {
        let unlimited = request.flags & QENEX_ACCOUNT_UNLIMITED != 0;
        let given = request.flags & QENEX_ACCOUNT_OWNER_GIVEN != 0;
        let owner = if given { request.owner } else { who.uid };
        let refused = |code| Opened { code, number: 0, sequence: 0, timestamp: 0 };
        let mut against = Against::default();
        against.when(
            request.reserved != 0 || request.reserved2 != 0 || request.reserved3 != [0; 3],
            ResultCode::ReservedMustBeZero,
        );
        against.when(request.flags > 3, ResultCode::FlagsMustBeKnown);
        against.when(request.id.high == u64::MAX, ResultCode::IdMustNotBeReserved);
        if let Some(event) = self.on_record(request.id, self.sequence()) {
            let (event, entry) = (event.what, event.entry);
            if event == What::IdUsedUp {
                against.when(true, ResultCode::IdUsedUp);
            } else {
                let same_kind = event == What::Opening && entry.flags == request.flags;
                against.when(!same_kind, ResultCode::ExistsWithDifferentFlags);
                against.when(entry.amount != request.initial_balance, ResultCode::ExistsWithDifferentAmount);
                against.when(entry.currency != request.currency, ResultCode::ExistsWithDifferentCurrency);
                against.when(entry.code != request.code, ResultCode::ExistsWithDifferentCode);
                against.when(entry.reference != request.reference, ResultCode::ExistsWithDifferentReference);
                against.when(entry.timeout != request.account_type, ResultCode::ExistsWithDifferentAccountType);
                against.when(entry.owner != owner, ResultCode::ExistsWithDifferentOwner);
                against.when(entry.requested != request.overdraft_limit, ResultCode::ExistsWithDifferentOverdraftLimit);
                against.when(true, ResultCode::Exists);
            }
            let code = against.strongest().expect("exists at least");
            if code != ResultCode::Exists {
                return refused(code);
            }
            return Opened { code, number: entry.to_account, sequence: entry.sequence, timestamp: entry.timestamp };
        }
        let known = Currency::ALL.iter().any(|currency| u32::from(currency.numeric) == request.currency);
        against.when(request.currency == 0, ResultCode::CurrencyMustNotBeZero);
        against.when(!known, ResultCode::CurrencyUnknown);
        against.when(request.account_type >= CASH, ResultCode::AccountTypeUnknown);
        against.when(!given && request.owner != 0, ResultCode::OwnerMustBeZero);
        let special = unlimited
            || request.initial_balance > 0
            || request.overdraft_limit > 0
            || owner != who.uid
            || !CUSTOMER_TYPES.contains(&request.account_type);
        against.when(special && !who.operator, ResultCode::OperatorRightRequired);
        let amount = i128::from(request.initial_balance);
        let cash = self.cash.get(&request.currency).copied();
        if let Some(cash) = cash.map(|number| &self.books[&number]) {
            against.when(too_much(cash.debits + amount), ResultCode::OverflowsDebitsPosted);
            against.when(too_much(cash.debits + cash.debits_held + amount), ResultCode::OverflowsDebits);
        }
        let accounts = self.books.len() as u64 + 1 + u64::from(cash.is_none());
        against.when(accounts > self.limits.accounts, ResultCode::AccountsFull);
        let entries = 1 + u64::from(cash.is_none()) + u64::from(amount > 0);
        against.when(entries > self.room(), ResultCode::JournalFull);
        if let Some(code) = against.strongest() {
            return refused(code);
        }

        self.time = self.time.max(now);
        let blank = JournalEntry { currency: request.currency, actor: who.uid, ..JournalEntry::default() };
        let book = Book {
            owner,
            currency: request.currency,
            kind: request.account_type,
            unlimited,
            debits_frozen: false,
            credits_frozen: false,
            closed: false,
            limit: None,
            overdraft: i128::from(request.overdraft_limit),
            debits: 0,
            credits: 0,
            debits_held: 0,
            credits_held: 0,
            changed: 0,
            opened: self.time,
            reference: request.reference,
            code: request.code,
        };
        let cash = cash.unwrap_or_else(|| {
            let number = account_number(self.books.len() as u64 + 1);
            let event = JournalEntry { to_account: number, flags: 1, timeout: CASH, account_flags: 1, ..blank };
            let changed = self.happen(What::Opening, event);
            let (kind, reference) = (CASH, Id::NONE);
            let cash =
                Book { owner: 0, unlimited: true, overdraft: 0, code: 0, kind, reference, changed, ..book.clone() };
            self.books.insert(number, cash);
            self.cash.insert(request.currency, number);
            number
        });
        let number = account_number(self.books.len() as u64 + 1);
        let event = JournalEntry {
            id: request.id,
            to_account: number,
            amount: request.initial_balance,
            requested: request.overdraft_limit,
            reference: request.reference,
            flags: request.flags,
            code: request.code,
            timeout: request.account_type,
            account_flags: u16::from(unlimited),
            owner,
            ..blank
        };
        let sequence = self.happen(What::Opening, event);
        self.books.insert(number, Book { changed: sequence, ..book });
        if amount > 0 {
            let (moved, currency) = (request.initial_balance, request.currency);
            let act =
                Act { what: What::Posting, from: cash, to: number, moved, requested: moved, currency, ends: None };
            self.perform(&act, blank);
        }
        Opened { code: ResultCode::Ok, number, sequence, timestamp: self.time }
    }

    /// Changes an account. Nothing is ever moved by it.
    pub(crate) fn update(&mut self, request: &UpdateRequest, who: Who, now: u64) -> Answer {
        let answer = self.try_update(request, who, now);
        *self.seen.entry(answer.code).or_default() += 1;
        answer
    }

    fn try_update(&mut self, request: &UpdateRequest, who: Who, now: u64) -> Answer {
        let asked = |change| request.changes & change != 0;
        let mut against = Against::default();
        let out_of_place = [
            (QENEX_UPDATE_OVERDRAFT_LIMIT, request.overdraft_limit > 0),
            (QENEX_UPDATE_SPENDING_LIMIT, request.spending_limit > 0 || request.spending_window > 0),
            (QENEX_UPDATE_OWNER, request.owner > 0),
        ];
        let reserved = request.reserved != 0 || request.reserved2 != 0 || request.reserved3 != [0; 3];
        let out_of_place = out_of_place.iter().any(|(change, given)| *given && !asked(*change));
        against.when(reserved || out_of_place, ResultCode::ReservedMustBeZero);
        against.when(request.changes >= 1 << 9, ResultCode::FlagsMustBeKnown);
        against.when(request.id.high == u64::MAX, ResultCode::IdMustNotBeReserved);
        if let Some(event) = self.on_record(request.id, self.sequence()) {
            let (what, entry) = (event.what, event.entry);
            against.when(what == What::IdUsedUp, ResultCode::IdUsedUp);
            if what != What::IdUsedUp {
                let same_kind = what == What::Update && entry.flags == request.changes;
                let limit = (request.spending_limit, request.spending_window);
                let other = |change, differs| asked(change) && differs;
                against.when(!same_kind, ResultCode::ExistsWithDifferentFlags);
                against.when(entry.to_account != request.account_number, ResultCode::ExistsWithDifferentToAccount);
                against.when(entry.code != request.code, ResultCode::ExistsWithDifferentCode);
                against.when(entry.reference != request.reference, ResultCode::ExistsWithDifferentReference);
                let owner = other(QENEX_UPDATE_OWNER, entry.owner != request.owner);
                against.when(owner, ResultCode::ExistsWithDifferentOwner);
                let overdraft = other(QENEX_UPDATE_OVERDRAFT_LIMIT, entry.requested != request.overdraft_limit);
                against.when(overdraft, ResultCode::ExistsWithDifferentOverdraftLimit);
                let spending = other(QENEX_UPDATE_SPENDING_LIMIT, (entry.amount, entry.timeout) != limit);
                against.when(spending, ResultCode::ExistsWithDifferentSpendingLimit);
                against.when(true, ResultCode::Exists);
            }
            let code = against.strongest().expect("exists at least");
            if code != ResultCode::Exists {
                return Answer::refused(code);
            }
            return Answer { code, sequence: entry.sequence, timestamp: entry.timestamp, moved: 0 };
        }
        let both = |one, other| asked(one) && asked(other);
        let excluded = both(QENEX_UPDATE_FREEZE_DEBITS, QENEX_UPDATE_UNFREEZE_DEBITS)
            || both(QENEX_UPDATE_FREEZE_CREDITS, QENEX_UPDATE_UNFREEZE_CREDITS)
            || (asked(QENEX_UPDATE_CLOSE) || asked(QENEX_UPDATE_REOPEN)) && request.changes.count_ones() > 1;
        against.when(excluded, ResultCode::FlagsExcludeEachOther);
        against.when(request.changes == 0, ResultCode::UpdateMustNotBeEmpty);
        let endless = request.spending_limit > 0 && request.spending_window == 0;
        against.when(endless, ResultCode::SpendingWindowMustNotBeZero);
        against.when(!who.operator, ResultCode::OperatorRightRequired);
        against.when(!is_well_formed(request.account_number), ResultCode::AccountNumberInvalid);
        let Some(book) = self.books.get(&request.account_number) else {
            against.when(true, ResultCode::AccountNotFound);
            return Answer::refused(against.strongest().expect("not found at least"));
        };
        against.when(book.kind == CASH, ResultCode::AccountIsTheKernels);
        against.when(book.closed && !asked(QENEX_UPDATE_REOPEN), ResultCode::AccountIsClosed);
        against.when(!book.closed && asked(QENEX_UPDATE_REOPEN), ResultCode::AccountIsOpen);
        let below = book.available() - book.overdraft + i128::from(request.overdraft_limit) < 0 && !book.unlimited;
        against.when(asked(QENEX_UPDATE_OVERDRAFT_LIMIT) && below, ResultCode::LimitBelowUsed);
        let closes = asked(QENEX_UPDATE_CLOSE);
        against.when(closes && book.credits != book.debits, ResultCode::AccountHasBalance);
        against.when(closes && book.debits_held + book.credits_held > 0, ResultCode::AccountHasHolds);
        against.when(self.room() == 0, ResultCode::JournalFull);
        if let Some(code) = against.strongest() {
            return Answer::refused(code);
        }

        self.time = self.time.max(now);
        let sequence = self.sequence() + 1;
        let mut book = book.clone();
        book.changed = sequence;
        book.debits_frozen =
            asked(QENEX_UPDATE_FREEZE_DEBITS) || book.debits_frozen && !asked(QENEX_UPDATE_UNFREEZE_DEBITS);
        book.credits_frozen =
            asked(QENEX_UPDATE_FREEZE_CREDITS) || book.credits_frozen && !asked(QENEX_UPDATE_UNFREEZE_CREDITS);
        book.closed = asked(QENEX_UPDATE_CLOSE) || book.closed && !asked(QENEX_UPDATE_REOPEN);
        if asked(QENEX_UPDATE_OVERDRAFT_LIMIT) {
            book.overdraft = i128::from(request.overdraft_limit);
        }
        if asked(QENEX_UPDATE_OWNER) {
            book.owner = request.owner;
        }
        if asked(QENEX_UPDATE_SPENDING_LIMIT) {
            let (most, window) = (request.spending_limit, request.spending_window);
            book.limit = (window > 0).then_some(Limit { most, window, since: sequence });
        }
        let entry = JournalEntry {
            id: request.id,
            to_account: request.account_number,
            amount: book.limit.map_or(0, |limit| limit.most),
            requested: u64::try_from(book.overdraft).expect("in range"),
            reference: request.reference,
            currency: book.currency,
            flags: request.changes,
            code: request.code,
            timeout: book.limit.map_or(0, |limit| limit.window),
            account_flags: state(&book),
            actor: who.uid,
            to_after: book.counters(),
            owner: book.owner,
            ..JournalEntry::default()
        };
        self.books.insert(request.account_number, book);
        self.happen(What::Update, entry);
        Answer { code: ResultCode::Ok, sequence, timestamp: self.time, moved: 0 }
    }

    /// What the account has spent in the window that `time` belongs to, since the limit was set: transfers and holds,
    /// without what holds of the same window gave back in it.
    fn spent(&self, number: u64, limit: &Limit, time: u64) -> i128 {
        let begin = limit.begin_of(time);
        let counts =
            |event: &&Event| event.entry.sequence > limit.since && limit.begin_of(event.entry.timestamp) == begin;
        // Times never go back along the log.
        let not_before =
            |event: &&Event| event.entry.sequence > limit.since && limit.begin_of(event.entry.timestamp) >= begin;
        let recent = self.log.iter().rev().take_while(not_before).filter(counts);
        let recent = recent.filter(|event| event.entry.from_account == number);
        let change = |event: &Event| {
            let entry = &event.entry;
            let given_back = match event.what {
                What::Posting | What::Hold => return i128::from(entry.amount),
                What::HoldPosted => entry.requested - entry.amount,
                What::HoldVoided | What::HoldExpired => entry.amount,
                _ => return 0,
            };
            // The hold's event is the last of its id before the one that ended it.
            let named = self.names[&entry.related_id].iter().rev().find(|sequence| **sequence < entry.sequence);
            let hold = self.event(*named.expect("what ends was made"));
            let of_this_window = limit.begin_of(hold.entry.timestamp) == begin;
            if of_this_window && hold.entry.sequence > limit.since {
                -i128::from(given_back)
            } else {
                0
            }
        };
        let recent: Vec<&Event> = recent.collect();
        recent.into_iter().rev().fold(0, |spent, event| (spent + change(event)).max(0))
    }

    /// What is saved of an account's spending: the limit, what was spent in the window last used, when that began and
    /// how long it is.
    pub(crate) fn spending(&self, number: u64) -> (u64, u64, u64, u32) {
        let Some(limit) = self.books[&number].limit else { return (0, 0, 0, 0) };
        let spends =
            |event: &&Event| event.entry.from_account == number && matches!(event.what, What::Posting | What::Hold);
        let later = self.log.iter().rev().take_while(|event| event.entry.sequence > limit.since).find(spends);
        let last = later.unwrap_or_else(|| self.event(limit.since)).entry.timestamp;
        let spent = u64::try_from(self.spent(number, &limit, last)).expect("no more comes back than was spent");
        (limit.most, spent, limit.begin_of(last), limit.window)
    }

    /// When a hold expires, if it does.
    fn end_of(hold: &JournalEntry) -> Option<u64> {
        let after = u64::from(hold.timeout) * SECOND;
        (hold.timeout != 0).then(|| hold.timestamp.saturating_add(after))
    }

    /// How many holds are past their time.
    pub(crate) fn due(&self, now: u64) -> usize {
        let past = |sequence: &&u64| Self::end_of(&self.event(**sequence).entry).is_some_and(|end| end <= now);
        self.open_holds.iter().filter(past).count()
    }

    /// The ledger has ended the hold with this id because its time has come.
    pub(crate) fn expire(&mut self, id: Id, now: u64) {
        let hold = self.open_holds.iter().map(|sequence| self.event(*sequence).entry).find(|hold| hold.id == id);
        let hold = hold.unwrap_or_else(|| panic!("{id:?} is no open hold"));
        let ends: Vec<u64> =
            self.open_holds.iter().filter_map(|sequence| Self::end_of(&self.event(*sequence).entry)).collect();
        let end = Self::end_of(&hold).expect("it has an end");
        assert!(end <= now && ends.iter().all(|other| end <= *other), "{hold:?} is not the first to end, at {now}");
        self.time = self.time.max(now);
        let act = Act {
            what: What::HoldExpired,
            from: hold.from_account,
            to: hold.to_account,
            moved: hold.amount,
            requested: hold.amount,
            currency: hold.currency,
            ends: Some((hold.sequence, hold.amount)),
        };
        let details = JournalEntry { related_id: id, flags: QENEX_TRANSFER_VOID_HOLD, ..JournalEntry::default() };
        self.perform(&act, details);
    }

    /// Does the items together or not at all. With `open_end`, the last one wants a next one that is not there.
    pub(crate) fn run(&mut self, items: &[Transfer], open_end: bool, who: Who, now: u64) -> Vec<Answer> {
        let answers = self.try_run(items, open_end, who, now);
        for answer in &answers {
            *self.seen.entry(answer.code).or_default() += 1;
        }
        answers
    }

    fn try_run(&mut self, items: &[Transfer], open_end: bool, who: Who, now: u64) -> Vec<Answer> {
        let last = items.len() - 1;
        let mut answers = vec![Answer::refused(ResultCode::LinkedItemFailed); items.len()];
        if open_end {
            answers[last] = Answer::refused(ResultCode::LinkedChainOpen);
        }
        if items.len() > CHAIN_MAX {
            if !(open_end && last == 0) {
                answers[0] = Answer::refused(ResultCode::ChainTooLong);
            }
            return answers;
        }
        let before = (self.books.clone(), self.open_holds.clone(), self.time);
        let (begin, room) = (self.sequence(), self.room());
        let clock = self.time.max(now);
        let mut done = Vec::new();
        let mut failure = None;
        for (place, item) in items.iter().enumerate() {
            if open_end && place == last {
                failure = Some((place, Answer::refused(ResultCode::LinkedChainOpen)));
                break;
            }
            // Holds of one chain take their places beforehand, so that what the chain ends makes no room in it.
            let wanted = items[..=place].iter().filter(|item| item.flags & QENEX_TRANSFER_HOLD != 0).count();
            let places_left = self.limits.holds >= before.1.len() as u64 + wanted as u64;
            match self.judge(item, begin, places_left, who, clock) {
                Ok(act) => {
                    self.time = clock;
                    let sequence = self.perform(&act, details(item, who));
                    done.push(Answer { code: ResultCode::Ok, sequence, timestamp: clock, moved: act.moved });
                }
                Err(answer) => {
                    failure = Some((place, answer));
                    break;
                }
            }
        }
        let Some((place, answer)) = failure else {
            if self.sequence() - begin > room {
                self.take_back(begin, before);
                return vec![Answer::refused(ResultCode::JournalFull); items.len()];
            }
            return done;
        };
        self.take_back(begin, before);
        // What the item repeats may be of this very chain, and then it is taken back too.
        let of_this_chain = answer.sequence > begin;
        answers[place] = if of_this_chain { Answer { sequence: 0, timestamp: 0, ..answer } } else { answer };
        let item = &items[place];
        if item.flags & QENEX_TRANSFER_ID_ONCE != 0 && !item.id.is_none() && passes_by_itself(answer.code) {
            if room == 0 {
                answers[place] = Answer::refused(ResultCode::JournalFull);
                return answers;
            }
            self.time = clock;
            let event = JournalEntry {
                from_account: item.from_account,
                to_account: item.to_account,
                amount: item.amount,
                requested: item.amount,
                currency: item.currency,
                ..details(item, who)
            };
            self.happen(What::IdUsedUp, event);
        }
        answers
    }

    /// What speaks against an item, or what it does.
    fn judge(&self, item: &Transfer, begin: u64, places_left: bool, who: Who, clock: u64) -> Result<Act, Answer> {
        let has = |flag| item.flags & flag != 0;
        let mut against = Against::default();
        against.when(item.reserved != 0, ResultCode::ReservedMustBeZero);
        against.when(item.flags >= 1 << 9, ResultCode::FlagsMustBeKnown);
        against.when(item.id.high == u64::MAX, ResultCode::IdMustNotBeReserved);
        if let Some(event) = self.on_record(item.id, begin) {
            let original = event.entry;
            against.all(self.differences(item, event));
            let code = against.strongest().expect("exists at least");
            return Err(if code == ResultCode::Exists {
                Answer { code, sequence: original.sequence, timestamp: original.timestamp, moved: original.amount }
            } else {
                Answer::refused(code)
            });
        }
        let wishes = [QENEX_TRANSFER_HOLD, QENEX_TRANSFER_POST_HOLD, QENEX_TRANSFER_VOID_HOLD, QENEX_TRANSFER_REVERSE];
        let wished: Vec<u32> = wishes.into_iter().filter(|flag| has(*flag)).collect();
        let is_new = wished.is_empty() || wished == [QENEX_TRANSFER_HOLD];
        if wished.len() > 1 || has(QENEX_TRANSFER_UP_TO) && !is_new {
            against.when(true, ResultCode::FlagsExcludeEachOther);
            return Err(Answer::refused(against.strongest().expect("one at least")));
        }
        let posts = has(QENEX_TRANSFER_POST_HOLD);
        let voids = has(QENEX_TRANSFER_VOID_HOLD);
        let act = if is_new {
            self.judge_new(item, places_left, clock, &mut against)
        } else if posts || voids {
            self.judge_settlement(item, begin, clock, &mut against)
        } else {
            self.judge_reversal(item, begin, &mut against)
        };
        if !voids {
            against.when(item.amount == 0 && !has(QENEX_TRANSFER_ZERO_AMOUNT), ResultCode::AmountMustNotBeZero);
        }
        against.when(item.timeout != 0 && !has(QENEX_TRANSFER_HOLD), ResultCode::TimeoutMustBeZero);
        if let Some(act) = &act {
            let from = &self.books[&act.from];
            against.when(from.owner != who.uid && !who.operator, ResultCode::NotAccountOwner);
        }
        match (against.strongest(), act) {
            (None, Some(act)) => Ok(act),
            (Some(code), _) => Err(Answer::refused(code)),
            (None, None) => unreachable!("nothing to do and nothing against it: {item:?}"),
        }
    }

    fn judge_new(&self, item: &Transfer, places_left: bool, clock: u64, against: &mut Against) -> Option<Act> {
        let holds = item.flags & QENEX_TRANSFER_HOLD != 0;
        against.when(item.from_account == 0, ResultCode::FromAccountMustNotBeZero);
        against.when(item.to_account == 0, ResultCode::ToAccountMustNotBeZero);
        against.when(item.from_account == item.to_account, ResultCode::AccountsMustBeDifferent);
        against.when(item.related_id != Id::NONE, ResultCode::RelatedIdMustBeZero);
        against.when(item.currency == 0, ResultCode::CurrencyMustNotBeZero);
        against.when(!is_well_formed(item.from_account), ResultCode::FromAccountInvalid);
        against.when(!is_well_formed(item.to_account), ResultCode::ToAccountInvalid);
        against.when(holds && !places_left, ResultCode::HoldsFull);
        let (from, to) = (self.books.get(&item.from_account), self.books.get(&item.to_account));
        against.when(from.is_none(), ResultCode::FromAccountNotFound);
        against.when(to.is_none(), ResultCode::ToAccountNotFound);
        let (from, to) = (from?, to?);
        against.when(from.currency != to.currency, ResultCode::AccountsMustHaveSameCurrency);
        against.when(item.currency != from.currency, ResultCode::CurrencyMustBeThatOfAccounts);
        let moved = if item.flags & QENEX_TRANSFER_UP_TO != 0 {
            let there = from.available().max(0);
            u64::try_from(there.min(i128::from(item.amount))).expect("at most the amount")
        } else {
            item.amount
        };
        let amount = i128::from(moved);
        if holds {
            against.when(too_much(from.debits_held + amount), ResultCode::OverflowsDebitsHeld);
            against.when(too_much(to.credits_held + amount), ResultCode::OverflowsCreditsHeld);
        }
        state_rules(from, to, against);
        money_rules(from, to, amount, against);
        if let Some(limit) = &from.limit {
            let spent = self.spent(item.from_account, limit, clock);
            against.when(spent + amount > i128::from(limit.most), ResultCode::ExceedsSpendingLimit);
        }
        let what = if holds { What::Hold } else { What::Posting };
        let (from, to, currency) = (item.from_account, item.to_account, from.currency);
        Some(Act { what, from, to, moved, requested: item.amount, currency, ends: None })
    }

    fn judge_settlement(&self, item: &Transfer, begin: u64, clock: u64, against: &mut Against) -> Option<Act> {
        let posts = item.flags & QENEX_TRANSFER_POST_HOLD != 0;
        names_another(item, against);
        let hold = self.related(item.related_id, begin);
        against.when(hold.is_none(), ResultCode::HoldNotFound);
        let hold = hold?;
        against.when(hold.what != What::Hold, ResultCode::HoldExpected);
        let entry = hold.entry;
        if hold.what != What::Hold {
            return None;
        }
        let given = |asked: u64, there: u64| asked != 0 && asked != there;
        against.when(given(item.from_account, entry.from_account), ResultCode::HoldHasDifferentFromAccount);
        against.when(given(item.to_account, entry.to_account), ResultCode::HoldHasDifferentToAccount);
        against.when(item.currency != 0 && item.currency != entry.currency, ResultCode::HoldHasDifferentCurrency);
        let all = posts && item.amount == u64::MAX;
        against.when(item.amount > entry.amount && !all, ResultCode::ExceedsHeldAmount);
        let part = item.amount != 0 && item.amount < entry.amount;
        against.when(!posts && part, ResultCode::HoldHasDifferentAmount);
        for end in self.settled_by(&entry) {
            against.when(end == What::HoldPosted, ResultCode::HoldAlreadyPosted);
            against.when(end == What::HoldVoided, ResultCode::HoldAlreadyVoided);
            against.when(end == What::HoldExpired, ResultCode::HoldExpired);
        }
        // A hold of the same chain is not there long enough to expire.
        let past = Self::end_of(&entry).is_some_and(|end| end <= clock);
        against.when(past && entry.sequence <= begin, ResultCode::HoldExpired);
        if posts {
            state_rules(&self.books[&entry.from_account], &self.books[&entry.to_account], against);
        }
        let what = if posts { What::HoldPosted } else { What::HoldVoided };
        let moved = if posts && !all { item.amount } else { entry.amount };
        Some(Act {
            what,
            from: entry.from_account,
            to: entry.to_account,
            moved,
            requested: entry.amount,
            currency: entry.currency,
            ends: Some((entry.sequence, entry.amount)),
        })
    }

    fn judge_reversal(&self, item: &Transfer, begin: u64, against: &mut Against) -> Option<Act> {
        names_another(item, against);
        let original = self.related(item.related_id, begin);
        against.when(original.is_none(), ResultCode::OriginalNotFound);
        let original = original?;
        let never_moved =
            matches!(original.what, What::Hold | What::HoldVoided | What::HoldExpired | What::Opening | What::Update);
        against.when(never_moved, ResultCode::OriginalMustBePosting);
        against.when(original.what == What::Reversal, ResultCode::OriginalMustNotBeReversal);
        if !matches!(original.what, What::Posting | What::HoldPosted) {
            return None;
        }
        let entry = original.entry;
        let given = |asked: u64, there: u64| asked != 0 && asked != there;
        against.when(given(item.from_account, entry.to_account), ResultCode::OriginalHasDifferentFromAccount);
        against.when(given(item.to_account, entry.from_account), ResultCode::OriginalHasDifferentToAccount);
        against.when(item.currency != 0 && item.currency != entry.currency, ResultCode::OriginalHasDifferentCurrency);
        let back: u64 =
            self.later_about(&entry).filter(|event| event.what == What::Reversal).map(|event| event.entry.amount).sum();
        let left = entry.amount - back;
        against.when(left == 0, ResultCode::OriginalAlreadyReversed);
        let moved = if item.amount == u64::MAX { left } else { item.amount };
        against.when(moved > left, ResultCode::ExceedsOriginalAmount);
        let (from, to, currency) = (entry.to_account, entry.from_account, entry.currency);
        state_rules(&self.books[&from], &self.books[&to], against);
        money_rules(&self.books[&from], &self.books[&to], i128::from(moved), against);
        Some(Act { what: What::Reversal, from, to, moved, requested: item.amount, currency, ends: None })
    }

    /// How an item differs from what is on record under its id.
    fn differences(&self, item: &Transfer, event: &Event) -> Vec<ResultCode> {
        if event.what == What::IdUsedUp {
            return vec![ResultCode::IdUsedUp];
        }
        // Which answer is wanted is not part of what is asked for; all other flags are.
        let content = !(QENEX_TRANSFER_ZERO_AMOUNT | QENEX_TRANSFER_ID_ONCE | QENEX_TRANSFER_DURABLE);
        let entry = &event.entry;
        let follows = matches!(event.what, What::HoldPosted | What::HoldVoided | What::Reversal);
        let other = |asked: u64, there: u64| asked != there && !(follows && asked == 0);
        let other_amount = match event.what {
            What::HoldPosted if item.amount == u64::MAX => entry.amount != entry.requested,
            What::HoldVoided if item.amount == 0 => false,
            What::Reversal if item.amount == u64::MAX => entry.requested != u64::MAX,
            _ if item.flags & QENEX_TRANSFER_UP_TO != 0 => item.amount < entry.amount,
            _ => item.amount != entry.amount,
        };
        let mut codes = vec![ResultCode::Exists];
        let mut when = |differs: bool, code| codes.extend(differs.then_some(code));
        when(matches!(event.what, What::Opening | What::Update), ResultCode::ExistsWithDifferentFlags);
        when(item.flags & content != entry.flags & content, ResultCode::ExistsWithDifferentFlags);
        when(item.related_id != entry.related_id, ResultCode::ExistsWithDifferentRelatedId);
        when(other(item.from_account, entry.from_account), ResultCode::ExistsWithDifferentFromAccount);
        when(other(item.to_account, entry.to_account), ResultCode::ExistsWithDifferentToAccount);
        when(other_amount, ResultCode::ExistsWithDifferentAmount);
        when(other(item.currency.into(), entry.currency.into()), ResultCode::ExistsWithDifferentCurrency);
        when(item.timeout != entry.timeout, ResultCode::ExistsWithDifferentTimeout);
        when(item.code != entry.code, ResultCode::ExistsWithDifferentCode);
        when(item.reference != entry.reference, ResultCode::ExistsWithDifferentReference);
        codes
    }

    /// What is on record under an id at the moment when `begin` was the last sequence number: the events since, and as
    /// many before as are remembered. A hold that was open then is not forgotten.
    fn on_record(&self, id: Id, begin: u64) -> Option<&Event> {
        if id.is_none() {
            return None;
        }
        let newest = *self.names.get(&id)?.last()?;
        let ended_since = || self.later_about(&self.event(newest).entry).any(|event| event.entry.sequence > begin);
        let was_open = || self.open_holds.contains(&newest) || self.event(newest).what == What::Hold && ended_since();
        (newest + self.limits.window > begin || was_open()).then(|| self.event(newest))
    }

    /// What a post, void or reversal may refer to.
    fn related(&self, id: Id, begin: u64) -> Option<&Event> {
        self.on_record(id, begin).filter(|event| event.what != What::IdUsedUp)
    }

    /// What happened to an event afterwards.
    fn later_about<'a>(&'a self, entry: &'a JournalEntry) -> impl Iterator<Item = &'a Event> + 'a {
        let all = self.about.get(&entry.id).map_or(&[][..], Vec::as_slice);
        all.iter().filter(|sequence| **sequence > entry.sequence).map(|sequence| self.event(*sequence))
    }

    fn settled_by<'a>(&'a self, entry: &'a JournalEntry) -> impl Iterator<Item = What> + 'a {
        self.later_about(entry).map(|event| event.what)
    }

    /// Writes an event down and returns its number.
    fn happen(&mut self, what: What, entry: JournalEntry) -> u64 {
        let sequence = self.sequence() + 1;
        let entry = JournalEntry { sequence, timestamp: self.time, kind: what.kind(), ..entry };
        if !entry.id.is_none() {
            self.names.entry(entry.id).or_default().push(sequence);
        }
        if what != What::IdUsedUp && !entry.related_id.is_none() {
            self.about.entry(entry.related_id).or_default().push(sequence);
        }
        self.log.push(Event { what, entry });
        sequence
    }

    /// Does what was found to be right.
    fn perform(&mut self, act: &Act, details: JournalEntry) -> u64 {
        let moved = i128::from(act.moved);
        let sequence = self.sequence() + 1;
        let [mut from, mut to] = [act.from, act.to].map(|number| self.books[&number].clone());
        if let Some((hold, released)) = act.ends {
            assert!(self.open_holds.remove(&hold), "hold {hold} ends twice");
            from.debits_held -= i128::from(released);
            to.credits_held -= i128::from(released);
        }
        match act.what {
            What::Posting | What::HoldPosted | What::Reversal => {
                from.debits += moved;
                to.credits += moved;
            }
            What::Hold => {
                from.debits_held += moved;
                to.credits_held += moved;
                self.open_holds.insert(sequence);
            }
            What::HoldVoided | What::HoldExpired | What::Opening | What::IdUsedUp | What::Update => {}
        }
        (from.changed, to.changed) = (sequence, sequence);
        let entry = JournalEntry {
            from_account: act.from,
            to_account: act.to,
            amount: act.moved,
            requested: act.requested,
            currency: act.currency,
            from_after: from.counters(),
            to_after: to.counters(),
            ..details
        };
        self.books.insert(act.from, from);
        self.books.insert(act.to, to);
        self.happen(act.what, entry)
    }

    /// Makes everything after `begin` not have happened.
    fn take_back(&mut self, begin: u64, before: (BTreeMap<u64, Book>, BTreeSet<u64>, u64)) {
        for event in self.log.drain(usize::try_from(begin).expect("small")..).rev() {
            for (map, id) in [(&mut self.names, event.entry.id), (&mut self.about, event.entry.related_id)] {
                if let Some(sequences) = map.get_mut(&id) {
                    sequences.retain(|sequence| *sequence <= begin);
                }
            }
        }
        (self.books, self.open_holds, self.time) = before;
    }

    /// An account as it should be reported.
    pub(crate) fn report(&self, number: u64, who: Who) -> Account {
        let refused = |code: ResultCode| Account { account_number: number, result: code as u32, ..Account::default() };
        if !is_well_formed(number) {
            return refused(ResultCode::AccountNumberInvalid);
        }
        let Some(book) = self.books.get(&number) else { return refused(ResultCode::AccountNotFound) };
        if book.owner != who.uid && !who.operator {
            return refused(ResultCode::NotAccountOwner);
        }
        let signed = |value: i128| i64::try_from(value.clamp(i64::MIN.into(), i64::MAX.into())).expect("clamped");
        let counters = book.counters();
        Account {
            account_number: number,
            balance: signed(book.credits - book.debits),
            available: signed(book.available()),
            debits_posted: counters.debits_posted,
            credits_posted: counters.credits_posted,
            debits_held: counters.debits_held,
            credits_held: counters.credits_held,
            overdraft_limit: u64::try_from(book.overdraft).expect("in range"),
            sequence: book.changed,
            opened: book.opened,
            reference: book.reference,
            currency: book.currency,
            account_type: book.kind,
            flags: u32::from(state(book)) | if DEBIT_NORMAL.contains(&book.kind) { 1 << 12 } else { 0 },
            owner: book.owner,
            code: book.code,
            result: 0,
            reserved: 0,
        }
    }
}

/// Everything that speaks against a request.
#[derive(Default)]
struct Against(BTreeSet<ResultCode>);

impl Against {
    fn when(&mut self, broken: bool, code: ResultCode) {
        if broken {
            self.0.insert(code);
        }
    }

    fn all(&mut self, codes: Vec<ResultCode>) {
        self.0.extend(codes);
    }

    fn strongest(&self) -> Option<ResultCode> {
        self.0.first().copied()
    }
}

/// The flags and the state of an account.
fn state(book: &Book) -> u16 {
    u16::from(book.unlimited)
        | u16::from(book.debits_frozen) << 8
        | u16::from(book.credits_frozen) << 9
        | u16::from(book.closed) << 10
        | u16::from(book.limit.is_some()) << 11
}

/// Whether a counter cannot hold this.
fn too_much(value: i128) -> bool {
    value > i128::from(u64::MAX)
}

/// What speaks against moving `amount`, now or, for a hold, later.
fn money_rules(from: &Book, to: &Book, amount: i128, against: &mut Against) {
    against.when(too_much(from.debits + amount), ResultCode::OverflowsDebitsPosted);
    against.when(too_much(to.credits + amount), ResultCode::OverflowsCreditsPosted);
    against.when(too_much(from.debits + from.debits_held + amount), ResultCode::OverflowsDebits);
    against.when(too_much(to.credits + to.credits_held + amount), ResultCode::OverflowsCredits);
    let short = amount > 0 && amount > from.available();
    against.when(short && !from.unlimited, ResultCode::ExceedsAvailableBalance);
}

/// What speaks against debiting the one and crediting the other at all.
fn state_rules(from: &Book, to: &Book, against: &mut Against) {
    against.when(from.closed, ResultCode::FromAccountClosed);
    against.when(to.closed, ResultCode::ToAccountClosed);
    against.when(from.debits_frozen, ResultCode::FromAccountFrozen);
    against.when(to.credits_frozen, ResultCode::ToAccountFrozen);
}

/// A post, void or reversal is about something else than itself.
fn names_another(item: &Transfer, against: &mut Against) {
    against.when(item.related_id.is_none(), ResultCode::RelatedIdMustNotBeZero);
    against.when(item.related_id == item.id && !item.id.is_none(), ResultCode::RelatedIdMustBeDifferent);
}

/// Whether the same item might be accepted later although nobody changes it.
fn passes_by_itself(code: ResultCode) -> bool {
    use ResultCode::*;
    [
        FromAccountNotFound,
        ToAccountNotFound,
        HoldNotFound,
        OriginalNotFound,
        FromAccountClosed,
        ToAccountClosed,
        FromAccountFrozen,
        ToAccountFrozen,
        ExceedsAvailableBalance,
        ExceedsSpendingLimit,
    ]
    .contains(&code)
}

/// The part of an event that the item itself says.
fn details(item: &Transfer, who: Who) -> JournalEntry {
    JournalEntry {
        id: item.id,
        related_id: item.related_id,
        reference: item.reference,
        flags: item.flags,
        code: item.code,
        timeout: item.timeout,
        actor: who.uid,
        ..JournalEntry::default()
    }
}
