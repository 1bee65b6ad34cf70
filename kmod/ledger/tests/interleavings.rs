// SPDX-License-Identifier: MIT OR GPL-2.0

//! Interleavings of the locks and of what is read without them: the journal's slots and its consumer, the links of the id
//! index, the growth of the account table, the consistent read and the expiry of holds.
//!
//! Only with `RUSTFLAGS="--cfg shuttle"`. Shuttle runs each test many times and decides before every access to an
//! atomic which thread goes on, at random and by PCT (few, well placed switches).
//!
//! What this shows: the protocol, which lock is taken when and in which order things are published, holds whichever
//! thread goes on. What it does not: that the memory orderings written down suffice, since shuttle takes all accesses
//! to be sequentially consistent. For those `journal.rs` gives the argument, and miri, which lets loads see old values,
//! runs `threads.rs`.
//!
//! The ring has 8 entries and a segment of the table 2 accounts, so that both are left behind within a few steps.
//! `QENEX_CASES` sets how many interleavings of each kind are tried.

#![cfg(shuttle)]

use std::sync::Arc;

use qenex_abi::*;
use qenex_ledger::{Caller, Config, Ledger};
use shuttle::thread;

const OPERATOR: Caller = Caller { uid: 0, operator: true };

fn ledger(entries: u64) -> Arc<Ledger> {
    let config = Config {
        accounts_max: 16,
        holds_max: 2,
        journal_entries: entries,
        ledger_id: Id::from_u128(1),
        hash_key: [3, 5],
    };
    let ledger = Arc::new(Ledger::new(&config).expect("a small ledger"));
    ledger.init();
    ledger
}

fn open(ledger: &Ledger, balance: u64) -> u64 {
    let mut request = AccountRequest { currency: 840, initial_balance: balance, ..AccountRequest::default() };
    assert_eq!(ledger.create_account(&mut request, &OPERATOR, 1), ResultCode::Ok);
    request.account_number
}

fn item(id: u64, from: u64, to: u64, amount: u64, flags: u32) -> Transfer {
    let id = Id { low: id, high: 1 };
    Transfer { id, from_account: from, to_account: to, amount, currency: 840, flags, ..Transfer::default() }
}

fn say(ledger: &Ledger, item: Transfer) -> TransferResult {
    let mut request = TransferRequest::new(item);
    ledger.transfer(&mut request, &OPERATOR, 1);
    request.outcome()
}

fn number(index: u64) -> u64 {
    AccountNumber::from_index(index).expect("in range").get()
}

/// CRC-32C bit by bit.
fn crc32c(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| crc >> 1 ^ if crc & 1 == 1 { 0x82f6_3b78 } else { 0 })
    })
}

fn check(test: impl Fn() + Send + Sync + 'static) {
    let cases = std::env::var("QENEX_CASES").map_or(12_000, |text| text.parse().expect("QENEX_CASES is a number"));
    // That the orderings are not looked at is said above.
    let config = || {
        let mut config = shuttle::Config::new();
        config.silence_warnings = true;
        config
    };
    let test = Arc::new(test);
    let again = Arc::clone(&test);
    let random = shuttle::Runner::new(shuttle::scheduler::RandomScheduler::new(cases), config()).run(move || test());
    let few_changes =
        shuttle::Runner::new(shuttle::scheduler::PctScheduler::new(3, cases), config()).run(move || again());
    note(random + few_changes);
}

/// Keeps how many schedules this test has tried, for the table of `make proof`.
fn note(schedules: usize) {
    let current = std::thread::current();
    let name = format!("interleavings-{}", current.name().unwrap_or_default());
    let proof = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/proof.py");
    let words = ["note", &name, &schedules.to_string(), "schedules", "0"];
    let status = std::process::Command::new("python3").arg(proof).args(words).status();
    assert!(status.expect("python3 can be run").success());
}

/// Two threads with one id: one effect, and the other is told where it is.
#[test]
fn one_id_takes_effect_once() {
    check(|| {
        let ledger = ledger(8);
        let [from, to] = [open(&ledger, 10), open(&ledger, 0)];
        let threads = [0; 2].map(|_| {
            let ledger = Arc::clone(&ledger);
            thread::spawn(move || say(&ledger, item(1, from, to, 7, 0)))
        });
        let [one, other] = threads.map(|thread| thread.join().expect("a thread"));
        let codes = [one.result, other.result];
        let (done, told) = (ResultCode::Ok as u32, ResultCode::Exists as u32);
        assert!(codes == [done, told] || codes == [told, done], "{codes:?}");
        assert_eq!((one.sequence, one.timestamp, one.moved), (other.sequence, other.timestamp, other.moved));
    });
}

