// SPDX-License-Identifier: MIT

//! Customers' instructions: credit transfers (pain.001) and direct debits (pain.008).

use super::parts::{
    Account, Agent, ChargeBearer, Code, CustomerPaymentId, DateOrDateTime, DirectDebitTransaction, DirectDebitType,
    Party, PaymentType, Remittance,
};
use super::{CurrencyAmount, DateTime, Message, Text};
use crate::amount::Decimal;
use crate::calendar::Date;

element! {
    /// `pain.001.001.09`, CustomerCreditTransferInitiation.
    pub struct CreditTransferInitiation {
        /// What is said of the whole message.
        header: InitiationHeader = "GrpHdr",
        /// Groups of payments, each of one debtor.
        groups: Vec<CreditTransferGroup> = "PmtInf",
    }
}

impl Message for CreditTransferInitiation {
    const DEFINITION: &'static str = "pain.001.001.09";
    const ROOT: &'static str = "CstmrCdtTrfInitn";
}

element! {
    /// What a customer says of a whole message.
    pub struct InitiationHeader {
        /// Identifies the message.
        message: Text<35> = "MsgId",
        /// When it was made.
        created: DateTime = "CreDtTm",
        /// How many payments it has.
        count: u64 = "NbOfTxs",
        /// The sum of their amounts, over all currencies.
        sum: Option<Decimal> = "CtrlSum",
        /// Who sends it.
        initiator: Party = "InitgPty",
    }
}

codes! {
    /// How a customer pays.
    pub enum PaymentMethod {
        /// By transfer.
        Transfer = "TRF",
    }
}

codes! {
    /// How a creditor collects.
    pub enum CollectionMethod {
        /// By direct debit.
        DirectDebit = "DD",
    }
}

element! {
    /// Payments from one account on one day.
    pub struct CreditTransferGroup {
        /// Identifies the group.
        id: Text<35> = "PmtInfId",
        /// How to pay.
        method: PaymentMethod = "PmtMtd",
        /// Whether the statement shows one entry for all.
        batch: Option<bool> = "BtchBookg",
        /// How many payments it has.
        count: Option<u64> = "NbOfTxs",
        /// The sum of their amounts.
        sum: Option<Decimal> = "CtrlSum",
        /// What kind of payments they are.
        payment_type: Option<PaymentType> = "PmtTpInf",
        /// When to execute them.
        execution: DateOrDateTime = "ReqdExctnDt",
        /// Debtor.
        debtor: Party = "Dbtr",
        /// The account to debit.
        debtor_account: Account = "DbtrAcct",
        /// Its bank.
        debtor_agent: Agent = "DbtrAgt",
        /// For whom the debtor pays.
        ultimate_debtor: Option<Party> = "UltmtDbtr",
        /// Who bears charges.
        charge_bearer: Option<ChargeBearer> = "ChrgBr",
        /// The payments.
        payments: Vec<CreditTransferInstruction> = "CdtTrfTxInf",
    }
}

element! {
    /// One payment.
    pub struct CreditTransferInstruction {
        /// Its references.
        id: CustomerPaymentId = "PmtId",
        /// What kind of payment it is.
        payment_type: Option<PaymentType> = "PmtTpInf",
        /// How much.
        amount: CurrencyAmount = "Amt/InstdAmt",
        /// Who bears charges.
        charge_bearer: Option<ChargeBearer> = "ChrgBr",
        /// For whom the debtor pays.
        ultimate_debtor: Option<Party> = "UltmtDbtr",
        /// The creditor's bank.
        creditor_agent: Option<Agent> = "CdtrAgt",
        /// Creditor.
        creditor: Option<Party> = "Cdtr",
        /// The account to credit.
        creditor_account: Option<Account> = "CdtrAcct",
        /// For whom the creditor is paid.
        ultimate_creditor: Option<Party> = "UltmtCdtr",
        /// Its purpose, such as `SALA`.
        purpose: Option<Code> = "Purp",
        /// What it is for.
        remittance: Option<Remittance> = "RmtInf",
    }
}

element! {
    /// `pain.008.001.08`, CustomerDirectDebitInitiation.
    pub struct DirectDebitInitiation {
        /// What is said of the whole message.
        header: InitiationHeader = "GrpHdr",
        /// Groups of collections, each of one creditor.
        groups: Vec<DirectDebitGroup> = "PmtInf",
    }
}

impl Message for DirectDebitInitiation {
    const DEFINITION: &'static str = "pain.008.001.08";
    const ROOT: &'static str = "CstmrDrctDbtInitn";
}

element! {
    /// Collections into one account on one day.
    pub struct DirectDebitGroup {
        /// Identifies the group.
        id: Text<35> = "PmtInfId",
        /// How to collect.
        method: CollectionMethod = "PmtMtd",
        /// Whether the statement shows one entry for all.
        batch: Option<bool> = "BtchBookg",
        /// How many collections it has.
        count: Option<u64> = "NbOfTxs",
        /// The sum of their amounts.
        sum: Option<Decimal> = "CtrlSum",
        /// What kind of collections they are.
        payment_type: Option<DirectDebitType> = "PmtTpInf",
        /// When the debtors are to be debited.
        due: Date = "ReqdColltnDt",
        /// Creditor.
        creditor: Party = "Cdtr",
        /// The account to credit.
        creditor_account: Account = "CdtrAcct",
        /// Its bank.
        creditor_agent: Agent = "CdtrAgt",
        /// For whom the creditor collects.
        ultimate_creditor: Option<Party> = "UltmtCdtr",
        /// Who bears charges.
        charge_bearer: Option<ChargeBearer> = "ChrgBr",
        /// The creditor, by creditor identifier.
        creditor_scheme: Option<Party> = "CdtrSchmeId",
        /// The collections.
        collections: Vec<DirectDebitInstruction> = "DrctDbtTxInf",
    }
}

element! {
    /// One collection.
    pub struct DirectDebitInstruction {
        /// Its references.
        id: CustomerPaymentId = "PmtId",
        /// What kind of collection it is.
        payment_type: Option<DirectDebitType> = "PmtTpInf",
        /// How much.
        amount: CurrencyAmount = "InstdAmt",
        /// Who bears charges.
        charge_bearer: Option<ChargeBearer> = "ChrgBr",
        /// The mandate.
        transaction: Option<DirectDebitTransaction> = "DrctDbtTx",
        /// For whom the creditor collects.
        ultimate_creditor: Option<Party> = "UltmtCdtr",
        /// The debtor's bank.
        debtor_agent: Agent = "DbtrAgt",
        /// Debtor.
        debtor: Party = "Dbtr",
        /// The account to debit.
        debtor_account: Account = "DbtrAcct",
        /// For whom the debtor pays.
        ultimate_debtor: Option<Party> = "UltmtDbtr",
        /// Its purpose.
        purpose: Option<Code> = "Purp",
        /// What it is for.
        remittance: Option<Remittance> = "RmtInf",
    }
}
