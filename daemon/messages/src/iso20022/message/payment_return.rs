// SPDX-License-Identifier: MIT

//! Payments sent back (pacs.004).

use super::parts::{Agent, Charge, ChargeBearer, OriginalGroup, OriginalPayment, Reason, Settlement};
use super::{CurrencyAmount, DateTime, Message, Text};
use crate::amount::Decimal;
use crate::calendar::Date;
use crate::identifiers::Uetr;

element! {
    /// `pacs.004.001.09`, PaymentReturn.
    pub struct PaymentReturns {
        /// What is said of the whole message.
        header: ReturnHeader = "GrpHdr",
        /// The message that the payments were in, if it is one.
        group: Option<OriginalGroup> = "OrgnlGrpInf",
        /// The payments.
        #[serde(default)]
        payments: Vec<PaymentReturn> = "TxInf",
    }
}

impl Message for PaymentReturns {
    const DEFINITION: &'static str = "pacs.004.001.09";
    const ROOT: &'static str = "PmtRtr";
}

element! {
    /// What a bank says of a whole message.
    pub struct ReturnHeader {
        /// Identifies the message.
        message: Text<35> = "MsgId",
        /// When it was made.
        created: DateTime = "CreDtTm",
        /// How many payments it has.
        count: u64 = "NbOfTxs",
        /// The sum of their amounts.
        sum: Option<Decimal> = "CtrlSum",
        /// The sum, if all are of one currency.
        total: Option<CurrencyAmount> = "TtlRtrdIntrBkSttlmAmt",
        /// When all settle.
        settlement_date: Option<Date> = "IntrBkSttlmDt",
        /// How they settle.
        settlement: Settlement = "SttlmInf",
        /// Who sends it.
        instructing_agent: Option<Agent> = "InstgAgt",
        /// Who receives it.
        instructed_agent: Option<Agent> = "InstdAgt",
    }
}

element! {
    /// One payment sent back.
    pub struct PaymentReturn {
        /// Identifies the return.
        id: Option<Text<35>> = "RtrId",
        /// The message that the payment was in.
        group: Option<OriginalGroup> = "OrgnlGrpInf",
        /// Its instruction's reference.
        instruction: Option<Text<35>> = "OrgnlInstrId",
        /// Its end-to-end reference.
        end_to_end: Option<Text<35>> = "OrgnlEndToEndId",
        /// Its transaction's reference.
        transaction: Option<Text<35>> = "OrgnlTxId",
        /// Its unique end-to-end transaction reference.
        uetr: Option<Uetr> = "OrgnlUETR",
        /// What had settled.
        settled: Option<CurrencyAmount> = "OrgnlIntrBkSttlmAmt",
        /// When it had settled.
        settled_on: Option<Date> = "OrgnlIntrBkSttlmDt",
        /// How much is sent back.
        amount: CurrencyAmount = "RtrdIntrBkSttlmAmt",
        /// When that settles.
        settlement_date: Option<Date> = "IntrBkSttlmDt",
        /// How much was to be sent back before charges.
        instructed: Option<CurrencyAmount> = "RtrdInstdAmt",
        /// The rate, if that is another currency.
        exchange_rate: Option<Decimal> = "XchgRate",
        /// What the creditor's bank is compensated.
        compensation: Option<CurrencyAmount> = "CompstnAmt",
        /// Who bears charges.
        charge_bearer: Option<ChargeBearer> = "ChrgBr",
        /// What banks took.
        #[serde(default)]
        charges: Vec<Charge> = "ChrgsInf",
        /// Who sends it.
        instructing_agent: Option<Agent> = "InstgAgt",
        /// Who receives it.
        instructed_agent: Option<Agent> = "InstdAgt",
        /// Why.
        #[serde(default)]
        reasons: Vec<Reason> = "RtrRsnInf",
        /// What the payment said.
        original: Option<OriginalPayment> = "OrgnlTxRef",
    }
}
