// SPDX-License-Identifier: MIT

//! Judging an input by a profile: what `qenex msg validate` does.

use std::io::Read;

use crate::finding::Findings;
use crate::iso20022::validate::{Options, Refusal, read};
use crate::rules::{Judge, Profile};

/// What came out.
#[derive(Debug)]
pub struct Verdict {
    /// Definitions of the messages found, in their order.
    pub messages: Vec<&'static str>,
    /// What is wrong with them.
    pub findings: Findings,
    /// Why the input could not be read to its end, if so.
    pub refusal: Option<Refusal>,
}

impl Verdict {
    /// Whether everything was read and there is no error. Warnings do not count.
    pub fn is_valid(&self) -> bool {
        self.refusal.is_none() && self.findings.errors() == 0
    }
}

/// Judges an input by a profile. It is read once and never held in memory as a whole.
pub fn judge(input: impl Read, profile: Profile, options: &Options) -> Verdict {
    let mut findings = Findings::new(options.findings);
    let mut judge = Judge::new(profile);
    let refusal = read(input, options, &mut judge, &mut findings).err();
    Verdict { messages: judge.messages().to_vec(), findings, refusal }
}
