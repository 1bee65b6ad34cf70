// SPDX-License-Identifier: MIT

//! Tests of the library from outside, by concept.

mod calibration;
mod common;
mod credit;
mod decide;
mod drift;
mod features;
mod forests;
mod learn;
mod metrics;
mod model;
mod rules;
