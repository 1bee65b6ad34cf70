// SPDX-License-Identifier: MIT OR GPL-2.0

//! Running a group of items: one item alone, or a chain that happens whole or not at all.
//!
//! 1. *Prepare*, without locks: give each item its id, work out where ids belong, take places for new holds.
//! 2. Lock the buckets of all ids, and *look up* what is on record: repeated items, originals, and so the accounts.
//! 3. Lock the accounts and copy their states. *Check* item by item, each against the copies as the items before it
//!    left them, and prepare its journal entry.
//! 4. If all may happen, *commit*: reserve sequence numbers, which is the last thing that can fail; then write the
//!    copies back, the entries into the journal and the ids into the index. From here on it must succeed.
//! 5. Unlock. A refused chain leaves the copies to be forgotten: there is nothing to undo.

use qenex_abi::{
    AccountNumber, Id, JournalEntry, ResultCode, Transfer, TransferResult, QENEX_CHAIN_MAX, QENEX_ENTRY_EXPIRE_HOLD,
    QENEX_ENTRY_HOLD, QENEX_ENTRY_ID_USED_UP, QENEX_ENTRY_POST_HOLD, QENEX_ENTRY_VOID_HOLD, QENEX_TRANSFER_HOLD,
    QENEX_TRANSFER_ID_ONCE,
};

use crate::account::{AccountCopy, Caller};
use crate::holds::Hold;
use crate::index::Key;
use crate::journal::Unreserved;
use crate::ledger::Ledger;
use crate::locks::LockSet;
use crate::repeat;
use crate::rules::{self, Action, Effect, Original};
use crate::spending::Spending;
use crate::sync::{nest_begin, nest_end, Array, OutOfMemory};

/// Most locks that a group may hold: each counts in `preempt_count`, which ends at 255.
const LOCKS_MAX: usize = 240;

/// Why a group runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Purpose {
    /// A caller asks for it.
    Caller,
    /// The time of a hold has come.
    Expiry,
}

/// What is known of one item while its group runs.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    item: Transfer,
    key: Key,
    /// Where `related_id` belongs, if one is given.
    related: Option<Key>,
    original: Original,
    /// `original` as it was looked up, without what earlier items of the chain do to it.
    looked_up: Original,
    /// Indices of the accounts debited and credited; 0 where there is none.
    from: u64,
    to: u64,
    /// A place for a new hold, or of the hold that the item ends; 0 is none.
    hold_place: u32,
    /// Decided: refused, or on record.
    decided: Option<ResultCode>,
    /// What was decided before the check.
    known: Option<(ResultCode, TransferResult)>,
    /// What the item leaves in the journal, if it leaves anything.
    entry: Option<JournalEntry>,
    result: TransferResult,
}

/// Room to run a group of items, which may touch `LOCKS` = twice as many accounts and as many ids.
pub(crate) struct Group<Plans, Copies, const LOCKS: usize> {
    len: usize,
    plans: Plans,
    buckets: LockSet<LOCKS>,
    accounts: LockSet<LOCKS>,
    /// Copies of the accounts in the set, in its order.
    copies: Copies,
}

/// Room for one item; small enough for the stack.
pub(crate) type Single = Group<[Plan; 1], [AccountCopy; 2], 2>;

/// Most items in a chain.
pub(crate) const CHAIN: usize = QENEX_CHAIN_MAX as usize;

/// Room for a chain; most of it is on the heap.
pub(crate) type Chain = Group<Array<Plan>, Array<AccountCopy>, { 2 * CHAIN }>;

impl Single {
    /// Room for one item.
    pub(crate) fn single() -> Self {
        Group {
            len: 0,
            plans: [Plan::EMPTY],
            buckets: LockSet::new(),
            accounts: LockSet::new(),
            copies: [AccountCopy::default(); 2],
        }
    }
}

impl Chain {
    /// Room for a chain of at most `items` items, at most [`CHAIN`]. In process context.
    pub(crate) fn new(items: usize) -> Result<Self, OutOfMemory> {
        Ok(Group {
            len: 0,
            plans: Array::new(items, |_| Plan::EMPTY)?,
            buckets: LockSet::new(),
            accounts: LockSet::new(),
            copies: Array::new(2 * items, |_| AccountCopy::default())?,
        })
    }

