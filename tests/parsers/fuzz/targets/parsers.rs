// SPDX-License-Identifier: MIT

//! The target that the environment names in QENEX_FUZZ_TARGET.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use qenex_parsers::{TARGETS, Target};

fn target() -> Target {
    static TARGET: OnceLock<Target> = OnceLock::new();
    *TARGET.get_or_init(|| {
        let wanted = std::env::var("QENEX_FUZZ_TARGET").expect("QENEX_FUZZ_TARGET names a target");
        TARGETS.iter().find(|(name, _)| *name == wanted).expect("a target of that name").1
    })
}

fuzz_target!(|input: &[u8]| target()(input));
