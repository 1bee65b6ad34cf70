// SPDX-License-Identifier: MIT

//! Why a payment is not made, in the codes of ISO 20022 (external status and return reason code sets).

use qenex_abi::ResultCode;

/// Why a payment is not made.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Why {
    /// An external code, such as `AC04`.
    pub code: &'static str,
    /// In words.
    pub text: String,
}

impl Why {
    /// A code and what it means here.
    pub(super) fn new(code: &'static str, text: impl Into<String>) -> Self {
        Why { code, text: text.into() }
    }
}

/// The code for a refusal of the ledger; `None` if nothing is wrong with the payment, so that it can be tried again.
pub(super) fn of_refusal(result: u32) -> Option<Why> {
    use ResultCode::*;
    let result = ResultCode::from_u32(result)?;
    let code = match result {
        // Incorrect account number.
        FromAccountInvalid | FromAccountNotFound | ToAccountInvalid | ToAccountNotFound | AccountIsTheKernels => "AC01",
        // Closed account.
        FromAccountClosed | ToAccountClosed => "AC04",
        // Blocked account.
        FromAccountFrozen | ToAccountFrozen => "AC06",
        // Zero amount.
        AmountMustNotBeZero => "AM01",
        // Amount above what is allowed.
        ExceedsSpendingLimit | OverflowsDebitsPosted | OverflowsCreditsPosted | OverflowsDebits | OverflowsCredits => {
            "AM02"
        }
        // Currency not allowed.
        CurrencyUnknown | CurrencyMustBeThatOfAccounts | AccountsMustHaveSameCurrency => "AM03",
        // Insufficient funds.
        ExceedsAvailableBalance => "AM04",
        // Duplication.
        ExistsWithDifferentFlags
        | ExistsWithDifferentFromAccount
        | ExistsWithDifferentToAccount
        | ExistsWithDifferentAmount
        | ExistsWithDifferentCurrency
        | ExistsWithDifferentReference
        | ExistsWithDifferentCode
        | IdUsedUp => "AM05",
        // Transaction forbidden on this account.
        NotAccountOwner | AccountsMustBeDifferent => "AG01",
        _ => return None,
    };
    Some(Why::new(code, result.meaning()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_possible_later_has_no_reason() {
        for code in [ResultCode::Ok, ResultCode::Exists, ResultCode::JournalFull, ResultCode::NotLive] {
            assert_eq!(of_refusal(code as u32), None, "{code}");
        }
        let reason = |code: ResultCode| of_refusal(code as u32).map(|why| why.code);
        assert_eq!(reason(ResultCode::ExceedsAvailableBalance), Some("AM04"));
        assert_eq!(reason(ResultCode::ToAccountClosed), Some("AC04"));
        assert_eq!(reason(ResultCode::FromAccountFrozen), Some("AC06"));
    }
}
