// SPDX-License-Identifier: MIT

//! What the risk models are measured by.
//!
//! `prepare` writes the data for scikit-learn and measures our models on the same rows; `report` puts both beside each
//! other. [`fraud`] is the simulated bank, [`drift`] the one in which a new form of fraud appears, [`speed`] the time of a
//! decision, [`credit`] the German Credit data, [`plot`] the pictures.
#![forbid(unsafe_code)]

pub mod credit;
pub mod data;
pub mod drift;
pub mod fraud;
pub mod plot;
pub mod report;
pub mod speed;

/// Whatever goes wrong ends the measurement.
pub type Failure = Box<dyn std::error::Error>;
