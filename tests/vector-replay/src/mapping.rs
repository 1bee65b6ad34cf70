//! How the recorded ledger's words map to ours, and where the two differ on purpose.
//!
//! | recorded ledger | QENEX | what the replay does |
//! | --- | --- | --- |
//! | an amount of zero is valid | is refused unless the caller says that it is meant | sets `QENEX_TRANSFER_ZERO_AMOUNT` on every item |
//! | an id whose event failed for a passing reason is used up | leaves no trace unless the caller asks for it | sets `QENEX_TRANSFER_ID_ONCE` on every item |
//! | an id of zero is refused | lets the kernel make one | sends an id that only the kernel may make, which is refused at the same place |
//! | the caller chooses the numbers of accounts | the kernel gives them out | translates; a number without account becomes one with right check digits that is not given out |
//!
//! Everything else, the linked bit of a retry included, is the same in both, and its names map one to one.

use qenex_abi::{
    AccountNumber, Id, QENEX_TRANSFER_HOLD, QENEX_TRANSFER_ID_ONCE, QENEX_TRANSFER_LINKED, QENEX_TRANSFER_POST_HOLD,
    QENEX_TRANSFER_UP_TO, QENEX_TRANSFER_VOID_HOLD, QENEX_TRANSFER_ZERO_AMOUNT, ResultCode, Transfer,
};

use crate::scenario::{Event, Kind};

/// Our code and the recorded ledger's name for the same outcome.
const RESULTS: &[(ResultCode, &str)] = &[
    (ResultCode::Ok, "created"),
    (ResultCode::LinkedChainOpen, "linked_event_chain_open"),
    (ResultCode::LinkedItemFailed, "linked_event_failed"),
    (ResultCode::IdMustNotBeReserved, "id_must_not_be_zero"),
    (ResultCode::ExistsWithDifferentFlags, "exists_with_different_flags"),
    (ResultCode::ExistsWithDifferentRelatedId, "exists_with_different_pending_id"),
    (ResultCode::ExistsWithDifferentFromAccount, "exists_with_different_debit_account_id"),
    (ResultCode::ExistsWithDifferentToAccount, "exists_with_different_credit_account_id"),
    (ResultCode::ExistsWithDifferentAmount, "exists_with_different_amount"),
    (ResultCode::ExistsWithDifferentCurrency, "exists_with_different_ledger"),
    (ResultCode::Exists, "exists"),
    (ResultCode::IdUsedUp, "id_already_failed"),
    (ResultCode::FromAccountMustNotBeZero, "debit_account_id_must_not_be_zero"),
    (ResultCode::ToAccountMustNotBeZero, "credit_account_id_must_not_be_zero"),
    (ResultCode::AccountsMustBeDifferent, "accounts_must_be_different"),
    (ResultCode::RelatedIdMustBeZero, "pending_id_must_be_zero"),
    (ResultCode::CurrencyMustNotBeZero, "ledger_must_not_be_zero"),
    (ResultCode::FromAccountNotFound, "debit_account_not_found"),
    (ResultCode::ToAccountNotFound, "credit_account_not_found"),
    (ResultCode::AccountsMustHaveSameCurrency, "accounts_must_have_the_same_ledger"),
    (ResultCode::CurrencyMustBeThatOfAccounts, "transfer_must_have_the_same_ledger_as_accounts"),
    (ResultCode::OverflowsDebitsHeld, "overflows_debits_pending"),
    (ResultCode::OverflowsCreditsHeld, "overflows_credits_pending"),
    (ResultCode::OverflowsDebitsPosted, "overflows_debits_posted"),
    (ResultCode::OverflowsCreditsPosted, "overflows_credits_posted"),
    (ResultCode::OverflowsDebits, "overflows_debits"),
    (ResultCode::OverflowsCredits, "overflows_credits"),
    (ResultCode::ExceedsAvailableBalance, "exceeds_credits"),
    (ResultCode::RelatedIdMustNotBeZero, "pending_id_must_not_be_zero"),
    (ResultCode::RelatedIdMustBeDifferent, "pending_id_must_be_different"),
    (ResultCode::HoldNotFound, "pending_transfer_not_found"),
    (ResultCode::HoldExpected, "pending_transfer_not_pending"),
    (ResultCode::HoldHasDifferentFromAccount, "pending_transfer_has_different_debit_account_id"),
    (ResultCode::HoldHasDifferentToAccount, "pending_transfer_has_different_credit_account_id"),
    (ResultCode::HoldHasDifferentCurrency, "pending_transfer_has_different_ledger"),
    (ResultCode::ExceedsHeldAmount, "exceeds_pending_transfer_amount"),
    (ResultCode::HoldHasDifferentAmount, "pending_transfer_has_different_amount"),
    (ResultCode::HoldAlreadyPosted, "pending_transfer_already_posted"),
    (ResultCode::HoldAlreadyVoided, "pending_transfer_already_voided"),
];

/// The recorded ledger's name for one of our results; our own name if it has none.
pub(crate) fn result_name(result: u32) -> String {
    let ours = ResultCode::from_u32(result);
    let theirs = RESULTS.iter().find(|(code, _)| Some(*code) == ours).map(|(_, name)| (*name).to_owned());
    theirs.unwrap_or_else(|| ours.map_or_else(|| format!("unknown result {result}"), |code| code.name().to_owned()))
}

/// An id of the scenario as ours. Each scenario has a space of its own, so that many can run on one ledger.
pub(crate) fn id(scenario: u64, id: u64) -> Id {
    if id == 0 { Id::reserved(0) } else { Id { low: id, high: scenario + 1 } }
}

/// The hold that a post or void names: here zero means none in both ledgers.
fn related_id(scenario: u64, hold_id: u64) -> Id {
    if hold_id == 0 { Id::NONE } else { id(scenario, hold_id) }
}

/// An event as an item for our ledger. `number_of` finds the number of an account of the scenario.
pub(crate) fn item(scenario: u64, event: &Event, number_of: impl Fn(u64) -> Option<u64>) -> Transfer {
    let mut flags = QENEX_TRANSFER_ZERO_AMOUNT | QENEX_TRANSFER_ID_ONCE;
    flags |= match event.kind {
        Kind::Transfer => 0,
        Kind::Hold => QENEX_TRANSFER_HOLD,
        Kind::Post => QENEX_TRANSFER_POST_HOLD,
        Kind::Void => QENEX_TRANSFER_VOID_HOLD,
    };
    if event.linked {
        flags |= QENEX_TRANSFER_LINKED;
    }
    if event.up_to {
        flags |= QENEX_TRANSFER_UP_TO;
    }
    let account = |n: u64| if n == 0 { 0 } else { number_of(n).unwrap_or_else(|| absent_account(n)) };
    Transfer {
        id: id(scenario, event.id),
        from_account: account(event.from),
        to_account: account(event.to),
        amount: event.amount,
        currency: event.currency,
        flags,
        related_id: related_id(scenario, event.hold_id),
        ..Transfer::default()
    }
}

/// A well-formed number that no ledger here gives out.
fn absent_account(n: u64) -> u64 {
    let index = AccountNumber::INDEX_MAX - n % 1_000_000;
    AccountNumber::from_index(index).map_or(0, AccountNumber::get)
}
