// SPDX-License-Identifier: MIT OR GPL-2.0

//! An auditor: takes the journal alone, entry by entry, and checks that it explains everything.
//!
//! 1. Sequence numbers have no gaps, times never go back, checksums are right.
//! 2. Done again in order from empty books, each entry arrives at exactly the counters that it names.
//! 3. For each currency the sum of all balances is zero after every entry.
//! 4. No account is overdrawn but those that may be.
//! 5. The open holds explain the held counters; a hold ends once; what is reversed never exceeds the original.
//! 6. Closed and frozen accounts are left alone; what is spent in a window of time, worked out again, stays in its
//!    limit.
//! 7. No id takes effect twice while it is remembered.
//!
//! [`Audit::agrees_with`] then compares the books with what the ledger reports of an account.

// Each test uses a part of the audit.
#![allow(dead_code)]

use std::collections::BTreeMap;

use qenex_abi::*;
use zerocopy::IntoBytes;

/// An account as the journal explains it.
#[derive(Clone, Debug, Default)]
struct Page {
    currency: u32,
    /// `QENEX_ACCOUNT_UNLIMITED` and the state bits.
    flags: u32,
    spending: Spending,
    overdraft: u64,
    owner: u32,
    account_type: u32,
    counters: Counters,
    changed: u64,
}

/// What an account may spend and has spent, in words of [`RestoreAccount`]. All zero without a limit.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Spending {
    limit: u64,
    window: u32,
    /// When the window began in which something was last spent or the limit set, in seconds.
    start: u64,
    spent: u64,
    /// The update that set the limit.
    since: u64,
}

impl Spending {
    fn start_of(&self, timestamp: u64) -> u64 {
        let seconds = timestamp / 1_000_000_000;
        seconds - seconds % u64::from(self.window)
    }

    /// Money leaves or is held.
    fn spend(&mut self, entry: &JournalEntry) {
        let start = self.start_of(entry.timestamp);
        if start != self.start {
            (self.start, self.spent) = (start, 0);
        }
        self.spent += entry.amount;
        assert!(self.spent <= self.limit, "spends too much: {entry:?} with {self:?}");
    }

    /// Of what was held, `amount` is not spent after all.
    fn give_back(&mut self, amount: u64, hold: &JournalEntry, entry: &JournalEntry) {
        let in_this_window = |timestamp| self.start_of(timestamp) == self.start;
        if hold.sequence > self.since && in_this_window(hold.timestamp) && in_this_window(entry.timestamp) {
            assert!(self.spent >= amount, "more comes back than was spent: {entry:?}");
            self.spent -= amount;
        }
    }
}

/// What is known of an id.
#[derive(Clone, Debug)]
struct Known {
    entry: JournalEntry,
    open: bool,
    reversed: u64,
}

/// The auditor.
#[derive(Clone, Debug, Default)]
pub(crate) struct Audit {
    window: u64,
    sequence: u64,
    timestamp: u64,
    pages: BTreeMap<u64, Page>,
    known: BTreeMap<Id, Known>,
    /// Sum of the balances, by currency.
    sums: BTreeMap<u32, i128>,
    /// Sums of the open holds: by account debited and by account credited.
    held: BTreeMap<(bool, u64), u64>,
}

impl Audit {
    /// Empty books, for a ledger that remembers as many entries as `window`.
    pub(crate) fn new(window: u64) -> Audit {
        Audit { window, ..Audit::default() }
    }

    /// The last entry seen.
    pub(crate) fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Numbers of all accounts opened.
    pub(crate) fn accounts(&self) -> Vec<u64> {
        self.pages.keys().copied().collect()
    }

    /// How many holds are open.
    pub(crate) fn open_holds(&self) -> u64 {
        self.known.values().filter(|known| known.open).count() as u64
    }

