// SPDX-License-Identifier: MIT OR GPL-2.0

//! What one item may do.
//!
//! Every function here reads as a column of early returns in the order of precedence that [`ResultCode`] documents; only
//! after the last check is anything worked out that changes a counter. Nothing here is locked, stored or undone: the
//! accounts are copies, and the answer is an [`Effect`].

use qenex_abi::{
    AccountNumber, Counters, Id, JournalEntry, ResultCode, Transfer, QENEX_AMOUNT_ALL, QENEX_ENTRY_EXPIRE_HOLD,
    QENEX_ENTRY_HOLD, QENEX_ENTRY_ID_USED_UP, QENEX_ENTRY_POSTING, QENEX_ENTRY_POST_HOLD, QENEX_ENTRY_REVERSAL,
    QENEX_ENTRY_VOID_HOLD, QENEX_TRANSFER_FLAGS, QENEX_TRANSFER_HOLD, QENEX_TRANSFER_POST_HOLD, QENEX_TRANSFER_REVERSE,
    QENEX_TRANSFER_UP_TO, QENEX_TRANSFER_VOID_HOLD, QENEX_TRANSFER_ZERO_AMOUNT,
};

use crate::account::{AccountState, Caller};
use crate::holds::Hold;
use crate::index::History;
use crate::spending::{Held, Spending};

/// What an item asks for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Action {
    /// Move money.
    Post,
    /// Hold money.
    Hold,
    /// Turn a hold into a posting.
    PostHold,
    /// Release a hold.
    VoidHold,
    /// Release a hold whose time has come; only the ledger itself does.
    ExpireHold,
    /// Move money back.
    Reverse,
}

impl Action {
    /// The action that the flags name, or `None` if they name several or qualify the wrong one.
    pub(crate) fn of(flags: u32) -> Option<Action> {
        const ACTIONS: u32 =
            QENEX_TRANSFER_HOLD | QENEX_TRANSFER_POST_HOLD | QENEX_TRANSFER_VOID_HOLD | QENEX_TRANSFER_REVERSE;
        let action = match flags & ACTIONS {
            0 => Action::Post,
            QENEX_TRANSFER_HOLD => Action::Hold,
            QENEX_TRANSFER_POST_HOLD => Action::PostHold,
            QENEX_TRANSFER_VOID_HOLD => Action::VoidHold,
            QENEX_TRANSFER_REVERSE => Action::Reverse,
            _ => return None,
        };
        let up_to = flags & QENEX_TRANSFER_UP_TO != 0;
        (!up_to || matches!(action, Action::Post | Action::Hold)).then_some(action)
    }

    /// The kind of the journal entry that the action leaves.
    #[inline]
    pub(crate) fn entry_kind(self) -> u16 {
        match self {
            Action::Post => QENEX_ENTRY_POSTING,
            Action::Hold => QENEX_ENTRY_HOLD,
            Action::PostHold => QENEX_ENTRY_POST_HOLD,
            Action::VoidHold => QENEX_ENTRY_VOID_HOLD,
            Action::ExpireHold => QENEX_ENTRY_EXPIRE_HOLD,
            Action::Reverse => QENEX_ENTRY_REVERSAL,
        }
    }
}

/// What is on record under `related_id`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Original {
    /// Nothing.
    #[default]
    Missing,
    /// A hold that is open, and its place in the table of holds; 0 if it is of the same chain and has none yet.
    OpenHold(Hold, u32),
    /// A hold that has ended, and the kind of the entry that ended it.
    EndedHold(Hold, u16),
    /// Money that moved from one account to another, and how much of it has been reversed.
    Posting(Hold, u64),
    /// A reversal.
    Reversal,
    /// Something else, such as the opening of an account.
    Other,
}

