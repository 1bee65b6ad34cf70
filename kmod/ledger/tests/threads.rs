// SPDX-License-Identifier: MIT OR GPL-2.0

//! Real threads on one ledger.
//!
//! Threads come in pairs that send the same items, each at its own pace, so that every id is raced for; others read all
//! accounts and want each read to add up; one opens accounts, so that the table grows meanwhile. Then the auditor does
//! the journal again and compares. What an item says follows from its number alone, so that both threads of a pair say
//! the same.
//!
//! `QENEX_CASES` makes the run longer. The sizes are small under miri, which needs `-Zmiri-disable-isolation` for the
//! variable and takes minutes.

mod audit;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use qenex_abi::*;
use qenex_ledger::{Batch, Caller, Config, Ledger};

use audit::Audit;

/// Pairs of writers.
const PAIRS: u64 = if cfg!(miri) { 1 } else { 4 };
/// Items that each of a pair sends.
const ITEMS: u64 = if cfg!(miri) { 8 } else { 20_000 };
/// Accounts opened meanwhile: more than a segment of the table, which is 4096, or 2 under miri.
const OPENED: u64 = if cfg!(miri) { 3 } else { 4_200 };
/// Accounts in each currency that money moves between, the cash account aside.
const ACTIVE: u64 = if cfg!(miri) { 4 } else { 9 };
/// Threads that read all accounts.
const READERS: u64 = if cfg!(miri) { 1 } else { 2 };
const CURRENCIES: [u32; 2] = [840, 978];
const OPERATOR: Caller = Caller { uid: 0, operator: true };
const START: u64 = 1_700_000_000_000_000_000;

/// A small generator of numbers (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ word >> 31
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

fn ledger(entries: u64, holds: u64) -> Ledger {
    let config = Config {
        accounts_max: if cfg!(miri) { 64 } else { 10_000 },
        holds_max: holds,
        journal_entries: entries,
        ledger_id: Id::from_u128(1),
        hash_key: [0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210],
    };
    let ledger = Ledger::new(&config).expect("enough memory");
    ledger.init();
    ledger
}

/// Opens an account; its number.
fn open(ledger: &Ledger, currency: u32, balance: u64, flags: u32) -> u64 {
    let mut request = AccountRequest { currency, initial_balance: balance, flags, ..AccountRequest::default() };
    assert_eq!(ledger.create_account(&mut request, &OPERATOR, START), ResultCode::Ok);
    request.account_number
}

/// The active accounts of each currency, without the cash accounts.
fn active(ledger: &Ledger) -> [Vec<u64>; 2] {
    CURRENCIES.map(|currency| {
        let flags = |n| if n == 0 { QENEX_ACCOUNT_UNLIMITED } else { 0 };
        (0..ACTIVE).map(|n| open(ledger, currency, 300 * n, flags(n))).collect()
    })
}

/// The item with this number of this pair.
fn item(pair: u64, number: u64, accounts: &[Vec<u64>; 2]) -> Transfer {
    let mut numbers = Numbers(pair << 32 | number);
    let which = numbers.below(2) as usize;
    let from = numbers.below(ACTIVE);
    let to = (from + 1 + numbers.below(ACTIVE - 1)) % ACTIVE;
    // Another pair's ids, too: what one holds another posts, and two may try to end the same hold.
    let about = Id { low: number.saturating_sub(numbers.below(40)), high: 1 + numbers.below(PAIRS) };
    let mut item = Transfer { id: Id { low: number, high: 1 + pair }, ..Transfer::default() };
    match numbers.below(10) {
        0..=5 => {
            item.from_account = accounts[which][from as usize];
            item.to_account = accounts[which][to as usize];
            item.currency = CURRENCIES[which];
            item.amount = 1 + numbers.below(200);
            item.flags =
                [0, 0, 0, QENEX_TRANSFER_UP_TO, QENEX_TRANSFER_HOLD, QENEX_TRANSFER_HOLD][numbers.below(6) as usize];
        }
        kind => {
            item.related_id = about;
            item.flags =
                [QENEX_TRANSFER_POST_HOLD, QENEX_TRANSFER_VOID_HOLD, QENEX_TRANSFER_REVERSE, QENEX_TRANSFER_POST_HOLD]
                    [(kind - 6) as usize];
            item.amount = match kind {
                7 => 0,
                9 => 1 + numbers.below(50),
                _ => QENEX_AMOUNT_ALL,
            };
        }
    }
    if numbers.below(4) == 0 {
        item.flags |= QENEX_TRANSFER_LINKED;
    }
    item
}

/// What one thread was told: for each item sent its result.
type Told = Vec<(Id, TransferResult)>;

