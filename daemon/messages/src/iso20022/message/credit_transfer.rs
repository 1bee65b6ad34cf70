// SPDX-License-Identifier: MIT

//! Payments between banks: for customers (pacs.008) and for themselves (pacs.009).

use super::parts::{Account, Agent, Charge, ChargeBearer, Code, Party, PaymentId, PaymentType, Remittance, Settlement};
use super::{CurrencyAmount, DateTime, Message, Text};
use crate::amount::Decimal;
use crate::calendar::Date;

element! {
    /// `pacs.008.001.08`, FIToFICustomerCreditTransfer.
    pub struct CreditTransfers {
        /// What is said of the whole message.
        header: TransferHeader = "GrpHdr",
        /// The payments.
        payments: Vec<CreditTransfer> = "CdtTrfTxInf",
    }
}

impl Message for CreditTransfers {
    const DEFINITION: &'static str = "pacs.008.001.08";
    const ROOT: &'static str = "FIToFICstmrCdtTrf";
}

element! {
    /// `pacs.009.001.08`, FinancialInstitutionCreditTransfer.
    pub struct BankTransfers {
        /// What is said of the whole message.
        header: TransferHeader = "GrpHdr",
        /// The payments.
        payments: Vec<BankTransfer> = "CdtTrfTxInf",
    }
}

impl Message for BankTransfers {
    const DEFINITION: &'static str = "pacs.009.001.08";
    const ROOT: &'static str = "FICdtTrf";
}

element! {
    /// What a bank says of a whole message.
    pub struct TransferHeader {
        /// Identifies the message.
        message: Text<35> = "MsgId",
        /// When it was made.
        created: DateTime = "CreDtTm",
        /// Whether the payments are booked as one.
        batch: Option<bool> = "BtchBookg",
        /// How many payments it has.
        count: u64 = "NbOfTxs",
        /// The sum of their amounts.
        sum: Option<Decimal> = "CtrlSum",
        /// The sum, if all are of one currency.
        total: Option<CurrencyAmount> = "TtlIntrBkSttlmAmt",
        /// When all settle.
        settlement_date: Option<Date> = "IntrBkSttlmDt",
        /// How they settle.
        settlement: Settlement = "SttlmInf",
        /// What kind of payments they are.
        payment_type: Option<PaymentType> = "PmtTpInf",
        /// Who sends it.
        instructing_agent: Option<Agent> = "InstgAgt",
        /// Who receives it.
        instructed_agent: Option<Agent> = "InstdAgt",
    }
}

element! {
    /// One payment for a customer.
    pub struct CreditTransfer {
        /// Its references.
        id: PaymentId = "PmtId",
        /// What kind of payment it is.
        payment_type: Option<PaymentType> = "PmtTpInf",
        /// How much settles.
        amount: CurrencyAmount = "IntrBkSttlmAmt",
        /// When it settles, the value date.
        settlement_date: Option<Date> = "IntrBkSttlmDt",
        /// When the first bank accepted it; of instant payments the clock starts here.
        accepted: Option<DateTime> = "AccptncDtTm",
        /// What the customer instructed.
        instructed: Option<CurrencyAmount> = "InstdAmt",
        /// The rate, if that was another currency.
        exchange_rate: Option<Decimal> = "XchgRate",
        /// Who bears charges.
        charge_bearer: ChargeBearer = "ChrgBr",
        /// What banks took.
        #[serde(default)]
        charges: Vec<Charge> = "ChrgsInf",
        /// Who sends it.
        instructing_agent: Option<Agent> = "InstgAgt",
        /// Who receives it.
        instructed_agent: Option<Agent> = "InstdAgt",
        /// A bank between.
        intermediary: Option<Agent> = "IntrmyAgt1",
        /// For whom the debtor pays.
        ultimate_debtor: Option<Party> = "UltmtDbtr",
        /// Debtor.
        debtor: Party = "Dbtr",
        /// Its account.
        debtor_account: Option<Account> = "DbtrAcct",
        /// Its bank.
        debtor_agent: Agent = "DbtrAgt",
        /// The creditor's bank.
        creditor_agent: Agent = "CdtrAgt",
        /// Creditor.
        creditor: Party = "Cdtr",
        /// Its account.
        creditor_account: Option<Account> = "CdtrAcct",
        /// For whom the creditor is paid.
        ultimate_creditor: Option<Party> = "UltmtCdtr",
        /// Its purpose.
        purpose: Option<Code> = "Purp",
        /// What it is for.
        remittance: Option<Remittance> = "RmtInf",
    }
}

element! {
    /// One payment between banks.
    pub struct BankTransfer {
        /// Its references.
        id: PaymentId = "PmtId",
        /// What kind of payment it is.
        payment_type: Option<PaymentType> = "PmtTpInf",
        /// How much settles.
        amount: CurrencyAmount = "IntrBkSttlmAmt",
        /// When it settles, the value date.
        settlement_date: Option<Date> = "IntrBkSttlmDt",
        /// Who sends it.
        instructing_agent: Option<Agent> = "InstgAgt",
        /// Who receives it.
        instructed_agent: Option<Agent> = "InstdAgt",
        /// A bank between.
        intermediary: Option<Agent> = "IntrmyAgt1",
        /// Debtor.
        debtor: Agent = "Dbtr",
        /// Its account.
        debtor_account: Option<Account> = "DbtrAcct",
        /// Its bank.
        debtor_agent: Option<Agent> = "DbtrAgt",
        /// The creditor's bank.
        creditor_agent: Option<Agent> = "CdtrAgt",
        /// Creditor.
        creditor: Agent = "Cdtr",
        /// Its account.
        creditor_account: Option<Account> = "CdtrAcct",
        /// Its purpose.
        purpose: Option<Code> = "Purp",
        /// What it is for.
        #[serde(default)]
        remittance: Vec<Text<140>> = "RmtInf/Ustrd",
        /// The customer's payment that it covers.
        underlying: Option<UnderlyingTransfer> = "UndrlygCstmrCdtTrf",
    }
}

element! {
    /// The customer's payment that a payment between banks covers.
    pub struct UnderlyingTransfer {
        /// Debtor.
        debtor: Party = "Dbtr",
        /// Its account.
        debtor_account: Option<Account> = "DbtrAcct",
        /// Its bank.
        debtor_agent: Agent = "DbtrAgt",
        /// A bank between.
        intermediary: Option<Agent> = "IntrmyAgt1",
        /// The creditor's bank.
        creditor_agent: Agent = "CdtrAgt",
        /// Creditor.
        creditor: Party = "Cdtr",
        /// Its account.
        creditor_account: Option<Account> = "CdtrAcct",
        /// What it is for.
        remittance: Option<Remittance> = "RmtInf",
        /// What the customer instructed.
        instructed: Option<CurrencyAmount> = "InstdAmt",
    }
}
