// SPDX-License-Identifier: MIT

//! Banks.

use super::{Code, PostalAddress};
use crate::identifiers::{Bic, Lei};
use crate::iso20022::message::Text;

element! {
    /// `BranchAndFinancialInstitutionIdentification6`: a bank.
    #[derive(Default)]
    pub struct Agent {
        /// What identifies it.
        institution: Institution = "FinInstnId",
    }
}

element! {
    /// What identifies a bank. A business identifier code is enough.
    #[derive(Default)]
    pub struct Institution {
        /// Business identifier code.
        bic: Option<Bic> = "BICFI",
        /// Member of a clearing system, such as a national bank code.
        clearing: Option<ClearingMember> = "ClrSysMmbId",
        /// Legal entity identifier.
        lei: Option<Lei> = "LEI",
        /// Name.
        name: Option<Text<140>> = "Nm",
        /// Address.
        address: Option<PostalAddress> = "PstlAdr",
        /// Another identifier; `NOTPROVIDED` where the bank is not said.
        other: Option<InstitutionId> = "Othr",
    }
}

element! {
    /// A member of a clearing system.
    #[derive(Eq)]
    pub struct ClearingMember {
        /// The system, such as `DEBLZ`.
        system: Option<ClearingSystem> = "ClrSysId",
        /// The member's number in it.
        member: Text<35> = "MmbId",
    }
}

choice! {
    /// A clearing system.
    #[derive(Eq)]
    pub enum ClearingSystem {
        /// A published code.
        Code(Text<5>) = "Cd",
        /// A code that two parties agreed on.
        Proprietary(Text<35>) = "Prtry",
    }
}

element! {
    /// An identifier of a bank that is no code.
    #[derive(Eq)]
    pub struct InstitutionId {
        /// The identifier.
        id: Text<35> = "Id",
        /// The scheme.
        scheme: Option<Code> = "SchmeNm",
        /// Who gave it.
        issuer: Option<Text<35>> = "Issr",
    }
}

impl Agent {
    /// The bank with a business identifier code.
    pub fn from_bic(bic: Bic) -> Agent {
        Agent { institution: Institution { bic: Some(bic), ..Institution::default() } }
    }

    /// A bank that is not said, where the schema demands one (SEPA: the IBAN alone leads there).
    pub fn not_provided() -> Agent {
        let other = Text::new("NOTPROVIDED").ok().map(|id| InstitutionId { id, scheme: None, issuer: None });
        Agent { institution: Institution { other, ..Institution::default() } }
    }
}
