// SPDX-License-Identifier: MIT

//! Getting better without getting worse: labels, a sliding window, challengers, promotion, rollback, drift.
//!
//! 1. [`Learner::observe`] keeps each judged payment for a while; [`Learner::label`] takes what becomes known of it.
//! 2. [`Learner::training_set`] selects examples up to a moment, and [`crate::model::train`] makes a model of them, in a
//!    thread of the caller's choice.
//! 3. [`Learner::challenge`] lets that model judge in shadow, and its alerts are looked at, too; [`Learner::judge`] compares it with the champion on payments
//!    after its training, and [`Learner::promote`] takes it only if it is better beyond chance.
//! 4. [`Learner::rollback`] goes back to the champion before.

pub mod drift;
mod error;
mod gate;
mod labels;
mod learner;
mod probation;
mod window;

pub use error::{LabelError, LearnError};
pub use gate::{Compared, GateSettings, Holdout, Interval, Judgement, judge};
pub use labels::{Label, LabelLimits, Labels, Source, SourceKind};
pub use learner::{LearnSettings, Learner, Record, Shadow, TrainingSet};
pub use probation::Probation;
pub use window::{Example, Window, WindowLimits};