impl Original {
    /// What the table of holds and the journal say.
    pub(crate) fn of(open: Option<(u32, Hold)>, history: &History) -> Original {
        if let Some((place, hold)) = open {
            return Original::OpenHold(hold, place);
        }
        let Some(entry) = &history.entry else { return Original::Missing };
        let facts = Hold::of(entry);
        match entry.kind {
            QENEX_ENTRY_POSTING | QENEX_ENTRY_POST_HOLD => Original::Posting(facts, history.reversed),
            // A hold that is not open has ended, and the entry that ended it is younger than its own.
            QENEX_ENTRY_HOLD => Original::EndedHold(facts, history.ended_by.unwrap_or(QENEX_ENTRY_VOID_HOLD)),
            QENEX_ENTRY_REVERSAL => Original::Reversal,
            QENEX_ENTRY_ID_USED_UP => Original::Missing,
            _ => Original::Other,
        }
    }

    /// The same after `earlier`, an accepted item of the same chain that is not on record yet, for the id `related`.
    pub(crate) fn after(self, earlier: &JournalEntry, related: Id) -> Original {
        if earlier.id == related {
            let history = History { entry: Some(*earlier), ..History::default() };
            return match Original::of(None, &history) {
                // It cannot expire before it is on record, and is younger than all that is.
                Original::EndedHold(hold, _) => Original::OpenHold(Hold { expires: 0, sequence: u64::MAX, ..hold }, 0),
                other => other,
            };
        }
        if earlier.related_id != related {
            return self;
        }
        match self {
            Original::OpenHold(hold, _) => Original::EndedHold(hold, earlier.kind),
            Original::Posting(posting, reversed) => Original::Posting(posting, reversed.saturating_add(earlier.amount)),
            other => other,
        }
    }

    /// When the hold was made, if it is one.
    pub(crate) fn held(&self) -> Held {
        match self {
            Original::OpenHold(hold, _) => Held { sequence: hold.sequence, timestamp: hold.timestamp },
            _ => Held::default(),
        }
    }

    /// Numbers of the accounts that settling or reversing it would debit and credit.
    pub(crate) fn accounts(&self) -> Option<(u64, u64)> {
        match self {
            Original::OpenHold(hold, _) | Original::EndedHold(hold, _) => Some((hold.from_account, hold.to_account)),
            Original::Posting(posting, _) => Some((posting.to_account, posting.from_account)),
            Original::Missing | Original::Reversal | Original::Other => None,
        }
    }
}

/// What an accepted item does: all of it is certain to succeed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Effect {
    /// The action.
    pub(crate) action: Action,
    /// Minor units that move, or are held or released.
    pub(crate) moved: u64,
    /// What the journal records as asked for.
    pub(crate) requested: u64,
    /// Minor units that leave the held counters of both accounts.
    pub(crate) released: u64,
}

impl Effect {
    /// Changes the counters of the debited and the credited account. The checks have ruled out overflow; the arithmetic
    /// wraps only so that it can never panic.
    pub(crate) fn apply(&self, from: &mut Counters, to: &mut Counters) {
        from.debits_held = from.debits_held.wrapping_sub(self.released);
        to.credits_held = to.credits_held.wrapping_sub(self.released);
        match self.action {
            Action::Post | Action::PostHold | Action::Reverse => {
                from.debits_posted = from.debits_posted.wrapping_add(self.moved);
                to.credits_posted = to.credits_posted.wrapping_add(self.moved);
            }
            Action::Hold => {
                from.debits_held = from.debits_held.wrapping_add(self.moved);
                to.credits_held = to.credits_held.wrapping_add(self.moved);
            }
            Action::VoidHold | Action::ExpireHold => {}
        }
    }
}

/// Checks that need nothing but the item and come before the look-up of its id.
pub(crate) fn check_form(item: &Transfer) -> Result<(), ResultCode> {
    if item.reserved != 0 {
        return Err(ResultCode::ReservedMustBeZero);
    }
    if item.flags & !QENEX_TRANSFER_FLAGS != 0 {
        return Err(ResultCode::FlagsMustBeKnown);
    }
    if item.id.is_reserved() {
        return Err(ResultCode::IdMustNotBeReserved);
    }
    Ok(())
}

