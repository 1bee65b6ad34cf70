// SPDX-License-Identifier: MIT

//! Judging an input by a profile: what `qenex msg validate` does.

use std::io::Read;

use crate::finding::{Findings, Position};
use crate::iso20022::validate::{Options, Refusal, read};
use crate::mt::{MtRefusal, Reader, is_mt};
use crate::rules::{Judge, Profile};

/// Most bytes of a file of MT messages, which is held in memory as a whole.
const MT_FILE: u64 = 64 << 20;

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

/// Judges an input by a profile. ISO 20022 is read once and never held in memory as a whole. Files of MT messages are judged
/// by the rules of their network, whatever the profile.
pub fn judge(mut input: impl Read, profile: Profile, options: &Options) -> Verdict {
    let mut start = Vec::new();
    // An input that fails now fails again below, where that is told.
    let _ = input.by_ref().take(64).read_to_end(&mut start);
    if is_mt(&start) {
        return judge_mt(start, input, options);
    }
    let mut findings = Findings::new(options.findings);
    let mut judge = Judge::new(profile);
    let refusal = read(start.as_slice().chain(input), options, &mut judge, &mut findings).err();
    Verdict { messages: judge.messages().to_vec(), findings, refusal }
}

fn judge_mt(start: Vec<u8>, input: impl Read, options: &Options) -> Verdict {
    let mut verdict = Verdict { messages: Vec::new(), findings: Findings::new(options.findings), refusal: None };
    let refuse = |code, text: String| Some(Refusal::Mt(MtRefusal { code, at: Position { line: 1, column: 1 }, text }));
    let mut bytes = start;
    if let Err(error) = input.take(MT_FILE).read_to_end(&mut bytes) {
        verdict.refusal = refuse("mt-unfinished", error.to_string());
        return verdict;
    }
    if bytes.len() as u64 >= MT_FILE {
        verdict.refusal = refuse("mt-too-large", format!("a file of more than {MT_FILE} bytes"));
        return verdict;
    }
    let mut reader = Reader::new(&bytes);
    loop {
        match reader.message(&mut verdict.findings) {
            Ok(Some(message)) => verdict.messages.push(message.kind.map_or("MT", |kind| kind.name())),
            Ok(None) => return verdict,
            Err(refusal) => {
                verdict.refusal = Some(Refusal::Mt(refusal));
                return verdict;
            }
        }
    }
}
