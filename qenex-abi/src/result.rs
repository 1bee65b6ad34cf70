// SPDX-License-Identifier: MIT OR GPL-2.0

//! The result codes: one enum for all calls.
//!
//! The codes are written in order of precedence: if several rules are broken, the first in this order that applies to
//! the call is returned. (A post, void or reversal is checked against its original before the state of the accounts;
//! that order, too, is the order here.) A name states the rule that was broken.

// Linux error numbers, the same on every architecture that the module supports.
const EPERM: i32 = 1;
const ENOENT: i32 = 2;
const E2BIG: i32 = 7;
const EAGAIN: i32 = 11;
const ENOMEM: i32 = 12;
const EACCES: i32 = 13;
const EBUSY: i32 = 16;
const EEXIST: i32 = 17;
const EINVAL: i32 = 22;
const ENOSPC: i32 = 28;
const EROFS: i32 = 30;
const ENOTEMPTY: i32 = 39;
const ETIME: i32 = 62;
const EBADMSG: i32 = 74;
const EOVERFLOW: i32 = 75;
const ETIMEDOUT: i32 = 110;
const EALREADY: i32 = 114;
const ESTALE: i32 = 116;
const EDQUOT: i32 = 122;
const ECANCELED: i32 = 125;

macro_rules! result_codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $number:literal, $text:literal, $errno:expr;)+) => {
        /// Outcome of a call or of one item of a batch.
        #[repr(u32)]
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum ResultCode {
            $($(#[doc = $doc])+ $name = $number,)+
        }

        impl ResultCode {
            /// Every code, by number, which is also the order of precedence.
            pub const ALL: &'static [ResultCode] = &[$(ResultCode::$name,)+];

            /// The name of the code, as in the C header in lower case: the rule that was broken.
            pub const fn name(self) -> &'static str {
                match self {
                    $(ResultCode::$name => $text,)+
                }
            }

            /// The errno with which a single call reports this code; zero if the call succeeds with it.
            pub const fn errno(self) -> i32 {
                match self {
                    $(ResultCode::$name => $errno,)+
                }
            }

            /// What the code means, in a sentence or two.
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(ResultCode::$name => concat!($($doc),+).trim_ascii_start(),)+
                }
            }
        }
    };
}

