// SPDX-License-Identifier: MIT OR GPL-2.0

//! Account numbers with check digits.

/// The number of an account: a dense index followed by two ISO 7064 MOD 97-10 check digits.
///
/// The whole number is 1 modulo 97, so every single wrong digit and every swap of two neighbours is noticed, and a
/// mistyped number is refused as such instead of reaching another customer. The check digits are 02 to 98, as in an
/// IBAN; with at most 18 digits a number fits in an IBAN's account part.
///
/// # Invariants
///
/// `self.0 % 97 == 1`, and `self.0 / 100` is between 1 and [`AccountNumber::INDEX_MAX`].
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct AccountNumber(u64);

impl AccountNumber {
    /// The highest index: numbers have at most 18 digits.
    pub const INDEX_MAX: u64 = 9_999_999_999_999_999;

    /// The number of the account with this index, or `None` if the index is 0 or above [`Self::INDEX_MAX`].
    #[inline]
    pub const fn from_index(index: u64) -> Option<AccountNumber> {
        if index == 0 || index > Self::INDEX_MAX {
            return None;
        }
        // OVERFLOW: at most 18 digits.
        let shifted = index * 100;
        // INVARIANT: ISO 7064: 98 minus the remainder makes the whole 1 modulo 97.
        Some(AccountNumber(shifted + 98 - shifted % 97))
    }

    /// Checks a number as a caller wrote it; `None` if the check digits are wrong or it is out of range.
    #[inline]
    pub const fn new(number: u64) -> Option<AccountNumber> {
        let (index, check) = (number / 100, number % 100);
        // Not by the remainder alone: 00, 01 and 99 are 97, 98 and 02 again modulo 97, and an account would have two numbers.
        if index == 0 || index > Self::INDEX_MAX || check < 2 || check > 98 || number % 97 != 1 {
            return None;
        }
        // INVARIANT: checked above.
        Some(AccountNumber(number))
    }

    /// The dense index, from 1.
    #[inline]
    pub const fn index(self) -> u64 {
        self.0 / 100
    }

    /// The number itself.
    #[inline]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl core::fmt::Display for AccountNumber {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.fmt(f)
    }
}
