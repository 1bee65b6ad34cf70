// SPDX-License-Identifier: MIT

//! IBANs of the accounts in the ledger.

use qenex_abi::AccountNumber;

use super::iban::Structure;
use super::{Iban, IdentifierError};

/// How a bank's accounts have IBANs: its country, its bank code, and the account's number in the rest.
///
/// Where the rest has no room for a whole account number, its check digits are left out: they can be computed again,
/// and the IBAN has check digits of its own. In Germany that leaves ten digits, hence ten thousand million accounts.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AccountIbans {
    country: &'static str,
    prefix: String,
    /// Digits for the account.
    room: usize,
    /// Whether the whole account number is written, not only its index.
    whole: bool,
}

/// Why a bank cannot have IBANs.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AccountIbansError {
    /// The country has no IBANs.
    #[error("the country {0:?} has no IBANs")]
    Country(String),
    /// The bank's part of the number does not fit, or leaves fewer than eight digits for the account.
    #[error("the bank code {code:?} does not fit the structure {structure} of {country}")]
    BankCode {
        /// The code.
        code: String,
        /// The country.
        country: &'static str,
        /// Its structure.
        structure: &'static str,
    },
    /// The account's number has more digits than there is room for.
    #[error("the account {0} has more digits than its IBAN has room for")]
    NoRoom(u64),
    /// The IBAN cannot be made.
    #[error("the IBAN {0}")]
    Iban(#[from] IdentifierError),
}

impl AccountIbans {
    /// Accounts of a bank. `bank_code` is everything before the account's digits: in Germany the eight digits of the
    /// Bankleitzahl, in Britain four letters and the six digits of the sort code. All that follows must be digits.
    ///
    /// # Errors
    ///
    /// [`AccountIbansError`].
    pub fn new(country: &str, bank_code: &str) -> Result<AccountIbans, AccountIbansError> {
        let structure = Structure::of(country).ok_or_else(|| AccountIbansError::Country(country.to_string()))?;
        let kinds: Vec<u8> = structure.kinds().collect();
        let rest = kinds.get(bank_code.len()..).unwrap_or_default();
        let digits = rest.iter().all(|kind| matches!(kind, b'n' | b'c'));
        let wrong = || AccountIbansError::BankCode {
            code: bank_code.to_string(),
            country: structure.country,
            structure: structure.bban,
        };
        if rest.len() < 8 || !digits {
            return Err(wrong());
        }
        let room = rest.len().min(18);
        let prefix = format!("{bank_code}{}", "0".repeat(rest.len() - room));
        // The rest may hold any digits, so that one trial shows whether the bank code is of the right form.
        Iban::from_bban(country, &format!("{prefix}{}", "0".repeat(room))).map_err(|_| wrong())?;
        Ok(AccountIbans { country: structure.country, prefix, room, whole: room == 18 })
    }

    /// The IBAN of an account.
    ///
    /// # Errors
    ///
    /// [`AccountIbansError::NoRoom`].
    pub fn iban(&self, account: AccountNumber) -> Result<Iban, AccountIbansError> {
        let digits = if self.whole { account.get() } else { account.index() }.to_string();
        if digits.len() > self.room {
            return Err(AccountIbansError::NoRoom(account.get()));
        }
        Ok(Iban::from_bban(self.country, &format!("{}{digits:0>room$}", self.prefix, room = self.room))?)
    }

    /// The account that an IBAN leads to; `None` if it is not one of this bank's.
    pub fn account(&self, iban: &Iban) -> Option<AccountNumber> {
        if iban.country() != self.country {
            return None;
        }
        let digits = iban.bban().strip_prefix(self.prefix.as_str())?;
        let number = digits.parse().ok()?;
        if self.whole { AccountNumber::new(number) } else { AccountNumber::from_index(number) }
    }
}