/// A post and a void of one hold: one of them ends it.
#[test]
fn one_hold_ends_once() {
    check(|| {
        let ledger = ledger(16);
        let [from, to] = [open(&ledger, 10), open(&ledger, 0)];
        assert_eq!(say(&ledger, item(1, from, to, 7, QENEX_TRANSFER_HOLD)).result, 0);
        let ways = [(QENEX_TRANSFER_POST_HOLD, 7), (QENEX_TRANSFER_VOID_HOLD, 0)];
        let threads = ways.map(|(flags, amount)| {
            let ledger = Arc::clone(&ledger);
            let related_id = Id { low: 1, high: 1 };
            let end = Transfer { related_id, currency: 0, ..item(u64::from(flags), 0, 0, amount, flags) };
            thread::spawn(move || say(&ledger, end).result)
        });
        let [post, void] = threads.map(|thread| thread.join().expect("a thread"));
        let expected = [[0, ResultCode::HoldAlreadyPosted as u32], [ResultCode::HoldAlreadyVoided as u32, 0]];
        assert!(expected.contains(&[post, void]), "{post} {void}");
        assert_eq!(ledger.info().holds, 0);
    });
}

/// What a reader finds in the ring is whole and in order, also where it is being overwritten.
#[test]
fn slots_are_read_whole_or_not_at_all() {
    check(|| {
        let ledger = ledger(8);
        let [from, to] = [open(&ledger, 100), open(&ledger, 0)];
        let writer = {
            let ledger = Arc::clone(&ledger);
            thread::spawn(move || {
                for id in 0..10 {
                    ledger.release_journal();
                    assert_eq!(say(&ledger, item(id, from, to, id + 1, 0)).result, 0);
                }
            })
        };
        let mut next = 1;
        for _ in 0..4 {
            let mut entries = [JournalEntry::default(); 4];
            let (found, after) = ledger.recorded_from(next, &mut entries, &OPERATOR);
            for entry in &entries[..found] {
                assert!(entry.sequence >= next, "{entry:?} at {next}");
                let bytes = zerocopy::IntoBytes::as_bytes(entry);
                assert_eq!(entry.crc, crc32c(&bytes[..bytes.len() - 4]), "{entry:?}");
                next = entry.sequence + 1;
            }
            next = next.max(after);
        }
        writer.join().expect("the writer");
    });
}

/// An id that is in the ring is found, whatever is pushed in front of it and overwritten behind it.
#[test]
fn ids_are_found_while_chains_grow_and_end() {
    check(|| {
        let ledger = ledger(8);
        let [from, to] = [open(&ledger, 100), open(&ledger, 0)];
        ledger.release_journal();
        assert_eq!(say(&ledger, item(1, from, to, 1, 0)).result, 0);
        ledger.release_journal();
        let writer = {
            let ledger = Arc::clone(&ledger);
            thread::spawn(move || {
                // One entry fewer than would push it out of the ring.
                for id in 2..9 {
                    assert_eq!(say(&ledger, item(id, from, to, 1, 0)).result, 0);
                    let entry = ledger.recorded(Id { low: id, high: 1 }, &OPERATOR).expect("the latest");
                    assert_eq!(entry.id.low, id);
                }
            })
        };
        for _ in 0..4 {
            let entry = ledger.recorded(Id { low: 1, high: 1 }, &OPERATOR).expect("still in the ring");
            assert_eq!((entry.id.low, entry.amount), (1, 1));
            assert_eq!(ledger.recorded(Id { low: 99, high: 1 }, &OPERATOR), None);
        }
        writer.join().expect("the writer");
    });
}

/// Accounts opened by two threads at once get different numbers, also where the table grows, and are all there.
#[test]
fn the_table_grows_under_two_openers() {
    check(|| {
        let ledger = ledger(16);
        let threads = [0; 2].map(|_| {
            let ledger = Arc::clone(&ledger);
            thread::spawn(move || [open(&ledger, 0), open(&ledger, 0)])
        });
        let mut numbers: Vec<u64> = threads.into_iter().flat_map(|thread| thread.join().expect("an opener")).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, [2, 3, 4, 5].map(number));
        let mut accounts = [Account::default(); 5];
        ledger.read_accounts(&[1, 2, 3, 4, 5].map(number), &mut accounts, &OPERATOR).expect("nobody disturbs");
        assert!(accounts.iter().all(|account| account.result == 0 && account.currency == 840), "{accounts:?}");
    });
}

