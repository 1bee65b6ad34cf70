// SPDX-License-Identifier: MIT OR GPL-2.0

//! One small test for each mistake of the ledger that the other tests brought to light or that reading it suggested, so
//! that none comes back. A test whose mistake is not mended yet is ignored, with the mistake as the reason.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use qenex_abi::*;
use qenex_ledger::{Batch, Caller, Config, Ledger};

const OPERATOR: Caller = Caller { uid: 0, operator: true };
const SECOND: u64 = 1_000_000_000;
const START: u64 = 1_700_000_000 * SECOND;

fn ledger(accounts_max: u64) -> Ledger {
    let config = Config {
        accounts_max,
        holds_max: 256,
        journal_entries: Config::JOURNAL_MIN,
        ledger_id: Id::from_u128(1),
        hash_key: [0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210],
    };
    let ledger = Ledger::new(&config).expect("a small ledger");
    ledger.init();
    ledger
}

fn try_open(ledger: &Ledger, balance: u64) -> Result<u64, ResultCode> {
    let mut request = AccountRequest { currency: 840, initial_balance: balance, ..AccountRequest::default() };
    match ledger.create_account(&mut request, &OPERATOR, START) {
        ResultCode::Ok => Ok(request.account_number),
        code => Err(code),
    }
}

fn open(ledger: &Ledger, balance: u64) -> u64 {
    try_open(ledger, balance).expect("it can be opened")
}

fn item(id: u64, from: u64, to: u64, amount: u64, flags: u32) -> Transfer {
    let id = Id { low: id, high: 1 };
    Transfer { id, from_account: from, to_account: to, amount, currency: 840, flags, ..Transfer::default() }
}

fn about(id: u64, hold: u64, flags: u32) -> Transfer {
    let related_id = Id { low: hold, high: 1 };
    Transfer { related_id, currency: 0, ..item(id, 0, 0, QENEX_AMOUNT_ALL, flags) }
}

fn say(ledger: &Ledger, item: Transfer, now: u64) -> ResultCode {
    let mut request = TransferRequest::new(item);
    ledger.transfer(&mut request, &OPERATOR, now)
}

fn say_all(ledger: &Ledger, items: &[Transfer]) -> Vec<ResultCode> {
    let mut results = vec![TransferResult::default(); items.len()];
    Batch::default().run(ledger, items, &mut results, &OPERATOR, START);
    results.iter().map(|result| ResultCode::from_u32(result.result).expect("a known code")).collect()
}

fn fill(ledger: &Ledger, from: u64, to: u64, first: u64, count: u64) {
    for id in first..first + count {
        assert_eq!(say(ledger, item(id, from, to, 0, QENEX_TRANSFER_ZERO_AMOUNT), START), ResultCode::Ok);
    }
}

/// `overflows_debits_posted` comes before `accounts_full`.
#[test]
fn an_opening_that_overflows_says_so_in_a_full_table() {
    let ledger = ledger(2);
    open(&ledger, u64::MAX);
    assert_eq!(try_open(&ledger, 1), Err(ResultCode::OverflowsDebitsPosted));
}

/// Timestamps never go back, so neither may the time by which holds expire: else the journal shows a hold that was
/// posted after it had expired.
#[test]
fn a_hold_stays_expired_when_the_clock_is_set_back() {
    let ledger = ledger(8);
    let [from, to] = [open(&ledger, 100), open(&ledger, 0)];
    let hold = Transfer { timeout: 10, ..item(1, from, to, 5, QENEX_TRANSFER_HOLD) };
    assert_eq!(say(&ledger, hold, START), ResultCode::Ok);
    assert_eq!(say(&ledger, item(2, from, to, 1, 0), START + 20 * SECOND), ResultCode::Ok);
    // The journal would say: posted 20 seconds after it was made.
    let code = say(&ledger, about(3, 1, QENEX_TRANSFER_POST_HOLD), START + 5 * SECOND);
    assert_eq!(code, ResultCode::HoldExpired);
}

