// SPDX-License-Identifier: MIT

//! Mandates of direct debits.

use super::{Account, Agent, Party};
use crate::calendar::Date;
use crate::iso20022::message::Text;

element! {
    /// What a collection says of its mandate.
    #[derive(Default)]
    pub struct DirectDebitTransaction {
        /// The mandate.
        mandate: Option<MandateReference> = "MndtRltdInf",
        /// The creditor, by creditor identifier.
        creditor_scheme: Option<Party> = "CdtrSchmeId",
        /// The announcement to the debtor.
        pre_notification: Option<Text<35>> = "PreNtfctnId",
        /// Its day.
        pre_notification_date: Option<Date> = "PreNtfctnDt",
    }
}

element! {
    /// A mandate and what was changed in it since the last collection.
    #[derive(Default)]
    pub struct MandateReference {
        /// The creditor's reference of the mandate.
        id: Option<Text<35>> = "MndtId",
        /// When it was signed.
        signed: Option<Date> = "DtOfSgntr",
        /// Whether something was changed.
        amended: Option<bool> = "AmdmntInd",
        /// Its reference before.
        original_id: Option<Text<35>> = "AmdmntInfDtls/OrgnlMndtId",
        /// The creditor before.
        original_creditor: Option<Party> = "AmdmntInfDtls/OrgnlCdtrSchmeId",
        /// The debtor's account before; `SMNDA` as another number if it is at another bank.
        original_debtor_account: Option<Account> = "AmdmntInfDtls/OrgnlDbtrAcct",
        /// The debtor's bank before.
        original_debtor_agent: Option<Agent> = "AmdmntInfDtls/OrgnlDbtrAgt",
        /// Electronic signature.
        electronic_signature: Option<Text<1025>> = "ElctrncSgntr",
    }
}
