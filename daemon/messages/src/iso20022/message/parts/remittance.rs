// SPDX-License-Identifier: MIT

//! What a payment is for.

use crate::iso20022::message::Text;

element! {
    /// `RemittanceInformation16`.
    #[derive(Default, Eq)]
    pub struct Remittance {
        /// Free text.
        #[serde(default)]
        unstructured: Vec<Text<140>> = "Ustrd",
        /// References.
        #[serde(default)]
        structured: Vec<StructuredRemittance> = "Strd",
    }
}

element! {
    /// A structured reference.
    #[derive(Default, Eq)]
    pub struct StructuredRemittance {
        /// The creditor's reference.
        creditor_reference: Option<ReferenceOfCreditor> = "CdtrRefInf",
        /// More.
        #[serde(default)]
        additional: Vec<Text<140>> = "AddtlRmtInf",
    }
}

element! {
    /// A reference that the creditor gave to what is paid.
    #[derive(Default, Eq)]
    pub struct ReferenceOfCreditor {
        /// What kind of reference.
        kind: Option<ReferenceKind> = "Tp",
        /// The reference.
        reference: Option<Text<35>> = "Ref",
    }
}

element! {
    /// A kind of reference.
    #[derive(Eq)]
    pub struct ReferenceKind {
        /// The kind, `SCOR` for a reference of ISO 11649.
        code: ReferenceType = "CdOrPrtry",
        /// Who gives out such references, `ISO` for ISO 11649.
        issuer: Option<Text<35>> = "Issr",
    }
}

choice! {
    /// The kind of a reference.
    #[derive(Eq)]
    pub enum ReferenceType {
        /// A published code.
        Code(ReferenceCode) = "Cd",
        /// A code that two parties agreed on.
        Proprietary(Text<35>) = "Prtry",
    }
}

codes! {
    /// Published kinds of references.
    pub enum ReferenceCode {
        /// Remittance advice message.
        RemittanceAdvice = "RADM",
        /// Related payment instruction.
        RelatedPayment = "RPIN",
        /// Foreign exchange deal.
        ForeignExchange = "FXDR",
        /// Dispatch advice.
        DispatchAdvice = "DISP",
        /// Purchase order.
        PurchaseOrder = "PUOR",
        /// Structured communication.
        Structured = "SCOR",
    }
}