/// The id of an open hold is on record however old the hold is.
#[test]
fn an_open_hold_is_not_made_again_when_its_entry_has_left_the_ring() {
    let ledger = ledger(8);
    let [from, to] = [open(&ledger, 100), open(&ledger, 0)];
    let hold = item(1, from, to, 5, QENEX_TRANSFER_HOLD);
    assert_eq!(say(&ledger, hold, START), ResultCode::Ok);
    ledger.release_journal();
    fill(&ledger, from, to, 100, Config::JOURNAL_MIN);
    ledger.release_journal();
    assert_eq!(say(&ledger, hold, START), ResultCode::Exists, "a late retry");
    assert_ne!(say(&ledger, item(1, from, to, 7, 0), START), ResultCode::Ok, "another item with its id");
    assert_eq!(ledger.info().holds, 1);
}

/// The same for openings and updates: an id names one change, of whatever kind.
#[test]
fn an_open_holds_id_is_taken_for_openings_and_updates_too() {
    let ledger = ledger(8);
    let [from, to] = [open(&ledger, 100), open(&ledger, 0)];
    let hold = item(1, from, to, 5, QENEX_TRANSFER_HOLD);
    assert_eq!(say(&ledger, hold, START), ResultCode::Ok);
    ledger.release_journal();
    fill(&ledger, from, to, 100, Config::JOURNAL_MIN);
    ledger.release_journal();
    let mut update = UpdateRequest {
        id: hold.id,
        account_number: to,
        changes: QENEX_UPDATE_FREEZE_DEBITS,
        ..UpdateRequest::default()
    };
    let code = ledger.update_account(&mut update, &OPERATOR, START);
    assert_eq!(code, ResultCode::ExistsWithDifferentFlags, "an update");
    let mut opening = AccountRequest { id: hold.id, currency: 840, ..AccountRequest::default() };
    let code = ledger.create_account(&mut opening, &OPERATOR, START);
    assert_eq!(code, ResultCode::ExistsWithDifferentFlags, "an opening");
}

/// An item that repeats an earlier one of its own chain breaks the chain, so that what it repeats has no place in
/// history either.
#[test]
fn a_repeat_within_a_chain_is_told_no_place_in_history() {
    let ledger = ledger(8);
    let [from, to] = [open(&ledger, 100), open(&ledger, 0)];
    let linked = item(1, from, to, 5, QENEX_TRANSFER_LINKED);
    let mut results = [TransferResult::default(); 3];
    let items = [linked, linked, item(2, from, to, 5, 0)];
    Batch::default().run(&ledger, &items, &mut results, &OPERATOR, START);
    assert_eq!(results[1].result, ResultCode::Exists as u32);
    assert_eq!((results[1].sequence, results[1].timestamp), (0, 0));
}

/// `linked_chain_open` comes before `reserved_must_be_zero`.
#[test]
fn an_open_end_is_told_before_a_reserved_field() {
    let ledger = ledger(8);
    let mut request = TransferRequest::new(item(1, 0, 0, 0, QENEX_TRANSFER_LINKED));
    request.reserved = 1;
    assert_eq!(ledger.transfer(&mut request, &OPERATOR, START), ResultCode::LinkedChainOpen);
    request.reserved2 = 1;
    assert_eq!(ledger.transfer(&mut request, &OPERATOR, START), ResultCode::LinkedChainOpen);
}

/// A chain that needs too many locks: `chain_too_long` comes before what its first item is told otherwise, as it does
/// for a chain of too many items.
#[test]
fn a_chain_with_too_many_locks_is_too_long_whatever_its_first_item() {
    let ledger = ledger(256);
    let numbers: Vec<u64> = (0..130).map(|_| open(&ledger, 10)).collect();
    for (hold, pair) in (1..).zip(numbers.chunks(2)) {
        assert_eq!(say(&ledger, item(hold, pair[0], pair[1], 5, QENEX_TRANSFER_HOLD), START), ResultCode::Ok);
    }
    let last = u64::from(QENEX_CHAIN_MAX) - 1;
    let linked = |n| if n < last { QENEX_TRANSFER_LINKED } else { 0 };
    let mut chain: Vec<Transfer> =
        (0..=last).map(|n| about(1000 + n, 1 + n, QENEX_TRANSFER_POST_HOLD | linked(n))).collect();
    assert_eq!(say_all(&ledger, &chain)[..2], [ResultCode::ChainTooLong, ResultCode::LinkedItemFailed]);
    // On record already: locks of 63 holds' buckets and 126 accounts are still too many.
    chain[0] = item(1, numbers[0], numbers[1], 5, QENEX_TRANSFER_HOLD | QENEX_TRANSFER_LINKED);
    assert_eq!(say_all(&ledger, &chain)[..2], [ResultCode::ChainTooLong, ResultCode::LinkedItemFailed]);
}

