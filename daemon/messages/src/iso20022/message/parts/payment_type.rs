// SPDX-License-Identifier: MIT

//! Kinds of payments, who bears charges, references.

use super::{Code, LongCode};
use crate::identifiers::Uetr;
use crate::iso20022::message::Text;

element! {
    /// What kind of payment it is.
    #[derive(Default)]
    pub struct PaymentType {
        /// How urgent.
        priority: Option<Priority> = "InstrPrty",
        /// Service levels, such as `SEPA`.
        #[serde(default)]
        service_levels: Vec<Code> = "SvcLvl",
        /// The scheme within the service, such as `INST`.
        local_instrument: Option<LongCode> = "LclInstrm",
        /// Its purpose as far as banks act on it, such as `SALA`.
        category_purpose: Option<Code> = "CtgyPurp",
    }
}

element! {
    /// What kind of direct debit it is.
    #[derive(Default)]
    pub struct DirectDebitType {
        /// How urgent.
        priority: Option<Priority> = "InstrPrty",
        /// Service levels, such as `SEPA`.
        #[serde(default)]
        service_levels: Vec<Code> = "SvcLvl",
        /// The scheme within the service: `CORE` or `B2B`.
        local_instrument: Option<LongCode> = "LclInstrm",
        /// Which collection of its mandate.
        sequence: Option<Sequence> = "SeqTp",
        /// Its purpose as far as banks act on it.
        category_purpose: Option<Code> = "CtgyPurp",
    }
}

codes! {
    /// How urgent an instruction is.
    pub enum Priority {
        /// Before others.
        High = "HIGH",
        /// As it comes.
        Normal = "NORM",
    }
}

codes! {
    /// Which collection of its mandate a direct debit is.
    pub enum Sequence {
        /// The first of several.
        First = "FRST",
        /// One of several.
        Recurrent = "RCUR",
        /// The last of several.
        Final = "FNAL",
        /// The only one.
        OneOff = "OOFF",
        /// Presented again.
        Represented = "RPRE",
    }
}

codes! {
    /// Who bears charges.
    pub enum ChargeBearer {
        /// The debtor all.
        Debtor = "DEBT",
        /// The creditor all.
        Creditor = "CRED",
        /// Each party those of its own bank.
        Shared = "SHAR",
        /// As the scheme says; in SEPA always.
        ServiceLevel = "SLEV",
    }
}

element! {
    /// References of a payment as the customer gives them.
    #[derive(Eq)]
    pub struct CustomerPaymentId {
        /// From the instructing party to the next.
        instruction: Option<Text<35>> = "InstrId",
        /// From debtor to creditor, carried unchanged. `NOTPROVIDED` if there is none.
        end_to_end: Text<35> = "EndToEndId",
        /// Unique end-to-end transaction reference.
        uetr: Option<Uetr> = "UETR",
    }
}

element! {
    /// References of a payment between banks.
    #[derive(Eq)]
    pub struct PaymentId {
        /// From the instructing bank to the next.
        instruction: Option<Text<35>> = "InstrId",
        /// From debtor to creditor, carried unchanged.
        end_to_end: Text<35> = "EndToEndId",
        /// Of the first bank, carried unchanged.
        transaction: Option<Text<35>> = "TxId",
        /// Unique end-to-end transaction reference.
        uetr: Option<Uetr> = "UETR",
        /// Of the clearing system.
        clearing: Option<Text<35>> = "ClrSysRef",
    }
}