/// Sends a pair's items in runs of its own length: alone, or as batches with chains.
fn send(ledger: &Ledger, pair: u64, accounts: &[Vec<u64>; 2], items: u64, seed: u64) -> Told {
    let mut numbers = Numbers(seed);
    let mut batch = Batch::default();
    let mut told = Told::new();
    let mut number = 1;
    while number <= items {
        // A batch ends where a chain ends, in both threads.
        let mut run = vec![item(pair, number, accounts)];
        let wanted = numbers.below(12);
        while run.last().is_some_and(|last| last.flags & QENEX_TRANSFER_LINKED != 0) || (run.len() as u64) < wanted {
            number += 1;
            run.push(item(pair, number, accounts));
        }
        number += 1;
        let now = START + numbers.below(1_000_000);
        let mut results = vec![TransferResult::default(); run.len()];
        if let [item] = run[..] {
            let mut request = TransferRequest::new(item);
            ledger.transfer(&mut request, &OPERATOR, now);
            results[0] = request.outcome();
        } else {
            batch.run(ledger, &run, &mut results, &OPERATOR, now);
        }
        told.extend(run.iter().map(|item| item.id).zip(results));
        if numbers.below(16) == 0 {
            thread::yield_now();
        }
    }
    told
}

/// Reads all accounts again and again, in another order each time; every read must add up. How many did.
fn read(ledger: &Ledger, numbers: &[u64], done: &AtomicBool, seed: u64) -> u64 {
    let mut order = numbers.to_vec();
    let mut random = Numbers(seed);
    let mut accounts = vec![Account::default(); order.len()];
    let (mut reads, mut last) = (0, 0);
    while !done.load(Ordering::Relaxed) || reads == 0 {
        for place in 1..order.len() {
            order.swap(place, random.below(place as u64 + 1) as usize);
        }
        let sequence = match ledger.read_accounts(&order, &mut accounts, &OPERATOR) {
            Ok(sequence) => sequence,
            Err(code) => {
                assert_eq!(code, ResultCode::ReadContended);
                continue;
            }
        };
        assert!(sequence >= last, "a later read saw an earlier point: {sequence} after {last}");
        (last, reads) = (sequence, reads + 1);
        let mut sums: BTreeMap<u32, (i128, i128)> = BTreeMap::new();
        for account in &accounts {
            assert_eq!(account.result, 0, "{account:?}");
            assert!(account.available >= 0 || account.flags & QENEX_ACCOUNT_UNLIMITED != 0, "{account:?}");
            assert!(account.sequence <= sequence, "{account:?} at {sequence}");
            let (posted, held) = sums.entry(account.currency).or_default();
            *posted += i128::from(account.credits_posted) - i128::from(account.debits_posted);
            *held += i128::from(account.credits_held) - i128::from(account.debits_held);
        }
        assert!(sums.values().all(|sum| *sum == (0, 0)), "sums of balances and holds at {sequence}: {sums:?}");
    }
    reads
}

/// Does the whole journal again and compares it with the accounts.
fn audited(ledger: &Ledger) -> (Audit, Vec<JournalEntry>) {
    let info = ledger.info();
    let mut audit = Audit::new(info.journal_entries);
    let mut entries = vec![JournalEntry::default(); usize::try_from(info.sequence).expect("small")];
    let (found, next) = ledger.recorded_from(1, &mut entries, &OPERATOR);
    assert_eq!((found as u64, next), (info.sequence, info.sequence + 1));
    for entry in &entries {
        audit.feed(entry);
    }
    let numbers = audit.accounts();
    let mut accounts = vec![Account::default(); numbers.len()];
    ledger.read_accounts(&numbers, &mut accounts, &OPERATOR).expect("nobody disturbs");
    for account in &accounts {
        audit.agrees_with(account);
    }
    assert_eq!(info.holds, audit.open_holds());
    assert_eq!(info.accounts, numbers.len() as u64);
    (audit, entries)
}

/// How much longer than usual.
fn factor() -> u64 {
    std::env::var("QENEX_CASES").map_or(1, |text| text.parse::<u64>().expect("QENEX_CASES is a number").div_ceil(4_000))
}

