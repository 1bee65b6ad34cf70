// SPDX-License-Identifier: MIT

//! Applies the rules of a profile to the parts of messages.

use super::report::Report;
use super::{Profile, cbpr, cross, sepa};
use crate::finding::Findings;
use crate::iso20022::record::Part;
use crate::iso20022::schema::Schema;
use crate::iso20022::validate::{Handler, Parts};

/// Judges the messages of one input by a profile.
#[derive(Debug)]
pub struct Judge {
    profile: Profile,
    messages: Vec<&'static str>,
    cross: cross::State,
    cbpr: cbpr::State,
}

impl Judge {
    /// A judge by this profile.
    pub fn new(profile: Profile) -> Judge {
        Judge { profile, messages: Vec::new(), cross: cross::State::default(), cbpr: cbpr::State::default() }
    }

    /// Definitions of the messages so far.
    pub fn messages(&self) -> &[&'static str] {
        &self.messages
    }
}

impl Handler for Judge {
    fn wants(&self) -> Parts {
        if self.profile == Profile::Schema { Parts::None } else { Parts::Units }
    }

    fn begin(&mut self, schema: &'static Schema, _findings: &mut Findings) {
        self.messages.push(schema.message);
        self.cross.begin();
    }

    fn part(&mut self, part: Part<'_>, findings: &mut Findings) {
        let (Some(message), Some(element)) = (self.messages.last(), part.element()) else { return };
        let mut report = Report::new(findings);
        cross::check(&mut self.cross, message, &part, element, &mut report);
        if self.profile.is_sepa() {
            sepa::check(self.profile, message, &part, element, &mut report);
        }
        if self.profile == Profile::CbprPlus {
            cbpr::check(&mut self.cbpr, message, &part, element, &mut report);
        }
    }
}
