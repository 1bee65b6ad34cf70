// SPDX-License-Identifier: MIT OR GPL-2.0

//! Random workloads on the ledger and on the model, side by side.
//!
//! After every step everything that can be seen of the one is compared with the other (each answer, each journal entry
//! field by field, each account, the capacities in use), and an auditor does the journal again from nothing.
//!
//! `QENEX_CASES` sets how many workloads are tried and makes them other ones each time; without it they are always the
//! same. A workload that fails is made smaller, and its seed is kept in `random.regressions`, which belongs in the
//! repository: kept seeds are tried first.

mod audit;
mod model;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::{Config as Cases, FileFailurePersistence, RngAlgorithm, TestRng, TestRunner};
use qenex_abi::*;
use qenex_ledger::{Batch, Caller, Config, Ledger};

use audit::Audit;
use model::{account_number, Limits, Model, What, Who};

/// The fewest that a ledger takes: it is forgotten soonest.
const WINDOW: u64 = Config::JOURNAL_MIN;
/// So few that they run out.
const ACCOUNTS: u64 = 13;
/// So few that they run out.
const HOLDS: u64 = 5;
/// When a workload begins.
const START: u64 = 1_700_000_000_000_000_000;

const OPERATOR: Who = Who { uid: 0, operator: true };
/// The customers.
const UIDS: [u32; 3] = [1000, 1001, 1002];
/// The currencies used: three that are, one that is not.
const CURRENCIES: [u32; 4] = [840, 978, 392, 999];

/// One step of a workload. Numbers choose among what there is when the step is taken.
#[derive(Clone, Debug)]
enum Step {
    /// Open an account.
    Open { who: u8, wish: OpenWish },
    /// Open an account with a request made before, with one field changed.
    OpenAgain { which: u16, change: u8, who: u8 },
    /// Change an account.
    Update { who: u8, wish: UpdateWish },
    /// Change an account with a request made before, with one field changed.
    UpdateAgain { which: u16, change: u8, who: u8 },
    /// Do items: those linked together, the others one by one.
    Items { who: u8, items: Vec<ItemWish>, as_batch: bool },
    /// So many linked items; that may be too many.
    LongChain { len: u8, open: bool },
    /// Let the time pass.
    Wait { milliseconds: i32 },
    /// The timer comes round.
    Expire,
    /// The journal is stored so far.
    Release,
    /// Fill the journal until so many entries have room, perhaps with it being stored before.
    Fill { room: u8, release: bool },
}

/// What account is wanted.
#[derive(Clone, Debug)]
struct OpenWish {
    id: u8,
    currency: u8,
    kind: u8,
    flags: u8,
    owner: u8,
    balance: AmountWish,
    overdraft: u8,
    fault: u8,
}

/// What change of an account is wanted.
#[derive(Clone, Debug)]
struct UpdateWish {
    id: u8,
    account: u16,
    kind: u8,
    overdraft: u8,
    limit: u8,
    window: u8,
    owner: u8,
    fault: u8,
}

/// What item is wanted.
#[derive(Clone, Debug)]
struct ItemWish {
    verb: Verb,
    id: u8,
    from: u16,
    to: u16,
    amount: AmountWish,
    related: u16,
    timeout: u8,
    flags: u8,
    fault: u8,
    linked: bool,
}

#[derive(Clone, Copy, Debug)]
enum Verb {
    Move,
    Hold,
    Post,
    Void,
    Reverse,
    /// An item sent before, with one field changed or none.
    Again,
}

#[derive(Clone, Copy, Debug)]
enum AmountWish {
    Small(u8),
    Zero,
    /// What is available, and so much more.
    Available(i8),
    /// What the related hold or posting has, and so much more.
    Related(i8),
    All,
    /// So much below 2^64, or half of that.
    Huge(u8, bool),
}

fn amount_wish() -> impl Strategy<Value = AmountWish> {
    prop_oneof![
        12 => any::<u8>().prop_map(AmountWish::Small),
        2 => Just(AmountWish::Zero),
        3 => (-1..3_i8).prop_map(AmountWish::Available),
        5 => (-3..2_i8).prop_map(AmountWish::Related),
        4 => Just(AmountWish::All),
        1 => any::<(u8, bool)>().prop_map(|(less, half)| AmountWish::Huge(less, half)),
    ]
}

fn open_wish() -> impl Strategy<Value = OpenWish> {
    (any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>(), amount_wish(), any::<u8>(), any::<u8>()).prop_map(
        |(id, currency, kind, flags, owner, balance, overdraft, fault)| OpenWish {
            id,
            currency,
            kind,
            flags,
            owner,
            balance,
            overdraft,
            fault,
        },
    )
}

fn update_wish() -> impl Strategy<Value = UpdateWish> {
    any::<(u8, u16, u8, u8, u8, u8, u8, u8)>().prop_map(
        |(id, account, kind, overdraft, limit, window, owner, fault)| UpdateWish {
            id,
            account,
            kind,
            overdraft,
            limit,
            window,
            owner,
            fault,
        },
    )
}