    /// Most items that fit.
    pub(crate) fn room(&self) -> usize {
        self.plans.len()
    }
}

impl Plan {
    const EMPTY: Plan = Plan {
        item: Transfer {
            id: Id::NONE,
            from_account: 0,
            to_account: 0,
            amount: 0,
            currency: 0,
            flags: 0,
            related_id: Id::NONE,
            reference: Id::NONE,
            code: 0,
            timeout: 0,
            reserved: 0,
        },
        key: Key::NONE,
        related: None,
        original: Original::Missing,
        looked_up: Original::Missing,
        from: 0,
        to: 0,
        hold_place: 0,
        decided: None,
        known: None,
        entry: None,
        result: TransferResult { sequence: 0, timestamp: 0, moved: 0, result: 0, reserved: 0 },
    };

    fn refuse(&mut self, code: ResultCode) {
        self.decided = Some(code);
        self.entry = None;
        self.result = TransferResult { result: code as u32, ..TransferResult::default() };
    }

    /// The item was done before, by `entry`, or its id was used for something else.
    fn repeat(&mut self, entry: &JournalEntry) {
        let (code, result) = repeat::answer(&self.item, entry);
        self.refuse(code);
        self.result = result;
    }

    /// Back to where the plan was before it was checked.
    fn forget_check(&mut self) {
        (self.decided, self.result) = match self.known {
            Some((code, result)) => (Some(code), result),
            None => (None, TransferResult::default()),
        };
        self.entry = None;
        self.original = self.looked_up;
    }

    fn is_accepted(&self) -> bool {
        self.decided.is_none() && self.entry.is_some()
    }
}

