// SPDX-License-Identifier: MIT

//! Answers to recalls (camt.029).

use super::parts::{Charge, OriginalGroup, OriginalPayment, Reason};
use super::{Assignment, Case, CurrencyAmount, Message, Text};
use crate::calendar::Date;
use crate::identifiers::Uetr;

element! {
    /// `camt.029.001.09`, ResolutionOfInvestigation.
    pub struct RecallAnswers {
        /// Who answers whom.
        assignment: Assignment = "Assgnmt",
        /// The case.
        case: Option<Case> = "RslvdCase",
        /// The answer to all, such as `CNCL` or `RJCR`.
        status: Text<4> = "Sts/Conf",
        /// The payments.
        #[serde(default)]
        details: Vec<AnswerGroup> = "CxlDtls",
    }
}

impl Message for RecallAnswers {
    const DEFINITION: &'static str = "camt.029.001.09";
    const ROOT: &'static str = "RsltnOfInvstgtn";
}

element! {
    /// Payments of one message.
    pub struct AnswerGroup {
        /// The payments.
        #[serde(default)]
        payments: Vec<RecallAnswer> = "TxInfAndSts",
    }
}

codes! {
    /// What became of a recall.
    pub enum RecallStatus {
        /// Not sent back.
        Rejected = "RJCR",
        /// Sent back.
        Accepted = "ACCR",
        /// Not decided yet.
        Pending = "PDCR",
    }
}

element! {
    /// The answer for one payment.
    #[derive(Default)]
    pub struct RecallAnswer {
        /// Identifies the answer.
        id: Option<Text<35>> = "CxlStsId",
        /// The case.
        case: Option<Case> = "RslvdCase",
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
        /// The answer.
        status: Option<RecallStatus> = "TxCxlSts",
        /// Why.
        #[serde(default)]
        reasons: Vec<Reason> = "CxlStsRsnInf",
        /// What is charged for it.
        #[serde(default)]
        charges: Vec<Charge> = "RsltnRltdInf/Chrgs",
        /// What had settled.
        settled: Option<CurrencyAmount> = "OrgnlIntrBkSttlmAmt",
        /// When it had settled.
        settled_on: Option<Date> = "OrgnlIntrBkSttlmDt",
        /// What the payment said.
        original: Option<OriginalPayment> = "OrgnlTxRef",
    }
}