/// All kinds of items from all threads; every read adds up, every id takes effect once, the journal explains it all.
#[test]
fn threads_race_for_every_id() {
    for round in 0..factor() {
        // No entry is overwritten, so that all can be audited.
        let entries = (2 * PAIRS * ITEMS + 2 * OPENED + if cfg!(miri) { 60 } else { 1000 })
            .next_power_of_two()
            .max(Config::JOURNAL_MIN);
        let ledger = ledger(entries, 64);
        let accounts = active(&ledger);
        let numbers: Vec<u64> =
            (1..=ledger.info().accounts).filter_map(AccountNumber::from_index).map(|n| n.get()).collect();
        let done = AtomicBool::new(false);
        let told = thread::scope(|scope| {
            let (ledger, accounts, numbers, done) = (&ledger, &accounts, &numbers, &done);
            let writers: Vec<_> = (0..2 * PAIRS)
                .map(|n| scope.spawn(move || send(ledger, n / 2, accounts, ITEMS, round << 16 | n)))
                .collect();
            let readers: Vec<_> = (0..READERS).map(|n| scope.spawn(move || read(ledger, numbers, done, n))).collect();
            let opener = scope.spawn(move || {
                for _ in 0..OPENED {
                    open(ledger, 840, 0, 0);
                }
            });
            let told: Vec<Told> = writers.into_iter().map(|writer| writer.join().expect("a writer")).collect();
            opener.join().expect("the opener");
            done.store(true, Ordering::Relaxed);
            for reader in readers {
                assert!(reader.join().expect("a reader") > 0);
            }
            told
        });
        let (_, journal) = audited(&ledger);
        let recorded: BTreeMap<Id, &JournalEntry> = journal.iter().map(|entry| (entry.id, entry)).collect();
        let mut effects: BTreeMap<Id, u64> = BTreeMap::new();
        let mut counts = BTreeMap::<u32, u64>::new();
        for (id, result) in told.iter().flatten() {
            *counts.entry(result.result).or_default() += 1;
            let is = |code: ResultCode| result.result == code as u32;
            if is(ResultCode::Ok) {
                *effects.entry(*id).or_default() += 1;
            }
            // An id of which an earlier item of a refused chain was a repeat is told without a place in history.
            if is(ResultCode::Ok) || is(ResultCode::Exists) && result.sequence != 0 {
                let entry = recorded[id];
                assert_eq!(
                    (result.sequence, result.timestamp, result.moved),
                    (entry.sequence, entry.timestamp, entry.amount)
                );
            }
        }
        assert!(effects.values().all(|effects| *effects == 1), "an id took effect twice");
        let accepted = effects.len() as u64;
        let info = ledger.info();
        assert_eq!(
            (info.transfers_accepted, info.transfers_repeated),
            (accepted, counts[&(ResultCode::Exists as u32)])
        );
        let all: u64 = counts.values().sum();
        assert_eq!(info.transfers_accepted + info.transfers_refused + info.transfers_repeated, all);
    }
}

/// Few accounts and few places for holds, all wanted by all: a hold ends once, whoever ends it.
#[test]
fn threads_race_to_end_holds() {
    let rounds = if cfg!(miri) { 2 } else { 1_500 * factor() };
    let ledger = ledger((rounds * 4).next_power_of_two().max(Config::JOURNAL_MIN), 8);
    let [from, to] = [open(&ledger, 840, u64::MAX / 2, 0), open(&ledger, 840, 0, 0)];
    let make = |number, flags, related| Transfer {
        id: Id { low: number, high: u64::from(flags) },
        from_account: if related == 0 { from } else { 0 },
        to_account: if related == 0 { to } else { 0 },
        currency: if related == 0 { 840 } else { 0 },
        amount: if flags == QENEX_TRANSFER_VOID_HOLD { 0 } else { 5 },
        flags,
        related_id: Id { low: related, high: if related == 0 { 0 } else { QENEX_TRANSFER_HOLD.into() } },
        ..Transfer::default()
    };
    let say = |ledger: &Ledger, item| {
        let mut request = TransferRequest::new(item);
        ledger.transfer(&mut request, &OPERATOR, START)
    };
    let ended: Vec<Vec<u64>> = thread::scope(|scope| {
        let threads: Vec<_> = [QENEX_TRANSFER_POST_HOLD, QENEX_TRANSFER_VOID_HOLD, QENEX_TRANSFER_POST_HOLD << 16]
            .into_iter()
            .map(|way| {
                let (ledger, make, say) = (&ledger, &make, &say);
                scope.spawn(move || {
                    let mut ended = Vec::new();
                    for number in 1..=rounds {
                        // All try to make it; one does.
                        let code = say(ledger, make(number, QENEX_TRANSFER_HOLD, 0));
                        assert!(code.is_success() || code == ResultCode::HoldsFull, "{code}");
                        if code == ResultCode::HoldsFull {
                            continue;
                        }
                        let flags = if way >> 16 != 0 { way >> 16 } else { way };
                        let mut end = make(number, flags, number);
                        end.id.high = way.into();
                        match say(ledger, end) {
                            ResultCode::Ok => ended.push(number),
                            ResultCode::HoldAlreadyPosted | ResultCode::HoldAlreadyVoided => {}
                            code => panic!("{code}"),
                        }
                    }
                    ended
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("a thread")).collect()
    });
    let mut all: Vec<u64> = ended.into_iter().flatten().collect();
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), count, "a hold ended twice");
    let (audit, _) = audited(&ledger);
    assert_eq!(audit.open_holds(), 0, "every hold that was made was ended");
    // Every place is free again.
    for number in 0..8 {
        assert_eq!(say(&ledger, make(rounds + 1 + number, QENEX_TRANSFER_HOLD, 0)), ResultCode::Ok);
    }
    assert_eq!(say(&ledger, make(rounds + 9, QENEX_TRANSFER_HOLD, 0)), ResultCode::HoldsFull);
}