    /// Does the next entry again. Panics at the first thing that is wrong.
    pub(crate) fn feed(&mut self, entry: &JournalEntry) {
        assert_eq!(entry.sequence, self.sequence + 1, "no gaps: {entry:?}");
        assert!(entry.timestamp >= self.timestamp, "time went back after {}: {entry:?}", self.timestamp);
        let bytes = entry.as_bytes();
        assert_eq!(entry.crc, crc32c(&bytes[..bytes.len() - 4]), "checksum of {entry:?}");
        (self.sequence, self.timestamp) = (entry.sequence, entry.timestamp);
        let earlier = self.known.get(&entry.id);
        let repeated = earlier.filter(|known| known.open || known.entry.sequence + self.window >= entry.sequence);
        assert!(repeated.is_none(), "{:?} takes effect twice: {entry:?} after {earlier:?}", entry.id);
        assert!(!entry.id.is_none(), "{entry:?} has no id");
        match entry.kind {
            QENEX_ENTRY_OPEN => self.open(entry),
            QENEX_ENTRY_ID_USED_UP => {}
            QENEX_ENTRY_UPDATE => self.update(entry),
            _ => self.post(entry),
        }
        let open = entry.kind == QENEX_ENTRY_HOLD;
        self.known.insert(entry.id, Known { entry: *entry, open, reversed: 0 });
    }

    fn open(&mut self, entry: &JournalEntry) {
        let page = Page {
            currency: entry.currency,
            flags: u32::from(entry.account_flags),
            spending: Spending::default(),
            overdraft: entry.requested,
            owner: entry.owner,
            account_type: entry.timeout,
            counters: Counters::default(),
            changed: entry.sequence,
        };
        assert_eq!(page.flags & !QENEX_ACCOUNT_UNLIMITED, 0, "a new account has no state: {entry:?}");
        assert!(self.pages.insert(entry.to_account, page).is_none(), "opened twice: {entry:?}");
    }

    fn update(&mut self, entry: &JournalEntry) {
        let page = self.pages.get_mut(&entry.to_account);
        let page = page.unwrap_or_else(|| panic!("changes an account that is not open: {entry:?}"));
        let asked = |change: u32| entry.flags & change != 0;
        let flags = u32::from(entry.account_flags);
        assert!(entry.flags != 0 && entry.flags & !QENEX_UPDATE_CHANGES == 0, "{entry:?}");
        assert_eq!((entry.from_account, entry.from_after), (0, Counters::default()), "{entry:?}");
        assert_eq!((entry.currency, entry.to_after), (page.currency, page.counters), "{entry:?}");
        assert_ne!(page.account_type, QENEX_ACCOUNT_CASH, "{entry:?}");
        let was_closed = page.flags & QENEX_ACCOUNT_CLOSED != 0;
        assert_eq!(
            was_closed,
            asked(QENEX_UPDATE_REOPEN),
            "a closed account is only opened again: {entry:?} of {page:?}"
        );
        // What each bit is afterwards: set, cleared or as it was.
        for (bit, set, clear) in [
            (QENEX_ACCOUNT_UNLIMITED, false, false),
            (QENEX_ACCOUNT_DEBITS_FROZEN, asked(QENEX_UPDATE_FREEZE_DEBITS), asked(QENEX_UPDATE_UNFREEZE_DEBITS)),
            (QENEX_ACCOUNT_CREDITS_FROZEN, asked(QENEX_UPDATE_FREEZE_CREDITS), asked(QENEX_UPDATE_UNFREEZE_CREDITS)),
            (QENEX_ACCOUNT_CLOSED, asked(QENEX_UPDATE_CLOSE), asked(QENEX_UPDATE_REOPEN)),
        ] {
            assert!(!(set && clear), "{entry:?}");
            assert_eq!(flags & bit != 0, set || page.flags & bit != 0 && !clear, "bit {bit:#x}: {entry:?} of {page:?}");
        }
        assert_eq!(flags & QENEX_ACCOUNT_SPENDING_LIMITED != 0, entry.timeout != 0, "{entry:?}");
        if asked(QENEX_UPDATE_CLOSE) {
            let Counters { debits_posted, credits_posted, debits_held, credits_held } = page.counters;
            assert_eq!((debits_posted, debits_held, credits_held), (credits_posted, 0, 0), "{entry:?}");
        }
        if asked(QENEX_UPDATE_SPENDING_LIMIT) {
            page.spending = Spending::default();
            if entry.timeout != 0 {
                page.spending = Spending { limit: entry.amount, window: entry.timeout, ..page.spending };
                page.spending.start = page.spending.start_of(entry.timestamp);
                page.spending.since = entry.sequence;
            }
        }
        let same = |change: u32, same: bool| assert!(asked(change) || same, "unasked: {entry:?} of {page:?}");
        same(QENEX_UPDATE_OVERDRAFT_LIMIT, entry.requested == page.overdraft);
        same(QENEX_UPDATE_OWNER, entry.owner == page.owner);
        assert_eq!((entry.amount, entry.timeout), (page.spending.limit, page.spending.window), "{entry:?} of {page:?}");
        (page.flags, page.overdraft, page.owner) = (flags, entry.requested, entry.owner);
        assert!(page.changed < entry.sequence, "order of changes: {entry:?}");
        page.changed = entry.sequence;
        self.check_available(entry.to_account, entry);
    }

