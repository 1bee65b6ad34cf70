// SPDX-License-Identifier: MIT

//! The payment that a status, return or recall is about.

use super::{Account, Agent, DateOrDateTime, DirectDebitType, MandateReference, PartyOrAgent, Remittance};
use crate::amount::Decimal;
use crate::calendar::Date;
use crate::iso20022::message::{CurrencyAmount, DateTime, Text};

element! {
    /// The message that a payment was in.
    #[derive(Eq)]
    pub struct OriginalGroup {
        /// Its identifier.
        message: Text<35> = "OrgnlMsgId",
        /// Its definition, such as `pacs.008.001.08`.
        definition: Text<35> = "OrgnlMsgNmId",
        /// When it was made.
        created: Option<DateTime> = "OrgnlCreDtTm",
    }
}

element! {
    /// What the payment said.
    #[derive(Default)]
    pub struct OriginalPayment {
        /// What was settled.
        settled: Option<CurrencyAmount> = "IntrBkSttlmAmt",
        /// What the customer instructed.
        instructed: Option<CurrencyAmount> = "Amt/InstdAmt",
        /// The day on which it settled.
        settlement_date: Option<Date> = "IntrBkSttlmDt",
        /// The day of a collection.
        collection_date: Option<Date> = "ReqdColltnDt",
        /// When it was to be executed.
        execution: Option<DateOrDateTime> = "ReqdExctnDt",
        /// What kind of payment it was.
        payment_type: Option<DirectDebitType> = "PmtTpInf",
        /// The mandate of a collection.
        mandate: Option<MandateReference> = "MndtRltdInf",
        /// What it was for.
        remittance: Option<Remittance> = "RmtInf",
        /// Debtor.
        debtor: Option<PartyOrAgent> = "Dbtr",
        /// Its account.
        debtor_account: Option<Account> = "DbtrAcct",
        /// Its bank.
        debtor_agent: Option<Agent> = "DbtrAgt",
        /// The creditor's bank.
        creditor_agent: Option<Agent> = "CdtrAgt",
        /// Creditor.
        creditor: Option<PartyOrAgent> = "Cdtr",
        /// Its account.
        creditor_account: Option<Account> = "CdtrAcct",
    }
}

element! {
    /// How many payments have a status.
    pub struct StatusCount {
        /// How many.
        count: u64 = "DtldNbOfTxs",
        /// The status.
        status: Text<4> = "DtldSts",
        /// Their sum.
        sum: Option<Decimal> = "DtldCtrlSum",
    }
}

element! {
    /// The status of the message that payments were in.
    pub struct OriginalGroupStatus {
        /// Its identifier.
        message: Text<35> = "OrgnlMsgId",
        /// Its definition.
        definition: Text<35> = "OrgnlMsgNmId",
        /// When it was made.
        created: Option<DateTime> = "OrgnlCreDtTm",
        /// How many payments it had.
        count: Option<u64> = "OrgnlNbOfTxs",
        /// Their sum.
        sum: Option<Decimal> = "OrgnlCtrlSum",
        /// The status of all, such as `ACSC` or `RJCT`.
        status: Option<Text<4>> = "GrpSts",
        /// Why.
        #[serde(default)]
        reasons: Vec<super::Reason> = "StsRsnInf",
        /// How many payments have which status.
        #[serde(default)]
        counts: Vec<StatusCount> = "NbOfTxsPerSts",
    }
}