/// Whether a refusal with this code may pass by itself, so that a late duplicate of the item could succeed.
pub(crate) fn may_pass(code: ResultCode) -> bool {
    matches!(
        code,
        ResultCode::FromAccountNotFound
            | ResultCode::ToAccountNotFound
            | ResultCode::HoldNotFound
            | ResultCode::OriginalNotFound
            | ResultCode::FromAccountClosed
            | ResultCode::ToAccountClosed
            | ResultCode::FromAccountFrozen
            | ResultCode::ToAccountFrozen
            | ResultCode::ExceedsAvailableBalance
            | ResultCode::ExceedsSpendingLimit
    )
}

/// Checks an item whose id is not on record, and says what it does.
///
/// `from` and `to` are the accounts debited and credited, `None` if there is no such account; `spending` is that of `from`.
pub(crate) fn check(
    item: &Transfer,
    original: &Original,
    from: Option<&AccountState>,
    to: Option<&AccountState>,
    spending: Option<&Spending>,
    caller: &Caller,
    now: u64,
) -> Result<Effect, ResultCode> {
    match Action::of(item.flags) {
        None => Err(ResultCode::FlagsExcludeEachOther),
        Some(action @ (Action::Post | Action::Hold)) => check_new(item, action, from, to, spending, caller, now),
        Some(action @ (Action::PostHold | Action::VoidHold | Action::ExpireHold)) => {
            check_settlement(item, action, original, from, to, caller, now)
        }
        Some(Action::Reverse) => check_reversal(item, original, from, to, caller),
    }
}

/// Checks a transfer or a new hold.
#[inline(always)]
pub(crate) fn check_new(
    item: &Transfer,
    action: Action,
    from: Option<&AccountState>,
    to: Option<&AccountState>,
    spending: Option<&Spending>,
    caller: &Caller,
    now: u64,
) -> Result<Effect, ResultCode> {
    if item.from_account == 0 {
        return Err(ResultCode::FromAccountMustNotBeZero);
    }
    if item.to_account == 0 {
        return Err(ResultCode::ToAccountMustNotBeZero);
    }
    if item.from_account == item.to_account {
        return Err(ResultCode::AccountsMustBeDifferent);
    }
    if !item.related_id.is_none() {
        return Err(ResultCode::RelatedIdMustBeZero);
    }
    if item.timeout != 0 && action != Action::Hold {
        return Err(ResultCode::TimeoutMustBeZero);
    }
    if item.currency == 0 {
        return Err(ResultCode::CurrencyMustNotBeZero);
    }
    check_amount_given(item)?;
    // The number of an account that was found is right.
    if from.is_none() && AccountNumber::new(item.from_account).is_none() {
        return Err(ResultCode::FromAccountInvalid);
    }
    if to.is_none() && AccountNumber::new(item.to_account).is_none() {
        return Err(ResultCode::ToAccountInvalid);
    }
    let from = from.ok_or(ResultCode::FromAccountNotFound)?;
    let to = to.ok_or(ResultCode::ToAccountNotFound)?;
    if from.currency != to.currency {
        return Err(ResultCode::AccountsMustHaveSameCurrency);
    }
    if item.currency != u32::from(from.currency) {
        return Err(ResultCode::CurrencyMustBeThatOfAccounts);
    }
    check_right(from, caller)?;
    check_open(from, to)?;
    let mut moved = item.amount;
    if item.flags & QENEX_TRANSFER_UP_TO != 0 {
        // What is available is cut to what a u64 holds at both ends.
        let available = from.available().clamp(0, i128::from(u64::MAX));
        moved = moved.min(u64::try_from(available).unwrap_or(u64::MAX));
    }
    if action == Action::Hold {
        check_hold_overflow(from, to, moved)?;
    }
    let debits = check_posting_overflow(from, to, moved)?;
    check_available(from, moved, debits)?;
    if from.is_spending_limited() && spending.is_some_and(|spending| spending.left(now) < moved) {
        return Err(ResultCode::ExceedsSpendingLimit);
    }
    Ok(Effect { action, moved, requested: item.amount, released: 0 })
}

