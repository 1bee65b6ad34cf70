// SPDX-License-Identifier: MIT

//! Confirmations that an account was debited or credited.

use super::io::message;
use super::{AccountIdentification, Customer, DateTimeIndication, Header, Institution, Lines, ValueAmount};

fields! {
    /// MT900, Confirmation of Debit.
    pub struct Mt900 {
        [apart] {
            /// Who sends it to whom.
            header: Header,
        }
        /// Sender's reference, at most 16 characters.
        reference: String = "20",
        /// The reference of what was booked.
        related: String = "21",
        /// The account.
        account: AccountIdentification = "25a",
        /// When it was booked.
        booked: Option<DateTimeIndication> = "13D",
        /// How much, from when it counts.
        booked_amount: ValueAmount = "32A",
        /// The bank that had it booked.
        ordering_institution: Option<Institution> = "52a",
        /// From bank to bank.
        bank_information: Option<Lines> = "72",
    }
}

fields! {
    /// MT910, Confirmation of Credit.
    pub struct Mt910 {
        [apart] {
            /// Who sends it to whom.
            header: Header,
        }
        /// Sender's reference, at most 16 characters.
        reference: String = "20",
        /// The reference of what was booked.
        related: String = "21",
        /// The account.
        account: AccountIdentification = "25a",
        /// When it was booked.
        booked: Option<DateTimeIndication> = "13D",
        /// How much, from when it counts.
        booked_amount: ValueAmount = "32A",
        /// The customer who pays; either it or the bank is there.
        ordering: Option<Customer> = "50a",
        /// The bank that pays.
        ordering_institution: Option<Institution> = "52a",
        /// The bank that the money came from.
        intermediary: Option<Institution> = "56a",
        /// From bank to bank.
        bank_information: Option<Lines> = "72",
    }
}

message!(Mt900, Mt900);
message!(Mt910, Mt910);
