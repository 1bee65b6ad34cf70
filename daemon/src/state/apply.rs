// SPDX-License-Identifier: MIT

//! One function for each kind of entry: what must hold, and what then changes.

use qenex_abi::{
    AccountNumber, Counters, JournalEntry, QENEX_ACCOUNT_CLOSED, QENEX_ACCOUNT_CREDITS_FROZEN,
    QENEX_ACCOUNT_DEBITS_FROZEN, QENEX_ACCOUNT_SPENDING_LIMITED, QENEX_ACCOUNT_UNLIMITED, QENEX_ENTRY_EXPIRE_HOLD,
    QENEX_ENTRY_HOLD, QENEX_ENTRY_ID_USED_UP, QENEX_ENTRY_OPEN, QENEX_ENTRY_POST_HOLD, QENEX_ENTRY_POSTING,
    QENEX_ENTRY_REVERSAL, QENEX_ENTRY_UPDATE, QENEX_ENTRY_VOID_HOLD, QENEX_UPDATE_CLOSE, QENEX_UPDATE_FREEZE_CREDITS,
    QENEX_UPDATE_FREEZE_DEBITS, QENEX_UPDATE_OVERDRAFT_LIMIT, QENEX_UPDATE_OWNER, QENEX_UPDATE_REOPEN,
    QENEX_UPDATE_SPENDING_LIMIT, QENEX_UPDATE_UNFREEZE_CREDITS, QENEX_UPDATE_UNFREEZE_DEBITS, RestoreAccount,
    RestoreHold,
};

use super::{CURRENCY_CODES, Fault, Inconsistent, State, balance, entry_checksum, place, spending};

/// What an entry moves, minor units: out of the held counters, into the held ones, into the posted ones.
#[derive(Clone, Copy, Default)]
struct Effect {
    release: u64,
    hold: u64,
    post: u64,
}

impl State {
    /// Verifies that `entry` is the next one of this ledger and says exactly what follows from the state, and applies
    /// it.
    ///
    /// # Errors
    ///
    /// [`Inconsistent`] names the sequence number and what is wrong; the state is as before.
    pub fn apply(&mut self, entry: &JournalEntry) -> Result<(), Inconsistent> {
        self.try_apply(entry).map_err(|fault| Inconsistent { sequence: self.sequence + 1, fault })
    }

    fn try_apply(&mut self, entry: &JournalEntry) -> Result<(), Fault> {
        if entry.sequence != self.sequence + 1 {
            return Err(Fault::Gap(entry.sequence));
        }
        let computed = entry_checksum(entry);
        if entry.crc != computed {
            return Err(Fault::Checksum { found: entry.crc, computed });
        }
        if entry.timestamp < self.timestamp {
            return Err(Fault::TimeWentBack { time: entry.timestamp, before: self.timestamp });
        }
        if entry.id.is_none() {
            return Err(Fault::NoId);
        }
        match entry.kind {
            QENEX_ENTRY_OPEN => self.open(entry)?,
            QENEX_ENTRY_POSTING | QENEX_ENTRY_REVERSAL => self.post(entry)?,
            QENEX_ENTRY_HOLD => self.hold_money(entry)?,
            QENEX_ENTRY_POST_HOLD | QENEX_ENTRY_VOID_HOLD | QENEX_ENTRY_EXPIRE_HOLD => self.end_hold(entry)?,
            QENEX_ENTRY_ID_USED_UP => id_used_up(entry)?,
            QENEX_ENTRY_UPDATE => self.update(entry)?,
            kind => return Err(Fault::Kind(kind)),
        }
        if entry.id.is_reserved() {
            self.ids_made = self.ids_made.max(entry.id.low);
        }
        (self.sequence, self.timestamp) = (entry.sequence, entry.timestamp);
        Ok(())
    }

