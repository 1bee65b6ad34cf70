// SPDX-License-Identifier: MIT

//! From entries of the ledger's journal to events.

use qenex_abi::{
    Counters, JournalEntry, QENEX_ENTRY_OPEN, QENEX_ENTRY_POST_HOLD, QENEX_ENTRY_POSTING, QENEX_ENTRY_REVERSAL,
};

use super::payment::{Context, Event, Payment};

impl Event {
    /// What an entry means; None for one that moves no money between accounts (holds that begin or end without it, changes
    /// of an account, amounts of zero). `context` is what was noted of the payment with the entry's id, or of the hold.
    ///
    /// [`Payment::available`] is what the payer had before by [`available`]; a payment that is looked at before it is posted
    /// must be given the same.
    pub fn from_entry(entry: &JournalEntry, context: Context) -> Option<Event> {
        let time = entry.timestamp;
        match entry.kind {
            QENEX_ENTRY_OPEN => Some(Event::Opened { time, account: entry.to_account }),
            QENEX_ENTRY_POSTING | QENEX_ENTRY_POST_HOLD if entry.amount > 0 => {
                let before = available(&entry.from_after).saturating_add_unsigned(entry.amount);
                Some(Event::Paid(Payment {
                    time,
                    from: entry.from_account,
                    to: entry.to_account,
                    amount: entry.amount,
                    currency: entry.currency,
                    available: Some(before),
                    context,
                }))
            }
            // The money goes back: who is credited had paid.
            QENEX_ENTRY_REVERSAL => Some(Event::Reversed { time, from: entry.to_account, to: entry.from_account }),
            _ => None,
        }
    }
}

/// What an account can spend without its overdraft limit, in minor units: credits − debits − holds, saturating.
pub fn available(counters: &Counters) -> i64 {
    let wide =
        i128::from(counters.credits_posted) - i128::from(counters.debits_posted) - i128::from(counters.debits_held);
    // Clamped just now.
    wide.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}
