// SPDX-License-Identifier: MIT

//! The real ledger, driven at random: what its journal says, and what it reports of itself.

// Each test uses a part of it.
#![allow(dead_code)]

use std::path::Path;

use qenex_abi::*;
use qenex_ledger::{Batch, Caller, Config, Ledger};
use qenexd::state::State;
use qenexd::store::sqlite::SqliteStore;
use qenexd::store::{Group, Store};

pub(crate) const LEDGER_ID: Id = Id { low: 0x1122, high: 0x3344 };
const START: u64 = 1_700_000_000_000_000_000;
pub(crate) const OPERATOR: Caller = Caller { uid: 0, operator: true };

/// How often random tests are tried, unless `QENEX_CASES` says otherwise.
pub(crate) fn cases(default: u32) -> u32 {
    std::env::var("QENEX_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(default)
}

/// SplitMix64.
#[derive(Clone)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    pub(crate) fn one<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        of.get(self.below(of.len() as u64) as usize).copied()
    }
}

/// A ledger and the journal that it has written.
pub(crate) struct Driven {
    pub(crate) ledger: Box<Ledger>,
    batch: Batch,
    random: Random,
    now: u64,
    ids: u64,
    pub(crate) accounts: Vec<u64>,
    holds: Vec<Id>,
    postings: Vec<Id>,
    pub(crate) entries: Vec<JournalEntry>,
}

impl Driven {
    pub(crate) fn new(seed: u64) -> Self {
        let config = Config {
            accounts_max: 64,
            holds_max: 32,
            journal_entries: Config::JOURNAL_MIN,
            ledger_id: LEDGER_ID,
            hash_key: [seed, 1],
        };
        let ledger = Box::new(Ledger::new(&config).expect("a ledger"));
        ledger.init();
        Driven {
            ledger,
            batch: Batch::default(),
            random: Random(seed),
            now: START,
            ids: 0,
            accounts: Vec::new(),
            holds: Vec::new(),
            postings: Vec::new(),
            entries: Vec::new(),
        }
    }

    /// A ledger after `steps` random steps.
    pub(crate) fn run(seed: u64, steps: usize) -> Self {
        let mut driven = Driven::new(seed);
        for _ in 0..4 {
            driven.open();
        }
        for _ in 0..steps {
            driven.step();
        }
        driven
    }

    pub(crate) fn step(&mut self) {
        self.now += self.random.below(700_000_000);
        match self.random.below(20) {
            0 => self.open(),
            1 => self.update(),
            2 => {
                self.now += self.random.below(20_000_000_000);
                self.ledger.expire_holds(self.now, 8);
            }
            // The clock is set back.
            4 if self.random.below(4) == 0 => self.now -= self.random.below(3_000_000_000),
            5..8 => self.chain(),
            _ => {
                let item = self.item(false);
                self.batch(&[item]);
            }
        }
        self.collect();
    }

    fn id(&mut self) -> Id {
        self.ids += 1;
        // Some are left to the kernel.
        if self.random.below(5) == 0 { Id::NONE } else { Id { low: self.ids, high: 9 } }
    }

    fn open(&mut self) {
        let random = &mut self.random;
        let mut request = AccountRequest {
            initial_balance: if random.below(4) != 0 { random.below(1_000_000) } else { 0 },
            overdraft_limit: if random.below(4) == 0 { random.below(1000) } else { 0 },
            currency: random.one(&[840, 840, 840, 840, 840, 978]).unwrap_or(840),
            account_type: random.below(9) as u32,
            flags: if random.below(6) == 0 { QENEX_ACCOUNT_UNLIMITED } else { 0 } | QENEX_ACCOUNT_OWNER_GIVEN,
            owner: 1000 + random.below(3) as u32,
            reference: Id::from_u128(u128::from(random.below(99))),
            code: random.below(99) as u32,
            ..AccountRequest::default()
        };
        request.id = self.id();
        if self.ledger.create_account(&mut request, &OPERATOR, self.now) == ResultCode::Ok {
            self.accounts.push(request.account_number);
        }
        self.collect();
    }

