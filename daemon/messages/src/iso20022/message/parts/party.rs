// SPDX-License-Identifier: MIT

//! Debtors, creditors and other parties.

use super::{Agent, Code, PostalAddress};
use crate::calendar::Date;
use crate::identifiers::{Bic, Lei};
use crate::iso20022::message::{Letters, Text};

element! {
    /// `PartyIdentification135`: a person or an organisation.
    #[derive(Default)]
    pub struct Party {
        /// Name.
        name: Option<Text<140>> = "Nm",
        /// Address.
        address: Option<PostalAddress> = "PstlAdr",
        /// What identifies it.
        identification: Option<PartyId> = "Id",
        /// Country where it lives, ISO 3166-1 alpha-2.
        residence: Option<Letters<2>> = "CtryOfRes",
    }
}

choice! {
    /// What identifies a party.
    pub enum PartyId {
        /// An organisation.
        Organisation(OrganisationId) = "OrgId",
        /// A person.
        Person(PersonId) = "PrvtId",
    }
}

element! {
    /// What identifies an organisation.
    #[derive(Default)]
    pub struct OrganisationId {
        /// Business identifier code.
        any_bic: Option<Bic> = "AnyBIC",
        /// Legal entity identifier.
        lei: Option<Lei> = "LEI",
        /// Other identifiers.
        #[serde(default)]
        other: Vec<GenericId> = "Othr",
    }
}

element! {
    /// What identifies a person.
    #[derive(Default)]
    pub struct PersonId {
        /// Date and place of birth.
        birth: Option<Birth> = "DtAndPlcOfBirth",
        /// Other identifiers; of a direct debit's creditor, the creditor identifier with the scheme `SEPA`.
        #[serde(default)]
        other: Vec<GenericId> = "Othr",
    }
}

element! {
    /// Date and place of birth.
    pub struct Birth {
        /// Day.
        date: Date = "BirthDt",
        /// Province.
        province: Option<Text<35>> = "PrvcOfBirth",
        /// City.
        city: Text<35> = "CityOfBirth",
        /// Country, ISO 3166-1 alpha-2.
        country: Letters<2> = "CtryOfBirth",
    }
}

element! {
    /// An identifier of some scheme.
    #[derive(Eq)]
    pub struct GenericId {
        /// The identifier.
        id: Text<35> = "Id",
        /// The scheme.
        scheme: Option<Code> = "SchmeNm",
        /// Who gave it.
        issuer: Option<Text<35>> = "Issr",
    }
}

choice! {
    /// A party or a bank.
    pub enum PartyOrAgent {
        /// A party.
        Party(Party) = "Pty",
        /// A bank.
        Agent(Agent) = "Agt",
    }
}
