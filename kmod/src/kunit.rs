// SPDX-License-Identifier: MIT OR GPL-2.0

//! Tests of the module that run inside the kernel, when it is loaded (`./qemu/vm build --sanitizer --kunit`). The ledger has
//! suites of its own.

mod consumer;
mod timer;
mod user;

use kernel::prelude::*;
use kernel::sync::atomic::{Acquire, Atomic, Release};
use kernel::sync::Arc;

use qenex_abi::{ResultCode, Transfer};
use qenex_ledger::kunit::{open, transfer, CURRENCY};
use qenex_ledger::Ledger;

use crate::bank::Bank;

/// Address of the bank of the loaded module; 0 if there is none.
static LOADED: Atomic<usize> = Atomic::new(0);

/// The module has this bank, as long as it is loaded.
pub(crate) fn note_loaded(bank: &Bank) {
    LOADED.store(core::ptr::from_ref(bank) as usize, Release);
}

/// The bank of the loaded module: the one whose holds the timer ends.
fn loaded() -> Option<&'static Bank> {
    let bank = LOADED.load(Acquire) as *const Bank;
    // SAFETY: null, or the bank that the module owns from its loading to its removal. Tests run between the two: the kernel
    // runs them when the loading has succeeded and before it has returned.
    unsafe { bank.as_ref() }
}

/// A bank of its own, with nothing in it.
fn empty() -> Result<Arc<Bank>> {
    let config = qenex_ledger::Config {
        accounts_max: 10,
        holds_max: 10,
        journal_entries: qenex_ledger::Config::JOURNAL_MIN,
        ledger_id: qenex_abi::Id::from_u128(1),
        hash_key: [3, 5],
    };
    Bank::new(Ledger::new(&config).map_err(|_| ENOMEM)?)
}

/// A bank with two accounts and some money on the first.
fn bank() -> Result<(Arc<Bank>, [u64; 2])> {
    let bank = empty()?;
    let accounts = [open(&bank.ledger, 1000)?, open(&bank.ledger, 0)?];
    Ok((bank, accounts))
}

/// Moves one cent.
fn pay(ledger: &Ledger, [from_account, to_account]: [u64; 2], now: u64) -> bool {
    let item = Transfer { from_account, to_account, amount: 1, currency: CURRENCY, ..Transfer::default() };
    transfer(ledger, item, now).0 == ResultCode::Ok
}
