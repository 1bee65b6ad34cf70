// SPDX-License-Identifier: MIT

//! Why something about risk cannot be done.

use qenex_risk::credit::CreditError;
use qenex_risk::decide::PolicyError;
use qenex_risk::features::FeatureError;
use qenex_risk::learn::{LabelError, LearnError};
use qenex_risk::model::{ModelError, TrainError};
use qenex_risk::rules::RuleError;
use thiserror::Error;

use crate::bank::BankError;
use crate::beside::BesideError;
use crate::people::PeopleError;
use crate::store::StoreError;
use crate::store::sqlite::remedy;

/// Why something about risk cannot be done. Models, rules and reviews are as they were.
#[derive(Debug, Error)]
pub enum RiskError {
    /// A payment cannot be looked at.
    #[error(transparent)]
    Payment(#[from] FeatureError),
    /// A label is not taken.
    #[error(transparent)]
    Label(#[from] LabelError),
    /// Nothing is learnt or promoted.
    #[error(transparent)]
    Learn(#[from] LearnError),
    /// There is no model.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// A model cannot be used.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// Rules are not taken.
    #[error(transparent)]
    Rules(#[from] RuleError),
    /// A policy is not taken.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// An application for credit cannot be judged.
    #[error(transparent)]
    Credit(#[from] CreditError),
    /// A model is being trained.
    #[error("a model is being trained: wait until it is done")]
    Training,
    /// No model decides.
    #[error("there is no model: train one, and promote it")]
    NoModel,
    /// No payment was judged under this id, or it is too long ago.
    #[error("no payment was judged under this id")]
    NoPayment,
    /// No such review.
    #[error("there is no such review")]
    NoReview,
    /// Whoever asked for the payment cannot release it.
    #[error("whoever asked for a payment cannot decide about it; another user must")]
    OwnRequest,
    /// It was decided before.
    #[error("this review was {0} before")]
    Decided(&'static str),
    /// The journal cannot be followed.
    #[error(transparent)]
    Journal(#[from] StoreError),
    /// The ledger does not answer.
    #[error(transparent)]
    Bank(#[from] BankError),
    /// The log of decisions does not answer.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// The database says no.
    #[error("the database of risk cannot go on ({0}): {remedy}", remedy = remedy(.0, super::DATABASE.file))]
    Sqlite(#[from] rusqlite::Error),
    /// The database cannot be opened.
    #[error(transparent)]
    Database(#[from] BesideError),
    /// What is stored cannot be read.
    #[error("what is stored of {0} cannot be read: {1}")]
    Stored(String, String),
    /// The file of rules cannot be read.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: std::path::PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The system gives no thread.
    #[error("no thread: {0}")]
    Thread(std::io::Error),
}
