// SPDX-License-Identifier: MIT OR GPL-2.0

//! Idempotency: an item whose id is on record is never done again, only compared.

use qenex_abi::{
    JournalEntry, ResultCode, Transfer, TransferResult, QENEX_AMOUNT_ALL, QENEX_ENTRY_ID_USED_UP, QENEX_ENTRY_OPEN,
    QENEX_ENTRY_POST_HOLD, QENEX_ENTRY_REVERSAL, QENEX_ENTRY_UPDATE, QENEX_ENTRY_VOID_HOLD, QENEX_TRANSFER_HOLD,
    QENEX_TRANSFER_LINKED, QENEX_TRANSFER_POST_HOLD, QENEX_TRANSFER_REVERSE, QENEX_TRANSFER_UP_TO,
    QENEX_TRANSFER_VOID_HOLD,
};

/// The flags that say what is asked for; the others say how to answer.
const CONTENT_FLAGS: u32 = QENEX_TRANSFER_LINKED
    | QENEX_TRANSFER_HOLD
    | QENEX_TRANSFER_POST_HOLD
    | QENEX_TRANSFER_VOID_HOLD
    | QENEX_TRANSFER_REVERSE
    | QENEX_TRANSFER_UP_TO;

/// What is answered to `item`, whose id is that of `entry`.
pub(crate) fn answer(item: &Transfer, entry: &JournalEntry) -> (ResultCode, TransferResult) {
    let code = compare(item, entry);
    let mut result = TransferResult { result: code as u32, ..TransferResult::default() };
    // An earlier item of the same chain has no place in history yet, and will have none: a repeat breaks the chain.
    if code == ResultCode::Exists && entry.sequence != 0 {
        result.sequence = entry.sequence;
        result.timestamp = entry.timestamp;
        result.moved = entry.amount;
    }
    (code, result)
}

/// Whether `item` asks for what `entry`, of the same id, has done; else the first difference.
///
/// In a post, void or reversal a zero account or currency stands for that of the original here too, so the same request
/// may be worded differently.
fn compare(item: &Transfer, entry: &JournalEntry) -> ResultCode {
    if entry.kind == QENEX_ENTRY_ID_USED_UP {
        return ResultCode::IdUsedUp;
    }
    // The flags of an opening or update are of another kind than a transfer's.
    let is_transfer = !matches!(entry.kind, QENEX_ENTRY_OPEN | QENEX_ENTRY_UPDATE);
    if !is_transfer || (item.flags ^ entry.flags) & CONTENT_FLAGS != 0 {
        return ResultCode::ExistsWithDifferentFlags;
    }
    if item.related_id != entry.related_id {
        return ResultCode::ExistsWithDifferentRelatedId;
    }
    let inherits = matches!(entry.kind, QENEX_ENTRY_POST_HOLD | QENEX_ENTRY_VOID_HOLD | QENEX_ENTRY_REVERSAL);
    let same = |asked: u64, recorded: u64| asked == recorded || inherits && asked == 0;
    if !same(item.from_account, entry.from_account) {
        return ResultCode::ExistsWithDifferentFromAccount;
    }
    if !same(item.to_account, entry.to_account) {
        return ResultCode::ExistsWithDifferentToAccount;
    }
    if !same_amount(item, entry) {
        return ResultCode::ExistsWithDifferentAmount;
    }
    if !same(u64::from(item.currency), u64::from(entry.currency)) {
        return ResultCode::ExistsWithDifferentCurrency;
    }
    if item.timeout != entry.timeout {
        return ResultCode::ExistsWithDifferentTimeout;
    }
    if item.code != entry.code {
        return ResultCode::ExistsWithDifferentCode;
    }
    if item.reference != entry.reference {
        return ResultCode::ExistsWithDifferentReference;
    }
    ResultCode::Exists
}

fn same_amount(item: &Transfer, entry: &JournalEntry) -> bool {
    match entry.kind {
        // All of the hold: `requested` is what was held.
        QENEX_ENTRY_POST_HOLD if item.amount == QENEX_AMOUNT_ALL => entry.amount == entry.requested,
        QENEX_ENTRY_VOID_HOLD if item.amount == 0 => true,
        QENEX_ENTRY_REVERSAL if item.amount == QENEX_AMOUNT_ALL => entry.requested == QENEX_AMOUNT_ALL,
        // An upper limit that allows what moved asks for the same.
        _ if item.flags & QENEX_TRANSFER_UP_TO != 0 => item.amount >= entry.amount,
        _ => item.amount == entry.amount,
    }
}
