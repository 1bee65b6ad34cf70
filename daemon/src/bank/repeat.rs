// SPDX-License-Identifier: MIT

//! Comparing a request with what is on record under its id, as the kernel does for what it remembers.

use qenex_abi::{
    AccountRequest, JournalEntry, QENEX_AMOUNT_ALL, QENEX_ENTRY_ID_USED_UP, QENEX_ENTRY_OPEN, QENEX_ENTRY_POST_HOLD,
    QENEX_ENTRY_REVERSAL, QENEX_ENTRY_UPDATE, QENEX_ENTRY_VOID_HOLD, QENEX_TRANSFER_HOLD, QENEX_TRANSFER_LINKED,
    QENEX_TRANSFER_POST_HOLD, QENEX_TRANSFER_REVERSE, QENEX_TRANSFER_UP_TO, QENEX_TRANSFER_VOID_HOLD,
    QENEX_UPDATE_OVERDRAFT_LIMIT, QENEX_UPDATE_OWNER, QENEX_UPDATE_SPENDING_LIMIT, ResultCode, Transfer, UpdateRequest,
};

/// The flags that say what is asked for; the others say how to answer.
const CONTENT_FLAGS: u32 = QENEX_TRANSFER_LINKED
    | QENEX_TRANSFER_HOLD
    | QENEX_TRANSFER_POST_HOLD
    | QENEX_TRANSFER_VOID_HOLD
    | QENEX_TRANSFER_REVERSE
    | QENEX_TRANSFER_UP_TO;

/// Whether `item` asks for what `entry`, of the same id, has done; else the first difference.
pub(crate) fn transfer(item: &Transfer, entry: &JournalEntry) -> ResultCode {
    let inherits = matches!(entry.kind, QENEX_ENTRY_POST_HOLD | QENEX_ENTRY_VOID_HOLD | QENEX_ENTRY_REVERSAL);
    let same = |asked: u64, recorded: u64| asked == recorded || inherits && asked == 0;
    let is_transfer = !matches!(entry.kind, QENEX_ENTRY_OPEN | QENEX_ENTRY_UPDATE);
    let same_flags = is_transfer && (item.flags ^ entry.flags) & CONTENT_FLAGS == 0;
    first_difference(
        entry,
        &[
            (same_flags, ResultCode::ExistsWithDifferentFlags),
            (item.related_id == entry.related_id, ResultCode::ExistsWithDifferentRelatedId),
            (same(item.from_account, entry.from_account), ResultCode::ExistsWithDifferentFromAccount),
            (same(item.to_account, entry.to_account), ResultCode::ExistsWithDifferentToAccount),
            (same_amount(item, entry), ResultCode::ExistsWithDifferentAmount),
            (same(item.currency.into(), entry.currency.into()), ResultCode::ExistsWithDifferentCurrency),
            (item.timeout == entry.timeout, ResultCode::ExistsWithDifferentTimeout),
            (item.code == entry.code, ResultCode::ExistsWithDifferentCode),
            (item.reference == entry.reference, ResultCode::ExistsWithDifferentReference),
        ],
    )
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

/// The same for the opening of an account. The owner is always given.
pub(super) fn opening(request: &AccountRequest, entry: &JournalEntry) -> ResultCode {
    let same_flags = entry.kind == QENEX_ENTRY_OPEN && entry.flags == request.flags;
    first_difference(
        entry,
        &[
            (same_flags, ResultCode::ExistsWithDifferentFlags),
            (entry.amount == request.initial_balance, ResultCode::ExistsWithDifferentAmount),
            (entry.currency == request.currency, ResultCode::ExistsWithDifferentCurrency),
            (entry.code == request.code, ResultCode::ExistsWithDifferentCode),
            (entry.reference == request.reference, ResultCode::ExistsWithDifferentReference),
            (entry.timeout == request.account_type, ResultCode::ExistsWithDifferentAccountType),
            (entry.owner == request.owner, ResultCode::ExistsWithDifferentOwner),
            (entry.requested == request.overdraft_limit, ResultCode::ExistsWithDifferentOverdraftLimit),
        ],
    )
}

/// The same for the change of an account.
pub(super) fn update(request: &UpdateRequest, entry: &JournalEntry) -> ResultCode {
    let unasked = |change: u32| request.changes & change == 0;
    let same_flags = entry.kind == QENEX_ENTRY_UPDATE && entry.flags == request.changes;
    let same_spending = entry.amount == request.spending_limit && entry.timeout == request.spending_window;
    first_difference(
        entry,
        &[
            (same_flags, ResultCode::ExistsWithDifferentFlags),
            (entry.to_account == request.account_number, ResultCode::ExistsWithDifferentToAccount),
            (entry.code == request.code, ResultCode::ExistsWithDifferentCode),
            (entry.reference == request.reference, ResultCode::ExistsWithDifferentReference),
            (unasked(QENEX_UPDATE_OWNER) || entry.owner == request.owner, ResultCode::ExistsWithDifferentOwner),
            (
                unasked(QENEX_UPDATE_OVERDRAFT_LIMIT) || entry.requested == request.overdraft_limit,
                ResultCode::ExistsWithDifferentOverdraftLimit,
            ),
            (unasked(QENEX_UPDATE_SPENDING_LIMIT) || same_spending, ResultCode::ExistsWithDifferentSpendingLimit),
        ],
    )
}

fn first_difference(entry: &JournalEntry, same: &[(bool, ResultCode)]) -> ResultCode {
    if entry.kind == QENEX_ENTRY_ID_USED_UP {
        return ResultCode::IdUsedUp;
    }
    same.iter().find(|(same, _)| !same).map_or(ResultCode::Exists, |(_, code)| *code)
}
