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
/// `key` is that of its id, if the caller knows it.
#[inline]
pub(crate) fn post(
    ledger: &Ledger,
    item: &Transfer,
    key: Option<Key>,
    caller: &Caller,
    now: u64,
) -> Option<(Id, TransferResult)> {
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
    let key = key.filter(|_| !item.id.is_none()).unwrap_or_else(|| ledger.index.key(id));
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

/// What the next items of a batch will need is brought near while others are done.
pub(crate) struct Lookahead {
    /// Keys of the items that are looked at, by the lower bits of their place.
    keys: [Key; Lookahead::ROOM],
}

impl Lookahead {
    const ROOM: usize = 16;
    /// So many items before its turn an item's memory is brought near: enough to hide a miss behind the work on others,
    /// few enough that it is still near by then.
    pub(crate) const ITEMS: usize = 12;
    /// So many items before its turn the second step is made, when what the first has brought is there.
    const SECOND: usize = 6;

    /// Looks at the first items of a batch.
    pub(crate) fn new(ledger: &Ledger, items: &[Transfer]) -> Self {
        let mut lookahead = Lookahead { keys: [Key::NONE; Self::ROOM] };
        for place in 0..Self::ITEMS {
            lookahead.look(ledger, items, place, 0);
        }
        lookahead
    }

    /// The turn of the item at `place` has come: looks at those that follow, and tells the key of its id.
    #[inline]
    pub(crate) fn turn(&mut self, ledger: &Ledger, items: &[Transfer], place: usize) -> Key {
        self.look(ledger, items, place + Self::ITEMS, Self::ITEMS as u64);
        if place + Self::SECOND < items.len() {
            ledger.index.prefetch_chain(self.key(place + Self::SECOND));
        }
        self.key(place)
    }

    #[inline]
    fn look(&mut self, ledger: &Ledger, items: &[Transfer], place: usize, entries: u64) {
        let Some(item) = items.get(place) else { return };
        let key = ledger.index.key(item.id);
        self.keys[place % Self::ROOM] = key;
        ledger.index.prefetch(key);
        ledger.accounts.prefetch(item.from_account);
        ledger.accounts.prefetch(item.to_account);
        ledger.journal.prefetch(entries);
    }

    #[inline]
    fn key(&self, place: usize) -> Key {
        self.keys[place % Self::ROOM]
    }
}
