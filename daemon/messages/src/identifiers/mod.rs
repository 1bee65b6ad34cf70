// SPDX-License-Identifier: MIT

//! Identifiers of accounts, banks, creditors, companies and payments.
//!
//! A value of one of these types has passed every check that needs no register of who holds what: form, country and
//! check digits.

mod account_iban;
mod bic;
mod country;
mod creditor_identifier;
mod creditor_reference;
mod error;
pub mod iban;
mod lei;
mod mod97;
mod uetr;

pub use account_iban::{AccountIbans, AccountIbansError};
pub use bic::Bic;
pub use country::{is_country, is_sepa, is_sepa_outside_eea};
pub use creditor_identifier::CreditorIdentifier;
pub use creditor_reference::CreditorReference;
pub use error::IdentifierError;
pub use iban::Iban;
pub use lei::Lei;
pub use uetr::Uetr;