/// An open end is told whatever else is wrong, a full journal included.
#[test]
fn an_open_end_is_told_when_the_journal_is_full() {
    let ledger = ledger(8);
    let [from, to] = [open(&ledger, 100), open(&ledger, 0)];
    let room = Config::JOURNAL_MIN - ledger.info().sequence;
    fill(&ledger, from, to, 100, room);
    let once = QENEX_TRANSFER_LINKED | QENEX_TRANSFER_ID_ONCE;
    let chain = [item(1, from, to, 1000, once), item(2, from, to, 1, QENEX_TRANSFER_LINKED)];
    assert_eq!(say_all(&ledger, &chain), [ResultCode::JournalFull, ResultCode::LinkedChainOpen]);
}

/// Lets one thread read while another writes, until the reader has seen something wrong or the time is over.
fn watched(ledger: &Ledger, numbers: &[u64], write: impl Fn(u64) -> bool + Sync) -> Option<Vec<Account>> {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut step = 0;
            while !done.load(Ordering::Relaxed) && write(step) {
                step += 1;
            }
            done.store(true, Ordering::Relaxed);
        });
        let (end, mut wrong) = (Instant::now() + Duration::from_secs(3), None);
        let mut accounts = vec![Account::default(); numbers.len()];
        while wrong.is_none() && !done.load(Ordering::Relaxed) && Instant::now() < end {
            if ledger.read_accounts(numbers, &mut accounts, &OPERATOR).is_ok() {
                let sum: i128 = accounts.iter().map(|account| i128::from(account.balance)).sum();
                wrong = (sum != 0).then(|| accounts.clone());
            }
        }
        done.store(true, Ordering::Relaxed);
        writer.join().expect("the writer");
        wrong
    })
}

/// An id that is used up changes no account, also for a reader that comes across its entry.
#[test]
fn a_used_up_id_changes_nothing_for_a_reader() {
    let ledger = ledger(200);
    let [from, to] = [open(&ledger, 100), open(&ledger, 0)];
    let others: Vec<u64> = (0..100).map(|_| open(&ledger, 1000)).collect();
    let cash = AccountNumber::from_index(1).expect("the first").get();
    // The account that the refused items name is read first, those that change are read last.
    let mut numbers = vec![from, to];
    numbers.extend(&others);
    numbers.push(cash);
    let wrong = watched(&ledger, &numbers, |step| {
        let id = 10 + 2 * step;
        let refused = say(&ledger, item(id, from, to, 1000, QENEX_TRANSFER_ID_ONCE), START);
        assert_eq!(refused, ResultCode::ExceedsAvailableBalance);
        assert_eq!(
            say(&ledger, item(id + 1, others[99], others[98], 0, QENEX_TRANSFER_ZERO_AMOUNT), START),
            ResultCode::Ok
        );
        ledger.release_journal();
        true
    });
    assert!(wrong.is_none(), "money is missing: {:?}", wrong.map(|accounts| accounts[..2].to_vec()));
}