fn item_wish() -> impl Strategy<Value = ItemWish> {
    let verb = prop_oneof![
        8 => Just(Verb::Move),
        5 => Just(Verb::Hold),
        4 => Just(Verb::Post),
        3 => Just(Verb::Void),
        4 => Just(Verb::Reverse),
        3 => Just(Verb::Again),
    ];
    let linked = proptest::bool::weighted(0.2);
    let numbers = (any::<u8>(), any::<u16>(), any::<u16>(), any::<u16>(), any::<u8>(), any::<u8>(), any::<u8>());
    (verb, numbers, amount_wish(), linked).prop_map(
        |(verb, (id, from, to, related, timeout, flags, fault), amount, linked)| ItemWish {
            verb,
            id,
            from,
            to,
            amount,
            related,
            timeout,
            flags,
            fault,
            linked,
        },
    )
}

fn steps(with_fill: bool) -> impl Strategy<Value = Vec<Step>> {
    let fill = if with_fill { 5 } else { 0 };
    let step = prop_oneof![
        6 => (any::<u8>(), open_wish()).prop_map(|(who, wish)| Step::Open { who, wish }),
        3 => any::<(u16, u8, u8)>().prop_map(|(which, change, who)| Step::OpenAgain { which, change, who }),
        12 => (any::<u8>(), update_wish()).prop_map(|(who, wish)| Step::Update { who, wish }),
        2 => any::<(u16, u8, u8)>().prop_map(|(which, change, who)| Step::UpdateAgain { which, change, who }),
        60 => (any::<u8>(), prop::collection::vec(item_wish(), 1..8), any::<bool>())
            .prop_map(|(who, items, as_batch)| Step::Items { who, items, as_batch }),
        1 => (60..70_u8, any::<bool>()).prop_map(|(len, open)| Step::LongChain { len, open }),
        6 => (-9_000..20_000_i32).prop_map(|milliseconds| Step::Wait { milliseconds }),
        3 => Just(Step::Expire),
        fill => Just(Step::Release),
        fill => (0..6_u8, any::<bool>()).prop_map(|(room, release)| Step::Fill { room, release }),
    ];
    prop::collection::vec(step, 1..if with_fill { 60 } else { 100 })
}

/// One of `choices`, by number.
fn pick<T: Copy>(choices: &[T], number: impl Into<u64>) -> Option<T> {
    let len = choices.len() as u64;
    (len > 0).then(|| choices[usize::try_from(number.into() % len).expect("small")])
}

/// The ledger and the model, and what has been said to both.
struct Pair {
    ledger: Ledger,
    batch: Batch,
    model: Model,
    audit: Audit,
    now: u64,
    ids: u64,
    openings: Vec<AccountRequest>,
    updates: Vec<UpdateRequest>,
    items: Vec<Transfer>,
    /// How often an id took effect again after it had been forgotten.
    forgotten: u64,
}

