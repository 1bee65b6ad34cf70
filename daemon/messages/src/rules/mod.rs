// SPDX-License-Identifier: MIT

//! Rules that schemas cannot state, in profiles that the caller chooses.
//!
//! [`Judge`] shows each part of a message to the rules of its profile as soon as the part is complete, so that a message
//! of any length is judged in little memory.

mod cbpr;
mod cross;
mod judge;
mod profile;
mod report;
pub mod sepa;

pub use judge::Judge;
pub use profile::{Profile, UnknownProfile};
