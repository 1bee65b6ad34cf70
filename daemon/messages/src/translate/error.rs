// SPDX-License-Identifier: MIT

//! Why a message cannot be made from another.

use crate::amount::Decimal;
use crate::calendar::Date;
use crate::iso20022::message::TextError;

/// Why a message cannot be made from another.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TranslateError {
    /// Something that the new message needs is not in the old one.
    #[error("{0} is missing, which the new message needs")]
    Missing(&'static str),
    /// The payments are to be executed on several days, but a message between banks settles on one.
    #[error("the payments are for {0} and {1}: one message between banks settles on one day")]
    SeveralDays(Date, Date),
    /// The amounts add up to more than fits.
    #[error("the amounts add up to more than fits after {0}")]
    Sum(Decimal),
    /// A text has the wrong length.
    #[error(transparent)]
    Text(#[from] TextError),
}
