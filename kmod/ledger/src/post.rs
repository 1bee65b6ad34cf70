// SPDX-License-Identifier: MIT OR GPL-2.0

//! The commonest group of all: one immediate transfer, alone.
//!
//! It goes the way of [`crate::group`], asks the same rules and leaves the same traces; but what it needs is known from
//! the start, so that nothing is copied and nothing kept. Whatever is not as usual is left to the group, and then
//! nothing has happened yet.

use qenex_abi::{
    AccountNumber, Id, JournalEntry, ResultCode, Transfer, TransferResult, QENEX_TRANSFER_DURABLE,
    QENEX_TRANSFER_UP_TO, QENEX_TRANSFER_ZERO_AMOUNT,
};

use crate::account::{AccountSlot, Caller};
use crate::group::entry_of;
use crate::index::Key;
use crate::ledger::Ledger;
use crate::repeat;
use crate::rules::{self, Action};
use crate::sync::Nesting;

/// Flags that make no other group of it.
const PLAIN: u32 = QENEX_TRANSFER_UP_TO | QENEX_TRANSFER_ZERO_AMOUNT | QENEX_TRANSFER_DURABLE;

/// An account and its lock.
struct Party<'a> {
    index: u64,
    slot: &'a AccountSlot,
}

impl<'a> Party<'a> {
    #[inline]
    fn of(ledger: &'a Ledger, number: u64) -> Option<Self> {
        let index = AccountNumber::new(number)?.index();
        Some(Party { index, slot: ledger.accounts.get(index)? })
    }
}

/// Runs `item` if it is such a transfer: the id under which it ran, and what became of it. `None` if it is for the group.
#[inline]
pub(crate) fn post(ledger: &Ledger, item: &Transfer, caller: &Caller, now: u64) -> Option<(Id, TransferResult)> {
    if item.flags & !PLAIN != 0 || !item.related_id.is_none() {
        return None;
    }
    if let Err(code) = rules::check_form(item) {
        return Some((item.id, refused(code)));
    }
    let (from, to) = (Party::of(ledger, item.from_account)?, Party::of(ledger, item.to_account)?);
    if from.index == to.index {
        return None;
    }
    let id = if item.id.is_none() { ledger.make_id() } else { item.id };
    let key = ledger.index.key(id);
    let bucket = ledger.index.bucket(key.bucket)?;
    bucket.lock.lock(Nesting::First);
    // SAFETY: the bucket of the id is locked.
    let outcome = match unsafe { ledger.find(key, id) } {
        Some(entry) => Some(repeat::answer(item, &entry).1),
        None => {
            let (first, second) = if from.index < to.index { (&from, &to) } else { (&to, &from) };
            first.slot.lock.lock(Nesting::First);
            second.slot.lock.lock(Nesting::Second);
            // SAFETY: bucket and accounts are locked.
            let outcome = unsafe { move_money(ledger, item, id, key, [&from, &to], caller, now) };
            // SAFETY: taken above, and nothing that they protect is used below.
            unsafe {
                second.slot.lock.unlock();
                first.slot.lock.unlock();
            }
            outcome
        }
    };
    // SAFETY: taken above, and nothing that it protects is used below.
    unsafe { bucket.lock.unlock() };
    Some((id, outcome?))
}

/// Checks the transfer and makes it happen; `None` if there is more to look at than the two accounts.
///
/// # Safety
///
/// The locks of the id's bucket and of both accounts, which are two, are held; the id is not on record.
#[inline]
unsafe fn move_money(
    ledger: &Ledger,
    item: &Transfer,
    id: Id,
    key: Key,
    [from, to]: [&Party<'_>; 2],
    caller: &Caller,
    now: u64,
) -> Option<TransferResult> {
    // SAFETY: the locks are held by this function's contract, the accounts are two, and the references end with it.
    let (debited, credited) = unsafe { (from.slot.state.get(), to.slot.state.get()) };
    if debited.is_spending_limited() {
        return None;
    }
    let effect = match rules::check_new(item, Action::Post, Some(debited), Some(credited), None, caller, now) {
        Ok(effect) => effect,
        Err(code) => return Some(refused(code)),
    };
    let Ok(reservation) = ledger.journal.reserve(1, now, false) else {
        return Some(refused(ResultCode::JournalFull));
    };
    // From here on it must succeed.
    effect.apply(&mut debited.counters, &mut credited.counters);
    debited.sequence = reservation.sequence;
    credited.sequence = reservation.sequence;
    ledger.journal.write(&JournalEntry {
        sequence: reservation.sequence,
        timestamp: reservation.timestamp,
        id,
        from_account: item.from_account,
        to_account: item.to_account,
        amount: effect.moved,
        requested: effect.requested,
        currency: item.currency,
        kind: effect.action.entry_kind(),
        from_after: debited.counters,
        to_after: credited.counters,
        ..entry_of(item, caller)
    });
    // SAFETY: the sequence number was just reserved, and the bucket is locked, by this function's contract.
    unsafe { ledger.index.insert(reservation.sequence, key, None) };
    Some(TransferResult {
        sequence: reservation.sequence,
        timestamp: reservation.timestamp,
        moved: effect.moved,
        ..refused(ResultCode::Ok)
    })
}

/// The answer that says no more than `code`.
#[inline]
fn refused(code: ResultCode) -> TransferResult {
    TransferResult { result: code as u32, ..TransferResult::default() }
}

/// Has what a transfer will need brought near, some items before it is its turn: what its id and accounts lead to, and
/// its place in the journal.
#[inline]
pub(crate) fn prefetch(ledger: &Ledger, item: &Transfer, ahead: u64) {
    ledger.index.prefetch(item.id);
    for number in [item.from_account, item.to_account] {
        ledger.accounts.prefetch(number);
    }
    ledger.journal.prefetch(ahead);
}

/// The second step of [`prefetch`], when what the id leads to is near: where that leads.
#[inline]
pub(crate) fn prefetch_chain(ledger: &Ledger, item: &Transfer) {
    ledger.index.prefetch_chain(item.id);
}
