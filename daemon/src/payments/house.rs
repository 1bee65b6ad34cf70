// SPDX-License-Identifier: MIT

//! Which bank this is.

use std::collections::BTreeMap;

use qenex_abi::{AccountNumber, Currency};
use qenex_messages::identifiers::{AccountIbans, Bic, Iban};
use qenex_messages::iso20022::message::parts::{Account, Agent};
use qenex_messages::rules::Profile;

use crate::config::{ConfigError, Payments, RecallPolicy};

/// Which bank this is: its identifiers, and the currencies that it exchanges with others.
#[derive(Clone, Debug)]
pub struct House {
    ibans: AccountIbans,
    bic: Bic,
    profile: Profile,
    recalls: RecallPolicy,
    /// By numeric code, the settlement account, if one is configured.
    currencies: BTreeMap<u32, Option<u64>>,
}

impl House {
    /// As it is configured.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Payments`].
    pub fn new(configured: &Payments) -> Result<Self, ConfigError> {
        let wrong = |key, why: String| ConfigError::Payments { key, why };
        let ibans = AccountIbans::new(&configured.country, &configured.bank_code)
            .map_err(|error| wrong("bank_code", error.to_string()))?;
        let bic = configured.bic.parse().map_err(|error| wrong("bic", format!("it {error}")))?;
        let profile = configured.profile.parse().map_err(|error| wrong("profile", format!("{error}")))?;
        let currency = |key, alpha: &str| {
            let known = Currency::from_alpha(alpha).map(|currency| u32::from(currency.numeric));
            known.ok_or_else(|| wrong(key, format!("{alpha} is no currency of ISO 4217")))
        };
        let mut currencies = BTreeMap::new();
        for alpha in &configured.currencies {
            currencies.insert(currency("currencies", alpha)?, None);
        }
        for (alpha, number) in &configured.settlement {
            let account = number.parse().ok().and_then(AccountNumber::new);
            let account = account.ok_or_else(|| wrong("settlement", format!("{number} is no account number")))?;
            currencies.insert(currency("settlement", alpha)?, Some(account.get()));
        }
        Ok(House { ibans, bic, profile, recalls: configured.recalls, currencies })
    }

    /// Its business identifier code.
    pub fn bic(&self) -> &Bic {
        &self.bic
    }

    /// The same, as messages name a bank.
    pub fn agent(&self) -> Agent {
        Agent::from_bic(self.bic.clone())
    }

    /// The profile by which messages are judged where nobody names one.
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// What is done when another bank asks a payment back.
    pub fn recalls(&self) -> RecallPolicy {
        self.recalls
    }

    /// Whether payments in a currency are exchanged with other banks, and over which account if that is configured.
    pub fn settles(&self, currency: u32) -> Option<Option<u64>> {
        self.currencies.get(&currency).copied()
    }

    /// The IBAN of one of its accounts; `None` if the number has no room in it.
    pub fn iban(&self, account: u64) -> Option<Iban> {
        AccountNumber::new(account).and_then(|number| self.ibans.iban(number).ok())
    }

    /// The number of the account with this IBAN, if it is one of this bank's.
    pub fn account_of(&self, iban: &Iban) -> Option<u64> {
        self.ibans.account(iban).map(AccountNumber::get)
    }

    /// The number of the account that a message names, if it is one of this bank's.
    pub fn account(&self, account: Option<&Account>) -> Option<u64> {
        account.and_then(Account::iban).and_then(|iban| self.account_of(iban))
    }

    /// Whether a message names this bank, whichever branch. A bank that is not said by its code may be any.
    pub fn is(&self, agent: &Agent) -> Option<bool> {
        agent.institution.bic.as_ref().map(|bic| bic.party() == self.bic.party())
    }
}
