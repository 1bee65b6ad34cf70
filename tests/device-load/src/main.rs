//! `device-load [ITEMS]`: eight threads send transfers, holds, posts, voids, reversals and chains through the device, in
//! pairs that race for the same ids; two more read all accounts. Then the auditor of the host tests does the whole journal
//! again and compares it with the accounts.
//!
//! The ledger must be new, and its journal must hold everything: `journal_entries` of at least 20 × ITEMS. Exits with 0 when
//! everything holds; what does not is told by a panic.

#![forbid(unsafe_code)]

#[path = "../../../kmod/ledger/tests/audit/mod.rs"]
mod audit;

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use qenex_abi::*;
use qenex_device::Ledger;

use audit::Audit;

const PAIRS: u64 = 4;
const ACCOUNTS: u64 = 12;
const CURRENCIES: [u32; 2] = [840, 978];

/// A small generator of numbers (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (word ^ word >> 31) % end
    }
}

/// The item with this number of this pair: the same whichever of the two sends it.
fn item(pair: u64, number: u64, accounts: &[Vec<u64>]) -> Transfer {
    let mut numbers = Numbers(pair << 32 | number);
    let which = usize::from(numbers.below(2) == 1);
    let from = numbers.below(ACCOUNTS);
    let to = (from + 1 + numbers.below(ACCOUNTS - 1)) % ACCOUNTS;
    let pick = |place: u64| accounts[which][usize::try_from(place).unwrap_or(0)];
    let mut item = Transfer { id: Id { low: number, high: 1 + pair }, ..Transfer::default() };
    let about = Id { low: number.saturating_sub(1 + numbers.below(30)), high: 1 + numbers.below(PAIRS) };
    match numbers.below(10) {
        kind @ 0..=5 => {
            (item.from_account, item.to_account, item.currency) = (pick(from), pick(to), CURRENCIES[which]);
            item.amount = 1 + numbers.below(200);
            item.flags = match kind {
                0 => QENEX_TRANSFER_UP_TO | QENEX_TRANSFER_ZERO_AMOUNT,
                1 | 2 => QENEX_TRANSFER_HOLD,
                _ => 0,
            };
        }
        6 | 7 => (item.related_id, item.flags, item.amount) = (about, QENEX_TRANSFER_POST_HOLD, QENEX_AMOUNT_ALL),
        8 => (item.related_id, item.flags) = (about, QENEX_TRANSFER_VOID_HOLD),
        _ => (item.related_id, item.flags, item.amount) = (about, QENEX_TRANSFER_REVERSE, 1 + numbers.below(60)),
    }
    if numbers.below(4) == 0 {
        item.flags |= QENEX_TRANSFER_LINKED;
    }
    item
}

/// Sends a pair's items, each run of linked ones and some others in a batch, the rest one by one; what each was told.
fn send(
    pair: u64,
    items: u64,
    seed: u64,
    accounts: &[Vec<u64>],
) -> Result<BTreeMap<Id, TransferResult>, qenex_device::Error> {
    let ledger = Ledger::open(QENEX_DEVICE_PATH)?;
    let mut numbers = Numbers(seed);
    let mut told = BTreeMap::new();
    let mut number = 1;
    while number <= items {
        let mut run = vec![item(pair, number, accounts)];
        let wanted = numbers.below(10);
        while run.last().is_some_and(|last| last.flags & QENEX_TRANSFER_LINKED != 0) || (run.len() as u64) < wanted {
            number += 1;
            run.push(item(pair, number, accounts));
        }
        number += 1;
        let results = match run[..] {
            [item] => vec![match ledger.transfer(item) {
                Ok(answer) => answer.outcome(),
                Err(qenex_device::Error::Refused(refusal)) => {
                    TransferResult { result: refusal.result, ..TransferResult::default() }
                }
                Err(error) => return Err(error),
            }],
            _ => ledger.batch(&run)?.results,
        };
        told.extend(run.iter().map(|item| item.id).zip(results));
    }
    Ok(told)
}