    fn open(&mut self, entry: &JournalEntry) -> Result<(), Fault> {
        let expected = AccountNumber::from_index(self.accounts.len() as u64 + 1).map_or(0, AccountNumber::get);
        if entry.to_account != expected {
            return Err(Fault::OpensOutOfOrder { found: entry.to_account, expected });
        }
        if entry.from_account != 0 {
            return Err(Fault::Field("from_account"));
        }
        if entry.currency as usize >= CURRENCY_CODES {
            return Err(Fault::CurrencyUnknown(entry.currency));
        }
        if u32::from(entry.account_flags) & !QENEX_ACCOUNT_UNLIMITED != 0 {
            return Err(Fault::Field("account_flags"));
        }
        same_counters(entry.to_account, &entry.from_after, &Counters::default())?;
        same_counters(entry.to_account, &entry.to_after, &Counters::default())?;
        self.accounts.push(RestoreAccount {
            account_number: entry.to_account,
            overdraft_limit: entry.requested,
            sequence: entry.sequence,
            opened: entry.timestamp,
            reference: entry.reference,
            currency: entry.currency,
            account_type: entry.timeout,
            flags: u32::from(entry.account_flags),
            owner: entry.owner,
            code: entry.code,
            ..RestoreAccount::default()
        });
        Ok(())
    }

    fn post(&mut self, entry: &JournalEntry) -> Result<(), Fault> {
        let from = self.move_money(entry, Effect { post: entry.amount, ..Effect::default() })?;
        if entry.kind == QENEX_ENTRY_POSTING {
            spending::spend(from, entry.amount, entry.timestamp);
        }
        Ok(())
    }

    fn hold_money(&mut self, entry: &JournalEntry) -> Result<(), Fault> {
        if self.holds.contains_key(&entry.id) {
            return Err(Fault::HoldOpen(entry.id.to_u128()));
        }
        let from = self.move_money(entry, Effect { hold: entry.amount, ..Effect::default() })?;
        spending::spend(from, entry.amount, entry.timestamp);
        let hold = RestoreHold {
            id: entry.id,
            sequence: entry.sequence,
            timestamp: entry.timestamp,
            from_account: entry.from_account,
            to_account: entry.to_account,
            amount: entry.amount,
            expires: expiry(entry),
            reference: entry.reference,
            currency: entry.currency,
            flags: entry.flags,
            code: entry.code,
            timeout: entry.timeout,
        };
        self.holds.insert(entry.id, hold);
        Ok(())
    }

    fn end_hold(&mut self, entry: &JournalEntry) -> Result<(), Fault> {
        let id = entry.related_id.to_u128();
        let hold = *self.holds.get(&entry.related_id).ok_or(Fault::HoldNotOpen(id))?;
        let posts = entry.kind == QENEX_ENTRY_POST_HOLD;
        let amount_fits = if posts { entry.amount <= hold.amount } else { entry.amount == hold.amount };
        for (fits, field) in [
            (entry.from_account == hold.from_account, "from_account"),
            (entry.to_account == hold.to_account, "to_account"),
            (entry.requested == hold.amount, "requested"),
            (amount_fits, "amount"),
        ] {
            if !fits {
                return Err(Fault::HoldDiffers { hold: id, field });
            }
        }
        let post = if posts { entry.amount } else { 0 };
        let from = self.move_money(entry, Effect { release: hold.amount, post, ..Effect::default() })?;
        // Not above what was held, checked above.
        spending::give_back(from, hold.amount - post, (hold.sequence, hold.timestamp), entry.timestamp);
        self.holds.remove(&entry.related_id);
        Ok(())
    }