/// A read shows one instant: no transfer is seen in one account only.
fn reads_add_up(flags: u32, amount: u64) {
    check(move || {
        let ledger = ledger(16);
        let [a, b, c] = [open(&ledger, 10), open(&ledger, 10), open(&ledger, 10)];
        let threads = [(1, a, b), (2, b, c)].map(|(id, from, to)| {
            let ledger = Arc::clone(&ledger);
            thread::spawn(move || {
                say(&ledger, item(id, from, to, amount, flags));
                say(&ledger, item(id + 10, to, from, 3, 0));
            })
        });
        let mut accounts = [Account::default(); 3];
        for _ in 0..2 {
            ledger.read_accounts(&[a, b, c], &mut accounts, &OPERATOR).expect("few changes");
            let sum: i64 = accounts.iter().map(|account| account.balance).sum();
            assert_eq!(sum, 30, "{accounts:?}");
        }
        threads.into_iter().for_each(|thread| thread.join().expect("a writer"));
    });
}

/// With transfers.
#[test]
fn reads_add_up_while_money_moves() {
    reads_add_up(0, 5);
}

/// With items that are refused and leave a used-up id in the journal.
#[test]
fn reads_add_up_while_ids_are_used_up() {
    reads_add_up(QENEX_TRANSFER_ID_ONCE, 1_000);
}

/// An opening balance is seen in the new account and in the cash account, or in neither.
#[test]
fn openings_are_never_half_seen() {
    check(|| {
        let ledger = ledger(16);
        open(&ledger, 10);
        let opener = {
            let ledger = Arc::clone(&ledger);
            thread::spawn(move || open(&ledger, 7))
        };
        let mut accounts = [Account::default(); 3];
        ledger.read_accounts(&[number(3), number(2), number(1)], &mut accounts, &OPERATOR).expect("few changes");
        let sum: i64 = accounts.iter().map(|account| account.balance).sum();
        assert_eq!(sum, 0, "{accounts:?}");
        opener.join().expect("the opener");
    });
}

fn update(ledger: &Ledger, account_number: u64, changes: u32, limit: u64) -> u64 {
    let window = if changes == QENEX_UPDATE_SPENDING_LIMIT { 86_400 } else { 0 };
    let mut request = UpdateRequest {
        account_number,
        changes,
        spending_limit: limit,
        spending_window: window,
        ..UpdateRequest::default()
    };
    assert_eq!(ledger.update_account(&mut request, &OPERATOR, 1), ResultCode::Ok);
    request.sequence
}

/// A freeze and two spenders with room for one of them under the limit: after the freeze nothing leaves the account, and
/// the limit is not exceeded.
#[test]
fn freezes_and_limits_hold_from_their_place_in_history_on() {
    check(|| {
        let ledger = ledger(16);
        let [from, to] = [open(&ledger, 100), open(&ledger, 0)];
        update(&ledger, from, QENEX_UPDATE_SPENDING_LIMIT, 10);
        let spenders = [1, 2].map(|id| {
            let ledger = Arc::clone(&ledger);
            thread::spawn(move || say(&ledger, item(id, from, to, 7, 0)))
        });
        let frozen = update(&ledger, from, QENEX_UPDATE_FREEZE_DEBITS, 0);
        let told = spenders.map(|spender| spender.join().expect("a spender"));
        let spent: Vec<u64> = told.iter().filter(|told| told.result == 0).map(|told| told.sequence).collect();
        assert!(spent.len() <= 1 && spent.iter().all(|sequence| *sequence < frozen), "{told:?}, frozen at {frozen}");
        let refusals = [ResultCode::FromAccountFrozen as u32, ResultCode::ExceedsSpendingLimit as u32];
        assert!(told.iter().all(|told| told.result == 0 || refusals.contains(&told.result)), "{told:?}");
    });
}

