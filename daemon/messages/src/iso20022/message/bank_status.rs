// SPDX-License-Identifier: MIT

//! What became of payments, between banks (pacs.002).

use super::parts::{Agent, Charge, DateOrDateTime, OriginalGroup, OriginalGroupStatus, OriginalPayment, Reason};
use super::{DateTime, Message, Text};
use crate::identifiers::Uetr;

element! {
    /// `pacs.002.001.10`, FIToFIPaymentStatusReport.
    pub struct BankStatusReport {
        /// Identifies the message.
        message: Text<35> = "GrpHdr/MsgId",
        /// When it was made.
        created: DateTime = "GrpHdr/CreDtTm",
        /// Who sends it.
        instructing_agent: Option<Agent> = "GrpHdr/InstgAgt",
        /// Who receives it.
        instructed_agent: Option<Agent> = "GrpHdr/InstdAgt",
        /// The messages that it is about.
        #[serde(default)]
        groups: Vec<OriginalGroupStatus> = "OrgnlGrpInfAndSts",
        /// The payments that it is about.
        #[serde(default)]
        payments: Vec<BankPaymentStatus> = "TxInfAndSts",
    }
}

impl Message for BankStatusReport {
    const DEFINITION: &'static str = "pacs.002.001.10";
    const ROOT: &'static str = "FIToFIPmtStsRpt";
}

element! {
    /// What became of one payment.
    #[derive(Default)]
    pub struct BankPaymentStatus {
        /// Identifies the status.
        id: Option<Text<35>> = "StsId",
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
        /// The status, such as `ACSC` or `RJCT`.
        status: Option<Text<4>> = "TxSts",
        /// Why.
        #[serde(default)]
        reasons: Vec<Reason> = "StsRsnInf",
        /// What banks took.
        #[serde(default)]
        charges: Vec<Charge> = "ChrgsInf",
        /// When it was accepted.
        accepted: Option<DateTime> = "AccptncDtTm",
        /// When it settled.
        settled: Option<DateOrDateTime> = "FctvIntrBkSttlmDt",
        /// Of the clearing system.
        clearing: Option<Text<35>> = "ClrSysRef",
        /// Who sent the payment.
        instructing_agent: Option<Agent> = "InstgAgt",
        /// Who received it.
        instructed_agent: Option<Agent> = "InstdAgt",
        /// What the payment said.
        original: Option<OriginalPayment> = "OrgnlTxRef",
    }
}
