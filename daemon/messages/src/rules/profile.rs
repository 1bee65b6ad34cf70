// SPDX-License-Identifier: MIT

//! Sets of rules.

use std::fmt;
use std::str::FromStr;

/// A set of rules that a message is judged by. Each but `schema` includes the schema and the cross checks.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Profile {
    /// What the published schema says, and nothing else.
    Schema,
    /// The schema, and what must hold in any message: counts, sums, currencies, identifiers, dates, codes.
    #[default]
    Default,
    /// SEPA Credit Transfer (EPC125-05).
    SepaSct,
    /// SEPA Instant Credit Transfer (EPC004-16).
    SepaSctInst,
    /// SEPA Direct Debit Core (EPC016-06).
    SepaSddCore,
    /// SEPA Direct Debit Business to Business (EPC222-07).
    SepaSddB2b,
    /// Cross-border payments and reporting plus, the usage guidelines on Swift's network.
    CbprPlus,
}

impl Profile {
    /// All profiles.
    pub const ALL: [Profile; 7] = [
        Profile::Schema,
        Profile::Default,
        Profile::SepaSct,
        Profile::SepaSctInst,
        Profile::SepaSddCore,
        Profile::SepaSddB2b,
        Profile::CbprPlus,
    ];

    /// The name on command lines.
    pub fn name(self) -> &'static str {
        match self {
            Profile::Schema => "schema",
            Profile::Default => "default",
            Profile::SepaSct => "sepa-sct",
            Profile::SepaSctInst => "sepa-sct-inst",
            Profile::SepaSddCore => "sepa-sdd-core",
            Profile::SepaSddB2b => "sepa-sdd-b2b",
            Profile::CbprPlus => "cbpr+",
        }
    }

    /// Whether it is one of the SEPA schemes.
    pub fn is_sepa(self) -> bool {
        self.is_credit_transfer() || self.is_direct_debit()
    }

    /// Whether it is a SEPA credit transfer scheme.
    pub fn is_credit_transfer(self) -> bool {
        matches!(self, Profile::SepaSct | Profile::SepaSctInst)
    }

    /// Whether it is a SEPA direct debit scheme.
    pub fn is_direct_debit(self) -> bool {
        matches!(self, Profile::SepaSddCore | Profile::SepaSddB2b)
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A name that is no profile's.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "there is no profile {0:?}; there are schema, default, sepa-sct, sepa-sct-inst, sepa-sdd-core, sepa-sdd-b2b, cbpr+"
)]
pub struct UnknownProfile(pub String);

impl FromStr for Profile {
    type Err = UnknownProfile;

    fn from_str(name: &str) -> Result<Profile, UnknownProfile> {
        Profile::ALL.into_iter().find(|profile| profile.name() == name).ok_or_else(|| UnknownProfile(name.to_string()))
    }
}