/// The timer ends holds while one of them is posted, one is voided and a third is made: each ends once, and the queue goes on
/// with what is left.
#[test]
fn holds_expire_or_are_settled() {
    const LATER: u64 = 10_000_000_000;
    check(|| {
        let ledger = ledger(32);
        let [from, to] = [open(&ledger, 100), open(&ledger, 0)];
        let hold = |id, timeout| Transfer { timeout, ..item(id, from, to, 10, QENEX_TRANSFER_HOLD) };
        assert_eq!(say(&ledger, hold(1, 1)).result, 0);
        assert_eq!(say(&ledger, hold(2, 2)).result, 0);
        let settlers =
            [(1, QENEX_TRANSFER_POST_HOLD, 10), (2, QENEX_TRANSFER_VOID_HOLD, 0)].map(|(id, flags, amount)| {
                let ledger = Arc::clone(&ledger);
                let related_id = Id { low: id, high: 1 };
                let end = Transfer { related_id, currency: 0, ..item(10 + id, 0, 0, amount, flags) };
                thread::spawn(move || say(&ledger, end).result)
            });
        while ledger.next_expiry() <= LATER {
            ledger.expire_holds(LATER, 2);
        }
        let told = settlers.map(|settler| settler.join().expect("a settler"));
        assert!(told.iter().all(|told| [0, ResultCode::HoldExpired as u32].contains(told)), "{told:?}");
        // Places were given back: as many holds can be made as before, and the queue has them alone.
        assert_eq!((ledger.info().holds, ledger.next_expiry()), (0, u64::MAX));
        assert_eq!(say(&ledger, hold(3, 60)).result, 0);
        assert_eq!(say(&ledger, hold(4, 0)).result, 0);
        assert_eq!(ledger.info().holds, 2);
        let mut accounts = [Account::default(); 2];
        ledger.read_accounts(&[from, to], &mut accounts, &OPERATOR).expect("nobody disturbs");
        let moved = if told[0] == 0 { 10 } else { 0 };
        assert_eq!(accounts.map(|account| account.balance), [100 - moved, moved]);
        assert_eq!((accounts[0].debits_held, accounts[1].credits_held), (20, 20));
        let ends = (1..=ledger.info().sequence).filter(|sequence| {
            let mut entry = [JournalEntry::default()];
            let (found, _) = ledger.recorded_from(*sequence, &mut entry, &OPERATOR);
            let kinds = [QENEX_ENTRY_POST_HOLD, QENEX_ENTRY_VOID_HOLD, QENEX_ENTRY_EXPIRE_HOLD];
            found == 1 && kinds.contains(&entry[0].kind)
        });
        assert_eq!(ends.count(), 2);
    });
}

/// A consumer beside two writers: what it is told is written is there, whole, each entry once, and nothing that it has not
/// acknowledged is overwritten. The ring is smaller than what is written.
#[test]
fn a_consumer_gets_every_entry_once() {
    check(|| {
        let ledger = ledger(8);
        let [from, to] = [open(&ledger, 100), open(&ledger, 0)];
        ledger.release_journal();
        let start = ledger.acknowledged();
        let writers = [0, 1].map(|writer| {
            let ledger = Arc::clone(&ledger);
            thread::spawn(move || {
                let mut full = 0;
                for id in 0..6 {
                    while say(&ledger, item(10 * writer + id, from, to, id + 1, 0)).result != 0 {
                        full += 1;
                        thread::yield_now();
                    }
                }
                full
            })
        });
        let (mut last, mut ids) = (start, Vec::new());
        while last < start + 12 {
            let written = ledger.journal_written();
            assert!(written >= last && written - last <= 8, "{last} {written}");
            while last < written {
                let mut entry = [JournalEntry::default()];
                let (found, _) = ledger.recorded_from(last + 1, &mut entry, &OPERATOR);
                assert_eq!((found, entry[0].sequence), (1, last + 1), "told to be written, and not acknowledged");
                let bytes = zerocopy::IntoBytes::as_bytes(&entry[0]);
                assert_eq!(entry[0].crc, crc32c(&bytes[..bytes.len() - 4]));
                ids.push(entry[0].id.low);
                last += 1;
            }
            ledger.acknowledge(last).expect("it is written");
            thread::yield_now();
        }
        writers.into_iter().for_each(|writer| _ = writer.join().expect("a writer"));
        let of = |writer| ids.iter().copied().filter(|id| id / 10 == writer).collect::<Vec<_>>();
        assert_eq!((of(0), of(1)), ((0..6).collect(), (10..16).collect()));
    });
}