    /// Checks both accounts and all four counters of each, then changes them. Returns the account debited.
    fn move_money(&mut self, entry: &JournalEntry, effect: Effect) -> Result<&mut RestoreAccount, Fault> {
        let (from_number, to_number) = (entry.from_account, entry.to_account);
        if from_number == to_number {
            return Err(Fault::SameAccount(from_number));
        }
        let from_place = place(from_number).ok_or(Fault::NoAccount(from_number))?;
        let to_place = place(to_number).ok_or(Fault::NoAccount(to_number))?;
        let from = self.accounts.get(from_place).ok_or(Fault::NoAccount(from_number))?;
        let to = self.accounts.get(to_place).ok_or(Fault::NoAccount(to_number))?;
        for account in [from, to] {
            if entry.currency != account.currency {
                return Err(Fault::Currency {
                    found: entry.currency,
                    account: account.account_number,
                    expected: account.currency,
                });
            }
        }
        let from_after = debited(from, effect)?;
        let to_after = credited(to, effect)?;
        same_counters(from_number, &entry.from_after, &from_after)?;
        same_counters(to_number, &entry.to_after, &to_after)?;
        check_overdraft(entry, from, &from_after)?;

        // From here on it succeeds.
        let change = balance(&from_after) - balance(&from.counters) + balance(&to_after) - balance(&to.counters);
        if let Some(sum) = self.sums.get_mut(entry.currency as usize) {
            *sum += change;
        }
        let to = &mut self.accounts[to_place];
        (to.counters, to.sequence) = (to_after, entry.sequence);
        let from = &mut self.accounts[from_place];
        (from.counters, from.sequence) = (from_after, entry.sequence);
        Ok(from)
    }

    fn update(&mut self, entry: &JournalEntry) -> Result<(), Fault> {
        let number = entry.to_account;
        let at = place(number).ok_or(Fault::NoAccount(number))?;
        let before = self.accounts.get(at).ok_or(Fault::NoAccount(number))?;
        if entry.from_account != 0 {
            return Err(Fault::Field("from_account"));
        }
        if entry.currency != before.currency {
            return Err(Fault::Currency { found: entry.currency, account: number, expected: before.currency });
        }
        same_counters(number, &entry.from_after, &Counters::default())?;
        same_counters(number, &entry.to_after, &before.counters)?;
        let asked = |change: u32| entry.flags & change != 0;
        let limit = (entry.amount, entry.timeout);
        for (follows, field) in [
            (asked(QENEX_UPDATE_OWNER) || entry.owner == before.owner, "owner"),
            (asked(QENEX_UPDATE_OVERDRAFT_LIMIT) || entry.requested == before.overdraft_limit, "requested"),
            (
                asked(QENEX_UPDATE_SPENDING_LIMIT) || limit == (before.spending_limit, before.spending_window),
                "amount and timeout",
            ),
            // A limit without a window has no meaning.
            (entry.timeout != 0 || entry.amount == 0, "timeout"),
            (u32::from(entry.account_flags) == flags_after(before, entry), "account_flags"),
        ] {
            if !follows {
                return Err(Fault::Field(field));
            }
        }

        // From here on it succeeds.
        let account = &mut self.accounts[at];
        account.owner = entry.owner;
        account.overdraft_limit = entry.requested;
        account.flags = u32::from(entry.account_flags);
        account.sequence = entry.sequence;
        if entry.flags & QENEX_UPDATE_SPENDING_LIMIT != 0 {
            spending::set(account, entry.amount, entry.timeout, entry.sequence, entry.timestamp);
        }
        Ok(())
    }
}

/// The flags of an account after an update.
fn flags_after(before: &RestoreAccount, entry: &JournalEntry) -> u32 {
    let has_limit = entry.timeout != 0;
    let mut flags = before.flags;
    for (change, flag, set) in [
        (QENEX_UPDATE_FREEZE_DEBITS, QENEX_ACCOUNT_DEBITS_FROZEN, true),
        (QENEX_UPDATE_UNFREEZE_DEBITS, QENEX_ACCOUNT_DEBITS_FROZEN, false),
        (QENEX_UPDATE_FREEZE_CREDITS, QENEX_ACCOUNT_CREDITS_FROZEN, true),
        (QENEX_UPDATE_UNFREEZE_CREDITS, QENEX_ACCOUNT_CREDITS_FROZEN, false),
        (QENEX_UPDATE_SPENDING_LIMIT, QENEX_ACCOUNT_SPENDING_LIMITED, has_limit),
        (QENEX_UPDATE_CLOSE, QENEX_ACCOUNT_CLOSED, true),
        (QENEX_UPDATE_REOPEN, QENEX_ACCOUNT_CLOSED, false),
    ] {
        if entry.flags & change != 0 {
            flags = if set { flags | flag } else { flags & !flag };
        }
    }
    flags
}

