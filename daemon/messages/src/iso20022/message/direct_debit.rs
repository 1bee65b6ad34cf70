// SPDX-License-Identifier: MIT

//! Collections between banks (pacs.003).

use super::parts::{
    Account, Agent, Charge, ChargeBearer, Code, CollectionSettlement, DirectDebitTransaction, DirectDebitType, Party,
    PaymentId, Remittance,
};
use super::{CurrencyAmount, DateTime, Message, Text};
use crate::amount::Decimal;
use crate::calendar::Date;

element! {
    /// `pacs.003.001.08`, FIToFICustomerDirectDebit.
    pub struct DirectDebits {
        /// What is said of the whole message.
        header: CollectionHeader = "GrpHdr",
        /// The collections.
        collections: Vec<DirectDebit> = "DrctDbtTxInf",
    }
}

impl Message for DirectDebits {
    const DEFINITION: &'static str = "pacs.003.001.08";
    const ROOT: &'static str = "FIToFICstmrDrctDbt";
}

element! {
    /// What a bank says of a whole message.
    pub struct CollectionHeader {
        /// Identifies the message.
        message: Text<35> = "MsgId",
        /// When it was made.
        created: DateTime = "CreDtTm",
        /// How many collections it has.
        count: u64 = "NbOfTxs",
        /// The sum of their amounts.
        sum: Option<Decimal> = "CtrlSum",
        /// The sum, if all are of one currency.
        total: Option<CurrencyAmount> = "TtlIntrBkSttlmAmt",
        /// When all settle.
        settlement_date: Option<Date> = "IntrBkSttlmDt",
        /// How they settle.
        settlement: CollectionSettlement = "SttlmInf",
        /// What kind of collections they are.
        payment_type: Option<DirectDebitType> = "PmtTpInf",
        /// Who sends it.
        instructing_agent: Option<Agent> = "InstgAgt",
        /// Who receives it.
        instructed_agent: Option<Agent> = "InstdAgt",
    }
}

element! {
    /// One collection.
    pub struct DirectDebit {
        /// Its references.
        id: PaymentId = "PmtId",
        /// What kind of collection it is.
        payment_type: Option<DirectDebitType> = "PmtTpInf",
        /// How much settles.
        amount: CurrencyAmount = "IntrBkSttlmAmt",
        /// When it settles, the value date.
        settlement_date: Option<Date> = "IntrBkSttlmDt",
        /// What the creditor instructed.
        instructed: Option<CurrencyAmount> = "InstdAmt",
        /// The rate, if that was another currency.
        exchange_rate: Option<Decimal> = "XchgRate",
        /// Who bears charges.
        charge_bearer: ChargeBearer = "ChrgBr",
        /// What banks took.
        #[serde(default)]
        charges: Vec<Charge> = "ChrgsInf",
        /// When the debtor is to be debited.
        due: Option<Date> = "ReqdColltnDt",
        /// The mandate.
        transaction: Option<DirectDebitTransaction> = "DrctDbtTx",
        /// Creditor.
        creditor: Party = "Cdtr",
        /// Its account.
        creditor_account: Option<Account> = "CdtrAcct",
        /// Its bank.
        creditor_agent: Agent = "CdtrAgt",
        /// For whom the creditor collects.
        ultimate_creditor: Option<Party> = "UltmtCdtr",
        /// Who sends it.
        instructing_agent: Option<Agent> = "InstgAgt",
        /// Who receives it.
        instructed_agent: Option<Agent> = "InstdAgt",
        /// Debtor.
        debtor: Party = "Dbtr",
        /// Its account.
        debtor_account: Account = "DbtrAcct",
        /// Its bank.
        debtor_agent: Agent = "DbtrAgt",
        /// For whom the debtor pays.
        ultimate_debtor: Option<Party> = "UltmtDbtr",
        /// Its purpose.
        purpose: Option<Code> = "Purp",
        /// What it is for.
        remittance: Option<Remittance> = "RmtInf",
    }
}
