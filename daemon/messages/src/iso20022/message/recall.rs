// SPDX-License-Identifier: MIT

//! Payments asked back (camt.056).

use super::parts::{OriginalGroup, OriginalPayment, PartyOrAgent, Reason};
use super::{CurrencyAmount, DateTime, Message, Text};
use crate::amount::Decimal;
use crate::calendar::Date;
use crate::identifiers::Uetr;

element! {
    /// `camt.056.001.08`, FIToFIPaymentCancellationRequest.
    pub struct Recalls {
        /// Who asks whom.
        assignment: Assignment = "Assgnmt",
        /// The case, if one is open.
        case: Option<Case> = "Case",
        /// How many payments it is about.
        count: Option<RecallCount> = "CtrlData",
        /// The payments, by the message that they were in.
        underlying: Vec<RecallGroup> = "Undrlyg",
    }
}

impl Message for Recalls {
    const DEFINITION: &'static str = "camt.056.001.08";
    const ROOT: &'static str = "FIToFIPmtCxlReq";
}

element! {
    /// Who hands an investigation to whom.
    pub struct Assignment {
        /// Identifies the message.
        id: Text<35> = "Id",
        /// Who asks.
        assigner: PartyOrAgent = "Assgnr",
        /// Who is asked.
        assignee: PartyOrAgent = "Assgne",
        /// When.
        created: DateTime = "CreDtTm",
    }
}

element! {
    /// An investigation.
    pub struct Case {
        /// Identifies it.
        id: Text<35> = "Id",
        /// Who opened it.
        creator: PartyOrAgent = "Cretr",
    }
}

element! {
    /// How many payments there are.
    pub struct RecallCount {
        /// How many.
        count: u64 = "NbOfTxs",
        /// Their sum.
        sum: Option<Decimal> = "CtrlSum",
    }
}

element! {
    /// Payments of one message.
    pub struct RecallGroup {
        /// The payments.
        #[serde(default)]
        payments: Vec<Recall> = "TxInf",
    }
}

element! {
    /// One payment asked back.
    #[derive(Default)]
    pub struct Recall {
        /// Identifies the request.
        id: Option<Text<35>> = "CxlId",
        /// The case.
        case: Option<Case> = "Case",
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
        /// Why.
        #[serde(default)]
        reasons: Vec<Reason> = "CxlRsnInf",
        /// What the payment said.
        original: Option<OriginalPayment> = "OrgnlTxRef",
    }
}