    fn update(&mut self) {
        let changes = [
            QENEX_UPDATE_FREEZE_DEBITS,
            QENEX_UPDATE_UNFREEZE_DEBITS,
            QENEX_UPDATE_FREEZE_CREDITS,
            QENEX_UPDATE_UNFREEZE_CREDITS,
            QENEX_UPDATE_UNFREEZE_DEBITS | QENEX_UPDATE_UNFREEZE_CREDITS,
            QENEX_UPDATE_UNFREEZE_DEBITS | QENEX_UPDATE_UNFREEZE_CREDITS,
            QENEX_UPDATE_UNFREEZE_DEBITS | QENEX_UPDATE_UNFREEZE_CREDITS,
            QENEX_UPDATE_REOPEN,
            QENEX_UPDATE_OVERDRAFT_LIMIT | QENEX_UPDATE_OWNER,
            QENEX_UPDATE_SPENDING_LIMIT,
            QENEX_UPDATE_SPENDING_LIMIT | QENEX_UPDATE_FREEZE_DEBITS,
            QENEX_UPDATE_CLOSE,
            QENEX_UPDATE_REOPEN,
        ];
        let (id, random) = (self.id(), &mut self.random);
        let changes = random.one(&changes).unwrap_or(QENEX_UPDATE_CLOSE);
        let asked = |change: u32| changes & change != 0;
        let mut request = UpdateRequest { id, changes, code: random.below(9) as u32, ..UpdateRequest::default() };
        request.account_number = random.one(&self.accounts).unwrap_or(0);
        if asked(QENEX_UPDATE_OWNER) {
            request.owner = 1000 + random.below(3) as u32;
        }
        if asked(QENEX_UPDATE_OVERDRAFT_LIMIT) {
            request.overdraft_limit = random.below(2000);
        }
        if asked(QENEX_UPDATE_SPENDING_LIMIT) && random.below(4) != 0 {
            request.spending_limit = random.below(20_000);
            request.spending_window = 1 + random.below(20) as u32;
        }
        self.ledger.update_account(&mut request, &OPERATOR, self.now);
    }

    fn chain(&mut self) {
        let length = 2 + self.random.below(4);
        let items: Vec<Transfer> = (1..=length).map(|at| self.item(at < length)).collect();
        self.batch(&items);
    }

    fn item(&mut self, linked: bool) -> Transfer {
        let id = self.id();
        let random = &mut self.random;
        let mut item = Transfer {
            id,
            reference: Id::from_u128(u128::from(random.below(99))),
            code: random.below(99) as u32,
            flags: if linked { QENEX_TRANSFER_LINKED } else { 0 },
            ..Transfer::default()
        };
        if random.below(10) == 0 {
            item.flags |= QENEX_TRANSFER_ID_ONCE;
        }
        let all = random.below(3) == 0;
        match random.below(12) {
            0..6 => {
                (item.from_account, item.to_account) =
                    (random.one(&self.accounts).unwrap_or(0), random.one(&self.accounts).unwrap_or(0));
                item.currency = random.one(&[840, 840, 840, 840, 840, 840, 840, 978]).unwrap_or(840);
                item.amount = random.below(5000);
                if random.below(3) == 0 {
                    item.flags |= QENEX_TRANSFER_HOLD;
                    item.timeout = random.below(30) as u32;
                }
                if random.below(6) == 0 {
                    item.flags |= QENEX_TRANSFER_UP_TO | QENEX_TRANSFER_ZERO_AMOUNT;
                }
            }
            6 | 7 => {
                item.flags |= QENEX_TRANSFER_POST_HOLD;
                item.related_id = random.one(&self.holds).unwrap_or(Id::from_u128(77));
                item.amount = if all { QENEX_AMOUNT_ALL } else { random.below(2000) };
            }
            8 | 9 => {
                item.flags |= QENEX_TRANSFER_VOID_HOLD;
                item.related_id = random.one(&self.holds).unwrap_or(Id::from_u128(77));
            }
            _ => {
                item.flags |= QENEX_TRANSFER_REVERSE;
                item.related_id = random.one(&self.postings).unwrap_or(Id::from_u128(77));
                item.amount = if all { QENEX_AMOUNT_ALL } else { 1 + random.below(2000) };
            }
        }
        item
    }

    fn batch(&mut self, items: &[Transfer]) {
        let mut results = vec![TransferResult::default(); items.len()];
        self.batch.run(&self.ledger, items, &mut results, &OPERATOR, self.now);
    }

    fn collect(&mut self) {
        let mut room = vec![JournalEntry::default(); 64];
        loop {
            let next = self.entries.len() as u64 + 1;
            let (found, _) = self.ledger.recorded_from(next, &mut room, &OPERATOR);
            for entry in &room[..found] {
                match entry.kind {
                    QENEX_ENTRY_HOLD => self.holds.push(entry.id),
                    QENEX_ENTRY_POSTING | QENEX_ENTRY_POST_HOLD => self.postings.push(entry.id),
                    _ => {}
                }
                self.entries.push(*entry);
            }
            if found < room.len() {
                break;
            }
        }
        self.ledger.release_journal();
        for list in [&mut self.holds, &mut self.postings] {
            let surplus = list.len().saturating_sub(12);
            list.drain(..surplus);
        }
    }

    /// The state that the journal gives.
    pub(crate) fn state(&self) -> State {
        state_of(&self.entries)
    }