impl Pair {
    fn new() -> Pair {
        let config = Config {
            accounts_max: ACCOUNTS,
            holds_max: HOLDS,
            journal_entries: WINDOW,
            ledger_id: Id::from_u128(1),
            hash_key: [0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210],
        };
        let ledger = Ledger::new(&config).expect("a small ledger");
        ledger.init();
        Pair {
            ledger,
            batch: Batch::default(),
            model: Model::new(Limits { accounts: ACCOUNTS, holds: HOLDS, window: WINDOW }),
            audit: Audit::new(WINDOW),
            now: START,
            ids: 0,
            openings: Vec::new(),
            updates: Vec::new(),
            items: Vec::new(),
            forgotten: 0,
        }
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Open { who, wish } => {
                let who = self.anyone(*who);
                let request = self.opening(wish, who);
                self.open(request, who);
            }
            Step::OpenAgain { which, change, who } => {
                let Some(mut request) = pick(&self.openings, *which) else { return };
                change_opening(&mut request, *change);
                let who = if *change % 2 == 0 { OPERATOR } else { self.anyone(*who) };
                self.open(request, who);
            }
            Step::Update { who, wish } => {
                let request = self.change(wish);
                let who = if *who % 8 == 0 { self.anyone(who / 8) } else { OPERATOR };
                self.update(request, who);
            }
            Step::UpdateAgain { which, change, who } => {
                let Some(mut request) = pick(&self.updates, *which) else { return };
                change_update(&mut request, *change);
                self.update(request, self.anyone(*who));
            }
            Step::Items { who, items, as_batch } => {
                let mut requests: Vec<Transfer> = Vec::new();
                let mut by = OPERATOR;
                for wish in items {
                    let request = self.item(wish, &requests);
                    if requests.is_empty() {
                        by = self.someone_for(&request, *who);
                    }
                    requests.push(request);
                    if !as_batch && !wish.linked {
                        self.run(&requests, by, false);
                        requests.clear();
                    }
                }
                if !requests.is_empty() {
                    self.run(&requests, by, true);
                }
            }
            Step::LongChain { len, open } => self.long_chain(*len, *open),
            Step::Wait { milliseconds } => {
                self.now = self.now.saturating_add_signed(i64::from(*milliseconds) * 1_000_000);
            }
            Step::Expire => self.expire(),
            Step::Release => self.release(),
            Step::Fill { room, release } => {
                if *release {
                    self.release();
                }
                self.fill(*room);
            }
        }
        self.compare();
    }

    fn anyone(&self, who: u8) -> Who {
        match who % 8 {
            0..=4 => OPERATOR,
            number => Who { uid: UIDS[usize::from(number - 5)], operator: false },
        }
    }

    /// The operator, mostly the owner of the debited account, or somebody else.
    fn someone_for(&self, item: &Transfer, who: u8) -> Who {
        match (who % 4, self.model.books.get(&item.from_account)) {
            (2, Some(book)) => Who { uid: book.owner, operator: false },
            _ => self.anyone(who / 4),
        }
    }

    /// Mostly a new id; else none, one that only the kernel may make, or one that is in use.
    fn id(&mut self, number: u8) -> Id {
        match number {
            0..=3 => Id::NONE,
            4 => Id::reserved(u64::from(number)),
            5..=7 => self.model.log.get(usize::from(number)).map_or(Id::NONE, |event| event.entry.id),
            _ => {
                self.ids += 1;
                // Ids whose halves differ little, as counters and timestamps do.
                Id { low: self.ids, high: self.ids % 3 }
            }
        }
    }

    fn opening(&mut self, wish: &OpenWish, who: Who) -> AccountRequest {
        let given = wish.flags % 4 == 1;
        let mut request = AccountRequest {
            id: self.id(wish.id),
            currency: CURRENCIES[if wish.currency < 8 { 3 } else { usize::from(wish.currency % 3) }],
            account_type: if wish.kind < 160 { 0 } else { u32::from(wish.kind) % 11 },
            flags: u32::from(given) << 1 | u32::from(wish.flags % 5 == 0),
            owner: if given { pick(&UIDS, wish.owner).unwrap_or(0) } else { 0 },
            reference: Id::from_u128(u128::from(wish.owner % 3)),
            code: u32::from(wish.owner % 2),
            ..AccountRequest::default()
        };
        if who.operator {
            request.initial_balance = self.amount(wish.balance, 0, Id::NONE);
            request.overdraft_limit = u64::from(wish.overdraft).saturating_sub(100);
        }
        match wish.fault {
            0 => request.reserved = 1,
            1 => request.reserved2 = 1,
            2 => request.reserved3[2] = 1,
            3 => request.flags |= 1 << 9,
            4 => request.id = Id::reserved(7),
            5 => request.currency = 0,
            6 => request.owner = 77,
            7 => request.account_type = 8,
            8 => request.overdraft_limit = 5,
            9 => request.initial_balance = u64::MAX,
            _ => {}
        }
        request
    }

    fn change(&mut self, wish: &UpdateWish) -> UpdateRequest {
        let (most, window) = (u64::from(wish.limit), [1, 3, 10, 60][usize::from(wish.window % 4)]);
        let owner = pick(&UIDS, wish.owner).unwrap_or(0);
        let mut request = UpdateRequest {
            id: self.id(wish.id),
            code: u32::from(wish.owner % 2),
            reference: Id::from_u128(u128::from(wish.owner % 3) << 64),
            ..UpdateRequest::default()
        };
        let unfreeze = QENEX_UPDATE_UNFREEZE_DEBITS | QENEX_UPDATE_UNFREEZE_CREDITS;
        request.changes = match wish.kind % 16 {
            0 => QENEX_UPDATE_FREEZE_DEBITS,
            1 => QENEX_UPDATE_FREEZE_CREDITS,
            2 => QENEX_UPDATE_FREEZE_DEBITS | QENEX_UPDATE_UNFREEZE_CREDITS,
            3 => QENEX_UPDATE_UNFREEZE_DEBITS,
            4 => QENEX_UPDATE_UNFREEZE_CREDITS,
            5 => unfreeze,
            6 => QENEX_UPDATE_OVERDRAFT_LIMIT,
            7 => QENEX_UPDATE_OWNER,
            8..=10 => QENEX_UPDATE_SPENDING_LIMIT,
            11 => QENEX_UPDATE_CLOSE,
            12 | 13 => QENEX_UPDATE_REOPEN,
            14 => QENEX_UPDATE_SPENDING_LIMIT | QENEX_UPDATE_OVERDRAFT_LIMIT | unfreeze,
            // Any of them at once, which seldom goes together.
            _ => u32::from(wish.fault) << 1 | u32::from(wish.window & 1),
        };
        let asked = |change| request.changes & change != 0;
        if asked(QENEX_UPDATE_OVERDRAFT_LIMIT) {
            request.overdraft_limit = u64::from(wish.overdraft);
        }
        if asked(QENEX_UPDATE_OWNER) {
            request.owner = owner;
        }
        if asked(QENEX_UPDATE_SPENDING_LIMIT) && wish.window < 192 {
            (request.spending_limit, request.spending_window) = (most, window);
        }
        // Mostly an account for which it makes sense.
        let fits = |book: &model::Book| {
            let closes = asked(QENEX_UPDATE_CLOSE) && wish.account % 4 < 3;
            book.closed == asked(QENEX_UPDATE_REOPEN) && (!closes || book.debits == book.credits)
        };
        let fitting = self.model.books.iter().filter(|(_, book)| wish.account % 8 == 0 || fits(book));
        let fitting: Vec<u64> = fitting.map(|(number, _)| *number).collect();
        request.account_number = pick(&fitting, wish.account / 8).unwrap_or(0);
        match wish.fault {
            0 => request.reserved = 1,
            1 => request.reserved2 = 1,
            2 => request.reserved3[1] = 1,
            3 => request.changes |= 1 << 9,
            4 => request.id = Id::reserved(9),
            5 => request.overdraft_limit ^= 4,
            6 => request.spending_limit ^= 4,
            7 => request.spending_window = 0,
            8 => request.spending_window ^= 4,
            9 => request.owner = 77,
            10 => request.account_number += 1,
            11 => request.account_number = account_number(10_u64.pow(9)),
            12 => request.changes |= QENEX_UPDATE_CLOSE,
            13 => request.changes = 0,
            14 => request.changes |= QENEX_UPDATE_FREEZE_DEBITS | QENEX_UPDATE_FREEZE_CREDITS,
            15 if asked(QENEX_UPDATE_OVERDRAFT_LIMIT) => request.overdraft_limit = u64::MAX,
            16..=40 if asked(QENEX_UPDATE_OVERDRAFT_LIMIT) => request.overdraft_limit = 0,
            _ => {}
        }
        request
    }

    fn amount(&self, wish: AmountWish, from: u64, related: Id) -> u64 {
        match wish {
            AmountWish::Small(amount) => amount.into(),
            AmountWish::Zero => 0,
            AmountWish::All => u64::MAX,
            AmountWish::Huge(less, half) => (u64::MAX - u64::from(less)) >> u32::from(half),
            AmountWish::Available(more) => {
                let available = self.model.books.get(&from).map_or(0, model::Book::available);
                u64::try_from(available + i128::from(more)).unwrap_or(1)
            }
            AmountWish::Related(more) => {
                let event = self.model.log.iter().rev().find(|event| event.entry.id == related);
                event.map_or(50, |event| event.entry.amount).saturating_add_signed(i64::from(more).min(1))
            }
        }
    }

    /// Turns a wish into an item; `before` are the items that it is sent along with.
    fn item(&mut self, wish: &ItemWish, before: &[Transfer]) -> Transfer {
        let numbers: Vec<u64> = self.model.books.keys().copied().collect();
        let mut item = Transfer { id: self.id(wish.id), ..Transfer::default() };
        match wish.verb {
            Verb::Again => {
                let Some(earlier) = pick(&self.items, wish.related) else { return item };
                item = earlier;
                change_item(&mut item, wish.fault);
            }
            Verb::Move | Verb::Hold => {
                item.from_account = pick(&numbers, wish.from).unwrap_or(0);
                let currency = self.model.books.get(&item.from_account).map_or(840, |book| book.currency);
                let partners: Vec<u64> = numbers
                    .iter()
                    .copied()
                    .filter(|number| self.model.books[number].currency == currency && *number != item.from_account)
                    .collect();
                item.to_account = pick(&partners, wish.to).unwrap_or(0);
                item.currency = currency;
                item.amount = self.amount(wish.amount, item.from_account, Id::NONE);
                if matches!(wish.verb, Verb::Hold) {
                    item.flags |= QENEX_TRANSFER_HOLD;
                    item.timeout = if wish.timeout % 2 == 0 { 0 } else { u32::from(wish.timeout % 16) + 1 };
                }
                if wish.flags % 8 == 0 {
                    item.flags |= QENEX_TRANSFER_UP_TO;
                }
            }
            Verb::Post | Verb::Void | Verb::Reverse => self.settle(&mut item, wish, before),
        }
        if !matches!(wish.verb, Verb::Again) {
            item.flags |= match wish.flags / 8 % 8 {
                0 | 1 => QENEX_TRANSFER_ID_ONCE,
                2 => QENEX_TRANSFER_ZERO_AMOUNT | QENEX_TRANSFER_ID_ONCE,
                3..=5 => QENEX_TRANSFER_ZERO_AMOUNT,
                6 => QENEX_TRANSFER_DURABLE,
                _ => 0,
            };
            item.code = u32::from(wish.timeout % 3);
            item.reference = Id::from_u128(u128::from(wish.timeout % 5) << 64);
            spoil(&mut item, wish.fault, &numbers);
            item.flags &= !QENEX_TRANSFER_LINKED;
        }
        if wish.linked {
            item.flags |= QENEX_TRANSFER_LINKED;
        }
        item
    }

    /// A post, void or reversal of something that there is, mostly.
    fn settle(&mut self, item: &mut Transfer, wish: &ItemWish, before: &[Transfer]) {
        let (flag, kinds): (u32, &[What]) = match wish.verb {
            Verb::Post => (QENEX_TRANSFER_POST_HOLD, &[What::Hold]),
            Verb::Void => (QENEX_TRANSFER_VOID_HOLD, &[What::Hold]),
            _ => (QENEX_TRANSFER_REVERSE, &[What::Posting, What::HoldPosted]),
        };
        item.flags |= flag;
        let open: Vec<Id> = self.model.open_holds.iter().map(|number| self.model.event(*number).entry.id).collect();
        let recent = self.model.log.iter().rev().take(40);
        let fitting: Vec<Id> = recent.clone().filter(|event| kinds.contains(&event.what)).map(|e| e.entry.id).collect();
        let any: Vec<Id> = recent.map(|event| event.entry.id).collect();
        let chain: Vec<Id> = before.iter().map(|item| item.id).collect();
        let (way, number) = (wish.related % 16, wish.related / 16);
        let chosen = match way {
            0 => Some(Id::from_u128(0xdead)),
            1 | 2 => pick(&any, number),
            3 | 4 => pick(&chain, number),
            5..=9 if flag != QENEX_TRANSFER_REVERSE => pick(&open, number),
            _ => pick(&fitting, number),
        };
        item.related_id = chosen.unwrap_or(Id::from_u128(0xbeef));
        item.amount = match wish.amount {
            AmountWish::Huge(..) | AmountWish::Available(_) => u64::MAX,
            other => self.amount(other, 0, item.related_id),
        };
        if wish.verb_is_void() && wish.flags % 4 != 0 {
            item.amount = 0;
        }
        // Some name again what the original says.
        let original = self.model.log.iter().rev().find(|event| event.entry.id == item.related_id);
        if let Some(event) = original.filter(|_| wish.to % 4 == 0) {
            let (from, to) = (event.entry.from_account, event.entry.to_account);
            (item.from_account, item.to_account) = if flag == QENEX_TRANSFER_REVERSE { (to, from) } else { (from, to) };
            item.currency = event.entry.currency;
        }
    }

    fn open(&mut self, request: AccountRequest, who: Who) {
        let mut asked = request;
        let expected = self.model.open(&request, who, self.now);
        let code = self.ledger.create_account(&mut asked, &caller(who), self.now);
        let context = || format!("{request:?} by {who:?}");
        assert_eq!(code, expected.code, "{}", context());
        assert_eq!(asked.result, code as u32, "{}", context());
        let answered = (asked.account_number, asked.sequence, asked.timestamp);
        assert_eq!(answered, (expected.number, expected.sequence, expected.timestamp), "{}", context());
        self.openings.push(request);
    }

    fn update(&mut self, request: UpdateRequest, who: Who) {
        let mut asked = request;
        let expected = self.model.update(&request, who, self.now);
        let code = self.ledger.update_account(&mut asked, &caller(who), self.now);
        assert_eq!(code, expected.code, "{request:?} by {who:?}");
        assert_eq!(asked.result, code as u32, "{request:?} by {who:?}");
        let answered = (asked.sequence, asked.timestamp);
        assert_eq!(answered, (expected.sequence, expected.timestamp), "{request:?} by {who:?}");
        self.updates.push(request);
    }

    /// Runs items, cut into groups for the model here and for the ledger by itself.
    fn run(&mut self, items: &[Transfer], who: Who, as_batch: bool) {
        // By a clock that was set back a limit may be that of a window before the ledger's time. Such a clock only
        // refuses, never accepts, by what it thinks: but the model asks the ledger's time alone.
        if self.model.books.values().any(|book| book.limit.is_some()) {
            self.now = self.now.max(self.model.time());
        }
        let clock_is_behind = self.now < self.model.time();
        let mut expected = Vec::new();
        let mut group = Vec::new();
        for (place, item) in items.iter().enumerate() {
            group.push(*item);
            let linked = item.flags & QENEX_TRANSFER_LINKED != 0;
            if !linked || place + 1 == items.len() {
                expected.extend(self.model.run(&group, linked, who, self.now));
                group.clear();
            }
        }
        let mut results = vec![TransferResult::default(); items.len()];
        if items.len() == 1 && !as_batch {
            let mut request = TransferRequest::new(items[0]);
            let code = self.ledger.transfer(&mut request, &caller(who), self.now);
            assert_eq!(request.result, code as u32, "{request:?}");
            results[0] = request.outcome();
            self.id_was_told(&items[0], &request);
        } else {
            self.batch.run(&self.ledger, items, &mut results, &caller(who), self.now);
        }
        for ((item, result), expected) in items.iter().zip(&results).zip(&expected) {
            let code = ResultCode::from_u32(result.result).expect("a known code");
            let got =
                model::Answer { code, sequence: result.sequence, timestamp: result.timestamp, moved: result.moved };
            // What would have expired by the ledger's time may not have by a clock that was set back. Nothing is
            // accepted by such a clock, but which item of a refused chain is to blame may depend on it.
            let nothing_done = code != ResultCode::Ok && expected.code != ResultCode::Ok;
            if clock_is_behind && nothing_done {
                continue;
            }
            assert_eq!(got, *expected, "{item:?} by {who:?} at {} of {items:?}", self.now);
            if code == ResultCode::Ok && !item.id.is_none() && self.items.iter().any(|earlier| earlier.id == item.id) {
                self.forgotten += u64::from(self.model.log.iter().filter(|e| e.entry.id == item.id).count() > 1);
            }
        }
        self.items.extend(items);
    }

    /// An item that comes without an id is told the one that it got.
    fn id_was_told(&self, item: &Transfer, request: &TransferRequest) {
        if !item.id.is_none() {
            assert_eq!(request.id, item.id);
        } else if request.result == ResultCode::Ok as u32 {
            let entry = self.ledger.recorded(request.id, &caller(OPERATOR)).expect("it is on record");
            assert_eq!(entry.sequence, request.sequence);
        }
    }

    /// Two accounts between which nothing can be moved.
    fn two_accounts(&self) -> Option<(u64, u64, u32)> {
        self.model.books.iter().find_map(|(from, book)| {
            let same = |other: &model::Book| other.currency == book.currency && !other.closed && !other.credits_frozen;
            // Without a limit: what was spent of one is summed up in the model each time.
            if book.closed || book.debits_frozen || book.limit.is_some() {
                return None;
            }
            let to = self.model.books.iter().find(|(number, other)| *number > from && same(other))?;
            Some((*from, *to.0, book.currency))
        })
    }

    fn nothing(&mut self, from: u64, to: u64, currency: u32, linked: bool) -> Transfer {
        self.ids += 1;
        let flags = QENEX_TRANSFER_ZERO_AMOUNT | if linked { QENEX_TRANSFER_LINKED } else { 0 };
        let id = Id { low: self.ids, high: 9 };
        Transfer { id, from_account: from, to_account: to, currency, flags, ..Transfer::default() }
    }

    fn long_chain(&mut self, len: u8, open: bool) {
        let Some((from, to, currency)) = self.two_accounts() else { return };
        let items: Vec<Transfer> =
            (1..=len).map(|place| self.nothing(from, to, currency, place < len || open)).collect();
        self.run(&items, OPERATOR, true);
    }

    fn expire(&mut self) {
        while self.model.due(self.now) > 0 {
            let ended = self.ledger.expire_holds(self.now, 1);
            if self.model.room() == 0 {
                assert_eq!(ended, 0, "there is no room to end a hold");
                return;
            }
            assert_eq!(ended, 1, "a hold is past its time");
            let mut entry = [JournalEntry::default()];
            self.ledger.recorded_from(self.model.sequence() + 1, &mut entry, &caller(OPERATOR));
            self.model.expire(entry[0].related_id, self.now);
        }
        assert_eq!(self.ledger.expire_holds(self.now, 9), 0, "no hold is past its time");
    }

    fn release(&mut self) {
        self.ledger.release_journal();
        self.model.release();
    }

    fn fill(&mut self, room: u8) {
        let Some((from, to, currency)) = self.two_accounts() else { return };
        while self.model.room() > u64::from(room) {
            let len = (self.model.room() - u64::from(room)).min(1000);
            let items: Vec<Transfer> = (0..len).map(|_| self.nothing(from, to, currency, false)).collect();
            let kept = self.items.len();
            self.run(&items, OPERATOR, true);
            self.items.truncate(kept);
            self.compare();
        }
    }

    /// Compares everything that can be seen, and audits what is new in the journal.
    fn compare(&mut self) {
        let operator = caller(OPERATOR);
        let mut entries = [JournalEntry::default(); 256];
        loop {
            let (found, _) = self.ledger.recorded_from(self.audit.sequence() + 1, &mut entries, &operator);
            for entry in &entries[..found] {
                self.audit.feed(entry);
                assert!(entry.sequence <= self.model.sequence(), "not in the model: {entry:?}");
                if self.model.event(entry.sequence).entry.id.is_none() {
                    self.model.adopt(entry.sequence, entry.id);
                }
                let expected = JournalEntry { crc: entry.crc, ..self.model.event(entry.sequence).entry };
                assert_eq!(*entry, expected);
            }
            if found == 0 {
                break;
            }
        }
        assert_eq!(self.audit.sequence(), self.model.sequence());
        // All accounts, one that is not open, one that is mistyped.
        let mut numbers: Vec<u64> = self.model.books.keys().copied().collect();
        assert_eq!(self.audit.accounts(), numbers);
        numbers.extend([account_number(ACCOUNTS + 1), 1234]);
        for who in [OPERATOR, Who { uid: UIDS[0], operator: false }] {
            let mut accounts = vec![Account::default(); numbers.len()];
            let sequence = self.ledger.read_accounts(&numbers, &mut accounts, &caller(who)).expect("nobody disturbs");
            assert_eq!(sequence, self.model.sequence());
            for account in &accounts {
                assert_eq!(*account, self.model.report(account.account_number, who));
                if account.result == 0 {
                    self.audit.agrees_with(account);
                }
            }
        }
        for number in self.audit.accounts() {
            let saved = self.ledger.saved_account(number / 100).expect("it is open");
            let spending = (saved.spending_limit, saved.spent, saved.spending_window_start, saved.spending_window);
            assert_eq!(spending, self.model.spending(number), "{saved:?}");
            self.audit.agrees_with_saved(&saved);
        }
        let info = self.ledger.info();
        assert_eq!(info.sequence, self.model.sequence());
        assert_eq!(info.timestamp, self.model.time());
        assert_eq!(info.accounts, self.model.books.len() as u64);
        assert_eq!(info.holds, self.model.open_holds.len() as u64);
    }
}