/// Checks the post or void of a hold.
fn check_settlement(
    item: &Transfer,
    action: Action,
    original: &Original,
    from: Option<&AccountState>,
    to: Option<&AccountState>,
    caller: &Caller,
    now: u64,
) -> Result<Effect, ResultCode> {
    check_related_id(item)?;
    if action == Action::PostHold {
        check_amount_given(item)?;
    }
    let hold = match original {
        Original::Missing => return Err(ResultCode::HoldNotFound),
        Original::OpenHold(hold, _) | Original::EndedHold(hold, _) => hold,
        Original::Posting(..) | Original::Reversal | Original::Other => return Err(ResultCode::HoldExpected),
    };
    if item.from_account != 0 && item.from_account != hold.from_account {
        return Err(ResultCode::HoldHasDifferentFromAccount);
    }
    if item.to_account != 0 && item.to_account != hold.to_account {
        return Err(ResultCode::HoldHasDifferentToAccount);
    }
    if item.currency != 0 && item.currency != hold.currency {
        return Err(ResultCode::HoldHasDifferentCurrency);
    }
    let moved = match action {
        Action::PostHold if item.amount == QENEX_AMOUNT_ALL => hold.amount,
        _ if item.amount > hold.amount => return Err(ResultCode::ExceedsHeldAmount),
        Action::PostHold => item.amount,
        _ if item.amount != 0 && item.amount < hold.amount => return Err(ResultCode::HoldHasDifferentAmount),
        _ => hold.amount,
    };
    if let Original::EndedHold(_, ended_by) = original {
        return Err(match *ended_by {
            QENEX_ENTRY_POST_HOLD => ResultCode::HoldAlreadyPosted,
            QENEX_ENTRY_EXPIRE_HOLD => ResultCode::HoldExpired,
            _ => ResultCode::HoldAlreadyVoided,
        });
    }
    if is_past(hold.expires, now) {
        return Err(ResultCode::HoldExpired);
    }
    // The accounts of a hold exist: accounts are never removed.
    let from = from.ok_or(ResultCode::FromAccountNotFound)?;
    let to = to.ok_or(ResultCode::ToAccountNotFound)?;
    check_right(from, caller)?;
    if action == Action::PostHold {
        check_open(from, to)?;
    }
    // Neither overflow nor lack of money is possible: the hold was checked against both.
    Ok(Effect { action, moved, requested: hold.amount, released: hold.amount })
}

/// Whether a hold's time has come; `expires` of 0 is never.
fn is_past(expires: u64, now: u64) -> bool {
    expires != 0 && expires <= now
}

/// Checks the expiry of a hold: it is open, and its time has come.
pub(crate) fn check_expiry(original: &Original, now: u64) -> Result<Effect, ResultCode> {
    match original {
        Original::OpenHold(hold, _) if is_past(hold.expires, now) => {
            Ok(Effect { action: Action::ExpireHold, moved: hold.amount, requested: hold.amount, released: hold.amount })
        }
        _ => Err(ResultCode::HoldNotFound),
    }
}

/// Checks a reversal.
fn check_reversal(
    item: &Transfer,
    original: &Original,
    from: Option<&AccountState>,
    to: Option<&AccountState>,
    caller: &Caller,
) -> Result<Effect, ResultCode> {
    check_related_id(item)?;
    check_amount_given(item)?;
    let (posting, reversed) = match original {
        Original::Missing => return Err(ResultCode::OriginalNotFound),
        Original::Posting(posting, reversed) => (posting, *reversed),
        Original::OpenHold(..) | Original::EndedHold(..) | Original::Other => {
            return Err(ResultCode::OriginalMustBePosting)
        }
        Original::Reversal => return Err(ResultCode::OriginalMustNotBeReversal),
    };
    if item.from_account != 0 && item.from_account != posting.to_account {
        return Err(ResultCode::OriginalHasDifferentFromAccount);
    }
    if item.to_account != 0 && item.to_account != posting.from_account {
        return Err(ResultCode::OriginalHasDifferentToAccount);
    }
    if item.currency != 0 && item.currency != posting.currency {
        return Err(ResultCode::OriginalHasDifferentCurrency);
    }
    let left = posting.amount.saturating_sub(reversed);
    if left == 0 {
        return Err(ResultCode::OriginalAlreadyReversed);
    }
    let moved = if item.amount == QENEX_AMOUNT_ALL { left } else { item.amount };
    if moved > left {
        return Err(ResultCode::ExceedsOriginalAmount);
    }
    // The accounts of a posting exist: accounts are never removed.
    let from = from.ok_or(ResultCode::FromAccountNotFound)?;
    let to = to.ok_or(ResultCode::ToAccountNotFound)?;
    check_right(from, caller)?;
    check_open(from, to)?;
    let debits = check_posting_overflow(from, to, moved)?;
    check_available(from, moved, debits)?;
    Ok(Effect { action: Action::Reverse, moved, requested: item.amount, released: 0 })
}

