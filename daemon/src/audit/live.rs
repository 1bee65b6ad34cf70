// SPDX-License-Identifier: MIT

//! Comparing the live ledger in the kernel with what its journal in the store says.
//!
//! The ledger goes on meanwhile. The kernel reads some thousand accounts at one instant and says which; the state is
//! brought to exactly that entry, from the store, and must hold the same in every field. Then the next ones.

use std::thread::sleep;
use std::time::{Duration, Instant};

use qenex_abi::{
    Account, AccountNumber, QENEX_ACCOUNT_DEBIT_NORMAL, QENEX_BATCH_MAX, QENEX_STATE_RESTORING, RestoreAccount,
};
use qenex_device::{AccountsRead, Ledger};

use super::LiveError;
use crate::state::State;
use crate::store::Reader;

/// What the store lacks must come within this time: a daemon at work needs milliseconds.
const PATIENCE: Duration = Duration::from_secs(5);
/// Bytes that are read of the store at once.
const READ_BYTES: usize = 1 << 20;

/// What agrees.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Agreed {
    /// Accounts compared.
    pub accounts: u64,
    /// The entry up to which the journal was followed.
    pub sequence: u64,
}

/// Compares every account of the kernel's ledger with `state`, which an audit has made from the store of `reader` and
/// which is brought further as the store grows.
///
/// # Errors
///
/// [`LiveError`]; it names the account that differs and the last entry that changed it.
pub fn compare(ledger: &Ledger, reader: &mut dyn Reader, state: &mut State) -> Result<Agreed, LiveError> {
    let info = ledger.info()?;
    if info.ledger_id != state.ledger_id() {
        return Err(LiveError::OtherLedger(info.ledger_id.to_u128()));
    }
    if info.state == QENEX_STATE_RESTORING {
        return Err(LiveError::NotOpen);
    }
    compare_accounts(info.accounts, &mut |numbers| ledger.accounts(numbers), reader, state)
}

/// Compares the accounts with the first `count` numbers, as `read` gives them.
///
/// # Errors
///
/// As [`compare`].
pub fn compare_accounts(
    count: u64,
    read: &mut dyn FnMut(&[u64]) -> Result<AccountsRead, qenex_device::Error>,
    reader: &mut dyn Reader,
    state: &mut State,
) -> Result<Agreed, LiveError> {
    let numbers: Vec<u64> = (1..=count).filter_map(AccountNumber::from_index).map(AccountNumber::get).collect();
    for piece in numbers.chunks(QENEX_BATCH_MAX as usize) {
        let live = read(piece)?;
        follow(reader, state, live.sequence)?;
        for account in &live.accounts {
            compare_account(account, state.account(account.account_number))?;
        }
    }
    Ok(Agreed { accounts: count, sequence: state.sequence() })
}

/// Brings `state` to just after entry `sequence`, waiting for the daemon if the store does not hold it yet.
fn follow(reader: &mut dyn Reader, state: &mut State, sequence: u64) -> Result<(), LiveError> {
    if sequence < state.sequence() {
        return Err(LiveError::StoreAhead { store: state.sequence(), kernel: sequence });
    }
    let mut since = Instant::now();
    while state.sequence() < sequence {
        let before = state.sequence();
        for group in reader.groups(before.saturating_add(1), READ_BYTES)? {
            for entry in group.entries() {
                if entry.sequence > state.sequence() && entry.sequence <= sequence {
                    state.apply(entry)?;
                }
            }
        }
        if state.sequence() > before {
            since = Instant::now();
        } else if since.elapsed() > PATIENCE {
            return Err(LiveError::StoreBehind { store: before, kernel: sequence });
        } else {
            sleep(Duration::from_millis(5));
        }
    }
    Ok(())
}

/// Every field of an account must be what the journal makes of it.
fn compare_account(live: &Account, journal: Option<&RestoreAccount>) -> Result<(), LiveError> {
    let journal = journal.ok_or(LiveError::UnknownAccount(live.account_number))?;
    let counters = &journal.counters;
    let fields = [
        ("result", u128::from(live.result), 0),
        ("currency", live.currency.into(), journal.currency.into()),
        ("type", live.account_type.into(), journal.account_type.into()),
        ("owner", live.owner.into(), journal.owner.into()),
        ("code", live.code.into(), journal.code.into()),
        ("reference", live.reference.to_u128(), journal.reference.to_u128()),
        ("time of opening", live.opened.into(), journal.opened.into()),
        ("flags", (live.flags & !QENEX_ACCOUNT_DEBIT_NORMAL).into(), journal.flags.into()),
        ("overdraft limit", live.overdraft_limit.into(), journal.overdraft_limit.into()),
        ("last change", live.sequence.into(), journal.sequence.into()),
        ("debits posted", live.debits_posted.into(), counters.debits_posted.into()),
        ("credits posted", live.credits_posted.into(), counters.credits_posted.into()),
        ("debits held", live.debits_held.into(), counters.debits_held.into()),
        ("credits held", live.credits_held.into(), counters.credits_held.into()),
    ];
    match fields.into_iter().find(|(_, live, journal)| live != journal) {
        None => Ok(()),
        Some((field, kernel, store)) => Err(LiveError::Differs {
            account: live.account_number,
            field,
            kernel,
            store,
            sequence: live.sequence.max(journal.sequence),
        }),
    }
}