/// Reads all accounts until it is over; each read must add up. How many there were.
fn read(numbers: &[u64], done: &AtomicBool) -> Result<u64, qenex_device::Error> {
    let ledger = Ledger::open(QENEX_DEVICE_PATH)?;
    let (mut reads, mut last) = (0, 0);
    while !done.load(Ordering::Relaxed) {
        let read = ledger.accounts(numbers)?;
        assert!(read.sequence >= last, "a later read saw an earlier point");
        (reads, last) = (reads + 1, read.sequence);
        let mut sums: BTreeMap<u32, (i128, i128)> = BTreeMap::new();
        for account in &read.accounts {
            assert!(account.available >= 0 || account.flags & QENEX_ACCOUNT_UNLIMITED != 0, "overdrawn: {account:?}");
            let (posted, held) = sums.entry(account.currency).or_default();
            *posted += i128::from(account.credits_posted) - i128::from(account.debits_posted);
            *held += i128::from(account.credits_held) - i128::from(account.debits_held);
        }
        assert!(sums.values().all(|sum| *sum == (0, 0)), "sums at {}: {sums:?}", read.sequence);
    }
    Ok(reads)
}

fn main() -> Result<(), Box<dyn Error>> {
    let items: u64 = std::env::args().nth(1).map_or(Ok(1000), |word| word.parse())?;
    let ledger = Ledger::open(QENEX_DEVICE_PATH)?;
    let mut accounts = Vec::new();
    for currency in CURRENCIES {
        let open = |n: u64| {
            let flags = if n == 0 { QENEX_ACCOUNT_UNLIMITED } else { 0 };
            let request = AccountRequest { currency, initial_balance: 300 * n, flags, ..AccountRequest::default() };
            ledger.create_account(&request).map(|answer| answer.account_number)
        };
        accounts.push((0..ACCOUNTS).map(open).collect::<Result<Vec<_>, _>>()?);
    }
    let everything: Vec<u64> =
        (1..=ledger.info()?.accounts).filter_map(AccountNumber::from_index).map(AccountNumber::get).collect();

    let done = AtomicBool::new(false);
    let (told, reads) = thread::scope(|scope| {
        let readers: Vec<_> = (0..2).map(|_| scope.spawn(|| read(&everything, &done))).collect();
        let accounts = &accounts;
        let senders: Vec<_> =
            (0..2 * PAIRS).map(|n| scope.spawn(move || send(n / 2, items, 77 + n, accounts))).collect();
        let told: Vec<_> = senders.into_iter().map(|sender| sender.join().expect("a sender")).collect();
        done.store(true, Ordering::Relaxed);
        let reads: Vec<_> = readers.into_iter().map(|reader| reader.join().expect("a reader")).collect();
        (told, reads)
    });
    let told = told.into_iter().collect::<Result<Vec<_>, _>>()?;
    let reads: u64 = reads.into_iter().collect::<Result<Vec<_>, _>>()?.iter().sum();

    let mut audit = Audit::new(ledger.info()?.journal_entries);
    let mut first = 1;
    loop {
        let (entries, next) = ledger.transfers_from(first, 8192)?;
        if entries.is_empty() {
            break;
        }
        entries.iter().for_each(|entry| audit.feed(entry));
        first = next;
    }
    let info = ledger.info()?;
    assert_eq!((audit.sequence(), audit.open_holds()), (info.sequence, info.holds), "the journal is whole");
    ledger.accounts(&everything)?.accounts.iter().for_each(|account| audit.agrees_with(account));

    let (mut accepted, mut repeated) = (0, 0);
    for pair in told.chunks(2) {
        for (id, one) in &pair[0] {
            let Some(other) = pair[1].get(id) else { continue };
            let ok = ResultCode::Ok as u32;
            assert!(!(one.result == ok && other.result == ok), "{id:?} took effect twice: {one:?} {other:?}");
            let exists = ResultCode::Exists as u32;
            if (one.result, other.result) == (ok, exists) || (one.result, other.result) == (exists, ok) {
                let same = (one.sequence, one.timestamp, one.moved) == (other.sequence, other.timestamp, other.moved);
                assert!(same, "{id:?}: {one:?} {other:?}");
                repeated += 1;
            }
            accepted += u64::from(one.result == ok || other.result == ok);
        }
    }
    assert!(accepted > 0 && repeated > 0 && reads > 0);
    println!("{} entries, {accepted} accepted, {repeated} raced for, {reads} reads: everything holds", info.sequence);
    Ok(())
}