impl ItemWish {
    fn verb_is_void(&self) -> bool {
        matches!(self.verb, Verb::Void)
    }
}

fn caller(who: Who) -> Caller {
    Caller { uid: who.uid, operator: who.operator }
}

/// Changes one field of an item that is sent again, or none.
fn change_item(item: &mut Transfer, change: u8) {
    match change % 24 {
        0 => item.flags ^= QENEX_TRANSFER_UP_TO,
        1 => item.flags ^= QENEX_TRANSFER_HOLD,
        2 => item.related_id.low ^= 1,
        3 => item.from_account = account_number(1 + u64::from(change / 24)),
        4 => item.to_account = account_number(1 + u64::from(change / 24)),
        5 => item.amount = item.amount.wrapping_add(1),
        6 => item.amount /= 2,
        7 => item.currency ^= 1,
        8 => item.timeout ^= 1,
        9 => item.code ^= 1,
        10 => item.reference.high ^= 1,
        11 => item.flags ^= QENEX_TRANSFER_DURABLE | QENEX_TRANSFER_ZERO_AMOUNT,
        12 => item.flags ^= QENEX_TRANSFER_LINKED,
        13 => (item.from_account, item.to_account, item.currency) = (0, 0, 0),
        14 => item.amount = u64::MAX,
        15 => item.amount = 0,
        _ => {}
    }
}

