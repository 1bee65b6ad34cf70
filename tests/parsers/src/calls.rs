// SPDX-License-Identifier: MIT

//! Calls of an open ledger, and then its books: what the journal tells is what the ledger is, and the ledger can be restored
//! from it.

use qenex_abi::*;
use qenex_ledger::{Batch, Caller, Config, Ledger};
use qenexd::state::State;

use crate::bytes::Bytes;

const OPERATOR: Caller = Caller { uid: 0, operator: true };
const START: u64 = 1_700_000_000_000_000_000;
/// So few that they run out.
const ACCOUNTS: u64 = 12;
const HOLDS: u64 = 6;

pub(crate) fn ledger() -> Box<Ledger> {
    let config = Config {
        accounts_max: ACCOUNTS,
        holds_max: HOLDS,
        journal_entries: Config::JOURNAL_MIN,
        ledger_id: Id::from_u128(7),
        hash_key: [3, 5],
    };
    let ledger = Box::new(Ledger::new(&config).expect("memory"));
    ledger.init();
    ledger
}

/// The number of an account that may be there, now and then any number.
fn account(input: &mut Bytes<'_>) -> u64 {
    match input.below(16) {
        15 => input.next(),
        index => AccountNumber::from_index(index).map_or(0, AccountNumber::get),
    }
}

fn id(input: &mut Bytes<'_>) -> Id {
    match input.next::<u8>() {
        255 => input.next(),
        small => Id::from_u128(u128::from(small % 32)),
    }
}

fn currency(input: &mut Bytes<'_>) -> u32 {
    [840, 840, 840, 978, 392, 0, 999, u32::MAX][input.below(8) as usize]
}

fn transfer(input: &mut Bytes<'_>) -> Transfer {
    let mut item = Transfer {
        id: id(input),
        from_account: account(input),
        to_account: account(input),
        amount: input.amount(),
        currency: currency(input),
        flags: u32::from(input.next::<u16>()),
        ..Transfer::default()
    };
    let more = input.next::<u8>();
    if more & 1 != 0 {
        item.related_id = id(input);
    }
    if more & 2 != 0 {
        item.timeout = u32::from(input.next::<u8>());
    }
    // What such an item names is on record already.
    if more & 4 != 0 {
        (item.from_account, item.to_account, item.currency) = (0, 0, 0);
    }
    if more & 0xf8 == 0xf8 {
        item.reserved = input.next();
    }
    item
}

pub(crate) fn run(input: &[u8]) {
    let ledger = ledger();
    let mut now = START;
    let mut batch = Batch::default();
    let mut input = Bytes(input);
    for _ in 0..200 {
        if input.is_empty() {
            break;
        }
        let caller = match input.below(3) {
            0 => Caller { uid: 1000, operator: false },
            _ => OPERATOR,
        };
        match input.below(8) {
            0 | 1 => {
                let mut request = AccountRequest {
                    id: id(&mut input),
                    initial_balance: input.amount(),
                    overdraft_limit: input.amount(),
                    currency: currency(&mut input),
                    account_type: u32::from(input.next::<u8>() % 10),
                    flags: u32::from(input.next::<u8>() % 8),
                    ..AccountRequest::default()
                };
                let code = ledger.create_account(&mut request, &caller, now);
                assert_eq!(code as u32, request.result);
                assert_eq!(code.is_success(), AccountNumber::new(request.account_number).is_some());
            }
            2 | 3 => {
                let mut request = TransferRequest::new(transfer(&mut input));
                let code = ledger.transfer(&mut request, &caller, now);
                assert_eq!(code as u32, request.result);
            }
            4 | 5 => {
                let items: Vec<Transfer> = (0..=input.below(8)).map(|_| transfer(&mut input)).collect();
                let mut results = vec![TransferResult::default(); items.len()];
                batch.run(&ledger, &items, &mut results, &caller, now);
                assert!(results.iter().all(|result| ResultCode::from_u32(result.result).is_some()));
            }
            6 => {
                let mut request = UpdateRequest { id: id(&mut input), ..UpdateRequest::default() };
                (request.account_number, request.changes) = (account(&mut input), u32::from(input.next::<u16>()));
                request.owner = u32::from(input.next::<u8>());
                request.overdraft_limit = input.amount();
                request.spending_limit = input.amount();
                request.spending_window = u32::from(input.next::<u16>());
                ledger.update_account(&mut request, &caller, now);
            }
            _ => {
                now += u64::from(input.next::<u16>()) * 100_000_000;
                ledger.expire_holds(now, 64);
            }
        }
    }
    let state = audit(&ledger);
    restore(&state);
}

/// Does the whole journal again as the daemon does, and compares; returns what it comes to.
pub(crate) fn audit(ledger: &Ledger) -> State {
    let info = ledger.info();
    let mut state = State::new(info.ledger_id);
    let mut entries = vec![JournalEntry::default(); info.sequence as usize];
    let (found, _) = ledger.recorded_from(1, &mut entries, &OPERATOR);
    assert_eq!(found as u64, info.sequence);
    for entry in &entries {
        state.apply(entry).expect("the daemon takes what the ledger did");
    }
    assert_eq!((state.unbalanced(), state.unbalanced_anew()), (None, None));
    assert_eq!(state.accounts().len() as u64, info.accounts);
    assert_eq!(state.holds().len() as u64, info.holds);
    for (index, account) in (1..).zip(state.accounts()) {
        assert_eq!(ledger.saved_account(index).as_ref(), Some(account));
    }
    state
}

/// A ledger takes the state, and then is in it.
pub(crate) fn restore(state: &State) {
    let ledger = ledger();
    ledger.restore_begin().expect("it is empty");
    for account in state.accounts() {
        ledger.restore_account(account).expect("the account is taken");
    }
    for hold in state.holds() {
        ledger.restore_hold(&hold).expect("the hold is taken");
    }
    ledger.go_live(&state.end(), |_| true).expect("the ledger opens");
    assert_eq!(ledger.info().sequence, state.sequence());
    for (index, account) in (1..).zip(state.accounts()) {
        assert_eq!(ledger.saved_account(index).as_ref(), Some(account));
    }
}
