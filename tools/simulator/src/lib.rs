// SPDX-License-Identifier: MIT

//! A made-up bank: customers with habits, merchants, employers; criminals among them; and the truth about each payment.
//!
//! Fraud has several forms ([`Typology`]), each with something honest that looks like it: house purchases, holidays, new
//! telephones, gift collections, salary runs, freelancers, gamers, builders whose invoices end just below the limit, people
//! who wake an account after months. What is reported comes days later, not all of it, and some of it wrong. From a day on
//! a form of fraud can appear that nobody has seen before.
//!
//! The same [`Config`] gives the same payments. What the generator knows (who is a criminal, which episode) is in [`Truth`],
//! apart from the payment, so that it cannot get among the features.
#![forbid(unsafe_code)]

mod chance;
mod config;
mod fraud;
mod labels;
mod life;
mod simulator;
mod world;

pub use config::{Config, ConfigError};
pub use fraud::Typology;
pub use labels::Report;
pub use simulator::{Simulator, Step, Truth};