result_codes! {
    // The call as a whole.
    /// Done.
    Ok = 0, "ok", 0;
    /// The ledger waits for its daemon, or is being restored by it, and is not yet open for business.
    NotLive = 1, "not_live", EAGAIN;
    /// The ledger takes no changes.
    ReadOnly = 2, "read_only", EROFS;
    /// The call has no items.
    CountMustNotBeZero = 3, "count_must_not_be_zero", EINVAL;
    /// The call has more than `QENEX_BATCH_MAX` items.
    CountTooLarge = 4, "count_too_large", E2BIG;

    // The item as such.
    /// The last item of a batch asks to be linked to a next one.
    LinkedChainOpen = 5, "linked_chain_open", EINVAL;
    /// Nothing wrong here, or not examined: another item of the chain was refused.
    LinkedItemFailed = 6, "linked_item_failed", ECANCELED;
    /// The chain has more than `QENEX_CHAIN_MAX` items, or touches more accounts than can be locked at once.
    ChainTooLong = 7, "chain_too_long", E2BIG;
    /// A reserved field is not zero.
    ReservedMustBeZero = 8, "reserved_must_be_zero", EINVAL;
    /// A flag is set that this version does not know, or that has no place in this call.
    FlagsMustBeKnown = 9, "flags_must_be_known", EINVAL;
    /// The upper half of the id is all ones, which only the kernel's own ids are.
    IdMustNotBeReserved = 10, "id_must_not_be_reserved", EINVAL;

    // The id is on record.
    /// The id is on record with other flags.
    ExistsWithDifferentFlags = 11, "exists_with_different_flags", EEXIST;
    /// The id is on record with another `related_id`.
    ExistsWithDifferentRelatedId = 12, "exists_with_different_related_id", EEXIST;
    /// The id is on record with another debited account.
    ExistsWithDifferentFromAccount = 13, "exists_with_different_from_account", EEXIST;
    /// The id is on record with another credited account.
    ExistsWithDifferentToAccount = 14, "exists_with_different_to_account", EEXIST;
    /// The id is on record with another amount, or opening balance.
    ExistsWithDifferentAmount = 15, "exists_with_different_amount", EEXIST;
    /// The id is on record with another currency.
    ExistsWithDifferentCurrency = 16, "exists_with_different_currency", EEXIST;
    /// The id is on record with another timeout.
    ExistsWithDifferentTimeout = 17, "exists_with_different_timeout", EEXIST;
    /// The id is on record with another code.
    ExistsWithDifferentCode = 18, "exists_with_different_code", EEXIST;
    /// The id is on record with another reference.
    ExistsWithDifferentReference = 19, "exists_with_different_reference", EEXIST;
    /// The id is on record with another account type.
    ExistsWithDifferentAccountType = 20, "exists_with_different_account_type", EEXIST;
    /// The id is on record with another owner.
    ExistsWithDifferentOwner = 21, "exists_with_different_owner", EEXIST;
    /// The id is on record with another overdraft limit.
    ExistsWithDifferentOverdraftLimit = 22, "exists_with_different_overdraft_limit", EEXIST;
    /// The id is on record with another spending limit or window.
    ExistsWithDifferentSpendingLimit = 23, "exists_with_different_spending_limit", EEXIST;
    /// The same change is on record: done already, nothing happens. Sequence and time are the original's.
    Exists = 24, "exists", 0;
    /// An item with this id and `QENEX_TRANSFER_ID_ONCE` was refused; a new attempt needs a new id.
    IdUsedUp = 25, "id_used_up", EEXIST;

    // The item does not make sense.
    /// At most one of hold, post, void and reverse; `up_to` only with a transfer or a hold.
    FlagsExcludeEachOther = 26, "flags_exclude_each_other", EINVAL;
    /// The debited account is missing.
    FromAccountMustNotBeZero = 27, "from_account_must_not_be_zero", EINVAL;
    /// The credited account is missing.
    ToAccountMustNotBeZero = 28, "to_account_must_not_be_zero", EINVAL;
    /// Debited and credited account are the same.
    AccountsMustBeDifferent = 29, "accounts_must_be_different", EINVAL;
    /// Only a post, void or reversal names another change.
    RelatedIdMustBeZero = 30, "related_id_must_be_zero", EINVAL;
    /// A post or void must name its hold, a reversal its posting.
    RelatedIdMustNotBeZero = 31, "related_id_must_not_be_zero", EINVAL;
    /// The item names itself.
    RelatedIdMustBeDifferent = 32, "related_id_must_be_different", EINVAL;
    /// Only a hold can time out.
    TimeoutMustBeZero = 33, "timeout_must_be_zero", EINVAL;
    /// The currency is missing.
    CurrencyMustNotBeZero = 34, "currency_must_not_be_zero", EINVAL;
    /// Not an ISO 4217 numeric code in use.
    CurrencyUnknown = 35, "currency_unknown", EINVAL;
    /// Zero, without `QENEX_TRANSFER_ZERO_AMOUNT`.
    AmountMustNotBeZero = 36, "amount_must_not_be_zero", EINVAL;
    /// Not an account type that a caller can open.
    AccountTypeUnknown = 37, "account_type_unknown", EINVAL;
    /// An owner without `QENEX_ACCOUNT_OWNER_GIVEN`.
    OwnerMustBeZero = 38, "owner_must_be_zero", EINVAL;
    /// An update that names nothing to change.
    UpdateMustNotBeEmpty = 39, "update_must_not_be_empty", EINVAL;
    /// A spending limit without a time window.
    SpendingWindowMustNotBeZero = 40, "spending_window_must_not_be_zero", EINVAL;
    /// Opening balance, overdraft limit, unlimited or another's account: for ledger operators only.
    OperatorRightRequired = 41, "operator_right_required", EPERM;

    // What the item refers to.
    /// The check digits of the debited account's number are wrong: mistyped.
    FromAccountInvalid = 42, "from_account_invalid", EINVAL;
    /// The check digits of the credited account's number are wrong: mistyped.
    ToAccountInvalid = 43, "to_account_invalid", EINVAL;
    /// There is no such account to debit.
    FromAccountNotFound = 44, "from_account_not_found", ENOENT;
    /// There is no such account to credit.
    ToAccountNotFound = 45, "to_account_not_found", ENOENT;
    /// The check digits of the account number are wrong: mistyped.
    AccountNumberInvalid = 46, "account_number_invalid", EINVAL;
    /// There is no such account.
    AccountNotFound = 47, "account_not_found", ENOENT;
    /// The two accounts have different currencies.
    AccountsMustHaveSameCurrency = 48, "accounts_must_have_same_currency", EINVAL;
    /// The two accounts have the same currency, but the item names another.
    CurrencyMustBeThatOfAccounts = 49, "currency_must_be_that_of_accounts", EINVAL;
    /// Nothing is on record under `related_id`.
    HoldNotFound = 50, "hold_not_found", ENOENT;
    /// What is on record under `related_id` is not a hold.
    HoldExpected = 51, "hold_expected", EINVAL;
    /// The debited account is given and is not that of the hold.
    HoldHasDifferentFromAccount = 52, "hold_has_different_from_account", EINVAL;
    /// The credited account is given and is not that of the hold.
    HoldHasDifferentToAccount = 53, "hold_has_different_to_account", EINVAL;
    /// The currency is given and is not that of the hold.
    HoldHasDifferentCurrency = 54, "hold_has_different_currency", EINVAL;
    /// A post of more than is held.
    ExceedsHeldAmount = 55, "exceeds_held_amount", EINVAL;
    /// A void of part of a hold.
    HoldHasDifferentAmount = 56, "hold_has_different_amount", EINVAL;
    /// The hold was posted, in full or in part.
    HoldAlreadyPosted = 57, "hold_already_posted", EALREADY;
    /// The hold was voided.
    HoldAlreadyVoided = 58, "hold_already_voided", EALREADY;
    /// The hold has expired.
    HoldExpired = 59, "hold_expired", ETIME;
    /// Nothing is on record under `related_id`.
    OriginalNotFound = 60, "original_not_found", ENOENT;
    /// A hold cannot be reversed (void it), nor can an account's opening.
    OriginalMustBePosting = 61, "original_must_be_posting", EINVAL;
    /// A reversal cannot be reversed; make a new transfer.
    OriginalMustNotBeReversal = 62, "original_must_not_be_reversal", EINVAL;
    /// The debited account is given and is not the one that the original credited.
    OriginalHasDifferentFromAccount = 63, "original_has_different_from_account", EINVAL;
    /// The credited account is given and is not the one that the original debited.
    OriginalHasDifferentToAccount = 64, "original_has_different_to_account", EINVAL;
    /// The currency is given and is not that of the original.
    OriginalHasDifferentCurrency = 65, "original_has_different_currency", EINVAL;
    /// All of the original has been reversed.
    OriginalAlreadyReversed = 66, "original_already_reversed", EALREADY;
    /// More than is left of the original after earlier reversals.
    ExceedsOriginalAmount = 67, "exceeds_original_amount", EINVAL;

    // Rights and states.
    /// Only the owner or a ledger operator may do this.
    NotAccountOwner = 68, "not_account_owner", EPERM;
    /// A cash account is kept by the kernel and cannot be changed.
    AccountIsTheKernels = 69, "account_is_the_kernels", EPERM;
    /// The account is closed: it can only be opened again.
    AccountIsClosed = 70, "account_is_closed", EACCES;
    /// The account is open: it cannot be opened again.
    AccountIsOpen = 71, "account_is_open", EINVAL;
    /// The debited account is closed.
    FromAccountClosed = 72, "from_account_closed", EACCES;
    /// The credited account is closed.
    ToAccountClosed = 73, "to_account_closed", EACCES;
    /// The debited account refuses debits.
    FromAccountFrozen = 74, "from_account_frozen", EACCES;
    /// The credited account refuses credits.
    ToAccountFrozen = 75, "to_account_frozen", EACCES;

    // Amounts and limits.
    /// The debited account's `debits_held` would pass 2^64 - 1.
    OverflowsDebitsHeld = 76, "overflows_debits_held", EOVERFLOW;
    /// The credited account's `credits_held` would pass 2^64 - 1.
    OverflowsCreditsHeld = 77, "overflows_credits_held", EOVERFLOW;
    /// The debited account's `debits_posted` would pass 2^64 - 1.
    OverflowsDebitsPosted = 78, "overflows_debits_posted", EOVERFLOW;
    /// The credited account's `credits_posted` would pass 2^64 - 1.
    OverflowsCreditsPosted = 79, "overflows_credits_posted", EOVERFLOW;
    /// The debited account's debits, posted and held, would pass 2^64 - 1.
    OverflowsDebits = 80, "overflows_debits", EOVERFLOW;
    /// The credited account's credits, posted and held, would pass 2^64 - 1.
    OverflowsCredits = 81, "overflows_credits", EOVERFLOW;
    /// The debited account has less than that available.
    ExceedsAvailableBalance = 82, "exceeds_available_balance", EDQUOT;
    /// The debited account would spend more than its limit in this time window.
    ExceedsSpendingLimit = 83, "exceeds_spending_limit", EDQUOT;
    /// The overdraft that is used, holds included, is more than the new limit.
    LimitBelowUsed = 84, "limit_below_used", EBUSY;
    /// An account is closed only when its balance is zero.
    AccountHasBalance = 85, "account_has_balance", EBUSY;
    /// An account is closed only when no hold is open on it.
    AccountHasHolds = 86, "account_has_holds", EBUSY;

    // Capacity.
    /// There are `max_accounts` accounts already.
    AccountsFull = 87, "accounts_full", ENOSPC;
    /// There are `max_holds` open holds already.
    HoldsFull = 88, "holds_full", ENOSPC;
    /// Too many changes wait to be made durable; nothing happened, try again.
    JournalFull = 89, "journal_full", EAGAIN;
    /// To be durable was asked for, but no consumer has attached to the journal since the module was loaded.
    DurabilityUnavailable = 90, "durability_unavailable", EAGAIN;
    /// The accounts changed faster than they could be read at one instant; try again.
    ReadContended = 91, "read_contended", EAGAIN;
    /// The kernel has no memory for this now; nothing happened, try again.
    OutOfMemory = 92, "out_of_memory", ENOMEM;
    /// Another consumer has the journal; `QENEX_JOURNAL_TAKE_OVER` fences it.
    JournalAttached = 93, "journal_attached", EBUSY;
    /// This open file is not the consumer of the journal.
    JournalNotAttached = 94, "journal_not_attached", EINVAL;
    /// Another consumer has taken the journal over; this one must stop.
    JournalFenced = 95, "journal_fenced", ESTALE;
    /// An acknowledgement of entries that are not written yet.
    AcknowledgedTooMuch = 96, "acknowledged_too_much", EINVAL;
    /// An acknowledgement below an earlier one.
    AcknowledgedAlready = 97, "acknowledged_already", EINVAL;
    /// What was waited for did not happen in time.
    TimedOut = 98, "timed_out", ETIMEDOUT;
    /// Only an empty ledger can be restored.
    LedgerNotEmpty = 99, "ledger_not_empty", ENOTEMPTY;
    /// Nothing is being restored.
    NotRestoring = 100, "not_restoring", EINVAL;
    /// What is restored comes by number or sequence, without a gap; accounts before holds before transfers.
    RestoreOutOfOrder = 101, "restore_out_of_order", EINVAL;
    /// What is restored contradicts itself, or what was restored before.
    RestoreInconsistent = 102, "restore_inconsistent", EINVAL;
    /// What was restored is not what was saved.
    DigestMismatch = 103, "digest_mismatch", EBADMSG;
}

// The numbers are dense and in order, so that `from_u32` is a look-up.
const _: () = {
    let mut i = 0;
    while i < ResultCode::ALL.len() {
        assert!(ResultCode::ALL[i] as usize == i);
        i += 1;
    }
};

impl ResultCode {
    /// The code with this number, or `None` for a number that this version does not know.
    pub fn from_u32(number: u32) -> Option<ResultCode> {
        ResultCode::ALL.get(usize::try_from(number).ok()?).copied()
    }

    /// Whether what was asked for has been done, now (`ok`) or before (`exists`).
    pub const fn is_success(self) -> bool {
        matches!(self, ResultCode::Ok | ResultCode::Exists)
    }
}

impl core::fmt::Display for ResultCode {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}
