// SPDX-License-Identifier: MIT

//! What became of payments, for the customer (pain.002).

use super::parts::{Agent, OriginalGroupStatus, OriginalPayment, Party, Reason, StatusCount};
use super::{DateTime, Message, Text};
use crate::amount::Decimal;
use crate::identifiers::Uetr;

element! {
    /// `pain.002.001.10`, CustomerPaymentStatusReport.
    pub struct CustomerStatusReport {
        /// Identifies the message.
        message: Text<35> = "GrpHdr/MsgId",
        /// When it was made.
        created: DateTime = "GrpHdr/CreDtTm",
        /// Who had sent the payments.
        initiator: Option<Party> = "GrpHdr/InitgPty",
        /// The debtor's bank.
        debtor_agent: Option<Agent> = "GrpHdr/DbtrAgt",
        /// The creditor's bank.
        creditor_agent: Option<Agent> = "GrpHdr/CdtrAgt",
        /// The message that it is about.
        original: OriginalGroupStatus = "OrgnlGrpInfAndSts",
        /// Its groups.
        #[serde(default)]
        groups: Vec<PaymentGroupStatus> = "OrgnlPmtInfAndSts",
    }
}

impl Message for CustomerStatusReport {
    const DEFINITION: &'static str = "pain.002.001.10";
    const ROOT: &'static str = "CstmrPmtStsRpt";
}

element! {
    /// What became of a group of payments.
    pub struct PaymentGroupStatus {
        /// The group's identifier.
        id: Text<35> = "OrgnlPmtInfId",
        /// How many payments it had.
        count: Option<u64> = "OrgnlNbOfTxs",
        /// Their sum.
        sum: Option<Decimal> = "OrgnlCtrlSum",
        /// The status of all.
        status: Option<Text<4>> = "PmtInfSts",
        /// Why.
        #[serde(default)]
        reasons: Vec<Reason> = "StsRsnInf",
        /// How many payments have which status.
        #[serde(default)]
        counts: Vec<StatusCount> = "NbOfTxsPerSts",
        /// Its payments.
        #[serde(default)]
        payments: Vec<CustomerPaymentStatus> = "TxInfAndSts",
    }
}

element! {
    /// What became of one payment.
    #[derive(Default)]
    pub struct CustomerPaymentStatus {
        /// Identifies the status.
        id: Option<Text<35>> = "StsId",
        /// Its instruction's reference.
        instruction: Option<Text<35>> = "OrgnlInstrId",
        /// Its end-to-end reference.
        end_to_end: Option<Text<35>> = "OrgnlEndToEndId",
        /// Its unique end-to-end transaction reference.
        uetr: Option<Uetr> = "OrgnlUETR",
        /// The status, such as `ACSC` or `RJCT`.
        status: Option<Text<4>> = "TxSts",
        /// Why.
        #[serde(default)]
        reasons: Vec<Reason> = "StsRsnInf",
        /// When it was accepted.
        accepted: Option<DateTime> = "AccptncDtTm",
        /// The bank's reference.
        servicer_reference: Option<Text<35>> = "AcctSvcrRef",
        /// What the payment said.
        original: Option<OriginalPayment> = "OrgnlTxRef",
    }
}
