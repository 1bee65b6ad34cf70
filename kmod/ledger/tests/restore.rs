// SPDX-License-Identifier: MIT OR GPL-2.0

//! A ledger that was saved and given back to an empty one goes on as if nothing had happened.

use std::collections::BTreeMap;

use qenex_abi::*;
use qenex_ledger::{Batch, Caller, Config, Ledger};
use zerocopy::IntoBytes;

const OPERATOR: Caller = Caller { uid: 0, operator: true };
const SECOND: u64 = 1_000_000_000;
const START: u64 = 1_700_000_000 * SECOND;

fn ledger() -> Ledger {
    let ledger = Ledger::new(&Config {
        accounts_max: 64,
        holds_max: 64,
        journal_entries: Config::JOURNAL_MIN,
        ledger_id: Id::from_u128(77),
        hash_key: [1, 2],
    })
    .expect("a small ledger");
    ledger.init();
    ledger
}

fn id(low: u64) -> Id {
    Id { low, high: 9 }
}

fn open(ledger: &Ledger, balance: u64, currency: u32) -> u64 {
    let mut request = AccountRequest { currency, initial_balance: balance, code: 5, ..AccountRequest::default() };
    assert_eq!(ledger.create_account(&mut request, &OPERATOR, START), ResultCode::Ok);
    request.account_number
}

fn say(ledger: &Ledger, item: Transfer, now: u64) -> (ResultCode, u64, u64) {
    let mut request = TransferRequest::new(item);
    let code = ledger.transfer(&mut request, &OPERATOR, now);
    (code, request.sequence, request.moved)
}

fn item(low: u64, from: u64, to: u64, amount: u64, flags: u32) -> Transfer {
    Transfer { id: id(low), from_account: from, to_account: to, amount, currency: 840, flags, ..Transfer::default() }
}

fn about(low: u64, related: u64, amount: u64, flags: u32) -> Transfer {
    Transfer { related_id: id(related), currency: 0, ..item(low, 0, 0, amount, flags) }
}

/// A ledger with something of everything in it.
fn lived_in() -> (Ledger, [u64; 3]) {
    let ledger = ledger();
    let numbers = [open(&ledger, 10_000, 840), open(&ledger, 5_000, 840), open(&ledger, 0, 978)];
    let [a, b, _] = numbers;
    let mut update = UpdateRequest {
        account_number: b,
        changes: QENEX_UPDATE_SPENDING_LIMIT | QENEX_UPDATE_OVERDRAFT_LIMIT | QENEX_UPDATE_OWNER,
        owner: 7,
        overdraft_limit: 200,
        spending_limit: 1_000,
        spending_window: 86_400,
        ..UpdateRequest::default()
    };
    assert_eq!(ledger.update_account(&mut update, &OPERATOR, START), ResultCode::Ok);
    let hold =
        |low, amount, timeout| Transfer { timeout, reference: id(3), ..item(low, b, a, amount, QENEX_TRANSFER_HOLD) };
    for asked in [
        item(1, a, b, 100, 0),
        item(2, b, a, 300, 0),
        hold(3, 400, 0),
        hold(4, 50, 60),
        hold(5, 60, 0),
        about(6, 5, 20, QENEX_TRANSFER_POST_HOLD),
        about(7, 1, 30, QENEX_TRANSFER_REVERSE),
    ] {
        assert_eq!(say(&ledger, asked, START + SECOND).0, ResultCode::Ok, "{asked:?}");
    }
    let refused = item(8, a, b, 1_000_000, QENEX_TRANSFER_ID_ONCE);
    assert_eq!(say(&ledger, refused, START + SECOND).0, ResultCode::ExceedsAvailableBalance);
    ledger.release_journal();
    (ledger, numbers)
}

/// What would be saved of a ledger: accounts, open holds, entries, where it stands.
struct Saved {
    accounts: Vec<RestoreAccount>,
    holds: Vec<RestoreHold>,
    entries: Vec<JournalEntry>,
    end: RestoreEnd,
}