impl<Plans, Copies, const LOCKS: usize> Group<Plans, Copies, LOCKS>
where
    Plans: AsRef<[Plan]> + AsMut<[Plan]>,
    Copies: AsRef<[AccountCopy]> + AsMut<[AccountCopy]>,
{
    /// Runs `items`, at most as many as there is room for, as one: all or none. With `open`, the chain lacks its end, so that it is only
    /// examined for what its items are to be told.
    ///
    /// Afterwards [`Self::outcomes`] tells what became of each.
    pub(crate) fn run(&mut self, ledger: &Ledger, items: &[Transfer], open: bool, caller: &Caller, now: u64) {
        self.run_as(Purpose::Caller, ledger, items, open, caller, now);
    }

    /// Ends the hold that `item` names as its related id, if its time has come.
    pub(crate) fn expire(&mut self, ledger: &Ledger, item: &Transfer, caller: &Caller, now: u64) {
        self.run_as(Purpose::Expiry, ledger, core::slice::from_ref(item), false, caller, now);
    }

    fn run_as(&mut self, purpose: Purpose, ledger: &Ledger, items: &[Transfer], open: bool, caller: &Caller, now: u64) {
        self.prepare(ledger, items, open);
        if LOCKS > 2 {
            nest_begin();
        }
        self.buckets.lock_buckets(&ledger.index);
        // SAFETY: the buckets of all ids are locked.
        unsafe { self.look_up(ledger) };
        if self.buckets.len() + self.accounts.len() <= LOCKS_MAX {
            self.accounts.lock_accounts(&ledger.accounts);
            // SAFETY: buckets and accounts are locked, by the two calls above.
            unsafe {
                let mut time = now;
                while let Err(later) = self.check_and_commit(purpose, ledger, caller, time) {
                    // The time has moved on over what was checked: check again.
                    time = later;
                }
                self.accounts.unlock_accounts(&ledger.accounts);
            }
        } else {
            self.refuse_too_long();
        }
        // SAFETY: locked above, and nothing of them is used below.
        unsafe { self.buckets.unlock_buckets(&ledger.index) };
        if LOCKS > 2 {
            nest_end();
        }
        self.clean_up(ledger);
    }

    /// The id under which each item ran and what became of it, in order.
    pub(crate) fn outcomes(&self) -> impl Iterator<Item = (Id, TransferResult)> + '_ {
        self.plans.as_ref().iter().take(self.len).map(|plan| (plan.item.id, plan.result))
    }

    fn plans(&mut self) -> &mut [Plan] {
        self.plans.as_mut().get_mut(..self.len).unwrap_or(&mut [])
    }

    fn prepare(&mut self, ledger: &Ledger, items: &[Transfer], open: bool) {
        self.len = items.len().min(self.plans.as_ref().len());
        self.buckets.clear();
        self.accounts.clear();
        for (plan, item) in self.plans.as_mut().iter_mut().zip(items) {
            *plan = Plan { item: *item, ..Plan::EMPTY };
            if let Err(code) = rules::check_form(item) {
                plan.refuse(code);
                continue;
            }
            if item.id.is_none() {
                plan.item.id = ledger.make_id();
            }
            plan.key = ledger.index.key(plan.item.id);
            self.buckets.insert(ledger.index.number(plan.key));
            if !item.related_id.is_none() {
                let related = ledger.index.key(item.related_id);
                self.buckets.insert(ledger.index.number(related));
                plan.related = Some(related);
            }
            if item.flags & QENEX_TRANSFER_HOLD != 0 {
                plan.hold_place = ledger.holds.reserve().unwrap_or(0);
            }
        }
        if open {
            if let Some(last) = self.plans().last_mut() {
                last.refuse(ResultCode::LinkedChainOpen);
            }
        }
    }

    /// Finds out what is on record, and which accounts the items touch.
    ///
    /// # Safety
    ///
    /// The locks of all ids' buckets are held.
    unsafe fn look_up(&mut self, ledger: &Ledger) {
        for at in 0..self.len {
            let (earlier, rest) = self.plans.as_mut().split_at_mut(at);
            let Some(plan) = rest.first_mut() else { continue };
            plan.known = plan.decided.map(|code| (code, plan.result));
            if plan.known.is_some() {
                continue;
            }
            // SAFETY: the bucket's lock is held, by this function's contract.
            if let Some(entry) = unsafe { ledger.find(plan.key, plan.item.id) } {
                plan.repeat(&entry);
                plan.known = plan.decided.map(|code| (code, plan.result));
                continue;
            }
            let (from, to) = match Action::of(plan.item.flags) {
                None => (0, 0),
                Some(Action::Post | Action::Hold) => (plan.item.from_account, plan.item.to_account),
                Some(action) => {
                    // SAFETY: the bucket's lock is held, by this function's contract.
                    plan.original = unsafe { original(ledger, plan) };
                    plan.looked_up = plan.original;
                    plan.original.accounts().unwrap_or_else(|| same_chain_accounts(plan, action, earlier))
                }
            };
            plan.from = existing(ledger, from);
            plan.to = existing(ledger, to);
            for index in [plan.from, plan.to] {
                if index != 0 {
                    self.accounts.insert(index);
                }
            }
        }
    }

    /// Checks the items at the time `now` and makes happen what may; if the time is later by then, tells it and does nothing.
    ///
    /// # Safety
    ///
    /// The locks of all buckets and accounts are held.
    unsafe fn check_and_commit(
        &mut self,
        purpose: Purpose,
        ledger: &Ledger,
        caller: &Caller,
        now: u64,
    ) -> Result<(), u64> {
        for plan in self.plans() {
            plan.forget_check();
        }
        // SAFETY: the locks are held, by this function's contract.
        unsafe {
            self.copy_accounts(ledger);
            self.check(purpose, caller, now);
            self.commit(ledger, caller, now)
        }
    }

    /// Whether what was checked depends on the time: the end of a hold that expires, or a limit per window.
    fn time_matters(&self) -> bool {
        self.plans.as_ref().iter().take(self.len).any(|plan| {
            let expires = matches!(plan.original, Original::OpenHold(hold, _) if hold.expires != 0);
            let from = self.accounts.position(plan.from).and_then(|place| self.copies.as_ref().get(place));
            expires || from.is_some_and(|from| from.state.is_spending_limited())
        })
    }

    /// Copies what will be changed.
    ///
    /// # Safety
    ///
    /// The locks of all accounts in the set are held.
    unsafe fn copy_accounts(&mut self, ledger: &Ledger) {
        for (copy, number) in self.copies.as_mut().iter_mut().zip(self.accounts.numbers()) {
            let Some(slot) = ledger.accounts.place(*number) else { continue };
            // SAFETY: the account's lock is held, by this function's contract.
            *copy = AccountCopy { state: unsafe { slot.state.copy() }, spending: Spending::default() };
            if copy.state.is_spending_limited() {
                if let Some(more) = ledger.accounts.more(*number) {
                    // SAFETY: as above.
                    copy.spending = unsafe { more.spending.copy() };
                }
            }
        }
    }

    /// Checks item by item on the copies, up to the first that is refused.
    fn check(&mut self, purpose: Purpose, caller: &Caller, now: u64) {
        for at in 0..self.len {
            let (earlier, rest) = self.plans.as_mut().split_at_mut(at);
            let Some(plan) = rest.first_mut() else { return };
            if plan.decided.is_none() {
                if let Some(entry) = earlier.iter().filter_map(|p| p.entry.as_ref()).find(|e| e.id == plan.item.id) {
                    plan.repeat(entry);
                }
            }
            if plan.decided.is_none() {
                for entry in earlier.iter().filter_map(|plan| plan.entry.as_ref()) {
                    if plan.related.is_some() {
                        plan.original = plan.original.after(entry, plan.item.related_id);
                    }
                }
                let from = self.accounts.position(plan.from);
                let to = self.accounts.position(plan.to);
                let copy = |place: Option<usize>| place.and_then(|place| self.copies.as_ref().get(place));
                let checked = match purpose {
                    Purpose::Expiry => rules::check_expiry(&plan.original, now),
                    Purpose::Caller => rules::check(
                        &plan.item,
                        &plan.original,
                        copy(from).map(|copy| &copy.state),
                        copy(to).map(|copy| &copy.state),
                        copy(from).map(|copy| &copy.spending),
                        caller,
                        now,
                    ),
                };
                match checked {
                    Err(code) => plan.refuse(code),
                    Ok(effect) if effect.action == Action::Hold && plan.hold_place == 0 => {
                        plan.refuse(ResultCode::HoldsFull);
                    }
                    Ok(effect) => self.accept(at, from, to, &effect, caller, now),
                }
            }
            if let Some(code) = self.plans.as_ref().get(at).and_then(|plan| plan.decided) {
                self.fail_chain(at, code);
                return;
            }
        }
    }

    /// Changes the copies and prepares the entry of the item at `at`.
    fn accept(
        &mut self,
        at: usize,
        from: Option<usize>,
        to: Option<usize>,
        effect: &Effect,
        caller: &Caller,
        now: u64,
    ) {
        let (Some(plan), Some(from), Some(to)) = (self.plans.as_mut().get_mut(at), from, to) else { return };
        let (Some(&before_from), Some(&before_to)) = (self.copies.as_ref().get(from), self.copies.as_ref().get(to))
        else {
            return;
        };
        let (mut from_copy, mut to_copy) = (before_from, before_to);
        effect.apply(&mut from_copy.state.counters, &mut to_copy.state.counters);
        let entry = JournalEntry {
            timestamp: now,
            from_account: number(plan.from),
            to_account: number(plan.to),
            amount: effect.moved,
            requested: effect.requested,
            currency: u32::from(from_copy.state.currency),
            kind: effect.action.entry_kind(),
            from_after: from_copy.state.counters,
            to_after: to_copy.state.counters,
            ..entry_of(&plan.item, caller)
        };
        if from_copy.state.is_spending_limited() {
            from_copy.spending.record(&entry, plan.original.held());
        }
        plan.entry = Some(entry);
        plan.result.moved = effect.moved;
        for (place, account) in [(from, from_copy), (to, to_copy)] {
            if let Some(copy) = self.copies.as_mut().get_mut(place) {
                *copy = account;
            }
        }
    }

    /// The chain needs too many locks, whatever else is said of its items.
    fn refuse_too_long(&mut self) {
        for plan in self.plans() {
            if plan.decided != Some(ResultCode::LinkedChainOpen) {
                plan.refuse(ResultCode::LinkedItemFailed);
            }
        }
        if let Some(first) = self.plans().first_mut() {
            first.refuse(ResultCode::ChainTooLong);
        }
    }

    /// The item at `at` breaks the chain with `code`: none of it happens.
    fn fail_chain(&mut self, at: usize, code: ResultCode) {
        let last = self.len.saturating_sub(1);
        for (place, plan) in self.plans().iter_mut().enumerate() {
            // An open end is told whatever else is wrong.
            let is_open_end = place == last && plan.decided == Some(ResultCode::LinkedChainOpen);
            if place != at && !is_open_end {
                plan.refuse(ResultCode::LinkedItemFailed);
            } else if plan.decided.is_none() {
                plan.refuse(code);
            }
        }
    }

    /// Makes what was accepted happen; if it was checked at another time than it would happen, tells that time instead.
    ///
    /// # Safety
    ///
    /// The locks of all buckets and accounts are held, and the copies are checked.
    unsafe fn commit(&mut self, ledger: &Ledger, caller: &Caller, now: u64) -> Result<(), u64> {
        self.use_up_ids(caller);
        let count = self.plans().iter().filter(|plan| plan.entry.is_some()).count() as u64;
        if count == 0 {
            return Ok(());
        }
        let reservation = match ledger.journal.reserve(count, now, self.time_matters()) {
            Ok(reservation) => reservation,
            Err(Unreserved::Later(time)) => return Err(time),
            Err(Unreserved::Full) => {
                for plan in self.plans().iter_mut().filter(|plan| plan.entry.is_some()) {
                    plan.refuse(ResultCode::JournalFull);
                }
                return Ok(());
            }
        };
        // From here on it must succeed.
        let mut sequence = reservation.sequence;
        for at in 0..self.len {
            let Some(plan) = self.plans.as_mut().get_mut(at) else { continue };
            let accepted = plan.is_accepted();
            let Some(entry) = plan.entry.as_mut() else { continue };
            entry.sequence = sequence;
            entry.timestamp = reservation.timestamp;
            ledger.journal.write(entry);
            if let Some(own) = ledger.index.at(plan.key) {
                let related = plan.related.filter(|_| accepted).and_then(|related| ledger.index.at(related));
                // SAFETY: the sequence number was just reserved, numbers ascend, and the buckets are locked, by this
                // function's contract.
                unsafe { ledger.index.insert(sequence, own, related) };
            }
            if accepted {
                plan.result.sequence = sequence;
                plan.result.timestamp = reservation.timestamp;
                for account in [plan.from, plan.to] {
                    if let Some(copy) = self.accounts.position(account).and_then(|at| self.copies.as_mut().get_mut(at))
                    {
                        copy.state.sequence = sequence;
                    }
                }
            }
            // OVERFLOW: not above the last reserved number, but for the step after it.
            sequence = sequence.wrapping_add(1);
        }
        if !self.plans().iter().any(|plan| plan.is_accepted()) {
            // Only ids were used up; the copies show what the refused chain would have done.
            return Ok(());
        }
        for (copy, number) in self.copies.as_ref().iter().zip(self.accounts.numbers()) {
            if let Some(slot) = ledger.accounts.place(*number) {
                // SAFETY: the account's lock is held, by this function's contract.
                *unsafe { slot.state.get() } = copy.state;
            }
        }
        // SAFETY: the accounts are locked, by this function's contract.
        unsafe { self.record_spending(ledger) };
        // SAFETY: the buckets are locked, by this function's contract.
        unsafe { self.keep_holds(ledger) };
        Ok(())
    }

    /// Notes what was spent. The copies did so at the time of the check; what counts is the time of the entry, from which
    /// it can be worked out again.
    ///
    /// # Safety
    ///
    /// The locks of all accounts are held, and everything is committed.
    unsafe fn record_spending(&mut self, ledger: &Ledger) {
        for plan in self.plans.as_ref().iter().take(self.len).filter(|plan| plan.is_accepted()) {
            let from = self.accounts.position(plan.from).and_then(|place| self.copies.as_ref().get(place));
            if !from.is_some_and(|from| from.state.is_spending_limited()) {
                continue;
            }
            if let (Some(more), Some(entry)) = (ledger.accounts.more(plan.from), &plan.entry) {
                // SAFETY: the account's lock is held, by this function's contract.
                unsafe { more.spending.get() }.record(entry, plan.original.held());
            }
        }
    }

    /// Prepares the entries of refused items whose ids are used up all the same.
    fn use_up_ids(&mut self, caller: &Caller) {
        for plan in self.plans() {
            let once = plan.item.flags & QENEX_TRANSFER_ID_ONCE != 0 && !plan.item.id.is_reserved();
            if once && plan.decided.is_some_and(rules::may_pass) {
                plan.entry = Some(JournalEntry {
                    kind: QENEX_ENTRY_ID_USED_UP,
                    from_account: plan.item.from_account,
                    to_account: plan.item.to_account,
                    amount: plan.item.amount,
                    requested: plan.item.amount,
                    currency: plan.item.currency,
                    ..entry_of(&plan.item, caller)
                });
            }
        }
    }

    /// Opens the new holds and closes those that have ended. A hold that is made and ended in the same chain is
    /// opened and closed.
    ///
    /// # Safety
    ///
    /// The locks of all buckets are held, and everything is committed.
    unsafe fn keep_holds(&mut self, ledger: &Ledger) {
        for plan in self.plans().iter_mut().filter(|plan| plan.is_accepted()) {
            let Some(entry) = plan.entry else { continue };
            match entry.kind {
                QENEX_ENTRY_HOLD => {
                    let hold = Hold::of(&entry);
                    if let Some(bucket) = ledger.index.bucket_of(plan.key) {
                        // SAFETY: the bucket of the item's id is locked, by this function's contract.
                        unsafe { ledger.holds.open(plan.hold_place, hold, bucket) };
                    }
                    // The place is in use.
                    plan.hold_place = 0;
                }
                QENEX_ENTRY_POST_HOLD | QENEX_ENTRY_VOID_HOLD | QENEX_ENTRY_EXPIRE_HOLD => {
                    let bucket = plan.related.and_then(|related| ledger.index.bucket_of(related));
                    let Some(bucket) = bucket else { continue };
                    // SAFETY: the bucket of the related id is locked, by this function's contract.
                    let found = unsafe { ledger.holds.find(plan.item.related_id, bucket) };
                    let Some((place, _)) = found else { continue };
                    // SAFETY: as above; the hold was just found there.
                    unsafe { ledger.holds.close(place, bucket) };
                    plan.hold_place = place;
                }
                _ => {}
            }
        }
    }

    /// Gives back the places of holds that were not made, or have ended.
    fn clean_up(&mut self, ledger: &Ledger) {
        for plan in self.plans() {
            let is_hold = plan.item.flags & QENEX_TRANSFER_HOLD != 0;
            if plan.hold_place != 0 && (is_hold || plan.is_accepted()) {
                ledger.holds.give_back(plan.hold_place);
            }
        }
    }
}

