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
use crate::cpu::prefetch;
use crate::group::entry_of;
use crate::index::Spot;
use crate::ledger::Ledger;
use crate::repeat;
use crate::rules::{self, Action};
use crate::sync::Nesting;

/// Flags that make no other group of it.
const PLAIN: u32 = QENEX_TRANSFER_UP_TO | QENEX_TRANSFER_ZERO_AMOUNT | QENEX_TRANSFER_DURABLE;

/// What an immediate transfer touches, found without a lock. Accounts and buckets stay where they are.
#[derive(Clone, Copy)]
pub(crate) struct Found<'a> {
    id: Spot<'a>,
    from: &'a AccountSlot,
    to: &'a AccountSlot,
}

impl<'a> Found<'a> {
    /// `None` if one of the accounts is not open.
    #[inline(always)]
    pub(crate) fn of(ledger: &'a Ledger, item: &Transfer) -> Option<Self> {
        let slot = |number| ledger.accounts.get(AccountNumber::new(number)?.index());
        Some(Found { id: ledger.index.spot(item.id)?, from: slot(item.from_account)?, to: slot(item.to_account)? })
    }

    /// Has all of it brought near.
    #[inline(always)]
    fn prefetch(&self) {
        prefetch(self.id.bucket);
        prefetch(self.from);
        prefetch(self.to);
    }
}

/// Runs `item` if it is such a transfer: the id under which it ran, and what became of it. `None` if it is for the group.
/// `found` is what was found for it, now or a while ago: accounts are never removed.
#[inline(always)]
pub(crate) fn post(
    ledger: &Ledger,
    item: &Transfer,
    found: Option<Found<'_>>,
    caller: &Caller,
    now: u64,
) -> Option<(Id, TransferResult)> {
    if item.flags & !PLAIN != 0 || !item.related_id.is_none() {
        return None;
    }
    if let Err(code) = rules::check_form(item) {
        return Some((item.id, refused(code)));
    }
    let Found { id: spot, from, to } = found?;
    // The numbers are right, and so are in the order of the accounts.
    if item.from_account == item.to_account {
        return None;
    }
    let (id, spot) = match item.id {
        Id::NONE => {
            let id = ledger.make_id();
            (id, ledger.index.spot(id)?)
        }
        id => (id, spot),
    };
    spot.bucket.lock.lock(Nesting::First);
    // SAFETY: the bucket of the id is locked.
    let outcome = match unsafe { ledger.find_at(spot, id) } {
        Some(entry) => Some(repeat::answer(item, &entry).1),
        None => {
            let (first, second) = if item.from_account < item.to_account { (from, to) } else { (to, from) };
            first.lock.lock(Nesting::First);
            second.lock.lock(Nesting::Second);
            // SAFETY: bucket and accounts are locked.
            let outcome = unsafe { move_money(ledger, item, id, spot, [from, to], caller, now) };
            // SAFETY: taken above, and nothing that they protect is used below.
            unsafe {
                second.lock.unlock();
                first.lock.unlock();
            }
            outcome
        }
    };
    // SAFETY: taken above, and nothing that it protects is used below.
    unsafe { spot.bucket.lock.unlock() };
    Some((id, outcome?))
}

/// Checks the transfer and makes it happen; `None` if there is more to look at than the two accounts.
///
/// # Safety
///
/// The locks of the id's bucket and of both accounts, which are two, are held; the id is not on record.
#[inline(always)]
unsafe fn move_money(
    ledger: &Ledger,
    item: &Transfer,
    id: Id,
    spot: Spot<'_>,
    [from, to]: [&AccountSlot; 2],
    caller: &Caller,
    now: u64,
) -> Option<TransferResult> {
    // SAFETY: the locks are held by this function's contract, the accounts are two, and the references end with it.
    let (debited, credited) = unsafe { (from.state.get(), to.state.get()) };
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
    unsafe { ledger.index.insert(reservation.sequence, spot, None) };
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

/// What the next items of a batch will need is found and brought near while others are done.
pub(crate) struct Lookahead<'a> {
    /// What was found for the items that were looked at, by the lower bits of their place.
    found: [Option<Found<'a>>; ROOM],
    /// The last sequence number that this thread knows of. A look at the journal would take its line from other threads.
    sequence: u64,
}

const ROOM: usize = 16;

impl<'a> Lookahead<'a> {
    /// So many items before its turn an item's memory is brought near: enough to hide a miss behind the work on others,
    /// few enough that it is still near by then.
    pub(crate) const ITEMS: usize = 12;
    /// So many items before its turn the second step is made, when what the first has brought is there.
    const SECOND: usize = 6;

    /// Looks at the first items of a batch.
    pub(crate) fn new(ledger: &'a Ledger, items: &[Transfer]) -> Self {
        let mut lookahead = Lookahead { found: [None; ROOM], sequence: ledger.journal.sequence() };
        for place in 0..Self::ITEMS {
            lookahead.look(ledger, items, place, 0);
        }
        lookahead
    }

    /// The turn of the item at `place` has come: looks at those that follow, and tells what was found for it.
    #[inline(always)]
    pub(crate) fn turn(&mut self, ledger: &'a Ledger, items: &[Transfer], place: usize) -> Option<Found<'a>> {
        self.look(ledger, items, place + Self::ITEMS, Self::ITEMS as u64);
        // What is there of items beyond the last was found for earlier ones.
        if let Some(found) = &self.found[(place + Self::SECOND) % ROOM] {
            ledger.index.prefetch_chain(found.id);
        }
        self.found[place % ROOM]
    }

    /// The number of an item that was accepted.
    #[inline(always)]
    pub(crate) fn note(&mut self, sequence: u64) {
        self.sequence = self.sequence.max(sequence);
    }

    #[inline(always)]
    fn look(&mut self, ledger: &'a Ledger, items: &[Transfer], place: usize, entries: u64) {
        let Some(item) = items.get(place) else { return };
        let found = Found::of(ledger, item);
        if let Some(found) = &found {
            found.prefetch();
        }
        self.found[place % ROOM] = found;
        ledger.journal.prefetch(self.sequence.wrapping_add(entries));
    }
}
