// SPDX-License-Identifier: MIT

//! What can go wrong with labels and learning. The champion stays in any case.

use thiserror::Error;

use super::labels::Source;
use crate::table::TableError;

/// Why a label is not taken.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
pub enum LabelError {
    /// The posting was never judged, or so long ago that it is forgotten.
    #[error("posting {0:032x} is not among those that are remembered")]
    UnknownPosting(u128),
    /// Somebody whose word counts at least as much has said so already, or otherwise.
    #[error("posting {posting:032x} was labelled {} by {by} already", if *fraud { "fraud" } else { "honest" })]
    AlreadyLabelled {
        /// Which.
        posting: u128,
        /// What was said.
        fraud: bool,
        /// By whom.
        by: Source,
    },
    /// A label of the future.
    #[error("the label is from before its posting")]
    BeforePosting,
    /// One source labels more than can be right.
    #[error("{by} has labelled {count} postings within a day, {most} are believed")]
    Flood {
        /// Who.
        by: Source,
        /// How many.
        count: usize,
        /// How many at most.
        most: usize,
    },
}

/// Why nothing is learnt, or nothing is promoted.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum LearnError {
    /// The examples.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Nobody challenges the champion.
    #[error("there is no challenger")]
    NoChallenger,
    /// The payments after the training are not enough for a judgement.
    #[error(
        "{fraud} known frauds among {rows} payments since the challenger's training are too few: {needed} are needed"
    )]
    TooEarly {
        /// Payments.
        rows: usize,
        /// Known frauds among them.
        fraud: usize,
        /// Frauds needed.
        needed: usize,
    },
    /// The challenger is not better.
    #[error("the challenger is not promoted: {0}")]
    NotBetter(String),
    /// No earlier champion is remembered.
    #[error("there is no earlier champion to go back to")]
    NoPredecessor,
}