    fn post(&mut self, entry: &JournalEntry) {
        let (mut debit, mut credit, mut hold, mut release) = (0, 0, 0, 0);
        let mut ended = None;
        match entry.kind {
            QENEX_ENTRY_POSTING => (debit, credit) = (entry.amount, entry.amount),
            QENEX_ENTRY_HOLD => hold = entry.amount,
            QENEX_ENTRY_POST_HOLD | QENEX_ENTRY_VOID_HOLD | QENEX_ENTRY_EXPIRE_HOLD => {
                let known = self.known.get_mut(&entry.related_id);
                let known = known.unwrap_or_else(|| panic!("settles nothing: {entry:?}"));
                assert!(known.open, "ends a hold for the second time: {entry:?} of {known:?}");
                known.open = false;
                let original = known.entry;
                let accounts = (original.from_account, original.to_account);
                assert_eq!(accounts, (entry.from_account, entry.to_account), "{entry:?} of {original:?}");
                assert!(entry.amount <= original.amount, "{entry:?} of {original:?}");
                release = original.amount;
                ended = Some(original);
                if entry.kind == QENEX_ENTRY_POST_HOLD {
                    (debit, credit) = (entry.amount, entry.amount);
                }
            }
            QENEX_ENTRY_REVERSAL => {
                let known = self.known.get_mut(&entry.related_id);
                let known = known.unwrap_or_else(|| panic!("reverses nothing: {entry:?}"));
                let original = known.entry;
                assert!(matches!(original.kind, QENEX_ENTRY_POSTING | QENEX_ENTRY_POST_HOLD), "{entry:?}");
                let accounts = (original.to_account, original.from_account);
                assert_eq!(accounts, (entry.from_account, entry.to_account), "{entry:?} of {original:?}");
                known.reversed += entry.amount;
                assert!(known.reversed <= original.amount, "reverses too much: {entry:?} of {known:?}");
                (debit, credit) = (entry.amount, entry.amount);
            }
            kind => panic!("kind {kind}: {entry:?}"),
        }
        assert_ne!(entry.from_account, entry.to_account, "{entry:?}");
        for (is_debtor, number) in [(true, entry.from_account), (false, entry.to_account)] {
            let held = self.held.entry((is_debtor, number)).or_default();
            *held = (*held + hold).checked_sub(release).expect("no more is released than is held");
            let page = self.pages.get_mut(&number);
            let page = page.unwrap_or_else(|| panic!("account {number} is not open: {entry:?}"));
            let counters = &mut page.counters;
            let (sum, after) = if is_debtor {
                counters.debits_posted = counters.debits_posted.checked_add(debit).expect("no overflow");
                counters.debits_held = *held;
                (counters.debits_posted.checked_add(counters.debits_held), entry.from_after)
            } else {
                counters.credits_posted = counters.credits_posted.checked_add(credit).expect("no overflow");
                counters.credits_held = *held;
                (counters.credits_posted.checked_add(counters.credits_held), entry.to_after)
            };
            assert!(sum.is_some(), "posted and held together overflow: {entry:?}");
            assert_eq!(*counters, after, "account {number} after {entry:?}");
            assert_eq!(page.currency, entry.currency, "currency of {entry:?}");
            assert!(page.changed < entry.sequence, "order of changes to {number}: {entry:?}");
            page.changed = entry.sequence;
            let total = self.sums.entry(page.currency).or_default();
            *total += if is_debtor { -i128::from(debit) } else { i128::from(credit) };
        }
        assert_eq!(self.sums[&entry.currency], 0, "the sum of all balances after {entry:?}");
        let releases = matches!(entry.kind, QENEX_ENTRY_VOID_HOLD | QENEX_ENTRY_EXPIRE_HOLD);
        for (number, frozen) in
            [(entry.from_account, QENEX_ACCOUNT_DEBITS_FROZEN), (entry.to_account, QENEX_ACCOUNT_CREDITS_FROZEN)]
        {
            let refused = self.pages[&number].flags & (frozen | QENEX_ACCOUNT_CLOSED) != 0;
            assert!(releases || !refused, "{number} is frozen or closed: {entry:?}");
        }
        let debtor = self.pages.get_mut(&entry.from_account).expect("seen above");
        if debtor.spending.window != 0 {
            match (entry.kind, ended) {
                (QENEX_ENTRY_POSTING | QENEX_ENTRY_HOLD, _) => debtor.spending.spend(entry),
                (_, Some(hold)) => debtor.spending.give_back(release - debit, &hold, entry),
                _ => {}
            }
        }
        self.check_available(entry.from_account, entry);
    }