fn check_related_id(item: &Transfer) -> Result<(), ResultCode> {
    if item.related_id == Id::NONE {
        return Err(ResultCode::RelatedIdMustNotBeZero);
    }
    if item.related_id == item.id {
        return Err(ResultCode::RelatedIdMustBeDifferent);
    }
    if item.timeout != 0 {
        return Err(ResultCode::TimeoutMustBeZero);
    }
    Ok(())
}

fn check_amount_given(item: &Transfer) -> Result<(), ResultCode> {
    if item.amount == 0 && item.flags & QENEX_TRANSFER_ZERO_AMOUNT == 0 {
        return Err(ResultCode::AmountMustNotBeZero);
    }
    Ok(())
}

fn check_right(from: &AccountState, caller: &Caller) -> Result<(), ResultCode> {
    if !from.may_be_used_by(caller) {
        return Err(ResultCode::NotAccountOwner);
    }
    Ok(())
}

fn check_open(from: &AccountState, to: &AccountState) -> Result<(), ResultCode> {
    if from.is_closed() {
        return Err(ResultCode::FromAccountClosed);
    }
    if to.is_closed() {
        return Err(ResultCode::ToAccountClosed);
    }
    if from.debits_frozen() {
        return Err(ResultCode::FromAccountFrozen);
    }
    if to.credits_frozen() {
        return Err(ResultCode::ToAccountFrozen);
    }
    Ok(())
}

/// The held counters that a hold adds to. (That the posted ones can take it when it is posted is checked by
/// [`check_posting_overflow`], whose sums count both.)
fn check_hold_overflow(from: &AccountState, to: &AccountState, moved: u64) -> Result<(), ResultCode> {
    if from.counters.debits_held.checked_add(moved).is_none() {
        return Err(ResultCode::OverflowsDebitsHeld);
    }
    if to.counters.credits_held.checked_add(moved).is_none() {
        return Err(ResultCode::OverflowsCreditsHeld);
    }
    Ok(())
}

/// What the debited account's debits will be, those held included.
#[inline(always)]
fn check_posting_overflow(from: &AccountState, to: &AccountState, moved: u64) -> Result<u64, ResultCode> {
    let (from, to) = (&from.counters, &to.counters);
    let debits_posted = from.debits_posted.checked_add(moved).ok_or(ResultCode::OverflowsDebitsPosted)?;
    let credits_posted = to.credits_posted.checked_add(moved).ok_or(ResultCode::OverflowsCreditsPosted)?;
    let debits = debits_posted.checked_add(from.debits_held).ok_or(ResultCode::OverflowsDebits)?;
    if credits_posted.checked_add(to.credits_held).is_none() {
        return Err(ResultCode::OverflowsCredits);
    }
    Ok(debits)
}

/// `debits` is what the account's debits will be with `moved`, those held included.
#[inline(always)]
fn check_available(from: &AccountState, moved: u64, debits: u64) -> Result<(), ResultCode> {
    // That is: `available() < moved`. A sum beyond a u64 is more than all debits.
    let most = from.counters.credits_posted.saturating_add(from.overdraft_limit);
    // An amount of zero takes nothing, also from an account that is below its limit.
    if !from.is_unlimited() && moved != 0 && most < debits {
        return Err(ResultCode::ExceedsAvailableBalance);
    }
    Ok(())
}
