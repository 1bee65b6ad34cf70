// SPDX-License-Identifier: MIT

//! A transfer between banks, of their own or as cover of a customer's.

use super::io::Mt;
use super::member::Member;
use super::{Customer, Header, Institution, Lines, MtReadError, TimeIndication, ValueAmount};
use crate::iso20022::message::CurrencyAmount;
use crate::mt::field::Field;
use crate::mt::layout::Kind;

fields! {
    /// MT202, General Financial Institution Transfer.
    pub struct Mt202 {
        [apart] {
            /// Who sends it to whom.
            header: Header,
        }
        /// Sender's reference, at most 16 characters.
        reference: String = "20",
        /// The reference of what it is about; `NONREF` if there is none.
        related: String = "21",
        /// When something must happen.
        #[serde(default)]
        times: Vec<TimeIndication> = "13C",
        /// What settles, and when.
        settled: ValueAmount = "32A",
        /// The bank that pays, if it is not the sender.
        ordering_institution: Option<Institution> = "52a",
        /// Through which account or bank the sender pays the receiver.
        senders_correspondent: Option<Institution> = "53a",
        /// Through which bank the receiver is paid.
        receivers_correspondent: Option<Institution> = "54a",
        /// The bank between receiver and the next.
        intermediary: Option<Institution> = "56a",
        /// The bank that keeps the beneficiary's account.
        account_with: Option<Institution> = "57a",
        /// The bank that is paid.
        beneficiary: Institution = "58a",
        /// From bank to bank.
        bank_information: Option<Lines> = "72",
        /// The customer's transfer that is covered; with it the message is an MT202 COV.
        cover: Option<Cover> = "B",
    }
}

fields! {
    /// The customer's credit transfer that an MT202 COV covers.
    pub struct Cover {
        /// Who pays.
        ordering: Customer = "B.50a",
        /// The bank of who pays.
        ordering_institution: Option<Institution> = "B.52a",
        /// The bank before the beneficiary's.
        intermediary: Option<Institution> = "B.56a",
        /// The beneficiary's bank.
        account_with: Option<Institution> = "B.57a",
        /// Who is paid.
        beneficiary: Customer = "B.59a",
        /// What it is for.
        remittance: Option<Lines> = "B.70",
        /// From bank to bank.
        bank_information: Option<Lines> = "B.72",
        /// What the customer instructed.
        instructed: Option<CurrencyAmount> = "B.33B",
    }
}

impl Member for Option<Cover> {
    fn read(fields: &[Field], _key: &'static str) -> Result<Option<Cover>, MtReadError> {
        let of_cover = fields.iter().any(|field| field.key.starts_with("B."));
        if of_cover { Cover::from_fields(fields).map(Some) } else { Ok(None) }
    }

    fn write(&self, _key: &'static str, out: &mut Vec<(String, String)>) {
        if let Some(cover) = self {
            cover.to_fields(out);
        }
    }
}

impl Mt for Mt202 {
    fn is_of(kind: Kind) -> bool {
        kind.name() == "MT202"
    }

    fn kind(&self) -> Kind {
        if self.cover.is_some() { Kind::Mt202Cov } else { Kind::Mt202 }
    }

    fn header(&self) -> &Header {
        &self.header
    }

    fn read(_kind: Kind, header: Header, fields: &[Field]) -> Result<Mt202, MtReadError> {
        Mt202::from_fields(header, fields)
    }

    fn fields(&self, out: &mut Vec<(String, String)>) {
        self.to_fields(out);
    }
}
