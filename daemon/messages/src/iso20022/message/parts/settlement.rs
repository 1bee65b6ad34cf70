// SPDX-License-Identifier: MIT

//! How banks settle, and what they charge.

use super::{Account, Agent};
use crate::iso20022::message::{CurrencyAmount, Text};

element! {
    /// How a payment between banks settles.
    pub struct Settlement {
        /// By which account.
        method: SettlementMethod = "SttlmMtd",
        /// The account, if one of the two banks has it.
        account: Option<Account> = "SttlmAcct",
        /// The clearing system.
        clearing_system: Option<CashClearing> = "ClrSys",
        /// Who pays the cover for the instructing bank.
        instructing_reimbursement: Option<Agent> = "InstgRmbrsmntAgt",
        /// Who takes the cover for the instructed bank.
        instructed_reimbursement: Option<Agent> = "InstdRmbrsmntAgt",
    }
}

element! {
    /// How direct debits between banks settle.
    pub struct CollectionSettlement {
        /// By which account; never by cover.
        method: CollectionSettlementMethod = "SttlmMtd",
        /// The account, if one of the two banks has it.
        account: Option<Account> = "SttlmAcct",
        /// The clearing system.
        clearing_system: Option<CashClearing> = "ClrSys",
    }
}

codes! {
    /// How a payment settles.
    pub enum SettlementMethod {
        /// By an account at the instructed bank.
        InstructedAgent = "INDA",
        /// By an account at the instructing bank.
        InstructingAgent = "INGA",
        /// By a separate cover payment.
        Cover = "COVE",
        /// By a clearing system.
        Clearing = "CLRG",
    }
}

codes! {
    /// How a direct debit settles.
    pub enum CollectionSettlementMethod {
        /// By an account at the instructed bank.
        InstructedAgent = "INDA",
        /// By an account at the instructing bank.
        InstructingAgent = "INGA",
        /// By a clearing system.
        Clearing = "CLRG",
    }
}

choice! {
    /// A clearing system.
    #[derive(Eq)]
    pub enum CashClearing {
        /// A published code.
        Code(Text<3>) = "Cd",
        /// A code that two parties agreed on.
        Proprietary(Text<35>) = "Prtry",
    }
}

element! {
    /// What a bank took.
    pub struct Charge {
        /// How much.
        amount: CurrencyAmount = "Amt",
        /// Which bank.
        agent: Agent = "Agt",
    }
}