    /// Compares the state with everything that the ledger tells of itself.
    pub(crate) fn compare(&self, state: &State) {
        let info = self.ledger.info();
        assert_eq!(state.sequence(), info.sequence);
        assert_eq!(state.timestamp(), info.timestamp);
        assert_eq!(state.end().accounts, info.accounts);
        assert_eq!(state.end().holds, info.holds);
        let numbers: Vec<u64> =
            (1..=info.accounts).map(|index| AccountNumber::from_index(index).expect("in range").get()).collect();
        let mut accounts = vec![Account::default(); numbers.len()];
        self.ledger.read_accounts(&numbers, &mut accounts, &OPERATOR).expect("read");
        for (theirs, ours) in accounts.iter().zip(state.accounts()) {
            assert_eq!(theirs.account_number, ours.account_number);
            let counters = Counters {
                debits_posted: theirs.debits_posted,
                credits_posted: theirs.credits_posted,
                debits_held: theirs.debits_held,
                credits_held: theirs.credits_held,
            };
            assert_eq!(counters, ours.counters, "account {}", theirs.account_number);
            assert_eq!(
                (theirs.overdraft_limit, theirs.sequence, theirs.opened, theirs.reference, theirs.currency),
                (ours.overdraft_limit, ours.sequence, ours.opened, ours.reference, ours.currency)
            );
            assert_eq!(
                (theirs.account_type, theirs.flags & !QENEX_ACCOUNT_DEBIT_NORMAL, theirs.owner, theirs.code),
                (ours.account_type, ours.flags, ours.owner, ours.code)
            );
        }
    }

    /// Finds out by trying how much each limited account may still spend, and compares it with the state. Changes the
    /// ledger.
    pub(crate) fn compare_spending(&mut self, state: &State) {
        for account in state.accounts().iter().filter(|account| account.spending_window != 0) {
            let number = account.account_number;
            let frozen = QENEX_ACCOUNT_DEBITS_FROZEN | QENEX_ACCOUNT_CLOSED;
            let partner = state.accounts().iter().find(|other| {
                let closed = QENEX_ACCOUNT_CREDITS_FROZEN | QENEX_ACCOUNT_CLOSED;
                other.currency == account.currency && other.account_number != number && other.flags & closed == 0
            });
            let Some(partner) = partner.filter(|_| account.flags & frozen == 0) else { continue };
            let now = self.ledger.info().timestamp;
            let window = now / 1_000_000_000 / u64::from(account.spending_window) * u64::from(account.spending_window);
            let spent = if window == account.spending_window_start { account.spent } else { 0 };
            let left = account.spending_limit.saturating_sub(spent);
            // Enough money, so that only the limit speaks.
            let mut rich = UpdateRequest {
                account_number: number,
                changes: QENEX_UPDATE_OVERDRAFT_LIMIT,
                overdraft_limit: 1 << 40,
                ..UpdateRequest::default()
            };
            assert_eq!(self.ledger.update_account(&mut rich, &OPERATOR, now), ResultCode::Ok);
            let mut item = TransferRequest::new(Transfer {
                from_account: number,
                to_account: partner.account_number,
                amount: left + 1,
                currency: account.currency,
                ..Transfer::default()
            });
            assert_eq!(self.ledger.transfer(&mut item, &OPERATOR, now), ResultCode::ExceedsSpendingLimit);
            if left > 0 {
                item = TransferRequest::new(Transfer { amount: left, ..item.item() });
                item.id = Id::NONE;
                assert_eq!(
                    self.ledger.transfer(&mut item, &OPERATOR, now),
                    ResultCode::Ok,
                    "{left} left of {account:?}"
                );
            }
        }
        self.collect();
    }
}

/// The state that these entries give.
pub(crate) fn state_of(entries: &[JournalEntry]) -> State {
    let mut state = State::new(LEDGER_ID);
    for entry in entries {
        if let Err(error) = state.apply(entry) {
            panic!("{error}: {entry:?}");
        }
    }
    state
}

/// Cuts entries into groups of random sizes and appends them, several at a time.
pub(crate) fn append(store: &mut SqliteStore, entries: &[JournalEntry], random: &mut Random, largest: u64) {
    let mut rest = entries;
    while !rest.is_empty() {
        let (mut chain, mut groups) = (store.head().chain, Vec::new());
        for _ in 0..1 + random.below(3) {
            let size = (1 + random.below(largest) as usize).min(rest.len());
            let (now, later) = rest.split_at(size);
            if now.is_empty() {
                break;
            }
            let group = Group::seal(chain, now.to_vec()).expect("a group");
            chain = group.head();
            groups.push(group);
            rest = later;
        }
        store.append(&groups).expect("appended");
    }
}

/// A new store with these entries.
pub(crate) fn store_of(directory: &Path, entries: &[JournalEntry], random: &mut Random) -> SqliteStore {
    let mut store = SqliteStore::create(directory, LEDGER_ID).expect("a store");
    append(&mut store, entries, random, 60);
    store
}

/// Copies a directory and everything in it, as a power cut would leave it.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("directory");
    for entry in std::fs::read_dir(from).expect("directory") {
        let path = entry.expect("entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else if !path.to_string_lossy().ends_with("-shm") {
            std::fs::copy(&path, &target).expect("copied");
        }
    }
}