fn id_used_up(entry: &JournalEntry) -> Result<(), Fault> {
    same_counters(entry.from_account, &entry.from_after, &Counters::default())?;
    same_counters(entry.to_account, &entry.to_after, &Counters::default())
}

/// The counters of the debited account after `effect`.
fn debited(account: &RestoreAccount, effect: Effect) -> Result<Counters, Fault> {
    let before = &account.counters;
    let (posted, held) = side(before.debits_posted, before.debits_held, effect)
        .map_err(|on_posted| overflow(account, if on_posted { "debits_posted" } else { "debits_held" }))?;
    Ok(Counters { debits_posted: posted, debits_held: held, ..*before })
}

/// The counters of the credited account after `effect`.
fn credited(account: &RestoreAccount, effect: Effect) -> Result<Counters, Fault> {
    let before = &account.counters;
    let (posted, held) = side(before.credits_posted, before.credits_held, effect)
        .map_err(|on_posted| overflow(account, if on_posted { "credits_posted" } else { "credits_held" }))?;
    Ok(Counters { credits_posted: posted, credits_held: held, ..*before })
}

/// The posted and the held counter of one side after `effect`, or whether it is the posted one that would overflow.
fn side(posted: u64, held: u64, effect: Effect) -> Result<(u64, u64), bool> {
    let held = held.checked_sub(effect.release).and_then(|held| held.checked_add(effect.hold)).ok_or(false)?;
    let posted = posted.checked_add(effect.post).ok_or(true)?;
    // Their sum must fit as well, so that what is held can be posted.
    posted.checked_add(held).ok_or(true)?;
    Ok((posted, held))
}

fn overflow(account: &RestoreAccount, counter: &'static str) -> Fault {
    Fault::Overflow { account: account.account_number, counter }
}

/// No debit leaves an account below its limit. What a hold had set aside may always be posted.
fn check_overdraft(entry: &JournalEntry, from: &RestoreAccount, after: &Counters) -> Result<(), Fault> {
    let debits = matches!(entry.kind, QENEX_ENTRY_POSTING | QENEX_ENTRY_HOLD | QENEX_ENTRY_REVERSAL);
    if !debits || entry.amount == 0 || from.flags & QENEX_ACCOUNT_UNLIMITED != 0 {
        return Ok(());
    }
    let available = balance(after) - i128::from(after.debits_held) + i128::from(from.overdraft_limit);
    if available < 0 {
        return Err(Fault::Overdrawn { account: from.account_number, short: available.unsigned_abs() });
    }
    Ok(())
}

/// When the hold of this entry expires, nanoseconds since 1970-01-01 UTC; 0 is never.
fn expiry(entry: &JournalEntry) -> u64 {
    match entry.timeout {
        0 => 0,
        seconds => entry.timestamp.saturating_add(u64::from(seconds).saturating_mul(1_000_000_000)),
    }
}

fn same_counters(account: u64, found: &Counters, expected: &Counters) -> Result<(), Fault> {
    if found == expected {
        return Ok(());
    }
    let pairs = [
        ("debits_posted", found.debits_posted, expected.debits_posted),
        ("credits_posted", found.credits_posted, expected.credits_posted),
        ("debits_held", found.debits_held, expected.debits_held),
        ("credits_held", found.credits_held, expected.credits_held),
    ];
    match pairs.into_iter().find(|(_, found, expected)| found != expected) {
        None => Ok(()),
        Some((counter, found, expected)) => Err(Fault::Counters { account, counter, found, expected }),
    }
}