impl Saved {
    fn of(ledger: &Ledger) -> Saved {
        let info = ledger.info();
        let mut entries = vec![JournalEntry::default(); 1000];
        let (found, _) = ledger.recorded_from(1, &mut entries, &OPERATOR);
        entries.truncate(found);
        let mut holds = BTreeMap::new();
        for entry in &entries {
            match entry.kind {
                QENEX_ENTRY_HOLD => {
                    let expires =
                        if entry.timeout == 0 { 0 } else { entry.timestamp + u64::from(entry.timeout) * SECOND };
                    let hold = RestoreHold {
                        id: entry.id,
                        sequence: entry.sequence,
                        timestamp: entry.timestamp,
                        from_account: entry.from_account,
                        to_account: entry.to_account,
                        amount: entry.amount,
                        expires,
                        reference: entry.reference,
                        currency: entry.currency,
                        flags: entry.flags,
                        code: entry.code,
                        timeout: entry.timeout,
                    };
                    holds.insert(entry.id, hold);
                }
                QENEX_ENTRY_POST_HOLD | QENEX_ENTRY_VOID_HOLD | QENEX_ENTRY_EXPIRE_HOLD => {
                    holds.remove(&entry.related_id);
                }
                _ => {}
            }
        }
        let ids_made = entries.iter().filter(|entry| entry.id.is_reserved()).map(|entry| entry.id.low).max();
        let mut holds: Vec<_> = holds.into_values().collect();
        holds.sort_by_key(|hold| hold.sequence);
        let end = RestoreEnd {
            ledger_id: info.ledger_id,
            sequence: info.sequence,
            timestamp: info.timestamp,
            ids_made: ids_made.unwrap_or(0),
            accounts: info.accounts,
            holds: info.holds,
        };
        let accounts = (1..=info.accounts).map(|index| ledger.saved_account(index).expect("it is open")).collect();
        Saved { accounts, holds, entries, end }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.accounts.as_bytes().to_vec();
        bytes.extend_from_slice(self.holds.as_bytes());
        bytes.extend_from_slice(self.end.as_bytes());
        bytes
    }

    fn restore(&self, ledger: &Ledger) -> Result<(), ResultCode> {
        ledger.restore_begin()?;
        self.accounts.iter().try_for_each(|account| ledger.restore_account(account))?;
        self.holds.iter().try_for_each(|hold| ledger.restore_hold(hold))?;
        self.entries.iter().try_for_each(|entry| ledger.restore_entry(entry))?;
        self.go_live(ledger)
    }

    fn go_live(&self, ledger: &Ledger) -> Result<(), ResultCode> {
        let mut seen = Vec::new();
        ledger.go_live(&self.end, |piece| match piece {
            Some(piece) => {
                seen.extend_from_slice(piece);
                true
            }
            None => seen == self.bytes(),
        })
    }
}

#[test]
fn goes_on_as_if_nothing_had_happened() {
    let (old, [a, b, euro]) = lived_in();
    let saved = Saved::of(&old);
    assert_eq!(saved.holds.len(), 2);
    let new = ledger();
    assert_eq!(saved.restore(&new), Ok(()));
    assert_eq!(new.info(), qenex_abi::Info { transfers_accepted: 0, transfers_refused: 0, ..old.info() });
    let read = |ledger: &Ledger| {
        let mut accounts = [Account::default(); 4];
        let cash = AccountNumber::from_index(1).expect("the first").get();
        ledger.read_accounts(&[a, b, euro, cash], &mut accounts, &OPERATOR).expect("nobody disturbs");
        accounts
    };
    assert_eq!(read(&new), read(&old));
    // The same requests have the same answers: retries, what is left of limits, holds and reversals, expiry, openings.
    let later = START + 2 * SECOND;
    for (asked, now) in [
        (item(1, a, b, 100, 0), later),
        (item(1, a, b, 101, 0), later),
        (Transfer { reference: id(3), ..item(3, b, a, 400, QENEX_TRANSFER_HOLD) }, later),
        (item(8, a, b, 1, QENEX_TRANSFER_ID_ONCE), later),
        (item(20, b, a, 231, 0), later),
        (item(21, b, a, 230, 0), later),
        (about(22, 1, 71, QENEX_TRANSFER_REVERSE), later),
        (about(23, 1, QENEX_AMOUNT_ALL, QENEX_TRANSFER_REVERSE), later),
        (about(24, 5, 1, QENEX_TRANSFER_POST_HOLD), later),
        (about(25, 3, 100, QENEX_TRANSFER_POST_HOLD), later),
        (about(26, 4, QENEX_AMOUNT_ALL, QENEX_TRANSFER_POST_HOLD), later + 60 * SECOND),
        (Transfer { id: Id::NONE, ..item(0, a, b, 1, 0) }, later),
    ] {
        assert_eq!(say(&new, asked, now), say(&old, asked, now), "{asked:?}");
    }
    let end = later + 100 * SECOND;
    assert_eq!((new.next_expiry(), new.expire_holds(end, 9)), (old.next_expiry(), old.expire_holds(end, 9)));
    assert_eq!(open(&new, 3, 840), open(&old, 3, 840));
    assert_eq!(read(&new), read(&old));
    let mut results = [[TransferResult::default(); 2]; 2];
    let chain = [item(30, a, b, 5, QENEX_TRANSFER_LINKED), item(31, b, a, 5, 0)];
    for (ledger, results) in [&old, &new].into_iter().zip(&mut results) {
        Batch::default().run(ledger, &chain, results, &OPERATOR, end);
    }
    assert_eq!(results[0], results[1]);
    assert_eq!(Saved::of(&new).bytes(), Saved::of(&old).bytes());
}