    fn check_available(&self, number: u64, entry: &JournalEntry) {
        let debtor = &self.pages[&number];
        let counters = &debtor.counters;
        let available = i128::from(counters.credits_posted) + i128::from(debtor.overdraft)
            - i128::from(counters.debits_posted)
            - i128::from(counters.debits_held);
        let unlimited = debtor.flags & QENEX_ACCOUNT_UNLIMITED != 0;
        assert!(available >= 0 || unlimited, "{number} is overdrawn by {entry:?}");
    }

    /// Compares an account as the ledger would save it with the books: what [`Audit::agrees_with`] cannot see.
    pub(crate) fn agrees_with_saved(&self, account: &RestoreAccount) {
        let Spending { limit, window, start, spent, .. } = self.pages[&account.account_number].spending;
        let saved = (account.spending_limit, account.spending_window, account.spending_window_start, account.spent);
        assert_eq!(saved, (limit, window, start, spent), "{account:?}");
    }

    /// Compares an account as the ledger reports it with the books.
    pub(crate) fn agrees_with(&self, account: &Account) {
        let page = &self.pages[&account.account_number];
        let reported = Counters {
            debits_posted: account.debits_posted,
            credits_posted: account.credits_posted,
            debits_held: account.debits_held,
            credits_held: account.credits_held,
        };
        assert_eq!(reported, page.counters, "{account:?}");
        assert_eq!(account.sequence, page.changed, "{account:?}");
        assert_eq!(account.currency, page.currency, "{account:?}");
        assert_eq!(account.overdraft_limit, page.overdraft, "{account:?}");
        assert_eq!(account.owner, page.owner, "{account:?}");
        assert_eq!(account.account_type, page.account_type, "{account:?}");
        assert_eq!(account.flags & !QENEX_ACCOUNT_DEBIT_NORMAL, page.flags, "{account:?}");
    }
}

/// CRC-32C bit by bit, as the definition says: reflected polynomial 0x82f63b78, all ones before and inverted after.
pub(crate) fn crc32c(bytes: &[u8]) -> u32 {
    let mut remainder = u32::MAX;
    for byte in bytes {
        remainder ^= u32::from(*byte);
        for _ in 0..8 {
            let carry = remainder & 1 != 0;
            remainder >>= 1;
            if carry {
                remainder ^= 0x82f6_3b78;
            }
        }
    }
    !remainder
}

/// The check value of the definition.
#[test]
fn checksum_of_the_digits() {
    assert_eq!(crc32c(b"123456789"), 0xe306_9283);
}