/// Changes one field of an opening that is sent again, or none.
fn change_opening(request: &mut AccountRequest, change: u8) {
    match change % 20 {
        0 => request.flags ^= QENEX_ACCOUNT_UNLIMITED,
        1 => request.initial_balance ^= 1,
        2 => request.currency = if request.currency == 840 { 978 } else { 840 },
        3 => request.code ^= 1,
        4 => request.reference.low ^= 1,
        5 => request.account_type ^= 1,
        6 => request.owner ^= 1,
        7 => request.overdraft_limit ^= 1,
        8 => request.account_type = 99,
        _ => {}
    }
}

/// Changes one field of an update that is sent again, or none.
fn change_update(request: &mut UpdateRequest, change: u8) {
    match change % 20 {
        0 => request.changes ^= QENEX_UPDATE_FREEZE_DEBITS,
        1 => request.account_number = account_number(2),
        2 => request.code ^= 1,
        3 => request.reference.high ^= 1,
        4 => request.owner ^= 1,
        5 => request.overdraft_limit ^= 1,
        6 => request.spending_limit ^= 1,
        7 => request.spending_window ^= 1,
        8 => request.changes ^= QENEX_UPDATE_OWNER,
        _ => {}
    }
}

/// Breaks one rule, sometimes.
fn spoil(item: &mut Transfer, fault: u8, numbers: &[u64]) {
    match fault {
        0 => item.reserved = 1,
        1 => item.flags |= 1 << 20,
        2 => item.id = Id::reserved(3),
        3 => item.from_account = 0,
        4 => item.to_account = 0,
        5 => item.to_account = item.from_account,
        6 => item.related_id = if item.related_id.is_none() { Id::from_u128(5) } else { Id::NONE },
        7 => item.timeout ^= 9,
        8 => item.currency = 0,
        9 => item.currency = 978,
        10 => item.currency = 999,
        11 => item.amount = 0,
        12 => item.from_account += 1,
        13 => item.to_account += 1,
        14 => item.from_account = account_number(10_u64.pow(9)),
        15 => item.to_account = account_number(10_u64.pow(9) + 1),
        16 => item.flags ^= QENEX_TRANSFER_HOLD,
        17 => item.flags |= QENEX_TRANSFER_UP_TO,
        18 => item.flags |= QENEX_TRANSFER_VOID_HOLD,
        19 => item.related_id = item.id,
        20 => item.to_account = pick(numbers, fault).unwrap_or(0),
        21..=24 => item.to_account = pick(numbers, item.amount).unwrap_or(0),
        25 => (item.from_account, item.to_account) = (item.to_account, item.from_account),
        26 => item.from_account = u64::MAX,
        27 => item.flags ^= QENEX_TRANSFER_POST_HOLD,
        _ => {}
    }
}

