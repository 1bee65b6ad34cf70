// SPDX-License-Identifier: MIT

//! An entry of the journal as the API shows it.

use qenex_abi::{
    JournalEntry, QENEX_ENTRY_EXPIRE_HOLD, QENEX_ENTRY_HOLD, QENEX_ENTRY_ID_USED_UP, QENEX_ENTRY_OPEN,
    QENEX_ENTRY_POST_HOLD, QENEX_ENTRY_POSTING, QENEX_ENTRY_REVERSAL, QENEX_ENTRY_UPDATE, QENEX_ENTRY_VOID_HOLD,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::values::{AccountNumber, Amount, CurrencyCode, LedgerId, Reference, Sequence, Time, amount, reference};

/// What an entry of the journal did.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum EntryKind {
    /// Opened the creditor account.
    Open,
    /// Moved money.
    Posting,
    /// Held money.
    Hold,
    /// Posted the related hold; what was not moved was released.
    PostHold,
    /// Voided the related hold.
    VoidHold,
    /// The related hold has expired.
    ExpireHold,
    /// Moved money of the related posting back.
    Reversal,
    /// Used up an id, and did nothing else.
    IdUsedUp,
    /// Changed the creditor account's state, limits or owner.
    Update,
}

impl EntryKind {
    /// The kind with this number; of a newer one than is known here, the nearest there is.
    pub(super) fn from_number(number: u16) -> EntryKind {
        match number {
            QENEX_ENTRY_OPEN => EntryKind::Open,
            QENEX_ENTRY_POSTING => EntryKind::Posting,
            QENEX_ENTRY_HOLD => EntryKind::Hold,
            QENEX_ENTRY_POST_HOLD => EntryKind::PostHold,
            QENEX_ENTRY_VOID_HOLD => EntryKind::VoidHold,
            QENEX_ENTRY_EXPIRE_HOLD => EntryKind::ExpireHold,
            QENEX_ENTRY_REVERSAL => EntryKind::Reversal,
            QENEX_ENTRY_ID_USED_UP => EntryKind::IdUsedUp,
            _ => EntryKind::Update,
        }
    }

    /// Its number in the journal.
    pub(super) fn number(self) -> u16 {
        match self {
            EntryKind::Open => QENEX_ENTRY_OPEN,
            EntryKind::Posting => QENEX_ENTRY_POSTING,
            EntryKind::Hold => QENEX_ENTRY_HOLD,
            EntryKind::PostHold => QENEX_ENTRY_POST_HOLD,
            EntryKind::VoidHold => QENEX_ENTRY_VOID_HOLD,
            EntryKind::ExpireHold => QENEX_ENTRY_EXPIRE_HOLD,
            EntryKind::Reversal => QENEX_ENTRY_REVERSAL,
            EntryKind::IdUsedUp => QENEX_ENTRY_ID_USED_UP,
            EntryKind::Update => QENEX_ENTRY_UPDATE,
        }
    }
}

/// One entry of the journal: an accepted change.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Entry {
    /// Its id, by which a retry is known.
    pub(super) id: LedgerId,
    /// Its place in the journal.
    pub(super) sequence: Sequence,
    /// When it happened; never goes back along the sequence.
    pub(super) timestamp: Time,
    /// What it did.
    pub(super) kind: EntryKind,
    /// The account debited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) debtor_account: Option<AccountNumber>,
    /// The account credited, opened or changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) creditor_account: Option<AccountNumber>,
    /// What moved, was held or was released. Of an account opened its opening balance, which is the next entry; of one
    /// changed its spending limit.
    pub(super) amount: Amount,
    /// The currency of the accounts.
    pub(super) currency: CurrencyCode,
    /// The hold that was settled, or the posting that was reversed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) related_id: Option<LedgerId>,
    /// The caller's own reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) reference: Option<Reference>,
    /// The caller's own classification.
    pub(super) code: u32,
    /// Of a hold: seconds after which it expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) timeout_seconds: Option<u32>,
    /// Whether it survives a power cut.
    pub(super) durable: bool,
}

impl Entry {
    /// What `entry` is, when everything up to `durable` is durable.
    pub(super) fn new(entry: &JournalEntry, durable: u64) -> Entry {
        let kind = EntryKind::from_number(entry.kind);
        let account = |number: u64| (number != 0).then_some(AccountNumber(number));
        Entry {
            id: LedgerId(entry.id),
            sequence: Sequence(entry.sequence),
            timestamp: Time(entry.timestamp),
            kind,
            debtor_account: account(entry.from_account),
            creditor_account: account(entry.to_account),
            amount: amount(entry.amount, entry.currency),
            currency: CurrencyCode::from_numeric(entry.currency),
            related_id: (!entry.related_id.is_none()).then_some(LedgerId(entry.related_id)),
            reference: reference(entry.reference),
            code: entry.code,
            timeout_seconds: (kind == EntryKind::Hold && entry.timeout != 0).then_some(entry.timeout),
            durable: entry.sequence <= durable,
        }
    }
}