#[test]
fn an_empty_ledger_too() {
    let saved = Saved::of(&ledger());
    let new = ledger();
    assert_eq!(saved.restore(&new), Ok(()));
    assert_eq!(open(&new, 3, 840), AccountNumber::from_index(2).expect("the second").get());
}

#[test]
fn nothing_else_goes_on_meanwhile() {
    let (old, [a, b, _]) = lived_in();
    let saved = Saved::of(&old);
    let new = ledger();
    assert_eq!(new.restore_account(&saved.accounts[0]), Err(ResultCode::NotRestoring));
    assert_eq!(saved.go_live(&new), Err(ResultCode::NotRestoring));
    assert_eq!(new.restore_begin(), Ok(()));
    assert_eq!(say(&new, item(1, a, b, 1, 0), START).0, ResultCode::NotLive);
    let mut request = AccountRequest { currency: 840, ..AccountRequest::default() };
    assert_eq!(new.create_account(&mut request, &OPERATOR, START), ResultCode::NotLive);
    assert_eq!(new.expire_holds(u64::MAX, 9), 0);
    assert_eq!(old.restore_begin(), Err(ResultCode::LedgerNotEmpty));
}

#[test]
fn what_is_wrong_is_refused() {
    let (old, _) = lived_in();
    let with = |change: &dyn Fn(&mut Saved)| {
        let mut saved = Saved::of(&old);
        change(&mut saved);
        saved.restore(&ledger())
    };
    assert_eq!(with(&|_| {}), Ok(()));
    assert_eq!(with(&|saved| saved.accounts.swap(1, 2)), Err(ResultCode::RestoreOutOfOrder));
    assert_eq!(with(&|saved| saved.accounts[1].account_number += 1), Err(ResultCode::AccountNumberInvalid));
    assert_eq!(with(&|saved| saved.accounts[1].currency = 999), Err(ResultCode::CurrencyUnknown));
    assert_eq!(with(&|saved| saved.accounts[1].flags = 1 << 15), Err(ResultCode::RestoreInconsistent));
    assert_eq!(with(&|saved| saved.accounts[1].account_type = 8), Err(ResultCode::RestoreInconsistent));
    assert_eq!(with(&|saved| saved.accounts[1].spending_window = 5), Err(ResultCode::RestoreInconsistent));
    assert_eq!(
        with(&|saved| saved.accounts[2].counters.debits_posted = u64::MAX),
        Err(ResultCode::RestoreInconsistent)
    );
    assert_eq!(with(&|saved| saved.holds.swap(0, 1)), Err(ResultCode::RestoreOutOfOrder));
    assert_eq!(with(&|saved| saved.holds[1].id = saved.holds[0].id), Err(ResultCode::RestoreInconsistent));
    assert_eq!(with(&|saved| saved.holds[0].amount = 10_000), Err(ResultCode::RestoreInconsistent));
    assert_eq!(with(&|saved| saved.holds[0].from_account = 195 + 9700), Err(ResultCode::RestoreInconsistent));
    assert_eq!(with(&|saved| saved.holds[0].currency = 978), Err(ResultCode::RestoreInconsistent));
    assert_eq!(with(&|saved| _ = saved.entries.remove(3)), Err(ResultCode::RestoreOutOfOrder));
    assert_eq!(with(&|saved| saved.entries[3].timestamp = 1), Err(ResultCode::RestoreInconsistent));
    assert_eq!(with(&|saved| _ = saved.accounts.pop()), Err(ResultCode::RestoreInconsistent));
    assert_eq!(with(&|saved| _ = saved.holds.pop()), Err(ResultCode::RestoreInconsistent));
    assert_eq!(with(&|saved| saved.end.sequence += 1), Err(ResultCode::RestoreInconsistent));
    // What no single item shows, the digest does.
    let saved = Saved::of(&old);
    let other = Saved { accounts: saved.accounts.clone(), ..Saved::of(&old) };
    let new = ledger();
    let mut forged = other;
    forged.accounts[1].counters.credits_posted += 1;
    new.restore_begin().expect("it is empty");
    forged.accounts.iter().for_each(|account| new.restore_account(account).expect("it looks right"));
    forged.holds.iter().for_each(|hold| new.restore_hold(hold).expect("it looks right"));
    forged.entries.iter().for_each(|entry| new.restore_entry(entry).expect("it looks right"));
    assert_eq!(saved.go_live(&new), Err(ResultCode::DigestMismatch));
    assert_eq!(say(&new, item(50, 1, 2, 1, 0), START).0, ResultCode::NotLive);
}