/// An opening is seen from its place in history on: nobody sees the opening balance leave the cash account and not
/// arrive.
#[test]
fn an_opening_is_never_half_seen() {
    let last = 200_000;
    let ledger = ledger(last);
    open(&ledger, 1);
    let done = AtomicBool::new(false);
    let number = |index| AccountNumber::from_index(index).expect("in range").get();
    let wrong = thread::scope(|scope| {
        let writer = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) && try_open(&ledger, 7).is_ok() {
                ledger.release_journal();
            }
            done.store(true, Ordering::Relaxed);
        });
        let (end, mut wrong) = (Instant::now() + Duration::from_secs(3), None);
        let mut accounts = [Account::default(); 2];
        while wrong.is_none() && !done.load(Ordering::Relaxed) && Instant::now() < end {
            // The next account and the cash account, from which 7 go to each one opened.
            let next = ledger.info().accounts + 1;
            if ledger.read_accounts(&[number(next), number(1)], &mut accounts, &OPERATOR).is_ok() {
                let [new, cash] = accounts;
                let opened = (cash.debits_posted - 1) / 7 + 2;
                let missing = new.result == ResultCode::AccountNotFound as u32 && opened >= next;
                wrong = missing.then_some((next, cash.debits_posted, cash.sequence));
            }
        }
        done.store(true, Ordering::Relaxed);
        writer.join().expect("the writer");
        wrong
    });
    assert!(wrong.is_none(), "account, debits of cash, sequence: {wrong:?}");
}

fn limit(ledger: &Ledger, account_number: u64, spending_limit: u64) {
    let mut update = UpdateRequest {
        account_number,
        changes: QENEX_UPDATE_SPENDING_LIMIT,
        spending_limit,
        spending_window: 86_400,
        ..UpdateRequest::default()
    };
    assert_eq!(ledger.update_account(&mut update, &OPERATOR, START), ResultCode::Ok);
}

/// What was held before a limit was set did not count towards it, so that releasing it must not make room for more.
#[test]
fn a_hold_from_before_a_limit_gives_nothing_back() {
    let ledger = ledger(8);
    let [from, to] = [open(&ledger, 1000), open(&ledger, 0)];
    assert_eq!(say(&ledger, item(1, from, to, 100, QENEX_TRANSFER_HOLD), START), ResultCode::Ok);
    limit(&ledger, from, 100);
    assert_eq!(say(&ledger, item(2, from, to, 100, 0), START), ResultCode::Ok);
    assert_eq!(say(&ledger, item(3, from, to, 100, 0), START), ResultCode::ExceedsSpendingLimit);
    let void = Transfer { amount: 0, ..about(4, 1, QENEX_TRANSFER_VOID_HOLD) };
    assert_eq!(say(&ledger, void, START), ResultCode::Ok);
    assert_eq!(say(&ledger, item(5, from, to, 100, 0), START), ResultCode::ExceedsSpendingLimit);
}

/// An update is on record under its id; a transfer with that id is something else, whatever bits its flags share with
/// those that say what was updated.
#[test]
fn an_updates_id_is_told_to_be_of_another_kind() {
    let ledger = ledger(8);
    let to = open(&ledger, 0);
    for changes in [QENEX_UPDATE_FREEZE_DEBITS, QENEX_UPDATE_UNFREEZE_DEBITS, QENEX_UPDATE_UNFREEZE_CREDITS] {
        let id = Id { low: changes.into(), high: 1 };
        let mut update = UpdateRequest { id, account_number: to, changes, ..UpdateRequest::default() };
        assert_eq!(ledger.update_account(&mut update, &OPERATOR, START), ResultCode::Ok);
        for flags in [0, QENEX_TRANSFER_HOLD, QENEX_TRANSFER_POST_HOLD, QENEX_TRANSFER_UP_TO] {
            // Nothing is debited, as by the update: it is not even well formed, and should not be told to be done.
            let code = say(&ledger, item(changes.into(), 0, to, 0, flags), START);
            assert_eq!(code, ResultCode::ExistsWithDifferentFlags, "{changes:#x} {flags:#x}");
        }
    }
}

