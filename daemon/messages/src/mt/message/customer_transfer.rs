// SPDX-License-Identifier: MIT

//! A customer's credit transfer.

use serde::{Deserialize, Serialize};

use super::io::Mt;
use super::{
    Customer, ExchangeRate, Header, Institution, Instruction, Lines, MtReadError, TimeIndication, ValueAmount,
};
use crate::iso20022::message::CurrencyAmount;
use crate::mt::field::Field;
use crate::mt::layout::Kind;

/// In which form an MT103 is, and by which rules it is checked.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// The general one.
    #[default]
    General,
    /// Such that no human needs to look at it (`{119:STP}`).
    Stp,
    /// With remittance information in an envelope (`{119:REMIT}`).
    Remit,
}

fields! {
    /// MT103, Single Customer Credit Transfer.
    pub struct Mt103 {
        [apart] {
            /// Who sends it to whom.
            header: Header,
            /// In which form.
            #[serde(default)]
            form: Form,
        }
        /// Sender's reference, at most 16 characters.
        reference: String = "20",
        /// When something must happen.
        #[serde(default)]
        times: Vec<TimeIndication> = "13C",
        /// `CRED`, or the service level `SPRI`, `SSTD`, `SPAY`, or `CRTS` for a test.
        operation: String = "23B",
        /// What banks are to do.
        #[serde(default)]
        instructions: Vec<Instruction> = "23E",
        /// What kind of payment it is, for statistics of countries.
        transaction_type: Option<String> = "26T",
        /// What settles, and when.
        settled: ValueAmount = "32A",
        /// What the customer instructed.
        instructed: Option<CurrencyAmount> = "33B",
        /// The rate between both.
        rate: Option<ExchangeRate> = "36",
        /// Who pays.
        ordering: Customer = "50a",
        /// Who sends it, where that is not said elsewhere.
        sending_institution: Option<Institution> = "51A",
        /// The bank of who pays, if it is not the sender.
        ordering_institution: Option<Institution> = "52a",
        /// Through which account or bank the sender pays the receiver.
        senders_correspondent: Option<Institution> = "53a",
        /// Through which bank the receiver is paid.
        receivers_correspondent: Option<Institution> = "54a",
        /// The bank that pays the receiver's correspondent.
        third_institution: Option<Institution> = "55a",
        /// The bank between receiver and beneficiary's bank.
        intermediary: Option<Institution> = "56a",
        /// The beneficiary's bank, if it is not the receiver.
        account_with: Option<Institution> = "57a",
        /// Who is paid.
        beneficiary: Customer = "59a",
        /// What it is for.
        remittance: Option<Lines> = "70",
        /// Who bears charges: `OUR`, `SHA` or `BEN`.
        charges: String = "71A",
        /// What banks took so far.
        #[serde(default)]
        sender_charges: Vec<CurrencyAmount> = "71F",
        /// What the receiver gets for its charges.
        receiver_charges: Option<CurrencyAmount> = "71G",
        /// From bank to bank.
        bank_information: Option<Lines> = "72",
        /// For authorities.
        regulatory: Option<Lines> = "77B",
        /// Remittance information of the form REMIT.
        envelope: Option<String> = "77T",
    }
}

impl Mt for Mt103 {
    fn is_of(kind: Kind) -> bool {
        kind.name() == "MT103"
    }

    fn kind(&self) -> Kind {
        match self.form {
            Form::General => Kind::Mt103,
            Form::Stp => Kind::Mt103Stp,
            Form::Remit => Kind::Mt103Remit,
        }
    }

    fn header(&self) -> &Header {
        &self.header
    }

    fn read(kind: Kind, header: Header, fields: &[Field]) -> Result<Mt103, MtReadError> {
        let form = match kind {
            Kind::Mt103Stp => Form::Stp,
            Kind::Mt103Remit => Form::Remit,
            _ => Form::General,
        };
        Mt103::from_fields(header, form, fields)
    }

    fn fields(&self, out: &mut Vec<(String, String)>) {
        self.to_fields(out);
    }
}