/// What is on record under the plan's related id.
///
/// # Safety
///
/// The lock of the related id's bucket is held.
unsafe fn original(ledger: &Ledger, plan: &Plan) -> Original {
    let Some(spot) = plan.related.and_then(|key| ledger.index.at(key)) else { return Original::Missing };
    // SAFETY: the bucket's lock is held, by this function's contract.
    let open = unsafe { ledger.holds.find(plan.item.related_id, spot.bucket) };
    let history = match open {
        Some(_) => Default::default(),
        // SAFETY: as above.
        None => unsafe { ledger.index.history(spot, plan.item.related_id, &ledger.journal) },
    };
    Original::of(open, &history)
}

/// The accounts of an original that is an earlier item of the same chain, by number.
fn same_chain_accounts(plan: &Plan, action: Action, earlier: &[Plan]) -> (u64, u64) {
    let original = earlier.iter().rev().find(|earlier| earlier.item.id == plan.item.related_id);
    match original {
        None => (0, 0),
        Some(original) if action == Action::Reverse => (number(original.to), number(original.from)),
        Some(original) => (number(original.from), number(original.to)),
    }
}

/// The index of the account with this number, or 0 if there is none.
pub(crate) fn existing(ledger: &Ledger, number: u64) -> u64 {
    let index = AccountNumber::new(number).map_or(0, AccountNumber::index);
    if ledger.accounts.get(index).is_some() {
        index
    } else {
        0
    }
}

/// The number of the account with this index; 0 for 0.
pub(crate) fn number(index: u64) -> u64 {
    AccountNumber::from_index(index).map_or(0, AccountNumber::get)
}

/// The part of an entry that comes from the request alone.
#[inline]
pub(crate) fn entry_of(item: &Transfer, caller: &Caller) -> JournalEntry {
    JournalEntry {
        id: item.id,
        related_id: item.related_id,
        reference: item.reference,
        flags: item.flags,
        code: item.code,
        timeout: item.timeout,
        actor: caller.uid,
        ..JournalEntry::default()
    }
}
