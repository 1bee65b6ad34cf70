// SPDX-License-Identifier: MIT

//! Which fields a message has, in which order, with which options, and how often (FIN handbook, format specifications).

mod tables;
mod walk;

pub(super) use walk::place_fields;

/// A kind of message that is known.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Kind {
    /// A customer's credit transfer.
    Mt103,
    /// The same, such that no human needs to look at it (`{119:STP}`).
    Mt103Stp,
    /// The same with remittance information in an envelope (`{119:REMIT}`).
    Mt103Remit,
    /// A transfer between banks.
    Mt202,
    /// The same as cover of a customer's credit transfer (`{119:COV}`).
    Mt202Cov,
    /// Confirmation of a debit.
    Mt900,
    /// Confirmation of a credit.
    Mt910,
    /// A customer's statement.
    Mt940,
    /// A bank's statement.
    Mt950,
}

/// Whether a field must be there, and how often it may be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Times {
    Once,
    AtMostOnce,
    AnyNumber,
}

/// A place for a field.
#[derive(Debug)]
pub(super) struct Slot {
    /// Number and option, `a` for one of several; after `B.` in the second sequence.
    pub(super) key: &'static str,
    /// The tag's number.
    pub(super) number: &'static str,
    /// Options, an empty one for a tag without letter.
    pub(super) options: &'static [&'static str],
    pub(super) times: Times,
    pub(super) name: &'static str,
}

/// The fields of a message.
pub(super) struct Layout {
    pub(super) slots: &'static [Slot],
    /// Numbers of the slots that repeat as a group, first and last.
    pub(super) group: Option<(usize, usize)>,
}

impl Kind {
    /// The kind with a type and a validation flag (field 119).
    pub fn of(message_type: &str, flag: Option<&str>) -> Option<Kind> {
        Some(match (message_type, flag) {
            ("103", Some("STP")) => Kind::Mt103Stp,
            ("103", Some("REMIT")) => Kind::Mt103Remit,
            ("103", _) => Kind::Mt103,
            ("202", Some("COV")) => Kind::Mt202Cov,
            ("202", _) => Kind::Mt202,
            ("900", _) => Kind::Mt900,
            ("910", _) => Kind::Mt910,
            ("940", _) => Kind::Mt940,
            ("950", _) => Kind::Mt950,
            _ => return None,
        })
    }

    /// Its name, such as `MT103`; flags do not count.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Mt103 | Kind::Mt103Stp | Kind::Mt103Remit => "MT103",
            Kind::Mt202 | Kind::Mt202Cov => "MT202",
            Kind::Mt900 => "MT900",
            Kind::Mt910 => "MT910",
            Kind::Mt940 => "MT940",
            Kind::Mt950 => "MT950",
        }
    }

    /// The number of the type, such as `103`.
    pub fn message_type(self) -> &'static str {
        self.name().get(2..).unwrap_or_default()
    }

    /// What field 119 says to have it checked as this kind.
    pub fn flag(self) -> Option<&'static str> {
        match self {
            Kind::Mt103Stp => Some("STP"),
            Kind::Mt103Remit => Some("REMIT"),
            Kind::Mt202Cov => Some("COV"),
            _ => None,
        }
    }

    /// Most characters of the text that the network takes.
    pub fn text_limit(self) -> usize {
        match self {
            Kind::Mt900 | Kind::Mt910 | Kind::Mt940 | Kind::Mt950 => 2_000,
            _ => 10_000,
        }
    }

    /// Whether it is a payment, which has a unique end-to-end transaction reference since November 2018.
    pub fn needs_uetr(self) -> bool {
        self.text_limit() == 10_000
    }
}
