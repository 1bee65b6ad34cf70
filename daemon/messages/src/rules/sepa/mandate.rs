// SPDX-License-Identifier: MIT

//! The life of a direct debit mandate: which collection may follow which.

use std::fmt;
use std::str::FromStr;

use crate::calendar::Date;

/// Months after the last collection, or after the signature if there was none, after which a mandate lapses
/// (EPC016-06, 4.1).
pub const DORMANT_MONTHS: u16 = 36;

/// Which collection of its mandate one is (attribute AT-T052).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SequenceType {
    /// `FRST`: the first of several. `RCUR` may stand in its place.
    First,
    /// `RCUR`: one of several.
    Recurrent,
    /// `FNAL`: the last of several.
    Final,
    /// `OOFF`: the only one.
    OneOff,
}

impl FromStr for SequenceType {
    type Err = MandateError;

    fn from_str(code: &str) -> Result<SequenceType, MandateError> {
        Ok(match code {
            "FRST" => SequenceType::First,
            "RCUR" => SequenceType::Recurrent,
            "FNAL" => SequenceType::Final,
            "OOFF" => SequenceType::OneOff,
            _ => return Err(MandateError::Unknown(code.to_string())),
        })
    }
}

impl fmt::Display for SequenceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            SequenceType::First => "FRST",
            SequenceType::Recurrent => "RCUR",
            SequenceType::Final => "FNAL",
            SequenceType::OneOff => "OOFF",
        })
    }
}

/// Where a mandate stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MandateState {
    /// Signed, nothing collected.
    Signed,
    /// Collected under, more may follow.
    InUse,
    /// The final or only collection was made.
    Finished,
    /// Ended by debtor or creditor.
    Cancelled,
}

/// Why a collection cannot be made under a mandate.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MandateError {
    /// The code is none of the sequence types.
    #[error("{0:?} is no sequence type: FRST, RCUR, FNAL or OOFF")]
    Unknown(String),
    /// The final or only collection was made already.
    #[error("the mandate is used up: its last collection was made")]
    Finished,
    /// The mandate was cancelled.
    #[error("the mandate was cancelled")]
    Cancelled,
    /// Nothing was collected for 36 months.
    #[error("the mandate lapsed on {0}: nothing was collected for 36 months")]
    Lapsed(Date),
    /// The collection is due before the mandate was signed.
    #[error("the mandate was signed on {0}, after the due day")]
    NotYetSigned(Date),
    /// A one-off collection under a mandate that was used, or a first one after others.
    #[error("{0} cannot follow another collection of the same mandate")]
    OutOfSequence(SequenceType),
}

/// A mandate and what was collected under it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Mandate {
    state: MandateState,
    signed: Date,
    last: Option<Date>,
}

impl Mandate {
    /// A mandate signed on a day, nothing collected yet.
    pub fn signed(signed: Date) -> Mandate {
        Mandate { state: MandateState::Signed, signed, last: None }
    }

    /// A mandate as it was kept: where it stood, when it was signed, and the day of its last collection.
    pub fn kept(state: MandateState, signed: Date, last: Option<Date>) -> Mandate {
        Mandate { state, signed, last }
    }

    /// Where it stands.
    pub fn state(&self) -> MandateState {
        self.state
    }

    /// The day of the last collection.
    pub fn last(&self) -> Option<Date> {
        self.last
    }

    /// The day on which it lapses if nothing more is collected.
    pub fn lapses(&self) -> Option<Date> {
        self.last.unwrap_or(self.signed).plus_months(DORMANT_MONTHS)
    }

    /// Takes note of a collection that is due on a day.
    ///
    /// # Errors
    ///
    /// [`MandateError`] if it must not be made. The mandate is then as before.
    pub fn collect(&mut self, sequence: SequenceType, due: Date) -> Result<(), MandateError> {
        if due < self.signed {
            return Err(MandateError::NotYetSigned(self.signed));
        }
        match self.state {
            MandateState::Finished => return Err(MandateError::Finished),
            MandateState::Cancelled => return Err(MandateError::Cancelled),
            MandateState::Signed | MandateState::InUse => {}
        }
        if let Some(lapsed) = self.lapses().filter(|lapses| due > *lapses) {
            return Err(MandateError::Lapsed(lapsed));
        }
        let state = match (self.state, sequence) {
            (MandateState::Signed, SequenceType::OneOff) | (_, SequenceType::Final) => MandateState::Finished,
            (MandateState::Signed, SequenceType::First) | (_, SequenceType::Recurrent) => MandateState::InUse,
            (_, SequenceType::First | SequenceType::OneOff) => return Err(MandateError::OutOfSequence(sequence)),
        };
        self.state = state;
        self.last = Some(self.last.map_or(due, |last| last.max(due)));
        Ok(())
    }

    /// Takes note that the collection made last was rejected, returned or refunded before it counted: a first or only
    /// one may be made again.
    pub fn undo_first(&mut self) {
        self.state = MandateState::Signed;
        self.last = None;
    }

    /// Ends the mandate.
    pub fn cancel(&mut self) {
        self.state = MandateState::Cancelled;
    }
}