/// A state that was saved wrongly has a digest that fits. It is not opened all the same.
#[test]
fn what_does_not_add_up_is_refused() {
    let (old, _) = lived_in();
    let with = |change: &dyn Fn(&mut Saved)| {
        let mut saved = Saved::of(&old);
        change(&mut saved);
        let new = ledger();
        new.restore_begin().expect("it is empty");
        saved.accounts.iter().for_each(|account| new.restore_account(account).expect("it looks right"));
        saved.holds.iter().for_each(|hold| new.restore_hold(hold).expect("it looks right"));
        saved.entries.iter().for_each(|entry| new.restore_entry(entry).expect("it looks right"));
        let before: Vec<_> = (1..=saved.end.accounts).map(|index| new.saved_account(index)).collect();
        let outcome = new.go_live(&saved.end, |_| true);
        let after: Vec<_> = (1..=saved.end.accounts).map(|index| new.saved_account(index)).collect();
        assert_eq!(before, after, "looking changes nothing");
        assert_eq!(new.info().state, if outcome.is_ok() { QENEX_STATE_LIVE } else { QENEX_STATE_RESTORING });
        outcome
    };
    assert_eq!(with(&|_| {}), Ok(()));
    let refused = Err(ResultCode::RestoreInconsistent);
    // Money that came from nowhere.
    assert_eq!(with(&|saved| saved.accounts[1].counters.credits_posted += 1), refused);
    // An account that holds more than its holds say.
    assert_eq!(with(&|saved| saved.accounts[1].counters.debits_held += 1), refused);
    assert_eq!(with(&|saved| saved.accounts[2].counters.credits_held += 1), refused);
    // Two holds of which each alone would fit.
    let both = |saved: &mut Saved| {
        let most = saved.holds[0].amount.max(saved.holds[1].amount);
        saved.holds.iter_mut().for_each(|hold| hold.amount = most);
    };
    assert_eq!(with(&both), refused);
    // What is yet to come.
    assert_eq!(with(&|saved| saved.accounts[1].sequence = 1 << 63), refused);
    assert_eq!(with(&|saved| saved.holds.last_mut().expect("a hold").sequence = u64::MAX), refused);
}

/// Whoever reads an account before its history is there is not kept waiting for entries that nobody will write.
#[test]
fn reads_end_while_accounts_are_restored() {
    let (old, numbers) = lived_in();
    let saved = Saved::of(&old);
    let new = ledger();
    let read = || {
        let mut accounts = [Account::default(); 3];
        new.read_accounts(&numbers, &mut accounts, &OPERATOR)
    };
    new.restore_begin().expect("it is empty");
    saved.accounts.iter().for_each(|account| new.restore_account(account).expect("it is right"));
    assert_eq!(read(), Err(ResultCode::ReadContended));
    saved.holds.iter().for_each(|hold| new.restore_hold(hold).expect("it is right"));
    let half = saved.entries.len() / 2;
    saved.entries[half..].iter().for_each(|entry| new.restore_entry(entry).expect("it is right"));
    assert_eq!(read(), Ok(saved.end.sequence));
}