/// Who may see few entries does not keep a processor for the length of the ring: one call looks at a bounded number, and
/// says where to go on.
#[test]
fn a_stranger_reads_history_in_bounded_steps() {
    let ledger = ledger(8);
    let [from, to] = [open(&ledger, 1 << 40), open(&ledger, 0)];
    for id in 0..2 * u64::from(QENEX_BATCH_MAX) {
        ledger.release_journal();
        assert_eq!(say(&ledger, item(id + 1, from, to, 1, 0), START), ResultCode::Ok);
    }
    let stranger = Caller { uid: 77, operator: false };
    let oldest = ledger.sequence() - Config::JOURNAL_MIN + 1;
    let mut room = [JournalEntry::default(); 4];
    let (found, next) = ledger.recorded_from(1, &mut room, &stranger);
    assert_eq!((found, next), (0, oldest + u64::from(QENEX_BATCH_MAX)));
    let (found, next) = ledger.recorded_from(next, &mut room, &stranger);
    assert_eq!((found, next), (0, ledger.sequence() + 1));
}

/// A last number of 2^64 - 1, restored, kept a reader of the history in the kernel for ever; above 2^53 no id was found again.
/// Numbers end where the index's place for them does.
#[test]
fn sequence_numbers_have_an_end() {
    const LAST: u64 = (1 << 53) - 1;
    let entry = |sequence| JournalEntry { sequence, timestamp: 1, id: Id::from_u128(5), ..JournalEntry::default() };
    for sequence in [LAST + 1, u64::MAX] {
        let ledger = ledger(3);
        ledger.restore_begin().expect("empty");
        assert_eq!(ledger.restore_entry(&entry(sequence)), Err(ResultCode::RestoreInconsistent));
        let end = RestoreEnd { sequence, timestamp: 1, accounts: 1, ..RestoreEnd::default() };
        let number = AccountNumber::from_index(1).expect("in range").get();
        let account = RestoreAccount { account_number: number, currency: 840, ..RestoreAccount::default() };
        ledger.restore_account(&account).expect("taken");
        assert_eq!(ledger.go_live(&end, |_| true), Err(ResultCode::RestoreInconsistent));
    }
    let ledger = ledger(3);
    ledger.restore_begin().expect("empty");
    let numbers = [1, 2].map(|index| AccountNumber::from_index(index).expect("in range").get());
    for account_number in numbers {
        let account = RestoreAccount { account_number, currency: 840, ..RestoreAccount::default() };
        ledger.restore_account(&account).expect("taken");
    }
    ledger.restore_entry(&entry(LAST - 1)).expect("taken");
    let end = RestoreEnd { sequence: LAST - 1, timestamp: 1, accounts: 2, ..RestoreEnd::default() };
    ledger.go_live(&end, |_| true).expect("open");
    let nothing = |id| item(id, numbers[0], numbers[1], 0, QENEX_TRANSFER_ZERO_AMOUNT);
    assert_eq!(say(&ledger, nothing(1), START), ResultCode::Ok);
    assert_eq!(say(&ledger, nothing(2), START), ResultCode::JournalFull);
    assert_eq!(say(&ledger, nothing(1), START), ResultCode::Exists);
    let mut entries = [JournalEntry::default(); 9];
    assert_eq!(ledger.recorded_from(LAST - 1, &mut entries, &OPERATOR), (2, LAST + 1));
    assert_eq!(ledger.recorded_from(u64::MAX, &mut entries, &OPERATOR).0, 0);
    assert_eq!(ledger.recorded(Id::from_u128(5), &OPERATOR).map(|entry| entry.sequence), Some(LAST - 1));
}

/// A ledger in which an id was used up before the first account was opened could not be restored from its own history.
#[test]
fn an_id_used_up_before_any_account_is_restored() {
    let ledger = ledger(3);
    let once = item(7, 292, 389, 1, QENEX_TRANSFER_ID_ONCE);
    assert_eq!(say(&ledger, once, START), ResultCode::FromAccountNotFound);
    let entry = ledger.recorded(once.id, &OPERATOR).expect("it is on record");
    assert_eq!((entry.sequence, entry.kind), (1, QENEX_ENTRY_ID_USED_UP));
    let again = self::ledger(3);
    again.restore_begin().expect("empty");
    again.restore_entry(&entry).expect("taken");
    let end = RestoreEnd { sequence: 1, timestamp: entry.timestamp, ..RestoreEnd::default() };
    again.go_live(&end, |_| true).expect("open");
    assert_eq!(say(&again, once, START), ResultCode::IdUsedUp);
}