/// The accounts that every workload begins with: customers' with money, an overdraft, an unlimited one, two currencies.
fn prelude(pair: &mut Pair) {
    let given = |owner, currency, flags| AccountRequest {
        owner,
        currency,
        flags: QENEX_ACCOUNT_OWNER_GIVEN | flags,
        ..AccountRequest::default()
    };
    for request in [
        AccountRequest { initial_balance: 1000, ..given(UIDS[0], 840, 0) },
        AccountRequest { initial_balance: 50, overdraft_limit: 100, ..given(UIDS[1], 840, 0) },
        AccountRequest { account_type: QENEX_ACCOUNT_LIQUIDITY, ..given(0, 840, QENEX_ACCOUNT_UNLIMITED) },
        AccountRequest { initial_balance: 700, ..given(UIDS[0], 978, 0) },
        given(UIDS[2], 978, 0),
    ] {
        pair.open(request, OPERATOR);
    }
    pair.compare();
}

/// What was seen in all workloads of a test.
#[derive(Default)]
struct Seen {
    codes: BTreeMap<ResultCode, u64>,
    forgotten: u64,
}

/// Plays many workloads.
fn play(cases: u32, with_fill: bool) -> Seen {
    let asked = std::env::var("QENEX_CASES").ok().map(|text| text.parse().expect("QENEX_CASES is a number"));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/random.regressions");
    let config = Cases {
        cases: match asked {
            _ if cfg!(miri) => 1,
            Some(asked) => asked,
            // Without optimisation all is several times slower.
            None if cfg!(debug_assertions) => cases / 3,
            None => cases,
        },
        failure_persistence: (!cfg!(miri)).then(|| Box::new(FileFailurePersistence::Direct(path)) as Box<_>),
        max_shrink_iters: 4_000,
        max_shrink_time: 15_000,
        ..Cases::default()
    };
    let mut runner = match asked {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    };
    let seen = RefCell::new(Seen::default());
    let outcome = runner.run(&steps(with_fill), |steps| {
        let mut pair = Pair::new();
        prelude(&mut pair);
        for step in &steps {
            pair.take(step);
        }
        let mut seen = seen.borrow_mut();
        for (code, count) in &pair.model.seen {
            *seen.codes.entry(*code).or_default() += count;
        }
        seen.forgotten += pair.forgotten;
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    seen.into_inner()
}

/// Codes that no random workload here can meet, and why.
const NOT_HERE: &[(ResultCode, &str)] = &[
    (ResultCode::NotLive, "the ledger is always live"),
    (ResultCode::ReadOnly, "the ledger always takes changes"),
    (ResultCode::CountMustNotBeZero, "checked by the device"),
    (ResultCode::CountTooLarge, "checked by the device"),
    (ResultCode::JournalFull, "the other test's workloads are long enough"),
    (ResultCode::ReadContended, "nobody disturbs the reads"),
    (ResultCode::OutOfMemory, "there is enough"),
    (ResultCode::DurabilityUnavailable, "told by the device"),
    (ResultCode::JournalAttached, "told by the device"),
    (ResultCode::JournalNotAttached, "told by the device"),
    (ResultCode::JournalFenced, "told by the device"),
    (ResultCode::AcknowledgedTooMuch, "an answer to an acknowledgement"),
    (ResultCode::AcknowledgedAlready, "an answer to an acknowledgement"),
    (ResultCode::TimedOut, "told by the device"),
    (ResultCode::LedgerNotEmpty, "nothing is restored here"),
    (ResultCode::NotRestoring, "nothing is restored here"),
    (ResultCode::RestoreOutOfOrder, "nothing is restored here"),
    (ResultCode::RestoreInconsistent, "nothing is restored here"),
    (ResultCode::DigestMismatch, "nothing is restored here"),
];

/// Workloads of every kind, and every result code that they can meet is met.
#[test]
fn workloads_agree_with_the_model() {
    let seen = play(4_000, false);
    if cfg!(miri) {
        return;
    }
    let here = |code: &ResultCode| NOT_HERE.iter().all(|(other, _)| other != code);
    let expected: BTreeSet<ResultCode> = ResultCode::ALL.iter().copied().filter(here).collect();
    let met: BTreeSet<ResultCode> = seen.codes.keys().copied().collect();
    let missing: Vec<&ResultCode> = expected.difference(&met).collect();
    let unexpected: Vec<&ResultCode> = met.difference(&expected).collect();
    assert!(
        missing.is_empty() && unexpected.is_empty(),
        "missing {missing:?}, unexpected {unexpected:?}: {:?}",
        seen.codes
    );
}

/// Workloads that are longer than the ledger remembers: what has left the ring is forgotten, but for open holds; and a
/// full ring refuses without harm.
#[test]
fn workloads_beyond_the_window_agree_with_the_model() {
    if cfg!(miri) {
        return;
    }
    let seen = play(150, true);
    assert!(seen.codes.contains_key(&ResultCode::JournalFull), "{:?}", seen.codes);
    assert!(seen.forgotten > 0, "no id was used again after it had been forgotten");
}
